"""A minimal caller of compiled objects through their C interface, for tests.

    obj = Object("out/ct.so")
    out = obj.run({"x": x}, {"dt_ms": 4.0}, threads=2)                  # the whole survey
    part = obj.run({"x": x}, {"dt_ms": 4.0}, lo=(3, 0, 0), extent=(2, 10, 101))

A wanted box is grown by the halo of the manifest and clipped to the survey, as the runtime does;
`margin` grows the block further. Whole-volume reductions run over the grid of 32 x 32 traces and
are merged in grid order. `run` returns {output: array}.
"""
import ctypes as C
import json
from pathlib import Path

import numpy as np

GRID = 32
DTYPES = {
    "i8": 0x0008, "i16": 0x0010, "i32": 0x0020, "i64": 0x0040, "u8": 0x0108, "u16": 0x0110,
    "f32": 0x0220, "f64": 0x0240, "c64": 0x0540, "c128": 0x0580,
}  # fmt: skip
NUMPY = {
    "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2",
    "f32": "f4", "f64": "f8", "c64": "c8", "c128": "c16",
}  # fmt: skip
CODES = {code: name for name, code in DTYPES.items()}
AXES = ("inline", "crossline", "sample")
STATUS = (
    "ok argument dtype shape empty halo param nan limit memory cpu device"
).split()  # SEIS_OK, SEIS_ERR_ARGUMENT, ...

Int3 = C.c_int64 * 3


class Array(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("dtype", C.c_uint32), ("storage", C.c_uint32),
        ("rank", C.c_uint32), ("data", C.c_void_p), ("shape", C.POINTER(C.c_int64)),
        ("stride", C.POINTER(C.c_int64)), ("scale", C.c_double), ("offset", C.c_double),
        ("reserved", C.c_uint64 * 2),
    ]  # fmt: skip


class Box(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("reserved", C.c_uint32), ("block", Int3), ("lo", Int3),
        ("extent", Int3), ("origin", Int3), ("volume", Int3),
    ]  # fmt: skip


class Call(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("threads", C.c_int32), ("alloc", C.c_void_p),
        ("release", C.c_void_p), ("user", C.c_void_p), ("stream", C.c_void_p),
        ("message", C.c_char_p), ("message_size", C.c_size_t),
    ]  # fmt: skip


Arrays = C.POINTER(C.POINTER(Array))
Params = C.POINTER(C.c_double)


class Pass(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("table_dtype", C.c_uint32), ("table_rank", C.c_uint32),
        ("reserved", C.c_uint32), ("table_shape", C.POINTER(C.c_int64)), ("name", C.c_char_p),
        ("partial_bytes", C.CFUNCTYPE(C.c_uint64, Params)),
        ("scratch_bytes", C.CFUNCTYPE(C.c_uint64, C.POINTER(Box), C.c_int32)),
        ("init", C.CFUNCTYPE(None, Params, C.c_void_p)),
        ("reduce", C.CFUNCTYPE(C.c_int32, Arrays, Params, Arrays, C.POINTER(Box),
                               C.POINTER(C.c_uint8), C.c_void_p, C.POINTER(Call))),
        ("merge", C.CFUNCTYPE(C.c_int32, C.c_void_p, C.c_void_p)),
        ("finish", C.CFUNCTYPE(C.c_int32, C.c_void_p, C.POINTER(Array))),
    ]  # fmt: skip


class Entry(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("n_in", C.c_uint32), ("n_out", C.c_uint32),
        ("n_param", C.c_uint32), ("n_pass", C.c_uint32), ("reserved", C.c_uint32),
        ("name", C.c_char_p), ("passes", C.POINTER(C.POINTER(Pass))),
        ("scratch_bytes", C.CFUNCTYPE(C.c_uint64, C.POINTER(Box), C.c_int32)),
        ("run", C.CFUNCTYPE(C.c_int32, Arrays, Arrays, Params, Arrays, C.POINTER(Box),
                            C.POINTER(Call))),
    ]  # fmt: skip


class Module(C.Structure):
    _fields_ = [
        ("struct_size", C.c_uint32), ("abi_version", C.c_uint32), ("kind", C.c_uint32),
        ("n_entries", C.c_uint32), ("entries", C.POINTER(C.POINTER(Entry))),
        ("manifest_json", C.c_char_p), ("bundle", C.c_void_p), ("bundle_size", C.c_uint64),
        ("status_text", C.c_char_p), ("status", C.c_int32), ("reserved", C.c_uint32),
    ]  # fmt: skip


class SeisError(Exception):
    """A status other than ok; `status` is its name, "nan", "halo", ..."""

    def __init__(self, code, message):
        self.status = STATUS[code] if 0 <= code < len(STATUS) else str(code)
        super().__init__(f"{self.status}: {message}")


STORAGE = {"native": 0, "swapped": 1, "ibm": 2}


class Stored:
    """An input as it lies in memory: a NumPy array of that type and byte order (IBM words as any
    four-byte type), how the object is to take it, scale and offset of integers."""

    def __init__(self, array, dtype, storage="native", scale=1.0, offset=0.0):
        self.array, self.dtype, self.storage = array, dtype, storage
        self.scale, self.offset = scale, offset
        self.shape = array.shape

    def like(self, array):
        return Stored(array, self.dtype, self.storage, self.scale, self.offset)


def describe(a):
    """A seis_array of a NumPy array, and what must live as long as it."""
    if isinstance(a, Stored):
        array, keep = describe(a.array.view(NUMPY[a.dtype]))
        array.storage, array.scale, array.offset = STORAGE[a.storage], a.scale, a.offset
        return array, keep
    name = {np.dtype(v): k for k, v in NUMPY.items()}[a.dtype]
    shape = (C.c_int64 * max(1, a.ndim))(*a.shape)
    stride = (C.c_int64 * max(1, a.ndim))(*(s // a.itemsize for s in a.strides))
    array = Array(C.sizeof(Array), DTYPES[name], 0, a.ndim, a.ctypes.data, shape, stride, 1.0, 0.0)
    return array, (a, shape, stride)


def pointers(arrays):
    """A list of pointers to seis_arrays, NULL for none, and what must live as long as it."""
    made = [describe(a) for a in arrays]
    if not made:
        return None, made
    return (C.POINTER(Array) * len(made))(*(C.pointer(a) for a, _ in made)), made


class Object:
    """A loaded object; the methods act on its only entry unless `entry` names another.

    `place` copies every buffer of a call to memory of its choice; `scratch` is a pair of callbacks
    that allocate and release the scratch of a call.
    """

    def __init__(self, path, place=None, scratch=(None, None)):
        path = Path(path).resolve()
        self.place = place
        self.scratch = [callback and C.cast(callback, C.c_void_p) for callback in scratch]
        self.library = C.CDLL(str(path))
        query = self.library.seis_module_query
        query.restype, query.argtypes = C.POINTER(Module), [C.c_uint32]
        assert not query(0), "an object must refuse an older caller"
        self.module = query(1).contents
        self.manifest = json.loads(self.module.manifest_json)
        if self.module.status:
            raise SeisError(self.module.status, self.module.status_text.decode())

    def entry(self, name=None):
        """(seis_entry, its part of the manifest)"""
        for k in range(self.module.n_entries):
            entry = self.module.entries[k].contents
            if name is None or entry.name.decode() == name:
                return entry, self.manifest["entries"][k]
        raise KeyError(name)

    def parameters(self, about, given):
        """Values in the order of the manifest, defaults filled in."""
        unknown = set(given) - {p["name"] for p in about["params"]}
        assert not unknown, f"no parameters {unknown}"
        values = []
        for p in about["params"]:
            assert p["name"] in given or "default" in p, f"parameter {p['name']} is required"
            values.append(given.get(p["name"], p.get("default")))
        return (C.c_double * max(1, len(values)))(*values)

    @staticmethod
    def halo(inputs):
        """Largest halo of the inputs: per axis (lo, hi), or None for a whole axis."""
        out = [(0, 0)] * 3
        for about in inputs:
            for a, axis in enumerate(AXES):
                reach = about.get("halo", {}).get(axis, [0, 0])
                if reach == "whole":
                    out[a] = None
                elif out[a] is not None:
                    out[a] = tuple(max(p, q) for p, q in zip(out[a], reach))
        return out

    @staticmethod
    def block(halo, shape, lo, extent, margin=(0, 0, 0)):
        """Begin and end of the block for a wanted box."""
        begin, end = [], []
        for a in range(3):
            before, after = halo[a] if halo[a] is not None else (shape[a], shape[a])
            begin.append(max(0, lo[a] - before - margin[a]))
            end.append(min(shape[a], lo[a] + extent[a] + after + margin[a]))
        return begin, end

    def _cut(self, about, inputs, begin, end, copy):
        """The inputs of a call: volumes cut to the block, line tables to its lines."""
        arrays = []
        for one in about["inputs"]:
            whole = inputs[one["name"]]
            axes = [AXES.index(a) for a in one["axes"]]
            where = tuple(slice(begin[a], end[a]) for a in axes)
            if isinstance(whole, Stored):
                part = whole.array[where]
                if copy:
                    part = np.ascontiguousarray(part) if self.place is None else self.place(part)
                arrays.append(whole.like(part))
                continue
            part = np.asarray(whole)[where]
            assert part.dtype == np.dtype(NUMPY[one["dtype"]]), one
            if copy:
                part = np.ascontiguousarray(part) if self.place is None else self.place(part)
            arrays.append(part)
        return arrays

    def _shape(self, about, inputs):
        for one in about["inputs"]:
            if list(one["axes"]) == list(AXES):
                return np.shape(inputs[one["name"]])
        raise ValueError("no input volume")

    def run(self, inputs, params=None, *, threads=1, lo=(0, 0, 0), extent=None, margin=(0, 0, 0),
            live=None, tables=None, entry=None, copy=True, reverse=False):  # fmt: skip
        """Runs an entry on a box of the survey.

        inputs: whole survey by name. live: mask of traces for the reductions. tables: of
        `reductions`, else they are computed. copy=False passes strided views of the survey,
        reverse=True writes the outputs through negative strides.
        """
        entry, about = self.entry(entry)
        shape = self._shape(about, inputs)
        extent = tuple(n - a for n, a in zip(shape, lo)) if extent is None else extent
        values = self.parameters(about, params or {})
        if tables is None:
            tables = self.reductions(inputs, params, live=live, threads=threads)
        begin, end = self.block(self.halo(about["inputs"]), shape, lo, extent, margin)
        box = Box(C.sizeof(Box), 0, Int3(*(e - b for b, e in zip(begin, end))),
                  Int3(*(a - b for a, b in zip(lo, begin))), Int3(*extent), Int3(*begin),
                  Int3(*shape))  # fmt: skip
        outputs = {}
        for one in about["outputs"]:
            dims = [extent[AXES.index(a)] if a in AXES else int(a) for a in one["axes"]]
            made = np.full(dims, 77, dtype=NUMPY[one["dtype"]])
            outputs[one["name"]] = made if self.place is None else self.place(made)
        views = [v[::-1] if reverse and v.ndim else v for v in outputs.values()]
        ins, keep_in = pointers(self._cut(about, inputs, begin, end, copy))
        outs, keep_out = pointers(views)
        tabs, keep_tables = pointers(tables)
        text = C.create_string_buffer(512)
        call = Call(C.sizeof(Call), threads, *self.scratch, None, None,
                    C.cast(text, C.c_char_p), len(text))  # fmt: skip
        status = entry.run(ins, outs, values, tabs, C.byref(box), C.byref(call))
        if status:
            raise SeisError(status, text.value.decode())
        del keep_in, keep_out, keep_tables
        return {k: v[::-1] if reverse and v.ndim else v for k, v in outputs.items()}

    # Reductions ---------------------------------------------------------------

    def reductions(self, inputs, params=None, *, live=None, threads=1, bands=None, entry=None):
        """Tables of all passes of an entry. `bands`: how many rows of cells each call gets."""
        entry, about = self.entry(entry)
        values = self.parameters(about, params or {})
        tables = []
        for k in range(entry.n_pass):
            one = entry.passes[k].contents
            reads = about["passes"][k]
            tables.append(self._reduce(one, reads, about, inputs, values, tables, live, threads,
                                       bands))  # fmt: skip
        return tables

    def _reduce(self, one, reads, about, inputs, values, tables, live, threads, bands):
        shape = self._shape(about, inputs)
        size = one.partial_bytes(values)
        assert size % 64 == 0 and size > 0
        acc = aligned(size)
        one.init(values, acc.ctypes.data)
        halo = self.halo([{"halo": reads.get("halo", {})}])
        bands = list(bands or [1])
        first = 0
        while first * GRID < shape[0]:
            rows = bands.pop(0) if len(bands) > 1 else bands[0]
            lo = (first * GRID, 0, 0)
            extent = (min(rows * GRID, shape[0] - lo[0]), shape[1], shape[2])
            self._reduce_box(one, about, inputs, values, tables, live, threads, halo, lo, extent,
                             acc, size)  # fmt: skip
            first += rows
        code = one.table_dtype
        dims = [one.table_shape[d] for d in range(one.table_rank)]
        table = np.zeros(dims, dtype=NUMPY[CODES[code]])
        array, keep = describe(table)
        status = one.finish(acc.ctypes.data, C.byref(array))
        if status:
            raise SeisError(status, "finish")
        del keep
        return table

    def _reduce_box(self, one, about, inputs, values, tables, live, threads, halo, lo, extent,
                    acc, size):  # fmt: skip
        shape = self._shape(about, inputs)
        begin, end = self.block(halo, shape, lo, extent)
        cells = -(-extent[0] // GRID) * -(-extent[1] // GRID)
        partials = aligned(size * cells)
        for c in range(cells):
            one.init(values, partials.ctypes.data + c * size)
        box = Box(C.sizeof(Box), 0, Int3(*(e - b for b, e in zip(begin, end))),
                  Int3(*(a - b for a, b in zip(lo, begin))), Int3(*extent), Int3(*begin),
                  Int3(*shape))  # fmt: skip
        mask = None
        if live is not None:
            part = np.asarray(live, "u1")[lo[0] : lo[0] + extent[0], lo[1] : lo[1] + extent[1]]
            mask = np.ascontiguousarray(part)
        ins, keep_in = pointers(self._cut(about, inputs, begin, end, True))
        tabs, keep_tables = pointers(tables)
        text = C.create_string_buffer(512)
        call = Call(C.sizeof(Call), threads, *self.scratch, None, None,
                    C.cast(text, C.c_char_p), len(text))  # fmt: skip
        pointer = None if mask is None else mask.ctypes.data_as(C.POINTER(C.c_uint8))
        status = one.reduce(ins, values, tabs, C.byref(box), pointer, partials.ctypes.data,
                            C.byref(call))  # fmt: skip
        if status:
            raise SeisError(status, text.value.decode())
        del keep_in, keep_tables
        for c in range(cells):
            status = one.merge(acc.ctypes.data, partials.ctypes.data + c * size)
            if status:
                raise SeisError(status, "merge")


def aligned(size):
    """`size` bytes that begin at a multiple of 64."""
    raw = np.zeros(size + 64, "u1")
    start = -raw.ctypes.data % 64
    return raw[start : start + size]


def blockings(shape, seed, count=7, whole=(False, False, True)):
    """`count` random partitions of a survey into boxes (lo, extent): uneven, prime, 1-thick."""
    rng = np.random.default_rng([seed, *shape])
    for _ in range(count):
        cuts = []
        for n, keep in zip(shape, whole):
            edges = {0, n}
            if not keep and n > 1:
                edges |= set(int(e) for e in rng.integers(1, n, size=int(rng.integers(0, 4))))
                if rng.random() < 0.5:
                    edges.add(1)
            cuts.append(sorted(edges))
        yield [
            (lo, tuple(h - a for a, h in zip(lo, hi)))
            for lo, hi in (
                zip(*((axis[k], axis[k + 1]) for axis, k in zip(cuts, index)))
                for index in np.ndindex(*(len(c) - 1 for c in cuts))
            )
        ]
