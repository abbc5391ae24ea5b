"""Where is the table of abbreviations kept? Beside the index, as JSON that a person may read and edit.

    {"version": 1, "abbreviations": [
        {"abbreviation": "ВРД", "expansion": "Ведомство речных дел", "articles": 3}
    ]}

`articles` says in how many articles the pair stood when it was mined; it may be left out. Only `save` writes the file:
publishing, reindexing and checking leave it alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import zstandard

from .abbreviations import MOST_WORDS, WORD, Abbreviation, mined, words_of
from .errors import DamagedIndexError, IndexingError
from .storage import disk
from .storage.payload import unpack_article
from .storage.segment import Segment, open_live

FILE: Final = "abbreviations.json"
VERSION: Final = 1
MOST_BYTES: Final = 1 << 24
HINT: Final = "molva abbreviations --save --force"


class AbbreviationsError(IndexingError):
    """The saved table cannot be read; the message says where, what was found and expected."""


def table_file(folder: Path) -> Path:
    """Where the table of an index lies, which a person may edit."""
    return folder / FILE


def save(folder: Path, rows: Iterable[Abbreviation]) -> Path:
    """Write the table of an index in place of the one that is there, durably; the file. Raises OSError."""
    lines = ",\n".join(f"    {json.dumps(row.to_dict(), ensure_ascii=False)}" for row in rows)
    path = table_file(folder)
    disk.replace_file(path, f'{{\n  "version": {VERSION},\n  "abbreviations": [\n{lines}\n  ]\n}}\n'.encode())
    return path


def saved(folder: Path) -> list[Abbreviation]:
    """The saved table of an index, as it is edited; none where nothing is saved. Raises AbbreviationsError."""
    path = table_file(folder)
    try:
        content = json.loads(disk.read_file(path, MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error), "a file that can be read") from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"no JSON ({error})", "the file that molva abbreviations --save writes") from error
    rows = content.get("abbreviations") if isinstance(content, dict) else None
    if not isinstance(rows, list) or content.get("version") != VERSION:
        raise _unreadable(path, "another JSON", f'{{"version": {VERSION}, "abbreviations": […]}}')
    return [_row(path, number, row) for number, row in enumerate(rows, 1)]


def _row(path: Path, number: int, row: object) -> Abbreviation:
    expected = '{"abbreviation": "ВРД", "expansion": "Ведомство речных дел", "articles": 3}'
    if isinstance(row, dict) and set(row) <= {"abbreviation", "expansion", "articles"}:
        short, expansion, articles = row.get("abbreviation"), row.get("expansion"), row.get("articles", 0)
        if (
            isinstance(short, str)
            and isinstance(expansion, str)
            and isinstance(articles, int)
            and 0 < len(WORD.findall(short)) <= 2
            and 0 < len(words_of(expansion)) <= MOST_WORDS
        ):
            return Abbreviation(short.strip(), expansion.strip(), int(articles))
    raise _unreadable(path, f"row {number}: {json.dumps(row, ensure_ascii=False):.100}", expected)


def _unreadable(path: Path, found: str, expected: str) -> AbbreviationsError:
    return AbbreviationsError(f"{path}: found {found}, expected {expected}; write it anew with: {HINT}")


# -- of an index


def mined_of_index(folder: Path) -> list[Abbreviation]:
    """The table of the live articles of an index. Raises NoIndexError, DamagedIndexError, UnsupportedIndexError."""
    with open_live(folder) as opened:
        return mined(_texts(opened.segments))


def _texts(segments: Iterable[Segment]) -> Iterator[str]:
    for segment in segments:
        live = segment.live("article")
        try:
            for number, data in enumerate(segment.part("article").stored):
                if live is None or live[number]:
                    article = unpack_article(data)
                    yield f"{article.title}\n{article.body}"
        except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
            raise DamagedIndexError(
                f"{segment.where}: array article.stored.data: {error!r}; run: molva check"
            ) from error
