//===- Requirements.cpp - What parameters have to fulfil ------------------===//
#include "seis/Dialect/Seis/Analysis/Requirements.h"

#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace seis;

/// False where a parameter is missing.
static bool readExpression(ArrayAttr expression, ArrayRef<StringRef> parameters,
                           std::vector<Term> &terms) {
  for (Attribute attribute : expression) {
    Term term;
    if (auto number = dyn_cast<FloatAttr>(attribute)) {
      term.number = number.getValueAsDouble();
    } else if (StringRef text = cast<StringAttr>(attribute).getValue(); text.consume_front("%")) {
      const auto *at = llvm::find(parameters, text);
      if (at == parameters.end())
        return false;
      term.kind = Term::Parameter;
      term.parameter = at - parameters.begin();
    } else {
      term.kind = llvm::StringSwitch<Term::Kind>(text)
                      .Case("neg", Term::Neg)
                      .Case("+", Term::Add)
                      .Case("-", Term::Sub)
                      .Case("*", Term::Mul)
                      .Case("/", Term::Div)
                      .Case("min", Term::Min)
                      .Default(Term::Max);
    }
    terms.push_back(term);
  }
  return true;
}

std::vector<Requirement> seis::requirementsOf(func::FuncOp entry) {
  std::vector<Requirement> found;
  auto list = entry->getAttrOfType<ArrayAttr>("seis.require");
  if (!list)
    return found;
  SmallVector<StringRef> parameters;
  for (BlockArgument argument : entry.getArguments())
    if (argument.getType().isF64() && !entry.getArgAttr(argument.getArgNumber(), "seis.table")) {
      auto name = entry.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "seis.name");
      parameters.push_back(name ? name.getValue() : "");
    }
  for (Attribute item : list) {
    auto attribute = cast<RequirementAttr>(item); // held by the dialect's verifier
    Requirement r;
    r.name = attribute.getName().str();
    r.bound = attribute.getBound();
    if (readExpression(attribute.getValue(), parameters, r.value) &&
        readExpression(attribute.getLimit(), parameters, r.limit))
      found.push_back(std::move(r));
  }
  return found;
}

const char *seis::boundText(Bound bound) {
  static constexpr const char *texts[] = {"at least", "at most", "above", "below"};
  return texts[static_cast<unsigned>(bound)];
}

double seis::evaluate(ArrayRef<Term> expression, ArrayRef<double> parameters) {
  SmallVector<double> stack;
  for (const Term &term : expression) {
    if (term.kind <= Term::Parameter) {
      stack.push_back(term.kind == Term::Number ? term.number : parameters[term.parameter]);
      continue;
    }
    double y = term.kind == Term::Neg ? 0 : stack.pop_back_val();
    double &x = stack.back();
    switch (term.kind) {
    case Term::Neg:
      x = -x;
      break;
    case Term::Add:
      x += y;
      break;
    case Term::Sub:
      x -= y;
      break;
    case Term::Mul:
      x *= y;
      break;
    case Term::Div:
      x /= y;
      break;
    case Term::Min:
      x = std::isnan(x) || x < y ? x : y;
      break;
    default:
      x = std::isnan(x) || x > y ? x : y;
      break;
    }
  }
  return stack.back();
}

bool seis::isWithin(double value, Bound bound, double limit) {
  switch (bound) {
  case Bound::Min:
    return value >= limit;
  case Bound::Max:
    return value <= limit;
  case Bound::Above:
    return value > limit;
  case Bound::Below:
    return value < limit;
  }
  llvm_unreachable("no other bound");
}
