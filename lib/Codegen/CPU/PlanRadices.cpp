//===- PlanRadices.cpp - Plans with chosen radices ------------------------===//
// Only what depends on the order of the passes changes: their twiddles, where a
// bin ends, and with it the order of the spectrum. Chirp and pairs go by bin.
//===----------------------------------------------------------------------===//
#include "PlanRadices.h"
#include "Fft/fft_plan.h"

#include <cassert>
#include <cmath>
#include <cstring>

using namespace seis;

namespace {

constexpr int64_t headerBytes = 64 * 8, passFields = 4;

int64_t align64(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// Where bin `bin` lies after the forward transform: every pass takes a digit of it.
int64_t positionOf(const int64_t *header, int64_t bin) {
  int64_t at = 0;
  for (int64_t p = 0; p < header[FFT_PASSES]; ++p) {
    const int64_t *pass = header + FFT_PASS + passFields * p;
    at += bin % pass[0] * pass[1];
    bin /= pass[0];
  }
  return at;
}

void put(void *table, int64_t size, int64_t index, double v) {
  if (size == 4)
    static_cast<float *>(table)[index] = static_cast<float>(v);
  else
    static_cast<double *>(table)[index] = v;
}

/// Header of the new plan: passes and offsets.
int64_t layout(const int64_t *from, llvm::ArrayRef<int64_t> radices, int64_t size, int64_t *to) {
  for (int64_t field : {FFT_N, FFT_M, FFT_METHOD})
    to[field] = from[field];
  to[FFT_PASSES] = static_cast<int64_t>(radices.size());
  int64_t at = headerBytes, length = from[FFT_M], blocks = 1, *pass = to + FFT_PASS;
  for (int64_t radix : radices) {
    length /= radix;
    for (int64_t field : {radix, length, at, blocks})
      *pass++ = field;
    blocks *= radix;
    at = align64(at + 2 * size * length * (radix - 1));
  }
  // the other tables as they were, one after the other
  int64_t shift = at - from[FFT_SPECTRUM];
  for (int64_t field : {FFT_SPECTRUM, FFT_POSITIONS, FFT_CHIRP_AT, FFT_PAIRS, FFT_BYTES})
    to[field] = from[field] + shift;
  return to[FFT_BYTES];
}

} // namespace

std::vector<int64_t> seis::withRadices(llvm::ArrayRef<int64_t> plan,
                                       llvm::ArrayRef<int64_t> radices, int64_t size) {
  assert(radices.size() <= (64 - FFT_PASS) / passFields);
  std::vector<int64_t> made(64, 0);
  made.resize((layout(plan.data(), radices, size, made.data()) + 7) / 8);
  const int64_t *header = made.data();
  auto *to = reinterpret_cast<char *>(made.data());
  const auto *from = reinterpret_cast<const char *>(plan.data());
  std::memcpy(to + header[FFT_SPECTRUM], from + plan[FFT_SPECTRUM],
              static_cast<size_t>(plan[FFT_BYTES] - plan[FFT_SPECTRUM]));
  for (int64_t p = 0; p < header[FFT_PASSES]; ++p) {
    const int64_t *pass = header + FFT_PASS + passFields * p;
    for (int64_t k = 0; k < pass[1]; ++k)
      for (int64_t q = 1; q < pass[0]; ++q) {
        int64_t den = pass[0] * pass[1], at = 2 * (k * (pass[0] - 1) + q - 1);
        double angle = -2 * M_PI * static_cast<double>(k * q % den) / static_cast<double>(den);
        put(to + pass[2], size, at, std::cos(angle));
        put(to + pass[2], size, at + 1, std::sin(angle));
      }
  }
  bool isChirp = header[FFT_METHOD] == FFT_CHIRP;
  for (int64_t bin = 0; bin < header[FFT_M]; ++bin) {
    int64_t here = positionOf(header, bin), before = positionOf(plan.data(), bin);
    std::memcpy(to + header[FFT_SPECTRUM] + 2 * size * here,
                from + plan[FFT_SPECTRUM] + 2 * size * before, static_cast<size_t>(2 * size));
    if (!isChirp)
      reinterpret_cast<int64_t *>(to + header[FFT_POSITIONS])[bin] = here;
  }
  return made;
}
