"""Where does a term stand? Postings of one term in one segment: those of the file, or a form's, made of its roots'.

Both kinds have `docs` (u32, ascending), frequencies and positions; `chosen` are places in `docs`, None for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.format import BLOCK, ESCAPE
from index.storage.part import Part

from .reference import OWNER, Docs, Numbers, keys_of, merged

_SPARSE = 8  # a list's blocks are read one by one where fewer than 1/8 of its postings are wanted


class StoredList:
    """The postings of a term that has some."""

    __slots__ = ("docs", "end", "number", "part", "start")

    def __init__(self, part: Part, number: int) -> None:
        self.part = part
        self.number = number
        self.start = int(part.post_start[number])
        self.end = int(part.post_start[number + 1])
        self.docs: Docs = part.post_doc[self.start : self.end]

    def frequencies(self, chosen: Numbers | None = None) -> NDArray[Any]:
        """True frequencies, u8 where none is too big for it."""
        part = self.part
        if chosen is not None:
            return _frequencies_at(part, chosen + self.start)
        if not len(part.big_at):
            tf: NDArray[np.uint8] = part.post_tf[self.start : self.end]
            return tf
        return part.frequencies(self.start, self.end)

    def keys(self, chosen: Numbers, owners: Numbers) -> Numbers:
        """The positions of the chosen postings; `owners` are what they count as."""
        at, posting = self._positions(chosen)
        return keys_of(owners[posting], self.part.pos_at[at])

    def form_counts(self, forms: Sequence[int], chosen: Numbers) -> Numbers:
        """(n,) How often the root stands in one of its forms with these numbers, in each chosen posting."""
        if 2 * len(chosen) > len(self.docs):
            low = int(self.part.block_pos[self.part.block_start[self.number]])
            tf = self.frequencies().astype(np.int64)
            ends = np.cumsum(tf)
            here = _is_form(self.part, forms, np.arange(0), low, low + int(ends[-1]))
            counts: Numbers = np.add.reduceat(here, ends - tf, dtype=np.int64)
            return counts[chosen]
        at, posting = self._positions(chosen)
        here = _is_form(self.part, forms, at)
        return np.bincount(posting[here], minlength=len(chosen))

    def form_keys(self, forms: Sequence[int]) -> Numbers:
        """Document << 32 | position of each token in one of these forms, ascending."""
        low = int(self.part.block_pos[self.part.block_start[self.number]])
        ends = np.cumsum(self.frequencies(), dtype=np.int64)
        found = np.flatnonzero(_is_form(self.part, forms, np.arange(0), low, low + int(ends[-1])))
        docs = self.docs[np.searchsorted(ends, found, side="right")].astype(np.int64)
        return keys_of(docs, self.part.pos_at[low + found])

    def _positions(self, chosen: Numbers) -> tuple[Numbers, Numbers]:
        """Places in the position arrays of all tokens of the chosen postings, and which of the chosen each is of."""
        tf = self.frequencies(chosen).astype(np.int64)
        starts = self._starts(chosen)
        posting = np.repeat(np.arange(len(chosen)), tf)
        first = np.cumsum(tf) - tf
        return np.arange(len(posting)) - first[posting] + starts[posting], posting

    def _starts(self, chosen: Numbers) -> Numbers:
        """Where the positions of each chosen posting begin."""
        part, first_block = self.part, int(self.part.block_start[self.number])
        if _SPARSE * len(chosen) > len(self.docs):
            tf = self.frequencies().astype(np.int64)
            starts: Numbers = np.cumsum(tf) - tf + part.block_pos[first_block]
            return starts[chosen]
        blocks, of = np.unique(chosen // BLOCK, return_inverse=True)
        at = self.start + blocks[:, None] * BLOCK + np.arange(BLOCK)
        tf = _frequencies_at(part, np.minimum(at, self.end - 1)).astype(np.int64)
        before = np.cumsum(tf, axis=1) - tf
        found: Numbers = part.block_pos[first_block + blocks][of] + before[of, chosen % BLOCK]
        return found


class TokenList:
    """Tokens gathered under no term of the file: those in one form, or in any of several."""

    __slots__ = ("docs", "positions", "starts", "tf")

    def __init__(self, keys: Numbers) -> None:
        """`keys`: document << 32 | position, ascending, each once."""
        documents = keys >> OWNER
        firsts = np.flatnonzero(np.diff(documents, prepend=-1))
        self.docs: Docs = documents[firsts].astype(np.uint32)
        self.starts: Numbers = np.append(firsts, len(keys))
        self.tf: Numbers = np.diff(self.starts)
        self.positions: NDArray[np.uint32] = (keys & ((1 << OWNER) - 1)).astype(np.uint32)

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return self.docs.nbytes + self.starts.nbytes + self.tf.nbytes + self.positions.nbytes + 200

    def frequencies(self, chosen: Numbers | None = None) -> NDArray[Any]:
        """True frequencies."""
        return self.tf if chosen is None else self.tf[chosen]

    def keys(self, chosen: Numbers, owners: Numbers) -> Numbers:
        """As those of a StoredList."""
        tf = self.tf[chosen]
        posting = np.repeat(np.arange(len(chosen)), tf)
        first = np.cumsum(tf) - tf
        at = np.arange(len(posting)) - first[posting] + self.starts[chosen][posting]
        return keys_of(owners[posting], self.positions[at])


List = StoredList | TokenList


def list_of(part: Part, number: int) -> List:
    """The postings of a term; of a form those tokens of its roots that are spelt so."""
    return StoredList(part, number) if part.df(number) else tokens_in(part, [number])


def tokens_in(part: Part, numbers: Sequence[int]) -> TokenList:
    """The tokens of any of some terms (mostly forms), as one list."""
    keys: list[Numbers] = []
    for number in numbers:
        if part.df(number):
            stored = StoredList(part, number)
            everything = np.arange(len(stored.docs))
            keys.append(stored.keys(everything, stored.docs.astype(np.int64)))
    if len(numbers):
        spellings = _spellings(part, np.array(numbers, np.int64))
        keys.extend(StoredList(part, root).form_keys(forms) for root, forms in spellings)
    if not keys:
        return TokenList(np.zeros(0, np.int64))
    return TokenList(merged(keys))


def documents_of(part: Part, numbers: Numbers, check: Callable[[], None]) -> Docs:
    """The documents that hold any of many terms, ascending. `check` is called now and then, and may raise."""
    seen = np.zeros(part.docs, np.bool_)
    for run in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
        if len(run):  # terms next to each other have their postings next to each other
            check()
            seen[part.post_doc[part.post_start[run[0]] : part.post_start[run[-1] + 1]]] = True
    for place, (root, forms) in enumerate(_spellings(part, numbers)):
        if place % 64 == 0:
            check()
        stored = StoredList(part, root)
        low, high = part.forms_of(root)
        if len(forms) == high - low:
            seen[stored.docs] = True
        else:
            seen[stored.form_keys(forms) >> OWNER] = True
    return np.flatnonzero(seen).astype(np.uint32)


def _spellings(part: Part, numbers: Numbers) -> Iterator[tuple[int, list[int]]]:
    """The roots that hold the tokens of some forms, each token once, and the forms' numbers there."""
    starts, ends = _spelt(part, numbers), _spelt(part, numbers + 1)
    counts: Numbers = ends - starts
    at = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    entries = part.spelt_at[at]
    entries = np.sort(entries[part.forms_case[entries] & 4 == 0])
    if not len(entries):
        return
    roots, forms = part.roots_of(entries)
    begins = np.flatnonzero(np.diff(roots, prepend=-1))
    for root, chosen in zip(roots[begins].tolist(), np.split(forms, begins[1:]), strict=True):
        yield root, chosen.tolist()


def _spelt(part: Part, numbers: Numbers) -> Numbers:
    """Where the entries of each of some terms begin in `spelt.at`; terms that are no forms have none."""
    starts: Numbers = part.spelt_start[part.marked.all_before(numbers)].astype(np.int64)
    return starts


def form_numbers(part: Part, root: int, form: int) -> list[int]:
    """The numbers that a form has among those of a root: one for each letter case and rank of the root."""
    low, high = part.forms_of(root)
    return [entry - low for entry in part.entries_of(form).tolist() if low <= entry < high]


def form_total(part: Part, form: int) -> int:
    """How often a form stands in the segment, each token counted once."""
    entries = part.entries_of(form)
    return int(part.counts_of(entries[part.forms_case[entries] & 4 == 0]).sum())


def form_totals(part: Part, low: int, high: int) -> Numbers:
    """(high − low,) How often each form of the terms [low, high) stands in the segment, each token counted once."""
    bounds = _spelt(part, np.arange(low, high + 1))
    at = part.spelt_at[bounds[0] : bounds[-1]]
    counts = np.where(part.forms_case[at] & 4, 0, part.counts_of(at))
    sums = np.concatenate(([0], np.cumsum(counts)))
    bounds -= bounds[0]
    totals: Numbers = sums[bounds[1:]] - sums[bounds[:-1]]
    return totals


def _frequencies_at(part: Part, at: Numbers) -> NDArray[Any]:
    tf: NDArray[Any] = part.post_tf[at]
    if len(part.big_at):
        big = tf == ESCAPE
        if big.any():
            tf = tf.astype(np.int64)
            tf[big] = part.big_tf[np.searchsorted(part.big_at, at[big])]
    return tf


def _is_form(part: Part, forms: Sequence[int], at: Numbers, low: int = 0, high: int = 0) -> NDArray[np.bool_]:
    """Whether the token at each place `at` of the position arrays (or each of [low, high)) has one of these forms."""
    numbers: NDArray[Any] = part.pos_form[low:high] if high else part.pos_form[at]
    if len(part.wide_at) and max(forms, default=0) >= ESCAPE:
        wide = numbers == ESCAPE
        numbers = numbers.astype(np.int64)
        places = np.flatnonzero(wide) + low if high else at[wide]
        numbers[wide] = part.wide_form[np.searchsorted(part.wide_at, places)]
    here: NDArray[np.bool_] = numbers == forms[0] if len(forms) == 1 else np.isin(numbers, np.array(forms, np.int64))
    return here
