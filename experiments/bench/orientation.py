"""What recursions, structure tensors and eigenvalue coherence are compared with: NumPy and SciPy,
written as one would."""
import numpy as np
import reference_orientation as ref
from scipy import ndimage, signal

AXES = ("inline", "crossline", "sample")


def deriche(axis):
    """Order 0, sigma 3, along an axis: lfilter forward and, over the line turned round, back."""
    n, m, d = ref.deriche_coefficients(3.0, 0)

    def run(x):
        back = np.flip(signal.lfilter(m, d, np.flip(x, axis), axis=axis), axis)
        return signal.lfilter(n, d, x, axis=axis) + back

    return run


def _smooth(v, sigma, order=(0, 0, 0)):
    for axis in (2, 1, 0):
        n, m, d = ref.deriche_coefficients(sigma, order[axis])
        back = np.flip(signal.lfilter(m, d, np.flip(v, axis), axis=axis), axis)
        v = signal.lfilter(n, d, v, axis=axis) + back
    return v


def gst_dip(x):
    """Dip of the structure tensor, gradients of sigma 1, smoothing of sigma 3."""
    g = [_smooth(x, 1.0, [int(a == b) for b in range(3)]) for a in range(3)]
    t = np.empty((*x.shape, 3, 3))
    for a in range(3):
        for b in range(a, 3):
            t[..., a, b] = t[..., b, a] = _smooth(g[a] * g[b], 3.0)
    v = np.linalg.eigh(t)[1][..., 2]
    return np.degrees(np.arctan2(np.hypot(v[..., 0], v[..., 1]), np.abs(v[..., 2])))


def gst_kroon_dip(x):
    """The same of short derivatives and box means."""
    g = [ref.dx(x, a) for a in range(3)]
    t = np.empty((*x.shape, 3, 3), x.dtype)
    for a in range(3):
        for b in range(a, 3):
            t[..., a, b] = t[..., b, a] = ndimage.uniform_filter(g[a] * g[b], 3, mode="reflect")
    v = np.linalg.eigh(t)[1][..., 2]
    return np.degrees(np.arctan2(np.hypot(v[..., 0], v[..., 1]), np.abs(v[..., 2])))


def eig_complex(x):
    """Coherence of analytic traces in windows of 3 x 3 x 9."""
    h = signal.hilbert(x)
    return ref.coheig([h.real.astype(x.dtype), h.imag.astype(x.dtype)])


def bandpass(x):
    sos = signal.butter(6, (10, 40), "band", fs=250, output="sos")
    return signal.sosfiltfilt(sos, x, axis=2)


def rows(bench, quick):
    """Groups of the table, by name."""
    large = (9, 16, 1024) if quick else (128, 128, 1024)
    middle = (8, 8, 128) if quick else (64, 64, 512)
    small = (6, 7, 64) if quick else (24, 24, 256)

    def recursion(axis, wanted):
        name = AXES[axis]
        return lambda: bench.against(f"Deriche along {name} / lfilter forward and back",
                                     [f"deriche(axis={name})"], large, deriche(axis), wanted,
                                     (2,), name=f"deriche-{name}")  # fmt: skip

    return {
        "deriche sample": recursion(2, 15),
        "deriche crossline": recursion(1, 35),
        "deriche inline": recursion(0, 25),
        "bandpass / sosfiltfilt": lambda: bench.against(
            "bandpass / sosfiltfilt", ["bandpass(f_low=10, f_high=40)", "--dt-ms=4"], middle,
            bandpass, 1, (2,), name="bandpass"),
        "gst dip": lambda: bench.against(
            "dip (sigma 3) / NumPy and SciPy", ["dip"], middle, gst_dip, 25, (2,)),
        "gst-3d-dip": lambda: bench.against(
            "gst-3d-dip / NumPy and SciPy", ["gst-3d-dip"], middle, gst_kroon_dip, 25, (2,)),
        "eig-complex": lambda: bench.against(
            "eig-complex (3,3,9) / NumPy", ["eig-complex"], small, eig_complex, 30, (2,)),
    }  # fmt: skip
