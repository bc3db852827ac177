//===- Describe.cpp - What the prelude offers ------------------------------===//
// Unit and halo are not written down anywhere: the attribute is translated and
// analysed like any program.
//===----------------------------------------------------------------------===//
#include "Describe.h"

#include "Options.h"

#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Dialect/Seis/Analysis/Numerics.h"
#include "seis/Frontend/Prelude.h"
#include "seis/Support/Json.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;
using namespace seis::tools;

static std::string dashed(StringRef name) {
  std::string text = name.str();
  llvm::replace(text, '_', '-');
  return text;
}

static void printList(const std::vector<const PreludeEntry *> &entries) {
  StringRef family;
  for (const PreludeEntry *e : entries) {
    if (e->family != family)
      outs() << (family.empty() ? "" : "\n") << e->family << ":\n";
    family = e->family;
    outs() << "  " << left_justify(dashed(e->name), 27) << ' ' << e->summary << '\n';
  }
}

/// What lists and descriptions both say.
static json::Value briefly(const PreludeEntry *e) {
  json::Value entry = json::Value::object();
  entry.set("name", dashed(e->name));
  entry.set("family", e->family);
  entry.set("summary", e->summary);
  entry.set("call", e->signature);
  entry.set("attribute", e->isAttribute);
  entry.set("example", e->example);
  return entry;
}

static void printListJson(const std::vector<const PreludeEntry *> &entries) {
  json::Value list = json::Value::array();
  for (const PreludeEntry *e : entries)
    list.push(briefly(e));
  outs() << json::print(list) << '\n';
}

int seis::listPrelude(StringRef family, bool asJson) {
  std::vector<StringRef> families;
  for (const PreludeEntry &e : preludeEntries())
    if (!is_contained(families, StringRef(e.family)))
      families.push_back(e.family);
  if (!family.empty() && !is_contained(families, family)) {
    errs() << "seis-compile: error: no family `" << family << "`\n"
           << "seis-compile: note: families are " << llvm::join(families, ", ") << '\n';
    return ExitUsage;
  }
  std::vector<const PreludeEntry *> entries;
  for (StringRef f : families)
    for (const PreludeEntry &e : preludeEntries())
      if (e.family == f && (family.empty() || f == family))
        entries.push_back(&e);
  if (asJson)
    printListJson(entries);
  else
    printList(entries);
  return ExitDone;
}

namespace {
/// What the analysis of a translated attribute says.
struct Facts {
  std::string unit, dependence;
  Numerics numerics;
  Footprint halo;
};
} // namespace

static StringRef className(NumericClass c) {
  static const char *const names[] = {"exact", "reassoc", "algo"};
  return names[static_cast<unsigned>(c)];
}

static std::string haloText(const Footprint &f) {
  std::string text;
  for (unsigned a = 0; a < numAxes; ++a) {
    text += (a ? ", " : "") + std::string(axisNames[a]) + " ";
    text += f[a].whole ? "whole" : std::to_string(f[a].lo) + " " + std::to_string(f[a].hi);
  }
  return text;
}

/// As in a manifest: per axis [before, after], or "whole".
static json::Value haloJson(const Footprint &f) {
  json::Value halo = json::Value::object();
  for (unsigned a = 0; a < numAxes; ++a) {
    json::Value axis("whole");
    if (!f[a].whole) {
      axis = json::Value::array();
      axis.push(f[a].lo);
      axis.push(f[a].hi);
    }
    halo.set(std::string(axisNames[a]), std::move(axis));
  }
  return halo;
}

static std::optional<Facts> analyse(const PreludeEntry &entry) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  DiagnosticSink sink(sources);
  FrontendOptions options;
  options.dtMs = 4; // designs need it, and what is found out here does not depend on it
  const std::string &call = entry.example.empty() ? entry.name : entry.example;
  auto module =
      translateToIR(context, sources, {{SourceItem::Call, "<name>", call}}, "entry", options, sink);
  if (!module)
    return std::nullopt;
  auto func = *module->getOps<mlir::func::FuncOp>().begin();
  Facts facts;
  if (auto unit = func.getResultAttrOfType<mlir::StringAttr>(0, "seis.unit"))
    facts.unit = unit.str();
  auto reaches = computeFootprints(func);
  for (mlir::BlockArgument argument : func.getArguments())
    if (auto it = reaches.find(argument); it != reaches.end())
      facts.halo = facts.halo.unite(it->second);
  static const char *const classes[] = {"each sample alone", "samples around it", "whole traces",
                                        "the whole volume"};
  Dependence widest = Dependence::Pointwise;
  for (mlir::Value v : func.front().getTerminator()->getOperands())
    widest = std::max(widest, dependenceOf(v));
  facts.dependence = classes[static_cast<unsigned>(widest)];
  facts.numerics = numericsOf(func);
  return facts;
}

static void printLine(StringRef key, StringRef text) {
  if (!text.empty())
    outs() << "  " << left_justify(key, 12) << text << '\n';
}

static void describeAsText(const PreludeEntry *e) {
  outs() << dashed(e->name) << ": " << e->summary << '\n';
  printLine("call", e->signature);
  printLine("family", e->family);
  printLine("formula", e->formula);
  printLine("example", e->example);
  if (e->isAttribute)
    if (auto facts = analyse(*e)) {
      printLine("unit", facts->unit);
      printLine("depends on", facts->dependence);
      printLine("halo", haloText(facts->halo));
      printLine(
          "numerics",
          (className(facts->numerics.widest) + (facts->numerics.decides ? ", decides" : "")).str());
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
  printLine("elsewhere", e->names);
  if (!e->definition.empty())
    outs() << '\n' << e->definition << '\n';
}

static void describeAsJson(const PreludeEntry *e) {
  json::Value all = briefly(e);
  all.set("label", e->label);
  all.set("formula", e->formula);
  if (auto facts = e->isAttribute ? analyse(*e) : std::nullopt) {
    all.set("unit", facts->unit);
    all.set("depends_on", facts->dependence);
    all.set("halo", haloJson(facts->halo));
    json::Value numerics = json::Value::object();
    numerics.set("class", className(facts->numerics.widest).str());
    numerics.set("decides", facts->numerics.decides);
    all.set("numerics", std::move(numerics));
  }
  json::Value parameters = json::Value::array();
  for (const PreludeParameter &p : e->parameters) {
    json::Value parameter = json::Value::object();
    parameter.set("name", p.name);
    parameter.set("type", p.type);
    parameter.set("default", p.defaultText.empty() ? json::Value() : json::Value(p.defaultText));
    parameter.set("description", p.description);
    parameters.push(std::move(parameter));
  }
  all.set("parameters", std::move(parameters));
  all.set("source", e->source);
  all.set("elsewhere", e->names);
  all.set("definition", e->definition);
  outs() << json::print(all) << '\n';
}

int seis::describePrelude(StringRef name, bool asJson) {
  const PreludeEntry *e = findPreludeEntry(name);
  if (!e) {
    errs() << "seis-compile: error: the prelude has no `" << name << "`\n";
    if (StringRef nearest = nearestPreludeName(name); !nearest.empty())
      errs() << "seis-compile: note: did you mean `" << dashed(nearest) << "`?\n";
    else
      errs() << "seis-compile: note: seis-compile --list shows all names\n";
    return ExitInput;
  }
  if (asJson)
    describeAsJson(e);
  else
    describeAsText(e);
  return ExitDone;
}
