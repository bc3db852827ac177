//===- KernelABI.cpp - The offsets agree with the C structures ------------===//
#include "seis/Target/KernelABI.h"

#include "seis_abi.h"
#include "seis_kernel.h"

#include <cstddef>

using namespace seis::kernel_abi;

static_assert(offsetof(seis_kernel_view, data) == viewData);
static_assert(offsetof(seis_kernel_view, stride) == viewStride0);
static_assert(viewStride1 == viewStride0 + 8 && sizeof(seis_kernel_view) == viewBytes);
static_assert(offsetof(seis_kernel_load, format) == loadFormat);
static_assert(offsetof(seis_kernel_load, scale) == loadScale);
static_assert(offsetof(seis_kernel_load, offset) == loadOffset);
static_assert(sizeof(seis_kernel_load) == loadBytes && loadBytes == viewBytes);
static_assert(uint32_t(SampleFormat::Native) == SEIS_FORMAT_NATIVE);
static_assert(uint32_t(SampleFormat::Swapped) == SEIS_FORMAT_SWAPPED);
static_assert(uint32_t(SampleFormat::SwappedF32) == SEIS_FORMAT_SWAPPED_F32);
static_assert(uint32_t(SampleFormat::Ibm) == SEIS_FORMAT_IBM);
static_assert(uint32_t(SampleFormat::I8) == SEIS_FORMAT_I8);
static_assert(uint32_t(SampleFormat::I16) == SEIS_FORMAT_I16);
static_assert(uint32_t(SampleFormat::SwappedI16) == SEIS_FORMAT_SWAPPED_I16);
static_assert(offsetof(seis_kernel_call, in) == callIn);
static_assert(offsetof(seis_kernel_call, out) == callOut);
static_assert(offsetof(seis_kernel_call, params) == callParams);
static_assert(offsetof(seis_kernel_call, tables) == callTables);
static_assert(offsetof(seis_kernel_call, block) == callBlock);
static_assert(offsetof(seis_kernel_call, lo) == callLo);
static_assert(offsetof(seis_kernel_call, extent) == callExtent);
static_assert(offsetof(seis_kernel_call, origin) == callOrigin);
static_assert(offsetof(seis_kernel_call, volume) == callVolume);
static_assert(offsetof(seis_kernel_call, scratch) == callScratch);
static_assert(offsetof(seis_kernel_call, threads) == callThreads);
static_assert(offsetof(seis_kernel_call, live) == callLive);
static_assert(offsetof(seis_kernel_call, partials) == callPartials);
static_assert(sizeof(seis_kernel_call) == callBytes);
static_assert(offsetof(seis_kernel_partial, nan) == partialNan);
static_assert(offsetof(seis_kernel_partial, samples) == partialSamples);
static_assert(sizeof(seis_kernel_partial) == partialValues);
static_assert(grid == SEIS_GRID);
