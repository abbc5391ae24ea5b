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
from index.storage.part import Part

from . import kernels, plan
from .kernels import primitives
from .kernels.lists import COLUMNS
from .kernels.starts import Starts, in_words
from .shelf import MARK, UNBOUNDED, Shelf

FEW: Final = 4  # patterns, up to which what a document scores by the patterns it matches is worked out beforehand
_NO_LIST: Final = bytes(8 * COLUMNS)


class Expanded(NamedTuple):
    """Some patterns in one segment, as `kernels.patterns_top` takes them."""

    starts: Starts
    terms: NDArray[np.int64]
    groups: NDArray[np.int64]
    lists: NDArray[np.int64]
    worth: NDArray[np.float64]
    scales: NDArray[np.float64]


def terms_of(part: Part, node: plan.Expansion) -> NDArray[np.int64] | None:
    """The terms that answer a pattern, ascending; None where forms, without postings, may be among them."""
    match node.pattern:
        case plan.Prefixed(text) if text and not text.startswith(MARK):
            return np.arange(*_with_prefix(part, node.field, text))
        case plan.Fuzzy(text, edits, prefix) if prefix > 0 and text and not text.startswith(FORM_MARK):
            low, high = _with_prefix(part, node.field, text[:prefix].encode())
            return primitives.fuzzy(part.terms_bytes, part.terms_start, part.terms_lcp, text, edits, low, high)
    return None


def _with_prefix(part: Part, field: str, prefix: bytes) -> tuple[int, int]:
    """As `Part.with_prefix`, compiled."""
    terms = part.terms_of(field)
    letters = np.frombuffer(prefix, np.uint8)
    low, high = kernels.prefixed(part.terms_bytes, in_words(part.terms_start), terms.start, terms.stop, letters)
    return low, high


def expanded(shelf: Shelf, nodes: Sequence[plan.Node], segment: int) -> Expanded | None:
    """Some expansions in a segment; None where one is not constant, or is worth less than nothing."""
    part = shelf.view.parts[segment]
    terms, groups, rows, worth, scales = [], [0], [], [], []
    for node in nodes:
        if type(node) is not plan.Expansion or not node.constant or not 0.0 <= node.boost < UNBOUNDED:
            return None
        found = terms_of(part, node)
        if found is None:
            return None
        terms.append(found)
        groups.append(groups[-1] + len(found))
        row, value, scale = _NO_LIST, float(node.boost), 1.0
        if len(found) == 1:
            one = shelf.found(node.field, part.term(int(found[0])))
            here = one.lists[segment]
            value = one.idf * node.alone
            if here is None or not 0.0 <= value < UNBOUNDED:
                return None
            row, scale = here.joined, here.scale
        rows.append(row)
        worth.append(value)
        scales.append(scale)
    return Expanded(
        in_words(part.post_start),
        np.concatenate(terms),
        np.array(groups),
        np.frombuffer(b"".join(rows), np.int64).reshape(-1, COLUMNS),
        np.array(worth),
        np.array(scales),
    )
