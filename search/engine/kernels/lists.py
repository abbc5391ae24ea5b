"""How does compiled code walk a list of postings? What all kernels share: the heap of the best k, seeking, frequencies.

A `post` is a tuple of arrays of a part, made of its table (`tables`): (documents, frequencies, where frequencies
are big, the big ones, last document of each block, largest x of each block, lengths field by field, bitmaps of dense
terms word by word). A list of postings is a row of `lists`, see the columns below; it has a weight, idf · boost, and a
scale by which the largest x of its blocks are multiplied to be bounds (the mean length may have changed). Formulas and
the order of addition are those of `engine.plan`.

The heap is a pair of arrays, score and document, of k items, n of them filled: the worst is at its root. Documents
come in ascending order, so of equal scores the first ones stay. Between two kernels its items are sorted, best first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit

from index.storage.format import BLOCK as _BLOCK

Function = TypeVar("Function", bound=Callable[..., Any])

BLOCK: Final = _BLOCK
# Columns of `lists`, int64: postings, blocks of postings, where the field's row of lengths and of inverse norms begin,
# where the term's bitmap begins (−1 without one), and the bits of the scale.
START, END, FIRST_BLOCK, LAST_BLOCK, LENGTHS, NORMS, BITMAP, SCALE = range(8)
COLUMNS: Final = 8
# What is asked of a list may stand behind that: the bits of its weight, and its role: the place of a word in a phrase,
# the group of a term.
WEIGHT, ROLE, ASKED = range(COLUMNS, COLUMNS + 3)
K1: Final = 1.2
K1_PLUS_1: Final = 2.2
SAFE: Final = 1.0 - 1e-12  # bounds are sums of another order: rounding must not lose a document
FAR: Final = 1 << 40  # beyond every document
ONE: Final = np.uint64(1)
# Place of the only bit of a word, by de Bruijn's multiplication.
BRUIJN: Final = np.uint64(0x03F79D71B4CB0A89)
PLACE: Final = np.zeros(64, np.int64)
for _bit in range(64):
    PLACE[((1 << _bit) * 0x03F79D71B4CB0A89 & 0xFFFFFFFFFFFFFFFF) >> 58] = _bit


_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy"}
_BARE: Final[dict[str, Any]] = {**_OPTIONS, "_nrt": False}
_INLINED: Final[dict[str, Any]] = {**_BARE, "inline": "always"}


def compiled(function: Function) -> Function:
    """Compiled by numba, kept in its cache, run without the interpreter's lock; division by zero is IEEE's."""
    return cast(Function, njit(**_OPTIONS)(function))


def bare(function: Function) -> Function:
    """As `compiled`, for what makes no arrays: it counts no references to them. Counting is atomic, and would cost more
    than a step of a list at each call in a loop.
    """
    return cast(Function, njit(**_BARE)(function))


def inlined(function: Function) -> Function:
    """As `bare`, and written out in its callers."""
    return cast(Function, njit(**_INLINED)(function))


@inlined
def saturated(x: Any) -> Any:
    """BM25's saturation of a normalised frequency."""
    return x * K1_PLUS_1 / (x + K1)


@bare
def big_frequency(big_at: Any, big_tf: Any, at: Any) -> Any:
    """The true frequency of a posting whose byte is full."""
    low, high = 0, len(big_at)
    while low < high:
        middle = (low + high) >> 1
        if big_at[middle] < at:
            low = middle + 1
        else:
            high = middle
    return np.int64(big_tf[low])


@inlined
def frequency(tf: Any, big_at: Any, big_tf: Any, at: Any) -> Any:
    """The true frequency of a posting."""
    count = np.int64(tf[at])
    return big_frequency(big_at, big_tf, at) if count == 255 else count


@inlined
def gain(
    tf: Any, big_at: Any, big_tf: Any, lens: Any, inv: Any, at: Any, document: Any, lengths: Any, norms: Any
) -> Any:
    """What a posting is worth before its weight: its saturated normalised frequency."""
    count = frequency(tf, big_at, big_tf, at)
    return saturated(np.float64(count) * inv[norms + np.int64(lens[lengths + document])])


@bare
def push(scores: Any, documents: Any, n: Any, score: Any, document: Any) -> Any:
    """Into the heap, instead of its root where it is full; the caller has seen that it belongs there."""
    k = len(scores)
    if n < k:
        at = n
        while at > 0:
            parent = (at - 1) >> 1
            if score > scores[parent] or (score == scores[parent] and document < documents[parent]):
                break
            scores[at] = scores[parent]
            documents[at] = documents[parent]
            at = parent
        scores[at] = score
        documents[at] = document
        return n + 1
    settle(scores, documents, k, score, document)
    return n


@bare
def settle(scores: Any, documents: Any, n: Any, score: Any, document: Any) -> None:
    """Instead of the root of a heap of n items."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= n:
            break
        other = child + 1
        if other < n and (
            scores[other] < scores[child] or (scores[other] == scores[child] and documents[other] > documents[child])
        ):
            child = other
        if score < scores[child] or (score == scores[child] and document > documents[child]):
            break
        scores[at] = scores[child]
        documents[at] = documents[child]
        at = child
    scores[at] = score
    documents[at] = document


@inlined
def better(scores: Any, documents: Any, score: Any, document: Any) -> Any:
    """Whether a document belongs into a full heap, in whatever order documents come."""
    return score > scores[0] or (score == scores[0] and document < documents[0])


@bare
def among(ascending: Any, document: Any) -> Any:
    """Whether a document is one of these."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < document:
            low = middle + 1
        else:
            high = middle
    return low < len(ascending) and ascending[low] == document


@inlined
def threshold(scores: Any, n: Any, floor: Any) -> Any:
    """What a bound must pass: the k-th best so far, or `floor` that k documents are known to reach (−1: unknown)."""
    best = floor
    if n == len(scores) and scores[0] > best:
        best = scores[0]
    return best * SAFE


@inlined
def seek(docs: Any, at: Any, end: Any, target: Any, block_last: Any, block: Any, last_block: Any, base: Any) -> Any:
    """The first posting of `target` or a later document, from `at` on, and its block (which may lag behind).

    Among the next sixteen it is found by counting, without branches: one comparison of vectors. Else whole blocks are
    passed over by their last document. `base`: posting 0 of block 0, as if the list's blocks began there.
    """
    wanted = np.uint32(target)
    if at + 16 > end or docs[at + 15] < wanted:
        while block < last_block and block_last[block] < wanted:
            block += 1
        if block >= last_block:
            return end, block
        at = max(at, base + block * BLOCK)
        while at + 16 <= end and docs[at + 15] < wanted:
            at += 16
    if at + 16 <= end:
        count = 0
        for step in range(16):
            count += docs[at + step] < wanted
        return at + count, block
    while at < end and docs[at] < wanted:
        at += 1
    return at, block


@bare
def best_first(scores: Any, documents: Any, n: Any) -> None:
    """Sort what the heap holds: best score first, of equal scores the first document."""
    for last in range(n - 1, 0, -1):
        score, document = scores[last], documents[last]
        scores[last], documents[last] = scores[0], documents[0]
        settle(scores, documents, last, score, document)


@bare
def heaped(scores: Any, documents: Any, n: Any) -> None:
    """Make a heap again of what is sorted best first: the other way round it is one."""
    for at in range(n >> 1):
        other = n - 1 - at
        scores[at], scores[other] = scores[other], scores[at]
        documents[at], documents[other] = documents[other], documents[at]


@bare
def highest(block_top: Any, block: Any, last_block: Any) -> Any:
    """The largest x of some blocks: four at a time, since each comparison waits for the one before it."""
    one = other = third = fourth = np.float32(0.0)
    while block + 4 <= last_block:
        one, other = max(one, block_top[block]), max(other, block_top[block + 1])
        third, fourth = max(third, block_top[block + 2]), max(fourth, block_top[block + 3])
        block += 4
    while block < last_block:
        one = max(one, block_top[block])
        block += 1
    return max(max(one, other), max(third, fourth))


@bare
def highest_within(
    docs: Any, block_last: Any, block_top: Any, lists: Any, t: Any, block: Any, low: Any, high: Any
) -> Any:
    """The largest x that list t may have among the documents [low, high), and its first block there."""
    last_block = lists[t, LAST_BLOCK]
    while block < last_block and block_last[block] < low:
        block += 1
    begin = block
    origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
    most = np.float32(0.0)
    while block < last_block and docs[origin + block * BLOCK] < high:
        most = max(most, block_top[block])
        block += 1
    return most, begin
