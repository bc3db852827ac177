//===- Object.h - From an LLVM-dialect module to files ---------*- C++ -*-===//
// The last stage: a module that holds nothing but kernels (seis/Target/KernelABI.h
// says how they are called) becomes a loadable object with its C interface
// (seis_abi.h), manifest and header. LLVM and lld run in this process; the machine
// needs neither compiler nor linker.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TARGET_OBJECT_H
#define SEIS_TARGET_OBJECT_H

#include "seis/Dialect/Seis/Analysis/Requirements.h"
#include "seis/Support/Axis.h"
#include "seis/Support/Json.h"
#include "seis/Target/KernelABI.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seis {

/// Element types, with the numbers of seis_abi.h (DLPack code << 8 | bits).
enum class DType : uint32_t {
  U8 = 0x0108,
  F32 = 0x0220,
  F64 = 0x0240,
  C64 = 0x0540,
  C128 = 0x0580,
};

/// "u8", "f32", "f64", "c64", "c128".
llvm::StringRef dtypeName(DType);
/// Bytes of an element.
unsigned dtypeBytes(DType);

/// One axis of an array: an axis of the survey, or `extent` elements.
struct ArrayAxis {
  enum Kind { Inline, Crossline, Sample, Fixed } kind;
  int64_t extent = 0; ///< Fixed only.
};

/// [inline, crossline, sample].
std::vector<ArrayAxis> volumeAxes();

/// An input volume, or (from = "line(inline)") a table of f64 of rank 1.
struct InputSpec {
  std::string name;
  DType dtype = DType::F32;
  std::vector<ArrayAxis> axes = volumeAxes();
  std::optional<std::string> unit = {};
  Footprint halo = {};
  std::string from = {};
  /// How its samples may be stored, native first; empty: native alone. All inputs of real volumes
  /// have them, or none: with them the kernels find a seis_kernel_load of each input.
  std::vector<kernel_abi::SampleFormat> formats = {};
};

struct OutputSpec {
  std::string name;
  DType dtype = DType::F32;
  std::vector<ArrayAxis> axes = volumeAxes();
  std::optional<std::string> unit = {};
  std::string label = {};
  /// Smallest and largest value possible, each where known.
  std::optional<double> least = {}, greatest = {};
};

/// A run-time parameter: required, or with a default. `min`, `max` inclusive, `above`, `below` not.
struct ParamSpec {
  std::string name;
  std::optional<std::string> unit = {};
  std::optional<double> defaultValue = {}, min = {}, max = {}, above = {}, below = {};
};

/// What an element of a pass's table is over all live samples of the survey.
enum class PassElement : uint8_t { Min, Max, Sum, Count };

/// A reduction over the survey, before `run`. Its table is f64, rank 1, one value per element.
struct PassSpec {
  std::string name;
  std::vector<std::string> of; ///< Names of the inputs it reads.
  std::vector<PassElement> elements;
  Footprint halo = {};
  std::string reduceSymbol, scratchSymbol; ///< Functions of the module.
};

struct EntrySpec {
  std::string name;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<ParamSpec> params;
  std::vector<Requirement> requirements = {}; ///< beyond the bounds of `params`
  std::vector<PassSpec> passes = {};
  std::string runSymbol, scratchSymbol; ///< Functions of the module.
  /// A program that uses dt_ms has a parameter of that name, or it was fixed, or it does not.
  std::optional<double> fixedDtMs = {};
  // The rest only appears in the manifest.
  std::string nan = "propagates";
  std::vector<int64_t> specialisedLengths = {};
  std::string otherLengths = {}; ///< "loop", or empty: the trace length does not matter.
  json::Value tunedFor = json::Value::array();
  json::Value cost, schedule; ///< Objects, or null.
};

/// A file that the program loaded while compiling.
struct DataFile {
  std::string file, sha256;
};

struct ObjectSpec {
  std::string name; ///< NAME of NAME.so: a file name without folder and suffix.
  std::vector<EntrySpec> entries;
  std::string sourceText;
  std::vector<DataFile> data = {};
  std::string build = {}; ///< "cpu-1_sch-1"; empty: null.
  std::string numericClass = "reassoc";
  std::vector<std::string> fastMath = {};
  std::string accumulate = "f64";
  std::string license = {}; ///< Empty: null.
};

/// Bitcode that generated code calls, embedded in the compiler.
struct BitcodeModule {
  llvm::StringRef name, bytes;
  /// Whether it becomes part of the loops: compiled for the object's CPU, inlined, optimised with
  /// them. Else it is called now and then, and taken as it comes.
  bool isInner = true;
};

struct TargetOptions {
  std::string cpu = "native"; ///< A name LLVM knows for x86-64, or "native".
  std::string features = {};  ///< "+f,-g", applied on top of those of `cpu`.
  bool openmp = true;         ///< false: nothing in the object refers to an OpenMP library.
  bool debug = true;          ///< Line tables.
  std::vector<BitcodeModule> bitcode = {};
  /// Kernels of twice as many LLVM instructions and more are compiled in parts, on all processors.
  /// The number of parts follows from this and the program alone: never from the machine.
  size_t partLength = 1500;
};

/// A CPU as LLVM names it, and what code for it needs.
struct ResolvedCpu {
  std::string name;                  ///< Never "native".
  std::string features;              ///< For LLVM, "+a,-b"; often empty.
  std::vector<std::string> required; ///< What cpuid must report, most telling first.
  unsigned vectorBits = 256;         ///< 512 with avx512f.
};

/// Resolves `native` and checks the name: "unknown CPU 'znver44'; did you mean 'znver4' ...".
llvm::Expected<ResolvedCpu> resolveCpu(llvm::StringRef cpu, llvm::StringRef features = "");

/// Widest vector registers of a CPU: 512 with avx512f, else 256 (unknown names too).
unsigned nativeVectorBits(llvm::StringRef cpu);

/// What can be written; order and names are those of `--emit`.
enum class EmitKind { LLVM, Asm, Object, Static, Shared, Header, Manifest };

/// "llvm", "asm", "object", "static", "so", "header", "manifest".
llvm::StringRef emitKindName(EmitKind);
/// ".ll", ".s", ".o", ".a", ".so", ".h", ".json".
llvm::StringRef emitKindSuffix(EmitKind);

struct Artifact {
  EmitKind kind;
  std::string bytes;
};

/// Makes all `kinds` of one object; translation runs once, and so do optimisation and code
/// generation unless a program that is compiled in parts is wanted as text too. The module must be
/// in the LLVM (and omp) dialect and hold the functions that `spec` names; with `debug` they get
/// the scopes of their lines. The same arguments give the same bytes. Errors are for the user: an
/// unknown CPU, an undefined symbol, a full disk (lld needs a temporary file).
llvm::Expected<std::vector<Artifact>> emitObject(mlir::ModuleOp module, const ObjectSpec &spec,
                                                 const TargetOptions &options,
                                                 llvm::ArrayRef<EmitKind> kinds);

/// Writes every artifact to `stem` + suffix. All are written under temporary names first and then
/// renamed; on an error (message with file and reason) nothing is left.
llvm::Error writeArtifacts(llvm::ArrayRef<Artifact> artifacts, llvm::StringRef stem);

/// The manifest (interfaces 2.4), ending in a newline; the object holds the same bytes.
std::string manifestText(const ObjectSpec &spec, const ResolvedCpu &cpu, bool openmp);

/// NAME.h: C99 and C++, with seis_abi.h inside, the query function and positions as enumerators.
std::string headerText(const ObjectSpec &spec);

/// `name` with every character outside [A-Za-z0-9_] replaced by '_'.
std::string cIdentifier(llvm::StringRef name);

} // namespace seis

#endif // SEIS_TARGET_OBJECT_H
