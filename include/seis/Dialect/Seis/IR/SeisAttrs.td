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
    run), `slide` (a ring along `axis`: of rows along crossline, of planes along inline), `tile`
    (all rows that a tile of `level` needs, before its readers run), `root` (the whole volume; a
    later group reads it), `output` (the caller's array). `rows` is how many crosslines the stage
    computes in one register block, `width` the lanes of its vectors, 0 those of the group or, where
    that has none, of a register.

    Of a whole-trace stage, `lanes` says what the lanes of a vector are: `samples` of one trace or
    `traces`; all other stages have samples there and name no `lanes`. `fft` is the algorithm of its
    Fourier transform, by the trace length where absent: `radix`, a transform of just the length
    that is needed, or `padded`, a longer one that costs less or exists at all. `plan` gives the
    radices of the passes of that transform, first pass first; empty: chosen for the length.

    The verifier holds: (C1) `axis` is given exactly under `slide` and is `inline` or `crossline`;
    (C2) `rows` is 1, 2, 4 or 8; (C4) `level` is given exactly under `tile` and is 0 or 1; (C5)
    `width` is 0 or a power of two up to 64; (C3) the radices of `plan` are 2, 3, 4, 5, 7, 8, 11 or
    13, and `fft` is given with them.

    Example: `#seis.schedule<at = slide, axis = crossline, rows = 4>`
  }];
  let parameters = (ins "::seis::Placement":$at,
                        OptionalParameter<"::std::optional<::seis::Axis>">:$axis,
                        OptionalParameter<"::std::optional<int64_t>">:$level,
                        DefaultValuedParameter<"int64_t", "1">:$rows,
                        DefaultValuedParameter<"int64_t", "0">:$width,
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
    are the extents of a tile, 0: chosen when called; `inner` are those of the tiles a tile is cut
    into (level 1), 0: not cut. Samples are never cut. `outer` is the axis of the outer loop, over
    tiles and in a tile.

    `spread` says which axes' tiles are dealt out to threads, `policy` how and `grain` how many at
    a time (0: as the policy has it). `width` (0: of a register) is how many samples a vector has in
    stages with samples in the lanes, `unroll` how many vectors a loop takes at once. `tail`: a row's
    last samples share the loop, all of it under a mask (`mask`), or have a copy of it under a mask
    (`peel`), or whichever is shorter (`auto`). `store`: outputs are kept in the caches (`normal`),
    go past them (`stream`), or do so where the call's arrays are larger than those (`auto`).

    The verifier holds: (C1) extents are not negative; (C2) inner extents are at most the outer
    ones; (C3) `outer` is not `sample`; (C4) `grain` is not negative, `unroll` is 1 to 8; (C5)
    `width` is 0 or a power of two up to 64.

    Example: `#seis.group<inlines = 32, crosslines = 24, inner = [0, 4], unroll = 2>`
  }];
  let parameters = (ins "int64_t":$inlines, "int64_t":$crosslines, Seis_Sizes:$inner,
                        DefaultValuedParameter<"::seis::Axis", "::seis::Axis::Inline">:$outer,
                        DefaultValuedParameter<"::seis::Spread", "::seis::Spread::Both">:$spread,
                        DefaultValuedParameter<"::seis::Policy", "::seis::Policy::Dynamic">:$policy,
                        DefaultValuedParameter<"int64_t", "0">:$grain,
                        DefaultValuedParameter<"int64_t", "0">:$width,
                        DefaultValuedParameter<"int64_t", "1">:$unroll,
                        DefaultValuedParameter<"::seis::Tail", "::seis::Tail::Auto">:$tail,
                        DefaultValuedParameter<"::seis::Store", "::seis::Store::Auto">:$store);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Seis_RequirementAttr : Seis_Attr<"Requirement", "requirement"> {
  let summary = "What the parameters of a call have to fulfil";
  let description = [{
    A bound that is known only when the program is called: `value` lies on the right side of
    `limit`, both of them expressions of the entry's parameters in postfix order. A number is a
    number, `%name` a parameter, and `+`, `-`, `*`, `/`, `min`, `max`, `neg` take what stands before
    them. Bounds that are numbers are attributes of the argument (`seis.min` and so on). `name` says
    in messages what is bounded. An entry has a list of them, `seis.require`.

    The verifier holds: (C1) both expressions leave one number.

    Example: `#seis.requirement<name = "`f2` of `trapezoid`", bound = above, value = ["%f2"], limit = [1.000000e+01]>`
  }];
  let parameters = (ins "::mlir::StringAttr":$name, "::seis::Bound":$bound,
                        "::mlir::ArrayAttr":$value, "::mlir::ArrayAttr":$limit);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // SEIS_ATTRS_TD
