"""How is any of a few prefixes or misspellings answered? Where a pattern has several terms in a segment all their
documents score the same; where it has one there, it is scored as that term.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK

from . import plan
from .kernels import primitives
from .kernels.lists import COLUMNS
from .shelf import MARK, UNBOUNDED, Shelf

FEW: Final = 4  # patterns, up to which what a document scores by the patterns it matches is worked out beforehand
_NO_LIST: Final = bytes(8 * COLUMNS)


NO_TERMS: Final = np.zeros(0, np.int64)
_NUMBER: Final = np.dtype(np.int64)
_asked: Final = Struct("=dqq").pack  # the columns WEIGHT and ROLE and the one behind them
Terms = tuple[int, int, NDArray[np.int64]]
"""The terms from the first number to before the second; or those at such places of the array, where it is not empty."""


def terms_of(shelf: Shelf, segment: int, node: plan.Expansion) -> Terms | None:
    """The terms that answer a pattern in a segment, ascending; None where forms may be among them, which have no
    postings.
    """
    pattern = node.pattern
    if type(pattern) is plan.Prefixed:
        if not pattern.text or pattern.text.startswith(MARK):
            return None
        return (*shelf.with_prefix(segment, node.field, pattern.text), NO_TERMS)
    if type(pattern) is plan.Fuzzy:
        text = pattern.text
        if pattern.prefix <= 0 or not text or text.startswith(FORM_MARK):
            return None
        part = shelf.view.parts[segment]
        low, high = shelf.with_prefix(segment, node.field, text[: pattern.prefix].encode())
        found = primitives.fuzzy(part.terms_bytes, part.terms_start, part.terms_lcp, text, pattern.edits, low, high)
        return 0, len(found), found
    return None


def expanded(
    shelf: Shelf, nodes: Sequence[plan.Node], segment: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Some expansions in a segment, as `kernels.patterns_top` takes them: rows, and terms; None where one is not
    constant, or is worth less than nothing.
    """
    found: list[tuple[plan.Expansion, Terms]] = []
    listed = False
    for node in nodes:
        if type(node) is not plan.Expansion or not node.constant or not 0.0 <= node.boost < UNBOUNDED:
            return None
        some = terms_of(shelf, segment, node)
        if some is None:
            return None
        found.append((node, some))
        listed = listed or len(some[2]) > 0
    joined = _listed([some for _, some in found]) if listed else NO_TERMS
    behind = 0
    rows: list[bytes] = []
    for one, (first, last, terms) in found:
        row, value = _NO_LIST, one.boost
        if last - first == 1:
            term = shelf.view.parts[segment].term(int(terms[first]) if len(terms) else first)
            known = shelf.found(one.field, term)
            here = known.lists[segment]
            value = known.idf * one.alone
            if here is None or not 0.0 <= value < UNBOUNDED:
                return None
            row = here.joined
        if listed:
            first, last = behind, behind + last - first
            behind = last
        rows += (row, _asked(value, first, last))
    return np.frombuffer(b"".join(rows), _NUMBER), joined


def _listed(some: Sequence[Terms]) -> NDArray[np.int64]:
    """All of the terms, pattern by pattern."""
    return np.concatenate([terms if len(terms) else np.arange(first, last) for first, last, terms in some])
