//===- SeisEnums.td - Enumerations of the seis dialect -----*- tablegen -*-===//
#ifndef SEIS_ENUMS_TD
#define SEIS_ENUMS_TD

include "mlir/IR/EnumAttr.td"
include "seis/Dialect/Seis/IR/SeisDialect.td"

class Seis_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::seis";
  let genSpecializedAttr = 0;
}
class Seis_EnumAttr<Seis_Enum info, string mnemonic> : EnumAttr<Seis_Dialect, info, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def Seis_Axis : Seis_Enum<"Axis", "axis of a volume, slowest first",
    [I32EnumAttrCase<"Inline", 0, "inline">, I32EnumAttrCase<"Crossline", 1, "crossline">,
     I32EnumAttrCase<"Sample", 2, "sample">]>;
def Seis_AxisAttr : Seis_EnumAttr<Seis_Axis, "axis">;

def Seis_Border : Seis_Enum<"Border", "value of a sample outside the survey",
    [I32EnumAttrCase<"Reflect", 0, "reflect">, I32EnumAttrCase<"Zero", 1, "zero">,
     I32EnumAttrCase<"Nearest", 2, "nearest">, I32EnumAttrCase<"Mirror", 3, "mirror">,
     I32EnumAttrCase<"Wrap", 4, "wrap">]> {
  let description = [{
    For an axis of N samples and an index r outside 0..N-1 (`attributes.md` section 0):
    `reflect` is half-sample symmetric (d c b a | a b c d | d c b a), `mirror` whole-sample
    symmetric (d c b | a b c d | c b a), `nearest` the end sample, `wrap` periodic, `zero` the
    constant 0. All are defined for every radius and N >= 1 (`mirror` with N = 1 is the sample).
  }];
}
def Seis_BorderAttr : Seis_EnumAttr<Seis_Border, "border">;

def Seis_Direction : Seis_Enum<"Direction", "direction of a scan",
    [I32EnumAttrCase<"Forward", 0, "forward">, I32EnumAttrCase<"Backward", 1, "backward">]>;
def Seis_DirectionAttr : Seis_EnumAttr<Seis_Direction, "direction">;

def Seis_Init : Seis_Enum<"Init", "state of a recursion before the first sample",
    [I32EnumAttrCase<"Zero", 0, "zero">, I32EnumAttrCase<"Steady", 1, "steady">]>;
def Seis_InitAttr : Seis_EnumAttr<Seis_Init, "init">;

def Seis_Extension : Seis_Enum<"Extension", "what a recursion reads beyond the ends of a line",
    [I32EnumAttrCase<"Zero", 0, "zero">, I32EnumAttrCase<"Odd", 1, "odd">,
     I32EnumAttrCase<"Reflect", 2, "reflect">]> {
  let description = [{
    For a line of N samples: `zero` is 0; `odd` is `2 x[0] - x[-n]` before and
    `2 x[N-1] - x[2(N-1) - n]` behind, at most N-1 samples to each side; `reflect` is that of
    borders.
  }];
}
def Seis_ExtensionAttr : Seis_EnumAttr<Seis_Extension, "extension">;

def Seis_Fold : Seis_Enum<"Fold", "associative operation",
    [I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Max", 1, "max">,
     I32EnumAttrCase<"Min", 2, "min">]>;
def Seis_FoldAttr : Seis_EnumAttr<Seis_Fold, "fold">;

def Seis_Interpolation : Seis_Enum<"Interpolation", "what lies between samples",
    [I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Linear", 1, "linear">,
     I32EnumAttrCase<"Cubic", 2, "cubic">]>;
def Seis_InterpolationAttr : Seis_EnumAttr<Seis_Interpolation, "interpolation">;

def Seis_GlcmFeature : Seis_Enum<"GlcmFeature", "feature of a grey-level co-occurrence matrix",
    [I32EnumAttrCase<"Contrast", 0, "contrast">,
     I32EnumAttrCase<"Dissimilarity", 1, "dissimilarity">,
     I32EnumAttrCase<"Homogeneity", 2, "homogeneity">, I32EnumAttrCase<"Asm", 3, "asm">,
     I32EnumAttrCase<"Energy", 4, "energy">, I32EnumAttrCase<"Mean", 5, "mean">,
     I32EnumAttrCase<"Variance", 6, "variance">, I32EnumAttrCase<"Std", 7, "std">,
     I32EnumAttrCase<"Entropy", 8, "entropy">,
     I32EnumAttrCase<"Correlation", 9, "correlation">]>;

def Seis_Bound : Seis_Enum<"Bound", "side of a limit; min and max include it",
    [I32EnumAttrCase<"Min", 0, "min">, I32EnumAttrCase<"Max", 1, "max">,
     I32EnumAttrCase<"Above", 2, "above">, I32EnumAttrCase<"Below", 3, "below">]>;

def Seis_Placement : Seis_Enum<"Placement", "how long rows of a stage are kept",
    [I32EnumAttrCase<"Row", 0, "row">, I32EnumAttrCase<"Slide", 1, "slide">,
     I32EnumAttrCase<"Tile", 2, "tile">, I32EnumAttrCase<"Root", 3, "root">,
     I32EnumAttrCase<"Output", 4, "output">]>;
def Seis_Lanes : Seis_Enum<"Lanes", "what the lanes of a vector are",
    [I32EnumAttrCase<"Samples", 0, "samples">, I32EnumAttrCase<"Traces", 1, "traces">]>;
def Seis_FftAlgorithm : Seis_Enum<"FftAlgorithm", "how a Fourier transform is done",
    [I32EnumAttrCase<"Radix", 0, "radix">, I32EnumAttrCase<"Padded", 1, "padded">]>;
def Seis_Policy : Seis_Enum<"Policy", "how tiles are dealt out to threads",
    [I32EnumAttrCase<"Dynamic", 0, "dynamic">, I32EnumAttrCase<"Static", 1, "static">,
     I32EnumAttrCase<"Guided", 2, "guided">]>;
def Seis_Spread : Seis_Enum<"Spread", "axes whose tiles are dealt out to threads",
    [I32EnumAttrCase<"Both", 0, "both">, I32EnumAttrCase<"Inline", 1, "inline">,
     I32EnumAttrCase<"Crossline", 2, "crossline">, I32EnumAttrCase<"None", 3, "none">]>;
def Seis_Tail : Seis_Enum<"Tail", "what happens to the last, partial vector of a row",
    [I32EnumAttrCase<"Auto", 0, "auto">, I32EnumAttrCase<"Mask", 1, "mask">,
     I32EnumAttrCase<"Peel", 2, "peel">]>;
def Seis_Store : Seis_Enum<"Store", "how outputs are written",
    [I32EnumAttrCase<"Auto", 0, "auto">, I32EnumAttrCase<"Normal", 1, "normal">,
     I32EnumAttrCase<"Stream", 2, "stream">]>;

#endif // SEIS_ENUMS_TD
