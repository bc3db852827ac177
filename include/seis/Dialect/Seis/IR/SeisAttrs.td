//===- SeisAttrs.td - Attributes of the seis dialect -------*- tablegen -*-===//
#ifndef SEIS_ATTRS_TD
#define SEIS_ATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "seis/Dialect/Seis/IR/SeisEnums.td"

class Seis_Attr<string name, string attrMnemonic> : AttrDef<Seis_Dialect, name> {
  let mnemonic = attrMnemonic;
}

/// A list of positive numbers, empty where absent: `[8, 4, 2]`.
def Seis_Sizes : OptionalArrayRefParameter<"int64_t"> {
  let parser = "::seis::parseSizes($_parser)";
  let printer = "::seis::printSizes($_printer, $_self)";
}

def Seis_ScheduleAttr : Seis_Attr<"Schedule", "schedule"> {
  let summary = "Where and how the result of a stage is kept";
  let description = [{
    `at` says how long rows of the stage live: `row` (until the consumers of the same row have
    run), `slide` (a ring along `axis`: of rows along crossline, of planes along inline), `root`
    (the whole volume; a later group reads it), `output` (the caller's array). `rows` is how many
    crosslines the stage computes in one register block.

    Of a whole-trace stage, `lanes` says what the lanes of a vector are: `samples` of one trace or
    `traces`; all other stages have samples there and name no `lanes`. `fft` is the algorithm of its
    Fourier transform, by the trace length where absent: `radix`, a transform of just the length
    that is needed, or `padded`, a longer one that costs less or exists at all. `plan` gives the
    radices of the passes of that transform, first pass first; empty: chosen for the length.

    The verifier holds: (C1) `axis` is given exactly under `slide` and is `inline` or `crossline`;
    (C2) `rows` is 1, 2, 4 or 8; (C3) the radices of `plan` are 2, 3, 4, 5, 7 or 8, and `fft` is
    given with them.

    Example: `#seis.schedule<at = slide, axis = crossline, rows = 4>`
  }];
  let parameters = (ins "::seis::Placement":$at,
                        OptionalParameter<"::std::optional<::seis::Axis>">:$axis,
                        DefaultValuedParameter<"int64_t", "1">:$rows,
                        OptionalParameter<"::std::optional<::seis::Lanes>">:$lanes,
                        OptionalParameter<"::std::optional<::seis::FftAlgorithm>">:$fft,
                        Seis_Sizes:$plan);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Seis_GroupAttr : Seis_Attr<"Group", "group"> {
  let summary = "Tiles of a group of stages";
  let description = [{
    A group of stages runs tile by tile; tiles are independent tasks. `inlines` and `crosslines`
    are the extents of a tile, 0 the whole axis; samples are never cut. `policy` says how tiles
    are dealt out to threads.

    The verifier holds: (C1) extents are not negative.
  }];
  let parameters = (ins "int64_t":$inlines, "int64_t":$crosslines,
                        DefaultValuedParameter<"::seis::Policy", "::seis::Policy::Dynamic">:$policy);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // SEIS_ATTRS_TD
