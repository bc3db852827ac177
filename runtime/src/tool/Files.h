//===- Files.h - The volumes that apply reads and the files it writes -----===//
// Inputs: which file serves which input of the entry, whether they fit together,
// and the arrays that come from headers. Outputs: names, formats, sinks.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RUNTIME_TOOL_FILES_H
#define SEIS_RUNTIME_TOOL_FILES_H

#include "Commands.h"
#include "Object.h"
#include "seis_rt/seis_io.h"

#include <memory>
#include <optional>

namespace seis::tool {

class Inputs {
public:
  /// Opens the files. Failure where one is missing, too many, of another geometry, or
  /// of a type that the object does not take.
  Inputs(const rt::Entry &entry, const ApplyOptions &options, const Console &console);

  const io::Geometry &geometry() const { return first()->geometry(); }
  /// Pointers as seis_rt_job.fixed wants them.
  const void *const *fixed() const { return pointers.data(); }
  /// As seis_rt_job.view_bytes wants them: volumes that the entry takes as they are stored.
  const uint64_t *viewBytes() const { return bytesInPlace.data(); }
  /// How the volume of an input with viewBytes is stored, in words of the ABI.
  rt::Stored storedAs(size_t input) const { return storage[input]; }
  const io::VolumeSource *source(size_t input) const { return sources[input].get(); }
  const io::VolumeSource *first() const { return sources[firstVolume].get(); }
  /// Fails where the entry needs a sample interval and the files have none.
  void requireInterval() const;

private:
  void assign(const rt::Entry &entry, const ApplyOptions &options);
  void open(const rt::Entry &entry, const ApplyOptions &options, const Console &console);
  void findInPlace(const rt::Input &input, size_t index);
  void fillFixed(const rt::Input &input, size_t index);

  std::vector<std::string> paths; ///< one per input, empty where it is no volume
  std::vector<std::unique_ptr<io::VolumeSource>> sources;
  std::vector<std::vector<double>> wide;  ///< data of the inputs from headers, f64
  std::vector<std::vector<float>> narrow; ///< and f32
  std::vector<const void *> pointers;
  std::vector<uint64_t> bytesInPlace;
  std::vector<rt::Stored> storage;
  size_t firstVolume = 0;
};

class Outputs {
public:
  /// Creates a temporary file per output; `temporaries` removes them on a signal.
  Outputs(const rt::Entry &entry, const ApplyOptions &options, const Inputs &inputs,
          TemporaryFiles &temporaries);
  io::VolumeSink &sink(size_t output) { return *sinks[output]; }
  const std::string &path(size_t output) const { return paths[output]; }
  bool segy() const { return format == io::FileFormat::Segy; }
  /// Gives every file its final name.
  void commit();

private:
  void name(const rt::Entry &entry, const ApplyOptions &options, const Inputs &inputs);

  io::FileFormat format = io::FileFormat::Npy;
  std::vector<std::string> paths;
  std::vector<std::unique_ptr<io::VolumeSink>> sinks;
  std::unique_ptr<io::VolumeSource> like; ///< of --like
};

/// The element type of files for a dtype of the ABI.
io::Type ioType(uint32_t dtype, const std::string &what);

} // namespace seis::tool
#endif
