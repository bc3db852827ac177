//===- TestSupport.cpp - Volumes, modules and streams for the tests -------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace seis::test {

std::string objectPath(const std::string &name) {
  return std::string(SEIS_TEST_OBJECTS) + "/" + name + ".so";
}

Module open(const std::string &name) {
  seis_rt_module *module = nullptr;
  char text[512];
  EXPECT_EQ(seis_rt_open(objectPath(name).c_str(), &module, text, sizeof text), SEIS_OK) << text;
  return Module(module);
}

std::string openError(const std::string &path) {
  seis_rt_module *module = nullptr;
  char text[512];
  int32_t status = seis_rt_open(path.c_str(), &module, text, sizeof text);
  EXPECT_NE(status, SEIS_OK);
  EXPECT_EQ(module, nullptr);
  return std::to_string(status) + " " + text;
}

seis_box wholeBox(Extent volume) {
  seis_box box = {};
  box.struct_size = sizeof box;
  for (int a = 0; a < 3; ++a)
    box.block[a] = box.extent[a] = box.volume[a] = volume[a];
  return box;
}

MemoryStream::MemoryStream(Extent volume) : volume(volume) {
  job.struct_size = sizeof job;
  summary.struct_size = sizeof summary;
  std::copy(volume.begin(), volume.end(), job.volume);
  job.user = this;
  job.read = read;
  job.write = write;
  job.progress = report;
  job.threads = 1;
}

int32_t MemoryStream::run(const Module &module) {
  // Counts stay where they are from run to run: a sanitizer does not give freed memory back at
  // once, and it would count against a cap.
  writes.resize(outputs.size());
  for (size_t o = 0; o < outputs.size(); ++o) {
    int64_t count = outputs[o].rest;
    for (int a = 0; a < 3; ++a)
      count *= outputs[o].axes[a] ? volume[a] : 1;
    writes[o].assign(count, 0);
  }
  char text[512];
  int32_t status = seis_rt_stream(module.get(), &job, &summary, text, sizeof text);
  message = text;
  return status;
}

bool MemoryStream::complete() const {
  return std::all_of(writes.begin(), writes.end(), [](const std::vector<int> &counts) {
    return std::all_of(counts.begin(), counts.end(), [](int count) { return count == 1; });
  });
}

int32_t MemoryStream::read(void *user, uint32_t input, const int64_t *lo, const int64_t *extent,
                           void *dst, uint8_t *live, char *message, size_t messageSize) {
  auto *self = static_cast<MemoryStream *>(user);
  if (self->reads++ == self->failReadAt) {
    std::snprintf(message, messageSize, "disk on fire");
    return 1;
  }
  const Volume &volume = self->inputs[input];
  int64_t trace = self->volume[2] * int64_t(volume.element);
  char *to = static_cast<char *>(dst);
  for (int64_t i = 0; i < extent[0]; ++i)
    for (int64_t x = 0; x < extent[1]; ++x, to += trace, ++live) {
      int64_t from = (lo[0] + i) * self->volume[1] + lo[1] + x;
      std::memcpy(to, volume.data + from * trace, trace);
      if (volume.live)
        *live = volume.live[from];
    }
  self->tracesRead += extent[0] * extent[1];
  return 0;
}

int32_t MemoryStream::write(void *user, uint32_t output, const int64_t *lo, const int64_t *extent,
                            const void *src, const uint8_t *live, char *message,
                            size_t messageSize) {
  auto *self = static_cast<MemoryStream *>(user);
  if (self->written++ == self->failWriteAt) {
    std::snprintf(message, messageSize, "disk full");
    return 1;
  }
  const Output &target = self->outputs[output];
  const char *from = static_cast<const char *>(src);
  int64_t shape[3];
  for (int a = 0; a < 3; ++a)
    shape[a] = target.axes[a] ? self->volume[a] : 1;
  for (int64_t i = 0; i < extent[0]; ++i)
    for (int64_t x = 0; x < extent[1]; ++x)
      for (int64_t s = 0; s < extent[2]; ++s) {
        int64_t at = ((lo[0] + i) * shape[1] + lo[1] + x) * shape[2] + lo[2] + s;
        bool dead = live && !live[i * extent[1] + x];
        for (int64_t r = 0; r < target.rest; ++r, from += target.element) {
          char *to = target.data + (at * target.rest + r) * target.element;
          std::memcpy(to, from, target.element);
          if (dead) // a pattern no computation gives
            std::memset(to, 0x77, target.element);
          ++self->writes[output][at * target.rest + r];
        }
      }
  return 0;
}

int32_t MemoryStream::report(void *user, const seis_rt_progress *progress) {
  auto *self = static_cast<MemoryStream *>(user);
  return self->progress ? self->progress(*progress) : 0;
}

} // namespace seis::test
