"""Where does a merge put what it makes, and how does it let go of what it has read? Large arrays lie in files without a
name; the pages of these, and of the segments that are read, are given back as the merge goes by them.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .format import Array, SegmentFile
from .pages import let_go

IN_MEMORY: Final = 1 << 23  # bytes: larger arrays go to the scratch folder, where there is one
AT_ONCE: Final = 1 << 24  # bytes that may go by before pages are given back
PIECE: Final = 1 << 23  # bytes that are copied at a time


class MergeHalted(Exception):  # noqa: N818 - nothing is wrong
    """A merge was broken off, since nobody wants what comes of it."""


class Room:
    """Gives arrays to fill, in memory or in files. `read`: files that go by; `halt`: see `merging.merge`."""

    def __init__(self, scratch: Path | None, read: Sequence[SegmentFile] = (), halt: Event | None = None) -> None:
        self.scratch = scratch
        self._halt = halt
        self._read = read
        self._made: list[mmap.mmap] = []
        self._passed = 0

    def empty(self, items: int, dtype: DTypeLike) -> Array:
        """An array of undefined content, or zeros."""
        size = items * np.dtype(dtype).itemsize
        if self.scratch is None or size <= IN_MEMORY:
            return np.empty(items, dtype)
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            # A file with holes would kill the process when the disk is full, and not raise.
            os.posix_fallocate(file.fileno(), 0, size) if hasattr(os, "posix_fallocate") else file.truncate(size)
            self._made.append(mmap.mmap(file.fileno(), size))
            return np.frombuffer(self._made[-1], dtype)

    def joined(self, pieces: Iterable[bytes | memoryview]) -> NDArray[np.uint8]:
        """Bytes behind each other, read-only."""
        if self.scratch is None:
            return np.frombuffer(b"".join(pieces), np.uint8)
        with tempfile.TemporaryFile(dir=self.scratch, buffering=1 << 20) as file:
            for piece in pieces:
                for start in range(0, len(piece), PIECE):
                    self.passed(file.write(piece[start : start + PIECE]))
            size = file.tell()
            file.flush()
            if not size:
                return np.zeros(0, np.uint8)
            return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)

    def passed(self, size: int) -> None:
        """So many bytes have gone by. Raises MergeHalted."""
        if self._halt is not None and self._halt.is_set():
            raise MergeHalted
        self._passed += size
        if self._passed >= AT_ONCE:
            self.let_go()

    def let_go(self) -> None:
        """Give all pages back."""
        self._passed = 0
        for file in self._read:
            file.let_go()
        for made in self._made:
            let_go(made)
