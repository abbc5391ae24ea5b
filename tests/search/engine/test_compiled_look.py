"""Does a kernel see of documents what numpy sees, to the last bit?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.engine import second_look
from search.engine.compiled_look import looked_into
from search.engine.second_look import Look, Wanted, look
from search.engine.snapshot import Snapshot, View

from .test_kernels import TEXTS, segment_of


def by_kernels(view: View, words: Sequence[Wanted], docs: NDArray[np.int64]) -> Look:
    """A look by the kernel."""
    return look(view, words, docs, looked_into)


def same(one: Look, other: Look) -> None:
    """Two looks saw the same, to the last bit."""
    for mine, its in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, its)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.booleans(), st.booleans())
def test_kernels_see_what_numpy_sees(seed: int, docs: int, wide: bool, long: bool) -> None:
    chance = np.random.default_rng(seed)
    segments = [segment_of(chance, docs, wide=wide, long=long) for _ in range(int(chance.integers(1, 3)))]
    view = Snapshot(segments).views["article"]
    chosen = np.sort(chance.choice(view.docs, int(chance.integers(1, min(view.docs, 60) + 1)), replace=False))
    begins = ("", "ды", "ж", "жара", "с", "е", "нет")
    words = [
        Wanted(
            tuple(chance.choice(TEXTS, int(chance.integers(1, 3))).tolist()),
            tuple(begin.encode() for begin in chance.choice(begins, int(chance.integers(0, 3))) if begin),
        )
        for _ in range(int(chance.integers(1, 6)))
    ]
    same(look(view, words, chosen), by_kernels(view, words, chosen))


@pytest.mark.parametrize("most", [0, 1, 50])
def test_kernels_take_as_many_kindred_words_as_numpy_takes(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    view = Snapshot([segment_of(np.random.default_rng(3), 90, shares=(0.3, 0.9, 0.05))]).views["article"]
    words = [Wanted((TEXTS[0],), ("ды".encode(),)), Wanted((TEXTS[4], TEXTS[5]), ("жа".encode(), "жар".encode()))]
    monkeypatch.setattr(second_look, "MOST_POSTINGS", most)
    same(look(view, words, np.arange(90)), by_kernels(view, words, np.arange(90)))
