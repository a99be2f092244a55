"""How much memory this process holds, and giving back what it no longer needs."""

from __future__ import annotations

import ctypes
import resource
import sys


def resident() -> int:
    """Resident memory of this process, MB (its peak where the system tells no more)."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)


def release() -> None:
    """Give freed memory back to the system. The C library keeps it otherwise: a frame's geometry comes in many small
    blocks, and after a few sites nearly a gigabyte of holes would stay resident."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
