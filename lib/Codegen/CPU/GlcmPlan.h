//===- GlcmPlan.h - What the loops of a co-occurrence matrix need -*- C++ -*-===//
// Decided once for an operation: which pairs, which sums over them, how wide the
// codes are, and where the intermediate rows lie in the workspace of a thread.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_CODEGEN_CPU_GLCMPLAN_H
#define SEIS_LIB_CODEGEN_CPU_GLCMPLAN_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include <cmath>

namespace seis::glcm {

using llvm::ArrayRef;
using llvm::SmallVector;

/// Functions of the two levels of a pair whose sums over a window are kept.
enum Moment : unsigned { SquaredDifference, Difference, Inverse, Sum, Squares, Product, Poison };
constexpr unsigned numMoments = 7;

/// The pairs of one offset: their first ends make a box in the window.
struct Part {
  std::array<int64_t, 3> offset, first, count;
  int64_t rows() const { return count[0] * count[1]; } ///< of the window, with first ends
};

/// What one operation needs, whatever the block.
struct Plan {
  SmallVector<Part, 2> parts;
  ArrayRef<int64_t> window;
  Border border;
  SmallVector<GlcmFeature> features; ///< of the results, in their order
  int64_t pairs, levels;
  bool wants[10] = {}; ///< by feature
  bool moments[numMoments] = {};
  bool f64;            ///< of the program
  bool wide;           ///< whether sums of moments are f64
  bool slides = false; ///< whether counts come from a histogram that slides along the samples
  bool whole = false;  ///< whether all that is wanted are sums that 16 bits hold
  int64_t codeBits;
  int64_t factors; ///< w_p m_p whose product does not overflow
  int64_t vectorBytes;

  Plan(GlcmOp op, ArrayRef<bool> wanted, bool f64, int64_t vectorBytes);
  Plan(GlcmBaseOp op, bool f64, int64_t vectorBytes) : Plan(op, f64) {
    this->vectorBytes = vectorBytes;
  }

  bool want(GlcmFeature f) const { return wants[static_cast<unsigned>(f)]; }
  bool squares() const { return want(GlcmFeature::Asm) || want(GlcmFeature::Energy); }
  bool entropy() const { return want(GlcmFeature::Entropy); }
  bool counts() const { return squares() || entropy(); }
  /// Whether the product over the rows of a window is too much for one logarithm.
  bool isLong(const Part &part) const { return part.rows() > factors; }
  /// Of vectors of codes. Those of 256 bits compare into bytes, longer ones into masks that must be
  /// made bytes first.
  int64_t codeLanes() const { return 8 * std::min<int64_t>(vectorBytes, 32) / codeBits; }
  int64_t elementBytes() const { return f64 ? 8 : 4; }
  /// Entries of a histogram that slides along the samples.
  int64_t cells() const { return levels * levels; }
  /// Rows of windows whose sums over rows are made together; a divisor of the rows of a call.
  int64_t rowsTogether() const {
    return llvm::all_of(parts, [](const Part &part) { return part.rows() <= 8; }) ? 4 : 1;
  }
  /// Whether levels may be left for the next rows of the plane: their rows are read one by one.
  bool keepsLevels() const { return !features.empty() && !counts() && rowsTogether() > 1; }

private:
  /// Whether updating a histogram at every step along the samples costs less than counting for all
  /// pairs: of large boxes it does. A matter of the operation alone, as the roundings differ.
  bool slidingIsLess() const {
    double rows = 0, compares = 0, lanes = 256.0 / static_cast<double>(codeBits);
    for (const Part &part : parts) {
      rows += static_cast<double>(part.rows());
      for (const Part &other : parts)
        compares +=
            static_cast<double>(part.rows() * other.rows() * (part.count[2] + other.count[2] - 1));
    }
    return 2 * compares / lanes > 16 * rows;
  }
  template <typename OpTy> Plan(OpTy op, bool f64);
};

template <typename OpTy>
Plan::Plan(OpTy op, bool f64)
    : window(op.getWindow()), border(op.getBorder()), pairs(op.pairs()),
      levels(static_cast<int64_t>(op.getLevels())), f64(f64), wide(f64), codeBits(16), factors(1),
      vectorBytes(64) {
  for (unsigned n = 0; n < op.numOffsets(); ++n) {
    Part part;
    for (unsigned a = 0; a < numAxes; ++a) {
      part.offset[a] = op.offset(n)[a];
      part.first[a] = std::max<int64_t>(0, -part.offset[a]);
      part.count[a] = op.getWindow()[a] - std::abs(part.offset[a]);
    }
    parts.push_back(part);
  }
}

inline Plan::Plan(GlcmOp op, ArrayRef<bool> wanted, bool f64, int64_t bytes) : Plan(op, f64) {
  vectorBytes = bytes;
  for (auto [name, isWanted] : llvm::zip(op.getFeatures(), wanted)) {
    features.push_back(*symbolizeGlcmFeature(llvm::cast<mlir::StringAttr>(name).getValue()));
    wants[static_cast<unsigned>(features.back())] |= isWanted;
  }
  bool spread = want(GlcmFeature::Variance) || want(GlcmFeature::Std);
  bool correlates = want(GlcmFeature::Correlation);
  moments[Sum] = want(GlcmFeature::Mean) || spread || correlates;
  moments[Squares] = spread || correlates;
  moments[Product] = correlates;
  moments[SquaredDifference] = want(GlcmFeature::Contrast) && !correlates;
  moments[Difference] = want(GlcmFeature::Dissimilarity);
  moments[Inverse] = want(GlcmFeature::Homogeneity);
  moments[Poison] = counts() && !moments[Sum];
  // Integers are exact below 2^24 in f32.
  double top = static_cast<double>(levels - 1), p = static_cast<double>(pairs);
  double largest = moments[Squares] ? 4 * p * p * top * top : 2 * p * top * top;
  wide = f64 || largest >= 0x1p24;
  double step = std::max(moments[SquaredDifference] ? top * top : 0, 2 * top); // of a pair
  whole = !counts() && !moments[Inverse] && !moments[Squares] && p * step < 0x1p16;
  codeBits = levels <= 16 && 2 * pairs <= 255 ? 8 : 16;
  slides = counts() && slidingIsLess();
  if (slides)
    codeBits = 32; // the code and, in the lowest bit, whether its levels are equal
  factors = static_cast<int64_t>((f64 ? 700.0 : 87.0) / std::log(2 * p));
}

/// Where the rows of one kind begin in the workspace: `before` rows of bytes, each as long as a
/// row.
struct Rows {
  int64_t before = 0, bytes = 0;
};

/// Regions of the workspace, for so many rows of results at a time.
struct Layout {
  Rows levels, columns, products, logs, sums;
  SmallVector<Rows, 2> codes;
  int64_t before = 0;

  Layout(const Plan &plan, int64_t rows) {
    ArrayRef<int64_t> window = plan.window;
    auto reserve = [&](int64_t count, int64_t bytes) {
      Rows region{before, bytes};
      before += count * bytes;
      return region;
    };
    int64_t columnsOf = 0, most = 0;
    for (const Part &part : plan.parts) {
      columnsOf += part.count[2];
      most += llvm::count(plan.moments, true);
    }
    levels = reserve(window[0] * (rows + window[1] - 1), plan.elementBytes());
    columns = reserve(most * plan.rowsTogether(), 8);
    if (!plan.counts())
      return;
    for (const Part &part : plan.parts)
      codes.push_back(reserve(part.count[0] * (rows + part.count[1] - 1), plan.codeBits / 8));
    if (plan.slides) { // of a row of windows: the values themselves
      logs = reserve(1, plan.elementBytes());
      sums = reserve(1, plan.elementBytes());
      return;
    }
    products = reserve(plan.entropy() ? columnsOf : 0, plan.elementBytes());
    bool isLong = llvm::any_of(plan.parts, [&](const Part &part) { return plan.isLong(part); });
    logs = reserve(plan.entropy() && isLong ? columnsOf : 0, plan.elementBytes());
    sums = reserve(plan.squares() ? columnsOf : 0, plan.elementBytes());
  }
};

/// Samples in front of a row of the workspace: a pair looks back by less than a window.
inline int64_t frontOf(const Plan &plan) { return llvm::alignTo(plan.window[2], 64); }
/// Samples that rows of the workspace have more than traces.
inline int64_t moreSamples(const Plan &plan) {
  return frontOf(plan) + llvm::alignTo(3 * plan.window[2], 64) + 2 * plan.codeLanes() + 128;
}

} // namespace seis::glcm

#endif // SEIS_LIB_CODEGEN_CPU_GLCMPLAN_H
