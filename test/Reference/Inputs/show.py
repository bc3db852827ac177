"""Prints arrays, a line each: python3 show.py FILE..."""
import sys

import numpy as np

for name in sys.argv[1:]:
    a = np.load(name)
    print(a.dtype.str, a.shape, " ".join(str(v) for v in a.ravel()))
