"""Volumes for the comparisons: band-limited noise, and traces that are special."""
import os
from pathlib import Path

import numpy as np
from scipy import ndimage

SHAPES = [
    (1, 1, 1), (1, 1, 2), (1, 7, 33), (9, 10, 101), (17, 13, 128),
    (8, 8, 360), (5, 4, 1009), (3, 5, 1168), (2, 2, 2048),
]  # fmt: skip

DT_MS = 4.0


def ordinary(shape, seed=0, dtype="f4"):
    """Noise with the spectrum of a seismic trace, coherent between neighbours."""
    rng = np.random.default_rng([seed, *shape])
    x = rng.standard_normal(shape)
    x = ndimage.gaussian_filter1d(x, 1.2, axis=2) - ndimage.gaussian_filter1d(x, 3.0, axis=2)
    x = ndimage.gaussian_filter(x, (0.7, 0.7, 0))
    scale = np.sqrt(np.mean(x * x))
    return (1000 * x / (scale if scale > 0 else 1)).astype("f4").astype(dtype)


def positions(shape):
    """Corners of the grid of traces and some inside, without repetition."""
    ni, nx = shape[:2]
    wanted = [(0, 0), (ni - 1, nx - 1), (0, nx - 1), (ni - 1, 0), (ni // 2, nx // 2),
              (ni // 2, nx // 3), (ni // 3, nx // 2), (ni // 4, nx // 4)]  # fmt: skip
    return list(dict.fromkeys(wanted))


def special_trace(kind, trace, rng):
    """The trace with something in it that must be handled."""
    trace = trace.copy()
    at = int(rng.integers(len(trace)))
    if kind == "dead":
        trace[:] = 0
    elif kind == "constant":
        trace[:] = 250
    elif kind == "negative":
        trace[:] = -3
    elif kind == "nan":
        trace[at] = np.nan
    elif kind == "inf":
        trace[at] = np.inf
    elif kind == "minus_inf":
        trace[[0, -1]] = -np.inf
    return trace


KINDS = ["dead", "constant", "nan", "inf", "negative", "minus_inf"]


def cases(shape, seed=0, dtype="f4"):
    """Names and volumes of a shape: ordinary, all special traces together, and each kind alone
    at a corner and in the middle of what is otherwise ordinary."""
    x = ordinary(shape, seed, dtype)
    yield "ordinary", x
    rng = np.random.default_rng(seed + 1)
    spots = positions(shape)
    if len(spots) >= len(KINDS):
        mixed = x.copy()
        for (i, j), kind in zip(spots, KINDS):
            mixed[i, j] = special_trace(kind, x[i, j], rng)
        yield "mixed", mixed
    for kind in KINDS:
        y = x.copy()
        for i, j in dict.fromkeys([spots[0], spots[len(spots) // 2]]):
            y[i, j] = special_trace(kind, x[i, j], rng)
        yield kind, y


def as_complex(re, im):
    """re + i im, part by part: arithmetic would mix NaN and infinity between them."""
    z = np.empty(np.shape(re), dtype=np.result_type(re, np.complex64))
    z.real, z.imag = re, im
    return z


def real_crop():
    """The F3 crop of 100x100x100 samples, or None where it is not at hand."""
    places = [os.environ.get("SEIS_DATA"), Path(__file__).resolve().parents[3] / "shared" / "data"]
    for place in filter(None, places):
        path = Path(place) / "f3_crop_100x100x100_f32.npy"
        if path.is_file():
            return np.load(path)
    return None
