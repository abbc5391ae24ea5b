"""What is a segment of the state to come? One that is live or new, with what will be deleted in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import compiling
from index.schema import KINDS

from . import folder as layout
from .format import SegmentFile
from .manifest import SegmentEntry
from .merge_policy import Size
from .merging import merge
from .pages import trim
from .segment import Segment, open_segment

KERNELS: Final = "index.storage.merging_kernels"
MANY: Final = 20_000  # documents from which on merging is worth loading compiled kernels for


class HeldSegment:
    """`published`: whether a state names it already; `new`: whether this run has written it."""

    def __init__(self, segment: Segment, entry: SegmentEntry, *, published: bool) -> None:
        self.segment = segment
        self.entry = entry
        self.published = published
        self.new = not published
        self._changed = False
        self._deleted = segment.deleted

    def delete(self, documents: Sequence[int]) -> None:
        """Delete articles by their numbers."""
        if not documents:
            return
        if not self._changed or self._deleted is None:
            self._deleted = np.zeros(self.entry.articles, np.bool_) if self._deleted is None else self._deleted.copy()
            self._changed = True
        self._deleted[documents] = True

    def _lives(self, document: int) -> bool:
        return self._deleted is None or not self._deleted[document]

    def find(self, article_id: str) -> int | None:
        """The number of the live article with this id."""
        for document in self.segment.part("article").find(article_id):
            if self._lives(document) and self._id_of(document) == article_id:
                return document
        return None

    def _id_of(self, document: int) -> str:
        return str(json.loads(self.segment.sync[document])[0])

    def also_in(self, other: HeldSegment) -> list[tuple[int, int]]:
        """Its live articles whose id a live article of another segment has too: (here, there)."""
        here, there = self.segment.part("article"), other.segment.part("article")
        keys, known = there.array("ids.hash"), here.array("ids.hash")
        low = np.searchsorted(known, keys)
        high = np.searchsorted(known, keys, side="right")
        documents, others = here.array("ids.doc"), there.array("ids.doc")
        pairs = [
            (document, int(others[place]))
            for place in np.flatnonzero(high > low).tolist()
            for document in documents[low[place] : high[place]].tolist()
        ]
        pairs.sort()  # in the order of the blocks that ids are read from
        return [
            (document, place)
            for document, place in pairs
            if self._lives(document) and other._lives(place) and self._id_of(document) == other._id_of(place)
        ]

    @property
    def size(self) -> Size:
        """Documents of both kinds, for the policy of merging."""
        if self._deleted is None:
            return Size(self.entry.articles + self.entry.quotes)
        quotes = np.diff(self.segment.quotes_start.astype(np.int64))[self._deleted]
        return Size(self.entry.articles + self.entry.quotes, int(self._deleted.sum() + quotes.sum()))

    def deleted_since(self, before: Segment) -> NDArray[np.int64]:
        """The articles that are deleted now and were not `before`, by their numbers."""
        if self._deleted is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self._deleted if before.deleted is None else self._deleted & ~before.deleted)

    @property
    def with_deletions(self) -> Segment:
        """The segment as it will be."""
        return self.segment.with_deleted(self._deleted) if self._changed else self.segment

    def saved(self, folder: Path) -> SegmentEntry:
        """Its entry, with its deletions written down."""
        if self._changed and self._deleted is not None:
            self.entry = layout.add_deletions(folder, self.entry, self._deleted)
            self.segment = self.with_deletions
            self._changed = False
        return self.entry

    def problems(self) -> list[str]:
        """Every byte of its file against what was written: a line for each fault."""
        return self.segment.file.verify() if isinstance(self.segment.file, SegmentFile) else []


def merged(
    folder: Path,
    segments: Sequence[HeldSegment],
    as_they_were: Sequence[Segment] | None = None,
    halt: Event | None = None,
) -> list[HeldSegment]:
    """One new segment of the live articles of several, in order; none where none live.

    `as_they_were`: the segments with the deletions that count, where these may change; `halt` breaks off when it is
    set, with MergeHalted.
    """
    whole = as_they_were or [held.with_deletions for held in segments]
    live = sum(segment.live_docs(kind) for segment in whole for kind in KINDS)
    if not live:
        return []
    many = live >= MANY
    if many:
        trim()
    arrays, meta = merge(
        whole,
        kernels=compiling.load(KERNELS) if many else None,
        scratch=folder / "segments" if many else None,
        trusted=[segment for segment, held in zip(whole, segments, strict=True) if held.new],
        halt=halt,
    )
    entry = layout.add_segment(folder, arrays, meta)
    return [HeldSegment(open_segment(folder, entry), entry, published=False)]
