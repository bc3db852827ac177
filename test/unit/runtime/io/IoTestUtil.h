//===- IoTestUtil.h - Helpers of the file tests ----------------------------===//
#ifndef SEIS_TEST_IOTESTUTIL_H
#define SEIS_TEST_IOTESTUTIL_H

#include "seis_rt/seis_io.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>

namespace seis::io::test {

/// A folder of its own for each test, removed at the end.
class TempDir {
public:
  TempDir() {
    // In memory where that is possible: the many commits wait for the disk.
    std::string base = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : ::testing::TempDir();
    std::string pattern = base + "seis-io-XXXXXX";
    if (!::mkdtemp(pattern.data()))
      std::abort();
    folder = pattern;
  }
  ~TempDir() {
    std::string command = "rm -rf '" + folder + "'";
    if (std::system(command.c_str()) != 0)
      std::perror("rm");
  }
  std::string operator/(const std::string &name) const { return folder + "/" + name; }
  const std::string &path() const { return folder; }

private:
  std::string folder;
};

inline void spit(const std::string &path, const std::string &bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(out.good());
}

inline std::string slurp(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The message of a call that must fail.
inline std::string messageOf(const Status &status) {
  EXPECT_FALSE(status.ok);
  return status.message;
}

#define EXPECT_OK(call)                                                                            \
  do {                                                                                             \
    ::seis::io::Status status_ = (call);                                                           \
    EXPECT_TRUE(status_.ok) << status_.message;                                                    \
  } while (false)
#define ASSERT_OK(call)                                                                            \
  do {                                                                                             \
    ::seis::io::Status status_ = (call);                                                           \
    ASSERT_TRUE(status_.ok) << status_.message;                                                    \
  } while (false)
#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << "in: " << (text)

/// Bytes of a value in an order, for files made by hand.
template <class T> std::string bytesOf(T value, bool big) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  std::string out(raw, sizeof(T));
  return big ? std::string(out.rbegin(), out.rend()) : out;
}

/// Opens, reads a box of f32 or f64 densely.
template <class T>
Status readBox(const VolumeSource &source, const Box &box, std::vector<T> &out,
               uint8_t *live = nullptr) {
  out.assign(static_cast<size_t>(box.extent[0] * box.extent[1] * box.extent[2]), T(-77));
  Target target{out.data(),
                sizeof(T) == 4 ? Type::F32 : Type::F64,
                {box.extent[1] * box.extent[2], box.extent[2], 1}};
  return source.read(box, target, live);
}

template <class T> Status readAll(const VolumeSource &source, std::vector<T> &out) {
  return readBox(source, Box{{0, 0, 0}, source.geometry().shape}, out);
}

} // namespace seis::io::test

#endif // SEIS_TEST_IOTESTUTIL_H
