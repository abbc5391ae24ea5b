"""Which documents of a window match typed words, and which of those cannot win? A bit a document.

`cursor`: where each list stands, and its block. `words` and `pairs`: see `typed`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .bits import ones
from .lists import (
    BITMAP,
    BLOCK,
    BRUIJN,
    END,
    FIRST_BLOCK,
    LAST_BLOCK,
    LENGTHS,
    NORMS,
    ONE,
    PLACE,
    START,
    bare,
    seek,
)
from .typed import most

SEEKING: Final = 8  # looking for a document in a list costs as much as marking so many postings
STEPS: Final = 12  # of halving


@bare
def skip_to(docs: Any, block_last: Any, lists: Any, t: Any, cursor: Any, document: Any) -> None:
    """Move list t to a document, or behind it where it stands behind it."""
    now, block_now = cursor
    if now[t] < lists[t, END] and docs[now[t]] < document:
        origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
        now[t], block_now[t] = seek(
            docs, now[t], lists[t, END], document, block_last, block_now[t], lists[t, LAST_BLOCK], origin
        )


@bare
def smallest(lists: Any, words: Any, sizes: Any) -> Any:
    """The group with the fewest postings, and how many the list has that decides how long windows are: the longest of
    a lone group, whose blocks' bounds are to be used, else all of the smallest group together.
    """
    slots, _, parts, _ = words
    longest = np.int64(0)
    for slot in range(len(slots)):
        if slots[slot, 0] >= 0:
            for part in range(slots[slot, 1], slots[slot, 2]):
                postings = lists[parts[part], END] - lists[parts[part], START]
                sizes[slots[slot, 0]] += postings
                longest = max(longest, postings)
    lead = 0
    for group in range(len(sizes)):
        if sizes[group] < sizes[lead]:
            lead = group
    return lead, longest if len(sizes) == 1 else sizes[lead]


@bare
def matching(
    post: Any,
    lists: Any,
    words: Any,
    lead: Any,
    groups: Any,
    cursor: Any,
    low: Any,
    size: Any,
    hit: Any,
    marked: Any,
    together: Any,
    some: Any,
    wide: Any,
    mask: Any,
) -> Any:
    """A bit in `together` for each document of the window that all groups hold and that passes; how many."""
    slots, _, parts, _ = words
    found = np.int64(0)
    for turn in range(groups):
        group = lead if turn == 0 else turn - 1 if turn <= lead else turn
        for word in range(wide):
            some[word] = 0
        for slot in range(len(slots)):
            if slots[slot, 0] != group:
                continue
            for part in range(slots[slot, 1], slots[slot, 2]):
                t = parts[part]
                if marked[t] == 0 and turn == 0:
                    mark(post, lists, t, cursor, low, hit, wide)
                elif marked[t] == 0:
                    mark_among(post, lists, t, cursor, low, size, hit, together, wide, found)
                marked[t] = 1
                for word in range(wide):
                    some[word] |= hit[t, word]
        found = np.int64(0)
        for word in range(wide):
            bits = some[word] if turn == 0 else some[word] & together[word]
            together[word] = bits
            if bits != 0:
                found += ones(bits)
        if found == 0:
            return found
    if len(mask) > 0:
        found = np.int64(0)
        for word in range(wide):
            bits = together[word]
            while bits != 0:
                lowest = bits & (~bits + ONE)
                bits ^= lowest
                document = low + (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
                if mask[document] == 0:
                    together[word] ^= lowest
                else:
                    found += 1
    return found


@bare
def mark(post: Any, lists: Any, t: Any, cursor: Any, low: Any, hit: Any, wide: Any) -> None:
    """A bit in `hit[t]` for each document of the window that list t holds."""
    docs, bitmaps = post[0], post[7]
    row = lists[t, BITMAP]
    if row >= 0:
        for word in range(wide):
            hit[t, word] = bitmaps[row + (low >> 6) + word]
        return
    for word in range(wide):
        hit[t, word] = 0
    skip_to(docs, post[4], lists, t, cursor, low)
    at, end, window = cursor[0][t], lists[t, END], hit.shape[1] << 6
    while at < end:
        place = np.int64(docs[at]) - low
        if place >= window:
            break
        hit[t, place >> 6] |= ONE << np.uint64(place & 63)
        at += 1


@bare
def mark_among(
    post: Any, lists: Any, t: Any, cursor: Any, low: Any, size: Any, hit: Any, wanted: Any, wide: Any, found: Any
) -> None:
    """The same, for the `found` wanted documents at least: looked for one by one where they are few."""
    docs, end = post[0], lists[t, END]
    if lists[t, BITMAP] >= 0 or found * SEEKING * size > (end - lists[t, START]) * (wide << 6):
        mark(post, lists, t, cursor, low, hit, wide)
        return
    origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
    at, block = cursor[0][t], cursor[1][t]
    for word in range(wide):
        hit[t, word] = 0
        bits = wanted[word]
        while bits != 0 and at < end:
            lowest = bits & (~bits + ONE)
            bits ^= lowest
            document = low + (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
            at, block = seek(docs, at, end, document, post[4], block, lists[t, LAST_BLOCK], origin)
            if at < end and docs[at] == document:
                hit[t, word] |= lowest


@bare
def sift(
    top: Any, x: Any, order: Any, words: Any, pairs: Any, least: Any, hit: Any, together: Any, some: Any, wide: Any
) -> None:
    """Take from `together` the documents that are held only by lists that cannot win, even all of them together."""
    for t in range(len(top)):
        x[t] = 0.0
    weak = 0
    while weak < len(order):
        x[order[weak]] = top[order[weak]]
        if most(x, words, pairs) > least:
            break
        weak += 1
    if weak == 0:
        return
    for word in range(wide):
        some[word] = 0
    for place in range(weak, len(order)):
        t = order[place]
        for word in range(wide):
            some[word] |= hit[t, word]
    for word in range(wide):
        together[word] &= some[word]


@bare
def screen(
    post: Any,
    inv: Any,
    lists: Any,
    cursor: Any,
    t: Any,
    top: Any,
    x: Any,
    words: Any,
    pairs: Any,
    least: Any,
    low: Any,
    hit: Any,
    together: Any,
    others: Any,
    wide: Any,
) -> None:
    """Take from `together` the documents that list t holds and that cannot win by their frequency there, with what the
    other lists may add where any of them holds it.
    """
    docs, tf, lens = post[0], post[1], post[6]
    for word in range(wide):
        others[word] = 0
    for other in range(len(top)):
        x[other] = 0.0
        if other != t:
            for word in range(wide):
                others[word] |= hit[other, word]
    alone = hopeless_up_to(x, t, top[t], words, pairs, least)
    for other in range(len(top)):
        x[other] = top[other]
    with_others = hopeless_up_to(x, t, top[t], words, pairs, least)
    skip_to(docs, post[4], lists, t, cursor, low)
    at, end, window = cursor[0][t], lists[t, END], hit.shape[1] << 6
    lengths, norms = lists[t, LENGTHS], lists[t, NORMS]
    while at < end:
        place = np.int64(docs[at]) - low
        if place >= window:
            break
        bit = ONE << np.uint64(place & 63)
        if together[place >> 6] & bit != 0 and tf[at] < 255:
            limit = with_others if others[place >> 6] & bit != 0 else alone
            if np.float64(tf[at]) * inv[norms + np.int64(lens[lengths + low + place])] <= limit:
                together[place >> 6] ^= bit
        at += 1


@bare
def hopeless_up_to(x: Any, t: Any, top: Any, words: Any, pairs: Any, least: Any) -> Any:
    """About the largest x of list t that cannot win beside the others' in `x`, never more; −1 where every x may."""
    x[t] = top
    if most(x, words, pairs) <= least:
        return top
    low, high = -1.0, top
    for _ in range(STEPS):
        middle = 0.5 * (max(low, 0.0) + high)
        x[t] = middle
        if most(x, words, pairs) <= least:
            low = middle
        else:
            high = middle
    return low
