"""The short form: the edges of each parameter, and some cases at random."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.process import run, served

from .__main__ import NEWSPAPER
from .asked import ask


def test_the_endpoint_does_what_its_description_says(tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="needs schemathesis: pip install '.[dev]'")
    assert run("index", NEWSPAPER, "--index", tmp_path / "index")[0] == 0
    with served(tmp_path / "index") as address:
        found = ask(address, tmp_path, 10, seed=1, phases="coverage,fuzzing")
    assert found.code == 0, found.told
    assert found.cases > 300, found.told
