# Tests of passes, diagnostics and tools; a file's first lines say how it runs.
import os

import lit.formats

config.name = "seis"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".seis", ".test"]
config.excludes = ["Inputs", "unit", "python"]
config.environment["PATH"] = os.pathsep.join(
    [config.seis_tools_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
config.substitutions.append(("%python", "/usr/bin/python3"))
config.substitutions.append(("%source", config.seis_source_dir))
