//===- Blocks.cpp - Grows, checks and plans blocks ------------------------===//
#include "Blocks.h"

#include <algorithm>

namespace seis::rt {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

Extent toExtent(const int64_t value[3]) { return {value[0], value[1], value[2]}; }

/// Scratch of the first, a middle and the last box; the largest of the three.
uint64_t scratchBytes(const Sweep &sweep, const Plan &plan) {
  Boxes boxes(sweep, plan);
  uint64_t most = 0;
  for (int64_t index : {int64_t(0), boxes.count() / 2, boxes.count() - 1}) {
    seis_box box = boxes.at(index);
    uint64_t bytes = sweep.pass < 0
                         ? sweep.entry->abi.scratch_bytes(&box, sweep.threads)
                         : sweep.entry->passes[sweep.pass].scratch_bytes(&box, sweep.threads);
    most = std::max(most, bytes);
  }
  return most;
}

} // namespace

void checkBox(const Extent &volume, const Extent &lo, const Extent &extent) {
  for (int a = 0; a < 3; ++a) {
    if (volume[a] < 1 || extent[a] == 0)
      throw Error(SEIS_ERR_EMPTY, format("the %s axis has extent 0", axisNames[a]));
    if (extent[a] < 0 || lo[a] < 0 || lo[a] > volume[a] || extent[a] > volume[a] - lo[a])
      throw Error(SEIS_ERR_SHAPE,
                  format("%s: a box of %lld from %lld on leaves the survey of %lld", axisNames[a],
                         static_cast<long long>(extent[a]), static_cast<long long>(lo[a]),
                         static_cast<long long>(volume[a])));
  }
}

seis_box growBox(const Halo &halo, const Extent &volume, const Extent &lo, const Extent &extent) {
  seis_box box = {};
  box.struct_size = sizeof box;
  for (int a = 0; a < 3; ++a) {
    int64_t begin = halo.whole[a] ? 0 : std::max<int64_t>(0, lo[a] - halo.lo[a]);
    int64_t end = halo.whole[a] ? volume[a] : std::min(volume[a], lo[a] + extent[a] + halo.hi[a]);
    box.block[a] = end - begin;
    box.lo[a] = lo[a] - begin;
    box.extent[a] = extent[a];
    box.origin[a] = begin;
    box.volume[a] = volume[a];
  }
  return box;
}

void checkHalo(const Halo &halo, const seis_box &box) {
  Extent volume = toExtent(box.volume), block = toExtent(box.block);
  Extent extent = toExtent(box.extent), lo = toExtent(box.lo), origin = toExtent(box.origin);
  checkBox(volume, origin, block);
  checkBox(block, lo, extent);
  for (int a = 0; a < 3; ++a) {
    int64_t before = lo[a], after = block[a] - lo[a] - extent[a];
    bool first = origin[a] == 0, last = origin[a] + block[a] == volume[a];
    int64_t needBefore = halo.whole[a] ? volume[a] : halo.lo[a];
    int64_t needAfter = halo.whole[a] ? volume[a] : halo.hi[a];
    if ((first || before >= needBefore) && (last || after >= needAfter))
      continue;
    std::string need =
        halo.whole[a] ? std::string("the whole axis")
                      : format("%lld before and %lld after", static_cast<long long>(needBefore),
                               static_cast<long long>(needAfter));
    throw Error(SEIS_ERR_HALO,
                format("%s: the block has %lld samples before and %lld after the wanted ones, the "
                       "object needs ",
                       axisNames[a], static_cast<long long>(before),
                       static_cast<long long>(after)) +
                    need + " where the survey goes on");
  }
}

Halo Sweep::halo() const {
  return pass < 0 ? entry->manifest.halo() : entry->manifest.passes[pass].halo;
}

Extent Sweep::largestBlock(const Plan &plan) const {
  Halo around = halo();
  Extent wanted = {plan.inlines, plan.crosslines, volume[2]}, found;
  for (int a = 0; a < 3; ++a)
    found[a] =
        around.whole[a] ? volume[a] : std::min(volume[a], wanted[a] + around.lo[a] + around.hi[a]);
  return found;
}

bool Sweep::single(const Plan &plan) const {
  return plan.inlines >= volume[0] && plan.crosslines >= volume[1];
}

uint64_t Sweep::inputBytes(const Plan &plan) const {
  Extent block = largestBlock(plan);
  // Traces are read whole even where the samples are cut.
  uint64_t traces = uint64_t(block[0]) * uint64_t(block[1]), bytes = traces;
  const std::vector<Input> &inputs = entry->manifest.inputs;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].isVolume())
      bytes += traces * std::max(uint64_t(volume[2]) * dtypeSize(inputs[i].dtype),
                                 viewBytes ? viewBytes[i] : 0);
  return bytes;
}

uint64_t Sweep::outputBytes(const Plan &plan) const {
  if (pass >= 0)
    return 0;
  int64_t extent[3] = {plan.inlines, plan.crosslines, volume[2]};
  uint64_t bytes = uint64_t(plan.inlines) * uint64_t(plan.crosslines);
  for (const Output &output : entry->manifest.outputs)
    bytes += uint64_t(output.elements(extent)) * dtypeSize(output.dtype);
  return bytes;
}

uint64_t Sweep::bytes(const Plan &plan) const {
  uint64_t buffers = single(plan) ? 1 : plan.buffers;
  uint64_t bytes = buffers * (inputBytes(plan) + outputBytes(plan)) + scratchBytes(*this, plan);
  if (pass >= 0) {
    uint64_t cells = ceilDiv(plan.inlines, SEIS_GRID) * ceilDiv(plan.crosslines, SEIS_GRID);
    bytes += (cells + 1) * entry->passes[pass].partial_bytes(params);
  }
  return bytes;
}

namespace {

/// An axis that may be cut: its sizes are multiples of a step, the last the survey's.
struct Sizes {
  int64_t step, most;
  int64_t count() const { return ceilDiv(most, step); }
  int64_t at(int64_t index) const { return std::min(most, (index + 1) * step); }
};

/// Sizes open to an axis: what the user asked for, the whole axis, or all steps.
Sizes sizesOf(const Sweep &sweep, int axis) {
  int64_t whole = sweep.volume[axis], step = sweep.step();
  if (sweep.halo().whole[axis])
    return {whole, whole};
  if (sweep.block[axis] > 0) {
    int64_t asked = std::min(whole, ceilDiv(sweep.block[axis], step) * step);
    return {asked, asked};
  }
  return {step, whole};
}

/// The largest size on one axis for which `fits` holds, or 0; larger never fits again.
template <typename Fits> int64_t largest(const Sizes &sizes, Fits fits) {
  int64_t low = 0, high = sizes.count(); // sizes below `low` fit
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (fits(sizes.at(middle)))
      low = middle + 1;
    else
      high = middle;
  }
  return low ? sizes.at(low - 1) : 0;
}

Plan leastPlan(const Sweep &sweep) {
  Plan plan;
  plan.inlines = sizesOf(sweep, 0).at(0);
  plan.crosslines = sizesOf(sweep, 1).at(0);
  plan.samples = sweep.volume[2];
  if (sweep.pass < 0 && sweep.block[2] > 0 && !sweep.halo().whole[2])
    plan.samples = std::min(sweep.block[2], sweep.volume[2]);
  plan.buffers = 1;
  plan.bytes = sweep.bytes(plan);
  return plan;
}

} // namespace

uint64_t leastBytes(const Sweep &sweep) { return leastPlan(sweep).bytes; }

namespace {

/// Samples computed (or read) for each one that is wanted; 1 without lateral halo.
double redundancy(const Sweep &sweep, const Plan &plan) {
  Extent block = sweep.largestBlock(plan);
  return double(block[0]) * double(block[1]) / (double(plan.inlines) * double(plan.crosslines));
}

/// The best plan with that many buffers and blocks of at most `target` input bytes:
/// whole inlines where they are nearly as good as the least redundant rectangle,
/// because they are read in one piece. inlines is 0 where nothing fits.
Plan bestPlan(const Sweep &sweep, const Plan &least, int buffers, uint64_t budget,
              uint64_t target) {
  Sizes inlines = sizesOf(sweep, 0), crosslines = sizesOf(sweep, 1);
  Plan plan = least, best = least, slab = least;
  best.inlines = slab.inlines = 0;
  plan.buffers = best.buffers = slab.buffers = buffers;
  auto fits = [&](int64_t i, int64_t x) {
    plan.inlines = i, plan.crosslines = x;
    return sweep.bytes(plan) <= budget && sweep.inputBytes(plan) <= target;
  };
  slab.crosslines = crosslines.at(crosslines.count() - 1);
  slab.inlines = largest(inlines, [&](int64_t i) { return fits(i, slab.crosslines); });
  // Sizes that double, and the whole axis.
  for (int64_t index = 0, last = inlines.count() - 1; index <= last;
       index = index < last ? std::min(last, 2 * index + 1) : last + 1) {
    Plan tried = best;
    tried.inlines = inlines.at(index);
    tried.crosslines = largest(crosslines, [&](int64_t x) { return fits(tried.inlines, x); });
    if (tried.crosslines && (!best.inlines || redundancy(sweep, tried) < redundancy(sweep, best)))
      best = tried;
  }
  if (slab.inlines && redundancy(sweep, slab) <= 1.2 * redundancy(sweep, best))
    best = slab;
  return best;
}

} // namespace

Plan makePlan(const Sweep &sweep, uint64_t budget, uint64_t target) {
  Plan least = leastPlan(sweep);
  if (least.bytes > budget)
    throw Error(SEIS_RT_ERR_CAP, std::to_string(least.bytes));
  Plan found = least;
  found.inlines = 0;
  // One buffer only where two do not fit; larger blocks only where a wide halo makes
  // small ones do most of their work twice.
  for (int buffers : {2, 1})
    for (uint64_t size : {target, 4 * target, 16 * target, UINT64_MAX}) {
      if (found.inlines && (found.buffers != buffers || redundancy(sweep, found) <= 1.25))
        break;
      Plan plan = bestPlan(sweep, least, buffers, budget, size);
      if (plan.inlines)
        found = plan;
    }
  if (!found.inlines)
    return least;
  found.bytes = sweep.bytes(found);
  return found;
}

Boxes::Boxes(const Sweep &sweep, const Plan &plan)
    : halo(sweep.halo()), columnWise(sweep.pass < 0), volume(sweep.volume), inlines(plan.inlines),
      crosslines(plan.crosslines), rows(ceilDiv(volume[0], inlines)),
      columns(ceilDiv(volume[1], crosslines)) {}

seis_box Boxes::at(int64_t index) const {
  int64_t row = columnWise ? index % rows : index / columns;
  int64_t column = columnWise ? index / rows : index % columns;
  Extent lo = {row * inlines, column * crosslines, 0};
  Extent extent = {std::min(inlines, volume[0] - lo[0]), std::min(crosslines, volume[1] - lo[1]),
                   volume[2]};
  return growBox(halo, volume, lo, extent);
}

} // namespace seis::rt

using namespace seis::rt;

namespace {
Halo haloOf(const seis_rt_module *module, uint32_t entry, int32_t pass) {
  const ModuleEntry &found = module->at(entry);
  if (pass >= 0 && size_t(pass) >= found.passes.size())
    throw Error(SEIS_ERR_ARGUMENT,
                format("there is no pass %d, the entry has %zu", pass, found.passes.size()));
  return pass < 0 ? found.manifest.halo() : found.manifest.passes[pass].halo;
}
} // namespace

int32_t seis_rt_halo(const seis_rt_module *module, uint32_t entry, int32_t pass, int64_t lo[3],
                     int64_t hi[3], uint8_t whole[3]) {
  return guarded(nullptr, 0, [&] {
    Halo halo = haloOf(module, entry, pass);
    std::copy_n(halo.lo, 3, lo);
    std::copy_n(halo.hi, 3, hi);
    std::copy_n(halo.whole, 3, whole);
  });
}

int32_t seis_rt_box(const seis_rt_module *module, uint32_t entry, int32_t pass,
                    const int64_t volume[3], const int64_t lo[3], const int64_t extent[3],
                    seis_box *box, char *message, size_t messageSize) {
  return guarded(message, messageSize, [&] {
    Halo halo = haloOf(module, entry, pass);
    checkBox(toExtent(volume), toExtent(lo), toExtent(extent));
    *box = growBox(halo, toExtent(volume), toExtent(lo), toExtent(extent));
  });
}
