//===- LoadStage.cpp - Samples of an input in the compute type ------------===//
// The first load of an input that may be stored in several ways: rows of it are
// converted into rows in scratch, from which all else reads. How it is stored is
// known when the object is called and is asked once per call of a stage, so
// there is one short loop for every format and nothing else exists twice.
//
// Formats and their arithmetic are those of the runtime's reader (Convert.cpp in
// runtime/src/io), so that an array read in place gives the bits of one that was
// converted while reading; integers go through fma(scale, stored, offset).
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"
#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seis;
namespace kernel = seis::kernel_abi;
using kernel::SampleFormat;

namespace {

constexpr int64_t rowsAhead = 4; ///< of a row being loaded; as many as a front moves by at least

class RowLoader {
public:
  RowLoader(KernelEmitter &k, const Stage &stage, Value i)
      : k(k), l(k.builder()), source(stage.op->getOperand(0)), result(stage.op->getResult(0)), i(i),
        width(k.width()), length(k.context().block[2]) {
    std::tie(view, load) = k.loadViews(source);
  }

  /// Rows [ja, jb), by the format of this call.
  void emit(ArrayAttr names, Value ja, Value jb) {
    SmallVector<SampleFormat> formats;
    for (SampleFormat format : kernel::sampleFormats)
      if (StringRef name = formatName(format, isF32());
          llvm::any_of(names, [&](Attribute a) { return cast<StringAttr>(a).getValue() == name; }))
        formats.push_back(format);
    choose(l.loadI64(load, kernel::loadFormat), formats, ja, jb);
  }

private:
  bool isF32() const { return k.element().isF32(); }

  void choose(Value format, ArrayRef<SampleFormat> formats, Value ja, Value jb) {
    auto rows = [&](SampleFormat of) { l.loop(ja, jb, 1, [&](Value j) { emitRow(of, j); }); };
    if (formats.size() == 1) {
      rows(formats[0]);
      return;
    }
    Value isFirst = l.eq(format, l.i64(static_cast<int64_t>(formats[0])));
    l.ifElse(
        isFirst, {},
        [&] {
          rows(formats[0]);
          return SmallVector<Value>{};
        },
        [&] {
          choose(format, formats.drop_front(), ja, jb);
          return SmallVector<Value>{};
        });
  }

  Type storedType(SampleFormat format) {
    switch (format) {
    case SampleFormat::Native:
      return k.element();
    case SampleFormat::Swapped:
      return l.b.getIntegerType(k.element().getIntOrFloatBitWidth());
    case SampleFormat::SwappedF32:
    case SampleFormat::Ibm:
      return l.b.getI32Type();
    case SampleFormat::I8:
      return l.b.getI8Type();
    case SampleFormat::I16:
    case SampleFormat::SwappedI16:
      return l.b.getIntegerType(16);
    }
    llvm_unreachable("no other format");
  }

  void emitRow(SampleFormat format, Value j) {
    Type element = storedType(format);
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    VectorType type = l.vec(width, element);
    Value index = l.add(l.mul(i, l.loadI64(view, kernel::viewStride0)),
                        l.mul(j, l.loadI64(view, kernel::viewStride1)));
    Value from = l.element(l.loadPtr(view, kernel::viewData), element, index);
    Value to = k.rowPtr(result, i, j);
    scale = factor(kernel::loadScale);
    offset = factor(kernel::loadOffset);
    Value whole = l.mul(l.divFloor(length, l.i64(width)), width);
    auto put = [&](Value s, Value stored) {
      l.store(convert(format, stored), l.element(to, k.element(), s), k.elementBytes());
    };
    // While these rows are computed with, those of the next call come into the second cache.
    Value ahead = l.mul(l.loadI64(view, kernel::viewStride1), rowsAhead * bytes);
    l.loop(l.i64(0), whole, width, [&](Value s) {
      Value at = l.element(from, element, s);
      l.prefetch(l.at(at, ahead));
      put(s, l.load(type, at, bytes));
    });
    // Rows in scratch have room behind their last sample, the caller's have not.
    l.ifThen(l.lt(whole, length), [&] {
      Value mask = l.firstLanes(width, l.sub(length, whole));
      put(whole, l.maskedLoad(type, l.element(from, element, whole), mask, bytes));
    });
    k.fillBorders(result, to);
  }

  //===--------------------------------------------------------------------===//
  // Conversions of a vector
  //===--------------------------------------------------------------------===//

  VectorType ints(unsigned bits) { return l.vec(width, l.b.getIntegerType(bits)); }
  Value constant(unsigned bits, int64_t v) {
    APInt value(bits, static_cast<uint64_t>(v), /*isSigned=*/true, /*implicitTrunc=*/true);
    return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(ints(bits), value));
  }
  Value swapped(Value v) { return LLVM::ByteSwapOp::create(l.b, l.loc, v.getType(), v); }
  Value bitcast(Type type, Value v) { return arith::BitcastOp::create(l.b, l.loc, type, v); }

  Value convert(SampleFormat format, Value stored) {
    switch (format) {
    case SampleFormat::Native:
      return stored;
    case SampleFormat::Swapped:
      return bitcast(k.vectorType(), swapped(stored));
    case SampleFormat::SwappedF32: {
      Value narrow = bitcast(l.vec(width, l.b.getF32Type()), swapped(stored));
      return arith::ExtFOp::create(l.b, l.loc, k.vectorType(), narrow);
    }
    case SampleFormat::Ibm:
      return isF32() ? ibmToF32(swapped(stored)) : ibmToF64(swapped(stored));
    case SampleFormat::I8:
    case SampleFormat::I16:
      return scaled(stored);
    case SampleFormat::SwappedI16:
      return scaled(swapped(stored));
    }
    llvm_unreachable("no other format");
  }

  /// Scale or offset of integers in all lanes.
  Value factor(int64_t at) {
    Value v = l.load(l.b.getF64Type(), l.at(load, at));
    if (isF32())
      v = arith::TruncFOp::create(l.b, l.loc, k.element(), v);
    return l.broadcast(k.vectorType(), v);
  }
  Value scaled(Value stored) {
    Value number = arith::SIToFPOp::create(l.b, l.loc, k.vectorType(), stored);
    return l.fma(scale, number, offset);
  }

  /// A power of two from its exponent, by the bits.
  Value powerOfTwo(Value exponent, unsigned bits, unsigned mantissa, int64_t bias) {
    Value biased = l.add(exponent, constant(bits, bias));
    Value shifted = arith::ShLIOp::create(l.b, l.loc, biased, constant(bits, mantissa));
    return bitcast(k.vectorType(), shifted);
  }

  /// 4 e - 280 for the characteristic e of IBM words: the number is the 24-bit mantissa times two
  /// to that power.
  Value ibmPower(Value words) {
    Value e = arith::ShRUIOp::create(l.b, l.loc, words, constant(32, 24));
    e = l.both(e, constant(32, 0x7f));
    return l.sub(l.mul(e, constant(32, 4)), constant(32, 280));
  }
  Value ibmMantissa(Value words) {
    Value m = l.both(words, constant(32, 0xffffff));
    return arith::SIToFPOp::create(l.b, l.loc, k.vectorType(), m);
  }
  Value ibmSign(Value words) { return l.both(words, constant(32, 0x80000000)); }

  /// Two factors that exist in f32, so that the second product rounds once, also to subnormals;
  /// above the range of f32 the result is infinity.
  Value ibmToF32(Value words) {
    Value power = ibmPower(words);
    Value first = l.min(l.max(power, constant(32, -100)), constant(32, 100));
    Value second = l.sub(power, first);
    second = l.min(l.max(second, constant(32, -126)), constant(32, 127));
    Value m = l.fmul(ibmMantissa(words), powerOfTwo(first, 32, 23, 127));
    m = l.fmul(m, powerOfTwo(second, 32, 23, 127));
    return bitcast(k.vectorType(), l.either(bitcast(ints(32), m), ibmSign(words)));
  }

  /// f64 holds every IBM number.
  Value ibmToF64(Value words) {
    Value power = arith::ExtSIOp::create(l.b, l.loc, ints(64), ibmPower(words));
    Value m = l.fmul(ibmMantissa(words), powerOfTwo(power, 64, 52, 1023));
    Value sign = arith::ExtUIOp::create(l.b, l.loc, ints(64), ibmSign(words));
    sign = arith::ShLIOp::create(l.b, l.loc, sign, constant(64, 32));
    return bitcast(k.vectorType(), l.either(bitcast(ints(64), m), sign));
  }

  KernelEmitter &k;
  LoopBuilder &l;
  Value source, result, i;
  int64_t width;
  Value length, view, load;
  Value scale, offset; ///< of integers, for the row being loaded
};

} // namespace

void seis::emitLoadStage(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb) {
  RowLoader(k, stage, i).emit(k.loadFormats(stage), ja, jb);
}
