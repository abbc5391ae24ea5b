"""With which types are kernels called? Each of them once, on a list of one posting, exactly as `engine.shapes` and the
evaluator call it: so numba compiles it, or loads what it keeps. Those that read positions are there once for each width
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np

from . import (
    all_top,
    any_count,
    any_top,
    best_first,
    best_sentences,
    count_of,
    first_of,
    fuzzy,
    groups_top,
    looked_into,
    patterns_top,
    phrases_top,
    prefixed,
    primitives,
    term_top,
    token_places,
    words_in,
    words_top,
)
from .starts import in_words
from .tables import table_of

WIDTHS: Final = (np.dtype(np.uint16), np.dtype(np.uint32))  # of positions, see `index.storage.format`


def _kept(values: Any, dtype: Any) -> Any:
    """An array as those of a file: it cannot be written to."""
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array


def calls(widths: Iterable[np.dtype[Any]] = WIDTHS) -> Iterator[Callable[[], object]]:
    """What to call, one kernel each, for positions of these widths."""
    docs, begins, mask = _kept([0], np.uint32), _kept([0, 1], np.uint32), _kept([], np.uint8)
    letters, no_terms = _kept([97], np.uint8), np.zeros(0, np.int64)
    mask_of_one = _kept([1], np.uint8)
    inverse, lists = _kept(np.ones(256), np.float64), _kept([[0, 1, 0, 1, 0, 0, -1, 0]], np.int64)
    arrays = (
        docs,
        mask_of_one,
        _kept([], np.int64),
        _kept([], np.uint32),
        docs,
        _kept([1], np.float32),
        mask_of_one,
        _kept([], np.uint64),
        inverse,
        _kept([0], np.uint8),
        _kept([], np.int64),
        _kept([], np.uint32),
        letters,
    )
    table = table_of(1, 0, arrays, (begins, begins, begins, begins))
    numbers, weights = np.zeros(1, np.int64), np.ones(1)
    scores, documents = np.empty(1), np.empty(1, np.int64)
    heap, late = (scores, documents, 0), np.zeros(1, np.uint8)
    asked, pattern = _kept([0, 1, 0, 1, 0, 0, -1, 0, 0, 0], np.int64), _kept([0] * 9 + [0, 1], np.int64)
    yield lambda: term_top(table, mask, lists, 1.0, -1.0, *heap)
    yield lambda: any_top(table, mask, asked, -1.0, *heap, late)
    words = (np.array([[0, 0, 1]]), np.ones((1, 2)), numbers, weights)
    pairs = (np.array([[0, 1, 2, 3]]), weights, np.zeros(3, np.int64), np.ones(3))
    forms = (numbers, np.array([0, 1]))
    ranges, begun, seen = np.array([[0, 0, 0, 1, 1]]), np.array([0, 1, 1]), np.zeros((3, 1, 1), np.bool_)
    places = np.zeros((1, 3), np.int64)
    for width in widths:
        at = _kept([0], width)
        yield lambda at=at: all_top(table, at, mask, asked, True, True, *heap, late)  # type: ignore[misc]
        yield lambda at=at: groups_top(table, at, mask, asked, 1, True, *heap, late)  # type: ignore[misc]
        yield lambda at=at: phrases_top(table, at, mask, asked, 0, 0, True, *heap, late)  # type: ignore[misc]
        yield lambda at=at: words_top(  # type: ignore[misc]
            table, at, mask, lists, weights, forms, words, pairs, 1, True, -1.0, *heap, late
        )
        yield lambda at=at: looked_into(  # type: ignore[misc]
            table, at, np.zeros(1, np.uint32), ranges, numbers, numbers, begun, weights, 1, 1, seen, np.zeros(1)
        )
        yield lambda at=at: words_in(  # type: ignore[misc]
            table,
            at,
            numbers,
            np.zeros((1, 4), np.int64),
            np.zeros(1, np.int8),
            3,
            9,
            9,
            places,
            np.zeros(1, np.int64),
            np.zeros((1, 1), np.int64),
            places,
        )
    yield lambda: patterns_top(table, mask, pattern, no_terms, True, *heap)
    yield lambda: any_count(table, mask, asked)
    yield lambda: best_first(scores, documents, 0)
    yield lambda: first_of(table, 0, 1, numbers, mask, documents, 0)
    yield lambda: count_of(table, 0, 1, numbers, mask)
    yield lambda: fuzzy(letters, in_words(begins), mask, np.ones(1, np.uint32), 1, 0, 1, numbers)
    yield lambda: prefixed(table, 0, 1, letters)
    yield lambda: token_places(np.zeros(1, np.uint32), mask_of_one, numbers, np.zeros((2, 1), np.int64))
    yield lambda: best_sentences(
        np.zeros(2, np.uint32),
        mask_of_one,
        mask_of_one,
        _kept([0], np.int64),
        _kept([0.0] * 7, np.float64),
        np.zeros((1, 3), np.int64),
        np.ones((1, 4)),
        np.zeros(1, np.bool_),
        np.zeros((2, 1), np.int64),
        np.zeros((2, 4), np.int64),
    )
    one, values = np.zeros(1, np.uint32), np.ones(1)
    for frequencies in (np.ones(1, np.uint8), np.ones(1, np.int64)):
        yield lambda tf=frequencies: primitives.normalised(tf, one, mask_of_one, inverse)  # type: ignore[misc]
    yield lambda: primitives.worth(values, 1.0)
    yield lambda: primitives.best(one, values, 1)
    yield lambda: primitives.places(one, one)
    yield lambda: primitives.union([one, one], 1)
    yield lambda: primitives.has_bits(one, np.zeros(1, np.uint64))
