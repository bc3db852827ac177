"""Co-occurrence features in NumPy and scikit-image: the pinned yardstick of glcm-*.

Levels and offsets are those of attributes.md section 1.2, in the precision of
the input. The matrix of a window is scikit-image's where its window is a plane
and it has one offset, else a table that np.add.at fills; the features are sums
over it in f64.
"""
import numpy as np

FEATURES = ["contrast", "dissimilarity", "homogeneity", "asm", "energy", "mean", "variance",
            "std", "entropy", "correlation"]  # fmt: skip
PAD = {"zero": "constant", "reflect": "symmetric", "nearest": "edge", "mirror": "reflect",
       "wrap": "wrap"}  # fmt: skip


def levels(x, count=16, lo=None, hi=None):
    """Grey levels in the type of x; NaN stays NaN."""
    lo = x.min() if lo is None else x.dtype.type(lo)
    hi = x.max() if hi is None else x.dtype.type(hi)
    if not hi > lo:
        return np.where(np.isnan(x), x, 0)
    with np.errstate(all="ignore"):
        q = np.trunc((x - lo) / (hi - lo) * x.dtype.type(count - 1))
    return np.clip(q, 0, count - 1)


def offset_of(direction, distance, plane="inline"):
    """Offset on the three axes of a direction in degrees within a plane."""
    r = int(np.rint(distance * np.sin(np.radians(direction))))
    c = int(np.rint(distance * np.cos(np.radians(direction))))
    return {"inline": (0, r, c), "crossline": (r, 0, c), "sample": (r, c, 0)}[plane]


def matrix(box, offsets, count):
    """Symmetric, normalised matrix of one window of levels."""
    p = np.zeros((count, count))
    for offset in offsets:
        first = tuple(slice(max(0, -o), n - max(0, o)) for o, n in zip(offset, box.shape))
        second = tuple(slice(max(0, o), n - max(0, -o)) for o, n in zip(offset, box.shape))
        a, b = box[first].ravel(), box[second].ravel()
        np.add.at(p, (a, b), 1)
        np.add.at(p, (b, a), 1)
    return p / p.sum()


def features_of(p):
    """All features of a matrix."""
    n = len(p)
    a, b = np.arange(n)[:, None], np.arange(n)[None, :]
    mu = (a * p).sum()
    variance = (p * (a - mu) ** 2).sum()
    covariance = (p * (a - mu) * (b - mu)).sum()
    asm = (p * p).sum()
    used = p[p > 0]
    return [(p * (a - b) ** 2).sum(), (p * abs(a - b)).sum(), (p / (1 + (a - b) ** 2)).sum(), asm,
            np.sqrt(asm), mu, variance, np.sqrt(variance), -(used * np.log(used)).sum(),
            1.0 if np.sqrt(variance) < 1e-15 else covariance / variance]  # fmt: skip


def in_pairs(window, offsets):
    """Which samples of a window are in a counted pair."""
    used = np.zeros(window, bool)
    for offset in offsets:
        for sign in (1, -1):
            used[tuple(slice(max(0, -sign * o), n - max(0, sign * o))
                       for o, n in zip(offset, window))] = True  # fmt: skip
    return used


def glcm(q, count=16, window=(1, 7, 7), offsets=((0, 1, 0),), mode="zero", matrix=matrix):
    """Every feature of every window of a volume of levels, in f64; NaN where a counted pair has
    one."""
    pads = [(n // 2, n // 2) for n in window]
    padded = np.pad(q, pads, mode=PAD[mode])
    used = in_pairs(window, offsets)
    out = np.empty((len(FEATURES), *q.shape))
    for at in np.ndindex(*q.shape):
        box = padded[tuple(slice(a, a + n) for a, n in zip(at, window))]
        bad = np.isnan(box[used]).any()
        box = np.nan_to_num(box).astype(int)
        out[(slice(None), *at)] = np.nan if bad else features_of(matrix(box, offsets, count))
    return dict(zip(FEATURES, out))


def skimage_matrix(box, offsets, count):
    """The same by scikit-image, for a plane across inlines and one of its directions."""
    from skimage.feature import graycomatrix

    (_, r, c), = offsets  # fmt: skip
    angle, distance = np.arctan2(r, c), max(abs(r), abs(c)) / max(
        abs(np.sin(np.arctan2(r, c))), abs(np.cos(np.arctan2(r, c)))
    )
    made = graycomatrix(box[0].astype("u1"), [distance], [angle], count, True, True)
    return made[:, :, 0, 0]
