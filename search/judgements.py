"""What was judged? Queries and, for each, how relevant which documents are; read from the files that people have.

Queries: JSON lines `{"id", "text"}` (BEIR's `_id` too) or lines `id ⇥ text`. Judgements: BEIR's `query-id ⇥ corpus-id ⇥
score` or TREC's `qid 0 doc rel`. A header is passed over, gzip is unpacked, empty lines mean nothing.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import SearchError

_GZIP: Final = b"\x1f\x8b"
_ID_NAMES: Final = ("id", "_id", "qid", "query-id", "query_id", "queryid", "topic")
_TEXT_NAMES: Final = ("text", "query", "title", "question")
_GRADE_NAMES: Final = ("score", "rel", "relevance", "grade", "label")
MOST: Final = 30  # of a grade: a gain is 2 to its power

Judgements = dict[str, dict[str, int]]
"""Query id → document id → grade, 0 for not relevant."""


class JudgementError(SearchError):
    """A file of queries or judgements that cannot be read; the message says where, what was found and expected."""

    def __init__(self, file: Path, line: int | None, found: str, expected: str) -> None:
        where = str(file) if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: found {found}, expected {expected}")


@dataclass(frozen=True, slots=True)
class Judged:
    """`grades` of each query. `twice`: how many judgements came again; of two grades the higher counts."""

    grades: Judgements
    twice: int = 0


def read_queries(file: Path) -> dict[str, str]:
    """Id → text of each query, in the file's order. Raises JudgementError."""
    expected = '{"id": …, "text": …} or id and text parted by a tab'
    found: dict[str, str] = {}
    places: dict[str, int] = {}
    for number, line in _lines(file):
        query = _json_query(line) if line.startswith("{") else _tab_query(line)
        if query is None:
            raise JudgementError(file, number, _shown(line), expected)
        name, text = query
        if not found and name.lower() in _ID_NAMES and text.lower() in _TEXT_NAMES:
            continue  # a header
        if found.setdefault(name, text) != text:
            raise JudgementError(
                file, number, f"another text for the query {name!r} of line {places[name]}", "each id once"
            )
        places.setdefault(name, number)
    if not found:
        raise JudgementError(file, None, "no query", expected)
    return found


def read_judgements(file: Path) -> Judged:
    """What is judged for each query. Raises JudgementError."""
    expected = (
        f"query, document and a whole number up to {MOST} (tabs between), or query, 0, document and such a number"
    )
    grades: Judgements = {}
    twice = 0
    first = True
    for number, line in _lines(file):
        cells = [cell.strip() for cell in line.split("\t")] if "\t" in line else line.split()
        if len(cells) not in (3, 4) or not all(cells):
            raise JudgementError(file, number, _shown(line), expected)
        query, document, written = cells[0], cells[-2], cells[-1]
        header = first and query.lower() in _ID_NAMES and written.lower() in _GRADE_NAMES
        first = False
        if header:
            continue
        try:
            grade = max(int(written), 0)  # TREC marks spam by numbers below 0
        except ValueError:
            grade = MOST + 1
        if grade > MOST:
            raise JudgementError(file, number, f"the grade {_shown(written)}", expected)
        of_query = grades.setdefault(query, {})
        twice += document in of_query
        of_query[document] = max(grade, of_query.get(document, 0))
    if not grades:
        raise JudgementError(file, None, "no judgement", expected)
    return Judged(grades, twice)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The number, from 1, and the text of each line that is not blank."""
    try:
        raw = file.read_bytes()
        if raw.startswith(_GZIP):
            raw = gzip.decompress(raw)
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JudgementError(file, raw[: error.start].count(b"\n") + 1, "bytes that are no UTF-8", "UTF-8") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise JudgementError(file, None, reason or type(error).__name__, "a file that can be read") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.strip("\r")


def _json_query(line: str) -> tuple[str, str] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    name = row.get("id", row.get("_id"))
    text = row.get("text")
    if isinstance(name, bool) or not isinstance(name, str | int) or not isinstance(text, str):
        return None
    return str(name), text


def _tab_query(line: str) -> tuple[str, str] | None:
    name, tab, text = line.partition("\t")
    return (name.strip(), text.strip()) if tab and name.strip() else None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
