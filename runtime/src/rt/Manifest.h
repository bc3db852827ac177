//===- Manifest.h - What an object says about itself ----------------------===//
// The part of the manifest (a JSON text inside the object) that decides how an
// entry is called. Keys that are not listed here are ignored, so that objects of
// later compilers load; a key that is listed must have its type and range.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_MANIFEST_H
#define SEIS_RT_MANIFEST_H

#include "Error.h"

#include <optional>
#include <vector>

namespace seis::rt {

extern const char *const axisNames[3];

/// Samples read before and after the wanted ones, per axis; a whole axis is never cut.
struct Halo {
  int64_t lo[3] = {0, 0, 0}, hi[3] = {0, 0, 0};
  bool whole[3] = {false, false, false};

  /// The smallest halo that covers both.
  void widen(const Halo &other);
};

/// One axis of an input or output: an axis of the survey, or one of fixed length.
struct Axis {
  int survey;     ///< 0 inline, 1 crossline, 2 sample, -1 none of them
  int64_t length; ///< of an axis that is none of the survey's
};

/// An element type as it lies in memory: dtype and SEIS_NATIVE, SEIS_SWAPPED or SEIS_IBM.
struct Stored {
  uint32_t dtype, storage;
};

struct Input {
  std::string name, unit, from; ///< from: "line(inline)" and the like, empty for data
  uint32_t dtype = 0;
  std::vector<Stored> storage; ///< what the object's first load converts
  std::vector<Axis> axes;
  Halo halo;
  bool isVolume() const;
  /// "f32, f32-swapped, ibm": what it may be stored as.
  std::string storageText() const;
};

struct Output {
  std::string name, unit, label;
  uint32_t dtype = 0;
  std::vector<Axis> axes;
  /// Elements for the given extents of the survey's axes.
  int64_t elements(const int64_t extent[3]) const;
  bool has(int surveyAxis) const;
};

struct Param {
  std::string name, unit;
  std::optional<double> preset, min, max, above, below;
};

struct Pass {
  std::string name;
  uint32_t dtype = 0;
  std::vector<int64_t> shape;
  Halo halo;
};

struct Entry {
  std::string name;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Param> params;
  std::vector<Pass> passes;
  bool usesTime = false;
  std::optional<double> fixedDtMs;
  bool hasLengths = false;          ///< whether the path depends on the trace length
  std::vector<int64_t> specialised; ///< trace lengths with transforms of their own
  std::string otherLengths;         ///< what serves the others: "loop"
  /// The widest halo of all inputs.
  Halo halo() const;
};

struct Manifest {
  std::string name;
  std::vector<Entry> entries;
};

/// Bytes of one element, 0 for an unknown dtype.
size_t dtypeSize(uint32_t dtype);
/// "f32" and the like; "type 0x1234" for an unknown one.
std::string dtypeName(uint32_t dtype);

/// \returns the manifest in `text`. Throws Error(SEIS_RT_ERR_MANIFEST) that names
/// the place (a JSON pointer), what was wanted and what stands there.
Manifest parseManifest(const char *text);

} // namespace seis::rt
#endif
