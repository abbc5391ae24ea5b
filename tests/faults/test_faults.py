"""The short form of each fault: a few rounds on the demo newspaper. At length: `python -m tests.faults --long`."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from .archive import articles_of
from .rows import ROWS


@pytest.mark.parametrize("name", ROWS)
def test_the_promise_holds(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = ROWS[name]
    with caplog.at_level(logging.CRITICAL):
        figures, wrong = row.run(tmp_path, articles_of(None, row.articles), False, 5)
    if figures.get("skipped"):
        pytest.skip(f"{figures['skipped']}")
    assert not wrong, row.promise
