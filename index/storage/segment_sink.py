"""Where does a process of several put articles in? Into segments of its own, made one in the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.model import Article, Quote
from index.writer import SyncState

from .adopting import joined
from .gathering import Gathering, NewSegment
from .rows import rows_of


class SegmentSink:
    """See `processes.Sink`: writes in `folder`, and holds `share` bytes at most."""

    def __init__(self, folder: Path, share: int, jobs: int) -> None:
        self._folder = folder
        self._made: list[NewSegment] = []
        self._gathering = Gathering(folder, share, compiles=False, jobs=jobs)

    def put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        """See the protocol."""
        full = self._gathering.add(rows_of(article, quotes, state), number)
        if full is not None:
            self._made.append(full)

    def hurry(self) -> None:
        """Use kernels from now on, where they are compiled."""
        self._gathering.hurry()

    def finish(self) -> Sequence[NewSegment]:
        """All that was put in, in one segment, if anything was."""
        last = self._gathering.flush(last=True)
        return joined(self._folder, [*self._made, last] if last else self._made)
