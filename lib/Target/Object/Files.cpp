//===- Files.cpp - Artifacts reach their names whole or not at all --------===//
#include "Internal.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;
using namespace seis::detail;

static Error cannotWrite(const Twine &path, std::error_code error) {
  return userError("cannot write '" + path + "': " + error.message());
}

/// A new file beside `path` that holds `bytes`; removed if the process is killed by a signal.
static Expected<sys::fs::TempFile> writeTemporary(const std::string &path, StringRef bytes,
                                                  unsigned mode) {
  auto file = sys::fs::TempFile::create(path + ".%%%%%%.tmp", mode);
  if (!file)
    return cannotWrite(path, errorToErrorCode(file.takeError()));
  raw_fd_ostream out(file->FD, /*shouldClose=*/false);
  out << bytes;
  out.flush();
  std::error_code error = out.error();
  out.clear_error();
  if (!error)
    return std::move(*file);
  consumeError(file->discard());
  return cannotWrite(path, error);
}

Error seis::writeArtifacts(ArrayRef<Artifact> artifacts, StringRef stem) {
  std::vector<std::pair<std::string, sys::fs::TempFile>> written;
  Error problem = Error::success();
  for (const Artifact &artifact : artifacts) {
    std::string path = (stem + emitKindSuffix(artifact.kind)).str();
    bool runnable = artifact.kind == EmitKind::Shared;
    auto file = writeTemporary(path, artifact.bytes, runnable ? 0777 : 0666);
    if (!file) {
      problem = joinErrors(std::move(problem), file.takeError());
      break;
    }
    written.emplace_back(path, std::move(*file));
  }
  bool failed = static_cast<bool>(problem);
  for (auto &[path, file] : written) {
    if (failed) {
      consumeError(file.discard());
      continue;
    }
    if (Error error = file.keep(path)) {
      problem =
          joinErrors(std::move(problem), cannotWrite(path, errorToErrorCode(std::move(error))));
      failed = true;
    }
  }
  return problem;
}
