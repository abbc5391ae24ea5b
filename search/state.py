"""What does a searcher hold of an index? One published state: its segments, open for reading, and what is remembered
of them. It says the same to all who ask; shared by threads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from index.errors import DamagedIndexError
from index.schema import KINDS, Kind
from index.storage.format import SegmentFile
from index.storage.segment import Opened

from .engine.evaluate import Evaluator
from .engine.snapshot import Snapshot
from .facets import Facets
from .filters import Memory
from .offsets import Locate, bounds_of, compiled_bounds
from .places import Postings
from .recent import Recent
from .request import SearchRequest
from .results import IndexState, Page
from .synonyms import NO_SYNONYMS, Synonyms

if TYPE_CHECKING:
    from .engine.acceleration import Accelerated
    from .suggest import Suggester

PAGES: Final = 500  # answers that are remembered

T = TypeVar("T")


class State:
    """One published state, open for reading, and what is remembered of it."""

    def __init__(self, opened: Opened, stamp: object, synonyms: Synonyms = NO_SYNONYMS) -> None:
        self.stamp = stamp
        self.synonyms = synonyms
        self.opened = opened
        self.manifest = opened.manifest
        self.segments = opened.segments
        self.snapshot = Snapshot(opened.segments, opened.manifest.name)
        self.evaluator = Evaluator(self.snapshot)
        self.locate: Locate = bounds_of
        self.memories = {kind: Memory(self.snapshot.views[kind]) for kind in KINDS}
        self.facets = {kind: Facets(self.snapshot.views[kind]) for kind in KINDS}
        self.postings = {kind: [Postings(part) for part in self.snapshot.views[kind].parts] for kind in KINDS}
        self.index = IndexState(self.manifest.name, self.manifest.articles, self.manifest.quotes)
        self.pages: Recent[SearchRequest, Page] = Recent(PAGES)

    def use(self, accelerated: Accelerated) -> None:
        """Answer with compiled code from now on; what it answers is the same. Kernels do not look where they read, so
        every byte of the segments must have been verified.
        """
        self.evaluator = Evaluator(self.snapshot, accelerated.primitives, accelerated.flat)
        self.locate = compiled_bounds()

    @cached_property
    def suggester(self) -> Suggester:
        """What completes queries; made for the first that asks."""
        from .repair import vocabularies_of
        from .suggest import Suggester

        return Suggester(self.snapshot, vocabularies_of(self.snapshot)(None))

    def faults(self, verified: Collection[str] = ()) -> list[str]:
        """Every byte of the segments against its checksum, those left out whose names are in `verified`: a line for
        each fault.
        """
        files = [one.file for one in self.segments if one.name not in verified]
        return [fault for file in files if isinstance(file, SegmentFile) for fault in file.verify()]

    def stored(self, kind: Kind, segment: int, doc: int, unpack: Callable[[bytes], T]) -> T:
        """A document whole. Raises DamagedIndexError."""
        data = self.snapshot.views[kind].parts[segment].stored[doc]
        try:
            return unpack(data)
        except (ValueError, KeyError, TypeError) as error:
            where = f"{self.segments[segment].where}: array {kind}.stored.data: document {doc}"
            raise DamagedIndexError(f"{where} cannot be read ({error!r}); run: molva check") from error

    def place(self, kind: Kind, document: int) -> tuple[int, int]:
        """(segment, local number) of a global document number."""
        return self.snapshot.views[kind].segment_of(document)
