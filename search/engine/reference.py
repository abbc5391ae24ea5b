"""What do the engine's array operations mean? Each of them with numpy alone: the readable reference, and what answers
where no compiled code is loaded.

Documents are u32, ascending, each once. A *key* is i64: owner << 32 | position, ascending, where the owner is the
place of a document in a list of candidates; so the words of all candidates are compared at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from .scoring import K1

Docs = NDArray[np.uint32]
Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integer = TypeVar("Integer", np.uint32, np.int64)

OWNER: Final = 32  # bits of a position in a key
MOST_SHARING: Final = 12  # words that share positions, up to which each choice of them is tried
_LOOKUP: Final = 16  # a table of all documents pays where the shorter list has more than 1/16 of them


# -- scores


def normalised(tf: NDArray[Any], docs: Docs, lengths: NDArray[np.uint8], inverse: Scores) -> Scores:
    """(n,) The frequencies as they would be in documents of mean length: tf · inverse[length byte]."""
    return tf * inverse[lengths[docs]]


def worth(x: Scores, weight: float) -> Scores:
    """(n,) weight · saturated(x), BM25."""
    return weight * (x * (K1 + 1) / (x + K1))


def best(docs: Docs, scores: Scores, k: int) -> Numbers:
    """(≤ k,) Places of the k best, best first; ties by document."""
    if k < 1:
        return np.zeros(0, np.int64)
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= least)
        if len(kept) > 2 * k:  # many ties with the last one: the first of them stay
            above = np.flatnonzero(scores > least)
            kept = np.concatenate((above, np.flatnonzero(scores == least)[: k - len(above)]))
    else:
        kept = np.arange(len(scores))
    order = np.lexsort((docs[kept], -scores[kept]))[:k]
    return kept[order]


# -- sets of documents


def places(wanted: Docs, docs: Docs) -> Numbers:
    """(len(wanted),) Where each wanted document stands in `docs`; −1 where it does not."""
    if len(docs) == 0 or len(wanted) == 0:
        return np.full(len(wanted), -1, np.int64)
    size = max(int(docs[-1]), int(wanted[-1])) + 1
    if _LOOKUP * min(len(wanted), len(docs)) > size:
        # The table is not cleared: what it says is checked, as in a sparse set (Briggs and Torczon 1993).
        table = np.empty(size, np.uint32)
        table[docs] = np.arange(len(docs), dtype=np.uint32)
        told = table[wanted]
        np.minimum(told, np.uint32(len(docs) - 1), out=told)
        return np.where(docs[told] == wanted, told, np.int64(-1))
    if len(wanted) > len(docs):
        found = np.full(len(wanted), -1, np.int64)
        at = np.searchsorted(wanted, docs)
        at[at == len(wanted)] = 0
        here = wanted[at] == docs
        found[at[here]] = np.flatnonzero(here)
        return found
    at = np.searchsorted(docs, wanted)
    at[at == len(docs)] = 0
    at[docs[at] != wanted] = -1
    return at


def contained(wanted: Docs, docs: Docs) -> Flags:
    """(len(wanted),) Whether each wanted document stands in `docs`."""
    return places(wanted, docs) >= 0


def union(lists: Sequence[Docs], documents: int) -> Docs:
    """The documents of any list; `documents`: how many the segment has."""
    lists = [docs for docs in lists if len(docs)]
    if not lists:
        return np.zeros(0, np.uint32)
    if len(lists) == 1:
        return lists[0]
    if 16 * sum(map(len, lists)) < documents:
        return _distinct(np.sort(np.concatenate(lists)))
    seen = np.zeros(documents, np.bool_)
    for docs in lists:
        seen[docs] = True
    return np.flatnonzero(seen).astype(np.uint32)


def has_bits(docs: Docs, bits: NDArray[np.uint64]) -> Flags:
    """(n,) Whether each document's bit is set, the lowest of the first word being document 0's."""
    found: Flags = (bits[docs >> np.uint32(6)] >> (docs & np.uint32(63)).astype(np.uint64)) & np.uint64(1) != 0
    return found


# -- positions


def keys_of(owners: Numbers, positions: NDArray[Any]) -> Numbers:
    """(n,) Keys of positions and the places of their documents."""
    return (owners << OWNER) | positions.astype(np.int64)


def merged(lists: Sequence[Numbers]) -> Numbers:
    """Keys of any list, ascending, each once."""
    return lists[0] if len(lists) == 1 else _distinct(np.sort(np.concatenate(lists)))


def _no_hurry() -> None:
    """What is called between two steps where nobody waits."""


def side_by_side(words: Sequence[Numbers], check: Callable[[], None] = _no_hurry) -> Numbers:
    """Owners that have the words at positions one behind another; `words`: the keys of each, in order. `check` is
    called before each of them, and may raise.
    """
    order = sorted(range(len(words)), key=lambda word: len(words[word]))
    starts = words[order[0]] - order[0]
    for word in order[1:]:
        check()
        at = np.searchsorted(words[word], starts + word)
        at[at == len(words[word])] = 0
        starts = starts[words[word][at] == starts + word] if len(words[word]) else starts[:0]
    return _distinct(starts >> OWNER)


def chained(words: Sequence[Numbers], slop: int, check: Callable[[], None] = _no_hurry) -> Numbers:
    """Owners that have the words in order, each 1 to `slop` positions behind the one before it. `check`: as above."""
    if slop < 1:
        return np.zeros(0, np.int64)
    reached = words[0]
    for keys in words[1:]:
        if not len(reached):
            break
        check()
        before = np.searchsorted(reached, keys) - 1  # the last one reached before each
        near = (before >= 0) & (keys - reached[before] <= slop) & (reached[before] >> OWNER == keys >> OWNER)
        reached = keys[near]
    return _distinct(reached >> OWNER)


def windowed(
    words: Sequence[Numbers], counts: Sequence[int], width: int, check: Callable[[], None] = _no_hurry
) -> Numbers:
    """Owners with a window of `width` positions in which each word has as many positions of its own as `counts` says.

    Words that never share a position only need enough of their own. Where some do (a surname's two roots), Hall's
    theorem decides: any of them together must have as many positions as they need together. (Of more than MOST_SHARING
    such words only each alone, each two and all are looked at.) `check`: as above.
    """
    if any(not len(keys) for keys in words):
        return np.zeros(0, np.int64)
    firsts = merged(words)
    ends = firsts + width  # exclusive; positions are far below 2³², so a window never reaches the next owner …
    ends = np.minimum(ends, (firsts >> OWNER) + 1 << OWNER)  # … and where it would, it ends there
    good = np.ones(len(firsts), np.bool_)
    for group in _sharing(words):
        for size in range(1, len(group) + 1) if len(group) <= MOST_SHARING else (1, 2, len(group)):
            for chosen in combinations(group, size):
                check()
                keys = merged([words[word] for word in chosen])
                needed = sum(counts[word] for word in chosen)
                left = np.flatnonzero(good)
                inside = np.searchsorted(keys, ends[left]) - np.searchsorted(keys, firsts[left])
                good[left[inside < needed]] = False
    return _distinct(firsts[good] >> OWNER)


def _distinct(ascending: NDArray[Integer]) -> NDArray[Integer]:
    """Each of ascending values once. (`np.unique` hashes since numpy 2.3, ten times as long, and imports numpy.ma.)"""
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def _sharing(words: Sequence[Numbers]) -> list[list[int]]:
    """Words in groups: two words that share a key are in one."""
    groups: list[list[int]] = []
    for word, keys in enumerate(words):
        touched = [group for group in groups if any(_meet(keys, words[other]) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([other for group in touched for other in group] + [word])
    return groups


def _meet(one: Numbers, other: Numbers) -> bool:
    small, large = sorted((one, other), key=len)
    at = np.searchsorted(large, small)
    at[at == len(large)] = 0
    return bool((large[at] == small).any())


# -- dictionaries


def fuzzy(
    data: NDArray[np.uint8], starts: Numbers, shared: NDArray[np.uint8], text: str, edits: int, low: int, high: int
) -> Numbers:
    """Those of the terms [low, high) that are at most `edits` insertions, deletions and substitutions from `text`.

    `data`, `starts`, `shared`: terms.bytes, .start and .lcp (which compiled code uses). All terms take each step of
    the distance table together.
    """
    wanted = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    letters, begins = _letters(data, starts, low, high)
    lengths = np.diff(begins)
    chosen = np.flatnonzero(np.abs(lengths - len(wanted)) <= edits)
    begins, lengths = begins[chosen], lengths[chosen]
    row = np.tile(np.arange(len(wanted) + 1, dtype=np.int32), (len(chosen), 1))
    result = row[:, -1].copy()  # the distance of terms of length 0
    longest = int(lengths.max(initial=0))
    for depth in range(longest):
        going = np.flatnonzero(lengths > depth)
        letter = letters[begins[going] + depth]
        before = row[going]
        after = np.empty_like(before)
        after[:, 0] = depth + 1
        for column in range(1, len(wanted) + 1):
            cost = before[:, column - 1] + (letter != wanted[column - 1])
            np.minimum(cost, before[:, column] + 1, out=cost)
            np.minimum(cost, after[:, column - 1] + 1, out=cost)
            after[:, column] = cost
        row[going] = after
        result[going] = after[:, -1]
    return (chosen[result <= edits] + low).astype(np.int64)


def _letters(data: NDArray[np.uint8], starts: Numbers, low: int, high: int) -> tuple[NDArray[np.uint32], Numbers]:
    """Code points of the terms [low, high) behind each other, and where each term's begin (one more than terms)."""
    begin, end = int(starts[low]), int(starts[high])
    raw = data[begin:end]
    letters = np.frombuffer(raw.tobytes().decode().encode("utf-32-le"), np.uint32)
    firsts = np.concatenate(([0], np.cumsum((raw & 0xC0) != 0x80)))
    return letters, firsts[starts[low : high + 1] - begin]
