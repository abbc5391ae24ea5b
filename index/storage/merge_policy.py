"""Which neighbouring segments become one? As many as keep their number small at a small price.

A question looks into every segment, so there should be few; every merge writes its documents anew, so there should be
few of these too. The rules:

1. A segment of which more than a third is deleted is written anew, alone. That is two documents for each deletion.
2. At least 8 neighbours become one when the largest has at most half of their documents. So a document's segment at
   least doubles each time: it is written log2(N / 1,000) times at most, which is 10 at a million documents. A segment
   counts as 1,000 documents at least: smaller ones cost next to nothing.
3. When more than 48 are left, the cheapest 8 neighbours become one, whatever their sizes. It takes long imports
   between short ones to come to that; publishes of any one size leave some ten to twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FACTOR: Final = 8
LEAST: Final = 1_000  # documents
MOST: Final = 48  # segments


@dataclass(frozen=True, slots=True)
class Size:
    """Of a segment: its documents of all kinds, and how many of them are deleted."""

    documents: int
    deleted: int = 0

    @property
    def live(self) -> int:
        """What a merge would write."""
        return self.documents - self.deleted

    @property
    def sparse(self) -> bool:
        """Whether more than a third is deleted."""
        return 3 * self.deleted > self.documents


def runs_to_merge(sizes: Sequence[Size]) -> list[range]:
    """The runs of neighbours, in order, that are to become a segment each; a run of one is written anew."""
    runs = [range(at, at + 1) for at in range(len(sizes))]
    lives = [size.live for size in sizes]
    while (found := _next_run(lives)) is not None:
        runs[found.start : found.stop] = [range(runs[found.start].start, runs[found.stop - 1].stop)]
        lives[found.start : found.stop] = [sum(lives[found.start : found.stop])]
    return [run for run in runs if len(run) > 1 or sizes[run.start].sparse]


def _next_run(lives: Sequence[int]) -> range | None:
    """The cheapest run to merge now, the first of equals."""
    best: tuple[int, range] | None = None
    weights = [max(live, LEAST) for live in lives]
    for start in range(len(lives) - FACTOR + 1):
        for stop in range(start + FACTOR, len(lives) + 1):
            run = weights[start:stop]
            total = sum(run)
            if best is not None and total >= best[0]:
                break  # a longer one costs more
            if 2 * max(run) <= total:
                best = total, range(start, stop)
                break
    if best is None and len(lives) > MOST:
        starts = range(len(lives) - FACTOR + 1)
        start = min(starts, key=lambda at: sum(weights[at : at + FACTOR]))
        return range(start, start + FACTOR)
    return None if best is None else best[1]
