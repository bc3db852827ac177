//===- Version.cpp - The version of seis ----------------------------------===//
#include "seis/Support/Version.h"

const char *seis::versionText() { return SEIS_VERSION_TEXT; }
