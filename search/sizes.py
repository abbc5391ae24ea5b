"""How large is an index, and how old? What its live manifest says, without opening it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from index.errors import IndexingError
from index.storage.folder import live_manifest


class LiveState(NamedTuple):
    """The live state of an index. `bytes` on disk; `created` is an ISO time in UTC."""

    articles: int
    quotes: int
    segments: int
    bytes: int
    generation: str
    created: str


def live_state(folder: Path) -> LiveState | None:
    """The live state of the index in `folder`; None where there is none, or its manifest cannot be read."""
    try:
        found = live_manifest(folder)
    except IndexingError:
        return None
    return LiveState(found.articles, found.quotes, len(found.segments), found.bytes, found.name, found.created)
