//===- SegyMaker.h - SEG-Y files made byte by byte -------------------------===//
// Independent of the library under test: every field is put where the standard
// has it, IBM floats are made digit by digit.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TEST_SEGYMAKER_H
#define SEIS_TEST_SEGYMAKER_H

#include "IoTestUtil.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace seis::io::test {

struct MadeTrace {
  int32_t inlineNumber = 0, crossline = 0, offset = 0;
  int16_t id = 1;
  int32_t x = 0, y = 0;
};

struct SegyMaker {
  int format = 5;
  bool little = false;
  int samples = 6;
  int intervalUs = 4000, traceIntervalUs = 4000;
  int extended = 0;
  int revision = 0x0100;
  int delay = 0, timeScalar = 0, coordinateScalar = -10;
  std::vector<MadeTrace> traces;
  std::function<double(const MadeTrace &, int)> value;

  static double defaultValue(const MadeTrace &t, int s) {
    return static_cast<double>((int64_t(t.inlineNumber) * 7 + t.crossline * 3L + s * 5) % 127 - 60);
  }

  void put(std::string &bytes, size_t byte, int64_t v, size_t width) const {
    for (size_t k = 0; k < width; ++k) {
      size_t shift = 8 * (little ? k : width - 1 - k);
      bytes[byte - 1 + k] = static_cast<char>(v >> shift & 0xff);
    }
  }

  static uint32_t ibm(double v) {
    if (v == 0)
      return 0;
    uint32_t sign = v < 0 ? 1 : 0;
    v = std::fabs(v);
    int e = 64;
    while (v >= 1) {
      v /= 16;
      ++e;
    }
    while (v < 1.0 / 16) {
      v *= 16;
      --e;
    }
    uint32_t mantissa = 0;
    for (int digit = 0; digit < 6; ++digit) {
      v *= 16;
      uint32_t d = static_cast<uint32_t>(v);
      mantissa = mantissa << 4 | d;
      v -= d;
    }
    return sign << 31 | static_cast<uint32_t>(e) << 24 | mantissa;
  }

  std::string sample(double v) const {
    switch (format) {
    case 1:
      return bytesOf(ibm(v), !little);
    case 2:
      return bytesOf(static_cast<int32_t>(v), !little);
    case 3:
      return bytesOf(static_cast<int16_t>(v), !little);
    case 8:
      return bytesOf(static_cast<int8_t>(v), !little);
    default:
      return bytesOf(static_cast<float>(v), !little);
    }
  }

  std::string traceHeader(size_t k) const {
    const MadeTrace &t = traces[k];
    std::string h(240, '\0');
    // Bytes nobody interprets carry a pattern, to see that they are kept.
    for (size_t b = 0; b < 240; ++b)
      if (b >= 120 && b < 180)
        h[b] = static_cast<char>(b * 7 + k);
    put(h, 1, static_cast<int64_t>(k + 1), 4);
    put(h, 29, t.id, 2);
    put(h, 37, t.offset, 4);
    put(h, 71, coordinateScalar, 2);
    put(h, 109, delay, 2);
    put(h, 115, samples, 2);
    put(h, 117, traceIntervalUs, 2);
    put(h, 181, t.x, 4);
    put(h, 185, t.y, 4);
    put(h, 189, t.inlineNumber, 4);
    put(h, 193, t.crossline, 4);
    put(h, 215, timeScalar, 2);
    return h;
  }

  std::string file() const {
    std::string out(3200, '\x40');
    std::string binary(400, '\0');
    put(binary, 17, intervalUs, 2);
    put(binary, 21, samples, 2);
    put(binary, 25, format, 2);
    binary[300] = static_cast<char>(revision >> 8);
    binary[301] = static_cast<char>(revision & 0xff);
    put(binary, 305, extended, 2);
    binary[70] = 'x';
    out += binary;
    for (int e = 0; e < extended; ++e)
      out += std::string(3200, static_cast<char>('a' + e));
    for (size_t k = 0; k < traces.size(); ++k) {
      out += traceHeader(k);
      for (int s = 0; s < samples; ++s)
        out += sample(value ? value(traces[k], s) : defaultValue(traces[k], s));
    }
    return out;
  }

  size_t traceBytes() const {
    return 240 + static_cast<size_t>(samples) * (format == 3 ? 2 : format == 8 ? 1 : 4);
  }
  size_t trace0() const { return 3600 + 3200 * static_cast<size_t>(extended); }
};

/// Inlines 10, 12, ..., crosslines 301, 304, ...
inline std::vector<MadeTrace> rectangle(int ni, int nx) {
  std::vector<MadeTrace> out;
  for (int i = 0; i < ni; ++i)
    for (int x = 0; x < nx; ++x) {
      MadeTrace t;
      t.inlineNumber = 10 + 2 * i;
      t.crossline = 301 + 3 * x;
      t.x = 1000 * x;
      t.y = 2000 * i;
      out.push_back(t);
    }
  return out;
}

enum class Order { Inline, Crossline, Shuffled };

inline void arrange(std::vector<MadeTrace> &traces, Order order) {
  if (order == Order::Crossline)
    std::sort(traces.begin(), traces.end(), [](const MadeTrace &a, const MadeTrace &b) {
      return std::pair(a.crossline, a.inlineNumber) < std::pair(b.crossline, b.inlineNumber);
    });
  if (order == Order::Shuffled)
    std::shuffle(traces.begin(), traces.end(), std::mt19937(5));
}

} // namespace seis::io::test

#endif // SEIS_TEST_SEGYMAKER_H
