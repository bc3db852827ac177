//===- ParamsTest.cpp - Filling the parameter table -----------------------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace seis::test;

namespace {

const double unknown = std::nan("");

/// The table of an object, or the message.
std::string table(const Module &module, std::vector<seis_rt_setting> settings, double dtMs) {
  std::vector<double> params(seis_rt_entry(module.get(), 0)->n_param, -777);
  char text[512];
  int32_t status = seis_rt_params(module.get(), 0, settings.data(), settings.size(), dtMs,
                                  params.data(), text, sizeof text);
  if (status != SEIS_OK) {
    bool interval = std::strstr(text, "sample interval");
    EXPECT_EQ(status, interval ? int32_t(SEIS_RT_ERR_INTERVAL) : int32_t(SEIS_ERR_PARAM));
    return text;
  }
  std::string list;
  for (double value : params) {
    std::snprintf(text, sizeof text, "%s%g", list.empty() ? "" : " ", value);
    list += text;
  }
  return list;
}

} // namespace

TEST(ParamsTest, PresetsSettingsAndInterval) {
  Module module = open("pointwise");
  EXPECT_EQ(table(module, {}, 4), "2 0.5 4");
  EXPECT_EQ(table(module, {{"gain", -10}}, 2), "-10 0.5 2");
  EXPECT_EQ(table(module, {{"shift", 99.5}, {"gain", 10}}, 4), "10 99.5 4");
  // The interval given by name wins over that of the data.
  EXPECT_EQ(table(module, {{"dt_ms", 1}}, 4), "2 0.5 1");
}

TEST(ParamsTest, RefusesWithASentence) {
  Module module = open("pointwise");
  EXPECT_EQ(table(module, {{"gian", 1}}, 4),
            "entry 'pointwise' has no parameter 'gian': did you mean 'gain'?");
  EXPECT_EQ(table(module, {{"dtms", 1}}, 4),
            "entry 'pointwise' has no parameter 'dtms': did you mean 'dt_ms'?");
  EXPECT_EQ(table(module, {{"gain", 1}, {"gain", 1}}, 4), "parameter 'gain' is given twice");
  EXPECT_EQ(table(module, {}, unknown),
            "entry 'pointwise' needs the sample interval, which the data "
            "does not have: add --dt-ms=");
  EXPECT_EQ(table(module, {{"gain", 10.5}}, 4), "parameter 'gain' must be at most 10, got 10.5");
  EXPECT_EQ(table(module, {{"gain", -11}}, 4), "parameter 'gain' must be at least -10, got -11");
  EXPECT_EQ(table(module, {{"shift", 0}}, 4), "parameter 'shift' must be above 0 Hz, got 0");
  EXPECT_EQ(table(module, {{"shift", 100}}, 4), "parameter 'shift' must be below 100 Hz, got 100");
  EXPECT_EQ(table(module, {{"gain", unknown}}, 4),
            "parameter 'gain' must be a finite number, got nan");
  EXPECT_EQ(table(module, {}, 0), "parameter 'dt_ms' must be above 0 ms, got 0");
  EXPECT_EQ(table(open("stencil"), {{"gain", 1}}, 4),
            "entry 'stencil' has no parameter 'gain': it has none at all");
}

TEST(ParamsTest, FixedInterval) {
  Module module = open("trace");
  EXPECT_EQ(table(module, {}, 4), "");
  EXPECT_EQ(table(module, {}, unknown), "");
  EXPECT_EQ(table(module, {{"dt_ms", 4}}, 4), "");
  EXPECT_EQ(table(module, {}, 2),
            "entry 'trace' was compiled for a sample interval of 4 ms, the data "
            "has 2 ms: compile it with --dt-ms=2");
  EXPECT_EQ(table(module, {}, INFINITY).find("entry 'trace' was compiled for"), 0u);
  // An object that does not use time takes any interval, and none.
  EXPECT_EQ(table(open("stencil"), {}, 7), "");
  EXPECT_EQ(table(open("stencil"), {}, unknown), "");
}
