//===- Params.cpp - The parameter table of an entry -----------------------===//
// Objects take a plain list of doubles. This fills it from names, presets and the
// sample interval, and refuses what the manifest forbids.
//===----------------------------------------------------------------------===//
#include "Module.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace seis::rt {
namespace {

/// Letters to insert, delete or replace to get from one name to the other.
size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replace = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replace, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

[[noreturn]] void failUnknown(const Entry &entry, const std::string &name) {
  std::string text = "entry '" + entry.name + "' has no parameter '" + name + "'";
  if (entry.params.empty())
    throw Error(SEIS_ERR_PARAM, text + ": it has none at all");
  auto nearest = std::min_element(entry.params.begin(), entry.params.end(),
                                  [&](const Param &a, const Param &b) {
                                    return editDistance(a.name, name) < editDistance(b.name, name);
                                  });
  throw Error(SEIS_ERR_PARAM, text + ": did you mean '" + nearest->name + "'?");
}

void checkRange(const Param &param, double value) {
  std::string unit = param.unit.empty() || param.unit == "1" ? "" : " " + param.unit;
  auto fail = [&](const char *relation, double bound) {
    throw Error(SEIS_ERR_PARAM, "parameter '" + param.name + "' must be " + relation + " " +
                                    number(bound) + unit + ", got " + number(value));
  };
  if (!std::isfinite(value))
    throw Error(SEIS_ERR_PARAM,
                "parameter '" + param.name + "' must be a finite number, got " + number(value));
  if (param.min && value < *param.min)
    fail("at least", *param.min);
  if (param.max && value > *param.max)
    fail("at most", *param.max);
  if (param.above && !(value > *param.above))
    fail("above", *param.above);
  if (param.below && !(value < *param.below))
    fail("below", *param.below);
}

void checkFixedInterval(const Entry &entry, double dtMs) {
  // Intervals come as whole microseconds or decimal text; a part in 10^9 is noise.
  if (entry.fixedDtMs && !(std::abs(dtMs - *entry.fixedDtMs) <= 1e-9 * *entry.fixedDtMs))
    throw Error(SEIS_RT_ERR_INTERVAL,
                "entry '" + entry.name + "' was compiled for a sample interval of " +
                    number(*entry.fixedDtMs) + " ms, the data has " + number(dtMs) +
                    " ms: compile it with --dt-ms=" + number(dtMs));
}

void fillParams(const Entry &entry, const seis_rt_setting *settings, size_t count, double dtMs,
                double *params) {
  std::vector<bool> set(entry.params.size(), false);
  for (size_t s = 0; s < count; ++s) {
    std::string name = settings[s].name ? settings[s].name : "";
    if (name == "dt_ms" && entry.fixedDtMs) {
      checkFixedInterval(entry, settings[s].value);
      continue;
    }
    auto found = std::find_if(entry.params.begin(), entry.params.end(),
                              [&](const Param &param) { return param.name == name; });
    if (found == entry.params.end())
      failUnknown(entry, name);
    size_t index = found - entry.params.begin();
    if (set[index])
      throw Error(SEIS_ERR_PARAM, "parameter '" + name + "' is given twice");
    set[index] = true;
    params[index] = settings[s].value;
  }
  if (!std::isnan(dtMs))
    checkFixedInterval(entry, dtMs);
  for (size_t i = 0; i < entry.params.size(); ++i) {
    const Param &param = entry.params[i];
    if (!set[i] && param.name == "dt_ms" && !std::isnan(dtMs))
      params[i] = dtMs;
    else if (!set[i] && param.preset)
      params[i] = *param.preset;
    else if (!set[i] && param.name == "dt_ms")
      throw Error(SEIS_RT_ERR_INTERVAL,
                  "entry '" + entry.name +
                      "' needs the sample interval, which the data does not have: "
                      "add --dt-ms=");
    else if (!set[i])
      throw Error(SEIS_ERR_PARAM, "entry '" + entry.name + "' needs parameter '" + param.name +
                                      "': add --param " + param.name + "=");
    checkRange(param, params[i]);
  }
}

} // namespace
} // namespace seis::rt

using namespace seis::rt;

int32_t seis_rt_params(const seis_rt_module *module, uint32_t entry,
                       const seis_rt_setting *settings, size_t count, double dtMs, double *params,
                       char *message, size_t messageSize) {
  return guarded(message, messageSize,
                 [&] { fillParams(module->at(entry).manifest, settings, count, dtMs, params); });
}
