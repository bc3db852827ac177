!v = tensor<?x?x?xf64>
func.func @bounds(%x: !v {seis.name = "x"},
                  %p: f64 {seis.name = "p", seis.above = 1.0 : f64, seis.max = 9.0 : f64})
    -> (!v {seis.name = "y"}) attributes {seis.entry} {
  %b = seis.broadcast %p : f64 to !v
  %y = arith.mulf %x, %b : !v
  return %y : !v
}
