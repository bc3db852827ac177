//===- Blocks.h - Boxes, their halos and the memory they take -------------===//
// A block is the wanted box grown by the halo and clipped to the survey, so that
// border rules act on true survey faces only and no result depends on how the
// survey is cut. A plan cuts it into boxes that fit a budget: slabs of whole
// inlines first, crossline cuts where one inline is too much.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_BLOCKS_H
#define SEIS_RT_BLOCKS_H

#include "Module.h"

#include <array>

namespace seis::rt {

using Extent = std::array<int64_t, 3>;

/// Throws SEIS_ERR_EMPTY or SEIS_ERR_SHAPE unless [lo, lo + extent) lies in `volume`.
void checkBox(const Extent &volume, const Extent &lo, const Extent &extent);

/// The box for a wanted part: its block grown by the halo, clipped to the survey.
seis_box growBox(const Halo &halo, const Extent &volume, const Extent &lo, const Extent &extent);

/// Throws SEIS_ERR_HALO where a block lacks halo although the survey goes on, and
/// SEIS_ERR_SHAPE where the box contradicts itself.
void checkHalo(const Halo &halo, const seis_box &box);

/// How a sweep cuts the survey, and what it holds in memory.
struct Plan {
  int64_t inlines = 0, crosslines = 0, samples = 0; ///< wanted part of a box
  int buffers = 2;    ///< blocks in flight: 2 overlap reading, computing and writing
  uint64_t bytes = 0; ///< of all buffers at once
};

/// What a plan is made for: the run (pass < 0) or one pass of an entry.
struct Sweep {
  const ModuleEntry *entry;
  int pass;
  Extent volume;
  Extent block; ///< asked for by the user; 0: free
  int threads;
  const double *params;
  const uint64_t *viewBytes = nullptr; ///< of seis_rt_job

  Halo halo() const;
  /// Traces per step in which boxes must be cut: the grid of reductions, or 1.
  int64_t step() const { return pass < 0 ? 1 : SEIS_GRID; }
  /// Bytes of all buffers: inputs with masks, outputs or partials, scratch.
  uint64_t bytes(const Plan &plan) const;
  /// Bytes of the input volumes of the largest block, and of the outputs of the largest box.
  uint64_t inputBytes(const Plan &plan) const;
  uint64_t outputBytes(const Plan &plan) const;
  /// Extents of the largest block: a box in the middle of the survey.
  Extent largestBlock(const Plan &plan) const;
  /// Whether one box is the whole survey.
  bool single(const Plan &plan) const;
};

/// The largest plan within `budget` bytes; `target` is the size of input beyond
/// which a box is not made larger. Throws Error(SEIS_RT_ERR_CAP) whose text is the
/// least budget, a decimal number, where none fits.
Plan makePlan(const Sweep &sweep, uint64_t budget, uint64_t target);

/// The least bytes that any plan of the sweep takes.
uint64_t leastBytes(const Sweep &sweep);

/// The rectangles of traces of a plan. Those of a pass come in grid order, crossline
/// fastest; those of a run inline fastest, so that each shares planes with the one
/// before. Made one at a time: a survey may have a million of them.
class Boxes {
public:
  Boxes(const Sweep &sweep, const Plan &plan);
  int64_t count() const { return rows * columns; }
  /// Box `index` with whole samples.
  seis_box at(int64_t index) const;

private:
  Halo halo;
  bool columnWise;
  Extent volume;
  int64_t inlines, crosslines, rows, columns;
};

} // namespace seis::rt
#endif
