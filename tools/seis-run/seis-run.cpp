//===- seis-run.cpp - Apply compiled attributes to volumes in files -------===//
// main() and the options; the work is in runtime/src. One layout for all help:
// purpose, usage, options in groups, examples, exit codes, within 100 columns.
//===----------------------------------------------------------------------===//
#include "Commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace seis::tool;

namespace {

const char *const exitCodes = "Exit codes:\n"
                              "  0  done\n"
                              "  2  wrong options\n"
                              "  3  unusable input, or the output could not be written\n"
                              "  4  a library, a processor feature or a device is missing\n";

/// Purpose, usage, options in groups (General last), commands, footer.
class HelpFormatter : public CLI::Formatter {
public:
  explicit HelpFormatter(std::string usage) : usage(std::move(usage)) { column_width(30); }

  std::string make_help(const CLI::App *app, std::string, CLI::AppFormatMode) const override {
    std::string text = app->get_description() + "\n\nUsage: " + usage + "\n";
    std::vector<std::string> groups = app->get_groups();
    auto general = std::find(groups.begin(), groups.end(), "General");
    if (general != groups.end())
      std::rotate(general, general + 1, groups.end());
    text += rows("Arguments", app->get_options([](const CLI::Option *o) { return isArgument(o); }));
    text += commandRows(app);
    for (const std::string &group : groups)
      text += rows(group, app->get_options([&](const CLI::Option *option) {
        return !isArgument(option) && option->get_group() == group;
      }));
    return text + "\n" + app->get_footer() + "\n";
  }

private:
  static bool isArgument(const CLI::Option *option) {
    return option->get_lnames().empty() && option->get_snames().empty();
  }
  std::string row(const std::string &left, const std::string &right) const {
    return fmt::format("  {:<{}}{}\n", left, get_column_width() - 2, right);
  }
  std::string rows(const std::string &group,
                   const std::vector<const CLI::Option *> &options) const {
    std::string text;
    for (const CLI::Option *option : options) {
      std::string type =
          option->get_type_size() && !isArgument(option) ? option->get_type_name() : "";
      type = type.substr(0, type.find(':')); // without the list of what is allowed
      text += row(option->get_name(isArgument(option), true) + (type.empty() ? "" : "=" + type),
                  option->get_description());
    }
    return text.empty() ? "" : "\n" + group + ":\n" + text;
  }
  std::string commandRows(const CLI::App *app) const {
    std::string text;
    for (const CLI::App *command : app->get_subcommands([](const CLI::App *) { return true; }))
      text += row(command->get_name(), command->get_description());
    return text.empty() ? "" : "\nCommands:\n" + text;
  }

  const std::string usage;
};

void layOut(CLI::App &app, const std::string &usage, const std::string &examples) {
  app.formatter(std::make_shared<HelpFormatter>(usage));
  app.footer("Examples:\n" + examples + "\n" + exitCodes);
  app.set_help_flag("-h,--help", "Print this help")->group("General");
}

void addCommon(CLI::App &app, Common &common) {
  const char *group = "General";
  app.add_flag("--json", common.json, "Print the result as JSON on stdout")->group(group);
  app.add_flag("-q,--quiet", common.quiet, "No progress, no summary, no notes")->group(group);
  app.add_flag("-v,--verbose", common.verbose, "Say more")->group(group);
  app.add_option("--color", common.color, "Coloured messages: auto, always, never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(group);
}

CLI::Option *addText(CLI::App &app, const char *name, std::string &value, const char *type,
                     const char *text, const char *group) {
  return app.add_option(name, value, text)->type_name(type)->group(group);
}

void declareSegy(CLI::App &app, ApplyOptions &options) {
  const char *group = "SEG-Y";
  app.add_option("--iline", options.iline, "Byte of the inline number in trace headers (189)")
      ->type_name("BYTE")
      ->group(group);
  app.add_option("--xline", options.xline, "Byte of the crossline number (193)")
      ->type_name("BYTE")
      ->group(group);
  addText(app, "--endian", options.endian, "ORDER", "Byte order: auto, big, little", group)
      ->check(CLI::IsMember({"auto", "big", "little"}));
  app.add_option("--sample-format", options.sampleFormat,
                 "Format code instead of the header's: 1, 2, 3, 5, 8")
      ->type_name("CODE")
      ->check(CLI::IsMember({1, 2, 3, 5, 8}))
      ->group(group);
  addText(app, "--fill", options.fill, "V", "Value of dead traces, NaN and infinity (0)", group);
  addText(app, "--like", options.like, "FILE",
          "Copy the headers of FILE; implied when the input is SEG-Y", group);
  app.add_flag("--keep-format", options.keepFormat,
               "Keep the sample format of the headers' file, not IEEE float")
      ->group(group);
  app.add_flag_callback(
         "--stamp", [&options] { options.stamped = true; },
         "Write what was computed into a free line of the text header")
      ->group(group);
}

CLI::App *declareApply(CLI::App &app, ApplyOptions &options) {
  CLI::App *command = app.add_subcommand("apply", "Apply an object to volumes in files");
  layOut(*command, "seis-run apply OBJ [IN | --in NAME=FILE ...] -o OUT [options]",
         "  seis-run apply out/ct.so survey.sgy -o results/ --threads=2\n"
         "  seis-run apply out/my.so cube.npy -o my.npy --dt-ms=4 --param floor_hz=6\n"
         "  seis-run apply out/diff.so --in near=near.sgy --in far=far.sgy -o diff.sgy\n");
  command->add_option("OBJ", options.object, "The compiled object (.so)")->required();
  command->add_option("IN", options.input, "The input volume, SEG-Y or .npy, where there is one");
  const char *group = "Input and output";
  command->add_option("--in", options.inputs, "An input by its name; repeat for several")
      ->type_name("NAME=FILE")
      ->allow_extra_args(false)
      ->group(group);
  addText(*command, "-o,--output", options.output, "OUT",
          "File, or folder for <output>.sgy or .npy (ends in /, or several)", group)
      ->required();
  addText(*command, "--format", options.format, "F",
          "sgy or npy; else that of OUT's suffix, else of the input", group)
      ->check(CLI::IsMember({"sgy", "npy"}));
  command->add_flag("--cast", options.cast, "Accept f8 and i4 samples although f32 rounds them")
      ->group(group);
  group = "Attribute";
  addText(*command, "--entry", options.entry, "NAME", "Entry of an object that has several", group);
  command->add_option("--param", options.params, "Set a parameter; repeat for several")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group(group);
  addText(*command, "--dt-ms", options.dtMs, "MS", "Sample interval, instead of the file's", group);
  addText(*command, "--null", options.null, "V", "Samples equal to V become NaN on input", group);
  command
      ->add_option_function<std::string>(
          "--dead", [&options](const std::string &) { options.deadZero = true; },
          "zero: traces of zeros are dead in .npy too (SEG-Y: always)")
      ->type_name("zero")
      ->check(CLI::IsMember({"zero"}))
      ->group(group);
  declareSegy(*command, options);
  group = "Execution";
  command->add_option("--threads", options.threads, "Threads of the object (0: its own default)")
      ->type_name("N")
      ->group(group);
  addText(*command, "--max-memory", options.maxMemory, "SIZE",
          "Cap on the memory of the process, such as 512M", group);
  addText(*command, "--block", options.block, "I,X[,S]",
          "Traces (and samples) computed at once; results do not depend on it", group);
  addCommon(*command, options.common);
  return command;
}

CLI::App *declareInspect(CLI::App &app, InspectOptions &options) {
  CLI::App *command = app.add_subcommand("inspect", "Print what an object computes and needs");
  layOut(*command, "seis-run inspect OBJ [options]",
         "  seis-run inspect out/ct.so\n"
         "  seis-run inspect --json out/ct.so > manifest.json\n"
         "  seis-run inspect --json out/ct.so | jq '.entries[0].params'\n");
  command->add_option("OBJ", options.object, "The compiled object (.so)")->required();
  addCommon(*command, options.common);
  return command;
}

CLI::App *declareSynth(CLI::App &app, SynthCommand &options) {
  CLI::App *command = app.add_subcommand("synth", "Write a synthetic survey, the same for a seed");
  layOut(*command, "seis-run synth -o FILE [options]",
         "  seis-run synth --shape=201,201,500 --dt-ms=4 --seed=1 -o survey.sgy\n"
         "  seis-run synth --shape=64,64,512 --dead=0 -o cube.npy\n"
         "  seis-run synth --faults=0 --no-channel --snr=0 -o layers.sgy\n");
  const char *group = "Survey";
  addText(*command, "--shape", options.shape, "I,X,S", "Inlines, crosslines, samples (201,201,500)",
          group);
  addText(*command, "--dt-ms", options.dtMs, "MS", "Sample interval (4)", group);
  command->add_option("--seed", options.seed, "Another number, another survey (1)")
      ->type_name("N")
      ->group(group);
  group = "Geology and noise";
  addText(*command, "--frequency", options.frequency, "HZ", "Peak of the wavelet at the top (30)",
          group);
  addText(*command, "--amplitude", options.amplitude, "A", "Rms amplitude without noise (1000)",
          group);
  addText(*command, "--snr", options.signalToNoise, "R", "Signal to noise, rms; 0: no noise (8)",
          group);
  command->add_option("--faults", options.faults, "Number of dipping faults, 0 to 32 (5)")
      ->type_name("N")
      ->check(CLI::Range(0, 32))
      ->group(group);
  command->add_flag("--no-channel", options.noChannel, "No meandering channel")->group(group);
  addText(*command, "--dead", options.deadFraction, "P", "Share of dead traces (0.002)", group);
  addText(*command, "--nan", options.nanFraction, "P",
          "Share of samples that are NaN, .npy only (0)", group);
  group = "Output";
  addText(*command, "-o,--output", options.output, "FILE", "The file: .sgy, .segy or .npy", group)
      ->required();
  addText(*command, "--format", options.format, "F", "sgy or npy; else that of FILE's suffix",
          group)
      ->check(CLI::IsMember({"sgy", "npy"}));
  command->add_option("--threads", options.threads, "Threads (0: one per core)")
      ->type_name("N")
      ->check(CLI::Range(0, 1024))
      ->group(group);
  addCommon(*command, options.common);
  return command;
}

/// What CLI11 says, in our words where its own would not help.
std::string explain(const CLI::ParseError &error, const CLI::App &app, int argc, char **argv) {
  std::string text = error.what();
  if (app.get_subcommands().empty()) {
    std::string names;
    for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
      names += (names.empty() ? "" : ", ") + command->get_name();
    return argc < 2 || argv[1][0] == '-'
               ? fmt::format("no command: it is one of {}", names)
               : fmt::format("no command '{}': it is one of {}", argv[1], names);
  }
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])))
    text[0] = char(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

int run(int argc, char **argv) {
  CLI::App app("Apply compiled seismic attributes to volumes in files");
  layOut(app, "seis-run COMMAND [options]",
         "  seis-run synth --shape=201,201,500 --dt-ms=4 --seed=1 -o survey.sgy\n"
         "  seis-run inspect out/ct.so\n"
         "  seis-run apply out/ct.so survey.sgy -o results/\n");
  app.set_version_flag("--version",
                       fmt::format("seis-run {} (no LLVM; targets: cpu; build type {})",
                                   seis_rt_version(), SEIS_BUILD_TYPE),
                       "Print version, targets and build type")
      ->group("General");
  app.require_subcommand(1);
  ApplyOptions applyOptions;
  InspectOptions inspectOptions;
  CLI::App *applyCommand = declareApply(app, applyOptions);
  CLI::App *inspectCommand = declareInspect(app, inspectOptions);
  SynthCommand synthOptions;
  CLI::App *synthCommand = declareSynth(app, synthOptions);

  Common common;
  try {
    app.parse(argc, argv);
    if (*applyCommand) {
      common = applyOptions.common;
      apply(applyOptions);
    } else if (*inspectCommand) {
      common = inspectOptions.common;
      inspect(inspectOptions);
    } else if (*synthCommand) {
      common = synthOptions.common;
      synth(synthOptions);
    }
    if (std::fflush(stdout))
      throw Failure(ExitInput, "cannot write to the standard output");
    return ExitDone;
  } catch (const CLI::Success &wanted) { // --help and --version
    return app.exit(wanted);
  } catch (const CLI::ParseError &error) {
    std::string command = app.get_subcommands().empty() ? "" : app.get_subcommands()[0]->get_name();
    Console console(common);
    console.error(explain(error, app, argc, argv));
    console.note(
        fmt::format("seis-run {}{}--help lists the options", command, command.empty() ? "" : " "));
    return ExitUsage;
  } catch (const Failure &failure) {
    Console(common).error(failure.what());
    return failure.code;
  } catch (const std::bad_alloc &) {
    Console(common).error("out of memory");
    return ExitInput;
  } catch (const std::exception &error) {
    Console(common).error(error.what());
    return ExitInput;
  }
}

} // namespace

int main(int argc, char **argv) { return run(argc, argv); }
