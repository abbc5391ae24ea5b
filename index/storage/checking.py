"""Is what an index folder holds whole? Every byte of a state's files, and whether their arrays fit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.errors import IndexingError
from index.schema import KINDS

from .folder import open_file, read_deletions
from .manifest import Manifest, SegmentEntry
from .part import Part
from .segment import Segment
from .soundness import range_problems
from .soundness_documents import column_problems, documents
from .soundness_postings import posting_problems
from .soundness_terms import term_problems


class Checker:
    """Looks at the states of one folder, at each file once. `deep`: whether the arrays must also say what the stored
    documents say, which takes as long as indexing these.
    """

    def __init__(self, folder: Path, *, deep: bool = False) -> None:
        self.folder = folder
        self.deep = deep
        self._known: dict[SegmentEntry, list[str]] = {}

    def problems(self, state: Manifest) -> list[str]:
        """What is wrong with a state's files: a line for each fault, which names file and array."""
        found = []
        for entry in state.segments:
            of_file = self._once(replace(entry, deleted=0, deleted_quotes=0, deletions=None))
            found += of_file or (self._once(entry) if entry.deletions else [])
        return found

    def _once(self, entry: SegmentEntry) -> list[str]:
        if entry not in self._known:
            try:
                self._known[entry] = self._deletions(entry) if entry.deletions else self._segment(entry)
            except IndexingError as error:
                self._known[entry] = [str(error)]
        return self._known[entry]

    def _segment(self, entry: SegmentEntry) -> list[str]:
        """A segment's file, whatever is deleted in it. Raises DamagedIndexError."""
        file = open_file(self.folder, entry.file, entry.bytes, entry.checksum)
        found = file.verify()
        if found:
            return found
        segment = Segment(file, entry.name)
        for kind, expected in zip(KINDS, (entry.articles, entry.quotes), strict=True):
            if segment.docs(kind) != expected:
                found.append(f"{file.path}: {segment.docs(kind):,} {kind}s, expected {expected:,}")
        found += segment_problems(segment, deep=self.deep)
        segment.close()
        return found

    def _deletions(self, entry: SegmentEntry) -> list[str]:
        """What is deleted in a segment that is sound. Raises DamagedIndexError."""
        deleted = read_deletions(self.folder, entry)
        if deleted is None or entry.deletions is None:
            return []
        file = open_file(self.folder, entry.file, entry.bytes, entry.checksum)
        quotes = int(np.diff(file.array("article.quotes.start").astype(np.int64))[deleted].sum())
        if quotes != entry.deleted_quotes:
            where = self.folder / "segments" / entry.deletions.file
            return [f"{where}: array deleted: {quotes:,} quotes go with it, expected {entry.deleted_quotes:,}"]
        return []


def segment_problems(segment: Segment, *, deep: bool) -> list[str]:
    """What is wrong with a segment whose shapes are right, whatever is deleted in it: a line for each fault, which
    names file and array.
    """
    found = [f"{segment.where}: {fault}" for kind in KINDS for fault in content_problems(segment.part(kind))]
    try:
        if not found and deep:
            from .soundness_rebuilt import rebuilt_problems  # brings all of the write side along

            found = [f"{segment.where}: {fault}" for fault in rebuilt_problems(segment)]
        elif not found:
            for _ in documents(segment):
                pass
    except IndexingError as error:
        return [str(error)]
    return found


def content_problems(part: Part) -> Iterator[str]:
    """What is wrong with the numbers in a part's arrays, whose shapes are right: a line for each fault, which names the
    array. What goes by arrays that are wrong is not looked at.
    """
    for step in (range_problems, term_problems, posting_problems, column_problems):
        found = list(step(part))
        yield from found
        if found:
            return
