//===- Describe.cpp - What the prelude offers ------------------------------===//
// Unit and halo are not written down anywhere: the attribute is translated and
// analysed like any program.
//===----------------------------------------------------------------------===//
#include "Describe.h"

#include "Options.h"

#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Frontend/Prelude.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;

static std::string dashed(StringRef name) {
  std::string text = name.str();
  llvm::replace(text, '_', '-');
  return text;
}

int seis::listPrelude(StringRef family) {
  std::vector<StringRef> families;
  for (const PreludeEntry &e : preludeEntries())
    if (!is_contained(families, StringRef(e.family)))
      families.push_back(e.family);
  if (!family.empty() && !is_contained(families, family)) {
    errs() << "seis-compile: error: no family `" << family << "`\n"
           << "seis-compile: note: families are " << llvm::join(families, ", ") << '\n';
    return ExitUsage;
  }
  bool first = true;
  for (StringRef f : families) {
    if (!family.empty() && f != family)
      continue;
    outs() << (first ? "" : "\n") << f << ":\n";
    first = false;
    for (const PreludeEntry &e : preludeEntries())
      if (e.family == f)
        outs() << "  " << left_justify(dashed(e.name), 27) << ' ' << e.summary << '\n';
  }
  return ExitDone;
}

namespace {
/// What the analysis of a translated attribute says.
struct Facts {
  std::string unit, halo, dependence;
};
} // namespace

static std::string haloText(const Footprint &f) {
  std::string text;
  for (unsigned a = 0; a < numAxes; ++a) {
    text += (a ? ", " : "") + std::string(axisNames[a]) + " ";
    text += f[a].whole ? "whole" : std::to_string(f[a].lo) + " " + std::to_string(f[a].hi);
  }
  return text;
}

static std::optional<Facts> analyse(const PreludeEntry &entry) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  DiagnosticSink sink(sources);
  FrontendOptions options;
  auto module = translateToIR(context, sources, {{SourceItem::Call, "<name>", entry.name}},
                              "entry", options, sink);
  if (!module)
    return std::nullopt;
  auto func = *module->getOps<mlir::func::FuncOp>().begin();
  Facts facts;
  if (auto unit = func.getResultAttrOfType<mlir::StringAttr>(0, "seis.unit"))
    facts.unit = unit.str();
  auto reaches = computeFootprints(func);
  Footprint halo;
  for (mlir::BlockArgument argument : func.getArguments())
    if (auto it = reaches.find(argument); it != reaches.end())
      halo = halo.unite(it->second);
  facts.halo = haloText(halo);
  static const char *const classes[] = {"each sample alone", "samples around it", "whole traces",
                                        "the whole volume"};
  Dependence widest = Dependence::Pointwise;
  for (mlir::Value v : func.front().getTerminator()->getOperands())
    widest = std::max(widest, dependenceOf(v));
  facts.dependence = classes[static_cast<unsigned>(widest)];
  return facts;
}

static void printLine(StringRef key, StringRef text) {
  if (!text.empty())
    outs() << "  " << left_justify(key, 12) << text << '\n';
}

int seis::describePrelude(StringRef name) {
  const PreludeEntry *e = findPreludeEntry(name);
  if (!e) {
    errs() << "seis-compile: error: the prelude has no `" << name << "`\n";
    if (StringRef nearest = nearestPreludeName(name); !nearest.empty())
      errs() << "seis-compile: note: did you mean `" << dashed(nearest) << "`?\n";
    else
      errs() << "seis-compile: note: seis-compile --list shows all names\n";
    return ExitInput;
  }
  outs() << dashed(e->name) << ": " << e->summary << '\n';
  printLine("call", e->signature);
  printLine("family", e->family);
  printLine("formula", e->formula);
  if (e->isAttribute)
    if (auto facts = analyse(*e)) {
      printLine("unit", facts->unit);
      printLine("depends on", facts->dependence);
      printLine("halo", facts->halo);
    }
  for (size_t i = 0; i < e->parameters.size(); ++i) {
    const PreludeParameter &p = e->parameters[i];
    std::string text = p.name + (p.type.empty() || p.type == "any" ? "" : ": " + p.type);
    text += p.defaultText.empty() ? "" : " = " + p.defaultText;
    outs() << "  " << left_justify(i ? "" : "parameters", 12);
    if (p.description.empty())
      outs() << text << '\n';
    else
      outs() << left_justify(text, 28) << ' ' << p.description << '\n';
  }
  printLine("source", e->source);
  if (!e->definition.empty())
    outs() << '\n' << e->definition << '\n';
  return ExitDone;
}
