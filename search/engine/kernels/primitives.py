"""The array operations of `engine.reference`, compiled where that is faster: same names, same results bit by bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.engine import reference
from search.engine.reference import Docs, Flags, Numbers, Scores, chained, keys_of, merged, side_by_side, windowed

from . import arrays, expansion
from .lists import best_first
from .starts import in_words

FEW: Final = 4096  # terms that are found before the answer must grow
SMALL: Final = 64  # hits that are found by a heap; more are found by numpy

__all__ = [
    "best",
    "chained",
    "contained",
    "fuzzy",
    "has_bits",
    "keys_of",
    "merged",
    "normalised",
    "places",
    "side_by_side",
    "union",
    "windowed",
    "worth",
]


def _fixed(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """An array as kernels are compiled for: contiguous, of this type, and not to be written to."""
    view = np.ascontiguousarray(array, dtype).view()
    view.flags.writeable = False
    return view


def normalised(tf: NDArray[Any], docs: Docs, lengths: NDArray[np.uint8], inverse: Scores) -> Scores:
    """As that of the reference."""
    out = np.empty(len(docs))
    frequencies = _fixed(tf, np.uint8 if tf.dtype == np.uint8 else np.int64)
    arrays.normalise(frequencies, _fixed(docs, np.uint32), _fixed(lengths, np.uint8), _fixed(inverse, np.float64), out)
    return out


def worth(x: Scores, weight: float) -> Scores:
    """As that of the reference."""
    out = np.empty(len(x))
    arrays.weigh(_fixed(x, np.float64), float(weight), out)
    return out


def best(docs: Docs, scores: Scores, k: int) -> Numbers:
    """As that of the reference."""
    if not 0 < k <= SMALL:
        return reference.best(docs, scores, k)
    kept = np.empty(k)
    chosen = np.empty(k, np.int64)
    n = arrays.best_places(_fixed(scores, np.float64), kept, chosen)
    best_first(kept, chosen, n)
    return chosen[:n]


def places(wanted: Docs, docs: Docs) -> Numbers:
    """As that of the reference."""
    out = np.empty(len(wanted), np.int64)
    arrays.find(_fixed(wanted, np.uint32), _fixed(docs, np.uint32), out)
    return out


def contained(wanted: Docs, docs: Docs) -> Flags:
    """As that of the reference."""
    return places(wanted, docs) >= 0


def union(lists: Sequence[Docs], documents: int) -> Docs:
    """As that of the reference."""
    lists = [docs for docs in lists if len(docs)]
    if len(lists) < 2:
        return reference.union(lists, documents)
    bits = np.zeros((documents + 63) // 64, np.uint64)
    for docs in lists:
        arrays.set_bits(_fixed(docs, np.uint32), bits)
    out = np.empty(min(documents, sum(map(len, lists))), np.uint32)
    return out[: arrays.bit_places(bits, out)]


def has_bits(docs: Docs, bits: NDArray[np.uint64]) -> Flags:
    """As that of the reference."""
    out = np.empty(len(docs), np.bool_)
    arrays.test_bits(_fixed(docs, np.uint32), _fixed(bits, np.uint64), out)
    return out


def fuzzy(
    data: NDArray[np.uint8], starts: Any, shared: NDArray[np.uint8], text: str, edits: int, low: int, high: int
) -> Numbers:
    """As that of the reference, sharing rows of the distance table between neighbours."""
    wanted, places = np.array([ord(letter) for letter in text], np.uint32), in_words(starts)
    found = np.empty(FEW, np.int64)
    while True:
        many = expansion.fuzzy(data, places, shared, wanted, edits, low, high, found)
        if many <= len(found):
            return found[:many]
        found = np.empty(many, np.int64)
