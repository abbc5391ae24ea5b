"""How are the matches spread over a facet's values? Counted over columns of value numbers, segment by segment.

A facet counts under all filters but its own, so that other values of it stay choosable. Values that a filter takes for
the same («Берёзов», «Березов») are one, under the spelling that comes most often, of equals the one with ё.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.storage.format import NO_VALUE
from index.storage.part import Part

from .engine.snapshot import View
from .filters import DATE, Masks
from .request import Facet
from .results import FacetCount

MOST_VALUES: Final = 50  # of one facet; years and months come whole
OWN_FILTER: Final[dict[Facet, str]] = {
    "speaker": "speaker",
    "source": "source",
    "section": "section",
    "kind": "kind",
    "year": DATE,
    "month": DATE,
}

Docs = NDArray[np.uint32]  # local document numbers, ascending


class Values:
    """The values of one facet over all segments, V of them in their order. `codes[s]`: value number of each value of
    segment s; `key`: (V,) the same number for values that a filter takes for the same; `yo`: (V,) how many ё each has.
    """

    def __init__(self, view: View, facet: str) -> None:
        of_parts = [part.facet_values(facet) for part in view.parts]
        self.values = sorted(set().union(*of_parts))
        number = {value: place for place, value in enumerate(self.values)}
        self.codes = [np.array([number[value] for value in values], np.int64) for values in of_parts]
        keys: dict[str, int] = {}
        self.key = np.array([keys.setdefault(schema.exact_key(v), len(keys)) for v in self.values], np.int64)
        self.yo = np.array([value.count("ё") for value in self.values], np.int64)

    def most(self, counts: NDArray[np.int64]) -> tuple[FacetCount, ...]:
        """The MOST_VALUES most frequent by (V,) counts, one spelling each; of equals in the order of names."""
        found = np.flatnonzero(counts)
        if not len(found):
            return ()
        found = found[np.lexsort((found, -self.yo[found], -counts[found], self.key[found]))]
        firsts = np.flatnonzero(np.diff(self.key[found], prepend=-1))
        totals = np.add.reduceat(counts[found], firsts)
        spelt = found[firsts]
        best = np.lexsort((spelt, -totals))[:MOST_VALUES]
        return tuple(
            FacetCount(self.values[value], count)
            for value, count in zip(spelt[best].tolist(), totals[best].tolist(), strict=True)
        )


class Facets:
    """The facets of one kind of document of one snapshot; what they need of it is made once. Shared by threads."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._values: dict[str, Values] = {}
        self._lock = Lock()

    def count(self, facet: Facet, docs: Sequence[Docs], passing: Masks | None) -> tuple[FacetCount, ...]:
        """The values of the documents `docs[s]` of each segment that pass: years and months in their order, others by
        count, then by name.
        """
        if passing is not None:
            docs = [some[mask[some] != 0] for some, mask in zip(docs, passing, strict=True)]
        if facet == "year" or facet == "month":
            return _periods(self.view.parts, docs, facet)
        values = self.values(facet)
        counts = np.zeros(len(values.values), np.int64)
        for part, some, numbers in zip(self.view.parts, docs, values.codes, strict=True):
            if len(some) and len(numbers):
                found = np.bincount(_codes(part, facet, some), minlength=len(numbers))
                counts[numbers] += found  # a segment has each value once
        return values.most(counts)

    def distinct(self, facet: str) -> int:
        """How many values the live documents have, those that a filter takes for the same counted once."""
        values = self.values(facet)
        keys = set()
        for part, live, numbers in zip(self.view.parts, self.view.live, values.codes, strict=True):
            docs = np.arange(part.docs, dtype=np.uint32) if live is None else np.flatnonzero(live).astype(np.uint32)
            if len(docs):
                keys.update(values.key[numbers[np.unique(_codes(part, facet, docs))]].tolist())
        return len(keys)

    def values(self, facet: str) -> Values:
        """The values of a facet."""
        with self._lock:
            found = self._values.get(facet)
            if found is None:
                found = self._values[facet] = Values(self.view, facet)
            return found


def _codes(part: Part, facet: str, docs: Docs) -> NDArray[np.int64]:
    """The value numbers of some documents, behind each other."""
    codes = part.array(f"facet.{facet}.code")
    if not part.has(f"facet.{facet}.at"):
        one = codes[docs]
        found: NDArray[np.int64] = one[one != NO_VALUE].astype(np.int64)
        return found
    at = part.array(f"facet.{facet}.at")
    starts = at[docs].astype(np.int64)
    counts = at[docs + 1] - starts
    ends = np.cumsum(counts)
    several: NDArray[np.int64] = codes[np.repeat(starts - ends + counts, counts) + np.arange(ends[-1])].astype(np.int64)
    return several


def _periods(parts: Sequence[Part], docs: Sequence[Docs], facet: Facet) -> tuple[FacetCount, ...]:
    days = np.concatenate([part.day[some] for part, some in zip(parts, docs, strict=True)] or [np.zeros(0, np.int32)])
    days = days[days != schema.NO_DAY]
    unit = "Y" if facet == "year" else "M"
    periods = days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
    found, counts = np.unique(periods, return_counts=True)
    return tuple(
        FacetCount(_written(period, facet), count)
        for period, count in zip(found.tolist(), counts.tolist(), strict=True)
    )


def _written(period: int, facet: Facet) -> str:
    """`1970` or `1970-01` of years or months since then."""
    if facet == "year":
        return f"{1970 + period:04d}"
    return f"{1970 + period // 12:04d}-{period % 12 + 1:02d}"
