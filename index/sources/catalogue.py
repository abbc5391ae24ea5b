"""What do tables of titles tell of the texts beside them?

Corpora come as a folder of bare texts and a table with their titles, days and authors («metatable.csv»): a table
with a column for ids or paths, one for titles and none for texts. It serves the texts of the same folder or archive
that are read after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from .outcome import Skipped
from .records import FIELDS, field_of

MAX_ROWS = 300_000  # kept in memory, about 0.5 KB each
PATH_COLUMNS = ("textid", "filepath", "path", "filename", "file")
KEPT = frozenset(FIELDS) - {"id", "text"}


@dataclass(slots=True)
class Catalogue:
    """Rows of tables of titles by the names of the texts that they tell of; the first row for a name wins."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    unused: dict[str, Skipped] = field(default_factory=dict)  # tables that served no text yet, by place
    place_of: dict[str, str] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], column: str, place: str) -> None:
        """Keep what `row` of the table at `place` tells of the text named in its `column`."""
        name = text_name(str(row.get(column) or ""))
        if name in self.rows:
            self.unused.pop(place, None)  # another table tells of the same texts: nothing is missing
        elif name and len(self.rows) < MAX_ROWS:
            self.rows[name] = {key: value for key, value in row.items() if value and wanted(key)}
            self.place_of[name] = place

    def expect(self, place: str, origin: str) -> None:
        """Note a table; if no text turns up that it tells of, it is reported as without text."""
        reason = "a table of titles without texts, and none of the texts lies beside it"
        self.unused[place] = Skipped(place, reason, origin)

    def find(self, stem: str) -> dict[str, Any] | None:
        """What is told of the text in a file named `stem`: under that name, or what follows its first `_`s."""
        if not self.rows:
            return None
        name = stem
        while name not in self.rows:
            _, mark, name = name.partition("_")
            if not mark:
                return None
        self.unused.pop(self.place_of[name], None)
        return self.rows[name]


def name_column(columns: list[str]) -> str | None:
    """The column of a table of titles that names the texts; None if this is no such table."""
    fields = {known[0] for column in columns if (known := field_of(column))}
    if "title" not in fields or "text" in fields:
        return None
    by_name = {column.strip().casefold(): column for column in columns}
    return next((by_name[name] for name in PATH_COLUMNS if name in by_name), by_name.get("id"))


def text_name(value: str) -> str:
    """The name of a text's file without folders and suffix."""
    last = PurePosixPath(value.replace("\\", "/")).name
    return last.removesuffix(".txt")


def wanted(column: str) -> bool:
    """Whether a table's column tells something that an article has a field for."""
    known = field_of(column)
    return known is not None and known[0] in KEPT
