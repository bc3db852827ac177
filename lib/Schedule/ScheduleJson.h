//===- ScheduleJson.h - Overrides of the default schedule ------*- C++ -*-===//
#ifndef SEIS_SCHEDULE_SCHEDULEJSON_H
#define SEIS_SCHEDULE_SCHEDULEJSON_H

#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Support/Json.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <map>
#include <optional>
#include <string>

namespace seis {

/// Where a stage is wanted: "row", "slide", "inline", "gN.root", "gN.L".
struct Place {
  enum Kind { Default, Inline, Row, Slide, Root, Level } kind = Default;
  unsigned group = 0; ///< N
  int64_t level = 0;  ///< L
  std::string text;   ///< as written
};

struct StageOverride {
  Place at;
  std::optional<Axis> axis;
  std::optional<int64_t> rows, width;
  std::optional<Lanes> lanes;
  std::optional<FftAlgorithm> fft;
  llvm::SmallVector<int64_t> plan;
  llvm::SmallVector<std::string> given; ///< names of the fields, in their order
};

struct GroupOverride {
  static constexpr int64_t full = int64_t(1) << 40; ///< longer than any axis
  std::string name;
  int64_t tile[2] = {0, 0}, inner[2] = {0, 0}; ///< inline, crossline; 0: the default
  std::optional<Axis> outer;
  std::optional<Spread> spread;
  std::optional<Policy> policy;
  std::optional<int64_t> grain, width, unroll;
  std::optional<Tail> tail;
  std::optional<Store> store;
  llvm::SmallVector<std::string> given;
};

struct ScheduleOverrides {
  std::map<std::string, StageOverride> stages;
  std::map<unsigned, GroupOverride> groups;
};

/// Reads the JSON text of a schedule for the stages of `func`. Emits a diagnostic on failure.
llvm::LogicalResult readSchedule(mlir::func::FuncOp func, llvm::StringRef text,
                                 ScheduleOverrides &result);

/// The schedule of a scheduled function in full, as `readSchedule` takes it.
json::Value writeSchedule(mlir::func::FuncOp func);

} // namespace seis

#endif // SEIS_SCHEDULE_SCHEDULEJSON_H
