//===- FftEmitter.h - Generated Fourier transforms -------------*- C++ -*-===//
// Transforms of W traces at once, one trace per lane: point p of a complex
// buffer is the vectors 2p (real) and 2p+1 (imaginary). Passes run in place,
// decimation in frequency forward and in time backward, so that the bins are
// never reordered (fft_plan.h). A convolution runs depth first: once the outer
// pass has split the buffer, a sub-block stays in the first cache until its
// inverse passes are done.
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_CPU_FFTEMITTER_H
#define SEIS_CODEGEN_CPU_FFTEMITTER_H

#include "seis/Codegen/Common/LoopBuilder.h"

namespace seis {

class FftEmitter {
public:
  using Value = mlir::Value;

  /// Transforms on vectors of `width` lanes of `element` (f32 or f64).
  FftEmitter(LoopBuilder &l, mlir::Type element, int64_t width);

  /// Convolves the buffer with the spectrum of a Hilbert plan of any method.
  void hilbert(Value buffer, Value plan) { call("hilbert", {buffer, plan}); }
  /// The Hilbert transform of one trace by a plan with samples in the lanes (FFT_LANES > 0):
  /// FFT_N samples at `from` into `to`, which has room for a vector more; `work` has room for
  /// 4 FFT_M + 18 lanes elements. What lies `ahead` bytes on comes into the second cache.
  void hilbertOfRow(Value from, Value to, Value plan, Value work, Value ahead);
  /// Forward transform of a DFT plan; bin k ends at position FFT_POSITIONS[k].
  void dft(Value buffer, Value plan) { call("dft", {buffer, plan}); }
  /// Unnormalised inverse of a direct DFT plan, from the order that `dft` leaves.
  void inverse(Value buffer, Value plan) { call("inverse", {buffer, plan}); }

private:
  struct Complex {
    Value re, im;
  };
  enum Kind { Forward, Middle, Inverse };

  void call(llvm::StringRef name, llvm::ArrayRef<Value> args);
  std::string symbol(llvm::StringRef name);
  void defineAll();
  void define(llvm::StringRef name, llvm::ArrayRef<mlir::Type> args,
              llvm::function_ref<void(mlir::ValueRange)> body);
  void definePass(Kind kind, int64_t radix, bool samples = false);
  void defineWhole(Kind kind);
  void defineCore();
  void defineConvolve();
  void defineHilbert();
  void defineDft();
  void runPass(Kind kind, Value buffer, Value plan, Value pass, Value divisor, Value spectrum);
  void switchRadix(Value radix, llvm::ArrayRef<int64_t> known,
                   llvm::function_ref<void(int64_t)> emit);

  // Samples in the lanes (FftRow.cpp)
  void defineRow();
  void defineFirst(int64_t radix);
  void defineLast(int64_t radix);
  void defineLanes();
  void defineInside();
  void defineWholeRow();
  /// Whether a trace needs scaling, whether it holds NaN or infinity, and the exponent bits of the
  /// powers of two that scale it and undo that.
  struct Extreme {
    Value is, isBad, down, up;
  };
  Extreme extremeOf(Value seen);
  Value powerOfTwo(Value exponentBits);
  void runMiddle(Kind kind, Value work, Value plan, Value count);
  void exchange(llvm::MutableArrayRef<Complex> z, int64_t vectorBit, int64_t laneBit);
  void amongLanes(llvm::MutableArrayRef<Complex> z, Value spectrum, Value first);
  int64_t blocksAtOnce() const;
  Value realVector(llvm::ArrayRef<double> values);
  mlir::VectorType bitsType();

  Complex loadPoint(Value buffer, Value index);
  void storePoint(Complex z, Value buffer, Value index);
  Complex loadFactor(Value table, Value index);
  Complex times(Complex z, Complex w, bool conjugate = false);
  llvm::SmallVector<Complex> butterfly(llvm::ArrayRef<Complex> x, bool inverse);
  llvm::SmallVector<Complex> butterflyOdd(llvm::ArrayRef<Complex> x, bool inverse);
  void multiplyByChirp(Value buffer, Value plan);
  void combinePairs(Value buffer, Value plan);

  LoopBuilder &l;
  mlir::Type element;
  int64_t width;
  int64_t elementBytes;
};

} // namespace seis

#endif // SEIS_CODEGEN_CPU_FFTEMITTER_H
