"""With which types are kernels called? Each of them once, on a list of one posting, exactly as `engine.shapes` and the
evaluator call it: so numba compiles it, or loads what it keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import (
    all_top,
    any_count,
    any_top,
    best_first,
    count_of,
    first_of,
    fuzzy,
    groups_top,
    patterns_top,
    phrases_top,
    prefixed,
    primitives,
    term_top,
    token_places,
    words_top,
)
from .starts import in_words


def _kept(values: Any, dtype: Any) -> Any:
    """An array as those of a file: it cannot be written to."""
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array


def calls() -> Iterator[Callable[[], object]]:
    """What to call, one kernel each."""
    docs, starts, mask = _kept([0], np.uint32), in_words(_kept([0, 1], np.uint32)), _kept([], np.uint8)
    mask_of_one = _kept([1], np.uint8)
    post = (
        docs,
        _kept([1], np.uint8),
        _kept([], np.int64),
        _kept([], np.uint32),
        docs,
        _kept([1], np.float32),
        _kept([1], np.uint8),
        _kept([], np.uint64),
    )
    inverse, lists = _kept(np.ones(256), np.float64), _kept([[0, 1, 0, 1, 0, 0, -1]], np.int64)
    numbers, weights = np.zeros(1, np.int64), np.ones(1)
    starts_of_two = np.zeros(2, np.int64)
    scores, documents = np.empty(1), np.empty(1, np.int64)
    heap, late = (0, scores, documents, 0), np.zeros(1, np.uint8)
    yield lambda: term_top(post, inverse, mask, lists, weights, weights, -1.0, *heap)
    yield lambda: any_top(post, inverse, mask, lists, weights, weights, -1.0, 1, *heap, late)
    for width in (np.uint16, np.uint32):
        places = (in_words(docs), _kept([0], width))
        yield lambda places=places: all_top(  # type: ignore[misc]
            post, places, inverse, mask, lists, numbers, weights, weights, True, True, 1, *heap, numbers, late
        )
        yield lambda places=places: groups_top(  # type: ignore[misc]
            post,
            places,
            inverse,
            mask,
            lists,
            numbers,
            numbers,
            weights,
            weights,
            1,
            False,
            True,
            1,
            *heap,
            numbers,
            late,
        )
        yield lambda places=places: phrases_top(  # type: ignore[misc]
            post, places, inverse, mask, lists, numbers, weights, weights, 0, 0, True, 1, *heap, late
        )
    yield lambda: patterns_top(
        post, inverse, mask, starts, numbers, starts_of_two, lists, weights, weights, True, 1, *heap
    )
    words = (np.array([[0, 0, 1]]), np.ones((1, 2)), numbers, weights)
    pairs = (np.array([[0, 1, 2, 3]]), weights, np.zeros(3, np.int64), np.ones(3))
    forms = (numbers, np.array([0, 1]))
    for width in (np.uint16, np.uint32):
        tokens = (in_words(docs), _kept([0], width), _kept([0], np.uint8), _kept([], np.int64), _kept([], np.uint32))
        yield lambda tokens=tokens: words_top(  # type: ignore[misc]
            post, tokens, inverse, mask, lists, weights, forms, words, pairs, 1, True, -1.0, 1, *heap, late
        )
    yield lambda: any_count(post, mask, lists, 1)
    yield lambda: best_first(scores, documents, 0)
    yield lambda: first_of(docs, starts, numbers, mask, 0, documents, 0)
    yield lambda: count_of(docs, starts, numbers, mask, 1)
    letters = _kept([97], np.uint8)
    yield lambda: fuzzy(letters, starts, mask, np.ones(1, np.uint32), 1, 0, 1, numbers)
    yield lambda: prefixed(letters, starts, 0, 1, letters)
    yield lambda: token_places(np.zeros(1, np.uint32), mask_of_one, numbers, np.zeros((2, 1), np.int64))
    one, values = np.zeros(1, np.uint32), np.ones(1)
    for frequencies in (np.ones(1, np.uint8), np.ones(1, np.int64)):
        yield lambda tf=frequencies: primitives.normalised(tf, one, mask_of_one, inverse)  # type: ignore[misc]
    yield lambda: primitives.worth(values, 1.0)
    yield lambda: primitives.best(one, values, 1)
    yield lambda: primitives.places(one, one)
    yield lambda: primitives.union([one, one], 1)
    yield lambda: primitives.has_bits(one, np.zeros(1, np.uint64))
