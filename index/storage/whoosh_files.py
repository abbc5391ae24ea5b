"""How are Whoosh's files opened? For the writer and for readers alike.

They contain Python pickles (its table of contents and stored fields): an index that somebody else made can run code
when it is opened. The storage that follows has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index import schema
from index.errors import DamagedIndexError
from index.writer import SyncState

from . import folder as layout


def open_whoosh(home: Path) -> FileIndex:
    """Whoosh's index in a generation's folder. Raises DamagedIndexError."""
    try:
        return FileStorage(str(home)).open_index(schema=schema.make_schema())
    except Exception as error:
        raise DamagedIndexError(f"{home}: cannot be opened ({error!r}); run: molva check --repair") from error


def count_live(reader: Any, kind: str) -> int:
    """How many documents of a kind (`article`, `quote`) are not deleted."""
    return sum(1 for _ in reader.postings("doc", kind).all_ids()) if ("doc", kind) in reader else 0


def stored_states(index: FileIndex) -> Iterator[tuple[str, SyncState]]:
    """Id and state of each published article."""
    with index.reader() as reader:
        for _, stored in reader.iter_docs():
            if "sync" in stored:
                article_id, origin, digest = stored["sync"]
                yield article_id, SyncState(origin, digest)


def adopt(folder: Path, number: str) -> bool:
    """Write the manifest that a generation has lost, if Whoosh can read all its documents. Whether it could."""
    try:
        index = open_whoosh(layout.generation_folder(folder, number))
        with index.reader() as reader:
            for _ in reader.iter_docs():
                pass
        index.close()
    except Exception:  # Whoosh raises anything over damaged files
        return False
    layout.write_manifest(folder, number, None)
    return True


def read_states(folder: Path) -> dict[str, SyncState]:
    """Id → state of each article of the live generation, without a writer; empty where there is no index yet.

    Raises DamagedIndexError, UnsupportedIndexError.
    """
    if not layout.has_generations(folder):
        return {}
    number = layout.live_generation(folder)
    layout.read_manifest(folder, number)
    index = open_whoosh(layout.generation_folder(folder, number))
    try:
        return dict(stored_states(index))
    finally:
        index.close()
