//===- Reduce.cpp - Whole-volume reductions over the fixed grid -----------===//
#include "Reduce.h"

#include <algorithm>
#include <cstring>

namespace seis::rt {
namespace {
int64_t cellsOf(int64_t traces) { return (traces + SEIS_GRID - 1) / SEIS_GRID; }
} // namespace

Reducer::Reducer(const seis_rt_module &module, const ModuleEntry &entry, int pass,
                 const double *params, const Extent &volume)
    : entry(entry), pass(entry.passes[pass]),
      where(module.path + ": pass '" + entry.manifest.passes[pass].name + "'"),
      halo(entry.manifest.passes[pass].halo), params(params), rows(cellsOf(volume[0])),
      columns(cellsOf(volume[1])), partialBytes(this->pass.partial_bytes(params)) {
  if (partialBytes == 0 || partialBytes % 64)
    throw Error(SEIS_RT_ERR_VERSION,
                where + format(" has partials of %llu bytes, not a multiple of 64: broken object",
                               static_cast<unsigned long long>(partialBytes)));
  sum.require(partialBytes);
  this->pass.init(params, sum.data());
}

void Reducer::merge(int64_t cell, const char *partial) {
  if (cell == next) {
    checkStatus(pass.merge(sum.data(), partial), nullptr, where);
    ++next;
    return;
  }
  Buffer copy(partialBytes);
  std::memcpy(copy.data(), partial, partialBytes);
  waiting.emplace(cell, std::move(copy));
}

void Reducer::add(const seis_array *const *in, const seis_array *const *tables, const seis_box &box,
                  const uint8_t *live, const seis_call *call) {
  checkHalo(halo, box);
  checkInputs(entry, in, box);
  int64_t cell[2], count[2];
  for (int a = 0; a < 2; ++a) {
    int64_t lo = box.origin[a] + box.lo[a], end = lo + box.extent[a];
    if (lo % SEIS_GRID || (end % SEIS_GRID && end != box.volume[a]))
      throw Error(SEIS_ERR_ARGUMENT,
                  where + format(": the box [%lld, %lld) on %s is not made of "
                                 "whole cells of %d traces",
                                 static_cast<long long>(lo), static_cast<long long>(end),
                                 axisNames[a], SEIS_GRID));
    cell[a] = lo / SEIS_GRID;
    count[a] = cellsOf(box.extent[a]);
  }
  partials.require(count[0] * count[1] * partialBytes);
  for (int64_t c = 0; c < count[0] * count[1]; ++c)
    pass.init(params, partials.data() + c * partialBytes);
  seis_call local = readCall(call);
  char text[messageCapacity] = {};
  local.message = text;
  local.message_size = sizeof text;
  checkStatus(pass.reduce(in, params, tables, &box, live, partials.data(), &local), text, where);
  for (int64_t r = 0; r < count[0]; ++r)
    for (int64_t c = 0; c < count[1]; ++c)
      merge((cell[0] + r) * columns + cell[1] + c,
            partials.data() + (r * count[1] + c) * partialBytes);
  for (auto first = waiting.begin(); first != waiting.end() && first->first == next;
       first = waiting.erase(first))
    merge(next, first->second.data());
}

void Reducer::finish(seis_array *table) {
  if (next != rows * columns)
    throw Error(SEIS_ERR_ARGUMENT, where + ": cells of the survey are missing from the reduction");
  checkStatus(pass.finish(sum.data(), table), nullptr, where);
}

SubArray::SubArray(const seis_array &whole, const std::vector<Axis> &axes, const seis_box &box)
    : abi(whole) {
  int64_t offset = 0;
  for (size_t d = 0; d < axes.size(); ++d) {
    shape.push_back(box.block[axes[d].survey]);
    offset += box.origin[axes[d].survey] * whole.stride[d];
  }
  abi.shape = shape.data();
  abi.data = static_cast<char *>(whole.data) + offset * int64_t(dtypeSize(whole.dtype));
}

} // namespace seis::rt

using namespace seis::rt;

seis_rt_tables::seis_rt_tables(const ModuleEntry &entry) {
  for (const Pass &pass : entry.manifest.passes) {
    uint64_t bytes = dtypeSize(pass.dtype);
    for (int64_t length : pass.shape)
      if (__builtin_mul_overflow(bytes, uint64_t(length), &bytes) || bytes > (uint64_t(1) << 36))
        throw Error(SEIS_RT_ERR_MANIFEST, "the table of pass '" + pass.name + "' is too large");
    memory.emplace_back(bytes);
    arrays.push_back(std::make_unique<DenseArray>(pass.dtype, pass.shape, memory.back().data()));
    list.push_back(&arrays.back()->abi);
  }
}

int32_t seis_rt_reduce(const seis_rt_module *module, uint32_t entryIndex,
                       const seis_array *const *in, const double *params, const int64_t volume[3],
                       const uint8_t *live, const int64_t cells[2], const seis_call *call,
                       seis_rt_tables **tables) {
  seis_call local = readCall(call);
  return guarded(local.message, local.message_size, [&] {
    if (!module || !tables)
      throw Error(SEIS_ERR_ARGUMENT, "the module or the place for the tables is NULL");
    *tables = nullptr;
    const ModuleEntry &entry = module->runnable(entryIndex);
    Extent shape = {volume[0], volume[1], volume[2]};
    checkInputs(entry, in, growBox({}, shape, {0, 0, 0}, shape));
    auto made = std::make_unique<seis_rt_tables>(entry);
    for (int p = 0; p < int(entry.passes.size()); ++p) {
      Sweep sweep{&entry, p, shape, {}, local.threads, params};
      Plan plan;
      plan.inlines = cells && cells[0] > 0 ? std::min(shape[0], cells[0] * SEIS_GRID) : shape[0];
      plan.crosslines = cells && cells[1] > 0 ? std::min(shape[1], cells[1] * SEIS_GRID) : shape[1];
      Boxes boxes(sweep, plan);
      Reducer reducer(*module, entry, p, params, shape);
      std::vector<uint8_t> mask;
      for (int64_t b = 0; b < boxes.count(); ++b) {
        seis_box box = boxes.at(b);
        std::vector<std::unique_ptr<SubArray>> parts;
        std::vector<const seis_array *> list;
        for (size_t i = 0; i < entry.manifest.inputs.size(); ++i) {
          parts.push_back(std::make_unique<SubArray>(*in[i], entry.manifest.inputs[i].axes, box));
          list.push_back(&parts.back()->abi);
        }
        mask.clear();
        for (int64_t i = 0; live && i < box.extent[0]; ++i) {
          const uint8_t *row =
              live + (box.origin[0] + box.lo[0] + i) * shape[1] + box.origin[1] + box.lo[1];
          mask.insert(mask.end(), row, row + box.extent[1]);
        }
        reducer.add(list.data(), made->list.data(), box, live ? mask.data() : nullptr, &local);
      }
      reducer.finish(&made->arrays[p]->abi);
    }
    *tables = made.release();
  });
}

const seis_array *const *seis_rt_table_list(const seis_rt_tables *tables) {
  return tables->list.data();
}

void seis_rt_tables_free(seis_rt_tables *tables) { delete tables; }
