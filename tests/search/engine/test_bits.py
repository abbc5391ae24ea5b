"""Do sums of bounds, added bit by bit for many documents at once, tell the documents that may win?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine.kernels.bits import DIGITS, PLANES, reaching

WORDS = 3
BOUND = st.one_of(st.just(0.0), st.floats(1e-6, 30.0))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32), bounds=st.lists(BOUND, min_size=1, max_size=20), least=st.sampled_from([0.5, 3.0, 20.0])
)
def test_no_document_is_missing_whose_bounds_add_up_to_more_than_the_least(
    seed: int, bounds: list[float], least: float
) -> None:
    chance = np.random.default_rng(seed)
    held = chance.random((len(bounds), WORDS * 64)) < chance.choice([0.1, 0.5, 0.9])
    hit = np.packbits(held, axis=1, bitorder="little").view(np.uint64)
    planes = chance.integers(0, 2**63, (PLANES, WORDS)).astype(np.uint64)  # of the window before
    bound = np.array(bounds)
    reaching(bound, hit, planes, least, WORDS)
    told = np.unpackbits(planes[-1].view(np.uint8), bitorder="little").astype(bool)
    sums = (held * bound[:, None]).sum(axis=0)
    assert told[sums > least * (1 + 1e-12)].all()
    rounding = least / (2**DIGITS - 1) * (held & (bound > 0)[:, None]).sum(axis=0)
    assert not told[sums + rounding < least * (1 - 1e-9)].any()


@pytest.mark.parametrize("least", [-1.0, 0.0])
def test_every_document_of_a_list_may_win_where_nothing_is_known(least: float) -> None:
    planes = np.zeros((PLANES, 1), np.uint64)
    reaching(np.array([0.1, 0.0, 7.0]), np.array([[5], [8], [16]], np.uint64), planes, least, 1)
    assert planes[-1, 0] == 5 | 16
