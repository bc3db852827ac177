"""Rows of co-occurrence features: compiled volumes against scikit-image, per window.

scikit-image makes the matrix of one window a call, so it is timed on some windows of the same
volume and both times are divided by the windows that they made. The time of an object is that of
the extremes of the volume and of the features.
"""
import numpy as np

import reference_glcm
from timing import bind, interleaved, seis_object

WINDOWS = 200
CALLS = 20  # of an object in a round: one takes 1 ms, hardly more than its threads need to wake up
WANTED = {"contrast": 50000, "dissimilarity": 50000, "mean": 50000, "asm": 8000, "entropy": 3000}
PROPERTIES = {"contrast": "contrast", "dissimilarity": "dissimilarity", "asm": "ASM"}


def windows_of(x):
    """Some windows of grey levels, and where they are."""
    rng = np.random.default_rng(0)
    at = [tuple(int(rng.integers(n)) for n in x.shape) for _ in range(WINDOWS)]
    padded = np.pad(reference_glcm.levels(x).astype("u1"), [(0, 0), (3, 3), (3, 3)])
    return at, [np.ascontiguousarray(padded[i, j : j + 7, k : k + 7]) for i, j, k in at]


def feature_of(feature, window):
    """What a user of scikit-image writes for one window."""
    from skimage.feature import graycomatrix, graycoprops

    p = graycomatrix(window, [1], [np.pi / 2], 16, symmetric=True, normed=True)
    if feature in PROPERTIES:
        return graycoprops(p, PROPERTIES[feature])[0, 0]
    p = p[:, :, 0, 0]
    if feature == "mean":
        return np.sum(np.arange(16)[:, None] * p)
    used = p[p > 0]
    return -np.sum(used * np.log(used))


def timed(path, x, threads):
    """The call of an object with its passes, and its outputs."""
    return bind(seis_object.Object(path), {"x": x}, {}, threads)


def rows(bench, x):
    """Every feature of WANTED, then all ten in one object against the entropy alone."""
    try:
        import skimage  # noqa: F401
    except ImportError:
        print("texture rows skipped: scikit-image is missing")
        return
    size = "x".join(map(str, x.shape))
    at, windows = windows_of(x)
    for feature, wanted in WANTED.items():
        path = bench.compile(f"glcm-{feature}", f"glcm-{feature}")
        run, outputs = timed(path, x, 2)
        run()
        got = np.array([next(iter(outputs.values()))[k] for k in at])
        want = np.array([feature_of(feature, w) for w in windows])
        if not np.allclose(got, want, rtol=1e-4, atol=1e-5):
            raise SystemExit(f"glcm-{feature}: the results differ from scikit-image")
        candidates = {"skimage": lambda f=feature: [feature_of(f, w) for w in windows],
                      "seis": lambda call=run: [call() for _ in range(CALLS)]}  # fmt: skip
        times = interleaved(candidates, bench.rounds)
        per = {"skimage": [t / WINDOWS for t in times["skimage"]],
               "seis": [t / CALLS / x.size for t in times["seis"]]}  # fmt: skip
        bench.add(f"glcm-{feature} / scikit-image per window, {size}, 2 threads", wanted, per,
                  "skimage", "seis")  # fmt: skip
    names = [f"glcm-{f}" for f in reference_glcm.FEATURES]
    for threads in (1, 2):
        candidates = {
            "all": timed(bench.compile("glcm-all", *names), x, threads)[0],
            "entropy": timed(bench.compile("glcm-entropy", "glcm-entropy"), x, threads)[0],
        }
        times = interleaved(candidates, bench.rounds)
        bench.add(f"ten co-occurrence features in one object / glcm-entropy, {size}, "
                  f"{threads} thread{'s' * (threads > 1)}", 2.2, times, "all", "entropy",
                  better="less")  # fmt: skip
