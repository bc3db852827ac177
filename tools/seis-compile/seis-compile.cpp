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
using namespace seis::tools;

static int fail(Error error) {
  errs() << "seis-compile: error: " << toString(std::move(error)) << '\n';
  return ExitInput;
}

static void sayWritten(const CompileOptions &options, StringRef suffix) {
  if (options.verbose)
    errs() << "seis-compile: note: wrote " << options.output << suffix << '\n';
}

/// Writes to stdout, or to the output's name plus `suffix`: complete under that name, or not at
/// all.
static Error writeText(const CompileOptions &options, StringRef suffix, StringRef text) {
  if (options.output.empty()) {
    outs() << text;
    return Error::success();
  }
  Error error = writeToOutput(options.output + suffix.str(), [&](raw_ostream &os) {
    os << text;
    return Error::success();
  });
  if (!error)
    sayWritten(options, suffix);
  return error;
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
        return createStringError("cannot make the folder " + folder + ": " + systemMessage(code));
  for (TextStage stage : options.texts)
    if (Error error = writeStage(module, stage, options))
      return error;
  if (options.artifacts.empty())
    return Error::success();
  StringRef name =
      options.output.empty() ? StringRef(options.entryName) : sys::path::filename(options.output);
  auto artifacts = compile(module, name, options.compiler, options.artifacts);
  if (!artifacts)
    return artifacts.takeError();
  if (options.output.empty()) {
    for (const Artifact &artifact : *artifacts)
      outs() << artifact.bytes;
    return Error::success();
  }
  if (Error error = writeArtifacts(*artifacts, options.output))
    return error;
  for (const Artifact &artifact : *artifacts)
    sayWritten(options, emitKindSuffix(artifact.kind));
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
  if (!readSources("seis-compile", options.items, items))
    return ExitInput;
  if (!options.scheduleFile.empty()) {
    auto file = MemoryBuffer::getFile(options.scheduleFile);
    if (!file)
      return fail(createStringError("cannot read " + options.scheduleFile + ": " +
                                    systemMessage(file.getError())));
    options.compiler.schedule = (*file)->getBuffer().str();
  }
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  DiagnosticSink sink(sources);
  auto module = translateToIR(context, sources, items, options.entryName, options.frontend, sink);
  if (sink.hasErrors() || !options.quiet)
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
    return fail(
        createStringError("cannot read " + path + " as an object: " + toString(file.takeError())));
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
    return listPrelude(options.family, options.json);
  if (!options.describe.empty())
    return describePrelude(options.describe, options.json);
  if (!options.printManifest.empty())
    return printManifest(options.printManifest);
  return compileProgram(options);
}
