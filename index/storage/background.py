"""How are segments merged while a run goes on? In a thread beside it, as soon as enough neighbours wait, so that the
merge at the end of a long run has few segments to read, however long the run is. The run waits for it only when its
own next segment is due: inverting that and merging at the same time would be the most memory that is ever held.

The thread merges its segments as they were when it began; what is deleted in them meanwhile is deleted in the new one
when it takes their place.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from index import compiling

from .held import KERNELS, HeldSegment, merged

WAITING: Final = 8  # neighbours of about one size; a merge holds their dictionaries in memory
ALONE: Final = 24  # the same where there is one core, which a merge takes from the run


class BackgroundMerges:
    """Those of one run; methods are called by its own thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._merge: _Merge | None = None
        self._left: list[HeldSegment] = []

    def look(self, held: list[HeldSegment]) -> None:
        """Put what is ready in its place in `held`, and begin the next merge where one is due."""
        if self._merge is not None and self._merge.running:
            return
        self.settle(held)
        run = _due([None if one.published else one.size.live for one in held], _waiting())
        if run is not None and _ready():
            self._merge = _Merge(self._folder, held[run.start : run.stop])

    def wait(self) -> None:
        """Until nothing is being merged."""
        if self._merge is not None:
            self._merge.wait()

    def settle(self, held: list[HeldSegment]) -> None:
        """Wait for what was begun, and put it in its place. Raises what broke it off."""
        if self._merge is None:
            return
        merge, self._merge = self._merge, None
        found = merge.result()
        start = held.index(merge.segments[0])
        held[start : start + len(merge.segments)] = found
        self._left += merge.segments

    def stop(self) -> None:
        """Break off."""
        if self._merge is not None:
            self._left += self._merge.stop()
            self._merge = None

    def left(self) -> list[HeldSegment]:
        """Segments that nobody needs any more, since this was asked last."""
        left, self._left = self._left, []
        return left


def _ready() -> bool:
    """Whether kernels are compiled: without them a merge would hold the interpreter."""
    return compiling.load(KERNELS) is not None


def _waiting() -> int:
    """How many neighbours wait for each other."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return WAITING if cores > 1 else ALONE


def _due(lives: Sequence[int | None], waiting: int) -> range | None:
    """The last so many neighbours of which none has half of the documents; None stands for a live segment."""
    for stop in range(len(lives), waiting - 1, -1):
        sizes = [live for live in lives[stop - waiting : stop] if live is not None]
        if len(sizes) == waiting and 2 * max(sizes) <= sum(sizes):
            return range(stop - waiting, stop)
    return None


class _Merge:
    """One merge in a thread."""

    def __init__(self, folder: Path, segments: Sequence[HeldSegment]) -> None:
        self.segments = list(segments)
        self._folder = folder
        self._as_they_were = [held.with_deletions for held in segments]
        self._halt = threading.Event()
        self._made: list[HeldSegment] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="merge", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._made = merged(self._folder, self.segments, self._as_they_were, self._halt)
        except BaseException as error:  # it is raised again in the run's own thread
            self._error = error

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join()

    def result(self) -> list[HeldSegment]:
        """The new segment, if anything lives; with the deletions that came since."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        base = 0
        gone: list[int] = []
        for held, before in zip(self.segments, self._as_they_were, strict=True):
            kept = np.ones(before.docs("article"), np.bool_) if before.deleted is None else ~before.deleted
            numbers = base - 1 + np.cumsum(kept)
            gone += numbers[held.deleted_since(before)].tolist()
            base += int(np.count_nonzero(kept))
        for one in self._made:
            one.delete(gone)
        return self._made

    def stop(self) -> list[HeldSegment]:
        """What it made, if anything."""
        self._halt.set()
        self._thread.join()
        return self._made
