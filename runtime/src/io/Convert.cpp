//===- Convert.cpp - Stored samples to numbers and back --------------------===//
// Plain loops over one element type each, without branches that depend on the
// data, so that the compiler turns them into vector code.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace seis::io {

int64_t sizeOf(Type type) {
  switch (type) {
  case Type::I8:
  case Type::U8:
    return 1;
  case Type::I16:
  case Type::U16:
    return 2;
  case Type::I32:
  case Type::F32:
    return 4;
  case Type::F64:
  case Type::C64:
    return 8;
  case Type::C128:
    return 16;
  }
  return 0;
}

const char *nameOf(Type type) {
  static const char *const names[] = {"int8",    "int16",   "int32",     "uint8",     "uint16",
                                      "float32", "float64", "complex64", "complex128"};
  return names[static_cast<int>(type)];
}

namespace detail {
namespace {

template <class T> T fromBits(uint64_t bits) {
  T v;
  if constexpr (sizeof(T) == 8) {
    std::memcpy(&v, &bits, 8);
  } else if constexpr (sizeof(T) == 4) {
    uint32_t b = static_cast<uint32_t>(bits);
    std::memcpy(&v, &b, 4);
  } else if constexpr (sizeof(T) == 2) {
    uint16_t b = static_cast<uint16_t>(bits);
    std::memcpy(&v, &b, 2);
  } else {
    uint8_t b = static_cast<uint8_t>(bits);
    std::memcpy(&v, &b, 1);
  }
  return v;
}

/// The word of T's size at p, in the byte order of the machine.
template <class T, bool Swap> T load(const char *p) {
  if constexpr (sizeof(T) == 8) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    return fromBits<T>(Swap ? __builtin_bswap64(w) : w);
  } else if constexpr (sizeof(T) == 4) {
    uint32_t w;
    std::memcpy(&w, p, 4);
    return fromBits<T>(Swap ? __builtin_bswap32(w) : w);
  } else if constexpr (sizeof(T) == 2) {
    uint16_t w;
    std::memcpy(&w, p, 2);
    return fromBits<T>(Swap ? __builtin_bswap16(w) : w);
  } else {
    uint8_t w;
    std::memcpy(&w, p, 1);
    return fromBits<T>(w);
  }
}

template <class T, bool Swap> void store(T value, char *p) {
  if constexpr (sizeof(T) == 4) {
    uint32_t w;
    std::memcpy(&w, &value, 4);
    w = Swap ? __builtin_bswap32(w) : w;
    std::memcpy(p, &w, 4);
  } else if constexpr (sizeof(T) == 2) {
    uint16_t w;
    std::memcpy(&w, &value, 2);
    w = Swap ? __builtin_bswap16(w) : w;
    std::memcpy(p, &w, 2);
  } else {
    std::memcpy(p, &value, 1);
  }
}

template <class From, bool Swap, class To>
void decodeLoop(const char *__restrict from, int64_t n, To *__restrict to) {
  for (int64_t k = 0; k < n; ++k)
    to[k] = static_cast<To>(load<From, Swap>(from + k * static_cast<int64_t>(sizeof(From))));
}

template <class From, class To>
void decodeAs(const Encoding &e, const char *from, int64_t n, To *to) {
  if (e.swapped)
    decodeLoop<From, true>(from, n, to);
  else
    decodeLoop<From, false>(from, n, to);
}

float floatOfBits(uint32_t bits) { return fromBits<float>(bits); }

/// m * 2^E for the 24-bit mantissa m and E = 4 * (e - 64) - 24, -280 to 228. The
/// power is split into two factors that exist in f32: the first product is exact,
/// the second rounds once, also to subnormals. Where the second exponent had to
/// be clamped the result is 0 or infinity all the same.
inline float ibmFloat(uint32_t word) {
  int32_t power = static_cast<int32_t>((word >> 24) & 0x7f) * 4 - 280;
  int32_t first = power < -100 ? -100 : power > 100 ? 100 : power;
  int32_t second = power - first;
  second = second < -126 ? -126 : second > 127 ? 127 : second;
  float m = static_cast<float>(static_cast<int32_t>(word & 0xffffff));
  m *= floatOfBits(static_cast<uint32_t>(first + 127) << 23);
  m *= floatOfBits(static_cast<uint32_t>(second + 127) << 23);
  uint32_t bits;
  std::memcpy(&bits, &m, 4);
  return floatOfBits(bits | (word & 0x80000000u));
}

/// The same in f64, which holds every IBM number exactly.
inline double ibmDouble(uint32_t word) {
  uint64_t power = static_cast<uint64_t>((word >> 24) & 0x7f) * 4 + (1023 - 280);
  double m = static_cast<double>(static_cast<int32_t>(word & 0xffffff));
  m *= fromBits<double>(power << 52);
  uint64_t bits;
  std::memcpy(&bits, &m, 8);
  return fromBits<double>(bits | static_cast<uint64_t>(word & 0x80000000u) << 32);
}

/// Bytes are swapped into a block on the stack first: two simple loops become
/// vector code where one that does both does not.
template <class To>
inline __attribute__((always_inline)) bool ibmLoop(bool swapped, const char *from, int64_t n,
                                                   To *to) {
  constexpr int64_t block = 256;
  uint32_t words[block];
  int32_t above = 0;
  for (int64_t at = 0; at < n; at += block) {
    int64_t count = n - at < block ? n - at : block;
    if (swapped)
      for (int64_t k = 0; k < count; ++k)
        words[k] = load<uint32_t, true>(from + 4 * (at + k));
    else
      std::memcpy(words, from + 4 * at, static_cast<size_t>(4 * count));
    if constexpr (std::is_same_v<To, double>) {
      for (int64_t k = 0; k < count; ++k)
        to[at + k] = ibmDouble(words[k]);
    } else {
      for (int64_t k = 0; k < count; ++k) {
        float v = ibmFloat(words[k]);
        uint32_t bits;
        std::memcpy(&bits, &v, 4);
        above |= (bits & 0x7f800000u) == 0x7f800000u ? 1 : 0;
        to[at + k] = v;
      }
    }
  }
  return above == 0;
}

template <class To> bool ibmPlain(bool swapped, const char *from, int64_t n, To *to) {
  return ibmLoop(swapped, from, n, to);
}

#if defined(__x86_64__)
// SSE2 has neither 32-bit minimum and maximum nor byte shuffles: with AVX2 this is
// three times faster, and the operations are the same, so are the bits.
template <class To>
__attribute__((target("avx2"))) bool ibmAvx2(bool swapped, const char *from, int64_t n, To *to) {
  return ibmLoop(swapped, from, n, to);
}
#endif

template <class To> bool decodeIbm(bool swapped, const char *from, int64_t n, To *to) {
#if defined(__x86_64__)
  static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (avx2)
    return ibmAvx2(swapped, from, n, to);
#endif
  return ibmPlain(swapped, from, n, to);
}

template <class To> bool decodeReal(const Encoding &e, const char *from, int64_t n, To *to) {
  if (e.ibm)
    return decodeIbm(e.swapped, from, n, to);
  switch (e.type) {
  case Type::I8:
    decodeAs<int8_t>(e, from, n, to);
    break;
  case Type::U8:
    decodeAs<uint8_t>(e, from, n, to);
    break;
  case Type::I16:
    decodeAs<int16_t>(e, from, n, to);
    break;
  case Type::U16:
    decodeAs<uint16_t>(e, from, n, to);
    break;
  case Type::I32:
    decodeAs<int32_t>(e, from, n, to);
    break;
  case Type::F32:
  case Type::C64:
    decodeAs<float>(e, from, n, to);
    break;
  case Type::F64:
  case Type::C128:
    decodeAs<double>(e, from, n, to);
    break;
  }
  return true;
}

/// Rounds to an integer type, clipping what does not fit.
template <class I> I toInteger(double v, EncodeCounts &counts) {
  double r = std::nearbyint(v);
  constexpr double lo = static_cast<double>(std::numeric_limits<I>::min());
  constexpr double hi = static_cast<double>(std::numeric_limits<I>::max());
  if (r < lo || r > hi) {
    ++counts.clipped;
    return r < lo ? std::numeric_limits<I>::min() : std::numeric_limits<I>::max();
  }
  return static_cast<I>(r);
}

template <class From, class I, bool Swap>
void encodeIntegers(const From *from, int64_t stride, int64_t n, double fill, char *out,
                    EncodeCounts &counts) {
  for (int64_t k = 0; k < n; ++k) {
    double v = static_cast<double>(from[k * stride]);
    if (!std::isfinite(v)) {
      ++counts.nonFinite;
      v = fill;
    }
    store<I, Swap>(toInteger<I>(v, counts), out + k * static_cast<int64_t>(sizeof(I)));
  }
}

template <class From, bool Swap>
void encodeFloats(const From *from, int64_t stride, int64_t n, double fill, char *out,
                  EncodeCounts &counts) {
  float instead = static_cast<float>(fill);
  int64_t bad = 0;
  for (int64_t k = 0; k < n; ++k) {
    float v = static_cast<float>(from[k * stride]);
    bool finite = std::fabs(v) <= std::numeric_limits<float>::max();
    bad += finite ? 0 : 1;
    store<float, Swap>(finite ? v : instead, out + 4 * k);
  }
  counts.nonFinite += bad;
}

template <class From, bool Swap>
void encodeIbm(const From *from, int64_t stride, int64_t n, double fill, char *out,
               EncodeCounts &counts) {
  for (int64_t k = 0; k < n; ++k) {
    double v = static_cast<double>(from[k * stride]);
    uint32_t word = 0;
    if (!std::isfinite(v) || !doubleToIbm(v, word)) {
      ++counts.nonFinite;
      (void)doubleToIbm(fill, word);
    }
    store<uint32_t, Swap>(word, out + 4 * k);
  }
}

template <class From, bool Swap>
void encodeAs(const Encoding &e, const From *from, int64_t stride, int64_t n, double fill,
              char *out, EncodeCounts &counts) {
  if (e.ibm)
    encodeIbm<From, Swap>(from, stride, n, fill, out, counts);
  else if (e.type == Type::I8)
    encodeIntegers<From, int8_t, Swap>(from, stride, n, fill, out, counts);
  else if (e.type == Type::I16)
    encodeIntegers<From, int16_t, Swap>(from, stride, n, fill, out, counts);
  else if (e.type == Type::I32)
    encodeIntegers<From, int32_t, Swap>(from, stride, n, fill, out, counts);
  else
    encodeFloats<From, Swap>(from, stride, n, fill, out, counts);
}

} // namespace

float ibmToFloat(uint32_t word) { return ibmFloat(word); }

double ibmToDouble(uint32_t word) { return ibmDouble(word); }

bool doubleToIbm(double value, uint32_t &word) {
  uint32_t sign = std::signbit(value) ? 0x80000000u : 0;
  int binary = 0;
  double fraction = std::frexp(std::fabs(value), &binary); // in [0.5, 1)
  if (fraction == 0) {
    word = sign;
    return true;
  }
  // value = fraction * 2^binary = f * 16^power with f in [1/16, 1).
  int power = binary >= 0 ? (binary + 3) / 4 : -((-binary) / 4);
  double mantissa = std::nearbyint(std::ldexp(fraction, binary - 4 * power + 24));
  if (mantissa >= 16777216.0) {
    mantissa /= 16;
    ++power;
  }
  int biased = power + 64;
  if (biased > 127)
    return false;
  if (biased < 0) { // below the normalised range: shift hexadecimal digits out
    mantissa = biased < -6 ? 0 : std::nearbyint(std::ldexp(mantissa, 4 * biased));
    biased = 0;
  }
  word = sign | static_cast<uint32_t>(biased) << 24 | static_cast<uint32_t>(mantissa);
  return true;
}

bool decode(const Encoding &encoding, const void *from, int64_t n, Type to, void *out) {
  const char *p = static_cast<const char *>(from);
  switch (to) {
  case Type::F32:
    return decodeReal(encoding, p, n, static_cast<float *>(out));
  case Type::F64:
    return decodeReal(encoding, p, n, static_cast<double *>(out));
  case Type::C64: // pairs of reals
    return decodeReal(encoding, p, 2 * n, static_cast<float *>(out));
  case Type::C128:
    return decodeReal(encoding, p, 2 * n, static_cast<double *>(out));
  default:
    return false;
  }
}

bool isIbmWithinF32(const Encoding &encoding, const void *from, int64_t n) {
  // 16^32 is 2^128: up to a characteristic of 64 + 32 the largest mantissa is the largest f32.
  const char *p = static_cast<const char *>(from);
  uint32_t above = 0;
  int shift = encoding.swapped ? 0 : 24;
  for (int64_t k = 0; k < n; ++k)
    above |= (load<uint32_t, false>(p + 4 * k) >> shift & 0x7f) > 96 ? 1u : 0u;
  return above == 0;
}

void encode(const Encoding &e, Type fromType, const void *from, int64_t stride, int64_t n,
            double fill, void *out, EncodeCounts &counts) {
  char *p = static_cast<char *>(out);
  if (fromType == Type::F32) {
    const float *f = static_cast<const float *>(from);
    e.swapped ? encodeAs<float, true>(e, f, stride, n, fill, p, counts)
              : encodeAs<float, false>(e, f, stride, n, fill, p, counts);
  } else {
    const double *f = static_cast<const double *>(from);
    e.swapped ? encodeAs<double, true>(e, f, stride, n, fill, p, counts)
              : encodeAs<double, false>(e, f, stride, n, fill, p, counts);
  }
}

} // namespace detail
} // namespace seis::io
