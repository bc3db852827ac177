//===- ScheduleJson.cpp - Overrides of the default schedule ---------------===//
// The `schedule` object of a profile (tuning.md section 3). What a file does not
// name keeps the default. Here every value is read and must be one of those that
// its field has; whether a stage or group can be so is looked at where the
// schedule is made (AssignSchedule.cpp).
//===----------------------------------------------------------------------===//
#include "ScheduleJson.h"

using namespace mlir;
using namespace seis;
using Json = json::Value;

namespace {

using Kind = Json::Kind;

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

/// A value as a message shows it.
std::string shown(const Json &value) {
  if (value.kind() == Kind::String)
    return "'" + value.asString() + "'";
  if (value.kind() == Kind::Object)
    return "an object";
  return value.kind() == Kind::Array ? "an array" : json::print(value);
}

class Reader {
public:
  Reader(func::FuncOp func, ScheduleOverrides &result) : func(func), result(result) {}

  LogicalResult read(StringRef text) {
    Json root;
    if (Status status = json::parse(text.str(), root); !status.ok())
      return error(status.message());
    if (root.kind() != Kind::Object)
      return error("expected an object with the members stages and groups");
    for (const auto &[key, value] : root.members()) {
      LogicalResult read = success();
      if (key == "v") {
        if (value.kind() != Kind::Integer || value.asInteger() != 1)
          return error("version (v) must be 1");
      } else if (key == "stages") {
        read = readStages(value);
      } else if (key == "groups") {
        read = readGroups(value);
      } else if (key != "gpu") {
        return error("unknown member '" + key + "'" +
                     nearest(key, {"v", "stages", "groups", "gpu"}));
      } else if (!value.isNull()) {
        return error("gpu must be null for a cpu target, got " + shown(value));
      }
      if (failed(read))
        return failure();
    }
    return success();
  }

private:
  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  LogicalResult error(const Twine &message) { return func.emitError("schedule: ") << message; }

  /// Values of the wrong kind are errors, not skipped.
  LogicalResult expect(const Json &value, Kind kind, const Twine &what) {
    if (value.kind() == kind)
      return success();
    return error(what + (kind == Kind::Object  ? " must be an object"
                         : kind == Kind::Array ? " must be an array"
                                               : " must be a string"));
  }

  /// One of the names that `symbolize` knows and that `allows` lets pass.
  template <typename E>
  LogicalResult readName(const Json &value, const Twine &what, const Twine &names,
                         std::optional<E> (*symbolize)(StringRef), std::optional<E> &to,
                         std::optional<E> except = std::nullopt) {
    if (value.kind() == Kind::String)
      to = symbolize(value.asString());
    if (!to || to == except)
      return error(what + " must be " + names + ", got " + shown(value));
    return success();
  }

  LogicalResult readNumber(const Json &value, const Twine &what, int64_t lo, int64_t hi,
                           std::optional<int64_t> &to) {
    if (value.kind() != Kind::Integer || value.asInteger() < lo || value.asInteger() > hi)
      return error(what + " must be a whole number from " + Twine(lo) + " to " + Twine(hi) +
                   ", got " + shown(value));
    to = value.asInteger();
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Stages
  //===--------------------------------------------------------------------===//

  LogicalResult readStages(const Json &stages) {
    if (failed(expect(stages, Kind::Object, "stages")))
      return failure();
    std::vector<std::string> names;
    for (auto stage : func.front().getOps<StageOp>())
      names.push_back(stage.getName().str());
    for (const auto &[name, fields] : stages.members()) {
      if (!llvm::is_contained(names, name))
        return error("there is no stage '" + name + "'" + nearest(name, names));
      std::string what = "stage '" + name + "'";
      if (failed(expect(fields, Kind::Object, what)))
        return failure();
      StageOverride &stage = result.stages[name];
      for (const auto &[key, value] : fields.members()) {
        stage.given.push_back(key);
        if (failed(readStageField(what, key, value, stage)))
          return failure();
      }
    }
    return success();
  }

  LogicalResult readStageField(const std::string &stage, const std::string &key, const Json &value,
                               StageOverride &to) {
    std::string what = stage + ": " + key;
    if (key == "at")
      return readPlace(value, stage, to.at);
    if (key == "axis")
      return readName<Axis>(value, what, "inline or crossline", symbolizeAxis, to.axis,
                            Axis::Sample);
    if (key == "rows")
      return readNumber(value, what, 1, 8, to.rows);
    if (key == "width")
      return readNumber(value, what, 1, 64, to.width);
    if (key == "lanes")
      return readName<Lanes>(value, what, "samples or traces", symbolizeLanes, to.lanes);
    if (key == "algo")
      return readAlgorithm(value, stage, to);
    return error(stage + ": unknown field '" + key + "'" +
                 nearest(key, {"at", "axis", "rows", "width", "lanes", "algo"}));
  }

  LogicalResult readPlace(const Json &value, const std::string &stage, Place &to) {
    StringRef text = value.asString();
    to.text = text.str();
    auto [group, where] = text.split('.');
    unsigned level = 0;
    bool isInGroup = group.consume_front("g") && !group.getAsInteger(10, to.group);
    to.kind = text == "inline"                 ? Place::Inline
              : text == "row"                  ? Place::Row
              : text == "slide"                ? Place::Slide
              : !isInGroup                     ? Place::Default
              : where == "root"                ? Place::Root
              : !where.getAsInteger(10, level) ? Place::Level
                                               : Place::Default;
    to.level = level;
    if (value.kind() != Kind::String || to.kind == Place::Default)
      return error(stage + " cannot be at " + shown(value) +
                   ": the places are inline, row, slide, gN.root and gN.L");
    if (to.level > 1)
      return error(stage + " cannot be at " + shown(value) + ": the levels of tiles are 0 and 1");
    return success();
  }

  LogicalResult readAlgorithm(const Json &value, const std::string &stage, StageOverride &to) {
    if (failed(expect(value, Kind::Object, stage + ": algo")))
      return failure();
    for (const auto &[key, field] : value.members()) {
      std::string what = stage + ": " + key;
      if (key == "fft") {
        if (failed(readName<FftAlgorithm>(field, what, "radix or padded", symbolizeFftAlgorithm,
                                          to.fft)))
          return failure();
      } else if (key == "plan") {
        if (failed(expect(field, Kind::Array, what)))
          return failure();
        for (const Json &radix : field.items()) {
          std::optional<int64_t> number;
          if (failed(readNumber(radix, what + ": a radix", 2, 13, number)))
            return failure();
          to.plan.push_back(*number);
        }
      } else {
        return error(stage + ": unknown field '" + key + "' of algo" +
                     nearest(key, {"fft", "plan"}));
      }
    }
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Groups
  //===--------------------------------------------------------------------===//

  LogicalResult readGroups(const Json &groups) {
    if (failed(expect(groups, Kind::Array, "groups")))
      return failure();
    for (const Json &fields : groups.items()) {
      if (failed(expect(fields, Kind::Object, "a group")))
        return failure();
      const Json *nameValue = fields.find("name");
      unsigned index;
      if (!nameValue || !StringRef(nameValue->asString()).starts_with("g") ||
          StringRef(nameValue->asString()).drop_front().getAsInteger(10, index))
        return error("every group needs a name g0, g1, ...");
      if (result.groups.count(index))
        return error("group '" + nameValue->asString() + "' is there twice");
      GroupOverride &group = result.groups[index];
      group.name = nameValue->asString();
      for (const auto &[key, value] : fields.members()) {
        if (key == "name")
          continue;
        group.given.push_back(key);
        if (failed(readGroupField("group '" + group.name + "'", key, value, group)))
          return failure();
      }
    }
    return success();
  }

  LogicalResult readGroupField(const std::string &group, const std::string &key, const Json &value,
                               GroupOverride &to) {
    std::string what = group + ": " + key;
    if (key == "order")
      return readOrder(group, value, to);
    if (key == "tile")
      return readTile(group, value, to);
    if (key == "parallel")
      return readParallel(group, value, to);
    if (key == "vector")
      return readVector(group, value, to);
    if (key == "unroll")
      return readNumber(value, what, 1, 8, to.unroll);
    if (key == "tail")
      return readName<Tail>(value, what, "mask or peel", symbolizeTail, to.tail, Tail::Auto);
    if (key == "store")
      return readName<Store>(value, what, "normal or stream", symbolizeStore, to.store,
                             Store::Auto);
    return error(
        group + ": unknown field '" + key + "'" +
        nearest(key, {"name", "order", "tile", "parallel", "vector", "unroll", "tail", "store"}));
  }

  /// Every axis once, samples innermost.
  LogicalResult readOrder(const std::string &group, const Json &order, GroupOverride &to) {
    if (failed(expect(order, Kind::Array, group + ": order")))
      return failure();
    SmallVector<Axis> axes;
    for (const Json &item : order.items()) {
      std::optional<Axis> axis;
      if (failed(readName<Axis>(item, group + ": an axis of order", "inline, crossline or sample",
                                symbolizeAxis, axis)))
        return failure();
      if (llvm::is_contained(axes, *axis))
        return error(group + ": order names " + item.asString() + " twice");
      axes.push_back(*axis);
    }
    if (axes.size() != 3)
      return error(group + ": order must name all three axes");
    if (axes[2] != Axis::Sample)
      return error(group + ": order must end with sample: samples are the innermost loop");
    to.outer = axes[0];
    return success();
  }

  LogicalResult readTile(const std::string &group, const Json &tile, GroupOverride &to) {
    if (failed(expect(tile, Kind::Object, "tile of " + group)))
      return failure();
    for (const auto &[axis, sizes] : tile.members()) {
      std::string what = group + ": tile of " + axis;
      std::optional<Axis> known = symbolizeAxis(axis);
      if (!known)
        return error(group + ": there is no axis '" + axis + "'" +
                     nearest(axis, {"inline", "crossline", "sample"}));
      if (failed(expect(sizes, Kind::Array, "tile of " + axis)))
        return failure();
      if (sizes.items().empty() || sizes.items().size() > 2)
        return error(what + " takes one or two sizes, outer first");
      SmallVector<int64_t, 2> extents;
      for (const Json &size : sizes.items()) {
        bool isFull = size.kind() == Kind::String && size.asString() == "full";
        if (!isFull && (size.kind() != Kind::Integer || size.asInteger() < 1))
          return error(what + " must be a positive number or \"full\"");
        if (!isFull && *known == Axis::Sample)
          return error(group + ": samples are never cut, tile of sample must be \"full\"");
        extents.push_back(isFull ? GroupOverride::full : size.asInteger());
      }
      if (extents.size() == 2 && extents[1] > extents[0])
        return error(what + ": the inner size must be at most the outer one");
      if (*known == Axis::Sample)
        continue;
      to.tile[static_cast<unsigned>(*known)] = extents[0];
      if (extents.size() == 2)
        to.inner[static_cast<unsigned>(*known)] = extents[1];
    }
    return success();
  }

  LogicalResult readParallel(const std::string &group, const Json &parallel, GroupOverride &to) {
    if (failed(expect(parallel, Kind::Object, "parallel of " + group)))
      return failure();
    for (const auto &[key, value] : parallel.members()) {
      std::string what = group + ": " + key;
      LogicalResult read = failure();
      if (key == "policy")
        read =
            readName<Policy>(value, what, "static, dynamic or guided", symbolizePolicy, to.policy);
      else if (key == "grain")
        read = readNumber(value, what, 1, 1 << 20, to.grain);
      else if (key == "axes")
        read = readAxes(group, value, to);
      else
        return error(group + ": unknown field '" + key + "' of parallel" +
                     nearest(key, {"axes", "policy", "grain"}));
      if (failed(read))
        return failure();
    }
    return success();
  }

  LogicalResult readAxes(const std::string &group, const Json &axes, GroupOverride &to) {
    if (failed(expect(axes, Kind::Array, group + ": axes")))
      return failure();
    bool isIn[3] = {false, false, false};
    for (const Json &item : axes.items()) {
      std::optional<Axis> axis;
      if (failed(readName<Axis>(item, group + ": an axis of parallel", "inline or crossline",
                                symbolizeAxis, axis, Axis::Sample)))
        return failure();
      isIn[static_cast<unsigned>(*axis)] = true;
    }
    to.spread = isIn[0] ? (isIn[1] ? Spread::Both : Spread::Inline)
                        : (isIn[1] ? Spread::Crossline : Spread::None);
    return success();
  }

  LogicalResult readVector(const std::string &group, const Json &vector, GroupOverride &to) {
    if (failed(expect(vector, Kind::Object, "vector of " + group)))
      return failure();
    for (const auto &[key, value] : vector.members()) {
      if (key == "axis") {
        if (value.kind() != Kind::String || value.asString() != "sample")
          return error(group + ": the vector axis must be sample, got " + shown(value) +
                       "; traces in the lanes are a stage's choice");
      } else if (key == "width") {
        if (failed(readNumber(value, group + ": width", 1, 64, to.width)))
          return failure();
      } else {
        return error(group + ": unknown field '" + key + "' of vector" +
                     nearest(key, {"axis", "width"}));
      }
    }
    return success();
  }

  func::FuncOp func;
  ScheduleOverrides &result;
};

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

Json sizesOf(int64_t outer, int64_t inner) {
  Json sizes = Json::array();
  for (int64_t size : {outer, inner})
    if (size)
      sizes.push(size == GroupOverride::full ? Json("full") : Json(size));
  return sizes;
}

Json writeStage(StageOp stage) {
  ScheduleAttr schedule = *stage.getSchedule();
  std::string inGroup = "g" + std::to_string(stage.getGroup()) + ".";
  Json fields = Json::object();
  switch (schedule.getAt()) {
  case Placement::Root:
  case Placement::Output:
    fields.set("at", inGroup + "root");
    break;
  case Placement::Tile:
    fields.set("at", inGroup + std::to_string(*schedule.getLevel()));
    break;
  default:
    fields.set("at", stringifyPlacement(schedule.getAt()).str());
  }
  if (auto axis = schedule.getAxis())
    fields.set("axis", stringifyAxis(*axis).str());
  fields.set("rows", schedule.getRows());
  if (schedule.getWidth())
    fields.set("width", schedule.getWidth());
  if (auto lanes = schedule.getLanes())
    fields.set("lanes", stringifyLanes(*lanes).str());
  if (auto fft = schedule.getFft()) {
    Json algo = Json::object();
    algo.set("fft", stringifyFftAlgorithm(*fft).str());
    if (!schedule.getPlan().empty()) {
      Json plan = Json::array();
      for (int64_t radix : schedule.getPlan())
        plan.push(radix);
      algo.set("plan", plan);
    }
    fields.set("algo", algo);
  }
  return fields;
}

Json writeGroup(unsigned index, GroupAttr group) {
  Json fields = Json::object(), tile = Json::object(), parallel = Json::object();
  bool inlineFirst = group.getOuter() == Axis::Inline;
  fields.set("name", "g" + std::to_string(index));
  fields.set("order", Json(Json::Items{inlineFirst ? "inline" : "crossline",
                                       inlineFirst ? "crossline" : "inline", "sample"}));
  auto inner = [&](unsigned a) { return group.getInner().empty() ? 0 : group.getInner()[a]; };
  if (group.getInlines())
    tile.set("inline", sizesOf(group.getInlines(), inner(0)));
  if (group.getCrosslines())
    tile.set("crossline", sizesOf(group.getCrosslines(), inner(1)));
  tile.set("sample", Json(Json::Items{"full"}));
  fields.set("tile", tile);
  Json axes = Json::array();
  if (group.getSpread() == Spread::Both || group.getSpread() == Spread::Inline)
    axes.push("inline");
  if (group.getSpread() == Spread::Both || group.getSpread() == Spread::Crossline)
    axes.push("crossline");
  parallel.set("axes", axes).set("policy", stringifyPolicy(group.getPolicy()).str());
  if (group.getGrain())
    parallel.set("grain", group.getGrain());
  fields.set("parallel", parallel);
  Json vector = Json::object();
  vector.set("axis", "sample");
  if (group.getWidth())
    vector.set("width", group.getWidth());
  fields.set("vector", vector).set("unroll", group.getUnroll());
  if (group.getTail() != Tail::Auto)
    fields.set("tail", stringifyTail(group.getTail()).str());
  if (group.getStore() != Store::Auto)
    fields.set("store", stringifyStore(group.getStore()).str());
  return fields;
}

} // namespace

LogicalResult seis::readSchedule(func::FuncOp func, StringRef text, ScheduleOverrides &result) {
  return Reader(func, result).read(text);
}

Json seis::writeSchedule(func::FuncOp func) {
  Json root = Json::object(), stages = Json::object(), groups = Json::array();
  auto attrs = func->getAttrOfType<ArrayAttr>("seis.groups").getAsRange<GroupAttr>();
  SmallVector<GroupAttr> list(attrs.begin(), attrs.end());
  for (auto stage : func.front().getOps<StageOp>())
    stages.set(stage.getName().str(), writeStage(stage));
  if (auto inlined = func->getAttrOfType<ArrayAttr>("seis.inlined"))
    for (Attribute name : inlined)
      stages.set(cast<StringAttr>(name).str(), Json(Json::object().set("at", "inline")));
  for (auto [index, group] : llvm::enumerate(list))
    groups.push(writeGroup(index, group));
  return root.set("v", 1).set("stages", stages).set("groups", groups).set("gpu", Json());
}
