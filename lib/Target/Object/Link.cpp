//===- Link.cpp - From a relocatable object to a loadable one -------------===//
// lld runs as a library in this process. An object may need libc, libm and libomp,
// and the machine that compiles may have no development files of any (and
// another's libc must not leave its symbol versions in the object). So the linker
// sees stand-ins, made here: a shared library of the right name that defines just
// the symbols which the object uses. The result names the libraries it needs, no
// library that it does not, and runs with any version of them, because a reference
// without a version binds to the oldest. A symbol that none of them is known to
// have is an error here, not when the object is opened.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include "lld/Common/Driver.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/InterfaceStub/ELFObjHandler.h"
#include "llvm/InterfaceStub/IFSStub.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

#include <mutex>
#include <unistd.h>

LLD_HAS_DRIVER(elf)

using namespace llvm;
using namespace seis;
using namespace seis::detail;

namespace {

constexpr StringRef libcSymbols[] = {"malloc",        "free",           "calloc", "realloc",
                                     "aligned_alloc", "memcpy",         "memset", "memcmp",
                                     "memmove",       "posix_memalign", "bcmp",   "strlen"};

/// Of C99's math.h and what LLVM's intrinsics become; each also with the suffix f.
constexpr StringRef libmSymbols[] = {
    "acos", "acosh", "asin",      "asinh",     "atan",   "atan2",     "atanh",  "cbrt",   "ceil",
    "cos",  "cosh",  "erf",       "erfc",      "exp",    "exp10",     "exp2",   "expm1",  "fabs",
    "fdim", "floor", "fma",       "fmax",      "fmin",   "fmod",      "frexp",  "hypot",  "ldexp",
    "log",  "log10", "log1p",     "log2",      "logb",   "lrint",     "llrint", "lround", "llround",
    "modf", "pow",   "nearbyint", "remainder", "rint",   "roundeven", "round",  "sin",    "sincos",
    "sinh", "sqrt",  "tan",       "tanh",      "tgamma", "trunc"};

/// The library that has the symbol, or -1.
enum { LibC, LibM, LibOmp, NumLibs };
constexpr const char *sonames[NumLibs] = {"libc.so.6", "libm.so.6", "libomp.so.5"};

int libraryOf(StringRef symbol, bool openmp) {
  if (is_contained(libcSymbols, symbol))
    return LibC;
  StringRef base = symbol;
  if (is_contained(libmSymbols, symbol) ||
      (base.consume_back("f") && is_contained(libmSymbols, base)))
    return LibM;
  if (openmp && (symbol.starts_with("__kmpc_") || symbol.starts_with("omp_")))
    return LibOmp;
  return -1;
}

/// Sorts what the object lacks by library; an error names what none of them has.
Error sortUndefined(StringRef object, bool openmp, std::vector<std::string> (&symbols)[NumLibs]) {
  auto file = object::ObjectFile::createObjectFile(MemoryBufferRef(object, "object"));
  if (!file)
    return file.takeError();
  std::string unknown;
  for (const object::SymbolRef &symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    if (!(*flags & object::SymbolRef::SF_Undefined) || name->empty())
      continue;
    int library = libraryOf(*name, openmp);
    if (library >= 0)
      symbols[library].push_back(name->str());
    else
      unknown += (unknown.empty() ? "'" : ", '") + name->str() + "'";
  }
  if (unknown.empty())
    return Error::success();
  return userError(
      "generated code calls " + unknown + ", which " +
      (openmp ? "neither libc, libm nor libomp has" : "neither libc nor libm has (libomp is off)"));
}

/// A file of the system's folder for temporaries that goes away with this object.
class TemporaryFile {
public:
  static Expected<TemporaryFile> create(StringRef suffix) {
    TemporaryFile file;
    SmallString<128> path;
    int fd;
    if (std::error_code error = sys::fs::createTemporaryFile("seis-link", suffix, fd, path))
      return userError("cannot make a temporary file for linking: " + error.message());
    ::close(fd);
    file.path = path.str().str();
    sys::RemoveFileOnSignal(file.path);
    return file;
  }
  TemporaryFile(TemporaryFile &&other) noexcept : path(std::exchange(other.path, {})) {}
  ~TemporaryFile() {
    if (path.empty())
      return;
    (void)sys::fs::remove(path);
    sys::DontRemoveFileOnSignal(path);
  }
  Error write(StringRef bytes) const {
    std::error_code error;
    raw_fd_ostream out(path, error);
    if (!error) {
      out << bytes;
      out.flush();
      error = out.error();
      out.clear_error();
    }
    if (error)
      return userError("cannot write the temporary file '" + path + "': " + error.message());
    return Error::success();
  }
  Expected<std::string> read() const {
    auto bytes = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!bytes)
      return userError("cannot read the temporary file '" + path +
                       "': " + bytes.getError().message());
    return (*bytes)->getBuffer().str();
  }
  const char *c_str() const { return path.c_str(); }

private:
  TemporaryFile() = default;
  std::string path;
};

Error writeStandIn(const TemporaryFile &file, const char *soname, ArrayRef<std::string> symbols) {
  ifs::IFSStub stub;
  stub.SoName = soname;
  stub.Target.Arch = ELF::EM_X86_64;
  stub.Target.BitWidth = ifs::IFSBitWidthType::IFS64;
  stub.Target.Endianness = ifs::IFSEndiannessType::Little;
  for (const std::string &name : symbols) {
    ifs::IFSSymbol symbol(name);
    symbol.Type = ifs::IFSSymbolType::Func;
    symbol.Size = 0;
    stub.Symbols.push_back(std::move(symbol));
  }
  return ifs::writeBinaryStub(file.c_str(), stub);
}

/// lld keeps global state: one link at a time.
Error runLinker(ArrayRef<const char *> arguments) {
  static std::mutex mutex;
  static bool usable = true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!usable)
    return userError("the linker failed earlier in this process and cannot run again");
  std::string output, errors;
  raw_string_ostream outputStream(output), errorStream(errors);
  lld::Result result =
      lld::lldMain(arguments, outputStream, errorStream, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  if (result.retCode == 0)
    return Error::success();
  return userError("cannot link the object: " + StringRef(errors).trim());
}

} // namespace

Expected<std::string> seis::detail::linkShared(StringRef object, const ObjectSpec &spec,
                                               bool openmp) {
  std::vector<std::string> symbols[NumLibs];
  if (Error error = sortUndefined(object, openmp, symbols))
    return error;

  auto input = TemporaryFile::create("o"), output = TemporaryFile::create("so");
  if (!input)
    return consumeError(output.takeError()), input.takeError();
  if (!output)
    return output.takeError();
  if (Error error = input->write(object))
    return error;

  std::string soname = spec.name + ".so";
  std::string alias = "--defsym=seis_module_query=" + querySymbol(spec);
  std::vector<const char *> arguments = {
      "ld.lld",        "-shared",     "-znoexecstack",   "-zrelro",      "-znow",
      "-zdefs",        "--as-needed", "--build-id=none", "--threads=1",  "--hash-style=gnu",
      "--gc-sections", alias.c_str(), "-soname",         soname.c_str(), "-o",
      output->c_str(), input->c_str()};
  std::vector<TemporaryFile> standIns;
  for (int library = 0; library < NumLibs; ++library) {
    if (symbols[library].empty())
      continue;
    auto file = TemporaryFile::create("so");
    if (!file)
      return file.takeError();
    if (Error error = writeStandIn(*file, sonames[library], symbols[library]))
      return error;
    standIns.push_back(std::move(*file));
  }
  for (const TemporaryFile &file : standIns)
    arguments.push_back(file.c_str());
  if (Error error = runLinker(arguments))
    return error;

  return output->read();
}

Expected<std::string> seis::detail::joinObjects(ArrayRef<std::string> objects,
                                                const ObjectSpec &spec) {
  std::vector<TemporaryFile> inputs;
  auto output = TemporaryFile::create("o");
  if (!output)
    return output.takeError();
  std::vector<const char *> arguments = {"ld.lld", "-r", "--threads=1", "-o", output->c_str()};
  for (const std::string &object : objects) {
    auto input = TemporaryFile::create("o");
    if (!input)
      return input.takeError();
    if (Error error = input->write(object))
      return error;
    inputs.push_back(std::move(*input));
  }
  for (const TemporaryFile &input : inputs)
    arguments.push_back(input.c_str());
  if (Error error = runLinker(arguments))
    return error;
  auto joined = output->read();
  if (!joined)
    return joined;

  auto binary = object::createBinary(MemoryBufferRef(*joined, spec.name));
  if (!binary)
    return binary.takeError();
  objcopy::ConfigManager config;
  std::string query = querySymbol(spec);
  if (Error error = config.Common.SymbolsToKeepGlobal.addMatcher(objcopy::NameOrPattern::create(
          query, objcopy::MatchStyle::Literal, [](Error error) { return error; })))
    return error;
  SmallVector<char, 0> bytes;
  raw_svector_ostream out(bytes);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **binary, out))
    return error;
  return std::string(bytes.begin(), bytes.end());
}
