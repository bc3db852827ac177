//===- Object.h - An opened object and its description, for the commands --===//
#ifndef SEIS_RUNTIME_TOOL_OBJECT_H
#define SEIS_RUNTIME_TOOL_OBJECT_H

#include "../rt/Module.h"
#include "Tool.h"

#include <functional>
#include <memory>

namespace seis::tool {

struct CloseModule {
  void operator()(seis_rt_module *module) const { seis_rt_close(module); }
};
using Module = std::unique_ptr<seis_rt_module, CloseModule>;

/// Opens an object; Failure with the exit code that fits.
Module openObject(const std::string &path);

/// Runs a call of seis_rt that takes a message buffer; Failure where it fails.
void check(const std::function<int32_t(char *, size_t)> &call);

} // namespace seis::tool
#endif
