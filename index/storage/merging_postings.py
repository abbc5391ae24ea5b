"""How do the postings of several segments become those of one? Range by range of terms, so that what is in memory at
a time stays small: of each source what it has of the range, then what sums it up while it is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .format import BLOCK, DENSE, DENSE_FROM, ESCAPE, Array, narrowed
from .invert import rounded_down, rounded_up
from .merging_documents import Source
from .merging_room import Room
from .part import Part

RANGE: Final = 1 << 25  # bytes of postings and positions in a range of terms, about

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terms:
    """The dictionary of the result: T terms; `of` gives for each source its terms' numbers in it, −1 for those that
    went with their documents.
    """

    data: NDArray[np.uint8]
    start: Ints  # (T + 1,)
    first: list[int]  # of each field, and T
    of: list[NDArray[np.int32]]
    df: Ints  # (T,)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of roots: E entries by (root, form, case); `of` gives for each source its forms' new numbers."""

    start: Ints  # (T + 1,)
    term: NDArray[np.uint32]  # (E,)
    case: NDArray[np.uint8]
    count: NDArray[np.uint32]
    number: NDArray[np.uint32]  # among the forms of its root
    of: list[NDArray[np.uint32]]


class Postings:
    """A range of terms of a part, with its postings and positions as arrays of their own: what a kernel goes through.

    `low`, `high`: term numbers; `forms`: where their entries of forms begin in the part.
    """

    def __init__(self, part: Part, low: int, high: int) -> None:
        self.low, self.high = low, high
        starts = part.post_start[low : high + 1].astype(np.int64)
        forms = part.forms_starts(low, high)
        begin, end = int(starts[0]), int(starts[-1])
        self.forms = int(forms[0])
        self.items = end - begin
        position, position_end = _position(part, low), _position(part, high)
        big, wide = np.searchsorted(part.big_at, begin), np.searchsorted(part.wide_at, position)
        self.text_terms = min(max(part.first[part.texts] - low, 0), high - low)
        self.post = (
            _read_only(starts - begin),
            part.post_doc[begin:end],
            part.post_tf[begin:end],
            part.big_tf[big:],
        )
        self.spelt = (part.pos_form[position:position_end], part.wide_form[wide:], _read_only(forms - self.forms))
        self.pos_at = part.pos_at[position:position_end]


def _position(part: Part, term: int) -> int:
    """Where the positions of a term start."""
    block = int(part.block_start[term])
    return int(part.block_pos[block]) if block < len(part.block_pos) else len(part.pos_at)


def _read_only(array: Ints) -> Ints:
    """As those of a file are, which numba types apart."""
    array.flags.writeable = False
    return array


def counted(source: Source, kernels: Any, room: Room) -> tuple[Array, Array]:
    """Of a source's terms the live documents, and of its forms the live tokens."""
    part = source.part
    if source.live is None:
        return np.diff(part.post_start.astype(np.int64)), part.all_counts()
    terms = part.first[-1]
    df, tokens = np.zeros(terms, np.int64), np.zeros(len(part.forms_term), np.int64)
    sizes = part.post_start.astype(np.int64) * 8
    for low, high in _ranges(sizes):
        here = Postings(part, low, high)
        end = here.forms + int(here.spelt[2][-1])
        df[low:high], tokens[here.forms : end] = kernels.counted(
            *here.post, *here.spelt, here.text_terms, source.docs_to
        )
        room.passed(8 * here.items)
    return df, tokens


def _ranges(sizes: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of terms of about RANGE bytes. `sizes` (T + 1,): the bytes before each term."""
    marks = np.arange(0, int(sizes[-1]) + RANGE, RANGE)
    cuts = np.unique(np.minimum(np.searchsorted(sizes, marks), len(sizes) - 1))
    cuts = np.unique(np.append(cuts, (0, len(sizes) - 1)))
    yield from pairwise(cuts.tolist())


def merged_postings(
    sources: Sequence[Source],
    terms: Terms,
    forms: Forms,
    lens: NDArray[np.uint8],
    inverse: NDArray[np.float64],
    kernels: Any,
    room: Room,
) -> dict[str, Array]:
    """`post.*`, `big.*`, `pos.*`, `wide.*`, `block.*`, `dense.*`. `lens` (F, documents): length bytes; `inverse`
    (F, 256): see `lengths.inverse_norms`.
    """
    post_start = np.concatenate(([0], np.cumsum(terms.df)))
    pos_start = np.concatenate(([0], np.cumsum(forms.count, dtype=np.int64)))[forms.start]
    doc, tf = room.empty(post_start[-1], np.uint32), room.empty(post_start[-1], np.uint8)
    narrow = all(source.part.pos_at.dtype == np.uint16 for source in sources)
    at = room.empty(pos_start[-1], np.uint16 if narrow else np.uint32)
    form = room.empty(pos_start[-1], np.uint8)
    big = sum(len(source.part.big_at) for source in sources)
    wide = int(forms.count[forms.number >= ESCAPE].sum())
    big_at, big_tf = np.empty(big, np.int64), np.empty(big, np.uint32)
    wide_at, wide_form = np.empty(wide, np.int64), np.empty(wide, np.uint32)
    ends = np.zeros(2, np.int64)  # of big and wide, so far
    next_post, next_pos = post_start[:-1].copy(), pos_start[:-1].copy()
    sums = _Sums(terms, lens, inverse)
    dense = _Bitmaps(lens.shape[1])
    ranges = list(_ranges(5 * post_start + 3 * pos_start))
    cuts = [_cuts(terms_to, ranges) for terms_to in terms.of]
    for number, (low, high) in enumerate(ranges):
        filled = int(ends[0])
        for source, terms_to, forms_to, cut in zip(sources, terms.of, forms.of, cuts, strict=True):
            here = Postings(source.part, *cut[number : number + 2])
            kernels.copied(
                *(*here.post, *here.spelt, here.text_terms, here.pos_at, source.docs_to),
                *(terms_to[here.low : here.high], forms_to[here.forms :]),
                *(next_post, next_pos, doc, tf, at, form, big_at, big_tf, wide_at, wide_form, ends),
            )
        order = filled + np.argsort(big_at[filled : ends[0]])
        big_at[filled : ends[0]], big_tf[filled : ends[0]] = big_at[order], big_tf[order]
        sums.add(low, high, post_start, doc, tf, big_tf[filled:], int(pos_start[low]), kernels)
        dense.add(low, high, post_start, doc)
        room.passed(int(5 * (post_start[high] - post_start[low]) + 3 * (pos_start[high] - pos_start[low])) * 2)
    if not narrow and at.max(initial=0) <= 65_535:
        at = at.astype(np.uint16)
    by_position = np.argsort(wide_at)
    return {
        "post.start": narrowed(post_start),
        "post.doc": doc,
        "post.tf": tf,
        "big.at": big_at[: ends[0]],
        "big.tf": big_tf[: ends[0]],
        "pos.at": at,
        "pos.form": form,
        "wide.at": wide_at[by_position],
        "wide.form": wide_form[by_position],
        **sums.arrays(),
        **dense.arrays(),
    }


def _cuts(terms_to: NDArray[np.int32], ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Where the ranges of the result's terms begin among a source's terms, and end; those that went lie anywhere."""
    bounds = [low for low, _ in ranges] + [high for _, high in ranges[-1:]]
    cuts: list[int] = np.searchsorted(np.maximum.accumulate(terms_to), bounds).tolist()
    return cuts


class _Sums:
    """`block.*` and `tenth.*`."""

    def __init__(self, terms: Terms, lens: NDArray[np.uint8], inverse: NDArray[np.float64]) -> None:
        self._first = np.array(terms.first, np.int64)
        self._lens, self._inverse = lens, inverse
        self._start = np.concatenate(([0], np.cumsum(-(-terms.df // BLOCK))))
        blocks = int(self._start[-1])
        self._last, self._top = np.empty(blocks, np.uint32), np.empty(blocks, np.float32)
        self._position, self._tenth = np.empty(blocks, np.int64), np.empty(len(terms.df), np.float32)

    def add(
        self,
        low: int,
        high: int,
        post_start: Ints,
        doc: NDArray[np.uint32],
        tf: NDArray[np.uint8],
        big_tf: NDArray[np.uint32],
        before: int,
        kernels: Any,
    ) -> None:
        """Terms from `low` to `high`, behind `before` positions; `big_tf` from theirs on."""
        begin, end = int(post_start[low]), int(post_start[high])
        blocks = slice(int(self._start[low]), int(self._start[high]))
        size = blocks.stop - blocks.start
        top, position, tenth = np.empty(size), np.empty(size, np.int64), np.zeros(high - low)
        kernels.summed_up(
            *(post_start[low : high + 1] - begin, doc[begin:end], tf[begin:end], big_tf),
            *(np.clip(self._first, low, high) - low, self._lens, self._inverse),
            *(self._start[low : high + 1] - blocks.start, self._last[blocks], top, position, tenth),
        )
        self._top[blocks], self._tenth[low:high] = rounded_up(top), rounded_down(tenth)
        self._position[blocks] = position + before

    def arrays(self) -> dict[str, Array]:
        """The arrays by name."""
        enough = np.flatnonzero(self._tenth)
        return {
            "tenth.term": enough.astype(np.uint32),
            "tenth.x": self._tenth[enough],
            "block.start": narrowed(self._start),
            "block.last": self._last,
            "block.top": self._top,
            "block.pos": narrowed(self._position),
        }


class _Bitmaps:
    """`dense.*`: a bit a document of the terms that stand in many."""

    def __init__(self, docs: int) -> None:
        self._docs = docs
        self._marks = np.zeros((docs + 63) // 64 * 64, np.uint8)
        self._terms: list[int] = []
        self._rows: list[NDArray[np.uint64]] = []

    def add(self, low: int, high: int, post_start: Ints, doc: NDArray[np.uint32]) -> None:
        """Terms from `low` to `high`."""
        if self._docs < DENSE_FROM:
            return
        frequent = low + np.flatnonzero(np.diff(post_start[low : high + 1]) * DENSE > self._docs)
        for term in frequent.tolist():
            here = doc[post_start[term] : post_start[term + 1]]
            self._marks[here] = 1
            self._rows.append(np.packbits(self._marks, bitorder="little").view(np.uint64))
            self._marks[here] = 0
            self._terms.append(term)

    def arrays(self) -> dict[str, Array]:
        """The arrays by name."""
        bits = np.concatenate(self._rows) if self._rows else np.zeros(0, np.uint64)
        return {"dense.term": np.array(self._terms, np.uint32), "dense.bits": bits}
