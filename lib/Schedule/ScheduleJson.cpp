//===- ScheduleJson.cpp - Overrides of the default schedule ---------------===//
// The `schedule` object of a profile (tuning.md section 3), as far as a stage of
// this compiler has the choice: where its rows are kept, how many it computes
// together, tiles and policy of its group. What a file does not name keeps the
// default; what it names and cannot be is an error that says which rule it breaks.
//===----------------------------------------------------------------------===//
#include "ScheduleJson.h"
#include "seis/Support/Json.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace seis;

namespace {

/// The name in `known` that differs least from `name`, as a hint.
std::string nearest(StringRef name, ArrayRef<std::string> known) {
  std::string best;
  unsigned least = ~0u;
  for (const std::string &candidate : known)
    if (unsigned d = name.edit_distance(candidate); d < least) {
      least = d;
      best = candidate;
    }
  return best.empty() ? "" : "; did you mean '" + best + "'";
}

class Reader {
public:
  Reader(func::FuncOp func, ScheduleOverrides &result) : func(func), result(result) {}

  LogicalResult read(StringRef text) {
    json::Value root;
    if (Status status = json::parse(text.str(), root); !status.ok())
      return error(status.message());
    if (root.kind() != json::Value::Kind::Object)
      return error("expected an object with the members stages and groups");
    for (const auto &[key, value] : root.members()) {
      if (key == "v") {
        if (value.kind() != json::Value::Kind::Integer || value.asInteger() != 1)
          return error("version (v) must be 1");
      } else if (key == "stages") {
        if (failed(readStages(value)))
          return failure();
      } else if (key == "groups") {
        if (failed(readGroups(value)))
          return failure();
      } else if (key != "gpu") {
        return error("unknown member '" + key + "'" + nearest(key, {"v", "stages", "groups", "gpu"}));
      }
    }
    return success();
  }

private:
  using Kind = json::Value::Kind;
  /// Values of the wrong kind are errors, not skipped.
  LogicalResult expect(const json::Value &value, Kind kind, const Twine &what) {
    if (value.kind() == kind)
      return success();
    return error(what + " must be " + (kind == Kind::Object ? "an object" : "an array"));
  }

  LogicalResult error(const Twine &message) {
    return func.emitError("schedule: ") << message;
  }

  LogicalResult readStages(const json::Value &stages) {
    if (failed(expect(stages, Kind::Object, "stages")))
      return failure();
    std::vector<std::string> names;
    for (auto stage : func.front().getOps<StageOp>())
      names.push_back(stage.getName().str());
    for (const auto &[name, fields] : stages.members()) {
      if (!llvm::is_contained(names, name))
        return error("there is no stage '" + name + "'" + nearest(name, names));
      if (failed(expect(fields, Kind::Object, "stage '" + Twine(name) + "'")))
        return failure();
      StageOverride &stage = result.stages[name];
      for (const auto &[key, value] : fields.members()) {
        if (key == "at" && value.kind() == json::Value::Kind::String) {
          stage.at = value.asString();
        } else if (key == "axis" && value.kind() == json::Value::Kind::String) {
          stage.axis = symbolizeAxis(value.asString());
          if (!stage.axis || *stage.axis == Axis::Sample)
            return error("stage '" + name + "': axis must be inline or crossline, got '" +
                         value.asString() + "'");
        } else if (key == "rows" && value.kind() == json::Value::Kind::Integer) {
          stage.rows = value.asInteger();
        } else {
          return error("stage '" + name + "': unknown or malformed field '" + key + "'" +
                       nearest(key, {"at", "axis", "rows"}));
        }
      }
    }
    return success();
  }

  LogicalResult readGroups(const json::Value &groups) {
    if (failed(expect(groups, Kind::Array, "groups")))
      return failure();
    for (const json::Value &fields : groups.items()) {
      if (failed(expect(fields, Kind::Object, "a group")))
        return failure();
      const json::Value *nameValue = fields.find("name");
      unsigned index;
      if (!nameValue || !StringRef(nameValue->asString()).starts_with("g") ||
          StringRef(nameValue->asString()).drop_front().getAsInteger(10, index))
        return error("every group needs a name g0, g1, ...");
      GroupOverride &group = result.groups[index];
      group.name = nameValue->asString();
      for (const auto &[key, value] : fields.members()) {
        if (key == "name")
          continue;
        if (key == "tile" ? failed(readTile(group, value))
            : key == "parallel" ? failed(readParallel(group, value))
                                : failed(error("group '" + group.name + "': unknown field '" + key +
                                               "'" + nearest(key, {"tile", "parallel", "name"}))))
          return failure();
      }
    }
    return success();
  }

  LogicalResult readTile(GroupOverride &group, const json::Value &tile) {
    if (failed(expect(tile, Kind::Object, "tile of group '" + Twine(group.name) + "'")))
      return failure();
    for (const auto &[axis, sizes] : tile.members()) {
      if (failed(expect(sizes, Kind::Array, "tile of " + Twine(axis))))
        return failure();
      if (sizes.items().size() != 1)
        return error("group '" + group.name + "': tile of " + axis + " takes one size");
      const json::Value &size = sizes.items()[0];
      bool isFull = size.kind() == json::Value::Kind::String && size.asString() == "full";
      if (!isFull && (size.kind() != json::Value::Kind::Integer || size.asInteger() < 1))
        return error("group '" + group.name + "': tile of " + axis +
                     " must be a positive number or \"full\"");
      int64_t extent = isFull ? GroupOverride::full : size.asInteger();
      if (axis == "inline")
        group.inlines = extent;
      else if (axis == "crossline")
        group.crosslines = extent;
      else if (axis != "sample")
        return error("group '" + group.name + "': there is no axis '" + axis + "'");
      else if (!isFull)
        return error("group '" + group.name + "': samples are never cut, tile of sample must be \"full\"");
    }
    return success();
  }

  LogicalResult readParallel(GroupOverride &group, const json::Value &parallel) {
    if (failed(expect(parallel, Kind::Object, "parallel of group '" + Twine(group.name) + "'")))
      return failure();
    for (const auto &[key, value] : parallel.members()) {
      if (key == "policy") {
        group.policy = symbolizePolicy(value.asString());
        if (!group.policy)
          return error("group '" + group.name + "': policy must be dynamic or static, got '" +
                       value.asString() + "'");
      } else if (key != "axes" && key != "grain") {
        return error("group '" + group.name + "': unknown field '" + key + "' of parallel");
      }
    }
    return success();
  }

  func::FuncOp func;
  ScheduleOverrides &result;
};

} // namespace

LogicalResult seis::readSchedule(func::FuncOp func, StringRef text, ScheduleOverrides &result) {
  return Reader(func, result).read(text);
}
