"""Memory that ends or begins at a page which may not be touched.

`place(array)` copies an array there; `SCRATCH` are the callbacks of a call that put an object's
scratch there. Alternate pieces end at the page behind and begin at the page before, so that reading
or writing outside on either side ends the process. Untouched bytes are all ones: a NaN in any type.
"""
import ctypes as C
import itertools
import mmap

import numpy as np

PAGE = mmap.PAGESIZE
PROT_NONE = 0
_libc = C.CDLL(None, use_errno=True)
_libc.mprotect.argtypes = [C.c_void_p, C.c_size_t, C.c_int]
_turn = itertools.count()
_scratch = {}  # address -> region


class Region:
    """`size` bytes between two protected pages, aligned to `align`; `address` is their begin."""

    def __init__(self, size, align, at_end):
        body = max(1, -(-size // PAGE)) * PAGE
        self.memory = mmap.mmap(-1, body + 2 * PAGE)
        self.view = (C.c_char * (body + 2 * PAGE)).from_buffer(self.memory)
        base = C.addressof(self.view)
        C.memset(base + PAGE, 0xFF, body)
        for page in (base, base + PAGE + body):
            if _libc.mprotect(page, PAGE, PROT_NONE):
                raise OSError(C.get_errno(), "mprotect")
        self.address = base + PAGE + ((body - size) // align * align if at_end else 0)


def place(array):
    """A copy of an array, contiguous, in a region of its own that lives as long as the copy."""
    parts = 2 if array.dtype.kind == "c" else 1
    region = Region(array.nbytes, array.itemsize // parts, next(_turn) % 2 == 0)
    buffer = (C.c_char * max(1, array.nbytes)).from_address(region.address)
    buffer.region = region
    out = np.frombuffer(buffer, dtype=array.dtype, count=array.size).reshape(array.shape)
    out[...] = array
    return out


@C.CFUNCTYPE(C.c_void_p, C.c_void_p, C.c_size_t, C.c_size_t)
def _allocate(user, size, align):
    region = Region(size, max(1, align), next(_turn) % 2 == 0)
    _scratch[region.address] = region
    return region.address


@C.CFUNCTYPE(None, C.c_void_p, C.c_void_p)
def _release(user, address):
    _scratch.pop(address, None)


SCRATCH = (_allocate, _release)
