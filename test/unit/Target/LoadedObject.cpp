#include "LoadedObject.h"

#include "gtest/gtest.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>

using namespace seis::test;

static std::string makeFolder() {
  char path[] = "/tmp/seis-target-XXXXXX";
  const char *made = mkdtemp(path);
  EXPECT_NE(made, nullptr);
  return made ? made : "";
}

Folder::Folder() : path(makeFolder()) {}
Folder::~Folder() { std::filesystem::remove_all(path); }

std::string Folder::write(const std::string &name, const std::string &bytes) const {
  std::ofstream(*this / name, std::ios::binary) << bytes;
  return *this / name;
}

Ran seis::test::run(const std::string &command) {
  Ran ran = {"", -1};
  FILE *pipe = popen(("(" + command + ") 2>&1").c_str(), "r");
  if (!pipe)
    return ran;
  char buffer[4096];
  while (size_t n = fread(buffer, 1, sizeof buffer, pipe))
    ran.output.append(buffer, n);
  ran.status = pclose(pipe);
  return ran;
}

LoadedObject::LoadedObject(const std::string &bytes)
    : handle(dlopen(folder.write("object.so", bytes).c_str(), RTLD_NOW | RTLD_LOCAL)) {
  EXPECT_NE(handle, nullptr) << dlerror();
}
LoadedObject::~LoadedObject() { dlclose(handle); }

const seis_module *LoadedObject::query(uint32_t version) const {
  using Query = const seis_module *(*)(uint32_t);
  auto function = reinterpret_cast<Query>(dlsym(handle, "seis_module_query"));
  return function ? function(version) : nullptr;
}

static seis_box makeBox(Extent survey, Extent first, Extent extent, Extent lo, Extent hi) {
  seis_box box = {};
  box.struct_size = sizeof box;
  for (size_t a = 0; a < 3; ++a) {
    int64_t begin = std::max<int64_t>(0, first[a] - lo[a]);
    int64_t end = std::min(survey[a], first[a] + extent[a] + hi[a]);
    box.block[a] = end - begin;
    box.lo[a] = first[a] - begin;
    box.extent[a] = extent[a];
    box.origin[a] = begin;
    box.volume[a] = survey[a];
  }
  return box;
}

Call::Call(const seis_entry *entry, Extent survey, Extent first, Extent extent, Extent lo,
           Extent hi)
    : entry(entry), box(makeBox(survey, first, extent, lo, hi)),
      in(SEIS_F32, {box.block[0], box.block[1], box.block[2]}),
      out(SEIS_F32, {extent[0], extent[1], extent[2]}), inputs{&in.abi}, outputs{&out.abi} {
  size_t at = 0;
  for (int64_t i = 0; i < box.block[0]; ++i)
    for (int64_t x = 0; x < box.block[1]; ++x)
      for (int64_t t = 0; t < box.block[2]; ++t)
        in.values[at++] = sample(box.origin[0] + i, box.origin[1] + x, box.origin[2] + t);
  options = {};
  options.struct_size = sizeof options;
  options.message = message;
  options.message_size = sizeof message;
}

int32_t Call::run() {
  message[0] = 0;
  return entry->run(inputs.data(), outputs.data(), params.data(), tables, &box, &options);
}
