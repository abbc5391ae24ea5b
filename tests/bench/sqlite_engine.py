"""How is SQLite's FTS5 asked? It has no Russian stemmer, so it gets our stems; the texts lie in a table beside.

The full-text table keeps no copy of the stems (`content=''`), which is the smallest that it can be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from index.analysis import analyze

from .corpus import read
from .engines import TOP
from .queries import Asked

_TABLES: Final = """
    CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT, text TEXT);
    CREATE VIRTUAL TABLE stems USING fts5 (title, text, content='', tokenize='unicode61 remove_diacritics 0');
"""
_TOP: Final = "SELECT rowid, rank FROM stems WHERE stems MATCH ? ORDER BY rank LIMIT ?"
_COUNT: Final = "SELECT count(*) FROM stems WHERE stems MATCH ?"


def _stems(text: str) -> str:
    return " ".join(token.roots[0] for token in analyze(text))


def build(documents: Path, folder: Path) -> None:
    """One transaction, then `optimize`: one tree to search."""
    base = sqlite3.connect(folder / "fts5.sqlite")
    base.executescript(_TABLES)

    def rows() -> Iterator[tuple[int, str, str]]:
        for number, document in enumerate(read(documents)):
            base.execute("INSERT INTO article VALUES (?, ?, ?)", (number, document.title, document.text))
            yield number, _stems(document.title), _stems(document.text)

    with base:
        base.executemany("INSERT INTO stems (rowid, title, text) VALUES (?, ?, ?)", rows())
        base.execute("INSERT INTO stems (stems) VALUES ('optimize')")
    base.close()


class FullTextTable:
    """An open FTS5 table."""

    def __init__(self, folder: Path) -> None:
        self.base = sqlite3.connect(f"file:{folder / 'fts5.sqlite'}?mode=ro", uri=True)
        self.base.execute("PRAGMA mmap_size = 8589934592")

    def query(self, asked: Asked, fields: Sequence[str]) -> Any:
        """An expression of FTS5; it has no misspellings."""
        words = [f'"{word}"' for word in asked.words]
        where = "{" + " ".join(fields) + "} : "
        match asked.kind:
            case "or":
                return f"{where}({' OR '.join(words)})"
            case "and":
                return " AND ".join(where + word for word in words)
            case "phrase":
                return f'{where}"{asked.plain}"'
            case "prefix":
                return f"{where}{words[0]} *"
            case "term":
                return where + words[0]
            case _:
                return None

    def top(self, query: Any) -> int:
        """See `Opened`."""
        return len(self.base.execute(_TOP, (query, TOP)).fetchall())

    def counted(self, query: Any) -> int:
        """See `Opened`; FTS5 counts in a query of its own."""
        self.top(query)
        return int(self.base.execute(_COUNT, (query,)).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.base.close()
