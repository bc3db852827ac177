//===- ScheduleJson.h - Overrides of the default schedule ------*- C++ -*-===//
#ifndef SEIS_SCHEDULE_SCHEDULEJSON_H
#define SEIS_SCHEDULE_SCHEDULEJSON_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <map>
#include <optional>
#include <string>

namespace seis {

struct StageOverride {
  std::string at; ///< "row", "slide", "gN.root"; empty: the default
  std::optional<Axis> axis;
  std::optional<int64_t> rows;
};

struct GroupOverride {
  static constexpr int64_t full = int64_t(1) << 40; ///< longer than any axis
  std::string name;
  int64_t inlines = 0, crosslines = 0; ///< 0: the default
  std::optional<Policy> policy;
};

struct ScheduleOverrides {
  std::map<std::string, StageOverride> stages;
  std::map<unsigned, GroupOverride> groups;
};

/// Reads the JSON text of a schedule for the stages of `func`. Emits a diagnostic on failure.
llvm::LogicalResult readSchedule(mlir::func::FuncOp func, llvm::StringRef text,
                                 ScheduleOverrides &result);

} // namespace seis

#endif // SEIS_SCHEDULE_SCHEDULEJSON_H
