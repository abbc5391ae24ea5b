"""Which documents of a window hold which terms? A bit a document: marked, counted, chosen by what they may be worth."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import ASKED, BITMAP, BLOCK, END, FIRST_BLOCK, LAST_BLOCK, ONE, START, bare, compiled, seek
from .tables import SIZE, post_of

WINDOW: Final = 4096  # documents
DIGITS: Final = 4  # of a bound when bounds are added
PLANES: Final = DIGITS + 2
ABOVE: Final = 1.0 + 1e-9  # rounding must not lose a document


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
def reaching(bound: Any, hit: Any, planes: Any, least: Any, words: Any) -> None:
    """Which documents of a window may win? A bit in the last of `planes` for each whose lists' bounds add up to more
    than `least`; bounds are rounded up, so a few others have one too.

    Bounds become numbers of DIGITS binary digits, added for 64 documents at a time (bit-sliced arithmetic, O'Neil and
    Quass 1997): a plane holds one digit of all sums. What is carried out of the last digit is above `least`.
    """
    carry, found = planes[DIGITS], planes[DIGITS + 1]
    for plane in planes:
        for word in range(words):
            plane[word] = 0
    largest = (1 << DIGITS) - 1
    unit = np.float64(largest) / least * ABOVE if least > 0.0 else np.inf
    sums = np.int64(0)  # at most so far: the digits above are 0
    for t in range(len(bound) - 1, -1, -1):  # mostly the smallest first, so that sums stay short
        if bound[t] == 0.0:
            continue
        row = hit[t]
        if not bound[t] * unit < np.float64(largest):
            for word in range(words):
                found[word] |= row[word]
            continue
        number = np.int64(bound[t] * unit) + 1
        carried = False
        for digit in range(DIGITS):
            if number >> digit & 1 == 0:
                if carried:
                    pass_on(planes[digit], carry, words)
                    carried = sums >> digit != 0
            elif carried:
                add_both(planes[digit], row, carry, words)
            else:
                add(planes[digit], row, carry, words)
                carried = sums >> digit != 0
        if carried:
            for word in range(words):
                found[word] |= carry[word]
        sums += number


@bare
def add(plane: Any, row: Any, carry: Any, words: Any) -> None:
    """Add a digit to a digit."""
    for word in range(words):
        one, other = plane[word], row[word]
        plane[word] = one ^ other
        carry[word] = one & other


@bare
def pass_on(plane: Any, carry: Any, words: Any) -> None:
    """Add what is carried to a digit."""
    for word in range(words):
        one, other = plane[word], carry[word]
        plane[word] = one ^ other
        carry[word] = one & other


@bare
def add_both(plane: Any, row: Any, carry: Any, words: Any) -> None:
    """Add a digit and what is carried to a digit."""
    for word in range(words):
        one, other, third = plane[word], row[word], carry[word]
        plane[word] = one ^ other ^ third
        carry[word] = (one & other) | (third & (one ^ other))


@compiled
def any_count(table: Any, mask: Any, asked: Any) -> Any:
    """How many documents hold any of the terms; `asked`: see `disjunction.any_top`."""
    lists = asked.reshape((-1, ASKED))
    docs, _, _, _, _, _, _, bitmaps = post_of(table)
    size = table[SIZE]
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
