//===- Stream.cpp - A survey larger than memory through an entry ----------===//
// One sweep over the survey per pass, and one for the run. A sweep is a pipeline
// of three: a reader thread fills blocks, the caller's thread computes, a writer
// thread delivers outputs; two blocks and two outputs go round between them. Where
// one slab follows another the planes they share are copied, not read again.
//===----------------------------------------------------------------------===//
#include "Memory.h"
#include "Reduce.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace seis::rt {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A volume of a block that is used where it lies; given back with the object.
class Placed {
public:
  Placed(const seis_rt_job &job, uint32_t input) : job(job), input(input) {}
  Placed(const Placed &) = delete;
  Placed(Placed &&other) noexcept : job(other.job), input(other.input) {
    std::swap(handle, other.handle);
  }
  ~Placed() { release(); }

  /// Asks for the volume of a box; `mask`: a byte per trace, set to 1.
  bool take(const seis_box &box, uint8_t *mask);
  void release() {
    if (handle)
      job.release(job.user, input, handle);
    handle = nullptr;
  }
  explicit operator bool() const { return handle; }
  const seis_array &array() const { return abi; }

private:
  const seis_rt_job &job;
  uint32_t input;
  void *handle = nullptr;
  seis_array abi = {};
  int64_t shape[3] = {}, stride[3] = {};
};

/// A block on its way in: volumes dense [inline, crossline, sample], and its mask.
struct Block {
  seis_box box = {};
  std::vector<Buffer> volumes; ///< one per input, empty for those that are fixed
  std::vector<Placed> placed;  ///< one per input, instead of its buffer where there is one
  Buffer live;                 ///< a byte per trace of the block
};

/// A box on its way out: outputs dense, and the mask of the box.
struct Result {
  seis_box box = {};
  std::vector<Buffer> outputs;
  std::vector<uint8_t> live;
};

/// Hands items of a fixed set round between two threads, in order.
template <typename T> struct Ring {
  std::deque<T *> free, ready;
};

class Pipeline {
public:
  Pipeline(const seis_rt_module &module, const seis_rt_job &job, const Sweep &sweep,
           const Plan &plan, Clock::time_point start)
      : module(module), job(job), sweep(sweep), plan(plan), boxes(sweep, plan), entry(*sweep.entry),
        start(start), scratch(job.threads) {}

  /// Runs the sweep; `reducer` where it is a pass. Throws what went wrong first.
  void run(Reducer *reducer, const seis_array *const *tables);

  uint64_t dead = 0;
  uint32_t views = 0; ///< volumes of blocks that were used where they lay
  double computeSeconds = 0;

private:
  struct Fresh;
  void read();
  void write();
  void fill(Block &block, const seis_box &box, const Block *before);
  void placeVolumes(Block &block, Fresh &fresh);
  void readVolume(Block &block, size_t input, const Block *before, const Fresh &fresh);
  void compute(Block &block, Result *result, Reducer *reducer, const seis_array *const *tables);
  void computePart(const Block &block, Result &result, const seis_box &part,
                   const seis_array *const *tables);
  void computeAll(Reducer *reducer, const seis_array *const *tables);
  void takeMask(const Block &block, Result &result);
  void deliver(const Result &result);
  void report();
  template <typename Ready> bool wait(Ready ready, bool reporting);
  template <typename Body> void thread(Body body);

  const seis_rt_module &module;
  const seis_rt_job &job;
  const Sweep &sweep;
  const Plan &plan;
  const Boxes boxes;
  const ModuleEntry &entry;
  const Clock::time_point start;
  Scratch scratch;

  std::mutex mutex;
  std::condition_variable changed;
  Ring<Block> blocks;
  Ring<Result> results;
  bool stop = false, allComputed = false, allWritten = false;
  std::exception_ptr failure;
  uint64_t tracesDone = 0;
};

/// Waits for `ready` or a stop; false means stop. The mutex is held on both sides.
/// Only the caller's thread reports progress, also while it waits.
template <typename Ready> bool Pipeline::wait(Ready ready, bool reporting) {
  std::unique_lock<std::mutex> lock(mutex, std::adopt_lock);
  while (!stop && !ready()) {
    if (!reporting) {
      changed.wait(lock);
      continue;
    }
    changed.wait_for(lock, std::chrono::milliseconds(100));
    lock.unlock();
    report();
    lock.lock();
  }
  lock.release();
  return !stop;
}

template <typename Body> void Pipeline::thread(Body body) {
  std::exception_ptr caught;
  try {
    body();
  } catch (...) {
    caught = std::current_exception();
  }
  std::lock_guard<std::mutex> lock(mutex);
  if (caught) {
    stop = true;
    if (!failure)
      failure = caught;
  }
  changed.notify_all();
}

void Pipeline::report() {
  if (!job.progress)
    return;
  seis_rt_progress progress = {};
  progress.struct_size = sizeof progress;
  progress.passes = entry.abi.n_pass + 1;
  progress.pass = sweep.pass < 0 ? entry.abi.n_pass : uint32_t(sweep.pass);
  progress.all_traces = uint64_t(sweep.volume[0]) * uint64_t(sweep.volume[1]);
  progress.seconds = secondsSince(start);
  {
    std::lock_guard<std::mutex> lock(mutex);
    progress.traces = tracesDone;
  }
  if (job.progress(job.user, &progress))
    throw Error(SEIS_RT_ERR_CANCELLED, "cancelled");
}

bool Placed::take(const seis_box &box, uint8_t *mask) {
  release();
  for (int a = 0; a < 3; ++a)
    shape[a] = box.block[a];
  abi = {};
  abi.struct_size = sizeof abi;
  abi.rank = 3;
  abi.shape = shape;
  abi.stride = stride;
  abi.scale = 1;
  stride[2] = 1;
  handle = job.view(job.user, input, box.origin, box.block, &abi, stride, mask);
  return handle;
}

/// What is new in a block: its first `shared` planes are those of the block before from `from` on.
struct Pipeline::Fresh {
  int64_t shared = 0, from = 0;
  std::vector<bool> lay;                   ///< per input: whether the block before had it in place
  std::vector<std::vector<uint8_t>> masks; ///< of the whole block, for what is in place
};

/// Tries to use volumes where they lie. What is dead in another volume must be zeros in all: those
/// that are not are read.
void Pipeline::placeVolumes(Block &block, Fresh &fresh) {
  const seis_box &box = block.box;
  // Parts of inlines would bring in whole pages around them, which a cap does not count.
  if (!job.view_bytes || (job.max_memory && box.block[1] < box.volume[1]))
    return;
  size_t traces = size_t(box.block[0] * box.block[1]);
  auto *live = reinterpret_cast<uint8_t *>(block.live.data());
  for (size_t i = 0; i < block.volumes.size(); ++i) {
    if (!entry.manifest.inputs[i].isVolume() || !job.view_bytes[i])
      continue;
    fresh.masks[i].assign(traces, 1);
    if (block.placed[i].take(box, fresh.masks[i].data()))
      for (size_t t = 0; t < traces; ++t)
        live[t] = live[t] & (fresh.masks[i][t] != 0);
  }
}

/// Reads a volume, but for planes that the block before has read.
void Pipeline::readVolume(Block &block, size_t input, const Block *before, const Fresh &fresh) {
  const seis_box &box = block.box;
  int64_t traceBytes = sweep.volume[2] * int64_t(dtypeSize(entry.manifest.inputs[input].dtype));
  int64_t plane = box.block[1] * traceBytes, shared = fresh.lay[input] ? 0 : fresh.shared;
  char *data = block.volumes[input].data();
  if (shared)
    std::memmove(data, before->volumes[input].data() + fresh.from * plane, shared * plane);
  int64_t lo[2] = {box.origin[0] + shared, box.origin[1]};
  int64_t extent[2] = {box.block[0] - shared, box.block[1]};
  if (!extent[0])
    return;
  std::vector<uint8_t> mask(size_t(extent[0] * extent[1]), 1);
  char text[messageCapacity] = {};
  if (job.read(job.user, uint32_t(input), lo, extent, data + shared * plane, mask.data(), text,
               sizeof text))
    throw Error(SEIS_RT_ERR_IO, *text ? text : "reading failed");
  char *live = block.live.data() + shared * box.block[1];
  for (size_t t = 0; t < mask.size(); ++t)
    live[t] = char(live[t] & (mask[t] != 0));
}

/// Fills a block for `box`. `before` is the block of the box before, which may be
/// this very block: then its planes move inside it.
void Pipeline::fill(Block &block, const seis_box &box, const Block *before) {
  size_t inputs = block.volumes.size();
  Fresh fresh;
  fresh.masks.resize(inputs);
  for (size_t i = 0; i < inputs; ++i)
    fresh.lay.push_back(before && before->placed[i]);
  // Planes of the block before, where it has the same crosslines.
  if (before && before->box.origin[1] == box.origin[1] && before->box.block[1] == box.block[1]) {
    fresh.from = box.origin[0] - before->box.origin[0];
    fresh.shared = std::max<int64_t>(0, before->box.block[0] - fresh.from);
  }
  int64_t traces = box.block[0] * box.block[1], known = fresh.shared * box.block[1];
  char *live = block.live.data();
  block.box = box;
  if (known)
    std::memmove(live, before->live.data() + fresh.from * box.block[1], known);
  std::memset(live + known, 1, traces - known);
  for (Placed &placed : block.placed)
    placed.release();
  placeVolumes(block, fresh);
  auto readAll = [&](bool wasPlaced) {
    for (size_t i = 0; i < inputs; ++i)
      if (entry.manifest.inputs[i].isVolume() && !block.placed[i] &&
          fresh.masks[i].empty() != wasPlaced)
        readVolume(block, i, before, fresh);
  };
  for (size_t i = 0; i < inputs; ++i)
    if (!block.placed[i])
      fresh.masks[i].clear();
  readAll(false);
  // Dead in one volume, dead in all: what is computed from them means nothing. What is not zero
  // where it lies is read after all.
  for (size_t i = 0; i < inputs; ++i) {
    const std::vector<uint8_t> &mask = fresh.masks[i];
    for (size_t t = 0; t < mask.size() && block.placed[i]; ++t)
      if (mask[t] && !live[t])
        block.placed[i].release();
    views += block.placed[i] ? 1 : 0;
  }
  readAll(true);
  for (size_t i = 0; i < inputs; ++i) {
    if (!entry.manifest.inputs[i].isVolume() || block.placed[i])
      continue;
    int64_t traceBytes = sweep.volume[2] * int64_t(dtypeSize(entry.manifest.inputs[i].dtype));
    for (int64_t t = 0; t < traces; ++t)
      if (!live[t])
        std::memset(block.volumes[i].data() + t * traceBytes, 0, traceBytes);
  }
}

void Pipeline::read() {
  const Block *before = nullptr;
  for (int64_t index = 0; index < boxes.count(); ++index) {
    Block *block = nullptr;
    mutex.lock();
    bool going = wait([&] { return !blocks.free.empty(); }, false);
    if (going) {
      block = blocks.free.front();
      blocks.free.pop_front();
    }
    mutex.unlock();
    if (!going)
      return;
    fill(*block, boxes.at(index), before);
    before = block;
    std::lock_guard<std::mutex> lock(mutex);
    blocks.ready.push_back(block);
    changed.notify_all();
  }
}

/// The mask of a box out of the mask of its block.
void Pipeline::takeMask(const Block &block, Result &result) {
  const seis_box &box = block.box;
  result.live.clear();
  for (int64_t i = 0; i < box.extent[0]; ++i) {
    const char *row = block.live.data() + (box.lo[0] + i) * box.block[1] + box.lo[1];
    result.live.insert(result.live.end(), row, row + box.extent[1]);
  }
  dead += std::count(result.live.begin(), result.live.end(), 0);
}

/// The inputs of a call: parts of the block's volumes, parts of the fixed arrays.
class CallInputs {
public:
  CallInputs(const ModuleEntry &entry, const seis_rt_job &job, const Block &block,
             const seis_box &part) {
    for (size_t i = 0; i < entry.manifest.inputs.size(); ++i) {
      const Input &input = entry.manifest.inputs[i];
      std::vector<int64_t> shape;
      for (const Axis &axis : input.axes)
        shape.push_back(input.isVolume() && axis.survey < 2 ? block.box.block[axis.survey]
                                                            : job.volume[axis.survey]);
      void *data = input.isVolume() ? block.volumes[i].data() : const_cast<void *>(job.fixed[i]);
      wholes.push_back(std::make_unique<DenseArray>(input.dtype, shape, data));
      const seis_array &whole = block.placed[i] ? block.placed[i].array() : wholes.back()->abi;
      seis_box inside = part;
      for (int a = 0; input.isVolume() && a < 2; ++a)
        inside.origin[a] = part.origin[a] - block.box.origin[a];
      parts.push_back(std::make_unique<SubArray>(whole, input.axes, inside));
      list.push_back(&parts.back()->abi);
    }
  }
  std::vector<std::unique_ptr<DenseArray>> wholes;
  std::vector<std::unique_ptr<SubArray>> parts;
  std::vector<const seis_array *> list;
};

/// Runs the entry on a part of the samples of a block.
void Pipeline::computePart(const Block &block, Result &result, const seis_box &part,
                           const seis_array *const *tables) {
  CallInputs inputs(entry, job, block, part);
  std::vector<std::unique_ptr<DenseArray>> wholes;
  std::vector<std::unique_ptr<seis_array>> arrays;
  std::vector<std::vector<int64_t>> shapes(entry.manifest.outputs.size());
  std::vector<seis_array *> list;
  for (size_t o = 0; o < entry.manifest.outputs.size(); ++o) {
    const Output &output = entry.manifest.outputs[o];
    std::vector<int64_t> shape;
    for (const Axis &axis : output.axes) {
      shape.push_back(axis.survey < 0 ? axis.length : block.box.extent[axis.survey]);
      shapes[o].push_back(axis.survey < 0 ? axis.length : part.extent[axis.survey]);
    }
    wholes.push_back(std::make_unique<DenseArray>(output.dtype, shape, result.outputs[o].data()));
    auto array = std::make_unique<seis_array>(wholes.back()->abi);
    for (size_t d = 0; d < output.axes.size(); ++d)
      if (output.axes[d].survey == 2)
        array->data = static_cast<char *>(array->data) + (part.origin[2] + part.lo[2]) *
                                                             array->stride[d] *
                                                             int64_t(dtypeSize(output.dtype));
    array->shape = shapes[o].data();
    list.push_back(array.get());
    arrays.push_back(std::move(array));
  }
  Clock::time_point begin = Clock::now();
  runEntry(module, entry, inputs.list.data(), list.data(), job.params, tables, part,
           scratch.call());
  computeSeconds += secondsSince(begin);
}

void Pipeline::compute(Block &block, Result *result, Reducer *reducer,
                       const seis_array *const *tables) {
  if (reducer) {
    Result mask;
    takeMask(block, mask);
    CallInputs inputs(entry, job, block, block.box);
    Clock::time_point begin = Clock::now();
    reducer->add(inputs.list.data(), tables, block.box, mask.live.data(), scratch.call());
    computeSeconds += secondsSince(begin);
    return;
  }
  result->box = block.box;
  takeMask(block, *result);
  const seis_box &box = block.box;
  for (int64_t sample = 0; sample < sweep.volume[2]; sample += plan.samples) {
    Extent lo = {box.origin[0] + box.lo[0], box.origin[1] + box.lo[1], sample};
    Extent extent = {box.extent[0], box.extent[1],
                     std::min(plan.samples, sweep.volume[2] - sample)};
    computePart(block, *result, growBox(sweep.halo(), sweep.volume, lo, extent), tables);
  }
}

void Pipeline::deliver(const Result &result) {
  const seis_box &box = result.box;
  for (size_t o = 0; o < result.outputs.size(); ++o) {
    const Output &output = entry.manifest.outputs[o];
    int64_t lo[3] = {box.origin[0] + box.lo[0], box.origin[1] + box.lo[1], 0};
    int64_t extent[3] = {box.extent[0], box.extent[1], sweep.volume[2]};
    bool repeated = false; // an output without an axis is the same in every box along it
    for (int a = 0; a < 3; ++a) {
      if (output.has(a))
        continue;
      repeated = repeated || lo[a] != 0;
      lo[a] = 0, extent[a] = 1;
    }
    if (repeated)
      continue;
    char text[messageCapacity] = {};
    const uint8_t *live = output.has(0) && output.has(1) ? result.live.data() : nullptr;
    if (job.write(job.user, uint32_t(o), lo, extent, result.outputs[o].data(), live, text,
                  sizeof text))
      throw Error(SEIS_RT_ERR_IO, *text ? text : "writing failed");
  }
}

void Pipeline::write() {
  for (;;) {
    mutex.lock();
    bool going = wait([&] { return !results.ready.empty() || allComputed; }, false);
    Result *result = going && !results.ready.empty() ? results.ready.front() : nullptr;
    if (result)
      results.ready.pop_front();
    mutex.unlock();
    if (!result)
      break;
    deliver(*result);
    std::lock_guard<std::mutex> lock(mutex);
    tracesDone += uint64_t(result->box.extent[0]) * uint64_t(result->box.extent[1]);
    results.free.push_back(result);
    changed.notify_all();
  }
  std::lock_guard<std::mutex> lock(mutex);
  allWritten = true;
}

/// The caller's part of a sweep: takes blocks as they come, hands results on.
void Pipeline::computeAll(Reducer *reducer, const seis_array *const *tables) {
  for (int64_t index = 0; index < boxes.count(); ++index) {
    mutex.lock();
    bool going =
        wait([&] { return !blocks.ready.empty() && (reducer || !results.free.empty()); }, true);
    Block *block = going ? blocks.ready.front() : nullptr;
    Result *result = going && !reducer ? results.free.front() : nullptr;
    if (going)
      blocks.ready.pop_front();
    if (result)
      results.free.pop_front();
    mutex.unlock();
    if (!going)
      return;
    compute(*block, result, reducer, tables);
    {
      std::lock_guard<std::mutex> lock(mutex);
      blocks.free.push_back(block);
      if (result)
        results.ready.push_back(result);
      else
        tracesDone += uint64_t(block->box.extent[0]) * uint64_t(block->box.extent[1]);
      changed.notify_all();
    }
    report();
  }
  mutex.lock();
  allComputed = true;
  changed.notify_all();
  wait([&] { return allWritten || reducer; }, true);
  mutex.unlock();
}

void Pipeline::run(Reducer *reducer, const seis_array *const *tables) {
  int buffers = sweep.single(plan) ? 1 : plan.buffers;
  Extent largest = sweep.largestBlock(plan);
  int64_t traces = largest[0] * largest[1];
  int64_t wanted[3] = {plan.inlines, plan.crosslines, sweep.volume[2]};
  std::vector<Block> blockStore(buffers);
  for (Block &block : blockStore) {
    block.live.require(traces);
    for (const Input &input : entry.manifest.inputs) {
      block.placed.emplace_back(job, uint32_t(block.volumes.size()));
      block.volumes.emplace_back(
          input.isVolume() ? Buffer(traces * sweep.volume[2] * dtypeSize(input.dtype)) : Buffer());
    }
    blocks.free.push_back(&block);
  }
  std::vector<Result> resultStore(reducer ? 0 : buffers);
  for (Result &result : resultStore) {
    for (const Output &output : entry.manifest.outputs)
      result.outputs.emplace_back(uint64_t(output.elements(wanted)) * dtypeSize(output.dtype));
    results.free.push_back(&result);
  }
  std::vector<std::thread> threads;
  try {
    threads.emplace_back([this] { thread([this] { read(); }); });
    if (!reducer)
      threads.emplace_back([this] { thread([this] { write(); }); });
    thread([&] { computeAll(reducer, tables); });
  } catch (...) { // a thread could not be started
    thread([] { throw; });
  }
  for (std::thread &other : threads)
    other.join();
  if (failure)
    std::rethrow_exception(failure);
}

/// Sizes what a cap leaves for buffers.
struct Budget {
  uint64_t bytes;  ///< for all buffers
  uint64_t target; ///< input of one block
};

/// What a process takes beside its buffers after the plan was made: stacks of the
/// threads, the OpenMP runtime, the readers' and writers' own buffers.
uint64_t reserveBytes(int threads) {
  return (uint64_t(8) << 20) + (uint64_t(threads > 0 ? threads : 8) << 18);
}

Budget budgetOf(const seis_rt_job &job, uint64_t volumeBytes) {
  constexpr uint64_t mebi = uint64_t(1) << 20;
  Budget budget;
  // Blocks of a few tens of MiB keep all three parts busy; larger ones gain nothing.
  budget.target = std::clamp(volumeBytes / 8, 4 * mebi, 64 * mebi);
  if (!job.max_memory) {
    budget.bytes = availableMemory() / 2;
    return budget;
  }
  uint64_t taken = residentMemory() + reserveBytes(job.threads);
  budget.bytes = job.max_memory > taken ? job.max_memory - taken : 0;
  return budget;
}

[[noreturn]] void failCap(const seis_rt_job &job, const std::vector<Sweep> &sweeps) {
  uint64_t least = 0;
  for (const Sweep &sweep : sweeps)
    least = std::max(least, leastBytes(sweep));
  if (!job.max_memory)
    throw Error(SEIS_ERR_MEMORY, "out of memory: the smallest block takes " + byteCount(least) +
                                     ", " + byteCount(availableMemory()) + " are free");
  // A mebibyte more than now: the next process may differ by some pages.
  uint64_t taken = residentMemory() + reserveBytes(job.threads) + (uint64_t(1) << 20);
  throw Error(SEIS_RT_ERR_CAP, "a memory cap of " + byteCount(job.max_memory) +
                                   " is too small: the least that would do is " +
                                   byteCount(std::max<uint64_t>(least + taken, uint64_t(1) << 20)) +
                                   " (" + byteCount(taken) + " for the program, " +
                                   byteCount(least) + " for the smallest block)");
}

/// Reads a job of any length from that of the first version on: what it lacks is 0.
seis_rt_job readJob(const seis_rt_job *job) {
  constexpr size_t least = offsetof(seis_rt_job, view_bytes);
  if (job->struct_size < least)
    throw Error(SEIS_ERR_ARGUMENT, format("the job is a struct of %u bytes, this library's has %zu",
                                          job->struct_size, sizeof(seis_rt_job)));
  seis_rt_job copy = {};
  std::memcpy(&copy, job, std::min<size_t>(job->struct_size, sizeof copy));
  return copy;
}

void checkJob(const seis_rt_job &job, const ModuleEntry &entry) {
  if (job.view_bytes && (!job.view || !job.release))
    throw Error(SEIS_ERR_ARGUMENT, "the job has view_bytes, but no view or no release function");
  if (!job.read || !job.write)
    throw Error(SEIS_ERR_ARGUMENT, "the job has no read or no write function");
  Extent volume = {job.volume[0], job.volume[1], job.volume[2]};
  checkBox(volume, {0, 0, 0}, volume);
  bool anyVolume = false;
  for (size_t i = 0; i < entry.manifest.inputs.size(); ++i) {
    const Input &input = entry.manifest.inputs[i];
    anyVolume = anyVolume || input.isVolume();
    if (!input.isVolume() && (!job.fixed || !job.fixed[i]))
      throw Error(SEIS_ERR_ARGUMENT,
                  "input '" + input.name + "' (" + input.from + ") has no data in the job");
  }
  for (int a = 0; a < 3; ++a)
    if (job.block[a] < 0)
      throw Error(SEIS_ERR_ARGUMENT, format("the block has extent %lld on %s",
                                            static_cast<long long>(job.block[a]), axisNames[a]));
}

void stream(const seis_rt_module &module, const seis_rt_job &job, seis_rt_summary &summary) {
  Clock::time_point start = Clock::now();
  const ModuleEntry &entry = module.runnable(job.entry);
  checkJob(job, entry);
  Extent volume = {job.volume[0], job.volume[1], job.volume[2]};
  std::vector<Sweep> sweeps;
  for (int p = 0; p <= int(entry.passes.size()); ++p)
    sweeps.push_back({&entry,
                      p < int(entry.passes.size()) ? p : -1,
                      volume,
                      {job.block[0], job.block[1], job.block[2]},
                      job.threads,
                      job.params,
                      job.view_bytes});
  Plan all;
  all.inlines = volume[0], all.crosslines = volume[1], all.samples = volume[2];
  Budget budget = budgetOf(job, sweeps.back().inputBytes(all));
  std::vector<Plan> plans;
  for (const Sweep &sweep : sweeps) {
    if (leastBytes(sweep) > budget.bytes)
      failCap(job, sweeps);
    plans.push_back(makePlan(sweep, budget.bytes, budget.target));
    summary.buffer_bytes = std::max(summary.buffer_bytes, plans.back().bytes);
  }
  seis_rt_tables tables(entry);
  for (size_t s = 0; s < sweeps.size(); ++s) {
    Pipeline pipeline(module, job, sweeps[s], plans[s], start);
    if (sweeps[s].pass < 0) {
      pipeline.run(nullptr, tables.list.data());
      summary.dead_traces = pipeline.dead;
      summary.blocks = uint32_t(Boxes(sweeps[s], plans[s]).count());
    } else {
      Reducer reducer(module, entry, sweeps[s].pass, job.params, volume);
      pipeline.run(&reducer, tables.list.data());
      reducer.finish(&tables.arrays[s]->abi);
    }
    summary.compute_seconds += pipeline.computeSeconds;
    summary.views += pipeline.views;
  }
  summary.traces = uint64_t(volume[0]) * uint64_t(volume[1]);
  summary.seconds = secondsSince(start);
}

} // namespace
} // namespace seis::rt

using namespace seis::rt;

int32_t seis_rt_stream(const seis_rt_module *module, const seis_rt_job *job,
                       seis_rt_summary *summary, char *message, size_t messageSize) {
  return guarded(message, messageSize, [&] {
    if (!module || !job)
      throw Error(SEIS_ERR_ARGUMENT, "the module or the job is NULL");
    seis_rt_summary result = {};
    stream(*module, readJob(job), result);
    if (summary) {
      uint32_t size = std::min<uint32_t>(summary->struct_size, sizeof result);
      result.struct_size = size;
      std::memcpy(summary, &result, size);
    }
  });
}
