//===- seis-compile.cpp - Compiles attributes ------------------------------===//
#include "Describe.h"
#include "Options.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;

/// Reads files and names the items for diagnostics; false after a message.
static bool readItems(const CompileOptions &options, std::vector<SourceItem> &items) {
  unsigned expressions = 0;
  bool ok = true;
  for (const CompileItem &item : options.items) {
    SourceItem source;
    source.kind = item.kind;
    source.text = item.text;
    if (item.kind == SourceItem::Expression) {
      ++expressions;
      source.name = expressions == 1 ? "<expression>"
                                     : "<expression " + std::to_string(expressions) + ">";
    } else if (item.kind == SourceItem::Call) {
      source.name = "<command line>";
    } else {
      source.name = item.text;
      auto file = MemoryBuffer::getFile(item.text);
      if (!file) {
        errs() << "seis-compile: error: cannot read " << item.text << ": "
               << file.getError().message() << '\n';
        ok = false;
        continue;
      }
      source.text = (*file)->getBuffer().str();
    }
    items.push_back(std::move(source));
  }
  return ok;
}

static int fail(Error error) {
  errs() << "seis-compile: error: " << toString(std::move(error)) << '\n';
  return ExitInput;
}

/// Writes to stdout, or to the output's name plus `suffix`: complete under that name, or not at all.
static Error writeText(const CompileOptions &options, StringRef suffix, StringRef text) {
  if (options.output.empty()) {
    outs() << text;
    return Error::success();
  }
  return writeToOutput(options.output + suffix.str(), [&](raw_ostream &os) {
    os << text;
    return Error::success();
  });
}

/// The text of one stage; the module stays as it is.
static Error writeStage(mlir::ModuleOp module, TextStage stage, const CompileOptions &options) {
  mlir::OwningOpRef<mlir::ModuleOp> copy = module.clone();
  auto text = emitText(*copy, stage, options.compiler);
  if (!text)
    return text.takeError();
  StringRef suffix = stage == TextStage::Seis     ? ".seis.mlir"
                     : stage == TextStage::Stages ? ".stages.mlir"
                                                  : ".loops.mlir";
  return writeText(options, suffix, *text);
}

static Error writeAll(mlir::ModuleOp module, const CompileOptions &options) {
  if (!options.output.empty())
    if (StringRef folder = sys::path::parent_path(options.output); !folder.empty())
      if (std::error_code code = sys::fs::create_directories(folder))
        return createStringError("cannot make the folder " + folder + ": " + code.message());
  for (TextStage stage : options.texts)
    if (Error error = writeStage(module, stage, options))
      return error;
  if (options.artifacts.empty())
    return Error::success();
  StringRef name = options.output.empty() ? StringRef(options.entryName)
                                          : sys::path::filename(options.output);
  auto artifacts = compile(module, name, options.compiler, options.artifacts);
  if (!artifacts)
    return artifacts.takeError();
  if (!options.output.empty())
    return writeArtifacts(*artifacts, options.output);
  for (const Artifact &artifact : *artifacts)
    outs() << artifact.bytes;
  return Error::success();
}

/// What the manifest keeps of the program.
static std::string sourceText(const std::vector<SourceItem> &items) {
  std::string text;
  for (const SourceItem &item : items)
    text += (text.empty() ? "" : "\n") + item.text;
  return text;
}

static int compileProgram(CompileOptions &options) {
  std::vector<SourceItem> items;
  if (!readItems(options, items))
    return ExitInput;
  if (!options.scheduleFile.empty()) {
    auto file = MemoryBuffer::getFile(options.scheduleFile);
    if (!file)
      return fail(createStringError("cannot read " + options.scheduleFile + ": " +
                                    file.getError().message()));
    options.compiler.schedule = (*file)->getBuffer().str();
  }
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  DiagnosticSink sink(sources);
  auto module =
      translateToIR(context, sources, items, options.entryName, options.frontend, sink);
  sink.print(errs(), options.color);
  if (!module)
    return ExitInput;
  options.compiler.sourceText = sourceText(items);
  options.compiler.configure = [](mlir::PassManager &pm) {
    (void)mlir::applyPassManagerCLOptions(pm);
    mlir::applyDefaultTimingPassManagerCLOptions(pm);
  };
  if (Error error = writeAll(*module, options))
    return fail(std::move(error));
  return ExitDone;
}

/// The manifest lies in a section of its own; the object is not loaded.
static int printManifest(StringRef path) {
  auto file = object::ObjectFile::createObjectFile(path);
  if (!file)
    return fail(createStringError("cannot read " + path + " as an object: " +
                                  toString(file.takeError())));
  for (const object::SectionRef &section : file->getBinary()->sections()) {
    auto name = section.getName();
    if (!name) {
      consumeError(name.takeError());
      continue;
    }
    if (*name != ".seis.manifest")
      continue;
    auto contents = section.getContents();
    if (!contents)
      return fail(contents.takeError());
    outs() << contents->rtrim('\0');
    return ExitDone;
  }
  return fail(createStringError(path + " has no section .seis.manifest: it was not made by "
                                       "seis-compile"));
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  CompileOptions options;
  if (auto code = parseCommandLine(argc, argv, options))
    return *code;
  if (options.list)
    return listPrelude(options.family);
  if (!options.describe.empty())
    return describePrelude(options.describe);
  if (!options.printManifest.empty())
    return printManifest(options.printManifest);
  return compileProgram(options);
}
