"""Writes the small volumes of the tests into a folder: python3 volumes.py FOLDER"""
import sys
from pathlib import Path

import numpy as np

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
x = np.arange(24, dtype="f4").reshape(2, 3, 4)
np.save(out / "x.npy", x)
np.save(out / "trace.npy", x[0, 0].astype("f8"))
np.save(out / "tall.npy", np.zeros((3, 3, 4), "f4"))
np.save(out / "z.npy", (x + 2j * x).astype("c8"))
np.save(out / "bool.npy", x > 3)
dead = x + 1
dead[1, 2] = 0
np.save(out / "dead.npy", dead)
nan = x.copy()
nan[1, 0, 2] = np.nan
np.save(out / "nan.npy", nan)
third = np.full((1, 1, 2), 1 / 3)
np.save(out / "third.npy", third)
