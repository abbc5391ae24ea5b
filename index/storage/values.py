"""How do exact values become arrays? Those of a key field postings without positions, those of a facet codes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .format import Array, coded, narrowed, narrowest
from .invert import Postings
from .terms import Texts


class Values:
    """Exact values of documents: a key field, or a facet."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._docs = array("I")
        self._values = array("I")

    def add(self, doc: int, values: Sequence[str]) -> None:
        """Take a document's values; documents ascend."""
        numbers = self._numbers
        for value in values:
            self._docs.append(doc)
            self._values.append(numbers.setdefault(value, len(numbers)))

    @property
    def memory(self) -> int:
        """About how many bytes are held."""
        return 8 * len(self._docs) + 200 * len(self._numbers)

    def _sorted(self) -> tuple[list[str], NDArray[np.uint32], NDArray[np.int64]]:
        """The values, ascending; the documents; the place of each one's value."""
        values = list(self._numbers)
        order = sorted(range(len(values)), key=values.__getitem__)
        rank = np.empty(len(values), np.int64)
        rank[order] = np.arange(len(values))
        return [values[number] for number in order], np.array(self._docs, np.uint32), rank[np.array(self._values, int)]

    def postings(self) -> Postings:
        """As a field without positions."""
        values, docs, places = self._sorted()
        pairs = np.unique((places << 32) | docs)
        none = np.zeros(0, np.int64)
        return Postings(
            Texts.of(values),
            np.searchsorted(pairs >> 32, np.arange(len(values) + 1)),
            (pairs & (2**32 - 1)).astype(np.uint32),
            np.ones(len(pairs), np.uint32),
            positions=none.astype(np.uint16),
            forms=none.astype(np.uint8),
            wide_at=none,
            wide_form=none.astype(np.uint32),
            forms_start=np.zeros(len(values) + 1, np.int64),
            forms_term=none,
            forms_case=none.astype(np.uint8),
            forms_count=none.astype(np.uint32),
        )

    def facet(self, size: int, *, several: bool) -> dict[str, Array]:
        """The arrays of a facet over `size` documents."""
        values, docs, places = self._sorted()
        texts = Texts.of(values)
        if several:
            codes: dict[str, Array] = {
                "at": narrowest(np.searchsorted(docs, np.arange(size + 1))),
                "code": coded(places, len(values)),
            }
        else:
            one = np.full(size, -1, np.int64)
            one[docs[::-1]] = places[::-1]  # of several the first counts
            codes = {"code": coded(one, len(values))}
        return {"bytes": texts.data, "start": narrowed(texts.start), **codes}
