"""How do tokens become postings? One text field of a segment at a time: words as numbers in, arrays by term out.

In numpy one sort of (term, token) does it; the kernel counts and places. Both give the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .format import BLOCK, ESCAPE, TENTH, Array
from .terms import Texts
from .tokens import LATER_ROOT, Words

_FORM_BITS: Final = 32
_CASE_BITS: Final = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`Words` as arrays, and their terms in order. W words, G terms."""

    texts: Texts  # (G,) the terms, ascending
    form: NDArray[np.int64]  # (W,) place of each word's form among the terms
    case: NDArray[np.int64]  # (W,)
    first: NDArray[np.int64]  # (W + 1,) where each word's roots start
    root: NDArray[np.int64]  # places of the roots among the terms

    @classmethod
    def of(cls, words: Words) -> Vocabulary:
        """Of all words that have come so far."""
        texts, order = words.terms.ordered()
        rank = np.empty(len(texts), np.int64)
        rank[order] = np.arange(len(texts))
        form, case, root, first = words.columns()
        return cls(texts, rank[form], case.astype(np.int64), first, rank[root])


@dataclass(slots=True)
class Postings:
    """The terms of one field with their postings; T terms, P postings, S positions, E entries of forms."""

    terms: Texts  # (T,) ascending
    post_start: NDArray[np.int64]  # (T + 1,)
    docs: NDArray[np.uint32]  # (P,)
    tf: NDArray[np.uint32]  # (P,)
    positions: Array  # (S,) u16 or u32
    forms: NDArray[np.uint8]  # (S,)
    wide_at: NDArray[np.int64]  # ascending
    wide_form: NDArray[np.uint32]
    forms_start: NDArray[np.int64]  # (T + 1,)
    forms_term: NDArray[np.int64]  # (E,) place among `terms`
    forms_case: NDArray[np.uint8]  # (E,)
    forms_count: NDArray[np.uint32]  # (E,)


def invert(
    words: NDArray[np.uint32], lengths: NDArray[np.int64], vocabulary: Vocabulary, kernels: Any = None
) -> Postings:
    """The postings of a field. `words`: the word of each token, documents behind each other; `lengths` (D,) tokens."""
    if not len(words):
        return no_postings()
    counts = _counted(words, len(vocabulary.form), kernels)
    used = np.flatnonzero(counts)  # words of this field
    roots = vocabulary.first[used + 1] - vocabulary.first[used]
    at = np.cumsum(roots) - roots
    pair_word = np.repeat(used, roots)  # of each pair of word and root
    place = np.arange(len(pair_word)) - np.repeat(at, roots)
    root, form = vocabulary.root[vocabulary.first[pair_word] + place], vocabulary.form[pair_word]
    stands = np.zeros(len(vocabulary.texts), bool)
    stands[root] = True
    stands[form] = True
    term_of = np.cumsum(stands) - 1  # place of a vocabulary's term among the terms of this field
    numbers = np.flatnonzero(stands)
    root, form = term_of[root], term_of[form]
    case = vocabulary.case[pair_word] | np.where(place > 0, LATER_ROOT, 0)
    key = (root << (_FORM_BITS + _CASE_BITS)) | (form << _CASE_BITS) | case
    entries, entry = np.unique(key, return_inverse=True)
    forms_start = np.searchsorted(entries >> (_FORM_BITS + _CASE_BITS), np.arange(len(numbers) + 1))
    number = (entry.reshape(-1) - forms_start[root]).astype(np.uint32)  # of the form among the root's forms
    forms_count = np.zeros(len(entries), np.int64)
    np.add.at(forms_count, entry.reshape(-1), counts[pair_word])
    wide = int(counts[pair_word[number >= ESCAPE]].sum())
    first = np.zeros(len(counts) + 1, np.int64)  # where the pairs of each word start
    first[used + 1] = roots
    np.cumsum(first, out=first)
    placed = (_placed if kernels is None else _placed_by_kernel)(
        words, lengths, first, root.astype(np.uint32), number, len(numbers), wide, kernels
    )
    return Postings(
        vocabulary.texts.some(numbers, kernels),
        *placed,
        forms_start=forms_start,
        forms_term=(entries >> _CASE_BITS) & (2**_FORM_BITS - 1),
        forms_case=(entries & (2**_CASE_BITS - 1)).astype(np.uint8),
        forms_count=forms_count.astype(np.uint32),
    )


def _counted(words: NDArray[np.uint32], size: int, kernels: Any) -> NDArray[np.int64]:
    """(size,) how often each word stands."""
    if kernels is None:
        return np.bincount(words, minlength=size)
    counts = np.zeros(size, np.int64)
    kernels.count_words(words, counts)
    return counts


def no_postings() -> Postings:
    """Those of a field without words."""
    none, starts = np.zeros(0, np.int64), np.zeros(1, np.int64)
    small, medium, large = none.astype(np.uint8), none.astype(np.uint16), none.astype(np.uint32)
    return Postings(Texts.of(()), starts, large, large, medium, small, none, large, starts, none, small, large)


_Placed = tuple[
    NDArray[np.int64],
    NDArray[np.uint32],
    NDArray[np.uint32],
    Array,
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.uint32],
]


def _position_type(lengths: NDArray[np.int64]) -> type[np.uint16] | type[np.uint32]:
    return np.uint32 if lengths.max(initial=0) > 65_536 else np.uint16


def _placed(
    words: NDArray[np.uint32],
    lengths: NDArray[np.int64],
    first: NDArray[np.int64],
    root: NDArray[np.uint32],
    form: NDArray[np.uint32],
    terms: int,
    wide: int,
    kernels: None,
) -> _Placed:
    """`Postings` from `post_start` to `wide_form`, in numpy."""
    token_docs = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
    token_at = np.arange(len(words)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    roots = first[words.astype(np.int64) + 1] - first[words]
    token = np.repeat(np.arange(len(words)), roots)  # of each pair of token and root
    pair = first[words[token]] + np.arange(len(token)) - np.repeat(np.cumsum(roots) - roots, roots)
    bits = max(len(token), 1).bit_length()
    key = (root[pair].astype(np.uint64) << np.uint64(bits)) | np.arange(len(token), dtype=np.uint64)
    key.sort()
    order = (key & np.uint64((1 << bits) - 1)).astype(np.int64)
    term = (key >> np.uint64(bits)).astype(np.int64)
    docs = token_docs[token[order]]
    begins = np.ones(len(order), bool)
    begins[1:] = (term[1:] != term[:-1]) | (docs[1:] != docs[:-1])
    begin = np.flatnonzero(begins)
    numbers = form[pair[order]]
    wide_at = np.flatnonzero(numbers >= ESCAPE)
    return (
        np.searchsorted(term[begin], np.arange(terms + 1)),
        docs[begin],
        np.diff(begin, append=len(order)).astype(np.uint32),
        token_at[token[order]].astype(_position_type(lengths)),
        np.minimum(numbers, ESCAPE).astype(np.uint8),
        wide_at,
        numbers[wide_at],
    )


def _placed_by_kernel(
    words: NDArray[np.uint32],
    lengths: NDArray[np.int64],
    first: NDArray[np.int64],
    root: NDArray[np.uint32],
    form: NDArray[np.uint32],
    terms: int,
    wide: int,
    kernels: Any,
) -> _Placed:
    """The same by counting sort."""
    pairs = form.astype(np.uint64) << np.uint64(32) | root
    first = first.astype(np.uint32)  # of which more lie in the processor's cache
    post_counts, pos_counts = kernels.count(words, lengths, first, pairs, terms)
    post_start, pos_start = (np.concatenate(([0], np.cumsum(counts))) for counts in (post_counts, pos_counts))
    docs, tf = np.empty(post_start[-1], np.uint32), np.zeros(post_start[-1], np.uint32)
    positions, forms = np.empty(pos_start[-1], _position_type(lengths)), np.empty(pos_start[-1], np.uint8)
    wide_at, wide_form = np.empty(wide, np.int64), np.empty(wide, np.uint32)
    kernels.place(words, lengths, first, pairs, post_start, pos_start, docs, tf, positions, forms, wide_at, wide_form)
    order = np.argsort(wide_at)
    return post_start, docs, tf, positions, forms, wide_at[order], wide_form[order]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a field's postings come to in blocks: B blocks of up to 128."""

    block_start: NDArray[np.int64]  # (T + 1,)
    last: NDArray[np.uint32]  # (B,)
    top: NDArray[np.float32]  # (B,) rounded up
    position: NDArray[np.int64]  # (B,) positions of this field before each block
    tenth: NDArray[np.float32]  # (T,) rounded down


def sum_up(postings: Postings, lens: NDArray[np.uint8], inverse: NDArray[np.float64], kernels: Any = None) -> Sums:
    """`lens` (D,): length bytes of the documents; `inverse` (256,): what a frequency is multiplied by."""
    block_start = np.concatenate(([0], np.cumsum((np.diff(postings.post_start) + BLOCK - 1) // BLOCK)))
    if kernels is None:
        last, top, position, tenth = _summed_up(postings, lens, inverse, block_start)
    else:
        last, top = np.empty(block_start[-1], np.uint32), np.empty(block_start[-1])
        position, tenth = np.empty(block_start[-1], np.int64), np.empty(len(postings.terms))
        kernels.sum_up(
            postings.docs, postings.tf, lens, inverse, postings.post_start, block_start, last, top, position, tenth
        )
    return Sums(block_start, last, rounded_up(top), position, rounded_down(tenth))


def _summed_up(
    postings: Postings, lens: NDArray[np.uint8], inverse: NDArray[np.float64], block_start: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    x = postings.tf * inverse[lens[postings.docs]]
    df = np.diff(postings.post_start)
    tenth = np.zeros(len(df))
    order = np.lexsort((x, np.repeat(np.arange(len(df)), df)))
    enough = df >= TENTH
    tenth[enough] = x[order[postings.post_start[1:][enough] - TENTH]]
    blocks = np.diff(block_start)
    in_term = np.arange(block_start[-1]) - np.repeat(block_start[:-1], blocks)
    begin = np.repeat(postings.post_start[:-1], blocks) + BLOCK * in_term
    if not len(begin):
        return np.zeros(0, np.uint32), np.zeros(0), np.zeros(0, np.int64), tenth
    before = np.cumsum(postings.tf, dtype=np.int64) - postings.tf
    last = postings.docs[np.append(begin[1:], len(x)) - 1]
    return last, np.maximum.reduceat(x, begin), before[begin], tenth


def rounded_up(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The smallest f32 that are not less."""
    near = values.astype(np.float32)
    return np.where(near < values, np.nextafter(near, np.float32(np.inf)), near)


def rounded_down(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest f32 that are not more."""
    near = values.astype(np.float32)
    return np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near)
