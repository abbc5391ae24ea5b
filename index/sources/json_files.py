"""How are JSON and JSON Lines read?

A line of JSONL is an article, or holds some: both formats find records in a value the same way. JSONL is read line
by line and may be of any length; a whole JSON value has to fit in memory (`MAX_DOCUMENT`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any, cast

from .encoding import decode
from .outcome import (
    MAX_LINE,
    Entry,
    NotAnArticleError,
    Outcome,
    Outcomes,
    UnreadableError,
    read_whole,
)
from .records import article_of, records_in

DECODER = json.JSONDecoder(parse_constant=lambda name: None)  # NaN and Infinity are no JSON
RUN = 1 << 17  # bytes of lines that are read at a time
BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
OBJECT = re.compile(r"\{\s*(?:\"|\}|$)")
ARRAY = re.compile(r"\[\s*(?:[{\[\]]|$)")


def is_json(opening: str) -> bool:
    """Whether a text that begins so is JSON, and not just words in brackets."""
    return bool(OBJECT.match(opening) or ARRAY.match(opening))


def is_by_lines(suffix: str, head: bytes) -> bool:
    """Whether each line of a file is a value of its own: by the file's name, or as its first line shows."""
    return suffix in ("jsonl", "ndjson") or first_line_is_value(head)


def first_line_is_value(head: bytes) -> bool:
    """Whether the first line is a value of its own, as far as the head shows."""
    first, line_end, _ = head.partition(b"\n")
    if not line_end:
        return True  # one line, however long: reading by lines can only be cheaper
    try:
        DECODER.decode(first.removeprefix(BOM).decode("utf-8").strip())
    except (ValueError, RecursionError):
        return False
    return True


def read_by_lines(entry: Entry, head: bytes) -> Outcomes:
    """The articles of JSON Lines; a broken line costs nobody else."""
    if head.startswith(WIDE_BOMS):
        yield from read_wide_lines(entry)
        return
    for first, data in runs_of_lines(entry):
        yield from articles_of_lines(entry, data, first)


def runs_of_lines(entry: Entry, size: int = RUN) -> Iterator[tuple[int, bytes]]:
    """Whole lines of a file, some `size` bytes at a time, and the number of the first of them.

    Raises:
        UnreadableError: a line is longer than MAX_LINE, or the file is damaged; what was read before comes first.
    """
    stream = cast(BufferedReader, entry.stream)
    number, held, wanted = 1, bytearray(), size
    damage: UnreadableError | None = None
    piece = b"-"
    while piece:
        try:
            piece = stream.read1(size)
        except UnreadableError as error:
            damage, piece = error, b""
        held += piece
        if piece and len(held) < wanted:
            continue
        end = held.rfind(b"\n") + 1 if piece or damage else len(held)
        if end:
            yield number, bytes(held[:end])
            number += held.count(b"\n", 0, end)
            del held[:end]
        if len(held) >= MAX_LINE:
            raise UnreadableError(f"line {number} is longer than {MAX_LINE >> 20} MB")
        wanted = max(size, 2 * len(held))  # a long line is not looked through again and again
    if damage is not None:
        raise damage


def articles_of_lines(entry: Entry, data: bytes, first: int) -> Outcomes:
    """The articles of some lines, of which the first has this number."""
    if first == 1:
        data = data.removeprefix(BOM)
    for number, raw in enumerate(data.split(b"\n"), first):
        yield from line_articles(entry, raw, number)


def read_wide_lines(entry: Entry) -> Outcomes:
    """The articles of JSON Lines in UTF-16."""
    for number, line in enumerate(decode(read_whole(entry)).text.split("\n"), start=1):
        yield from line_articles(entry, line.encode("utf-8", "replace"), number)


def line_articles(entry: Entry, raw: bytes, number: int) -> Iterator[Outcome]:
    """The articles of one line."""
    if not raw or raw.isspace():
        return
    place = f"line {number}"
    try:
        yield from value_articles(entry, parsed(raw), place)
    except UnreadableError as error:
        yield entry.unreadable(str(error), place)
    except (ValueError, RecursionError) as error:
        yield entry.unreadable(f"cannot be read: {error or type(error).__name__}", place)


def read_value(entry: Entry) -> Outcomes:
    """The articles of one JSON value; JSON Lines after all if more follows behind the value."""
    data = read_whole(entry)
    try:
        value = parsed(data)
    except UnreadableError as error:
        if error.__cause__ is None or "Extra data" not in str(error.__cause__):
            raise
        for number, raw in enumerate(data.split(b"\n"), start=1):
            yield from line_articles(entry, raw, number)
        return
    yield from value_articles(entry, value, "")


def parsed(raw: bytes) -> Any:
    """The value that these bytes write down.

    Raises:
        UnreadableError: they do not, or it is nested deeper than Python can follow.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(raw).text
    try:
        return DECODER.decode(text.lstrip("\ufeff"))
    except RecursionError:
        raise UnreadableError("JSON nested too deep for an article") from None
    except ValueError as error:
        raise UnreadableError(f"no JSON: {error}") from error


def value_articles(entry: Entry, value: Any, place: str) -> Iterator[Outcome]:
    """The articles in a value; `place` names it in messages."""
    many = isinstance(value, list) or not place
    for number, record in enumerate(records_in(value), start=1):
        here = ", ".join(filter(None, (place, f"item {number}" if many else "")))
        if record is None:
            yield entry.refused("no object with fields, so no article", here)
            continue
        try:
            yield entry.loaded(article_of(record, entry.path_id))
        except NotAnArticleError as error:
            yield entry.refused(str(error), here)
