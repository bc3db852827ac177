"""Times of compiled objects and of what they are compared with, fairly.

Everything that is compared runs in one process and in turn: round r times each candidate once, so
that a slow second of the machine hits all of them. A ratio is made within its round; its median
and an order-statistic interval are reported. Nothing here is measured cold: a first round warms up
and is not counted.
"""
import ctypes
import math
import os
import platform
import sys
import time
from pathlib import Path

# Threads that wait spin for a millisecond, in LLVM's library and in GNU's, then sleep: they are
# awake for the next call of a candidate and slow down nothing that is timed after PAUSE. Read by the
# libraries when they are loaded, so it comes first.
os.environ.setdefault("KMP_BLOCKTIME", "1")
os.environ.setdefault("GOMP_SPINCOUNT", "50000")
PAUSE = 0.005

import numpy as np
import scipy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import seis_object


def bind(obj, inputs, params, threads):
    """A call of a compiled object on whole volumes with its passes over them, ready to be repeated:
    buffers are made once and touched. Returns (call, {output: array})."""
    entry, about = obj.entry()
    shape = next(iter(inputs.values())).shape
    values = obj.parameters(about, params)
    tables = obj.reductions(inputs, params, threads=threads)
    outputs = {}
    for one in about["outputs"]:
        dims = [shape[seis_object.AXES.index(a)] for a in one["axes"]]
        outputs[one["name"]] = np.full(dims, 1, dtype=seis_object.NUMPY[one["dtype"]])
    arrays = [np.ascontiguousarray(inputs[one["name"]]) for one in about["inputs"]]
    ins, keep_in = seis_object.pointers(arrays)
    outs, keep_out = seis_object.pointers(list(outputs.values()))
    tabs, keep_tables = seis_object.pointers(tables)
    int3 = seis_object.Int3
    box = seis_object.Box(ctypes.sizeof(seis_object.Box), 0, int3(*shape), int3(0, 0, 0),
                          int3(*shape), int3(0, 0, 0), int3(*shape))  # fmt: skip
    text = ctypes.create_string_buffer(512)
    call = seis_object.Call(ctypes.sizeof(seis_object.Call), threads, None, None, None, None,
                            ctypes.cast(text, ctypes.c_char_p), len(text))  # fmt: skip

    reduce = [_bound_pass(entry.passes[k].contents, ins, values, tabs, tables[k], box, call)
              for k in range(entry.n_pass)]  # fmt: skip

    def run(keep=(keep_in, keep_out, keep_tables)):
        for one in reduce:
            one()
        status = entry.run(ins, outs, values, tabs, ctypes.byref(box), ctypes.byref(call))
        if status:
            raise seis_object.SeisError(status, text.value.decode())

    return run, outputs


def _bound_pass(one, ins, values, tabs, table, box, call):
    """A pass over whole volumes that fills its table."""
    size = one.partial_bytes(values)
    grid = seis_object.GRID
    cells = -(-box.block[0] // grid) * -(-box.block[1] // grid)
    buffer = seis_object.aligned(size * (cells + 1))  # the last one gathers the others
    starts = [buffer.ctypes.data + k * size for k in range(cells + 1)]
    array, keep_array = seis_object.describe(table)

    def reduce(keep=(buffer, keep_array)):
        for start in starts:
            one.init(values, start)
        status = one.reduce(ins, values, tabs, ctypes.byref(box), None, starts[0],
                            ctypes.byref(call))  # fmt: skip
        for start in starts[:-1]:
            status = status or one.merge(starts[-1], start)
        status = status or one.finish(starts[-1], ctypes.byref(array))
        if status:
            raise seis_object.SeisError(status, call.message.decode())

    return reduce


def interleaved(candidates, rounds, warm_up=1):
    """{name: seconds per round} of the callables in {name: callable}, run in turn."""
    times = {name: [] for name in candidates}
    for r in range(warm_up + rounds):
        for name, run in candidates.items():
            time.sleep(PAUSE)
            start = time.perf_counter()
            run()
            seconds = time.perf_counter() - start
            if r >= warm_up:
                times[name].append(seconds)
    return times


def median(values):
    return float(np.median(values))


def interval(values, confidence=0.95):
    """Order-statistic interval of the median: (low, high, its confidence). The narrowest pair of
    order statistics that holds the median with the confidence wanted, else the whole range."""
    ordered, n = sorted(values), len(values)

    def covered(k):  # P(k-th smallest <= median <= k-th largest)
        return 1 - 2 * sum(math.comb(n, i) for i in range(k)) / 2**n

    k = max([1] + [k for k in range(1, (n + 1) // 2 + 1) if covered(k) >= confidence])
    return ordered[k - 1], ordered[n - k], covered(k)


def ratio(slow, fast):
    """Median and interval of slow/fast, taken round by round."""
    quotients = [a / b for a, b in zip(slow, fast)]
    low, high, confidence = interval(quotients)
    return {"median": median(quotients), "low": low, "high": high, "confidence": confidence}


def stream_copy(bytes_read, bytes_written):
    """A callable that moves that many bytes with NumPy's copy (one thread): the least a program
    that reads and writes as much can take."""
    n = max(1, (bytes_read + bytes_written) // 2 // 4)
    source, target = np.ones(n, "f4"), np.ones(n, "f4")
    return lambda: np.copyto(target, source)


def machine():
    """What the figures were measured on."""
    name = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    return {
        "processor": name,
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "system": platform.platform(terse=True),
    }
