"""What is heavy in a merge, in numpy: dictionaries, postings, blocks. `merging_kernels` has the same, compiled.

Arrays are those of `index.storage.format` under their names; postings go by in runs of terms, so that what is held
beside them stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .format import BLOCK, ESCAPE, TENTH, Array

RUN: Final = 1 << 19  # postings at a time

_Ints = NDArray[np.int64]


def union(data: NDArray[np.uint8], start: _Ints, field: NDArray[np.uint8], bounds: _Ints) -> tuple[_Ints, _Ints]:
    """The union of sorted dictionaries. Terms are `data[start[g]:start[g + 1]]` in `field[g]`, G of them; a dictionary
    is `bounds[i]` to `bounds[i + 1]`. Gives the place of each in the union (G,), and the first g of each place (U,).
    """
    raw, starts, fields = data.tobytes(), start.tolist(), field.tolist()
    terms = [(fields[g], raw[starts[g] : starts[g + 1]]) for g in range(len(fields))]
    first: dict[tuple[int, bytes], int] = {}
    for number, term in enumerate(terms):
        first.setdefault(term, number)
    ordered = sorted(first)
    place = {term: number for number, term in enumerate(ordered)}
    rank = np.fromiter((place[term] for term in terms), np.int64, len(terms))
    return rank, np.fromiter((first[term] for term in ordered), np.int64, len(ordered))


def gathered(data: NDArray[np.uint8], start: _Ints, which: _Ints) -> tuple[NDArray[np.uint8], _Ints]:
    """The bytes of some terms behind each other, and where each starts (one more)."""
    sizes = start[which + 1] - start[which]
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    return data[np.repeat(start[which] - starts[:-1], sizes) + np.arange(starts[-1])], starts


def shared_prefixes(data: NDArray[np.uint8], start: _Ints, first: _Ints) -> NDArray[np.uint8]:
    """`terms.lcp`; `first`: of each field, and T."""
    sizes = np.diff(start)
    shared = np.zeros(len(sizes), np.int64)
    least = np.minimum(sizes, np.concatenate((sizes[:1], sizes[:-1])))
    least[first[first < len(sizes)]] = 0
    alike = np.flatnonzero(least > 0)
    length = 0
    while len(alike) and length < 255:
        alike = alike[data[start[alike] + length] == data[start[alike - 1] + length]]
        length += 1
        shared[alike] = length
        alike = alike[least[alike] > length]
    inside = np.flatnonzero((shared > 0) & (shared < sizes))  # a character that both begin with is cut off
    while len(inside):
        inside = inside[(data[start[inside] + shared[inside]] & 0xC0) == 0x80]
        shared[inside] -= 1
    return shared.astype(np.uint8)


def hash_table(data: NDArray[np.uint8], start: _Ints, first: _Ints) -> NDArray[np.uint32]:
    """`terms.hash`; `first`: of each field, and T."""
    size = 2
    while 3 * size < 4 * (len(start) - 1):
        size *= 2
    raw, starts, bounds = data.tobytes(), start.tolist(), first.tolist()
    slots = [0] * size
    for field, (low, high) in enumerate(pairwise(bounds)):
        for number in range(low, high):
            slot = crc32(raw[starts[number] : starts[number + 1]], field) & (size - 1)
            while slots[slot]:
                slot = (slot + 1) & (size - 1)
            slots[slot] = number + 1
    return np.array(slots, np.uint32)


def _runs(post_start: _Ints, cuts: _Ints) -> Iterator[tuple[int, int]]:
    """Ranges of terms with about RUN postings, none of them over a cut."""
    for low, high in pairwise(cuts.tolist()):
        while low < high:
            end = int(np.searchsorted(post_start, post_start[low] + RUN, side="right")) - 1
            end = min(max(end, low + 1), high)
            yield low, end
            low = end


class _Escaped:
    """Numbers in bytes, read from the beginning on; 255 stands for the next one of `large`."""

    def __init__(self, small: NDArray[np.uint8], large: NDArray[np.uint32]) -> None:
        self.small, self.large = small, large
        self.at = self.used = 0

    def take(self, count: int) -> _Ints:
        found = self.small[self.at : self.at + count].astype(np.int64)
        escaped = np.flatnonzero(found == ESCAPE)
        found[escaped] = self.large[self.used : self.used + len(escaped)]
        self.at += count
        self.used += len(escaped)
        return found


def counted(
    post_start: _Ints,
    post_doc: NDArray[np.uint32],
    post_tf: NDArray[np.uint8],
    big_tf: NDArray[np.uint32],
    pos_form: NDArray[np.uint8],
    wide_form: NDArray[np.uint32],
    forms_start: _Ints,
    text_terms: int,
    docs_to: _Ints,
) -> tuple[_Ints, _Ints]:
    """Of each term the documents that stay (T,), and of each form of a root the tokens (E,). `docs_to`: −1 goes.

    Terms before `text_terms` have positions.
    """
    size = len(post_start) - 1
    df, tokens = np.zeros(size, np.int64), np.zeros(int(forms_start[-1]), np.int64)
    frequencies, forms = _Escaped(post_tf, big_tf), _Escaped(pos_form, wide_form)
    for low, high in _runs(post_start, np.array([0, text_terms, size])):
        stays = docs_to[post_doc[post_start[low] : post_start[high]]] >= 0
        term = np.repeat(np.arange(low, high), np.diff(post_start[low : high + 1]))
        df[low:high] = np.bincount(term[stays] - low, minlength=high - low)
        if low < text_terms:
            tf = frequencies.take(len(term))
            entry = forms.take(int(tf.sum())) + np.repeat(forms_start[term], tf)
            base, end = forms_start[low], forms_start[high]
            tokens[base:end] = np.bincount(entry[np.repeat(stays, tf)] - base, minlength=end - base)
    return df, tokens


def copied(
    post_start: _Ints,
    post_doc: NDArray[np.uint32],
    post_tf: NDArray[np.uint8],
    big_tf: NDArray[np.uint32],
    pos_form: NDArray[np.uint8],
    wide_form: NDArray[np.uint32],
    forms_start: _Ints,
    text_terms: int,
    pos_at: Array,
    docs_to: _Ints,
    terms_to: NDArray[np.int32],
    forms_to: NDArray[np.uint32],
    next_post: _Ints,
    next_pos: _Ints,
    doc: NDArray[np.uint32],
    tf: NDArray[np.uint8],
    at: Array,
    form: NDArray[np.uint8],
    out_big_at: _Ints,
    out_big_tf: NDArray[np.uint32],
    out_wide_at: _Ints,
    out_wide_form: NDArray[np.uint32],
    ends: _Ints,
) -> None:
    """Put a source's postings and positions where they belong in the result, from `next_post` and `next_pos` of each
    term on, which go forward. `ends`: how much of `out_big_*` and `out_wide_*` is filled; these are not in order.
    """
    frequencies, forms = _Escaped(post_tf, big_tf), _Escaped(pos_form, wide_form)
    read = 0
    for low, high in _runs(post_start, np.array([0, text_terms, len(post_start) - 1])):
        docs = docs_to[post_doc[post_start[low] : post_start[high]]]
        term = np.repeat(np.arange(low, high), np.diff(post_start[low : high + 1]))
        counts = frequencies.take(len(term))
        stays = docs >= 0
        target = _places(terms_to[term[stays]], next_post)
        doc[target] = docs[stays]
        tf[target] = np.minimum(counts[stays], ESCAPE)
        large = np.flatnonzero(counts[stays] >= ESCAPE)
        filled = slice(ends[0], ends[0] + len(large))
        out_big_at[filled], out_big_tf[filled] = target[large], counts[stays][large]
        ends[0] += len(large)
        if low < text_terms:
            spelt = forms.take(int(counts.sum()))
            of_term = np.repeat(term, counts)
            places = np.repeat(stays, counts)
            of_term, spelt = of_term[places], spelt[places]
            target = _places(terms_to[of_term], next_pos)
            number = forms_to[forms_start[of_term] + spelt]
            at[target] = pos_at[read : read + len(places)][places]
            form[target] = np.minimum(number, ESCAPE)
            large = np.flatnonzero(number >= ESCAPE)
            filled = slice(ends[1], ends[1] + len(large))
            out_wide_at[filled], out_wide_form[filled] = target[large], number[large]
            ends[1] += len(large)
            read += len(places)


def _places(terms: NDArray[np.int32], following: _Ints) -> _Ints:
    """Where each of some items of ascending terms goes; `following` of each term goes forward."""
    begin = np.flatnonzero(np.diff(terms, prepend=-1))
    counts = np.diff(begin, append=len(terms))
    found: _Ints = np.arange(len(terms)) + np.repeat(following[terms[begin]] - begin, counts)
    following[terms[begin]] += counts
    return found


def summed_up(
    post_start: _Ints,
    post_doc: NDArray[np.uint32],
    post_tf: NDArray[np.uint8],
    big_tf: NDArray[np.uint32],
    first: _Ints,
    lens: NDArray[np.uint8],
    inverse: NDArray[np.float64],
    block_start: _Ints,
    last: NDArray[np.uint32],
    top: NDArray[np.float64],
    position: _Ints,
    tenth: NDArray[np.float64],
) -> None:
    """Fill `last`, `top` and `position` of each block, and `tenth` (zeros) of each term.

    `first`: of each field, and T; `lens` (F, documents); `inverse` (F, 256): see `lengths.inverse_norms`.
    """
    frequencies = _Escaped(post_tf, big_tf)
    before = 0
    for low, high in _runs(post_start, first):
        field = int(np.searchsorted(first, low, side="right")) - 1
        starts = post_start[low : high + 1] - post_start[low]
        docs = post_doc[post_start[low] : post_start[high]]
        tf = frequencies.take(len(docs))
        x = tf * inverse[field][lens[field][docs]] if field < len(lens) else np.ones(len(docs))
        df = np.diff(starts)
        enough = df >= TENTH
        order = np.lexsort((x, np.repeat(np.arange(len(df)), df)))
        tenth[low:high][enough] = x[order[starts[1:][enough] - TENTH]]
        blocks = np.diff(block_start[low : high + 1])
        in_term = np.arange(blocks.sum()) - np.repeat(np.cumsum(blocks) - blocks, blocks)
        begin = np.repeat(starts[:-1], blocks) + BLOCK * in_term
        if len(begin):
            here = slice(block_start[low], block_start[high])
            positions = tf if field < len(lens) else np.zeros(len(tf), np.int64)
            last[here] = docs[np.append(begin[1:], len(docs)) - 1]
            top[here] = np.maximum.reduceat(x, begin)
            position[here] = before + (np.cumsum(positions) - positions)[begin]
            before += int(positions.sum())
