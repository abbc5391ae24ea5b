"""Which array operations are compiled? Each in one pass; `primitives` has them under the names of the reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lists import BRUIJN, ONE, PLACE, bare, compiled, push, saturated


@compiled
def find(wanted: Any, docs: Any, out: Any) -> None:
    """Where each wanted document stands in `docs`, −1 where it does not: a walk through both, by doubling steps."""
    size = len(docs)
    at = 0
    for place in range(len(wanted)):
        document = wanted[place]
        step = 1
        low = at
        while at < size and docs[at] < document:
            low = at + 1
            at += step
            step *= 2
        high = min(at, size)
        while low < high:
            middle = (low + high) >> 1
            if docs[middle] < document:
                low = middle + 1
            else:
                high = middle
        at = low
        if at == size:
            out[place:] = -1
            return
        out[place] = at if docs[at] == document else -1


@compiled
def normalise(tf: Any, docs: Any, lengths: Any, inverse: Any, out: Any) -> None:
    """tf · inverse[length byte of the document]."""
    for place in range(len(docs)):
        out[place] = np.float64(tf[place]) * inverse[lengths[docs[place]]]


@compiled
def weigh(x: Any, weight: Any, out: Any) -> None:
    """weight · saturated(x)."""
    for place in range(len(x)):
        out[place] = weight * saturated(x[place])


@compiled
def test_bits(docs: Any, bits: Any, out: Any) -> None:
    """Whether the bit of each document is set."""
    for place in range(len(docs)):
        document = docs[place]
        out[place] = (bits[document >> np.uint32(6)] >> np.uint64(document & np.uint32(63))) & ONE != 0


@compiled
def set_bits(docs: Any, bits: Any) -> None:
    """Set the bit of each document."""
    for document in docs:
        bits[document >> np.uint32(6)] |= ONE << np.uint64(document & np.uint32(63))


@compiled
def bit_places(bits: Any, out: Any) -> Any:
    """The documents whose bits are set; how many."""
    count = 0
    for word in range(len(bits)):
        left = bits[word]
        while left != 0:
            lowest = left & (~left + ONE)
            left ^= lowest
            out[count] = (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
            count += 1
    return count


@bare
def best_places(values: Any, scores: Any, chosen: Any) -> Any:
    """The places of the highest values, as a heap in `scores` and `chosen`; how many. Of equal ones the first."""
    n = 0
    k = len(scores)
    for place in range(len(values)):
        value = values[place]
        if n < k or value > scores[0]:
            n = push(scores, chosen, n, value, place)
    return n
