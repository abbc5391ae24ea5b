"""Small index folders for tests: articles of invented news, published in a few states."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index import Article, Quote, Span, Speaker
from index.storage import folder as layout
from index.storage.format import MemoryArrays
from index.storage.manifest import Manifest, SegmentEntry
from index.storage.rows import rows_of
from index.storage.segment import open_live
from index.writer import SyncState

from .naive import build


def batch(*names: str) -> MemoryArrays:
    """A segment with an article of each name, and a quote in each."""
    rows = []
    for name in names:
        article = Article(name, f"Мост {name}", "«Мост цел», — сказал мастер Снегирёв.", "2016-09-01", "Вестник")
        quote = Quote(
            f"{name}#q1", name, (Span(1, 9),), "Мост цел", "direct", Speaker("p-s", "Пётр Снегирёв"), "мастер Снегирёв"
        )
        rows.append(rows_of(article, [quote], SyncState(f"/news/{name}.txt", "d1")))
    return build(rows)


def add(folder: Path, *names: str) -> SegmentEntry:
    """Write a segment of these articles."""
    arrays = batch(*names)
    return layout.add_segment(folder, arrays.arrays, arrays.meta)


def without(folder: Path, entry: SegmentEntry, *numbers: int) -> SegmentEntry:
    """A segment with these articles deleted."""
    deleted = np.zeros(entry.articles, np.bool_)
    deleted[list(numbers)] = True
    return layout.add_deletions(folder, entry, deleted)


def publish(folder: Path, *entries: SegmentEntry) -> Manifest:
    """Claim, and publish these segments."""
    return layout.publish(folder, entries)


def live_ids(folder: Path) -> list[str]:
    """The ids of the live articles, as a reader sees them."""
    return [one for segment in open_live(folder).segments for one, _ in segment.states()]


def history(folder: Path, states: int) -> list[SegmentEntry]:
    """An index with so many states behind it: each adds a segment, the last ones delete too. The live segments."""
    layout.claim(folder)
    entries: list[SegmentEntry] = []
    for state in range(states):
        entries.append(add(folder, f"a{state}", f"b{state}"))
        if state:
            entries[0] = without(folder, entries[0], state % 2)
        publish(folder, *entries)
    return entries
