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
from index.storage.format import no_value
from index.storage.part import Part

from .archive import ALONE, Archive, distinct
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
    """The facets of one kind of document of one snapshot; what they need of it is made once. Shared by threads.

    Speakers are those of the whole archive, under their labels. Reprints of one quote count once under a value: as many
    hits are shown when it is chosen.
    """

    def __init__(self, view: View, archive: Archive) -> None:
        self.view = view
        self.archive = archive
        self._values: dict[str, Values] = {}
        self._lock = Lock()

    def count(
        self, facet: Facet, docs: Sequence[Docs], passing: Masks | None, *, fold: bool = True
    ) -> tuple[FacetCount, ...]:
        """The values of the documents `docs[s]` of each segment that pass: years and months in their order, others by
        count, then by name. Without `fold` reprints count one each.
        """
        if passing is not None:
            docs = [some[mask[some] != 0] for some, mask in zip(docs, passing, strict=True)]
        if facet == "year" or facet == "month":
            return self.periods(facet, docs, fold=fold)
        if facet == "speaker":
            return self._speakers(docs, fold)
        values = self.values(facet)
        of_docs = [
            np.where(codes >= 0, numbers[codes], ALONE) if len(numbers) else np.full(len(codes), ALONE, np.int64)
            for numbers, codes in zip(values.codes, self._each(docs, facet), strict=True)
        ]
        return values.most(self._counted(docs, of_docs, len(values.values), fold))

    def periods(self, facet: Facet, docs: Sequence[Docs], *, fold: bool = True) -> tuple[FacetCount, ...]:
        """Years or months in their order; the undated are in none."""
        unit = "Y" if facet == "year" else "M"
        days = [part.day[some] for part, some in zip(self.view.parts, docs, strict=True)]
        kept = [some[day != schema.NO_DAY] for some, day in zip(docs, days, strict=True)]
        periods = [
            day[day != schema.NO_DAY].astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
            for day in days
        ]
        first = min((int(some.min()) for some in periods if len(some)), default=0)
        last = max((int(some.max()) for some in periods if len(some)), default=-1)
        counts = self._counted(kept, [some - first for some in periods], last - first + 1, fold)
        return tuple(
            FacetCount(_written(first + period, facet), int(counts[period]))
            for period in np.flatnonzero(counts).tolist()
        )

    def _each(self, docs: Sequence[Docs], facet: str) -> list[NDArray[np.int64]]:
        """The value numbers of documents, in each segment; of quotes one a document."""
        return [_codes(part, facet, some) for part, some in zip(self.view.parts, docs, strict=True)]

    def _speakers(self, docs: Sequence[Docs], fold: bool) -> tuple[FacetCount, ...]:
        speakers = self.archive.speakers
        counts = self._counted(docs, self._who(docs), len(speakers), fold)
        found = np.flatnonzero(counts).tolist()
        best = sorted(found, key=lambda number: (-counts[number], speakers[number].label))[:MOST_VALUES]
        return tuple(FacetCount(speakers[number].label, int(counts[number])) for number in best)

    def _who(self, docs: Sequence[Docs]) -> list[NDArray[np.int64]]:
        """The speakers of documents; of quotes one a document, ALONE where nobody is known."""
        if self.view.kind == "quote":
            return [who[some] for who, some in zip(self.archive.who, docs, strict=True)]
        found = []
        for part, some, (articles, speakers) in zip(self.view.parts, docs, self.archive.in_articles, strict=True):
            among = np.zeros(part.docs, np.bool_)
            among[some] = True
            found.append(speakers[among[articles]])
        return found

    def _counted(
        self, docs: Sequence[Docs], values: Sequence[NDArray[np.int64]], size: int, fold: bool
    ) -> NDArray[np.int64]:
        """(size,) How often each value comes; of quotes, one a document, reprints once."""
        counts = np.zeros(max(size, 1), np.int64)
        pairs = []
        for segment, (some, of_docs) in enumerate(zip(docs, values, strict=True)):
            if fold and self.view.kind == "quote" and len(of_docs) and self.archive.reprints:
                cluster = self.archive.cluster[segment][some]
                again = (cluster != ALONE) & (of_docs >= 0)
                pairs.append(cluster[again] * len(counts) + of_docs[again])
                of_docs = of_docs[cluster == ALONE]
            counts += np.bincount(of_docs[of_docs >= 0], minlength=len(counts))
        if pairs:
            once = distinct(np.concatenate(pairs)) % len(counts)
            counts += np.bincount(once, minlength=len(counts))
        return counts[:size]

    def values(self, facet: str) -> Values:
        """The values of a facet."""
        with self._lock:
            found = self._values.get(facet)
            if found is None:
                found = self._values[facet] = Values(self.view, facet)
            return found


def _codes(part: Part, facet: str, docs: Docs) -> NDArray[np.int64]:
    """The value numbers of some documents, behind each other; of a facet with one value ALONE where there is none."""
    codes = part.array(f"facet.{facet}.code")
    if not len(docs):
        return np.zeros(0, np.int64)
    if not part.has(f"facet.{facet}.at"):
        one = codes[docs].astype(np.int64)
        one[one == no_value(codes)] = ALONE
        return one
    at = part.array(f"facet.{facet}.at")
    starts = at[docs].astype(np.int64)
    counts = at[docs + 1] - starts
    ends = np.cumsum(counts)
    several: NDArray[np.int64] = codes[np.repeat(starts - ends + counts, counts) + np.arange(ends[-1])].astype(np.int64)
    return several


def _written(period: int, facet: Facet) -> str:
    """`1970` or `1970-01` of years or months since then."""
    if facet == "year":
        return f"{1970 + period:04d}"
    return f"{1970 + period // 12:04d}-{period % 12 + 1:02d}"
