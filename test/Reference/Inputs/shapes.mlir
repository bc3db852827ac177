!v = tensor<?x?x?xf64>
func.func @shapes(%a: !v {seis.name = "a"}, %b: !v {seis.name = "b"})
    -> (tensor<?x?x?xi1> {seis.name = "mask"}, tensor<?x?xf64> {seis.name = "sums"},
        tensor<?x?x?xcomplex<f64>> {seis.name = "z"}) attributes {seis.entry} {
  %m = arith.cmpf ogt, %b, %a : !v
  %s = seis.tsum %a : !v to tensor<?x?xf64>
  %z = seis.complex %a, %b : !v to tensor<?x?x?xcomplex<f64>>
  return %m, %s, %z : tensor<?x?x?xi1>, tensor<?x?xf64>, tensor<?x?x?xcomplex<f64>>
}
