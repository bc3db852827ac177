//===- PassTest.cpp - Reductions over the survey --------------------------===//
#include "LoadedObject.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace seis;
using namespace seis::test;

namespace {

const LoadedObject &norm() {
  static LoadedObject object = [] {
    TargetOptions options;
    options.openmp = false;
    return LoadedObject(emitOne(normSpec("norm"), options, EmitKind::Shared));
  }();
  return object;
}

const seis_pass *range() { return norm().entry()->passes[0]; }

constexpr Extent survey = {40, 70, 3}; // cells: 2 x 3, the last ones short

struct alignas(64) Partial {
  uint64_t nan, samples;
  double values[6];
};

/// Reduces a box into `partials`.
int32_t reduce(Call &call, std::vector<Partial> &partials, const uint8_t *live = nullptr) {
  for (Partial &p : partials)
    range()->init(nullptr, &p);
  call.message[0] = 0;
  return range()->reduce(call.inputs.data(), nullptr, nullptr, &call.box, live, partials.data(),
                         &call.options);
}

/// Merges all and finishes; the table.
std::vector<double> finish(const std::vector<Partial> &partials) {
  Partial total;
  range()->init(nullptr, &total);
  for (const Partial &p : partials)
    EXPECT_EQ(range()->merge(&total, &p), SEIS_OK);
  Array<double> table(SEIS_F64, {4});
  EXPECT_EQ(range()->finish(&total, &table.abi), SEIS_OK);
  return table.values;
}

TEST(PassTest, DescribesItself) {
  const seis_pass *pass = range();
  EXPECT_EQ(pass->struct_size, sizeof(seis_pass));
  EXPECT_STREQ(pass->name, "range");
  EXPECT_EQ(pass->table_dtype, uint32_t(SEIS_F64));
  ASSERT_EQ(pass->table_rank, 1u);
  EXPECT_EQ(pass->table_shape[0], 4);
  EXPECT_EQ(pass->partial_bytes(nullptr), sizeof(Partial));
}

TEST(PassTest, ReducesAndRuns) {
  Call call(norm().entry(), survey);
  std::vector<Partial> partials(6);
  ASSERT_EQ(reduce(call, partials), SEIS_OK) << call.message;
  EXPECT_EQ(partials[0].samples, 32u * 32 * 3);
  EXPECT_EQ(partials[5].samples, 8u * 6 * 3);
  EXPECT_EQ(partials[5].values[0], Call::sample(32, 64, 0));
  std::vector<double> table = finish(partials);
  double sum = 0;
  for (float v : call.in.values)
    sum += v;
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[1], Call::sample(39, 69, 2));
  EXPECT_NEAR(table[2], sum, 1e-9 * sum);
  EXPECT_EQ(table[3], 40 * 70 * 3);

  Array<double> tableArray(SEIS_F64, {4});
  tableArray.values[0] = 100;
  const seis_array *tables[] = {&tableArray.abi};
  call.tables = tables;
  ASSERT_EQ(call.run(), SEIS_OK) << call.message;
  EXPECT_EQ(call.out.values[5], call.in.values[5] - 100);
}

TEST(PassTest, IsTheSameInOtherBlocks) {
  Call whole(norm().entry(), survey);
  std::vector<Partial> all(6), parts(6);
  ASSERT_EQ(reduce(whole, all), SEIS_OK);
  const Extent first[] = {{0, 0, 0}, {0, 32, 0}, {32, 0, 0}};
  const Extent extent[] = {{32, 32, 3}, {32, 38, 3}, {8, 70, 3}};
  const size_t cells[] = {1, 2, 3};
  std::vector<Partial> joined;
  for (int i = 0; i < 3; ++i) {
    Call call(norm().entry(), survey, first[i], extent[i]);
    std::vector<Partial> some(cells[i]);
    ASSERT_EQ(reduce(call, some), SEIS_OK) << call.message;
    joined.insert(joined.end(), some.begin(), some.end());
  }
  EXPECT_EQ(finish(joined), finish(all));
}

TEST(PassTest, LeavesOutDeadTraces) {
  Call call(norm().entry(), survey);
  std::vector<Partial> partials(6);
  std::vector<uint8_t> live(40 * 70, 0);
  live[3 * 70 + 50] = 1;
  call.in.values[0] = NAN; // in a dead trace
  ASSERT_EQ(reduce(call, partials, live.data()), SEIS_OK) << call.message;
  std::vector<double> table = finish(partials);
  EXPECT_EQ(table[0], Call::sample(3, 50, 0));
  EXPECT_EQ(table[3], 3);
  live.assign(live.size(), 0);
  ASSERT_EQ(reduce(call, partials, live.data()), SEIS_OK) << call.message;
  EXPECT_EQ(finish(partials), std::vector<double>(4, 0.0));
}

TEST(PassTest, ReportsNaN) {
  Call call(norm().entry(), survey);
  std::vector<Partial> partials(6);
  call.in.values[(33 * 70 + 65) * 3] = NAN;
  EXPECT_EQ(reduce(call, partials), SEIS_ERR_NAN);
  EXPECT_STREQ(call.message, "pass 'range': NaN in a live trace, inline index 32 to 39, crossline "
                             "index 64 to 69; mark such traces dead or replace NaN first");
  Partial total;
  range()->init(nullptr, &total);
  EXPECT_EQ(range()->merge(&total, &partials[4]), SEIS_OK);
  EXPECT_EQ(range()->merge(&total, &partials[5]), SEIS_ERR_NAN);
  Array<double> table(SEIS_F64, {4});
  EXPECT_EQ(range()->finish(&total, &table.abi), SEIS_ERR_NAN);
}

TEST(PassTest, RefusesBoxes) {
  std::vector<Partial> partials(6);
  {
    Call call(norm().entry(), survey, {0, 16, 0}, {40, 54, 3});
    EXPECT_EQ(reduce(call, partials), SEIS_ERR_SHAPE);
    EXPECT_STREQ(call.message, "range: the box of a pass must be made of whole cells of 32 x 32 "
                               "traces: on axis crossline it goes from 16 to 70 of 70");
  }
  {
    Call call(norm().entry(), survey, {0, 0, 0}, {33, 70, 3});
    EXPECT_EQ(reduce(call, partials), SEIS_ERR_SHAPE);
    EXPECT_STREQ(call.message, "range: the box of a pass must be made of whole cells of 32 x 32 "
                               "traces: on axis inline it goes from 0 to 33 of 40");
  }
  {
    Call call(norm().entry(), survey, {0, 0, 0}, {40, 70, 2});
    EXPECT_EQ(reduce(call, partials), SEIS_ERR_SHAPE);
    EXPECT_STREQ(call.message,
                 "range: the box of a pass must have whole traces: it has 2 of 3 samples");
  }
}

TEST(PassTest, RefusesArguments) {
  Call call(norm().entry(), survey);
  EXPECT_EQ(range()->reduce(call.inputs.data(), nullptr, nullptr, &call.box, nullptr, nullptr,
                            &call.options),
            SEIS_ERR_ARGUMENT);
  EXPECT_STREQ(call.message, "range: partials is NULL or not aligned to 64");
  EXPECT_EQ(range()->merge(nullptr, nullptr), SEIS_ERR_ARGUMENT);
  Partial p;
  range()->init(nullptr, &p);
  EXPECT_EQ(range()->merge(&p, &p), SEIS_ERR_ARGUMENT) << "a partial cannot be added to itself";
  EXPECT_EQ(range()->finish(&p, nullptr), SEIS_ERR_ARGUMENT);
  Array<double> narrow(SEIS_F64, {3}), table(SEIS_F64, {4});
  EXPECT_EQ(range()->finish(&p, &narrow.abi), SEIS_ERR_SHAPE);
  table.abi.dtype = SEIS_F32;
  EXPECT_EQ(range()->finish(&p, &table.abi), SEIS_ERR_DTYPE);
  EXPECT_EQ(range()->finish(nullptr, &table.abi), SEIS_ERR_ARGUMENT);
}

TEST(PassTest, RunWantsTables) {
  Call call(norm().entry(), survey);
  EXPECT_EQ(call.run(), SEIS_ERR_ARGUMENT);
  EXPECT_STREQ(call.message, "norm: the list of tables is NULL, wanted 1: run the passes first");
  const seis_array *tables[] = {nullptr};
  call.tables = tables;
  EXPECT_EQ(call.run(), SEIS_ERR_ARGUMENT);
  EXPECT_STREQ(call.message, "norm: table of pass 'range' is NULL");
  Array<double> table(SEIS_F64, {4});
  tables[0] = &table.abi;
  table.abi.dtype = SEIS_F32;
  EXPECT_EQ(call.run(), SEIS_ERR_DTYPE);
  EXPECT_STREQ(call.message, "norm: table of pass 'range': element type is f32, wanted native f64");
  table.abi.dtype = SEIS_F64;
  table.shape[0] = 2;
  EXPECT_EQ(call.run(), SEIS_ERR_SHAPE);
  EXPECT_STREQ(call.message,
               "norm: table of pass 'range' has 2 values at stride 1, wanted 4 at stride 1");
  table.shape[0] = 4;
  EXPECT_EQ(call.run(), SEIS_OK) << call.message;
}

} // namespace
