"""How does a process give memory back? Pages of a mapped file stay in the system's cache, and come again when they are
read; they no longer count as this process's. What was freed goes back when the allocator is told so.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
from typing import Any


def let_go(mapped: mmap.mmap) -> None:
    """Give back all pages of a file that is mapped and shared, or read-only; nothing of it is lost."""
    if hasattr(mmap, "MADV_DONTNEED"):
        with contextlib.suppress(OSError, ValueError):
            mapped.madvise(mmap.MADV_DONTNEED)


def let_go_of(array: Any) -> None:
    """The pages under an array, where it lies in a mapped file."""
    base = array.base
    while base is not None and not isinstance(base, memoryview):
        base = getattr(base, "base", None)
    if base is not None and isinstance(base.obj, mmap.mmap):
        let_go(base.obj)


def trim() -> None:
    """Give back what the allocator keeps for later, where it is glibc's: after a large run that can be half of all."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
