"""Which terms of a dictionary are forms? Within each text field those that begin with `=`, side by side.

Forms have no forms of their own and nothing but forms has roots to lead to, so that the starts of either are kept for
those alone that have something: `forms.start` without the forms, `spelt.start` of nothing but them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .format import Array

MARK: Final = b"="  # index.analysis.FORM_MARK
_NEXT: Final = b">"  # what comes behind all that begins so

Numbers = NDArray[np.int64]


class Marked:
    """Terms by number; `size` of them are forms."""

    def __init__(self, terms_bytes: Array, terms_start: Array, first: Sequence[int], texts: int) -> None:
        """Of a dictionary: `first` term of each field, and T; the first `texts` fields have forms."""
        data, start = terms_bytes.data, terms_start.data
        terms = max(0, len(terms_start) - 1)

        def at_or_after(term: bytes, low: int, high: int) -> int:
            while low < high:
                middle = (low + high) // 2
                if bytes(data[start[middle] : start[middle + 1]]) < term:
                    low = middle + 1
                else:
                    high = middle
            return low

        found = []
        for low, high in list(pairwise(first))[:texts]:
            low, high = min(low, terms), min(high, terms)
            begin = at_or_after(MARK, low, high)
            found.append(range(begin, at_or_after(_NEXT, begin, high)))
        self.ranges = tuple(one for one in found if one)
        self.size = sum(map(len, self.ranges))

    def before(self, number: int) -> int:
        """How many forms come before a term."""
        count = 0
        for one in self.ranges:
            if number <= one.start:
                break
            count += min(number, one.stop) - one.start
        return count

    def all_before(self, numbers: Numbers) -> Numbers:
        """(n,) The same of each of some terms."""
        counts = np.zeros(len(numbers), np.int64)
        for one in self.ranges:
            counts += np.minimum(np.maximum(numbers, one.start), one.stop) - one.start
        return counts

    def others(self, places: Numbers) -> Numbers:
        """(n,) The numbers of some terms that are no forms, of which only such come in `places`."""
        numbers: Numbers = places.astype(np.int64)
        bases = accumulate(map(len, self.ranges), initial=0)
        for one, base in zip(self.ranges, bases, strict=False):
            numbers += np.where(places >= one.start - base, len(one), 0)
        return numbers

    def other(self, place: int) -> int:
        """The number of a term that is no form, of which only such come in `place`."""
        number = place
        base = 0
        for one in self.ranges:
            if place < one.start - base:
                break
            number += len(one)
            base += len(one)
        return number

    def mask(self, terms: int) -> NDArray[np.bool_]:
        """(terms,) Which are forms."""
        found = np.zeros(terms, np.bool_)
        for one in self.ranges:
            found[one.start : one.stop] = True
        return found
