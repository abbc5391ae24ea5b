"""Do predictions and models say what the measured figures come to? By figures made up here; no cluster is started."""

from __future__ import annotations

from .scale import Measured, by_processes, by_shards, decades, model

SMALL = Measured(1_000, 3, 2, 10.0, 8.0, 4.0, 2_000_000, 0.010, 0.004, {"a word": 0.02})
LARGE = Measured(10_000, 3, 2, 90.0, 80.0, 50.0, 18_000_000, 0.064, 0.004, {"a word": 0.03})


def test_a_decade_is_predicted_from_the_one_before_and_the_error_is_told() -> None:
    first, second = decades([SMALL, LARGE]).rows
    assert first["MB: expected"] is None
    assert second["MB: expected"] == 20.0
    assert second["loading, s of CPU: error, %"] == 0
    assert round(float(second["nodes, s of CPU: error, %"] or 0)) == -20
    assert second["a query, ms of CPU: expected"] == 64.0  # 4 that do not grow, and ten times 6
    assert second["bytes a document"] == 1_800


def test_a_model_is_arithmetic_and_says_how_far_it_goes() -> None:
    table = model(LARGE)
    figures = {str(row["what"]): row["figure"] for row in table.rows}
    assert figures["primaries, TB"] == 1.8
    assert figures["with one replica, TB"] == 3.6
    assert "extrapolated 100,000 times from 10,000 documents" in table.notes[0]


def test_shards_and_processes_have_a_row_each() -> None:
    assert [row["shards"] for row in by_shards([SMALL, LARGE]).rows] == [3, 3]
    assert [row["a process, documents a second of CPU"] for row in by_processes([SMALL]).rows] == [125.0]
