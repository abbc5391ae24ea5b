"""How is any of a few prefixes or misspellings answered? Where a pattern has several terms in a segment all their
documents score the same; where it has one there, it is scored as that term.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK

from . import kernels, plan
from .kernels import primitives
from .kernels.lists import COLUMNS
from .shelf import MARK, UNBOUNDED, Shelf

FEW: Final = 4  # patterns, up to which what a document scores by the patterns it matches is worked out beforehand
_NO_LIST: Final = bytes(8 * COLUMNS)


NO_TERMS: Final = np.zeros(0, np.int64)
_ONES: Final = np.ones(FEW)
Terms = tuple[int, int, NDArray[np.int64]]
"""The terms from the first number to before the second; or those at such places of the array, where it is not empty."""


class Expanded(NamedTuple):
    """Some patterns in one segment, as `kernels.patterns_top` takes them."""

    ranges: NDArray[np.int64]
    terms: NDArray[np.int64]
    lists: NDArray[np.int64]
    worth: NDArray[np.float64]
    scales: NDArray[np.float64]


def terms_of(shelf: Shelf, segment: int, node: plan.Expansion) -> Terms | None:
    """The terms that answer a pattern in a segment, ascending; None where forms, without postings, may be among them."""
    pattern = node.pattern
    if type(pattern) is plan.Prefixed:
        if not pattern.text or pattern.text.startswith(MARK):
            return None
        return (*_with_prefix(shelf, segment, node.field, pattern.text), NO_TERMS)
    if type(pattern) is plan.Fuzzy:
        text = pattern.text
        if pattern.prefix <= 0 or not text or text.startswith(FORM_MARK):
            return None
        part = shelf.view.parts[segment]
        low, high = _with_prefix(shelf, segment, node.field, text[: pattern.prefix].encode())
        found = primitives.fuzzy(part.terms_bytes, part.terms_start, part.terms_lcp, text, pattern.edits, low, high)
        return 0, len(found), found
    return None


def _with_prefix(shelf: Shelf, segment: int, field: str, prefix: bytes) -> tuple[int, int]:
    """As `Part.with_prefix`, compiled."""
    terms = shelf.view.parts[segment].terms_of(field)
    letters = np.frombuffer(prefix, np.uint8)
    low, high = kernels.prefixed(shelf.packed[segment].table, terms.start, terms.stop, letters)
    return low, high


def expanded(shelf: Shelf, nodes: Sequence[plan.Node], segment: int) -> Expanded | None:
    """Some expansions in a segment; None where one is not constant, or is worth less than nothing."""
    all_terms: list[Terms] = []
    rows, worth, scales = [], [], _ONES
    for place, node in enumerate(nodes):
        if type(node) is not plan.Expansion or not node.constant or not 0.0 <= node.boost < UNBOUNDED:
            return None
        found = terms_of(shelf, segment, node)
        if found is None:
            return None
        all_terms.append(found)
        row, value = _NO_LIST, float(node.boost)
        first, last, terms = found
        if last - first == 1:
            term = shelf.view.parts[segment].term(int(terms[first]) if len(terms) else first)
            one = shelf.found(node.field, term)
            here = one.lists[segment]
            value = one.idf * node.alone
            if here is None or not 0.0 <= value < UNBOUNDED:
                return None
            row = here.joined
            if here.scale != 1.0:
                scales = scales.copy()
                scales[place] = here.scale
        rows.append(row)
        worth.append(value)
    ranges, listed = _as_ranges(all_terms)
    lists = np.frombuffer(b"".join(rows), np.int64).reshape(-1, COLUMNS)
    return Expanded(ranges, listed, lists, np.array(worth), scales)


def _as_ranges(some: Sequence[Terms]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n, 2) The first and the last of each, and the array of which they are places, empty where they are terms."""
    if not any(len(terms) for _, _, terms in some):
        return np.array([(first, last) for first, last, _ in some]), NO_TERMS
    listed = [terms if len(terms) else np.arange(first, last) for first, last, terms in some]
    ends = np.cumsum([0, *map(len, listed)])
    return np.stack((ends[:-1], ends[1:]), axis=1), np.concatenate(listed)
