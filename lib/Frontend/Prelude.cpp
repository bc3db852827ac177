//===- Prelude.cpp - The embedded text and its documentation ---------------===//
#include "seis/Frontend/Prelude.h"

#include "Parser.h"
#include "PreludeText.h"
#include "Resolver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static constexpr char embedded[] =
#include "PreludeText.inc"
    ;

StringRef seis::fe::preludeText() { return StringRef(embedded, sizeof(embedded) - 1); }

static std::string textOf(SMRange range) {
  return std::string(range.Start.getPointer(), range.End.getPointer());
}

/// Reads the `key: value` lines; what has no key is the summary.
static void readDoc(const Function &f, PreludeEntry &entry) {
  for (StringRef line : f.doc) {
    auto value = [&](StringRef key) -> std::optional<std::string> {
      StringRef rest = line;
      if (!rest.consume_front(key))
        return std::nullopt;
      return rest.trim().str();
    };
    if (auto v = value("family:"))
      entry.family = *v;
    else if (auto v = value("formula:"))
      entry.formula = *v;
    else if (auto v = value("label:"))
      entry.label = *v;
    else if (auto v = value("source:"))
      entry.source = *v;
    else if (auto v = value("example:"))
      entry.example = *v;
    else if (auto v = value("names:"))
      entry.names = *v;
    else if (auto v = value("param ")) {
      auto [name, text] = StringRef(*v).split(':');
      for (PreludeParameter &p : entry.parameters)
        if (p.name == name)
          p.description = text.trim().str();
    } else {
      entry.summary += (entry.summary.empty() ? "" : " ") + line.str();
    }
  }
}

/// What attributes are made of, and nobody applies to a survey.
static bool isHelper(const PreludeEntry &entry) { return entry.family == "helper"; }

static PreludeEntry describeFunction(const Function &f) {
  PreludeEntry entry;
  entry.name = f.name.str();
  entry.signature = signatureText(f);
  for (const Parameter &p : f.parameters) {
    PreludeParameter out;
    out.name = p.name.str();
    out.type = p.type.str();
    if (p.defaultValue)
      out.defaultText = textOf(p.defaultValue->range);
    entry.parameters.push_back(std::move(out));
  }
  readDoc(f, entry);
  if (!f.isBuiltin)
    entry.definition = textOf(SMRange(f.signature.Start, f.body->range.End));
  entry.isAttribute = !entry.label.empty() && !isHelper(entry);
  if (entry.label.empty())
    entry.label = entry.summary;
  return entry;
}

const std::vector<PreludeEntry> &seis::preludeEntries() {
  static const std::vector<PreludeEntry> entries = [] {
    SourceMgr sources;
    DiagnosticSink sink(sources);
    AstArena arena;
    SourceUnit *unit = arena.makeUnit();
    unit->kind = SourceUnit::Prelude;
    Parser(preludeText(), *unit, arena, sink, nullptr).parseFile();
    std::vector<PreludeEntry> list;
    for (const Function *f : unit->functions)
      if (!f->doc.empty())
        list.push_back(describeFunction(*f));
    auto rank = [](const PreludeEntry &e) { return e.isAttribute ? 0 : isHelper(e) ? 2 : 1; };
    llvm::stable_sort(
        list, [&](const PreludeEntry &a, const PreludeEntry &b) { return rank(a) < rank(b); });
    return list;
  }();
  return entries;
}

const StringSet<> &seis::fe::preludeNames() {
  static const StringSet<> names = [] {
    StringSet<> set;
    for (const PreludeEntry &e : preludeEntries())
      set.insert(e.name);
    return set;
  }();
  return names;
}

const PreludeEntry *seis::findPreludeEntry(StringRef name) {
  std::string wanted = name.str();
  llvm::replace(wanted, '-', '_');
  for (const PreludeEntry &e : preludeEntries())
    if (e.name == wanted)
      return &e;
  return nullptr;
}

StringRef seis::nearestPreludeName(StringRef name) {
  std::string wanted = name.str();
  llvm::replace(wanted, '-', '_');
  std::vector<StringRef> names;
  for (const PreludeEntry &e : preludeEntries())
    names.push_back(e.name);
  return nearestName(wanted, names);
}
