"""What a look needs for a moment goes back to the system when it is over, instead of being kept for the next one."""

import ctypes

_TRIM, _MAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h
_FROM_BYTES = 128 * 1024
"""glibc's own limit to begin with, which it raises by itself with every large piece that it frees, up to 32 MB."""


def give_back_early() -> bool:
    """Keeps glibc from holding on to large pieces that were freed. False where the C library is another one.

    For what works seldom: each large piece then costs page faults anew, and a reader of text holds 50 MB less.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, _FROM_BYTES) == 1 for name in (_TRIM, _MAP))
