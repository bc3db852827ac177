//===- Passes.td - From a graph to scheduled stages --------*- tablegen -*-===//
#ifndef SEIS_SCHEDULE_PASSES_TD
#define SEIS_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def SplitPassesPass : Pass<"seis-split-passes", "mlir::ModuleOp"> {
  let summary = "Give whole-volume reductions functions of their own";
  let description = [{
    Every function marked `seis.entry` keeps what runs block by block. Its whole-volume reductions
    become functions `NAME_pass0`, `NAME_pass1`, ... in the order they must run, marked
    `seis.pass = K`, each with the inputs of the entry. Their results are the volumes to reduce;
    `seis.reduce = ["min", "sum", ...]` says how, one table element per result. Where a reduction
    was used, the functions take a scalar argument marked `seis.table = array<i64: K, element>`.
  }];
}

def FormStagesPass : Pass<"seis-form-stages", "mlir::func::FuncOp"> {
  let summary = "Cut a graph into stages";
  let description = [{
    A value is kept in memory if a stencil or a whole-trace operation reads it, if it is a result
    of the function, or if several stages need it and it is not cheap to compute again; everything
    else is computed where it is used. Each kept value becomes one `seis.stage`. An input whose
    neighbours along samples are read gets a stage of its own that copies its rows into scratch,
    where they have borders; so does one marked `seis.storage` (an array of names as in the
    manifest), which may be stored in several ways and is converted there. A periodic lateral border
    or a lateral scan begins a new group.
  }];
  let dependentDialects = ["seis::SeisDialect"];
}

def AssignSchedulePass : Pass<"seis-schedule", "mlir::func::FuncOp"> {
  let summary = "Give every stage and group a schedule";
  let description = [{
    The default heuristic, overridden by what `json` names (the `schedule` object of a profile);
    an illegal override is an error that says which rule it breaks.
  }];
  let options = [Option<"json", "json", "std::string", /*default=*/"\"\"",
                        "Schedule object as JSON text; empty for the default">,
                 Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"512",
                        "Bits of a vector register: which widths there are">,
                 ListOption<"samples", "samples", "int64_t", "Known trace lengths">];
  let dependentDialects = ["seis::SeisDialect"];
}

def PrintSchedulePass : Pass<"seis-print-schedule", "mlir::func::FuncOp"> {
  let summary = "Print the schedule of the entry as JSON";
  let description = [{
    Writes the whole schedule object to standard output, as `seis-schedule` and
    `seis-compile --schedule` read it; what is read back gives the same attributes.
  }];
}

#endif // SEIS_SCHEDULE_PASSES_TD
