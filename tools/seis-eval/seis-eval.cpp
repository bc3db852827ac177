//===- seis-eval.cpp - Evaluate a program with the reference loops --------===//
// Nothing is compiled: every operation runs as one plain f64 loop over the whole
// volume. Slow, and the yardstick for everything that is compiled.
//===----------------------------------------------------------------------===//
#include "Evaluation.h"
#include "Options.h"
#include "Program.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Support/Json.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace seis;
using llvm::errs;
using llvm::outs;

static int report(const eval::Outcome &outcome) {
  if (!outcome.message.empty())
    errs() << "seis-eval: error: " << outcome.message << '\n';
  return outcome.code;
}

static void summarise(const eval::Evaluation &evaluation) {
  const reference::Shape &shape = evaluation.survey().shape;
  errs() << shape[0] * shape[1] << " traces of " << shape[2] << " samples, "
         << evaluation.deadTraces() << " dead\n";
  for (const eval::Output &o : evaluation.outputs())
    errs() << o.path << ": " << o.name << (o.unit.empty() ? "" : " (" + o.unit + ")") << ", "
           << o.nonFinite << " samples not finite\n";
}

static void printJson(const eval::Evaluation &evaluation) {
  const reference::Shape &shape = evaluation.survey().shape;
  json::Value list = json::Value::array();
  for (const eval::Output &o : evaluation.outputs()) {
    json::Value dims = json::Value::array(), entry = json::Value::object();
    for (int64_t d : o.array->shape)
      dims.push(d);
    entry.set("name", o.name);
    entry.set("file", o.path);
    entry.set("shape", std::move(dims));
    entry.set("unit", o.unit);
    entry.set("not_finite", o.nonFinite);
    list.push(std::move(entry));
  }
  json::Value all = json::Value::object();
  all.set("traces", shape[0] * shape[1]);
  all.set("dead", evaluation.deadTraces());
  all.set("outputs", std::move(list));
  outs() << json::print(all) << '\n';
}

static int evaluate(const eval::Options &options) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<SeisDialect, mlir::func::FuncDialect, mlir::arith::ArithDialect,
                      mlir::math::MathDialect>();
  eval::Program program;
  if (eval::Outcome o = eval::loadProgram(context, options.program, program); o.failed())
    return report(o);
  eval::Evaluation evaluation(program, options.data);
  if (eval::Outcome o = evaluation.bind(); o.failed())
    return report(o);
  if (options.verbose)
    errs() << "evaluating " << evaluation.outputs().size() << " outputs\n";
  if (eval::Outcome o = evaluation.run(); o.failed())
    return report(o);
  if (eval::Outcome o = evaluation.write(); o.failed())
    return report(o);
  if (!options.quiet)
    summarise(evaluation);
  if (options.json)
    printJson(evaluation);
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  eval::Options options;
  if (auto code = eval::parseCommandLine(argc, argv, options))
    return *code;
  return evaluate(options);
}
