"""How are JSON and JSON Lines read?

A line of JSONL is an article, or holds some: both formats find records in a value the same way. JSONL is read line
by line and may be of any length; a whole JSON value has to fit in memory (`MAX_DOCUMENT`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .encoding import decode
from .outcome import (
    MAX_DOCUMENT,
    Entry,
    NotAnArticleError,
    Outcome,
    Outcomes,
    UnreadableError,
    read_whole,
)
from .records import article_of, records_in

DECODER = json.JSONDecoder(parse_constant=lambda name: None)  # NaN and Infinity are no JSON
BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
OBJECT = re.compile(r"\{\s*(?:\"|\}|$)")
ARRAY = re.compile(r"\[\s*(?:[{\[\]]|$)")


def is_json(opening: str) -> bool:
    """Whether a text that begins so is JSON, and not just words in brackets."""
    return bool(OBJECT.match(opening) or ARRAY.match(opening))


def read_json(entry: Entry, head: bytes) -> Outcomes:
    """The articles of a file of JSON, whole or by lines: by lines if its first line is a value of its own."""
    if entry.suffix in ("jsonl", "ndjson") or is_by_lines(head):
        return read_lines(entry) if not head.startswith(WIDE_BOMS) else read_wide_lines(entry)
    return read_value(entry)


def is_by_lines(head: bytes) -> bool:
    """Whether each line is a value of its own, as far as the head shows."""
    first, line_end, _ = head.partition(b"\n")
    if not line_end:
        return True  # one line, however long: reading by lines can only be cheaper
    try:
        DECODER.decode(first.removeprefix(BOM).decode("utf-8").strip())
    except (ValueError, RecursionError):
        return False
    return True


def read_lines(entry: Entry) -> Outcomes:
    """The articles of JSON Lines; a broken line costs nobody else."""
    readline = entry.stream.readline
    number = 0
    while raw := readline(MAX_DOCUMENT):
        number += 1
        if number == 1:
            raw = raw.removeprefix(BOM)
        if len(raw) == MAX_DOCUMENT:
            raise UnreadableError(f"line {number} is longer than {MAX_DOCUMENT >> 20} MB")
        yield from line_articles(entry, raw, number)


def read_wide_lines(entry: Entry) -> Outcomes:
    """The articles of JSON Lines in UTF-16."""
    for number, line in enumerate(decode(read_whole(entry)).text.split("\n"), start=1):
        yield from line_articles(entry, line.encode("utf-8", "replace"), number)


def line_articles(entry: Entry, raw: bytes, number: int) -> Iterator[Outcome]:
    """The articles of one line."""
    if raw.isspace() or not raw:
        return
    place = f"line {number}"
    try:
        value = parsed(raw)
    except UnreadableError as error:
        yield entry.unreadable(str(error), place)
        return
    yield from value_articles(entry, value, place)


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
