//===- EntryTest.cpp - An object called through its C interface -----------===//
#include "LoadedObject.h"

#include "gtest/gtest.h"

#include <cmath>
#include <fstream>
#include <thread>

using namespace seis;
using namespace seis::test;

namespace {

/// The object y = 2 x + bias; halo [1,2] [0,3] whole; one for all tests.
const LoadedObject &affine() {
  static LoadedObject object(emitOne(affineSpec("affine", true), {}, EmitKind::Shared));
  return object;
}

constexpr Extent survey = {7, 9, 20};

void expectAffine(const Call &call, double bias = 0.5) {
  size_t at = 0;
  for (int64_t i = 0; i < call.box.extent[0]; ++i)
    for (int64_t x = 0; x < call.box.extent[1]; ++x)
      for (int64_t t = 0; t < call.box.extent[2]; ++t) {
        float want = 2 * Call::sample(call.box.origin[0] + call.box.lo[0] + i,
                                      call.box.origin[1] + call.box.lo[1] + x,
                                      call.box.origin[2] + call.box.lo[2] + t) +
                     static_cast<float>(bias);
        ASSERT_EQ(call.out.values[at++], want) << i << ' ' << x << ' ' << t;
      }
}

/// The call fails with this status and exactly this message, and writes nothing.
void expectRefused(Call &call, int32_t status, const std::string &message) {
  EXPECT_EQ(call.run(), status);
  EXPECT_EQ(call.message, message);
  for (float v : call.out.values)
    ASSERT_EQ(v, 0);
}

TEST(EntryTest, DescribesItself) {
  const seis_module *module = affine().query();
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->struct_size, sizeof(seis_module));
  EXPECT_EQ(module->abi_version, SEIS_ABI_VERSION);
  EXPECT_EQ(module->kind, uint32_t(SEIS_CPU));
  EXPECT_EQ(module->status, SEIS_OK);
  EXPECT_STREQ(module->status_text, "");
  EXPECT_EQ(module->bundle, nullptr);
  ASSERT_EQ(module->n_entries, 1u);
  const seis_entry *entry = module->entries[0];
  EXPECT_EQ(entry->struct_size, sizeof(seis_entry));
  EXPECT_STREQ(entry->name, "affine");
  EXPECT_EQ(entry->n_in, 1u);
  EXPECT_EQ(entry->n_out, 1u);
  EXPECT_EQ(entry->n_param, 2u);
  EXPECT_EQ(entry->n_pass, 0u);
  EXPECT_EQ(entry->passes, nullptr);
  EXPECT_EQ(module, affine().query(7)) << "a newer caller gets the same";
  EXPECT_EQ(affine().query(0), nullptr) << "an older caller gets nothing";
}

TEST(EntryTest, Computes) {
  Call whole(affine().entry(), survey);
  EXPECT_EQ(whole.run(), SEIS_OK) << whole.message;
  expectAffine(whole);
  for (int32_t threads : {1, 2, 3}) {
    Call call(affine().entry(), survey, {2, 3, 0}, {3, 2, 20}, {1, 0, 0}, {2, 3, 0});
    call.options.threads = threads;
    call.params[0] = -10;
    EXPECT_EQ(call.run(), SEIS_OK) << call.message;
    expectAffine(call, -10);
  }
}

TEST(EntryTest, WorksWithoutCallStructure) {
  Call call(affine().entry(), survey);
  EXPECT_EQ(call.entry->run(call.inputs.data(), call.outputs.data(), call.params.data(), nullptr,
                            &call.box, nullptr),
            SEIS_OK);
  expectAffine(call);
}

TEST(EntryTest, FollowsStrides) {
  // Input: one row for all crosslines (stride 0), inlines backwards. Output: crossline slowest.
  Call call(affine().entry(), survey);
  std::vector<float> rows(7 * 20);
  for (int64_t i = 0; i < 7; ++i)
    for (int64_t t = 0; t < 20; ++t)
      rows[static_cast<size_t>((6 - i) * 20 + t)] = Call::sample(i, 0, t);
  call.in.stride = {-20, 0, 1};
  call.in.abi.data = &rows[6 * 20];
  call.out.stride = {20, 7 * 20, 1};
  EXPECT_EQ(call.run(), SEIS_OK) << call.message;
  for (int64_t i = 0; i < 7; ++i)
    for (int64_t x = 0; x < 9; ++x)
      for (int64_t t = 0; t < 20; ++t)
        ASSERT_EQ(call.out.values[static_cast<size_t>(i * 20 + x * 140 + t)],
                  2 * Call::sample(i, 0, t) + 0.5f);
  // Backwards output.
  Call back(affine().entry(), survey);
  back.out.stride = {-180, 20, 1};
  back.out.abi.data = &back.out.values[6 * 180];
  EXPECT_EQ(back.run(), SEIS_OK) << back.message;
  EXPECT_EQ(back.out.values[0], 2 * Call::sample(6, 0, 0) + 0.5f);
}

TEST(EntryTest, IgnoresStridesOfExtentOne) {
  Call call(affine().entry(), {1, 1, 1});
  call.in.stride = {-77, 0, 13};
  call.out.stride = {0, 0, 0};
  EXPECT_EQ(call.run(), SEIS_OK) << call.message;
  expectAffine(call);
}

TEST(EntryTest, AcceptsLongerStructures) {
  Call call(affine().entry(), survey);
  struct {
    seis_array array;
    uint64_t more[4];
  } in = {call.in.abi, {1, 2, 3, 4}};
  in.array.struct_size = sizeof in;
  struct {
    seis_box box;
    uint64_t more;
  } box = {call.box, 99};
  box.box.struct_size = sizeof box;
  struct {
    seis_call options;
    void *more;
  } options = {call.options, &in};
  options.options.struct_size = sizeof options;
  call.inputs[0] = &in.array;
  EXPECT_EQ(call.entry->run(call.inputs.data(), call.outputs.data(), call.params.data(), nullptr,
                            &box.box, &options.options),
            SEIS_OK);
  expectAffine(call);
}

TEST(EntryTest, RefusesShorterStructures) {
  {
    Call call(affine().entry(), survey);
    call.in.abi.struct_size = 64;
    expectRefused(call, SEIS_ERR_ARGUMENT,
                  "affine: input 'x': struct_size is 64, wanted at least the 72 bytes of version "
                  "1");
  }
  {
    Call call(affine().entry(), survey);
    call.out.abi.struct_size = 0;
    expectRefused(call, SEIS_ERR_ARGUMENT,
                  "affine: output 'y': struct_size is 0, wanted at least the 72 bytes of version "
                  "1");
  }
  {
    Call call(affine().entry(), survey);
    call.box.struct_size = 127;
    expectRefused(call, SEIS_ERR_ARGUMENT,
                  "affine: box: struct_size is 127, wanted at least the 128 bytes of version 1");
  }
  {
    Call call(affine().entry(), survey);
    call.options.struct_size = 8;
    expectRefused(call, SEIS_ERR_ARGUMENT, "");
  }
}

TEST(EntryTest, RefusesReserved) {
  Call array(affine().entry(), survey);
  array.in.abi.reserved[1] = 5;
  expectRefused(array, SEIS_ERR_ARGUMENT, "affine: input 'x': reserved is not 0");
  Call box(affine().entry(), survey);
  box.box.reserved = 3;
  expectRefused(box, SEIS_ERR_ARGUMENT, "affine: box: reserved is 3, wanted 0");
}

TEST(EntryTest, RefusesNull) {
  {
    Call call(affine().entry(), survey);
    EXPECT_EQ(call.entry->run(nullptr, call.outputs.data(), call.params.data(), nullptr, &call.box,
                              &call.options),
              SEIS_ERR_ARGUMENT);
    EXPECT_STREQ(call.message, "affine: the list of inputs is NULL, wanted 1");
    EXPECT_EQ(call.entry->run(call.inputs.data(), nullptr, call.params.data(), nullptr, &call.box,
                              &call.options),
              SEIS_ERR_ARGUMENT);
    EXPECT_STREQ(call.message, "affine: the list of outputs is NULL, wanted 1");
    EXPECT_EQ(call.entry->run(call.inputs.data(), call.outputs.data(), nullptr, nullptr, &call.box,
                              &call.options),
              SEIS_ERR_ARGUMENT);
    EXPECT_STREQ(call.message, "affine: params is NULL, wanted 2 values");
    EXPECT_EQ(call.entry->run(call.inputs.data(), call.outputs.data(), call.params.data(), nullptr,
                              nullptr, &call.options),
              SEIS_ERR_ARGUMENT);
    EXPECT_STREQ(call.message, "affine: box is NULL");
  }
  {
    Call call(affine().entry(), survey);
    call.inputs[0] = nullptr;
    expectRefused(call, SEIS_ERR_ARGUMENT, "affine: input 'x' is NULL");
  }
  {
    Call call(affine().entry(), survey);
    call.out.abi.data = nullptr;
    expectRefused(call, SEIS_ERR_ARGUMENT, "affine: output 'y': data is NULL");
  }
  {
    Call call(affine().entry(), survey);
    call.in.abi.shape = nullptr;
    expectRefused(call, SEIS_ERR_ARGUMENT, "affine: input 'x': shape is NULL");
  }
  {
    Call call(affine().entry(), survey);
    call.in.abi.stride = nullptr;
    expectRefused(call, SEIS_ERR_ARGUMENT, "affine: input 'x': stride is NULL");
  }
}

TEST(EntryTest, RefusesTypes) {
  {
    Call call(affine().entry(), survey);
    call.in.abi.dtype = SEIS_I16;
    expectRefused(call, SEIS_ERR_DTYPE,
                  "affine: input 'x': element type is i16, wanted f32; convert the array or "
                  "compile the program for its type");
  }
  {
    Call call(affine().entry(), survey);
    call.out.abi.dtype = 12345;
    expectRefused(call, SEIS_ERR_DTYPE,
                  "affine: output 'y': element type is unknown, wanted f32; convert the array or "
                  "compile the program for its type");
  }
  {
    Call call(affine().entry(), survey);
    call.in.abi.storage = SEIS_IBM;
    expectRefused(call, SEIS_ERR_DTYPE,
                  "affine: input 'x': storage is ibm, wanted native f32; convert the samples while "
                  "reading");
  }
}

TEST(EntryTest, RefusesShapes) {
  {
    Call call(affine().entry(), survey);
    call.in.abi.rank = 2;
    expectRefused(call, SEIS_ERR_SHAPE, "affine: input 'x': rank is 2, wanted 3");
  }
  {
    Call call(affine().entry(), survey);
    call.in.shape[1] = 8;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: input 'x': extent of axis 1 (crossline) is 8, wanted 9 as in the block");
  }
  {
    Call call(affine().entry(), survey);
    call.out.shape[2] = 21;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: output 'y': extent of axis 2 (sample) is 21, wanted 20 as in the box");
  }
  {
    Call call(affine().entry(), survey);
    call.in.stride[2] = 2;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: input 'x': stride of axis 2 (sample) is 2, wanted 1: it must be dense");
  }
  for (int64_t stride : {INT64_C(0), INT64_C(19), INT64_C(-19)}) {
    Call call(affine().entry(), survey);
    call.out.stride[1] = stride;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: output 'y': stride of axis 1 (crossline) is " + std::to_string(stride) +
                      ", which makes its rows of 20 overlap");
  }
  {
    Call call(affine().entry(), survey);
    call.in.abi.data = reinterpret_cast<char *>(call.in.values.data()) + 2;
    expectRefused(call, SEIS_ERR_ARGUMENT,
                  "affine: input 'x': the address of its data is not a multiple of 4");
  }
  {
    Call call(affine().entry(), survey);
    call.out.abi.data = call.in.values.data();
    expectRefused(call, SEIS_ERR_ARGUMENT,
                  "affine: output 'y' has the memory of input 'x': they must not overlap");
  }
}

TEST(EntryTest, RefusesBoxes) {
  for (int a = 0; a < 3; ++a) {
    const char *axis[] = {"inline", "crossline", "sample"};
    Call empty(affine().entry(), survey);
    empty.box.extent[a] = 0;
    empty.inputs[0] = nullptr; // an empty array may have no memory
    expectRefused(empty, SEIS_ERR_EMPTY,
                  std::string("affine: the box has extent 0 on axis ") + axis[a] +
                      ": there is nothing to compute");
  }
  {
    Call call(affine().entry(), survey);
    call.box.lo[1] = 1;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: the box is outside its block on axis crossline: lo 1, extent 9, block "
                  "9");
  }
  {
    Call call(affine().entry(), survey);
    call.box.extent[2] = -1;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: the box is outside its block on axis sample: lo 0, extent -1, block 20");
  }
  {
    Call call(affine().entry(), survey);
    call.box.lo[0] = INT64_MAX;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: the box is outside its block on axis inline: lo 9223372036854775807, "
                  "extent 7, block 7");
  }
  {
    Call call(affine().entry(), survey);
    call.box.origin[0] = 1;
    expectRefused(call, SEIS_ERR_SHAPE,
                  "affine: the block is outside the survey on axis inline: origin 1, block 7, "
                  "volume 7");
  }
}

TEST(EntryTest, RefusesMissingHalo) {
  {
    Call call(affine().entry(), survey, {1, 0, 0}, {6, 9, 20});
    expectRefused(call, SEIS_ERR_HALO,
                  "affine: halo is missing on the low side of axis inline: wanted 1 before the "
                  "box, the block has 0 and the survey goes on; enlarge the block by 1");
  }
  {
    // Three wanted, two are left in the survey, one is there.
    Call call(affine().entry(), survey, {0, 0, 0}, {7, 7, 20}, {0, 0, 0}, {0, 1, 0});
    expectRefused(call, SEIS_ERR_HALO,
                  "affine: halo is missing on the high side of axis crossline: wanted 2 after the "
                  "box, the block has 1 and the survey goes on; enlarge the block by 1");
  }
  {
    Call call(affine().entry(), survey, {0, 0, 0}, {7, 9, 10});
    expectRefused(call, SEIS_ERR_HALO,
                  "affine: axis sample must be whole: the block has 10 of its 20 positions; never "
                  "cut this axis into blocks");
  }
  // A block that ends at the survey's faces needs no halo; more than the halo is welcome.
  Call edge(affine().entry(), survey, {0, 5, 0}, {2, 4, 20}, {0, 0, 0}, {5, 0, 0});
  EXPECT_EQ(edge.run(), SEIS_OK) << edge.message;
  expectAffine(edge);
}

TEST(EntryTest, RefusesParameters) {
  const std::pair<double, const char *> bias[] = {
      {10, "10"}, {-10.001, "-10.001"}, {NAN, "NaN"}, {INFINITY, "inf"}, {1e300, "1e300"}};
  for (auto [value, text] : bias) {
    Call call(affine().entry(), survey);
    call.params[0] = value;
    expectRefused(call, SEIS_ERR_PARAM,
                  std::string("affine: parameter 'bias' is ") + text +
                      ", wanted at least -10 and below 10");
  }
  const std::pair<double, const char *> dt[] = {
      {0, "0"},         {-0.001953125, "-0.001953125"},
      {-1e-9, "-1e-9"}, {-123456.75, "-123456.75"},
      {-1e15, "-1e15"}, {-999999999999999.9, "-1e15"},
      {-0.1, "-0.1"},   {-5e-324, "-4.94065645841247e-324"}};
  for (auto [value, text] : dt) {
    Call call(affine().entry(), survey);
    call.params[1] = value;
    expectRefused(call, SEIS_ERR_PARAM,
                  std::string("affine: parameter 'dt_ms' is ") + text + ", wanted above 0");
  }
}

TEST(EntryTest, RefusesCallOptions) {
  Call negative(affine().entry(), survey);
  negative.options.threads = -2;
  expectRefused(negative, SEIS_ERR_ARGUMENT, "affine: threads is -2, wanted 0 (default) or more");
  Call half(affine().entry(), survey);
  half.options.alloc = [](void *, size_t, size_t) -> void * { return nullptr; };
  expectRefused(half, SEIS_ERR_ARGUMENT, "affine: alloc is given but release is NULL");
}

TEST(EntryTest, CutsMessagesToTheirRoom) {
  Call call(affine().entry(), survey);
  call.in.abi.rank = 2;
  std::fill(std::begin(call.message), std::end(call.message), 'z');
  call.options.message_size = 10;
  EXPECT_EQ(call.entry->run(call.inputs.data(), call.outputs.data(), call.params.data(), nullptr,
                            &call.box, &call.options),
            SEIS_ERR_SHAPE);
  EXPECT_STREQ(call.message, "affine: i");
  EXPECT_EQ(call.message[10], 'z');
}

struct Arena {
  int allocations = 0, releases = 0;
  size_t bytes = 0, align = 0, offset = 0;
  bool exhausted = false;
  alignas(64) char memory[8192];

  static void *alloc(void *self, size_t bytes, size_t align) {
    auto *arena = static_cast<Arena *>(self);
    ++arena->allocations;
    arena->bytes = bytes;
    arena->align = align;
    return arena->exhausted ? nullptr : arena->memory + arena->offset;
  }
  static void release(void *self, void *memory) {
    auto *arena = static_cast<Arena *>(self);
    EXPECT_EQ(memory, arena->memory + arena->offset);
    ++arena->releases;
  }
  void serve(seis_call &options) {
    options.alloc = alloc;
    options.release = release;
    options.user = this;
  }
};

TEST(EntryTest, AllocatesOncePerCall) {
  Arena arena;
  Call call(affine().entry(), survey);
  arena.serve(call.options);
  call.options.threads = 3;
  EXPECT_EQ(call.run(), SEIS_OK) << call.message;
  EXPECT_EQ(arena.allocations, 1);
  EXPECT_EQ(arena.releases, 1);
  EXPECT_EQ(arena.bytes, 192u);
  EXPECT_EQ(arena.align, 64u);
  EXPECT_EQ(call.entry->scratch_bytes(&call.box, 3), 192u);
  seis_box wrong = call.box;
  wrong.extent[0] = 0;
  EXPECT_EQ(call.entry->scratch_bytes(&wrong, 3), 0u);
  EXPECT_EQ(call.entry->scratch_bytes(nullptr, 3), 0u);
  EXPECT_EQ(call.entry->scratch_bytes(&call.box, -1), 0u);
  EXPECT_GE(call.entry->scratch_bytes(&call.box, 0), 64u);
}

TEST(EntryTest, ReportsFailedAllocation) {
  Arena arena;
  arena.exhausted = true;
  Call call(affine().entry(), survey);
  arena.serve(call.options);
  call.options.threads = 1;
  expectRefused(call, SEIS_ERR_MEMORY,
                "affine: no memory for 64 bytes of scratch; use smaller blocks or fewer threads");
  EXPECT_EQ(arena.releases, 0);
  arena.exhausted = false;
  arena.offset = 32;
  expectRefused(call, SEIS_ERR_ARGUMENT, "affine: alloc returned memory that is not aligned to 64");
  EXPECT_EQ(arena.releases, 1);
}

TEST(EntryTest, ReportsStatusOfTheKernel) {
  ObjectSpec spec = affineSpec("affine", false);
  spec.entries[0].runSymbol = "failing";
  TargetOptions options;
  options.openmp = false;
  LoadedObject object(emitOne(spec, options, EmitKind::Shared));
  Call call(object.entry(), survey);
  expectRefused(call, SEIS_ERR_LIMIT, "affine: the computation ended with status 8");
}

TEST(EntryTest, SerialObjectIgnoresThreads) {
  TargetOptions options;
  options.openmp = false;
  LoadedObject object(emitOne(affineSpec("affine", false), options, EmitKind::Shared));
  Call call(object.entry(), survey);
  call.options.threads = 5;
  EXPECT_EQ(call.entry->scratch_bytes(&call.box, 5), 64u);
  EXPECT_EQ(call.run(), SEIS_OK) << call.message;
  expectAffine(call);
}

// Line numbers and outputs of other ranks: a table of f64 in, a value per trace, a fixed table out.
TEST(EntryTest, ChecksOtherRanks) {
  ObjectSpec spec = affineSpec("affine", false);
  EntrySpec &entry = spec.entries[0];
  InputSpec lines;
  lines.name = "line_inline";
  lines.dtype = DType::F64;
  lines.axes = {{ArrayAxis::Inline}};
  lines.from = "line(inline)";
  entry.inputs.push_back(lines);
  OutputSpec map, table, scalar;
  map.name = "map";
  map.axes = {{ArrayAxis::Inline}, {ArrayAxis::Crossline}};
  table.name = "table";
  table.axes = {{ArrayAxis::Fixed, 2}, {ArrayAxis::Fixed, 3}};
  table.dtype = DType::C128;
  scalar.name = "scalar";
  scalar.axes = {};
  entry.outputs = {entry.outputs[0], map, table, scalar};
  TargetOptions options;
  options.openmp = false;
  LoadedObject object(emitOne(spec, options, EmitKind::Shared));
  ASSERT_EQ(object.entry()->n_in, 2u);

  auto attempt = [&](auto &&change) {
    Call call(object.entry(), survey);
    Array<double> numbers(SEIS_F64, {7});
    Volume perTrace(SEIS_F32, {7, 9}), one(SEIS_F32, {});
    Array<std::array<double, 2>> six(SEIS_C128, {2, 3});
    one.abi.shape = one.abi.stride = nullptr;
    change(numbers, perTrace, six, one);
    const seis_array *in[] = {&call.in.abi, &numbers.abi};
    seis_array *out[] = {&call.out.abi, &perTrace.abi, &six.abi, &one.abi};
    int32_t status =
        call.entry->run(in, out, call.params.data(), nullptr, &call.box, &call.options);
    return std::to_string(status) + " " + call.message;
  };
  EXPECT_EQ(attempt([](auto &, auto &, auto &, auto &) {}), "0 ");
  EXPECT_EQ(attempt([](auto &numbers, auto &, auto &, auto &) { numbers.shape[0] = 6; }),
            "3 affine: input 'line_inline': extent of axis 0 (inline) is 6, wanted 7 as in the "
            "block");
  EXPECT_EQ(attempt([](auto &numbers, auto &, auto &, auto &) { numbers.stride[0] = 2; }),
            "3 affine: input 'line_inline': stride of axis 0 (inline) is 2, wanted 1: it must be "
            "dense");
  EXPECT_EQ(attempt([](auto &, auto &map, auto &, auto &) { map.stride = {1, 7}; }), "0 ");
  EXPECT_EQ(attempt([](auto &, auto &map, auto &, auto &) { map.stride[0] = 0; }),
            "3 affine: output 'map': stride of axis 0 (inline) is 0, which makes its rows of 1 "
            "overlap");
  EXPECT_EQ(attempt([](auto &, auto &, auto &six, auto &) { six.shape[1] = 4; }),
            "3 affine: output 'table': extent of axis 1 (table) is 4, wanted 3");
  EXPECT_EQ(attempt([](auto &, auto &, auto &six, auto &) { six.stride[0] = 4; }),
            "3 affine: output 'table': stride of axis 0 (table) is 4, wanted 3: it must be dense");
  EXPECT_EQ(attempt([](auto &, auto &, auto &, auto &one) { one.abi.dtype = SEIS_F64; }),
            "2 affine: output 'scalar': element type is f64, wanted f32; convert the array or "
            "compile the program for its type");
}

TEST(EntryTest, HoldsSeveralEntries) {
  ObjectSpec spec = affineSpec("first", false);
  spec.entries.push_back(normSpec("second").entries[0]);
  TargetOptions options;
  options.openmp = false;
  LoadedObject object(emitOne(spec, options, EmitKind::Shared));
  ASSERT_EQ(object.query()->n_entries, 2u);
  Call first(object.query()->entries[0], survey);
  EXPECT_EQ(first.run(), SEIS_OK) << first.message;
  expectAffine(first);
  Call second(object.query()->entries[1], survey);
  EXPECT_EQ(second.run(), SEIS_ERR_ARGUMENT);
  EXPECT_STREQ(second.message,
               "second: the list of tables is NULL, wanted 1: run the passes first");
}

size_t residentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.compare(0, 6, "VmRSS:") == 0)
      return std::stoul(line.substr(6));
  return 0;
}

TEST(EntryTest, OpensAndClosesWithoutGrowth) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer's own memory counts too";
#endif
#endif
  std::string bytes = emitOne(affineSpec("affine", true), {}, EmitKind::Shared);
  auto cycle = [&] {
    LoadedObject object(bytes);
    Call call(object.entry(), {2, 3, 4});
    call.options.threads = 1;
    ASSERT_EQ(call.run(), SEIS_OK) << call.message;
  };
  for (int i = 0; i < 100; ++i)
    cycle();
  size_t before = residentKilobytes();
  for (int i = 0; i < 1000; ++i)
    cycle();
  EXPECT_LT(residentKilobytes(), before + 1024);
}

TEST(EntryTest, ManyThreadsCallAtOnce) {
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([] {
      for (int repeat = 0; repeat < 50; ++repeat) {
        Call call(affine().entry(), survey);
        call.options.threads = 1 + repeat % 2;
        ASSERT_EQ(call.run(), SEIS_OK) << call.message;
        expectAffine(call);
      }
    });
  for (std::thread &caller : callers)
    caller.join();
}

} // namespace
