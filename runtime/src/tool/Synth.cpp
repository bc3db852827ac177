//===- Synth.cpp - seis-run synth -----------------------------------------===//
#include "Commands.h"
#include "seis_rt/seis_io.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace seis::tool {

void synth(const SynthCommand &options) {
  auto start = std::chrono::steady_clock::now();
  Console console(options.common);
  io::SynthOptions survey;
  std::vector<int64_t> shape = parseList(options.shape, "--shape", 3, 3, 1);
  std::copy(shape.begin(), shape.end(), survey.shape.begin());
  survey.dtMs = parseNumber(options.dtMs, "--dt-ms");
  survey.seed = options.seed;
  auto number = [](const std::string &text, const char *what, double &value) {
    if (!text.empty())
      value = parseNumber(text, what);
  };
  number(options.frequency, "--frequency", survey.frequencyHz);
  number(options.signalToNoise, "--snr", survey.signalToNoise);
  number(options.amplitude, "--amplitude", survey.amplitude);
  number(options.deadFraction, "--dead", survey.deadFraction);
  number(options.nanFraction, "--nan", survey.nanFraction);
  if (options.faults >= 0)
    survey.faults = options.faults;
  survey.channel = !options.noChannel;
  io::FileFormat format = options.format == "npy"   ? io::FileFormat::Npy
                          : options.format == "sgy" ? io::FileFormat::Segy
                                                    : io::FileFormat::Auto;
  io::Status status;
  {
    SignalWatch watch;
    Progress progress(console, "inlines");
    status = io::writeSynth(options.output, survey, options.threads, format, [&](int64_t done) {
      progress.update("synth", uint64_t(done), uint64_t(survey.shape[0]));
      return !watch.caught();
    });
    progress.clear();
    watch.obey();
  }
  if (!status.ok)
    throw Failure(ExitInput, status.message);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  console.line(fmt::format("output      {}: {} x {} x {} samples, {} ms", options.output, shape[0],
                           shape[1], shape[2], survey.dtMs));
  console.line(fmt::format("time        {:.3f} s", seconds));
  if (options.common.json) {
    nlohmann::ordered_json report = {{"path", options.output},
                                     {"shape", shape},
                                     {"dt_ms", survey.dtMs},
                                     {"seed", survey.seed},
                                     {"seconds", seconds}};
    fmt::print("{}\n",
               report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

} // namespace seis::tool
