"""Compiled kernels are used when they are there, and for what they were compiled for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from index import compiling

MODULE = "index.storage.writing_kernels"


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Markers of this test alone."""
    monkeypatch.setattr(compiling, "_markers", lambda module: [tmp_path / "no" / "way", tmp_path / module])
    (tmp_path / "no").write_text("a file, so that nothing can be made below it")
    compiling._fingerprint.cache_clear()
    yield
    compiling._fingerprint.cache_clear()


def test_a_module_is_ready_when_it_is_marked() -> None:
    assert not compiling.ready(MODULE)
    compiling.mark(MODULE)
    assert compiling.ready(MODULE)


def test_a_marker_of_other_versions_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.mark(MODULE)
    monkeypatch.setattr(metadata, "version", lambda name: "99.0")
    compiling._fingerprint.cache_clear()
    assert not compiling.ready(MODULE)


def test_a_marker_that_cannot_be_read_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / MODULE).write_bytes(b"\xff\xfe")
    assert not compiling.ready(MODULE)


def test_without_numba_nothing_is_ready_and_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    assert compiling.load(MODULE) is None
    assert not compiling.start()
    assert not compiling.running()


def test_whether_kernels_are_ready_is_asked_without_importing_them() -> None:
    code = f"import sys; from index import compiling; compiling.ready({MODULE!r}); print('numba' in sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_every_module_has_something_to_compile() -> None:
    for module in compiling.MODULES:
        assert callable(__import__(module, fromlist=["compile_all"]).compile_all)
