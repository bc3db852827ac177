//===- Reduce.h - Whole-volume reductions, the same for every blocking ----===//
// A pass is reduced in cells of 32 x 32 traces counted from the survey's first,
// each into a partial of its own, and the partials are merged in grid order,
// crossline fastest. Blocks may come in any order: a partial waits until all
// before it have been merged, so blocks in grid order keep almost nothing.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_REDUCE_H
#define SEIS_RT_REDUCE_H

#include "Run.h"

#include <map>

/// One table per pass, as the object wants them.
struct seis_rt_tables {
  explicit seis_rt_tables(const seis::rt::ModuleEntry &entry);
  std::vector<seis::rt::Buffer> memory;
  std::vector<std::unique_ptr<seis::rt::DenseArray>> arrays;
  std::vector<const seis_array *> list;
};

namespace seis::rt {

class Reducer {
public:
  Reducer(const seis_rt_module &module, const ModuleEntry &entry, int pass, const double *params,
          const Extent &volume);

  /// Reduces one box, made of whole cells. \param live a byte per trace of the box
  /// (not of the block), NULL: all live. \param tables of the passes before.
  void add(const seis_array *const *in, const seis_array *const *tables, const seis_box &box,
           const uint8_t *live, const seis_call *call);

  /// Fills the table of the pass. Throws unless every cell was added.
  void finish(seis_array *table);

private:
  void merge(int64_t cell, const char *partial);

  const ModuleEntry &entry;
  const seis_pass &pass;
  const std::string where;
  const Halo halo;
  const double *const params;
  const int64_t rows, columns;
  const uint64_t partialBytes;
  Buffer sum, partials;
  int64_t next = 0; ///< the cell that is merged next
  std::map<int64_t, Buffer> waiting;
};

/// A part of a larger array: the block of a box.
struct SubArray {
  /// \param axes of the array, which covers the whole survey.
  SubArray(const seis_array &whole, const std::vector<Axis> &axes, const seis_box &box);
  SubArray(const SubArray &) = delete;
  seis_array abi;
  std::vector<int64_t> shape;
};

} // namespace seis::rt
#endif
