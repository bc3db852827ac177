//===- Calls.cpp - Objects opened many times and called at once -----------===//
// What tests do with objects that seis-compile made, also under sanitizers:
//
//   seis-rt-calls open COUNT OBJECT.so
//     opens and closes an object through seis_rt, then by dlopen and dlclose alone; fails where
//     memory, file descriptors or mappings grow, or where the object stays mapped
//   seis-rt-calls at-once THREADS REPEATS OBJECT.so
//     calls the first entry from several threads at once on f32 volumes; fails where a call does
//     not give the bits of a call alone
//===----------------------------------------------------------------------===//
#include "seis_rt/seis_rt.h"

#include "nlohmann/json.hpp"

#include <dirent.h>
#include <dlfcn.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string &message) {
  std::fprintf(stderr, "seis-rt-calls: error: %s\n", message.c_str());
  std::exit(1);
}

struct CloseModule {
  void operator()(seis_rt_module *module) const { seis_rt_close(module); }
};
using Module = std::unique_ptr<seis_rt_module, CloseModule>;

Module open(const std::string &path) {
  char text[512] = "";
  seis_rt_module *module = nullptr;
  if (seis_rt_open(path.c_str(), &module, text, sizeof text))
    fail(text);
  return Module(module);
}

// ---- opened many times -------------------------------------------------------

/// What a process holds.
struct Held {
  long pages = 0, descriptors = 0, mappings = 0;
};

Held held() {
  Held out;
  long all;
  std::ifstream("/proc/self/statm") >> all >> out.pages;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    ++out.mappings;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder))
    ++out.descriptors;
  closedir(folder);
  return out;
}

/// A path as it stands in /proc/self/maps.
std::string resolve(const std::string &path) {
  char *resolved = realpath(path.c_str(), nullptr);
  std::string whole = resolved ? resolved : path;
  std::free(resolved);
  return whole;
}

/// Whether a file is mapped into the process.
bool mapped(const std::string &whole) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find(whole) != std::string::npos)
      return true;
  return false;
}

void openMany(int count, const std::string &name) {
  std::string path = resolve(name);
  for (int i = 0; i < count / 10; ++i)
    open(path);
  Held before = held();
  for (int i = 0; i < count; ++i)
    open(path);
  Held after = held();
  std::printf("%d times: %ld pages, %ld descriptors, %ld mappings more\n", count,
              after.pages - before.pages, after.descriptors - before.descriptors,
              after.mappings - before.mappings);
  if (after.descriptors != before.descriptors)
    fail("file descriptors are left open");
  // A sanitizer keeps freed memory, and its mappings, for a while.
  if (after.pages > before.pages + SEIS_TEST_GROWTH_PAGES)
    fail("memory grows");
  if (!SEIS_TEST_SANITIZED && after.mappings > before.mappings + 2)
    fail("mappings are left");
  if (!SEIS_TEST_SANITIZED && mapped(path))
    fail("a closed object is still mapped");

  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library || !dlsym(library, "seis_module_query"))
    fail(dlerror());
  if (!mapped(path))
    fail("an open object is not mapped");
  if (dlclose(library))
    fail(dlerror());
  if (mapped(path))
    fail("dlclose leaves the object mapped");
}

// ---- called at once ----------------------------------------------------------

constexpr int64_t shape[3] = {9, 11, 250};
constexpr int64_t stride[3] = {11 * 250, 250, 1};
constexpr size_t samples = size_t(9) * 11 * 250;

seis_array describe(std::vector<float> &data) {
  seis_array array = {};
  array.struct_size = sizeof array;
  array.dtype = SEIS_F32;
  array.rank = 3;
  array.data = data.data();
  array.shape = shape;
  array.stride = stride;
  array.scale = 1;
  return array;
}

/// One caller: buffers of its own, the module and the tables of all.
struct Caller {
  explicit Caller(size_t inputs, size_t outputs) {
    for (size_t i = 0; i < inputs; ++i) {
      data.emplace_back(samples);
      for (size_t k = 0; k < samples; ++k)
        data[i][k] = float(std::sin(0.37 * double(k % 250) + 0.9 * double(i + k / 250)) *
                           (1 + 0.5 * std::cos(0.011 * double(k))));
    }
    for (size_t i = 0; i < outputs; ++i)
      data.emplace_back(samples);
    for (std::vector<float> &one : data)
      arrays.push_back(describe(one));
    for (size_t i = 0; i < inputs; ++i)
      in.push_back(&arrays[i]);
    for (size_t i = inputs; i < arrays.size(); ++i)
      out.push_back(&arrays[i]);
  }
  Caller(const Caller &) = delete;

  /// Runs the entry; returns the bytes of all outputs.
  std::string run(const seis_rt_module *module, const std::vector<double> &params,
                  const seis_array *const *tables, int threads) {
    char text[512] = "";
    seis_call call = {};
    call.struct_size = sizeof call;
    call.threads = threads;
    call.message = text;
    call.message_size = sizeof text;
    seis_box box = {};
    const int64_t begin[3] = {0, 0, 0};
    if (seis_rt_box(module, 0, -1, shape, begin, shape, &box, text, sizeof text))
      fail(text);
    for (seis_array *array : out)
      std::memset(array->data, 0xFF, samples * sizeof(float));
    if (seis_rt_run(module, 0, in.data(), out.data(), params.data(), tables, &box, &call))
      fail(text);
    std::string bytes;
    for (seis_array *array : out)
      bytes.append(static_cast<const char *>(array->data), samples * sizeof(float));
    return bytes;
  }

  std::vector<std::vector<float>> data;
  std::vector<seis_array> arrays;
  std::vector<const seis_array *> in;
  std::vector<seis_array *> out;
};

void callAtOnce(int threads, int repeats, const std::string &path) {
  Module module = open(path);
  auto about = nlohmann::json::parse(seis_rt_manifest(module.get()))["entries"][0];
  for (const char *side : {"inputs", "outputs"})
    for (const auto &one : about[side])
      if (one["dtype"] != "f32" || one["axes"].size() != 3)
        fail("at-once needs entries of f32 volumes");
  size_t inputs = about["inputs"].size(), outputs = about["outputs"].size();
  char text[512] = "";
  std::vector<double> params(about["params"].size() + 1);
  if (seis_rt_params(module.get(), 0, nullptr, 0, 4.0, params.data(), text, sizeof text))
    fail(text);

  Caller alone(inputs, outputs);
  seis_call call = {};
  call.struct_size = sizeof call;
  call.threads = 1;
  call.message = text;
  call.message_size = sizeof text;
  seis_rt_tables *tables = nullptr;
  if (seis_rt_reduce(module.get(), 0, alone.in.data(), params.data(), shape, nullptr, nullptr,
                     &call, &tables))
    fail(text);
  const seis_array *const *list = seis_rt_table_list(tables);
  std::string want = alone.run(module.get(), params, list, 1);

  std::atomic<int> ready{0}, wrong{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < threads; ++t)
    callers.emplace_back([&, t] {
      Caller caller(inputs, outputs);
      for (++ready; ready < threads;)
        std::this_thread::yield();
      for (int r = 0; r < repeats; ++r)
        wrong += caller.run(module.get(), params, list, 1 + (t + r) % 2) != want;
    });
  for (std::thread &caller : callers)
    caller.join();
  seis_rt_tables_free(tables);
  std::printf("%d threads, %d calls each, %d with other bits\n", threads, repeats, int(wrong));
  if (wrong)
    fail("calls at once disturb each other");
}

} // namespace

int main(int argc, char **argv) {
  std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "open" && argc == 4) {
    openMany(std::atoi(argv[2]), argv[3]);
  } else if (mode == "at-once" && argc == 5) {
    callAtOnce(std::atoi(argv[2]), std::atoi(argv[3]), argv[4]);
  } else {
    std::fprintf(stderr, "usage: seis-rt-calls open COUNT OBJECT.so\n"
                         "       seis-rt-calls at-once THREADS REPEATS OBJECT.so\n");
    return 2;
  }
  return 0;
}
