#include "Kernels.h"

#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace seis;

// Offsets are those of KernelABI.h, written out.
static const char *const kernels = R"mlir(
llvm.func @word(%base: !llvm.ptr, %offset: i64) -> i64 {
  %p = llvm.getelementptr %base[%offset] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  %v = llvm.load %p : !llvm.ptr -> i64
  llvm.return %v : i64
}
llvm.func @pointer(%base: !llvm.ptr, %offset: i64) -> !llvm.ptr {
  %v = llvm.call @word(%base, %offset) : (!llvm.ptr, i64) -> i64
  %p = llvm.inttoptr %v : i64 to !llvm.ptr
  llvm.return %p : !llvm.ptr
}
// Address of sample 0 of row (i, x) of a view.
llvm.func @row(%view: !llvm.ptr, %i: i64, %x: i64) -> !llvm.ptr {
  %o0 = llvm.mlir.constant(0 : i64) : i64
  %o8 = llvm.mlir.constant(8 : i64) : i64
  %o16 = llvm.mlir.constant(16 : i64) : i64
  %data = llvm.call @pointer(%view, %o0) : (!llvm.ptr, i64) -> !llvm.ptr
  %s0 = llvm.call @word(%view, %o8) : (!llvm.ptr, i64) -> i64
  %s1 = llvm.call @word(%view, %o16) : (!llvm.ptr, i64) -> i64
  %a = llvm.mul %i, %s0 : i64
  %b = llvm.mul %x, %s1 : i64
  %at = llvm.add %a, %b : i64
  %p = llvm.getelementptr %data[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.return %p : !llvm.ptr
}
// Row number r of the box: input row, output row.
llvm.func @rows(%call: !llvm.ptr, %r: i64) -> !llvm.struct<(ptr, ptr)> {
  %o0 = llvm.mlir.constant(0 : i64) : i64
  %o8 = llvm.mlir.constant(8 : i64) : i64
  %o56 = llvm.mlir.constant(56 : i64) : i64
  %o64 = llvm.mlir.constant(64 : i64) : i64
  %o72 = llvm.mlir.constant(72 : i64) : i64
  %o88 = llvm.mlir.constant(88 : i64) : i64
  %nx = llvm.call @word(%call, %o88) : (!llvm.ptr, i64) -> i64
  %i = llvm.sdiv %r, %nx : i64
  %x = llvm.srem %r, %nx : i64
  %lo0 = llvm.call @word(%call, %o56) : (!llvm.ptr, i64) -> i64
  %lo1 = llvm.call @word(%call, %o64) : (!llvm.ptr, i64) -> i64
  %lo2 = llvm.call @word(%call, %o72) : (!llvm.ptr, i64) -> i64
  %bi = llvm.add %lo0, %i : i64
  %bx = llvm.add %lo1, %x : i64
  %in = llvm.call @pointer(%call, %o0) : (!llvm.ptr, i64) -> !llvm.ptr
  %src0 = llvm.call @row(%in, %bi, %bx) : (!llvm.ptr, i64, i64) -> !llvm.ptr
  %src = llvm.getelementptr %src0[%lo2] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %out = llvm.call @pointer(%call, %o8) : (!llvm.ptr, i64) -> !llvm.ptr
  %has = llvm.ptrtoint %out : !llvm.ptr to i64
  %yes = llvm.icmp "ne" %has, %o0 : i64
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.cond_br %yes, ^with, ^join(%null : !llvm.ptr)
^with:
  %dst0 = llvm.call @row(%out, %i, %x) : (!llvm.ptr, i64, i64) -> !llvm.ptr
  llvm.br ^join(%dst0 : !llvm.ptr)
^join(%dst: !llvm.ptr):
  %u = llvm.mlir.undef : !llvm.struct<(ptr, ptr)>
  %s1 = llvm.insertvalue %src, %u[0] : !llvm.struct<(ptr, ptr)>
  %s2 = llvm.insertvalue %dst, %s1[1] : !llvm.struct<(ptr, ptr)>
  llvm.return %s2 : !llvm.struct<(ptr, ptr)>
}
llvm.func @row_count(%call: !llvm.ptr) -> i64 {
  %o80 = llvm.mlir.constant(80 : i64) : i64
  %o88 = llvm.mlir.constant(88 : i64) : i64
  %ni = llvm.call @word(%call, %o80) : (!llvm.ptr, i64) -> i64
  %nx = llvm.call @word(%call, %o88) : (!llvm.ptr, i64) -> i64
  %n = llvm.mul %ni, %nx : i64
  llvm.return %n : i64
}
// out[t] = in[t] * scale + bias over row r.
llvm.func @scale_row(%call: !llvm.ptr, %r: i64, %scale: f32, %bias: f32) {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %o96 = llvm.mlir.constant(96 : i64) : i64
  %n = llvm.call @word(%call, %o96) : (!llvm.ptr, i64) -> i64
  %rows = llvm.call @rows(%call, %r) : (!llvm.ptr, i64) -> !llvm.struct<(ptr, ptr)>
  %src = llvm.extractvalue %rows[0] : !llvm.struct<(ptr, ptr)>
  %dst = llvm.extractvalue %rows[1] : !llvm.struct<(ptr, ptr)>
  llvm.br ^head(%c0 : i64)
^head(%t: i64):
  %more = llvm.icmp "slt" %t, %n : i64
  llvm.cond_br %more, ^body, ^done
^body:
  %p = llvm.getelementptr %src[%t] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %v = llvm.load %p : !llvm.ptr -> f32
  %m = llvm.fmul %v, %scale : f32
  %a = llvm.fadd %m, %bias : f32
  %q = llvm.getelementptr %dst[%t] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %a, %q : f32, !llvm.ptr
  %next = llvm.add %t, %c1 : i64
  llvm.br ^head(%next : i64)
^done:
  llvm.return
}
llvm.func @bias(%call: !llvm.ptr) -> f32 {
  %o16 = llvm.mlir.constant(16 : i64) : i64
  %params = llvm.call @pointer(%call, %o16) : (!llvm.ptr, i64) -> !llvm.ptr
  %d = llvm.load %params : !llvm.ptr -> f64
  %f = llvm.fptrunc %d : f64 to f32
  llvm.return %f : f32
}
llvm.func @affine(%call: !llvm.ptr) -> i32 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %ok = llvm.mlir.constant(0 : i32) : i32
  %two = llvm.mlir.constant(2.0 : f32) : f32
  %bias = llvm.call @bias(%call) : (!llvm.ptr) -> f32
  %n = llvm.call @row_count(%call) : (!llvm.ptr) -> i64
  llvm.br ^head(%c0 : i64)
^head(%r: i64):
  %more = llvm.icmp "slt" %r, %n : i64
  llvm.cond_br %more, ^body, ^done
^body:
  llvm.call @scale_row(%call, %r, %two, %bias) : (!llvm.ptr, i64, f32, f32) -> ()
  %next = llvm.add %r, %c1 : i64
  llvm.br ^head(%next : i64)
^done:
  llvm.return %ok : i32
}
llvm.func @affine_omp(%call: !llvm.ptr) -> i32 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %o160 = llvm.mlir.constant(160 : i64) : i64
  %ok = llvm.mlir.constant(0 : i32) : i32
  %two = llvm.mlir.constant(2.0 : f32) : f32
  %bias = llvm.call @bias(%call) : (!llvm.ptr) -> f32
  %n = llvm.call @row_count(%call) : (!llvm.ptr) -> i64
  %threads = llvm.call @word(%call, %o160) : (!llvm.ptr, i64) -> i64
  %threads32 = llvm.trunc %threads : i64 to i32
  omp.parallel num_threads(%threads32 : i32) {
    omp.wsloop schedule(dynamic = %c1 : i64) {
      omp.loop_nest (%r) : i64 = (%c0) to (%n) step (%c1) {
        llvm.call @scale_row(%call, %r, %two, %bias) : (!llvm.ptr, i64, f32, f32) -> ()
        omp.yield
      }
    }
    omp.terminator
  }
  llvm.return %ok : i32
}
llvm.func @scratch(%call: !llvm.ptr) -> i64 {
  %o160 = llvm.mlir.constant(160 : i64) : i64
  %c64 = llvm.mlir.constant(64 : i64) : i64
  %threads = llvm.call @word(%call, %o160) : (!llvm.ptr, i64) -> i64
  %bytes = llvm.mul %threads, %c64 : i64
  llvm.return %bytes : i64
}
llvm.func @no_scratch(%call: !llvm.ptr) -> i64 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  llvm.return %c0 : i64
}
llvm.func @failing(%call: !llvm.ptr) -> i32 {
  %limit = llvm.mlir.constant(8 : i32) : i32
  llvm.return %limit : i32
}
// y = x - tables[0][0]
llvm.func @subtract_min(%call: !llvm.ptr) -> i32 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %o24 = llvm.mlir.constant(24 : i64) : i64
  %ok = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1.0 : f32) : f32
  %tables = llvm.call @pointer(%call, %o24) : (!llvm.ptr, i64) -> !llvm.ptr
  %table = llvm.load %tables : !llvm.ptr -> !llvm.ptr
  %min = llvm.load %table : !llvm.ptr -> f64
  %neg = llvm.fneg %min : f64
  %bias = llvm.fptrunc %neg : f64 to f32
  %n = llvm.call @row_count(%call) : (!llvm.ptr) -> i64
  llvm.br ^head(%c0 : i64)
^head(%r: i64):
  %more = llvm.icmp "slt" %r, %n : i64
  llvm.cond_br %more, ^body, ^done
^body:
  llvm.call @scale_row(%call, %r, %one, %bias) : (!llvm.ptr, i64, f32, f32) -> ()
  %next = llvm.add %r, %c1 : i64
  llvm.br ^head(%next : i64)
^done:
  llvm.return %ok : i32
}
// Folds one sample into a partial: [nan, samples | min, max, sum, count].
llvm.func @fold(%partial: !llvm.ptr, %v: f64) {
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %one = llvm.mlir.constant(1.0 : f64) : f64
  %bad = llvm.fcmp "uno" %v, %v : f64
  llvm.cond_br %bad, ^nan, ^good
^nan:
  llvm.store %c1, %partial : i64, !llvm.ptr
  llvm.return
^good:
  %ps = llvm.getelementptr %partial[8] : (!llvm.ptr) -> !llvm.ptr, i8
  %p0 = llvm.getelementptr %partial[16] : (!llvm.ptr) -> !llvm.ptr, i8
  %p1 = llvm.getelementptr %partial[24] : (!llvm.ptr) -> !llvm.ptr, i8
  %p2 = llvm.getelementptr %partial[32] : (!llvm.ptr) -> !llvm.ptr, i8
  %p3 = llvm.getelementptr %partial[40] : (!llvm.ptr) -> !llvm.ptr, i8
  %s = llvm.load %ps : !llvm.ptr -> i64
  %s1 = llvm.add %s, %c1 : i64
  llvm.store %s1, %ps : i64, !llvm.ptr
  %min = llvm.load %p0 : !llvm.ptr -> f64
  %max = llvm.load %p1 : !llvm.ptr -> f64
  %sum = llvm.load %p2 : !llvm.ptr -> f64
  %count = llvm.load %p3 : !llvm.ptr -> f64
  %less = llvm.fcmp "olt" %v, %min : f64
  %more = llvm.fcmp "ogt" %v, %max : f64
  %min1 = llvm.select %less, %v, %min : i1, f64
  %max1 = llvm.select %more, %v, %max : i1, f64
  %sum1 = llvm.fadd %sum, %v : f64
  %count1 = llvm.fadd %count, %one : f64
  llvm.store %min1, %p0 : f64, !llvm.ptr
  llvm.store %max1, %p1 : f64, !llvm.ptr
  llvm.store %sum1, %p2 : f64, !llvm.ptr
  llvm.store %count1, %p3 : f64, !llvm.ptr
  llvm.return
}
llvm.func @range_reduce(%call: !llvm.ptr) -> i32 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %c31 = llvm.mlir.constant(31 : i64) : i64
  %c32 = llvm.mlir.constant(32 : i64) : i64
  %c64 = llvm.mlir.constant(64 : i64) : i64
  %o88 = llvm.mlir.constant(88 : i64) : i64
  %o96 = llvm.mlir.constant(96 : i64) : i64
  %o168 = llvm.mlir.constant(168 : i64) : i64
  %o176 = llvm.mlir.constant(176 : i64) : i64
  %ok = llvm.mlir.constant(0 : i32) : i32
  %dead = llvm.mlir.constant(0 : i8) : i8
  %n = llvm.call @row_count(%call) : (!llvm.ptr) -> i64
  %nx = llvm.call @word(%call, %o88) : (!llvm.ptr, i64) -> i64
  %nt = llvm.call @word(%call, %o96) : (!llvm.ptr, i64) -> i64
  %live = llvm.call @pointer(%call, %o168) : (!llvm.ptr, i64) -> !llvm.ptr
  %mask = llvm.ptrtoint %live : !llvm.ptr to i64
  %partials = llvm.call @pointer(%call, %o176) : (!llvm.ptr, i64) -> !llvm.ptr
  %nx31 = llvm.add %nx, %c31 : i64
  %columns = llvm.sdiv %nx31, %c32 : i64
  llvm.br ^head(%c0 : i64)
^head(%r: i64):
  %more = llvm.icmp "slt" %r, %n : i64
  llvm.cond_br %more, ^row, ^done
^row:
  %i = llvm.sdiv %r, %nx : i64
  %x = llvm.srem %r, %nx : i64
  %ci = llvm.sdiv %i, %c32 : i64
  %cx = llvm.sdiv %x, %c32 : i64
  %cr = llvm.mul %ci, %columns : i64
  %cell = llvm.add %cr, %cx : i64
  %at = llvm.mul %cell, %c64 : i64
  %partial = llvm.getelementptr %partials[%at] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  %rows = llvm.call @rows(%call, %r) : (!llvm.ptr, i64) -> !llvm.struct<(ptr, ptr)>
  %src = llvm.extractvalue %rows[0] : !llvm.struct<(ptr, ptr)>
  %masked = llvm.icmp "ne" %mask, %c0 : i64
  llvm.cond_br %masked, ^ask, ^samples(%c0 : i64)
^ask:
  %pl = llvm.getelementptr %live[%r] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  %l = llvm.load %pl : !llvm.ptr -> i8
  %alive = llvm.icmp "ne" %l, %dead : i8
  llvm.cond_br %alive, ^samples(%c0 : i64), ^next
^samples(%t: i64):
  %left = llvm.icmp "slt" %t, %nt : i64
  llvm.cond_br %left, ^sample, ^next
^sample:
  %p = llvm.getelementptr %src[%t] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %f = llvm.load %p : !llvm.ptr -> f32
  %v = llvm.fpext %f : f32 to f64
  llvm.call @fold(%partial, %v) : (!llvm.ptr, f64) -> ()
  %t1 = llvm.add %t, %c1 : i64
  llvm.br ^samples(%t1 : i64)
^next:
  %r1 = llvm.add %r, %c1 : i64
  llvm.br ^head(%r1 : i64)
^done:
  llvm.return %ok : i32
}
)mlir";

mlir::OwningOpRef<mlir::ModuleOp> seis::test::parse(mlir::MLIRContext &context,
                                                    llvm::StringRef text) {
  context.loadDialect<mlir::LLVM::LLVMDialect, mlir::omp::OpenMPDialect, mlir::DLTIDialect>();
  return mlir::parseSourceString<mlir::ModuleOp>(text, &context, "kernels.seis");
}

seis::test::Kernels::Kernels() : parsed(parse(mlirContext, kernels)) { EXPECT_TRUE(parsed); }

ObjectSpec seis::test::affineSpec(llvm::StringRef name, bool openmp) {
  InputSpec x;
  x.name = "x";
  x.unit = "amplitude";
  x.halo[0] = {1, 2};
  x.halo[1] = {0, 3};
  x.halo[2].whole = true;
  OutputSpec y;
  y.name = "y";
  y.unit = "amplitude";
  y.label = "Affine";
  y.least = 0;
  ParamSpec bias, gain;
  bias.name = "bias";
  bias.min = -10;
  bias.below = 10;
  bias.defaultValue = 0.5;
  gain.name = "dt_ms";
  gain.unit = "ms";
  gain.above = 0;
  EntrySpec entry;
  entry.name = name.str();
  entry.inputs = {x};
  entry.outputs = {y};
  entry.params = {bias, gain};
  entry.runSymbol = openmp ? "affine_omp" : "affine";
  entry.scratchSymbol = "scratch";
  ObjectSpec spec;
  spec.name = name.str();
  spec.sourceText = "2 * x + bias";
  spec.entries = {entry};
  return spec;
}

ObjectSpec seis::test::normSpec(llvm::StringRef name) {
  InputSpec x;
  x.name = "x";
  OutputSpec y;
  y.name = "y";
  PassSpec range;
  range.name = "range";
  range.of = {"x"};
  range.elements = {PassElement::Min, PassElement::Max, PassElement::Sum, PassElement::Count};
  range.reduceSymbol = "range_reduce";
  range.scratchSymbol = "no_scratch";
  EntrySpec entry;
  entry.name = name.str();
  entry.inputs = {x};
  entry.outputs = {y};
  entry.passes = {range};
  entry.runSymbol = "subtract_min";
  entry.scratchSymbol = "no_scratch";
  ObjectSpec spec;
  spec.name = name.str();
  spec.sourceText = "x - vmin(x)";
  spec.entries = {entry};
  return spec;
}

std::string seis::test::messageOf(llvm::Error error) { return llvm::toString(std::move(error)); }

std::string seis::test::emitOne(const ObjectSpec &spec, const TargetOptions &options,
                                EmitKind kind) {
  Kernels kernels;
  auto artifacts = emitObject(kernels.module(), spec, options, {kind});
  if (!artifacts) {
    ADD_FAILURE() << messageOf(artifacts.takeError());
    return "";
  }
  return artifacts->front().bytes;
}
