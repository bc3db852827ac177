//===- KernelABI.h - What a generated kernel finds where -------*- C++ -*-===//
// Byte offsets into the structures of lib/Target/Object/seis_kernel.h, through
// which the entry stubs of an object call its kernels. KernelABI.cpp asserts that
// they agree with the C compiler's.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TARGET_KERNELABI_H
#define SEIS_TARGET_KERNELABI_H

#include <cstdint>

namespace seis::kernel_abi {

/// seis_kernel_view: an input or an output. Strides are in elements; that of an axis of extent 1
/// and that of an axis which the array does not have are 0. Samples are dense.
constexpr int64_t viewData = 0, viewStride0 = 8, viewStride1 = 16, viewBytes = 24;

/// seis_kernel_call: pointers to the views, f64 parameters, one pointer to f64 values per pass.
constexpr int64_t callIn = 0, callOut = 8, callParams = 16, callTables = 24;
/// Three int64_t each: inline, crossline, sample.
constexpr int64_t callBlock = 32, callLo = 56, callExtent = 80, callOrigin = 104, callVolume = 128;
/// Scratch aligned to 64 bytes; int64_t threads; uint8_t live mask (may be null) and partials.
constexpr int64_t callScratch = 152, callThreads = 160, callLive = 168, callPartials = 176;
constexpr int64_t callBytes = 184;

/// How the samples of an input lie in memory (seis_format of seis_kernel.h); `Native` is the
/// compute type. Their names are those of the manifest's `storage`.
enum class SampleFormat : uint32_t { Native, Swapped, SwappedF32, Ibm, I8, I16, SwappedI16 };
constexpr SampleFormat sampleFormats[] = {
    SampleFormat::Native, SampleFormat::Swapped, SampleFormat::SwappedF32, SampleFormat::Ibm,
    SampleFormat::I8,     SampleFormat::I16,     SampleFormat::SwappedI16};

/// Name of a format of an input whose compute type is f32 or, else, f64. An object of f32 has no
/// SwappedF32: that is its Swapped.
constexpr const char *formatName(SampleFormat format, bool isF32) {
  switch (format) {
  case SampleFormat::Native:
    return isF32 ? "f32" : "f64";
  case SampleFormat::Swapped:
    return isF32 ? "f32-swapped" : "f64-swapped";
  case SampleFormat::SwappedF32:
    return isF32 ? "" : "f32-swapped";
  case SampleFormat::Ibm:
    return "ibm";
  case SampleFormat::I8:
    return "i8";
  case SampleFormat::I16:
    return "i16";
  case SampleFormat::SwappedI16:
    return "i16-swapped";
  }
  return "";
}

/// seis_kernel_load: where an input has more formats than one, the views of all inputs are followed
/// by one of these per input. Format, then f64 scale and offset of integers.
constexpr int64_t loadFormat = 0, loadScale = 8, loadOffset = 16, loadBytes = 24;

/// A partial: uint64_t nan, uint64_t samples, then a double per element.
constexpr int64_t partialNan = 0, partialSamples = 8, partialValues = 16;

/// Distance in bytes of the partials of neighbouring cells, for a pass of `elements` doubles.
constexpr int64_t partialBytes(int64_t elements) {
  return (partialValues + 8 * elements + 63) / 64 * 64;
}

/// Traces of a reduction cell along inline and along crossline (SEIS_GRID).
constexpr int64_t grid = 32;

} // namespace seis::kernel_abi

#endif // SEIS_TARGET_KERNELABI_H
