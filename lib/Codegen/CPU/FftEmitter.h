//===- FftEmitter.h - Generated Fourier transforms -------------*- C++ -*-===//
// Transforms of W traces at once, one trace per lane: point p of a complex
// buffer is the vectors 2p (real) and 2p+1 (imaginary). Passes run in place,
// decimation in frequency forward and in time backward, so that the bins are
// never reordered (fft_plan.h). A convolution runs depth first: once the outer
// pass has split the buffer, a sub-block stays in the first cache until its
// inverse passes are done.
//
// A transform comes in two forms. One serves any length: loops whose bounds, strides
// and radices it reads from the plan. The others serve one length each, all of this
// constant. Both do the same operations in the same order: their results are the same bits.
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_CPU_FFTEMITTER_H
#define SEIS_CODEGEN_CPU_FFTEMITTER_H

#include "Fft/fft_plan.h"
#include "seis/Codegen/Common/LoopBuilder.h"

#include <array>

namespace seis {

class FftEmitter {
public:
  using Value = mlir::Value;

  /// Transforms on vectors of `width` lanes of `element` (f32 or f64), by plans for `request`;
  /// those for traces of `lengths` samples (positive) have code of their own.
  FftEmitter(LoopBuilder &l, mlir::Type element, int64_t width, const fft_request &request,
             llvm::ArrayRef<int64_t> lengths);

  /// Convolves the buffer with the spectrum of a Hilbert plan of any method.
  void hilbert(Value buffer, Value plan) { callFor("hilbert", {buffer, plan}, 1); }
  /// The Hilbert transform of one trace by a plan with samples in the lanes (FFT_LANES > 0):
  /// FFT_N samples at `from` into `to`, which has room for a vector more; `work` has room for
  /// 4 FFT_M + 18 lanes elements. What lies `ahead` bytes on comes into the second cache.
  void hilbertOfRow(Value from, Value to, Value plan, Value work, Value ahead);
  /// Forward transform of a DFT plan; bin k ends at position FFT_POSITIONS[k],
  /// of a plan for real samples of even number once they are `untangled`.
  void dft(Value buffer, Value plan) { callFor("dft", {buffer, plan}, 1); }
  /// After `dft` at half the length of a real trace of even N (FFT_LENGTH < FFT_N): bins 0..N/2 of
  /// the trace, the last one at point N/2.
  void untangle(Value buffer, Value plan);
  /// Instead of `untangle`: the points whose transform back holds the samples of the trace with all
  /// bins multiplied. `multiplier` has a real number for each of the N bins; the even part acts.
  void multiply(Value buffer, Value plan, Value multiplier);
  /// Unnormalised inverse of a direct DFT plan, from the order that `dft` leaves.
  void inverse(Value buffer, Value plan) { callFor("inverse", {buffer, plan}, 1); }

private:
  struct Complex {
    Value re, im;
  };
  enum Kind { Forward, Middle, Inverse };
  /// Between the first and the last pass, with samples in the lanes (fft_plan.c).
  static constexpr int64_t rowRadices[] = {2, 3, 4, 5};

  using Header = std::array<int64_t, 64>;
  /// A plan and, where the length of its traces is known, what its header says.
  struct Plan {
    Value address;
    const int64_t *header = nullptr;
  };
  struct Pass {
    Value radix, m, blocks, table;
  };

  void call(llvm::StringRef name, llvm::ArrayRef<Value> args);
  void callFor(llvm::StringRef name, llvm::ArrayRef<Value> args, unsigned planAt);
  void emitKnown(llvm::StringRef name, mlir::ValueRange args, Plan plan);
  std::string symbol(llvm::StringRef name);
  std::string driver(llvm::StringRef name);
  llvm::ArrayRef<int64_t> knownRadices() const;
  void defineAll();
  void define(llvm::StringRef name, llvm::ArrayRef<mlir::Type> args,
              llvm::function_ref<void(mlir::ValueRange)> body);

  Value number(Plan plan, int64_t field);
  Value table(Plan plan, int64_t field);
  void ifField(Plan plan, int64_t field, llvm::ArrayRef<int64_t> values,
               llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise);
  Pass passAt(Plan plan, Value pass);
  void eachPass(Plan plan, int64_t skipFirst, int64_t skipLast, Kind kind,
                llvm::function_ref<void(Pass)> body);
  void emitOrCall(llvm::StringRef name, void (FftEmitter::*emit)(Value, Plan), Value buffer,
                  Plan plan);

  static std::string passName(Kind kind, int64_t radix, bool samples);
  void definePass(Kind kind, int64_t radix, bool samples = false);
  void passLoops(Kind kind, int64_t radix, bool samples, Value buffer, const Pass &pass);
  void runPass(Kind kind, Value buffer, Pass pass, Value divisor, bool samples = false);
  void switchOn(Value number, llvm::ArrayRef<int64_t> cases,
                llvm::function_ref<void(const int64_t *)> emit);
  void switchRadix(Value radix, llvm::ArrayRef<int64_t> known,
                   llvm::function_ref<void(int64_t)> emit);

  void emitForward(Value buffer, Plan plan);
  void emitInverse(Value buffer, Plan plan);
  void emitCore(Value buffer, Plan plan, Value divisor, Value spectrum);
  void emitConvolve(Value buffer, Plan plan);
  void emitHilbert(Value buffer, Plan plan);
  void emitDft(Value buffer, Plan plan);
  void butterflyLarge(llvm::ArrayRef<Complex> x, bool inverse,
                      llvm::function_ref<void(Complex, Value)> emit);
  void multiplyByChirp(Value buffer, Plan plan);
  void combinePairs(Value buffer, Plan plan);
  /// Points k and L-k of a transform at half length, and what both bins are made of: the transforms
  /// of the even samples and, turned by exp(-2 pi i k/N), of the odd ones.
  struct Mirrored {
    Value a, b; // indices
    Complex za, zb, even, odd, turn;
  };
  Mirrored mirrored(Value buffer, Value plan, Value k);

  // Samples in the lanes (FftRow.cpp)
  void defineRow();
  void firstPass(int64_t radix, Value from, Value work, Value m, Value table, Value seen);
  void lastPass(int64_t radix, Value to, Value work, Value m, Value table);
  void defineLanes();
  void emitInside(Value work, Plan plan, Value next);
  void emitRow(mlir::ValueRange args, Plan plan);
  /// Whether a trace needs scaling, whether it holds NaN or infinity, and the exponent bits of the
  /// powers of two that scale it and undo that.
  struct Extreme {
    Value is, isBad, down, up;
  };
  Extreme extremeOf(Value seen);
  Value powerOfTwo(Value exponentBits);
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

  LoopBuilder &l;
  mlir::Type element;
  int64_t width;
  int64_t elementBytes;
  bool ofSpectra = false;
  llvm::SmallVector<Header, 2> headers; // of the plans for known lengths
};

} // namespace seis

#endif // SEIS_CODEGEN_CPU_FFTEMITTER_H
