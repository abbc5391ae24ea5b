"""How do articles become segment files one after the other? They gather in a builder; when it holds its share of memory
it becomes a segment, and the next one begins.

With compiled kernels once the run is long enough to make up for loading them, and they are there.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import compiling

from . import folder as layout
from .builder import SegmentBuilder
from .manifest import SegmentEntry
from .pages import trim
from .rows import ArticleRows

LOOK_EVERY: Final = 64  # articles after which memory is looked at
KERNELS_FROM: Final = 512  # articles in which compiled kernels make up for what loading them costs
LONG_RUN: Final = 2_048  # articles from which on it is worth compiling them
KERNELS: Final = "index.storage.writing_kernels"
_PER_ID: Final = 150  # bytes


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A segment file that no state names yet. `order` (articles,): the number of each in the order of all that came;
    `dropped`: the articles that came again later, or were deleted.
    """

    entry: SegmentEntry
    order: NDArray[np.int64]
    dropped: list[int]


class Gathering:
    """Takes articles, writes segments in `folder`. `share` is what the builder may hold, in bytes: inverting it takes
    about as much again. `compiles`: whether to have the kernels compiled where they are not; `jobs`: how many gather at
    the same time, whose articles together make a long run; `before` is called when a builder is full: what holds much
    memory beside it had better end.
    """

    def __init__(
        self,
        folder: Path,
        share: int,
        *,
        compiles: bool,
        jobs: int = 1,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        self._share = share
        self._compiles = compiles
        self._before = before
        self._kernels_from = KERNELS_FROM // jobs
        self._added = 0
        self._begin(SegmentBuilder())

    def _begin(self, builder: SegmentBuilder) -> None:
        self._builder = builder
        self._here: dict[str, int] = {}  # id → article of the builder
        self._dropped: list[int] = []
        self._order = array("q")

    def add(self, rows: ArticleRows, order: int) -> NewSegment | None:
        """Take an article in, in place of the one with the same id. A segment where one was full."""
        article_id = rows.article.id
        earlier = self._here.get(article_id)
        if earlier is not None:
            self._dropped.append(earlier)
        self._here[article_id] = self._builder.add(rows)
        self._order.append(order)
        self._added += 1
        if self._added % LOOK_EVERY:
            return None
        if self._added >= self._kernels_from:
            self.hurry()
        held = self._builder.memory + _PER_ID * len(self._here)
        return self._full() if held >= self._share else None

    def _full(self) -> NewSegment | None:
        if self._before is not None:
            self._before()
        made = self.flush()
        trim()
        return made

    def hurry(self) -> None:
        """See that there are kernels, and use them as soon as they are there."""
        if self._builder.kernels is not None:
            return
        if self._compiles and self._added >= LONG_RUN:
            compiling.start()
        kernels = compiling.load(KERNELS)
        if kernels is not None:
            self._builder.use(kernels)

    def drop(self, article_id: str) -> bool:
        """Delete an article of the builder; whether it was there."""
        document = self._here.pop(article_id, None)
        if document is None:
            return False
        self._dropped.append(document)
        return True

    def flush(self, *, last: bool = False) -> NewSegment | None:
        """A segment of what the builder holds, if it holds anything. The `last` one leaves no words in memory."""
        builder = self._builder
        if not builder.docs:
            if last:
                self._begin(SegmentBuilder(kernels=builder.kernels))
            return None
        keep = not last and builder.memory_of_words < self._share // 3
        entry = layout.add_segment(self._folder, *builder.build(forget=not keep))
        made = NewSegment(entry, np.array(self._order, np.int64), self._dropped)
        self._begin(SegmentBuilder(after=builder) if keep else SegmentBuilder(kernels=builder.kernels))
        return made
