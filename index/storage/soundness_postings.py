"""Do the postings of a part fit together? What follows from them (blocks, best scores, bitmaps, lengths, tallies of
forms) is worked out again, some blocks at a time, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .format import BLOCK, DENSE, DENSE_FROM, ESCAPE, TENTH, Array
from .invert import rounded_up
from .lengths import inverse_norms, length_bytes
from .pages import let_go_of
from .part import Part
from .soundness import fault
from .tokens import LATER_ROOT

AT_ONCE: Final = 2_048  # blocks of postings looked at together
LET_GO_EVERY: Final = 32  # so often pages of the file are given back

_Ints = NDArray[np.int64]


def posting_problems(part: Part) -> Iterator[str]:
    """What is wrong with `post.*`, `big.*`, `block.*`, `tenth.*`, `pos.*`, `wide.*`, `forms.count`, `often.*`,
    `dense.*` and `len`: a line for each fault, which names the array. The dictionary and all starts are known to be
    right.
    """
    for found in _Postings(part).faults():
        yield found
        return
    yield from _dense(part)


class _Postings:
    """All blocks of a part, T terms, B blocks, and what has been gathered from them so far."""

    def __init__(self, part: Part) -> None:
        self.part = part
        starts = part.post_start.astype(np.int64)
        self.df = np.diff(starts)
        self.block_start = part.block_start.astype(np.int64)
        blocks = np.diff(self.block_start)
        self.right = bool((blocks == -(-self.df // BLOCK)).all())
        if not self.right:
            return
        self.term = np.repeat(np.arange(len(self.df)), blocks)  # (B,)
        self.begin = starts[self.term] + BLOCK * (np.arange(len(self.term)) - self.block_start[self.term])  # (B,)
        self.size = np.minimum(self.begin + BLOCK, starts[self.term + 1]) - self.begin  # (B,)
        self.tenth = np.zeros(len(self.df), np.float32)  # (T,)
        self.tenth[part.tenth_term] = part.tenth_x
        self.reach = np.zeros((2, len(self.term)), np.int64)  # postings with x from tenth on, and above it
        self.counted = np.zeros(len(part.forms_term), np.int64)  # positions of each form of a root
        self.forms_start: _Ints = part.forms_starts(0, len(self.df))
        self.place = 0  # positions so far

    def _fault(self, name: str, what: str, *others: str) -> str:
        """A line that names an array, and the others from which it follows, one of which may be wrong instead."""
        return fault(self.part, what, name, *others)

    def faults(self) -> Iterator[str]:
        """Up to the first fault, since what follows goes by it."""
        part = self.part
        if not self.right:
            yield self._fault("block.start", f"does not give a block for each {BLOCK} postings of a term")
            return
        if not np.array_equal(part.block_last, part.post_doc[self.begin + self.size - 1]):
            yield self._fault("block.last", "is not the last document of each block", "post.*")
        same = self.term[1:] == self.term[:-1]
        if (same & (part.post_doc[self.begin[1:]] <= part.block_last[:-1])).any():
            yield self._fault("post.doc", "the documents of a term do not ascend", "post.start")
        yield from self._escaped("post.tf", "big.at", "big.tf")
        yield from self._escaped("pos.form", "wide.at", "wide.form")
        yield from self._escaped("forms.count", "often.at", "often.count")
        for number in range(len(part.fields)):
            yield from self._field(number)
        if self.place != len(part.pos_at):
            yield self._fault("pos.at", f"has {len(part.pos_at):,} items, expected {self.place:,}", "post.*", "big.*")
        if not np.array_equal(self.counted, part.all_counts()):
            yield self._fault(
                "forms.count", "is not how often each form stands", "often.count", "pos.form", "wide.form"
            )
        yield from self._tenths()

    def _escaped(self, small: str, place: str, large: str) -> Iterator[str]:
        """Numbers from ESCAPE on are in the arrays for them, and no others."""
        numbers, at = self.part.array(small), self.part.array(place)
        count = 0
        for low in range(0, len(numbers), 1 << 20):
            found = np.flatnonzero(numbers[low : low + (1 << 20)] == ESCAPE) + low
            if not np.array_equal(at[count : count + len(found)], found):
                yield self._fault(place, f"does not lead to the places that hold {ESCAPE}", small)
                return
            count += len(found)
        if count != len(at):
            yield self._fault(place, f"leads where there is no {ESCAPE}", small)
        if (self.part.array(large) < ESCAPE).any():
            yield self._fault(large, f"holds a number below {ESCAPE}")

    def _field(self, number: int) -> Iterator[str]:
        part = self.part
        low, high = (int(self.block_start[part.first[place]]) for place in (number, number + 1))
        if number >= part.texts:
            for at in range(low, high, AT_ONCE):
                yield from self._blocks(at, min(at + AT_ONCE, high), None, None)
            return
        name = part.fields[number]
        lens = part.len[number]
        norm = inverse_norms(part.b[name], part.mean[name])[lens]
        covered = _Covered(part.docs, self._largest(low, high))
        for at in range(low, high, AT_ONCE):
            yield from self._blocks(at, min(at + AT_ONCE, high), norm, covered)
            if at // AT_ONCE % LET_GO_EVERY == 0:
                let_go_of(part.post_doc)
        wrong = covered.wrong()
        if wrong.any():
            doc = int(np.argmax(wrong))
            what = f"the words of document {doc:,} do not stand at 0, 1, 2 … of its {name}"
            yield self._fault("pos.*", what, "wide.*", "post.*", "big.*", "forms.*")
        elif (length_bytes(covered.tokens) != lens).any():
            yield self._fault("len", f"is not how many words there are in {name}", "pos.*", "post.*", "forms.*")
        elif int(covered.tokens.sum()) != part.tokens[name]:
            yield f"meta: {name} of {part.kind} has {part.tokens[name]:,} tokens, expected {covered.tokens.sum():,}"

    def _largest(self, low: int, high: int) -> int:
        """The largest position in the blocks of a field, if no forged one: none is beyond the number of positions."""
        starts = self.part.block_pos
        first = int(starts[low]) if low < len(starts) else len(self.part.pos_at)
        last = int(starts[high]) if high < len(starts) else len(self.part.pos_at)
        largest = int(self.part.pos_at[first:last].max(initial=0))
        return min(largest, max(last - first, 0))

    def _blocks(self, low: int, high: int, norm: Any, covered: _Covered | None) -> Iterator[str]:
        """The blocks [low, high) of one field. `norm` (D,): what a frequency is multiplied by; None in a key field."""
        part, begin, size = self.part, self.begin[low:high], self.size[low:high]
        first, last = int(begin[0]), int(begin[-1] + size[-1])
        term = np.repeat(self.term[low:high], size)
        docs, tf = part.post_doc[first:last], part.frequencies(first, last)
        if ((docs[1:] <= docs[:-1]) & (term[1:] == term[:-1])).any():
            yield self._fault("post.doc", "the documents of a term do not ascend", "post.start")
            return
        if not tf.all() or (norm is None and (tf != 1).any()):
            yield self._fault("post.tf", "a term stands 0 times in its document, or a key more than once", "big.tf")
            return
        x = np.ones(len(docs)) if norm is None else tf * norm[docs]
        heads = begin - first
        if not np.array_equal(rounded_up(np.maximum.reduceat(x, heads)), part.block_top[low:high]):
            yield self._fault("block.top", "is not the best score of each block", "post.*", "big.*", "len")
            return
        tenth = self.tenth[term]
        with np.errstate(invalid="ignore"):  # what is no number is no score either
            above = np.nextafter(tenth, np.float32(np.inf))
            for line, least in enumerate((tenth, above)):
                self.reach[line, low:high] = np.add.reduceat(x >= least, heads, dtype=np.int64)
        upto = self.place + np.cumsum(tf) - tf if covered is not None else np.full(len(tf), self.place)
        if not np.array_equal(part.block_pos[low:high], upto[heads]):
            yield self._fault("block.pos", "does not go by the frequencies of the postings", "post.*", "big.*")
            return
        if covered is not None:
            yield from self._positions(term, docs, tf, covered)

    def _positions(self, term: _Ints, docs: Array, tf: _Ints, covered: _Covered) -> Iterator[str]:
        part = self.part
        end = self.place + int(tf.sum())
        if end > len(part.pos_at):
            yield self._fault("pos.at", f"has {len(part.pos_at):,} items, expected {end:,} at least", "post.*", "big.*")
            return
        posting = np.repeat(np.arange(len(tf)), tf)
        at, form = part.pos_at[self.place : end], part.form_numbers(self.place, end)
        self.place = end
        if ((at[1:] <= at[:-1]) & (posting[1:] == posting[:-1])).any():
            yield self._fault("pos.at", "the positions of a posting do not ascend", "post.*", "big.*")
            return
        sizes = self.forms_start[term + 1] - self.forms_start[term]
        if (form >= sizes[posting]).any():
            yield self._fault("pos.form", "holds a number that its root has no form for", "wide.form", "forms.start")
            return
        entry = self.forms_start[term][posting] + form
        low, high = int(self.forms_start[term[0]]), int(self.forms_start[term[-1] + 1])
        self.counted[low:high] += np.bincount(entry - low, minlength=high - low)
        own = part.forms_case[entry] & LATER_ROOT == 0
        covered.add(docs[posting[own]], at[own])

    def _tenths(self) -> Iterator[str]:
        part = self.part
        if not np.array_equal(part.tenth_term, np.flatnonzero(self.df >= TENTH)):
            yield self._fault("tenth.term", f"does not have the terms with {TENTH} postings and more", "post.start")
            return
        upto = np.concatenate((np.zeros((2, 1), np.int64), np.cumsum(self.reach, axis=1)), axis=1)
        reach, above = (upto[:, self.block_start[1:]] - upto[:, self.block_start[:-1]])[:, part.tenth_term]
        if ((reach < TENTH) | (above >= TENTH)).any():
            yield self._fault("tenth.x", f"is not the score number {TENTH} of each term", "post.*", "big.*", "len")


class _Covered:
    """Whether the first roots of a field's tokens stand at 0, 1, 2 … of each document, once each.

    A random number stands for each position; those of a document must sum up to what so many first ones do. `tokens`
    (D,): how many were there.
    """

    def __init__(self, docs: int, largest: int) -> None:
        self._values = np.random.default_rng().integers(0, 2**64, largest + 1, np.uint64, endpoint=False)
        self._sums = np.zeros(docs, np.uint64)
        self.tokens = np.zeros(docs, np.int64)
        self._beyond = np.zeros(docs, np.bool_)

    def add(self, docs: Array, at: Array) -> None:
        """Tokens, by document and position."""
        self._beyond[docs[at >= len(self._values)]] = True
        np.add.at(self._sums, docs, self._values[np.minimum(at, len(self._values) - 1)])
        np.add.at(self.tokens, docs, 1)

    def wrong(self) -> NDArray[np.bool_]:
        """(D,) the documents where they do not."""
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(self._values, dtype=np.uint64)))
        beyond: NDArray[np.bool_] = self._beyond | (self.tokens >= len(sums))
        beyond |= sums[np.minimum(self.tokens, len(sums) - 1)] != self._sums
        return beyond


def _dense(part: Part) -> Iterator[str]:
    """A bitmap of each term that stands in many documents, and of no other."""
    df = np.diff(part.post_start.astype(np.int64))
    many = np.flatnonzero(df * DENSE > part.docs) if part.docs >= DENSE_FROM else np.zeros(0, np.int64)
    if not np.array_equal(part.dense_term, many):
        yield fault(part, f"does not have the terms in 1/{DENSE} of the documents", "dense.term", "post.start")
        return
    for number, row in zip(many.tolist(), part.dense_bits, strict=True):
        bits = np.zeros(64 * len(row), np.uint8)
        bits[part.postings(number)[0]] = 1
        if not np.array_equal(np.packbits(bits, bitorder="little").view("<u8"), row):
            yield fault(part, f"is not where term {number:,} stands", "dense.bits", "post.*")
            return
