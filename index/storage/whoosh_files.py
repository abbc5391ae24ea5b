"""How are Whoosh's files opened? For the writer and for readers alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index import schema
from index.errors import DamagedIndexError


def open_whoosh(home: Path) -> FileIndex:
    """Whoosh's index in a generation's folder. Raises DamagedIndexError."""
    try:
        return FileStorage(str(home)).open_index(schema=schema.make_schema())
    except Exception as error:
        raise DamagedIndexError(f"{home}: cannot be opened ({error!r}); run: molva check --repair") from error


def count_live(reader: Any, kind: str) -> int:
    """How many documents of a kind (`article`, `quote`) are not deleted."""
    return sum(1 for _ in reader.postings("doc", kind).all_ids()) if ("doc", kind) in reader else 0
