//===- Frontend.cpp - From source items to a module ------------------------===//
// Parse everything, resolve every name, evaluate. Each step runs in spite of
// errors of the one before it, so that all errors are found at once.
//
// Evaluation recurses with the nesting of the program, so it runs on a thread
// with a stack that is large enough for all that the limits allow.
//===----------------------------------------------------------------------===//
#include "seis/Frontend/Frontend.h"

#include "Evaluator.h"
#include "Parser.h"
#include "PreludeText.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

/// Adds a text to the sources; gives the buffer's view of it.
static StringRef addBuffer(SourceMgr &sources, StringRef text, StringRef name) {
  unsigned id = sources.AddNewSourceBuffer(MemoryBuffer::getMemBufferCopy(text, name), SMLoc());
  return sources.getMemoryBuffer(id)->getBuffer();
}

/// `inst-phase(...)`: the name of the called function with `_` for `-`, of the same length.
static std::string underscored(StringRef text) {
  std::string result = text.str();
  for (char &c : result) {
    if (c == '-')
      c = '_';
    else if (!isAlnum(c) && c != '_' && c != ' ')
      break;
  }
  return result;
}

static void parseItem(const SourceItem &item, size_t position, Program &program, SourceMgr &sources,
                      DiagnosticSink &sink, StringSet<> &dashed) {
  SourceUnit *unit = program.arena.makeUnit();
  unit->position = position;
  program.items.push_back(unit);
  std::string text = item.text;
  if (item.kind == SourceItem::Call)
    text = underscored(text);
  StringRef buffer = addBuffer(sources, text, item.name);
  if (item.kind == SourceItem::File) {
    unit->kind = SourceUnit::File;
    unit->folder = sys::path::parent_path(item.name).str();
    Parser(buffer, *unit, program.arena, sink, nullptr).parseFile();
    for (const Function *f : unit->functions)
      dashed.insert(f->name);
    return;
  }
  unit->kind = item.kind == SourceItem::Expression ? SourceUnit::Expression : SourceUnit::Call;
  Parser(buffer, *unit, program.arena, sink, &dashed).parseWholeExpression();
}

static mlir::OwningOpRef<mlir::ModuleOp> translate(mlir::MLIRContext &context, SourceMgr &sources,
                                                   ArrayRef<SourceItem> items, StringRef entryName,
                                                   const FrontendOptions &options,
                                                   DiagnosticSink &sink) {
  Program program;
  program.prelude = program.arena.makeUnit();
  program.prelude->kind = SourceUnit::Prelude;
  StringRef text = addBuffer(sources, preludeText(), "<prelude>");
  Parser(text, *program.prelude, program.arena, sink, nullptr).parseFile();
  for (Function *f : program.prelude->functions)
    program.preludeFunctions[f->name] = f;

  // Files come first, wherever they stand: expressions and calls may use what they define.
  StringSet<> dashed = preludeNames();
  for (bool files : {true, false})
    for (size_t i = 0; i < items.size(); ++i)
      if ((items[i].kind == SourceItem::File) == files)
        parseItem(items[i], i, program, sources, sink, dashed);

  Resolver resolver(program, sink);
  resolver.resolveFunctions(*program.prelude);
  for (SourceUnit *unit : program.items)
    resolver.resolveFunctions(*unit);
  for (SourceUnit *unit : program.items) {
    resolver.resolveItem(*unit);
    resolver.findRecursion(*unit);
  }

  Evaluator evaluator(program, sources, context, options, sink);
  evaluator.run(entryName);
  Evaluator shadow(program, sources, context, options, sink);
  shadow.checkUncalled(evaluator);
  if (sink.hasErrors())
    return {};
  auto module = evaluator.finish(entryName);
  if (mlir::failed(mlir::verify(*module))) { // a defect of ours; the verifier said what
    sink.error({}, "the compiler made an invalid program; please report it");
    return {};
  }
  return module;
}

mlir::OwningOpRef<mlir::ModuleOp>
seis::translateToIR(mlir::MLIRContext &context, SourceMgr &sources, ArrayRef<SourceItem> items,
                    StringRef entryName, const FrontendOptions &options, DiagnosticSink &sink) {
  context.loadDialect<SeisDialect, mlir::func::FuncDialect, mlir::arith::ArithDialect,
                      mlir::math::MathDialect>();
  constexpr unsigned stackBytes = 64u << 20;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::thread worker(std::optional<unsigned>(stackBytes), [&] {
    module = translate(context, sources, items, entryName, options, sink);
  });
  worker.join();
  return module;
}
