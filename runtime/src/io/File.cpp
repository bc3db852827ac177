//===- File.cpp - Positioned reads, temporaries, messages ------------------===//
#include "Internal.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace seis::io {
namespace detail {

std::string toText(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", v);
  return buffer;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string out;
  for (size_t a = 0; a < shape.size(); ++a)
    out += (a ? " x " : "") + std::to_string(shape[a]);
  return shape.empty() ? "a single value" : out;
}

std::string sizeText(double bytes) {
  static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
  int unit = 0;
  while (bytes >= 1000 && unit < 6) {
    bytes /= 1000;
    ++unit;
  }
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, unit ? "%.3g %s" : "%.0f %s", bytes, units[unit]);
  return buffer;
}

std::string errnoText(int error) {
  std::string text = std::strerror(error);
  // "No such file" becomes "no such file", "RPC ..." stays.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
    text[0] = static_cast<char>(text[0] + ('a' - 'A'));
  return text;
}

void runThreads(int threads, const std::function<void()> &work) {
  if (threads <= 0)
    threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::vector<std::thread> others;
  try {
    for (int t = 1; t < threads; ++t)
      others.emplace_back(work);
  } catch (const std::exception &) {
    // Those that started do the work of all.
  }
  work();
  for (std::thread &t : others)
    t.join();
}

File::~File() {
  if (fd >= 0)
    ::close(fd);
}

Status File::open(const std::string &path) {
  name = path;
  if (path.find('\0') != std::string::npos)
    return Status::failure("cannot open a file whose name contains a zero byte");
  // A FIFO would block here for ever without O_NONBLOCK; regular files ignore it.
  fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return fail("cannot open ", path, ": ", errnoText(errno));
  struct stat info;
  if (::fstat(fd, &info) != 0)
    return fail("cannot open ", path, ": ", errnoText(errno));
  if (S_ISDIR(info.st_mode))
    return fail("cannot open ", path, ": it is a directory");
  if (!S_ISREG(info.st_mode))
    return fail("cannot open ", path,
                ": wanted a regular file, as its parts are read in any order");
  length = info.st_size;
  return {};
}

Status File::read(void *to, int64_t bytes, int64_t offset) const {
  char *p = static_cast<char *>(to);
  while (bytes > 0) {
    ssize_t got = ::pread(fd, p, static_cast<size_t>(bytes), offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fail("cannot read ", name, " at byte ", offset, ": ", errnoText(errno));
    if (got == 0)
      return fail("cannot read ", name, ": wanted ", bytes, " more bytes at byte ", offset,
                  ", the file ends there");
    p += got;
    bytes -= got;
    offset += got;
  }
  return {};
}

} // namespace detail

using namespace detail;

//===--- Sinks ------------------------------------------------------------===//

VolumeSink::~VolumeSink() {
  if (descriptor >= 0)
    ::close(descriptor);
  if (!tempPath.empty())
    ::unlink(tempPath.c_str());
}

Status VolumeSink::create(const std::string &path, int64_t bytes) {
  static std::atomic<unsigned> counter{0};
  finalPath = path;
  struct stat info;
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    return fail("cannot write ", path, ": it is a directory");
  std::string temporary = cat(path, ".part-", static_cast<long>(::getpid()), "-", counter++);
  descriptor = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return fail("cannot write ", path, ": ", errnoText(errno));
  tempPath = temporary;
  // Reserving the blocks now tells about a full disk before hours of work.
  if (bytes > 0 && ::fallocate(descriptor, 0, 0, bytes) != 0) {
    if (errno == ENOSPC || errno == EFBIG || errno == EDQUOT)
      return fail("cannot write ", path, ": ", sizeText(static_cast<double>(bytes)),
                  " do not fit on the disk: ", errnoText(errno));
    if (::ftruncate(descriptor, bytes) != 0)
      return fail("cannot write ", path, ": ", errnoText(errno));
  }
  return {};
}

Status VolumeSink::put(const void *data, int64_t bytes, int64_t offset) {
  const char *p = static_cast<const char *>(data);
  while (bytes > 0) {
    ssize_t done = ::pwrite(descriptor, p, static_cast<size_t>(bytes), offset);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return fail("cannot write ", finalPath, " at byte ", offset, ": ", errnoText(errno));
    p += done;
    bytes -= done;
    offset += done;
  }
  return {};
}

Status VolumeSink::commit() {
  return guarded(finalPath, [&]() -> Status {
    if (descriptor < 0)
      return fail("cannot finish ", finalPath, ": it was finished before");
    if (Status whole = checkComplete(); !whole)
      return whole;
    bool synced = ::fsync(descriptor) == 0;
    int error = errno;
    // Close tells about delayed write errors of network file systems.
    bool closed = ::close(descriptor) == 0;
    error = synced ? errno : error;
    descriptor = -1;
    if (!synced || !closed)
      return fail("cannot finish ", finalPath, ": ", errnoText(error));
    if (::rename(tempPath.c_str(), finalPath.c_str()) != 0)
      return fail("cannot rename ", tempPath, " to ", finalPath, ": ", errnoText(errno));
    tempPath.clear();
    size_t slash = finalPath.rfind('/');
    std::string folder = slash == std::string::npos ? "." : finalPath.substr(0, slash + 1);
    int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
      // Some file systems refuse to sync folders; the rename itself is done.
      (void)::fsync(dir);
      ::close(dir);
    }
    return {};
  });
}

} // namespace seis::io
