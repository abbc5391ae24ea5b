"""Which forms of one field of a segment are within two edits of a word? Found in numpy, with no walk of the dictionary.

A form keeps a bit for each letter that it has. An edit changes two bits at most, so that forms with more bits different
or of another length are passed over in one step; what is left (some hundredths) takes every step of the distance table
together. A million forms take 33 MB, made in a second at the first repair; then a word takes 10 to 30 ms.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.storage.part import Part
from search.engine.lists import form_totals

_OTHERS: Final = 59  # the first of five numbers for all else than а–я (0…), a–z (32…) and digits (58)
_KNOWN: Final = 0x500  # code points from here on are one
_AT_ONCE: Final = 1 << 18  # forms that are read at a time

Numbers = NDArray[np.int64]
Letters = NDArray[np.uint8]


def letters_of(text: str) -> Letters:
    """(letters,) A number below 64 for each: а–я, a–z, the digits as one, five for all others."""
    return _numbered(np.frombuffer(text.encode("utf-32-le"), np.uint32))


def _table() -> Letters:
    table = (_OTHERS + np.arange(_KNOWN + 1) % 5).astype(np.uint8)
    table[ord("0") : ord("9") + 1] = 58
    table[ord("a") : ord("z") + 1] = np.arange(32, 58)
    table[ord("а") : ord("я") + 1] = np.arange(32)
    return table


_NUMBERS: Final = _table()


def _numbered(points: NDArray[np.uint32]) -> Letters:
    found: Letters = _NUMBERS[np.minimum(points, _KNOWN)]
    return found


class Forms:
    """Neighbouring terms of a part, F of them, numbers from `first` on: forms (`marked`, since they begin with `=`) or
    roots. `frequency` (F,): the tokens of a form, the documents of a root in the part.

    It holds no part, so that those who remember it by its part keep no file open.
    """

    def __init__(self, part: Part, terms: range, *, marked: bool) -> None:
        self.first = terms.start
        self.size = max(0, terms.stop - terms.start)
        self.frequency: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self.letters: Letters = np.zeros(0, np.uint8)
        self.length: NDArray[np.uint16] = np.zeros(0, np.uint16)
        self.start: Numbers = np.zeros(1, np.int64)
        self.bits: NDArray[np.uint64] = np.zeros(0, np.uint64)
        if not self.size:
            return
        letters, lengths = [], []
        for low in range(terms.start, terms.stop, _AT_ONCE):
            some = _letters(part, low, min(low + _AT_ONCE, terms.stop), int(marked))
            letters.append(some[0])
            lengths.append(some[1])
        self.letters = np.concatenate(letters)
        self.length = np.concatenate(lengths).astype(np.uint16)
        self.start = np.concatenate(([0], np.cumsum(self.length, dtype=np.int64)))
        self.bits = np.bitwise_or.reduceat(np.uint64(1) << self.letters.astype(np.uint64), self.start[:-1])
        own = np.diff(part.post_start[terms.start : terms.stop + 1].astype(np.int64))
        totals = form_totals(part, terms.start, terms.stop) if marked else own
        self.frequency = totals.astype(np.uint32)

    def near(self, word: str, edits: int) -> tuple[Numbers, Numbers]:
        """Places of the forms that are at most `edits` from `word`, and how many each is: letters left out, put in or
        replaced, or neighbours exchanged.
        """
        none = np.zeros(0, np.int64)
        if not self.size or not word:
            return none, none
        wanted = letters_of(word)
        bits = np.bitwise_or.reduce(np.uint64(1) << wanted.astype(np.uint64))
        alike = np.flatnonzero(np.bitwise_count(self.bits ^ bits) <= 2 * edits)
        lengths = self.length[alike].astype(np.int64)
        alike = alike[np.abs(lengths - len(wanted)) <= edits]
        if not len(alike):
            return none, none
        lengths = self.length[alike].astype(np.int64)
        columns = int(lengths.max())
        at = np.minimum(self.start[alike] + np.arange(columns)[:, None], len(self.letters) - 1)
        distance = distances(self.letters[at], lengths, wanted)
        close = np.flatnonzero(distance <= edits)
        return alike[close], distance[close]


def distances(letters: NDArray[np.uint8], lengths: Numbers, wanted: Letters) -> Numbers:
    """(n,) Damerau's distance (optimal string alignment) of n words to `wanted`; `letters` is (longest, n).

    Source: L. Boytsov, Indexing methods for approximate dictionary searching, 2011, section 2.2.
    """
    count, size = len(lengths), len(wanted)
    # rows[j]: (n,) the distance of each word's first i letters to the first j wanted ones.
    rows = np.repeat(np.arange(size + 1, dtype=np.uint8)[:, None], count, axis=1)
    before = rows
    found: Numbers = rows[size].astype(np.int64)
    for i in range(len(letters)):
        earlier, before = before, rows
        rows = np.empty_like(before)
        rows[0] = i + 1
        for j in range(1, size + 1):
            cost = before[j - 1] + (letters[i] != wanted[j - 1])
            np.minimum(cost, before[j] + 1, out=cost)
            np.minimum(cost, rows[j - 1] + 1, out=cost)
            if i and j > 1 and wanted[j - 1] != wanted[j - 2]:
                swapped = (letters[i] == wanted[j - 2]) & (letters[i - 1] == wanted[j - 1])
                np.copyto(cost, np.minimum(cost, earlier[j - 2] + 1), where=swapped)
            rows[j] = cost
        ends = lengths == i + 1
        found[ends] = rows[size][ends]
    return found


def _letters(part: Part, low: int, high: int, mark: int) -> tuple[Letters, Numbers]:
    """The letters of the terms [low, high) behind each other, their first `mark` left out, and how many each has."""
    starts = part.terms_start[low : high + 1].astype(np.int64)
    raw = part.terms_bytes[starts[0] : starts[-1]]
    starts -= starts[0]
    begins = (raw & 0xC0) != 0x80  # bytes that a character begins with
    for place in range(mark):
        begins[starts[:-1] + place] = False  # a mark is one byte
    lengths: Numbers = np.add.reduceat(begins, starts[:-1], dtype=np.int64)
    at = np.flatnonzero(begins)
    pairs = raw[at].astype(np.uint16) << 8
    pairs |= raw[np.minimum(at + 1, len(raw) - 1)]
    return _of_bytes()[pairs], lengths


@cache
def _of_bytes() -> Letters:
    """(65536,) The number of a letter by the first two bytes of its UTF-8; from three on all are one."""
    first, second = np.divmod(np.arange(1 << 16), 256)
    points = np.where(first < 0x80, first, np.where(first < 0xE0, (first & 0x1F) << 6 | second & 0x3F, _KNOWN))
    return _numbered(points.astype(np.uint32))
