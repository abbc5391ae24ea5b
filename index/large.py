"""How does a run remember something of each article, however many there are? In memory, and of very many on disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any, Final, TypeVar

from .writer import SyncState

V = TypeVar("V")
IN_MEMORY: Final = 500_000  # entries: some 150 MB
CACHE: Final = 64 << 10  # KB of a file that are held in memory
ITERATED: Final = 1_000


class Large(MutableMapping[str, V]):
    """A dict by texts. Over `most` entries it goes into a file that nobody else sees and that goes with it (in TMPDIR:
    about 200 bytes an article), and its memory grows no more. Values come to JSON by `pack`, and back by `unpack`.
    While it is iterated over, nothing may be put in or taken out.
    """

    def __init__(self, pack: Callable[[V], Any], unpack: Callable[[Any], V], *, most: int = IN_MEMORY) -> None:
        self._pack = pack
        self._unpack = unpack
        self._most = most
        self._small: dict[str, V] = {}
        self._file: sqlite3.Connection | None = None
        self._count = 0  # in the file

    def __getitem__(self, key: str) -> V:
        if self._file is None:
            return self._small[key]
        found = self._file.execute("SELECT value FROM entries WHERE key = ?", (_bytes(key),)).fetchone()
        if found is None:
            raise KeyError(key)
        return self._unpack(json.loads(found[0]))

    def __setitem__(self, key: str, value: V) -> None:
        if self._file is None:
            self._small[key] = value
            if len(self._small) > self._most:
                self._file = self._moved()
            return
        told = _bytes(key), json.dumps(self._pack(value))
        if self._file.execute("UPDATE entries SET value = ?2 WHERE key = ?1", told).rowcount == 0:
            self._file.execute("INSERT INTO entries VALUES (?, ?)", told)
            self._count += 1

    def __delitem__(self, key: str) -> None:
        if self._file is None:
            del self._small[key]
        elif self._file.execute("DELETE FROM entries WHERE key = ?", (_bytes(key),)).rowcount == 0:
            raise KeyError(key)
        else:
            self._count -= 1

    def __contains__(self, key: object) -> bool:
        if self._file is None:
            return key in self._small
        if not isinstance(key, str):
            return False
        return self._file.execute("SELECT 1 FROM entries WHERE key = ?", (_bytes(key),)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        if self._file is None:
            yield from self._small
            return
        found = self._file.execute("SELECT key FROM entries")
        while some := found.fetchmany(ITERATED):
            yield from (key.decode("utf-8", "surrogatepass") for (key,) in some)

    def __len__(self) -> int:
        return len(self._small) if self._file is None else self._count

    def _moved(self) -> sqlite3.Connection:
        """A file with what is in memory: it has no name, and no need of a journal."""
        file = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE}", "temp_store = FILE"):
            file.execute(f"PRAGMA {pragma}")
        file.execute("CREATE TABLE entries (key BLOB PRIMARY KEY, value TEXT) WITHOUT ROWID")
        file.execute("BEGIN")
        told = ((_bytes(key), json.dumps(self._pack(value))) for key, value in sorted(self._small.items()))
        file.executemany("INSERT INTO entries VALUES (?, ?)", told)
        self._count, self._small = len(self._small), {}
        return file


def _bytes(key: str) -> bytes:
    """Names of files may hold halves of surrogate pairs."""
    return key.encode("utf-8", "surrogatepass")


def states(some: Iterable[tuple[str, SyncState]] = (), *, most: int = IN_MEMORY) -> Large[SyncState]:
    """States of articles, by their ids."""
    found = Large[SyncState](list, SyncState._make, most=most)
    for article_id, state in some:
        found[article_id] = state
    return found
