//===- Requirements.h - What parameters have to fulfil ---------*- C++ -*-===//
// The list `seis.require` of an entry (RequirementAttr) with its parameters found,
// for those who hold values against it: objects and the reference interpreter.
//===----------------------------------------------------------------------===//
#ifndef SEIS_DIALECT_SEIS_ANALYSIS_REQUIREMENTS_H
#define SEIS_DIALECT_SEIS_ANALYSIS_REQUIREMENTS_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace seis {

/// One step of an expression in postfix order.
struct Term {
  enum Kind : uint8_t { Number, Parameter, Neg, Add, Sub, Mul, Div, Min, Max };
  Kind kind = Number;
  unsigned parameter = 0; ///< position among the entry's parameters
  double number = 0;
};

struct Requirement {
  std::string name; ///< of what is bounded, for messages
  Bound bound = Bound::Min;
  std::vector<Term> value, limit;
};

/// Those of an entry whose parameters it has. A parameter that nothing is computed with is dropped
/// from an entry, and what would bound it holds nothing up.
std::vector<Requirement> requirementsOf(mlir::func::FuncOp entry);

/// "at least", "at most", "above", "below".
const char *boundText(Bound bound);

double evaluate(llvm::ArrayRef<Term> expression, llvm::ArrayRef<double> parameters);

/// Whether `value` is on the right side of `limit`; NaN is not.
bool isWithin(double value, Bound bound, double limit);

} // namespace seis

#endif // SEIS_DIALECT_SEIS_ANALYSIS_REQUIREMENTS_H
