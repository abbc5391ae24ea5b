"""What does a question see? The segments of one published state, and statistics over all of them.

A snapshot is immutable and shared by threads; what it remembers is bounded. Documents of a kind are numbered through
the segments in their order: global number = the segment's base + local number. Statistics count deleted documents
until a merge drops them.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.schema import KINDS, TEXT_FIELDS, Kind, field_names
from index.storage.lengths import inverse_norms
from index.storage.part import Part

from .lists import List, StoredList, TokenList, tokens_in
from .scoring import idf

ENTRIES: Final = 50_000  # dictionary entries that are remembered, per kind
KEPT_BYTES: Final = 64 << 20  # of lists that are made of other lists (a form's, a prefix's), per kind

Mask = NDArray[np.uint8]  # (docs of a segment,) 1 = in


class SegmentLike(Protocol):
    """What a snapshot needs of `index.storage.segment.Segment`."""

    def part(self, kind: Kind) -> Part:
        """One kind of document."""
        ...

    def live(self, kind: Kind) -> Mask | None:
        """(docs,) 1 where a document is not deleted; None where none is."""
        ...


class Entry(NamedTuple):
    """A term in the dictionaries: its number in each segment (−1: not there), and its postings in all of them. A form
    has no postings of its own: its `df` is 0.
    """

    numbers: tuple[int, ...]
    df: int


class Kept:
    """What was made lately, up to so many bytes; shared by threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._found: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """What is kept under `key`, or what `make` gives, of `size` bytes."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        made = make()
        taken = size(made)
        with self._lock:
            if key not in self._found and taken <= self._most // 2:
                self._found[key] = made, taken
                self._bytes += taken
                while self._bytes > self._most:
                    self._bytes -= self._found.popitem(last=False)[1][1]
        return made


class View:
    """One kind of document of a snapshot. `inverse[f]` is (256,): what a frequency in text field f is multiplied by, by
    length byte; `base[s]` the first global document number of segment s.
    """

    def __init__(self, kind: Kind, segments: Sequence[SegmentLike]) -> None:
        self.kind: Kind = kind
        self.parts: tuple[Part, ...] = tuple(segment.part(kind) for segment in segments)
        self.live: tuple[Mask | None, ...] = tuple(segment.live(kind) for segment in segments)
        self.base: tuple[int, ...] = tuple(np.cumsum([0, *(part.docs for part in self.parts)]).tolist())
        self.docs: int = self.base[-1]
        self.fields: tuple[str, ...] = field_names(kind)
        self.number_of: dict[str, int] = {name: number for number, name in enumerate(self.fields)}
        self.texts: int = len(TEXT_FIELDS[kind])  # the first so many fields have words, lengths and positions
        self.mean: dict[str, float] = {field.name: self._mean(field.name) for field in TEXT_FIELDS[kind]}
        self.inverse: NDArray[np.float64] = np.array(
            [inverse_norms(field.b, self.mean[field.name]) for field in TEXT_FIELDS[kind]]
        )
        self.inverse.flags.writeable = False
        # Closures over the parts, not over the view: a cycle would keep files open after the last question.
        parts = self.parts

        def entry(field: str, term: bytes) -> Entry:
            numbers = tuple(part.number(field, term) for part in parts)
            return Entry(numbers, sum(part.df(n) for part, n in zip(parts, numbers, strict=True) if n >= 0))

        self.entry = lru_cache(maxsize=ENTRIES)(entry)
        self.kept = Kept(KEPT_BYTES)
        self.shelf: Any = None  # what kernels want of it, see `engine.shelf`

    def _mean(self, field: str) -> float:
        tokens = sum(part.tokens[field] for part in self.parts)
        return tokens / self.docs if tokens else 1.0

    def postings(self, segment: int, number: int) -> List:
        """The postings of a term of a segment; a form's are gathered once, and remembered for a while."""
        part = self.parts[segment]
        return StoredList(part, number) if part.df(number) else self.tokens(segment, (number,))

    def tokens(self, segment: int, numbers: tuple[int, ...]) -> TokenList:
        """The tokens of any of some terms of a segment, remembered for a while."""
        found: TokenList = self.kept.get(
            (segment, numbers), lambda: tokens_in(self.parts[segment], numbers), lambda tokens: tokens.bytes
        )
        return found

    def df(self, field: str, term: bytes) -> int:
        """In how many documents of the snapshot a term or a form stands."""
        numbers, df = self.entry(field, term)
        return df or sum(len(self.postings(segment, n).docs) for segment, n in enumerate(numbers) if n >= 0)

    def idf(self, df: int) -> float:
        """Of a term in `df` documents."""
        return idf(self.docs, df)

    def is_text(self, field: str) -> bool:
        """Whether a field has words: others only filter, and score nothing."""
        return self.number_of.get(field, self.texts) < self.texts

    def bound_scale(self, segment: int, field: str) -> float | None:
        """What the x bounds of a segment are multiplied by to hold under the mean of today; None: they do not hold."""
        part, b = self.parts[segment], TEXT_FIELDS[self.kind][self.number_of[field]].b
        return max(1.0, self.mean[field] / part.mean[field]) if part.b[field] == b else None

    def segment_of(self, document: int) -> tuple[int, int]:
        """(segment, local number) of a global document number."""
        segment = bisect_right(self.base, document) - 1
        return segment, document - self.base[segment]


class Snapshot:
    """See above. `name` is the generation's."""

    def __init__(self, segments: Sequence[SegmentLike], name: str = "") -> None:
        self.name = name
        self.segments = tuple(segments)
        self.views: dict[Kind, View] = {kind: View(kind, self.segments) for kind in KINDS}

    @property
    def widths(self) -> set[np.dtype[Any]]:
        """Which types its positions have: a segment with a very long text has wider ones."""
        return {part.pos_at.dtype for view in self.views.values() for part in view.parts}
