//===- Tool.cpp - What the commands of seis-run share ---------------------===//
#include "Tool.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace seis::tool {

ExitCode exitCodeOf(int32_t status) {
  switch (status) {
  case SEIS_OK:
    return ExitDone;
  case SEIS_ERR_PARAM:
  case SEIS_RT_ERR_CAP:
    return ExitUsage;
  case SEIS_ERR_CPU:
  case SEIS_ERR_DEVICE:
  case SEIS_RT_ERR_LIBRARY:
    return ExitMissing;
  default:
    return ExitInput;
  }
}

//===-- Messages ----------------------------------------------------------===//

Console::Console(const Common &common) : common(common) {
  const char *noColor = std::getenv("NO_COLOR");
  coloured = common.color == "always" ||
             (common.color == "auto" && isatty(STDERR_FILENO) && !(noColor && *noColor));
}

void Console::put(const char *colour, const char *kind, const std::string &text) const {
  if (coloured)
    fmt::print(stderr, "\033[{}m{}:\033[0m {}\n", colour, kind, text);
  else
    fmt::print(stderr, "{}: {}\n", kind, text);
}

void Console::error(const std::string &text) const { put("1;31", "error", text); }

void Console::warning(const std::string &text) const {
  if (!common.quiet)
    put("1;35", "warning", text);
}

void Console::note(const std::string &text) const {
  if (!common.quiet)
    put("1;36", "note", text);
}

void Console::line(const std::string &text) const {
  if (!common.quiet)
    fmt::print(stderr, "{}\n", text);
}

void Console::detail(const std::string &text) const {
  if (common.verbose > 0)
    fmt::print(stderr, "{}\n", text);
}

//===-- Numbers -----------------------------------------------------------===//

double parseNumber(const std::string &text, const std::string &what) {
  char *end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) || *end ||
      !std::isfinite(value))
    throw Failure(ExitUsage, fmt::format("{} must be a finite number, got '{}'", what, text));
  return value;
}

std::vector<int64_t> parseList(const std::string &text, const std::string &what, size_t fewest,
                               size_t most, int64_t least) {
  std::vector<int64_t> values;
  const char *at = text.c_str();
  for (;;) {
    char *end = nullptr;
    errno = 0;
    long long value = std::strtoll(at, &end, 10);
    bool digits = *at && (*at == '-' || (*at >= '0' && *at <= '9')) && end != at;
    if (!digits || errno || value < least || (*end && *end != ','))
      break;
    values.push_back(value);
    if (!*end) {
      if (values.size() < fewest || values.size() > most)
        break;
      return values;
    }
    at = end + 1;
  }
  std::string count = fewest == most ? std::to_string(most) : fmt::format("{} to {}", fewest, most);
  throw Failure(
      ExitUsage,
      fmt::format("{} must be {} whole numbers of at least {}, joined by commas, got '{}'", what,
                  count, least, text));
}

uint64_t parseBytes(const std::string &text, const std::string &what) {
  char *end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  int shift = 0;
  bool good = !text.empty() && text[0] >= '0' && text[0] <= '9' && end != text.c_str();
  if (good && *end) {
    const char *units = "KMGT";
    const char *unit = std::strchr(units, std::toupper(static_cast<unsigned char>(*end)));
    std::string rest = end + 1;
    good = unit && *unit && (rest.empty() || rest == "B" || rest == "iB");
    shift = good ? 10 * int(unit - units + 1) : 0;
  }
  double bytes = std::ldexp(value, shift);
  if (!good || !(bytes >= 1) || bytes > 9e18)
    throw Failure(
        ExitUsage,
        fmt::format("{} must be a number of bytes such as 512M or 4G, got '{}'", what, text));
  return static_cast<uint64_t>(bytes);
}

std::pair<std::string, std::string> parseSetting(const std::string &text, const std::string &what) {
  size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw Failure(ExitUsage, fmt::format("{} must be NAME=VALUE, got '{}'", what, text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

//===-- Progress ----------------------------------------------------------===//

Progress::Progress(const Console &console, std::string unit)
    : unit(std::move(unit)), enabled(!console.options().quiet), terminal(isatty(STDERR_FILENO)),
      start(Clock::now()), shown(start) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (drawn)
    fmt::print(stderr, "\r\033[K");
  drawn = false;
}

void Progress::update(const std::string &newStage, uint64_t done, uint64_t all) {
  Clock::time_point now = Clock::now();
  if (newStage != stage) {
    stage = newStage;
    start = now;
  }
  auto pause = terminal ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10000);
  if (!enabled || now - shown < pause || !all)
    return;
  shown = now;
  double seconds = std::chrono::duration<double>(now - start).count();
  double rate = seconds > 0 ? double(done) / seconds : 0;
  std::string left = rate > 0 ? fmt::format(", {:.0f} s left", double(all - done) / rate) : "";
  std::string text =
      fmt::format("{}{}{:3.0f} %, {} of {} {}, {:.0f} {}/s{}", stage, stage.empty() ? "" : ": ",
                  100.0 * double(done) / double(all), done, all, unit, rate, unit, left);
  fmt::print(stderr, terminal ? "\r\033[K{}" : "{}\n", text);
  std::fflush(stderr);
  drawn = terminal;
}

uint64_t peakMemory() {
  std::FILE *file = std::fopen("/proc/self/status", "re");
  if (!file)
    return 0;
  char line[256];
  unsigned long long kibibytes = 0;
  while (std::fgets(line, sizeof line, file) && std::sscanf(line, "VmHWM: %llu", &kibibytes) != 1)
    continue;
  std::fclose(file);
  return kibibytes << 10;
}

} // namespace seis::tool
