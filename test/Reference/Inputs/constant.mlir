func.func @constant() -> (f64 {seis.name = "y"}) attributes {seis.entry} {
  %y = arith.constant 3.0 : f64
  return %y : f64
}
