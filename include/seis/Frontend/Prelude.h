//===- Prelude.h - Attributes that ship with the compiler ------------------===//
// Text in the attribute language, embedded at build time (lib/Frontend/Prelude).
// Comments of the form `## key: value` before a definition describe it.
//===----------------------------------------------------------------------===//
#ifndef SEIS_FRONTEND_PRELUDE_H
#define SEIS_FRONTEND_PRELUDE_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace seis {

struct PreludeParameter {
  std::string name;
  std::string type;        ///< as annotated
  std::string defaultText; ///< as written, empty where it is required
  std::string description; ///< meaning and range; may be empty
};

/// One function of the prelude, attribute or helper, or one that the compiler knows itself.
struct PreludeEntry {
  std::string name; ///< written with `_`
  std::string
      family; ///< "complex-trace", "convolution", ..., "elementwise", "array", ..., "helper"
  std::string summary;         ///< one line
  std::string label;           ///< for plots and lists
  std::string formula, source; ///< may be empty
  std::string example;         ///< a call that can be made without more; the name where empty
  std::string names; ///< "d2geo NAME, dasf-seismic NAME, predecessor NAME, opendtect NAME": what
                     ///< others call it, in this order, without those that have no such thing
  std::string signature;  ///< "sweetness(x: volume, floor: scalar = 5 Hz, pad: int = 0)"
  std::string definition; ///< the text of the definition, empty for what the compiler knows
  std::vector<PreludeParameter> parameters;
  bool isAttribute =
      false; ///< has a label, is no helper: `example`, or the name alone, gives a volume
};

/// All documented functions in the order of the text, attributes first and helpers last.
const std::vector<PreludeEntry> &preludeEntries();

/// The entry of a name, written with `_` or `-`; null if there is none.
const PreludeEntry *findPreludeEntry(llvm::StringRef name);

/// The most similar name in the prelude, or empty.
llvm::StringRef nearestPreludeName(llvm::StringRef name);

} // namespace seis

#endif // SEIS_FRONTEND_PRELUDE_H
