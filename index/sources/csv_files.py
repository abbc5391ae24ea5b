"""How is a table (CSV, TSV) read?

Its first row names the columns; the separator is the one that gives the most names we know. `csv_map` says which
column holds a field. A table of titles without texts serves the texts beside it (see `catalogue`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import SourceError
from .catalogue import Catalogue, name_column
from .encoding import detect
from .outcome import MAX_TEXT, Entry, NotAnArticleError, Outcomes, UnreadableError
from .records import ALIASES, FIELDS, article_of, field_of

SEPARATORS = ",;\t|"
FIELD_LIMIT = MAX_TEXT  # of one cell; past it the quoting is broken, and a cell swallows the file
ROW_LIMIT = MAX_TEXT + (MAX_TEXT >> 2)  # of one row
MANY = 3  # known column names that make a table of a file whose name does not say so
# `\n` whose backslash an export lost: «…сообщили в мэрии.nnПозже …». Latin n between a full stop and a capital.
LOST_BREAK = re.compile(r"(?<=[.!?…:;»\")\]])n{1,2}(?=[«\"„—–А-ЯЁ0-9])")


def is_table(opening: str, suffix: str) -> bool:
    """Whether a text that begins so is a table, by its name or by what its first line says."""
    if suffix in ("csv", "tsv", "tab"):
        return True
    first = opening.split("\n", 1)[0]
    cells = columns_of(first, separator_of(first))
    return len(known_columns(cells)) >= MANY and all(len(cell) < 40 for cell in cells)


def separator_of(first_line: str) -> str:
    """The separator that gives the most known column names, then the most columns."""
    return max(SEPARATORS, key=lambda mark: score(columns_of(first_line, mark)))


def score(columns: Sequence[str]) -> tuple[int, int]:
    """How well a split of the first line explains it."""
    return len(known_columns(columns)), len(columns)


def columns_of(first_line: str, separator: str) -> list[str]:
    """The cells of a table's first line."""
    return next(csv.reader([first_line.strip("\ufeff\r\n")], delimiter=separator), [])


def known_columns(columns: Sequence[str]) -> set[str]:
    """Which fields of an article these columns name."""
    return {known[0] for column in columns if (known := field_of(column))}


def checked_map(csv_map: Mapping[str, str]) -> Mapping[str, str]:
    """`csv_map` (field → column) as it is.

    Raises:
        SourceError: it names a field that an article does not have.
    """
    allowed = {"date": "published"} | {field: field for field in FIELDS}
    unknown = sorted(set(csv_map) - set(allowed))
    if unknown:
        names = ", ".join("date" if field == "published" else field for field in FIELDS)
        raise SourceError(f"--map names {', '.join(unknown)}: an article has no such field; it has {names}")
    return csv_map


def read_table(entry: Entry, head: bytes, catalogue: Catalogue | None) -> Outcomes:
    """The articles of a table. Without a catalogue (a person named this very file) a table of titles is refused."""
    csv.field_size_limit(FIELD_LIMIT)
    text = io.TextIOWrapper(entry.stream, encoding=detect(head), newline="")
    try:
        header = text.readline(1 << 16)
        separator = separator_of(header)
        columns = [column.strip() for column in columns_of(header, separator)]
        rows = numbered_rows(text, separator, columns)
        if entry.csv_map:
            check_columns(entry.csv_map, columns)
        elif catalogue is not None and (by := name_column(columns)):
            catalogue.expect(entry.where, entry.origin)
            for _, row in rows:
                catalogue.add(row, by, entry.where)
            return
        elif not known_columns(columns) & {"text"}:
            told = f"no column for the text; the columns are {', '.join(columns)[:300]}"
            raise UnreadableError(f"{told}; say which it is: --map text=…,title=…")
        yield from row_articles(entry, rows)
    finally:
        text.detach()  # the stream is closed where it was opened


def check_columns(csv_map: Mapping[str, str], columns: Sequence[str]) -> None:
    """Nothing, if all columns that `csv_map` names are there.

    Raises:
        UnreadableError: some are not.
    """
    missing = [column for column in csv_map.values() if column not in columns]
    if missing:
        raise UnreadableError(
            f"--map names the column {', '.join(missing)}; the columns are {', '.join(columns)[:300]}"
        )


def numbered_rows(
    text: io.TextIOWrapper, separator: str, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by column, with the line of the file that each begins in.

    Raises:
        UnreadableError: the quoting or the encoding breaks; the rows before count.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        line = reader.line_num + 2  # of the file, whose first line was the header
        lines.taken = 0
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeDecodeError) as error:
            raise UnreadableError(f"the table breaks after line {line}: {error}") from error
        if cells is None:
            return
        if any(cells):
            yield line, {column: cell for column, cell in zip(columns, cells, strict=False) if column}


class _Lines:
    """Lines of a table. `taken` counts the characters of the row that is being read: more of them than an article may
    have, and the quoting is broken, or it is no table.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(ROW_LIMIT + 1):
            self.taken += len(line)
            if self.taken > ROW_LIMIT:
                raise csv.Error(f"a row of more than {ROW_LIMIT:,} characters")
            yield line


def row_articles(entry: Entry, rows: Iterator[tuple[int, dict[str, Any]]]) -> Outcomes:
    """The articles of rows."""
    for line, row in rows:
        row = {column: cell for column, cell in row.items() if cell not in ("", "-")}
        try:
            yield entry.loaded(article_of(mended(renamed(row, entry.csv_map)), entry.path_id))
        except NotAnArticleError as error:
            yield entry.refused(str(error), f"line {line}")


def renamed(row: dict[str, Any], csv_map: Mapping[str, str] | None) -> dict[str, Any]:
    """A row with the names that a person gave its columns; columns that had such a name go by `column_…`."""
    if not csv_map:
        return row
    by_column = {
        column: ALIASES["published" if field == "date" else field].split()[0] for field, column in csv_map.items()
    }
    taken = {"published" if field == "date" else field for field in csv_map}
    told: dict[str, Any] = {}
    for column, value in row.items():
        if column in by_column:
            told[by_column[column]] = value
        elif (known := field_of(column)) and known[0] in taken:
            told[f"column_{column}"] = value
        else:
            told[column] = value
    return told


def mended(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose texts have back the line breaks of which an export left the letter n."""
    for column, value in row.items():
        if isinstance(value, str) and len(value) > 100 and "\n" not in value and LOST_BREAK.search(value):
            row[column] = LOST_BREAK.sub(lambda found: "\n" * len(found[0]), value)
    return row
