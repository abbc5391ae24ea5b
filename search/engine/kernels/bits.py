"""Which documents of a window hold which terms? A bit a document: marked, counted, chosen by how many lists hold it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import BITMAP, BLOCK, END, FIRST_BLOCK, LAST_BLOCK, ONE, START, bare, compiled, seek

WINDOW: Final = 4096  # documents
LEVELS: Final = 5  # in how many lists a document stands is counted up to one less


@bare
def mark(
    docs: Any,
    bitmaps: Any,
    block_last: Any,
    lists: Any,
    bound: Any,
    now: Any,
    block_now: Any,
    low: Any,
    size: Any,
    hit: Any,
) -> Any:
    """Set a bit in `hit[t]` for each document of the window at `low` that list t holds; how many words a window has."""
    first_word = low >> 6
    window = hit.shape[1] << 6
    words = min(hit.shape[1], ((size + 63) >> 6) - first_word)
    for t in range(len(lists)):
        row = lists[t, BITMAP]
        if row >= 0:
            for word in range(words):
                hit[t, word] = bitmaps[row + first_word + word]
            continue
        for word in range(words):
            hit[t, word] = 0
        if bound[t] == 0.0:
            continue
        at, end = now[t], lists[t, END]
        if at < end and docs[at] < low:
            origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
            at, block_now[t] = seek(docs, at, end, low, block_last, block_now[t], lists[t, LAST_BLOCK], origin)
            now[t] = at
        while at < end:
            place = np.int64(docs[at]) - low
            if place >= window:
                break
            hit[t, place >> 6] |= ONE << np.uint64(place & 63)
            at += 1
    return words


@bare
def choose(bound: Any, remaining: Any, hit: Any, level: Any, least: Any, words: Any) -> Any:
    """Which documents of a window may win: those of a list that may win alone, and those of so many others that
    their highest bounds together may. Returns the row of `level` with a bit for each.
    """
    count = len(bound)
    for t in range(count):
        remaining[t] = 0.0 if bound[t] > least else bound[t]
    total = 0.0
    together = 0  # so many of the others
    while total <= least and together < LEVELS - 1:
        most = 0
        for t in range(1, count):
            if remaining[t] > remaining[most]:
                most = t
        if remaining[most] == 0.0:
            break
        total += remaining[most]
        remaining[most] = 0.0
        together += 1
    enough = total > least or together == LEVELS - 1
    for row in range(together + 1):
        for word in range(words):
            level[row, word] = 0
    for t in range(count):
        if 0.0 < bound[t] <= least:
            for row in range(together, 1, -1):
                for word in range(words):
                    level[row, word] |= level[row - 1, word] & hit[t, word]
            if together > 0:
                for word in range(words):
                    level[1, word] |= hit[t, word]
    if not enough:
        for word in range(words):
            level[together, word] = 0
    for t in range(count):
        if bound[t] > least:
            for word in range(words):
                level[together, word] |= hit[t, word]
    return together


@compiled
def any_count(post: Any, mask: Any, lists: Any, size: Any) -> Any:
    """How many of `size` documents hold any of the terms."""
    docs, bitmaps = post[0], post[7]
    words = (size + 63) >> 6
    found = np.zeros(words, np.uint64)
    for t in range(len(lists)):
        row = lists[t, BITMAP]
        if row >= 0:
            for word in range(words):
                found[word] |= bitmaps[row + word]
        else:
            for at in range(lists[t, START], lists[t, END]):
                document = docs[at]
                found[document >> 6] |= ONE << np.uint64(document & 63)
    return bits_count(found, mask)


@bare
def bits_count(found: Any, mask: Any) -> Any:
    """How many bits are set, of documents that pass."""
    total = np.int64(0)
    if len(mask) > 0:
        for document in range(len(mask)):
            if mask[document] != 0:
                total += np.int64((found[document >> 6] >> np.uint64(document & 63)) & ONE)
        return total
    for word in found:
        total += ones(word)
    return total


@bare
def ones(word: Any) -> Any:
    """How many bits of a word are set (Hacker's Delight, section 5-1)."""
    word -= (word >> ONE) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))
