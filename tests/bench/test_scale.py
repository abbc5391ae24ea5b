"""What is expected of a larger index is a fixed cost and one a document, by the two before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .scale import Measured, decades, expected_of, model

ONE = Measured(
    1_000, 3, 2, 9.0, loading=5.0, taking=4.0, bytes=1_500_000, asking=0.1, fixed=0.1, answer={"a word": 0.2}
)
TWO = replace(ONE, docs=10_000, loading=23.0, taking=13.0, bytes=10_500_000, asking=0.109)


def test_a_line_through_two_is_gone_on_with() -> None:
    assert expected_of([], 10) is None
    far = expected_of([ONE, TWO], 100_000)
    assert far is not None
    assert (far.docs, far.bytes) == (100_000, 100_500_000)
    assert (far.loading, far.taking) == pytest.approx((203, 103))
    assert far.asking == pytest.approx(0.199)


def test_of_one_the_next_is_in_proportion_and_a_query_costs_the_same() -> None:
    far = expected_of([ONE], 10_000)
    assert far is not None
    assert (far.loading, far.taking, far.bytes, far.asking) == (50.0, 40.0, 15_000_000, 0.1)


def test_what_shrank_is_not_expected_to_go_on_shrinking() -> None:
    far = expected_of([ONE, replace(TWO, taking=3.0)], 100_000)
    assert far is not None
    assert far.taking == 3.0


def test_errors_are_told_as_shares_of_what_was_found() -> None:
    table = decades([ONE, TWO, replace(TWO, docs=100_000, loading=200.0, taking=100.0, bytes=100_000_000)])
    assert table.rows[0]["MB: expected"] is None
    assert table.rows[2]["loading, s of CPU: error, %"] == pytest.approx(1.5)
    assert model([ONE, TWO]).rows[0]["figure"] == pytest.approx(1.0, rel=0.01)
