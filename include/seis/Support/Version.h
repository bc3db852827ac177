//===- Version.h - The version of seis -------------------------*- C++ -*-===//
#ifndef SEIS_SUPPORT_VERSION_H
#define SEIS_SUPPORT_VERSION_H

namespace seis {

/// "0.1.0", the version of the CMake project.
const char *versionText();

} // namespace seis

#endif // SEIS_SUPPORT_VERSION_H
