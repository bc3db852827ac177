//===- SeisOps.td - The operations of the seis dialect -----*- tablegen -*-===//
#ifndef SEIS_OPS_TD
#define SEIS_OPS_TD

include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "seis/Dialect/Seis/IR/SeisAttrs.td"
include "seis/Dialect/Seis/IR/SeisInterfaces.td"

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

defvar Seis_Real = AnyTypeOf<[F32, F64]>;
def Seis_Volume : Type<TensorRankOf<[Seis_Real], [3]>.predicate, "volume of f32 or f64">;
def Seis_ComplexVolume : Type<
    TensorRankOf<[Complex<F32>, Complex<F64>], [3]>.predicate, "complex volume">;
def Seis_Matrices : Type<TensorRankOf<[Seis_Real], [5]>.predicate, "matrix for every sample">;
def Seis_Trace : Type<TensorRankOf<[Seis_Real], [2]>.predicate, "value per trace">;
defvar Seis_Scalar = F64;
def Seis_Elementwise : Type<
    Or<[F64.predicate, TensorRankOf<[Seis_Real], [2]>.predicate,
        TensorRankOf<[Seis_Real], [3]>.predicate]>, "volume, value per trace or f64 scalar">;

class Seis_Op<string mnemonic, list<Trait> traits = []>
    : Op<Seis_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Elementwise: what arith and math lack
//===----------------------------------------------------------------------===//

class Seis_UnaryOp<string mnemonic> : Seis_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins Seis_Elementwise:$input);
  let results = (outs Seis_Elementwise:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = 1;
}
class Seis_BinaryOp<string mnemonic> : Seis_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins Seis_Elementwise:$lhs, Seis_Elementwise:$rhs);
  let results = (outs Seis_Elementwise:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Seis_SignOp : Seis_UnaryOp<"sign"> {
  let summary = "-1, 0 or 1";
  let description = "The sign; sign(+-0) = 0, sign(NaN) = NaN.";
}
def Seis_Nan0Op : Seis_UnaryOp<"nan0"> {
  let summary = "NaN becomes 0";
  let description = "Replaces NaN, never infinity, by +0.";
}
def Seis_HypotOp : Seis_BinaryOp<"hypot"> {
  let summary = "sqrt(a^2 + b^2)";
  let description = "Euclidean length, without overflow where the result is finite. NaN in an operand gives NaN, also beside infinity.";
}
def Seis_ModOp : Seis_BinaryOp<"mod"> {
  let summary = "Floored modulo";
  let description = "a - b*floor(a/b), in [0, b) for b > 0, the sign of b otherwise; mod(a, 0) = NaN.";
}

def Seis_EigH3Op : Seis_Op<"eigh3", [Pure, SameOperandsAndResultType]> {
  let summary = "Eigenvalues of a symmetric 3x3 tensor at every sample, and the first eigenvector";
  let description = [{
    The tensor has the elements `ss`, `xx`, `ii` on its diagonal and `sx`, `si`, `xi` beside it, of
    the axes sample, crossline, inline. Its eigenvalues `l1 >= l2 >= l3` are at least 0 (rounding of
    a tensor without negative ones is cut off); (`vi`, `vx`, `vs`) is the unit eigenvector of the
    largest, its sign such that vs > 0, or vs = 0 and vx > 0, or both 0 and vi > 0. A tensor of
    zeros has (0, 0, 1). NaN or infinity in the tensor makes all results NaN.

    Everything is computed in f64. Eigenvalues are right to 1e-14 l1 before they are rounded, the
    vector to that over (l1 - l2)/l1.
  }];
  let arguments = (ins Seis_Volume:$ss, Seis_Volume:$xx, Seis_Volume:$ii, Seis_Volume:$sx,
                       Seis_Volume:$si, Seis_Volume:$xi);
  let results = (outs Seis_Volume:$l1, Seis_Volume:$l2, Seis_Volume:$l3, Seis_Volume:$vi,
                      Seis_Volume:$vx, Seis_Volume:$vs);
  let assemblyFormat = "operands attr-dict `:` type($l1)";
}

def Seis_BroadcastOp : Seis_Op<"broadcast", [Pure]> {
  let summary = "One value for every sample of the volume or of a trace";
  let description = [{
    A scalar is rounded once to the compute type and stands at every sample (result: volume) or
    every trace (result: value per trace); a value per trace stands at every sample of its trace.

    Constraints: (C1) the operand is an `f64` scalar, or a value per trace with the element type
    of a volume result.
  }];
  let arguments = (ins AnyType:$input);
  let results = (outs AnyTypeOf<[Seis_Volume, Seis_Trace]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

def Seis_IndexOp : Seis_Op<"index", [Pure]> {
  let summary = "0-based position in the survey";
  let description = "Position of the sample along `axis`, counted from the first sample of the survey, as a real number.";
  let arguments = (ins Seis_AxisAttr:$axis);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$axis attr-dict `:` type($result)";
}

def Seis_LineOp : Seis_Op<"line", [Pure]> {
  let summary = "Line number of the survey's headers";
  let description = [{
    The number of the line along `axis` that the sample lies on, from a table with one number per
    line of the block, which the runtime fills from headers.
  }];
  let arguments = (ins TensorRankOf<[F64], [1]>:$numbers, Seis_AxisAttr:$axis);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$numbers `axis` `` $axis attr-dict `:` type($numbers) `to` type($result)";
}

def Seis_ReOp : Seis_Op<"re", [Pure]> {
  let summary = "Real part of a complex volume";
  let description = "Constraints: (C1) element types agree.";
  let arguments = (ins Seis_ComplexVolume:$input);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def Seis_ImOp : Seis_Op<"im", [Pure]> {
  let summary = "Imaginary part of a complex volume";
  let description = "Constraints: (C1) element types agree.";
  let arguments = (ins Seis_ComplexVolume:$input);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}
def Seis_ComplexOp : Seis_Op<"complex", [Pure, SameTypeOperands]> {
  let summary = "Complex volume of a real and an imaginary part";
  let description = "Constraints: (C1) element types agree.";
  let arguments = (ins Seis_Volume:$re, Seis_Volume:$im);
  let results = (outs Seis_ComplexVolume:$result);
  let assemblyFormat = "$re `,` $im attr-dict `:` type($re) `to` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Stencils and windows
//===----------------------------------------------------------------------===//

class Seis_StencilOp<string mnemonic> : Seis_Op<mnemonic,
    [Pure, SameOperandsAndResultType, DeclareOpInterfaceMethods<Seis_FootprintInterface>]> {
  let results = (outs Seis_Volume:$result);
  let hasVerifier = 1;
}

def Seis_ShiftOp : Seis_StencilOp<"shift"> {
  let summary = "The volume moved by whole samples";
  let description = [{
    `result[i,x,s] = input[i+o0, x+o1, s+o2]` with `offset = [o0, o1, o2]`; outside the survey as
    `border` says.

    Constraints: (C1) `offset` has three entries.

    Example: `%r = seis.shift %x offset [0, 1, -2] border<nearest> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, DenseI64ArrayAttr:$offset, Seis_BorderAttr:$border);
  let assemblyFormat = "$input `offset` $offset `border` `` $border attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Seis_Corr1Op : Seis_StencilOp<"corr1"> {
  let summary = "Correlation with weights along one axis";
  let description = [{
    `y[n] = sum_m w[m] x[n + m - anchor]` along `axis`. A weight that is exactly 0 reads nothing.

    Constraints: (C1) there is at least one weight; (C2) `anchor` is a position in `weights`;
    (C3) weights are finite.

    Example: `%d = seis.corr1 %x weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, DenseF64ArrayAttr:$weights, I64Attr:$anchor,
                       Seis_AxisAttr:$axis, Seis_BorderAttr:$border);
  let assemblyFormat = [{
    $input `weights` $weights `anchor` $anchor `axis` `` $axis `border` `` $border attr-dict
    `:` type($result)
  }];
  let hasFolder = 1;
}

def Seis_CorrNOp : Seis_StencilOp<"corrn"> {
  let summary = "Correlation with a dense box of weights";
  let description = [{
    `y[n] = sum_m w[m] x[n + m - anchor]`, m and n over the three axes. A weight that is exactly 0
    reads nothing. A convolution is a correlation with flipped weights.

    Constraints: (C1) `weights` is a tensor of rank 3 of f64; (C2) `anchor` is a position in it;
    (C3) weights are finite.
  }];
  let arguments = (ins Seis_Volume:$input, ElementsAttr:$weights, DenseI64ArrayAttr:$anchor,
                       Seis_BorderAttr:$border);
  let assemblyFormat = [{
    $input `weights` $weights `anchor` $anchor `border` `` $border attr-dict `:` type($result)
  }];
}

class Seis_WindowOp<string mnemonic> : Seis_StencilOp<mnemonic> {
  let arguments = (ins Seis_Volume:$input, DenseI64ArrayAttr:$window, Seis_BorderAttr:$border);
  let assemblyFormat = "$input `window` $window `border` `` $border attr-dict `:` type($result)";
  let hasFolder = 1;
}
def Seis_WinSumOp : Seis_WindowOp<"winsum"> {
  let summary = "Sum over a box centred on every sample";
  let description = [{
    Constraints: (C1) `window` has one extent per axis; (C2) each extent is odd and positive.
  }];
}
def Seis_WinMinOp : Seis_WindowOp<"winmin"> {
  let summary = "Minimum over a box centred on every sample";
  let description = "NaN in the box gives NaN. Constraints: (C1), (C2) of `seis.winsum`.";
}
def Seis_WinMaxOp : Seis_WindowOp<"winmax"> {
  let summary = "Maximum over a box centred on every sample";
  let description = "NaN in the box gives NaN. Constraints: (C1), (C2) of `seis.winsum`.";
}

def Seis_WinRankOp : Seis_StencilOp<"winrank"> {
  let summary = "Value of a rank in a box centred on every sample";
  let description = [{
    The `rank`-th smallest of the samples of the box, counted from 0; the median of n samples, n
    odd, has rank (n - 1)/2. NaN in the box gives NaN.

    Constraints: (C1), (C2) of `seis.winsum`; (C3) `rank` is smaller than the number of samples.

    Example: `%m = seis.winrank %x window [3, 3, 3] rank 13 border<reflect> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, DenseI64ArrayAttr:$window, I64Attr:$rank,
                       Seis_BorderAttr:$border);
  let assemblyFormat = [{
    $input `window` $window `rank` $rank `border` `` $border attr-dict `:` type($result)
  }];
  let hasFolder = 1;
}
def Seis_WinArgOp : Seis_StencilOp<"winarg"> {
  let summary = "Where in a box centred on every sample its extreme lies";
  let description = [{
    Number of the first smallest (`fold` = min) or largest (max) sample of the box, counted from 0
    with inline slowest and sample fastest. NaN in the box gives NaN.

    Constraints: (C1), (C2) of `seis.winsum`; (C3) `fold` is min or max.

    Example: `%n = seis.winarg<max> %x window [1, 1, 9] border<reflect> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, Seis_FoldAttr:$fold, DenseI64ArrayAttr:$window,
                       Seis_BorderAttr:$border);
  let assemblyFormat = [{
    `` $fold $input `window` $window `border` `` $border attr-dict `:` type($result)
  }];
}

def Seis_CohEigOp : Seis_Op<"coheig", [Pure, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<Seis_FootprintInterface>]> {
  let summary = "Largest eigenvalue of a window's traces over the sum of all";
  let description = [{
    The n = inline x crossline extents of `window` name n traces around a sample; each has, as a row
    of the matrix M, its samples in the window from the first input, then those from the second, and
    so on. The result is lmax(M M^T) / trace(M M^T), in [1/n, 1]; NaN where the trace is 0 or the
    window holds a sample that is not finite.

    Constraints: (C1), (C2) of `seis.winsum`; (C3) there are 1 to 4 inputs; (C4) n is at most 25.

    Example: `%c = seis.coheig %re, %im window [3, 3, 9] border<reflect> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Variadic<Seis_Volume>:$inputs, DenseI64ArrayAttr:$window,
                       Seis_BorderAttr:$border);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$inputs `window` $window `border` `` $border attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Seis_GlcmOp : Seis_Op<"glcm", [Pure, DeclareOpInterfaceMethods<Seis_FootprintInterface>]> {
  let summary = "Features of the grey-level co-occurrence matrix of the window around every sample";
  let description = [{
    A sample of `input` is the grey level `clamp(trunc(input), 0, levels - 1)`; outside the survey
    `border` says what is read (`zero`: the lowest level). Pairs of samples `(r, r + o)`, for every
    `o` of `offsets` (three entries each), count where both ends are in the box of `window`
    samples centred on the result's sample. Every pair counts both ways; the counts divided by
    their sum are the matrix P, symmetric, of `levels` x `levels`. One result per entry of
    `features`, with a and b the levels of row and column:

    `contrast` sum P (a-b)^2; `dissimilarity` sum P |a-b|; `homogeneity` sum P/(1+(a-b)^2); `asm`
    sum P^2; `energy` sqrt(asm); `mean` mu = sum a P; `variance` sum P (a-mu)^2; `std`
    sqrt(variance); `entropy` -sum P ln P over P > 0; `correlation` sum P (a-mu)(b-mu)/variance, 1
    where the variance is 0. NaN in a sample of a counted pair makes the features NaN.

    Constraints: (C1) there is one result of the input's type per feature, at least one, and each
    feature once; (C2) `levels` is in 2..256; (C3) `window` has one extent per axis, each odd and
    positive; (C4) `offsets` holds offsets of three entries, at least one, none of zeros only and
    none twice, all shorter than the window on every axis; (C5) a window has at most 32767 pairs.

    Example, two features of 7x7 samples of an inline, pairs along the crosslines:
    ```mlir
    %c, %e = seis.glcm %q ["contrast", "entropy"] levels 16 window [1, 7, 7] offsets [0, 1, 0]
        border<zero> : tensor<?x?x?xf32>
    ```
  }];
  let arguments = (ins Seis_Volume:$input, StrArrayAttr:$features, I64Attr:$levels,
                       DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$offsets,
                       Seis_BorderAttr:$border);
  let results = (outs Variadic<Seis_Volume>:$results);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
  let extraClassDeclaration = [{
    unsigned numOffsets() { return static_cast<unsigned>(getOffsets().size() / 3); }
    llvm::ArrayRef<int64_t> offset(unsigned n) { return getOffsets().slice(3 * n, 3); }
    /// Pairs in a window, all offsets together.
    int64_t pairs();
  }];
}

def Seis_GlcmBaseOp : Seis_Op<"glcm_base",
    [Pure, DeclareOpInterfaceMethods<Seis_FootprintInterface>]> {
  let summary = "Grey-level co-occurrence matrix of the window around every sample";
  let description = [{
    The matrix P of `seis.glcm`, `levels` x `levels` numbers for every sample; NaN throughout where
    a counted pair holds NaN. Only a function's result can be of its type.

    Constraints: (C1) the result has rank 5, the element type of the input and `levels` as its last
    two extents; (C2) to (C5) of `seis.glcm`.
  }];
  let arguments = (ins Seis_Volume:$input, I64Attr:$levels, DenseI64ArrayAttr:$window,
                       DenseI64ArrayAttr:$offsets, Seis_BorderAttr:$border);
  let results = (outs Seis_Matrices:$result);
  let assemblyFormat = [{
    $input `levels` $levels `window` $window `offsets` $offsets `border` `` $border attr-dict
    `:` type($input) `to` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    unsigned numOffsets() { return static_cast<unsigned>(getOffsets().size() / 3); }
    llvm::ArrayRef<int64_t> offset(unsigned n) { return getOffsets().slice(3 * n, 3); }
    /// Pairs in a window, all offsets together.
    int64_t pairs();
  }];
}

//===----------------------------------------------------------------------===//
// Tables: lists of scalars
//===----------------------------------------------------------------------===//

def Seis_Interp1Op : Seis_Op<"interp1", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "Piecewise linear function of every sample";
  let description = [{
    `table` holds n positions, which do not descend, and then the n values there. With j the number
    of positions not above x: the first value for j = 0, the last for j = n, else
    `y[j-1] + (x - x[j-1]) (y[j] - y[j-1]) / (x[j] - x[j-1])`, in f64. NaN gives NaN.

    Constraints: (C1) there are as many values as positions, at least one.

    Example: `%y = seis.interp1 %x [%a, %b, %u, %v] : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, Variadic<Seis_Scalar>:$table);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input `[` $table `]` attr-dict `:` type($input)";
  let hasVerifier = 1;
}
def Seis_IntervalOp : Seis_Op<"interval", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "Number of the interval that a sample lies in";
  let description = [{
    j where `edges[j] <= x < edges[j+1]`, compared in f64; the last interval holds its upper edge
    too. -1 outside all, NaN for NaN. `edges` do not descend.

    Constraints: (C1) there are at least two edges.

    Example: `%j = seis.interval %x [%a, %b, %c] : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, Variadic<Seis_Scalar>:$edges);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input `[` $edges `]` attr-dict `:` type($input)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Whole traces
//===----------------------------------------------------------------------===//

class Seis_TraceOp<string mnemonic, list<Trait> traits = []> : Seis_Op<mnemonic,
    !listconcat([Pure, DeclareOpInterfaceMethods<Seis_FootprintInterface>], traits)>;

def Seis_AnalyticOp : Seis_TraceOp<"analytic", [SameOperandsAndResultType]> {
  let summary = "Analytic signal along samples";
  let description = [{
    a = x + i H[x], whole trace, spectrum multiplier of `attributes.md` section 0. `re` is the
    input itself. `pad` = p extends the trace by p reflected samples at both ends, transforms and
    crops. NaN or infinity makes its own trace NaN (in `im`); a trace of zeros gives exact zeros.

    Constraints: (C1) `pad` is not negative.
  }];
  let arguments = (ins Seis_Volume:$input, DefaultValuedAttr<I64Attr, "0">:$pad);
  let results = (outs Seis_Volume:$re, Seis_Volume:$im);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Seis_FftOp : Seis_TraceOp<"fft", [SameOperandsAndResultType]> {
  let summary = "Discrete Fourier transform along samples";
  let description = [{
    X[f] = sum_k x[k] exp(-2 pi i f k / N), unnormalised, N the number of samples, all N bins.
    Without `im` the input is real. NaN or infinity in a trace makes all of it NaN.
  }];
  let arguments = (ins Seis_Volume:$re, Optional<Seis_Volume>:$im);
  let results = (outs Seis_Volume:$outRe, Seis_Volume:$outIm);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Seis_IfftOp : Seis_TraceOp<"ifft", [SameOperandsAndResultType]> {
  let summary = "Inverse discrete Fourier transform along samples";
  let description = "x[k] = 1/N sum_f X[f] exp(2 pi i f k / N). NaN or infinity in a trace makes all of it NaN.";
  let arguments = (ins Seis_Volume:$re, Seis_Volume:$im);
  let results = (outs Seis_Volume:$outRe, Seis_Volume:$outIm);
  let assemblyFormat = "$re `,` $im attr-dict `:` type($re)";
}

def Seis_SpecMulOp : Seis_TraceOp<"specmul", [SingleBlock, AllTypesMatch<["input", "result"]>]> {
  let summary = "Multiplies the spectrum of a trace by a real function of frequency";
  let description = [{
    `y = re(ifft(H(f) fft(x)))`, N bins, no padding. The region computes the multiplier of a bin
    from its frequency in the unit of `fs` (Hz), negative above N/2 as in `fftfreq`:
    bin k has frequency k fs/N for 2k < N + (N mod 2), (k - N) fs/N above; k = N/2 is negative.

    Constraints: (C1) the region takes one f64 and yields one f64; (C2) it holds scalar operations
    without side effects only.
  }];
  let arguments = (ins Seis_Volume:$input, Seis_Scalar:$fs);
  let results = (outs Seis_Volume:$result);
  let regions = (region SizedRegion<1>:$multiplier);
  let assemblyFormat = "$input `,` $fs $multiplier attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Seis_UnwrapOp : Seis_TraceOp<"unwrap", [SameOperandsAndResultType]> {
  let summary = "Removes jumps of 2 pi along samples";
  let description = [{
    The rule of `attributes.md` section 0, along samples. NaN or infinity makes its own trace NaN.
  }];
  let arguments = (ins Seis_Volume:$input);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def Seis_WrapDiffOp : Seis_TraceOp<"wrapdiff", [SameOperandsAndResultType]> {
  let summary = "Central difference of the unwrapped phase, without unwrapping";
  let description = [{
    `corr1(unwrap(x), [-0.5, 0, 0.5])` along samples with reflected ends: half the sum of the
    wrapped steps on both sides, `0.5 (c(x[k+1]-x[k]) + c(x[k]-x[k-1]))`, an absent step at an end
    of the trace being 0. `c` is the corrected step of `seis.unwrap`. Multiples of 2 pi and the
    offset of a trace cancel, so no prefix sum is needed.
  }];
  let arguments = (ins Seis_Volume:$input);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def Seis_ScanOp : Seis_TraceOp<"scan", [SameOperandsAndResultType]> {
  let summary = "Inclusive scan along an axis";
  let description = [{
    `fold` of all samples up to and including this one, in `direction`; begins with the first
    sample itself. NaN or infinity makes its own trace (or line) NaN.
  }];
  let arguments = (ins Seis_Volume:$input, Seis_FoldAttr:$fold, Seis_AxisAttr:$axis,
                       Seis_DirectionAttr:$direction);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = [{
    `` $fold $input `axis` `` $axis `direction` `` $direction attr-dict `:` type($result)
  }];
}

def Seis_IirOp : Seis_TraceOp<"iir", [SameOperandsAndResultType]> {
  let summary = "Linear recursions along an axis";
  let description = [{
    A section with numerator n and denominator d makes `y[k] = sum_m n[m] x[k-m] - sum_m d[m] y[k-m]`
    (m >= 1 in the second sum) of a line x; sections follow one another. `forward` and `backward`
    hold the sections of a pass, [section][numerator, denominator][coefficient]; the backward pass
    runs from the last sample to the first, with k+m for k-m. With both passes the result is their
    sum or, if `chained`, the backward pass runs over the result of the forward one.

    The line is extended by `pad` samples at both ends, as `extension` says; passes run over the
    extended line and the result is cropped. Before its first sample a pass has a state of zero
    or, under `init<steady>`, that of an endless line of the first sample's value. States, and what
    one pass leaves for the other, are f64. NaN or infinity makes its own trace (or line) NaN.

    Constraints: (C1) there is a pass, and `chained` has two; (C2) sections are f64 of shape
    S x 2 x M with 1 <= S <= 12 and 1 <= M <= 13 (order M-1 <= 12); (C3) coefficients are finite and the
    first of every denominator is 1; (C4) `pad` is 0..10^6, and 0 under `extension<zero>`; (C5) under
    `init<steady>` the coefficients of no denominator add up to 0.

    Example, a running mean that forgets one half at every sample:
    ```mlir
    %y = seis.iir %x forward dense<[[[0.5, 0.0], [1.0, -0.5]]]> : tensor<1x2x2xf64>
         axis<sample> init<steady> extension<zero> pad 0 : tensor<?x?x?xf32>
    ```
  }];
  let arguments = (ins Seis_Volume:$input, OptionalAttr<ElementsAttr>:$forward,
                       OptionalAttr<ElementsAttr>:$backward, UnitAttr:$chained,
                       Seis_AxisAttr:$axis, Seis_InitAttr:$init, Seis_ExtensionAttr:$extension,
                       I64Attr:$pad);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = [{
    $input (`forward` $forward^)? (`backward` $backward^)? (`chained` $chained^)? `axis` `` $axis
    `init` `` $init `extension` `` $extension `pad` $pad attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Seis_GatherOp : Seis_Op<"gather", [Pure, SameOperandsAndResultType,
                                       DeclareOpInterfaceMethods<Seis_FootprintInterface>]> {
  let summary = "Samples of the same trace at fractional positions";
  let description = [{
    `result[i,x,s]` is trace `(i, x)` of `input` at sample `p = position[i,x,s]`, a real number, or
    `p` samples behind sample `s` where it is `relative`: a small number keeps its fraction, the
    same place far from the start of a trace does not in f32. `nearest` takes sample
    floor(p + 0.5); `linear` and `cubic` interpolate with f = p - floor(p) between the 2 and 4
    samples around it, `cubic` with the weights of Catmull and Rom. A weight that is 0 reads
    nothing. Samples outside the trace are its end samples, or 0 where `outside` is
    zero. NaN as a position gives NaN.

    Constraints: (C1) `outside` is nearest or zero.

    Example: `%y = seis.gather<linear> %x at relative %p outside<nearest> : tensor<?x?x?xf32>`
  }];
  let arguments = (ins Seis_Volume:$input, Seis_Volume:$position, Seis_InterpolationAttr:$kind,
                       Seis_BorderAttr:$outside, UnitAttr:$relative);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = [{
    `` $kind $input `at` (`relative` $relative^)? $position `outside` `` $outside attr-dict
    `:` type($result)
  }];
  let hasVerifier = 1;
}

def Seis_HoldOp : Seis_TraceOp<"hold", [SameOperandsAndResultType]> {
  let summary = "Value at the largest key of the segment";
  let description = [{
    `attributes.md` section 1.1: troughs of `key` (strict interior minima) cut a trace into
    segments; every sample takes `value` at the first largest `key` of its segment. NaN in the key
    makes its trace NaN.
  }];
  let arguments = (ins Seis_Volume:$key, Seis_Volume:$value);
  let results = (outs Seis_Volume:$result);
  let assemblyFormat = "$key `,` $value attr-dict `:` type($result)";
}

class Seis_TraceReduceOp<string mnemonic> : Seis_TraceOp<mnemonic> {
  let arguments = (ins Seis_Volume:$input);
  let results = (outs Seis_Trace:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}
def Seis_TMinOp : Seis_TraceReduceOp<"tmin"> {
  let summary = "Minimum of every trace";
  let description = "NaN propagates. Constraints: (C1) element types agree.";
}
def Seis_TMaxOp : Seis_TraceReduceOp<"tmax"> {
  let summary = "Maximum of every trace";
  let description = "NaN propagates. Constraints: (C1) element types agree.";
}
def Seis_TSumOp : Seis_TraceReduceOp<"tsum"> {
  let summary = "Sum of every trace";
  let description = "Accumulates in f64. Constraints: (C1) element types agree.";
}

//===----------------------------------------------------------------------===//
// Whole volumes
//===----------------------------------------------------------------------===//

class Seis_VolumeReduceOp<string mnemonic> : Seis_Op<mnemonic, [Pure]> {
  let arguments = (ins Seis_Volume:$input);
  let results = (outs Seis_Scalar:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}
def Seis_VMinOp : Seis_VolumeReduceOp<"vmin"> {
  let summary = "Minimum over all live traces of the survey";
  let description = "NaN in a live trace is an error at run time. No live trace: 0.";
}
def Seis_VMaxOp : Seis_VolumeReduceOp<"vmax"> {
  let summary = "Maximum over all live traces of the survey";
  let description = "NaN in a live trace is an error at run time. No live trace: 0.";
}
def Seis_VSumOp : Seis_VolumeReduceOp<"vsum"> {
  let summary = "Sum over all live traces of the survey";
  let description = "Accumulates in f64 over the fixed grid of the survey. NaN in a live trace is an error at run time.";
}
def Seis_VCountOp : Seis_VolumeReduceOp<"vcount"> {
  let summary = "Number of samples of all live traces of the survey";
  let description = "An exact integer.";
}

def Seis_VTallyOp : Seis_Op<"vtally", [Pure]> {
  let summary = "How many samples of all live traces have each of the values 0, 1, 2, ...";
  let description = [{
    Result n is the number of samples that are n, an exact integer; other samples count nowhere.
    NaN in a live trace is an error at run time.

    Constraints: (C1) there is at least one result and at most 4096.

    Example: `%n:2 = seis.vtally %x : tensor<?x?x?xf32> to f64, f64`
  }];
  let arguments = (ins Seis_Volume:$input);
  let results = (outs Variadic<Seis_Scalar>:$counts);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($counts)";
  let hasVerifier = 1;
}

def Seis_YieldOp : Seis_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "Ends a region and gives its values";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

def Seis_StageOp : Seis_Op<"stage", [IsolatedFromAbove, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "Operations whose results are kept under one schedule";
  let description = [{
    The unit of scheduling. The body computes rows (whole traces) of the results from rows of the
    operands: either one whole-trace operation, or pointwise operations and stencils that read the
    operands directly. A correlation along crosslines may read what the body computes: it is then
    computed at every row that is read.

    Constraints: (C1) the body takes the operands and yields the results, types agreeing;
    (C2) a stencil in the body reads a block argument, or is a correlation along crosslines whose
    border is not zero and reads what pointwise operations and correlations along inlines, of the
    same border, make of block arguments; (C3) a whole-trace operation or a reduction
    is alone in its body; (C4) only seis, arith and math operations occur.
  }];
  let arguments = (ins Variadic<AnyType>:$inputs, StrAttr:$name, I64Attr:$group,
                       OptionalAttr<Seis_ScheduleAttr>:$schedule);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `group` $group (`schedule` $schedule^)? `(` $inputs `)` attr-dict-with-keyword
    $body `:` functional-type($inputs, $results)
  }];
  let hasVerifier = 1;
}

#endif // SEIS_OPS_TD
