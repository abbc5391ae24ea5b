"""What do tests of the sources share? A way to write a file and read it back as articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from index.model import Article
from index.sources import Loaded, Skipped, read_paths

Read = Callable[..., tuple[list[Article], list[Skipped]]]
ReadFile = Callable[..., tuple[list[Article], list[Skipped]]]


def read(*paths: Path, csv_map: Mapping[str, str] | None = None) -> tuple[list[Article], list[Skipped]]:
    """The articles of these paths, and what was skipped."""
    outcomes = list(read_paths(paths, csv_map=csv_map))
    articles = [one.article for one in outcomes if isinstance(one, Loaded)]
    return articles, [one for one in outcomes if isinstance(one, Skipped)]


@pytest.fixture
def read_file(tmp_path: Path) -> ReadFile:
    """Writes a file of this name and content, and reads it."""

    def written(name: str, content: str | bytes, **options: Mapping[str, str]) -> tuple[list[Article], list[Skipped]]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, **options)

    return written
