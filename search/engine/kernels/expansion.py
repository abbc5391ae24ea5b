"""Which terms of a sorted dictionary are at most so many edits away, and which documents hold any of many terms?"""

from __future__ import annotations

from typing import Any

import numpy as np

from .bits import bits_count
from .lists import ONE, bare, compiled
from .starts import start_at
from .tables import BASE, DOCS, POST_START, SIZE, TERM_BYTES, TERM_START, array_at, starts_of


@compiled
def fuzzy(data: Any, starts: Any, shared: Any, wanted: Any, edits: Any, low: Any, high: Any, out: Any) -> Any:
    """How many of the terms [low, high) are within `edits` (Levenshtein) of `wanted`; the first ones go to `out`.

    `data`, `starts`, `shared`: terms.bytes, .start (as `in_words` gives it) and .lcp; `wanted`: code points. A row of
    the distance table is kept for each letter, so that what a term shares with the one before it is not computed again;
    and where no row can come back under the limit, all terms that share so much are passed over.
    """
    size = len(wanted)
    deepest = size + edits + 1  # no row that deep is within the limit
    rows = np.empty((deepest + 1, size + 1), np.int32)
    for j in range(size + 1):
        rows[0, j] = j
    ends = np.zeros(deepest + 2, np.int64)  # bytes of the term's first so many letters
    valid = 0  # letters whose rows are those of the term before
    dead = np.int64(1) << 40  # bytes of the term before that no term may begin with
    found = 0
    for term in range(low, high):
        common = np.int64(shared[term]) if term > low else 0
        if common >= dead:
            continue
        while valid > 0 and ends[valid] > common:
            valid -= 1
        dead = np.int64(1) << 40
        begin, end = start_at(starts, term), start_at(starts, term + 1)
        depth = valid
        at = begin + ends[depth]
        while at < end:
            code = np.int64(data[at])
            if code < 0x80:
                at += 1
            elif code < 0xE0:
                code = (code & 0x1F) << 6 | (np.int64(data[at + 1]) & 0x3F)
                at += 2
            elif code < 0xF0:
                code = (code & 0x0F) << 12 | (np.int64(data[at + 1]) & 0x3F) << 6 | (np.int64(data[at + 2]) & 0x3F)
                at += 3
            else:
                code = (
                    (code & 0x07) << 18
                    | (np.int64(data[at + 1]) & 0x3F) << 12
                    | (np.int64(data[at + 2]) & 0x3F) << 6
                    | (np.int64(data[at + 3]) & 0x3F)
                )
                at += 4
            depth += 1
            ends[depth] = at - begin
            rows[depth, 0] = depth
            least = depth
            for j in range(1, size + 1):
                cost = rows[depth - 1, j - 1] + (0 if wanted[j - 1] == code else 1)
                cost = min(cost, rows[depth - 1, j] + 1, rows[depth, j - 1] + 1)
                rows[depth, j] = cost
                least = min(least, cost)
            if least > edits:
                dead = ends[depth]
                break
        valid = depth
        if at >= end and dead == np.int64(1) << 40 and rows[depth, size] <= edits:
            if found < len(out):
                out[found] = term
            found += 1
    return found


@bare
def prefixed(table: Any, low: Any, high: Any, prefix: Any) -> Any:
    """The terms of [low, high) that begin with `prefix` (bytes): the first, and the one behind the last."""
    data = array_at(table[TERM_BYTES], table[TERM_BYTES + 1], np.uint8)
    starts = starts_of(table, TERM_START)
    end = high
    while low < high:
        middle = (low + high) >> 1
        if compared(data, start_at(starts, middle), start_at(starts, middle + 1), prefix) < 0:
            low = middle + 1
        else:
            high = middle
    first = low
    high = end
    while low < high:
        middle = (low + high) >> 1
        if compared(data, start_at(starts, middle), start_at(starts, middle + 1), prefix) <= 0:
            low = middle + 1
        else:
            high = middle
    return first, low


@bare
def compared(data: Any, begin: Any, end: Any, prefix: Any) -> Any:
    """Below 0 where a term comes before all that begin with `prefix`, 0 where it begins so, above 0 behind them."""
    for place in range(len(prefix)):
        if begin + place >= end:
            return -1
        letter, wanted = np.int64(data[begin + place]), np.int64(prefix[place])
        if letter != wanted:
            return letter - wanted
    return 0


@bare
def first_of(table: Any, first: Any, last: Any, terms: Any, mask: Any, documents: Any, n: Any) -> Any:
    """The first documents that hold any of the terms [first, last), or of `terms` where that is not empty, in
    `documents`, ascending; n again.

    A document that is among the first k of all is among the first k of its list, so lists end early.
    """
    docs = array_at(table[DOCS], table[DOCS + 1], np.uint32)
    starts, base = starts_of(table, POST_START), table[BASE]
    k = len(documents)
    masked = len(mask) > 0
    begin = n  # those before are of earlier segments
    if n == k:
        return n
    for place in range(first, last):
        term = terms[place] if len(terms) > 0 else place
        for at in range(start_at(starts, term), start_at(starts, term + 1)):
            document = np.int64(docs[at])
            if n == k and base + document >= documents[n - 1]:
                break
            if masked and mask[document] == 0:
                continue
            low, high = begin, n
            while low < high:
                middle = (low + high) >> 1
                if documents[middle] < base + document:
                    low = middle + 1
                else:
                    high = middle
            if low < n and documents[low] == base + document:
                continue
            if n < k:
                n += 1
            for moved in range(n - 1, low, -1):
                documents[moved] = documents[moved - 1]
            documents[low] = base + document
    return n


@compiled
def count_of(table: Any, first: Any, last: Any, terms: Any, mask: Any) -> Any:
    """How many documents hold any of these terms, given as to `first_of`."""
    docs = array_at(table[DOCS], table[DOCS + 1], np.uint32)
    starts = starts_of(table, POST_START)
    found = np.zeros((table[SIZE] + 63) >> 6, np.uint64)
    for place in range(first, last):
        term = terms[place] if len(terms) > 0 else place
        for at in range(start_at(starts, term), start_at(starts, term + 1)):
            document = docs[at]
            found[document >> 6] |= ONE << np.uint64(document & 63)
    return bits_count(found, mask)
