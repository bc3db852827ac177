//===- Header.cpp - The C header of an object -----------------------------===//
// Self-contained: seis_abi.h is inside, under its own include guard, so that one
// program can include the headers of several objects.
//===----------------------------------------------------------------------===//
#include "seis/Target/Object.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace seis;

namespace seis::detail {
llvm::StringRef embeddedAbi();
} // namespace seis::detail

namespace {

/// A text that may stand in a C comment.
std::string commentText(llvm::StringRef text) {
  std::string out;
  for (char c : text) {
    if (c == '/' && !out.empty() && out.back() == '*')
      out += ' ';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string axesText(const std::vector<ArrayAxis> &axes) {
  std::string text = "[";
  for (const ArrayAxis &axis : axes) {
    text += text.size() > 1 ? ", " : "";
    text += axis.kind == ArrayAxis::Fixed ? std::to_string(axis.extent)
                                          : axisNames[static_cast<unsigned>(axis.kind)];
  }
  return text + "]";
}

std::string unitText(const std::optional<std::string> &unit) { return unit ? ", " + *unit : ""; }

/// What an input may be stored as beside its type.
std::string formatsText(const InputSpec &in) {
  std::string text;
  for (kernel_abi::SampleFormat format : in.formats)
    if (format != kernel_abi::SampleFormat::Native)
      text += (text.empty() ? ", or stored as " : " or ") +
              std::string(kernel_abi::formatName(format, in.dtype == DType::F32));
  return text;
}

std::string paramText(const ParamSpec &p) {
  std::string text = p.defaultValue ? "default " + json::print(*p.defaultValue) : "required";
  auto add = [&](const char *what, const std::optional<double> &v) {
    if (v)
      text += what + json::print(*v);
  };
  add(", at least ", p.min);
  add(", at most ", p.max);
  add(", above ", p.above);
  add(", below ", p.below);
  return text + unitText(p.unit);
}

class HeaderWriter {
public:
  HeaderWriter(llvm::raw_ostream &os, const ObjectSpec &spec)
      : os(os), spec(spec), name(cIdentifier(spec.name)) {}

  void write();

private:
  void positions(llvm::StringRef prefix, const EntrySpec &e);
  /// One enumeration: `prefix_KIND_NAME = position`, and `prefix_n_KIND`.
  template <typename T, typename Fn>
  void enumeration(llvm::StringRef prefix, llvm::StringRef kind, const std::vector<T> &items,
                   Fn &&describe);

  llvm::raw_ostream &os;
  const ObjectSpec &spec;
  std::string name;
};

template <typename T, typename Fn>
void HeaderWriter::enumeration(llvm::StringRef prefix, llvm::StringRef kind,
                               const std::vector<T> &items, Fn &&describe) {
  os << "enum {\n";
  for (size_t i = 0; i < items.size(); ++i)
    os << "  " << prefix << '_' << kind << '_' << cIdentifier(items[i].name) << " = " << i
       << ", /* " << commentText(describe(items[i])) << " */\n";
  os << "  " << prefix << "_n_" << kind << " = " << items.size() << "\n};\n";
}

void HeaderWriter::positions(llvm::StringRef prefix, const EntrySpec &e) {
  os << "\n/* Positions in the lists of entry \"" << commentText(e.name) << "\". */\n";
  enumeration(prefix, "in", e.inputs, [](const InputSpec &in) {
    return (dtypeName(in.dtype) + " ").str() + axesText(in.axes) + unitText(in.unit) +
           (in.from.empty() ? "" : ", from " + in.from) + formatsText(in);
  });
  enumeration(prefix, "out", e.outputs, [](const OutputSpec &out) {
    return (dtypeName(out.dtype) + " ").str() + axesText(out.axes) + unitText(out.unit);
  });
  enumeration(prefix, "param", e.params, paramText);
  enumeration(prefix, "pass", e.passes,
              [](const PassSpec &p) { return "f64 [" + std::to_string(p.elements.size()) + "]"; });
}

void HeaderWriter::write() {
  std::string guard = "SEIS_OBJECT_" + llvm::StringRef(name).upper() + "_H";
  os << "/* " << name << ".h - Interface of the compiled object " << commentText(spec.name)
     << ", written by seis-compile.\n"
     << " *\n"
     << " * Link with " << commentText(spec.name) << ".a or .o, libm and, unless it was compiled "
     << "with --openmp=off,\n"
     << " * libomp; or open " << commentText(spec.name)
     << ".so with dlopen and look up seis_module_query, which is the\n"
     << " * same function. Its argument is SEIS_ABI_VERSION.\n"
     << " *\n"
     << " * After an entry has run with OpenMP threads the process must not fork: the\n"
     << " * child would hang as soon as it used OpenMP (create workers before, or spawn them).\n"
     << " */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << detail::embeddedAbi() << "\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
     << "/* The object's only symbol; NULL if the caller knows a lower version alone. */\n"
     << "const seis_module *seis_query_" << name << "(uint32_t max_abi_version);\n";
  for (const EntrySpec &e : spec.entries) {
    std::string prefix = "seis_" + name;
    if (spec.entries.size() > 1)
      prefix += "_" + cIdentifier(e.name);
    positions(prefix, e);
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n#endif /* " << guard << " */\n";
}

} // namespace

std::string seis::cIdentifier(llvm::StringRef name) {
  std::string out;
  for (char c : name)
    out += llvm::isAlnum(c) || c == '_' ? c : '_';
  return out;
}

std::string seis::headerText(const ObjectSpec &spec) {
  std::string text;
  llvm::raw_string_ostream os(text);
  HeaderWriter(os, spec).write();
  return text;
}
