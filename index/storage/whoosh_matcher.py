"""How does Whoosh step through the postings of a term? As a matcher over arrays that are all there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.matching.mcore import LeafMatcher, ReadTooFar

Live = NDArray[np.uint8]


class Postings(NamedTuple):
    """Of one term: documents ascending, how often it stands in each, and all positions behind each other, or None."""

    docs: NDArray[np.int64]
    frequencies: NDArray[np.int64]
    positions: NDArray[np.int64] | None


class PartMatcher(LeafMatcher):  # type: ignore[misc]
    """One term's postings in one part, without the deleted documents."""

    def __init__(self, term: tuple[str, bytes], postings: Postings, live: Live | None, shape: Any, scorer: Any) -> None:
        self._term = term
        self.format = shape
        self.scorer = scorer
        docs, frequencies, self._positions = postings
        ends = np.cumsum(frequencies)
        if live is not None:
            here = live[docs] != 0
            docs, frequencies, ends = docs[here], frequencies[here], ends[here]
        self._docs: list[int] = docs.tolist()
        self._frequencies: list[int] = frequencies.tolist()
        self._ends: list[int] = ends.tolist()
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a posting here."""
        return self._at < len(self._docs)

    def reset(self) -> None:
        """Back to the first posting."""
        self._at = 0

    def copy(self) -> PartMatcher:
        """Another one at the same posting."""
        other = object.__new__(PartMatcher)
        other.__dict__.update(self.__dict__)
        return other

    def id(self) -> int:
        """The document."""
        return self._docs[self._at]

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._docs[self._at :])

    def next(self) -> bool:
        """To the next posting."""
        if self._at >= len(self._docs):
            raise ReadTooFar
        self._at += 1
        return False

    def skip_to(self, id: int) -> bool:  # noqa: A002  (Whoosh's name)
        """To the first posting of document `id` or a later one, never back."""
        if self._at >= len(self._docs):
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)
        return False

    def weight(self) -> float:
        """How often the term stands in the document."""
        return float(self._frequencies[self._at])

    def value(self) -> bytes:
        """The positions as Whoosh would have stored them."""
        return bytes(self.format.encode(self._places()))

    def value_as(self, astype: str) -> Any:
        """`positions`, `frequency`, `weight` and what else Whoosh's format of the field gives."""
        if astype == "positions" and self.supports(astype):
            return self._places()
        if astype == "frequency":
            return self._frequencies[self._at]
        return self.weight() if astype == "weight" else super().value_as(astype)

    def supports_block_quality(self) -> bool:
        """No: Whoosh's shortcuts for the best ten lose documents, so that every search here looks at all."""
        return False

    def _places(self) -> list[int]:
        if self._positions is None:
            return []
        end = self._ends[self._at]
        places: list[int] = self._positions[end - self._frequencies[self._at] : end].tolist()
        return places
