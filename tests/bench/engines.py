"""Who is measured, and how is each asked? An engine builds an index of a file of documents, and opens it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from .queries import Asked

TOP: Final = 10
FIELDS: Final = ("title", "text")


class Opened(Protocol):
    """An index that is open for searching."""

    def query(self, asked: Asked, fields: Sequence[str]) -> Any:
        """The engine's own query object; None for what it cannot do."""
        ...

    def top(self, query: Any) -> int:
        """Find the ten best; how many were found."""
        ...

    def counted(self, query: Any) -> int:
        """Find the ten best and all hits' number; the number."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """Named functions of a module here: `builder(documents, folder)` makes an index, `opener(folder)` opens it.
    Nothing is imported before it is needed: what a module costs is part of a new process's first answer.
    """

    name: str
    package: str
    module: str
    builder: str
    opener: str

    @property
    def installed(self) -> bool:
        """Whether its package is here."""
        return importlib.util.find_spec(self.package) is not None

    def build(self, documents: Path, folder: Path) -> None:
        """Index a file of documents in an empty folder."""
        self._function(self.builder)(documents, folder)

    def open(self, folder: Path) -> Opened:
        """Open what `build` made."""
        opened: Opened = self._function(self.opener)(folder)
        return opened

    def _function(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{__package__}.{self.module}"), name)


MOLVA: Final = Engine("molva", "numba", "molva_engine", "build", "open_on_kernels")
NUMPY: Final = Engine("molva on numpy", "numpy", "molva_engine", "build", "open_on_numpy")
TANTIVY: Final = Engine("tantivy", "tantivy", "tantivy_engine", "build_one_segment", "Tantivy")
TANTIVY_SEGMENTS: Final = Engine("tantivy, as it comes", "tantivy", "tantivy_engine", "build_as_it_comes", "Tantivy")
FTS5: Final = Engine("SQLite FTS5", "sqlite3", "sqlite_engine", "build", "FullTextTable")
WHOOSH: Final = Engine("stock Whoosh", "whoosh", "whoosh_engine", "build", "StockWhoosh")
ENGINES: Final = {one.name: one for one in (MOLVA, NUMPY, TANTIVY, TANTIVY_SEGMENTS, FTS5, WHOOSH)}
