//===- Signals.cpp - What is left behind when a signal ends the program ---===//
// A handler may only call what POSIX lists: it walks a list of C strings that only
// grows, unlinks them, restores the default action and raises the signal again.
//===----------------------------------------------------------------------===//
#include "Tool.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace seis::tool {
namespace {

constexpr int handled[] = {SIGINT, SIGTERM, SIGHUP};

struct Temporary {
  char *path;
  Temporary *next;
};
std::atomic<Temporary *> temporaries{nullptr};
std::atomic<int> remembered{0};

void removeAll() {
  for (Temporary *item = temporaries.load(); item; item = item->next)
    unlink(item->path);
}

void removeAndDie(int signal) {
  removeAll();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

/// A mapped page has no file behind it any more.
void reportLostPage(int) {
  static const char message[] =
      "\nerror: an input file became shorter while it was read, or its disk failed; no output was "
      "written. Run again when nothing writes to the input\n";
  removeAll();
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(ExitInput);
}

void remember(int signal) { remembered.store(signal); }

void setHandler(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = handler == removeAndDie ? SA_NODEFER : SA_RESTART;
  for (int signal : handled) {
    struct sigaction before;
    // A signal that was ignored from outside (nohup) stays ignored.
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(signal, &action, nullptr);
  }
}

void mask(int how) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : handled)
    sigaddset(&set, signal);
  pthread_sigmask(how, &set, nullptr);
}

} // namespace

TemporaryFiles::TemporaryFiles() {
  setHandler(removeAndDie);
  std::signal(SIGBUS, reportLostPage);
}

TemporaryFiles::~TemporaryFiles() {
  setHandler(SIG_DFL);
  std::signal(SIGBUS, SIG_DFL);
  Temporary *item = temporaries.exchange(nullptr);
  while (item) {
    Temporary *next = item->next;
    delete[] item->path;
    delete item;
    item = next;
  }
}

void TemporaryFiles::hold() { mask(SIG_BLOCK); }

void TemporaryFiles::resume() { mask(SIG_UNBLOCK); }

void TemporaryFiles::keep(const std::string &path) {
  if (path.empty())
    return;
  auto *item = new Temporary{new char[path.size() + 1], temporaries.load()};
  std::memcpy(item->path, path.c_str(), path.size() + 1);
  temporaries.store(item);
}

SignalWatch::SignalWatch() {
  remembered.store(0);
  setHandler(remember);
}

SignalWatch::~SignalWatch() { setHandler(SIG_DFL); }

bool SignalWatch::caught() const { return remembered.load() != 0; }

void SignalWatch::obey() const {
  if (int signal = remembered.load()) {
    setHandler(SIG_DFL);
    raise(signal);
  }
}

} // namespace seis::tool
