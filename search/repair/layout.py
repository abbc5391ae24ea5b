"""What would the same keys have typed in the other keyboard layout? Russian ЙЦУКЕН and US QWERTY, both ways.

Some letters lie on keys of punctuation: `[jkjl` is «холод», `;bpym` is «жизнь», `.,jxrf` «юбочка». So a word is what
stands between blanks; marks of the query language around it stay, and what may be punctuation at its end is tried both
as letters and as punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from search.query.names import FIELDS
from search.query.text import DASHES, FIELD_NAME, OPENING, SLOP, URL

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_CYRILLIC: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
_IS_LATIN = re.compile(r"(?=.*[A-Za-z])[A-Za-z`\[\];',./~{}:\"<>?]+")
_IS_CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
_IS_ONE_SCRIPT = re.compile(r"[^А-Яа-яЁё]+|[^A-Za-z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_PUNCTUATION: Final = ".,;:?'\"/"
_CLOSING: Final = ")»”“"
_BEFORE = re.compile(f"[(|{re.escape(DASHES + OPENING)}]+")


def switched(word: str) -> list[str]:
    """`word` as typed in the other layout: letters only, punctuation behind them allowed; [] where it cannot be.

    The first takes all keys for letters, the second those at the end for punctuation. The parts of a word with hyphens
    are read each for itself.
    """
    if "-" in word and _IS_ONE_SCRIPT.fullmatch(word):
        parts = [[part] if part.isdecimal() else switched(part) for part in word.split("-")]
        return ["-".join(readings[0] for readings in parts)] if all(parts) else []
    if _IS_CYRILLIC.fullmatch(word):
        return [word.translate(_TO_LATIN)]
    found = []
    if _IS_LATIN.fullmatch(word):
        body = word.rstrip(_PUNCTUATION)
        for part in dict.fromkeys((word, word.rstrip("/?"), body)):
            other = part.translate(_TO_CYRILLIC)
            if part and _LETTERS.fullmatch(other):
                found.append(other + word[len(part) :])
    return found


class Chunk(NamedTuple):
    """A word of a query between blanks and the marks of the query language: `text` stands at [start, end). `field`: as
    it was named, if it was; `prefix`: it is followed by `*`.
    """

    text: str
    start: int
    end: int
    field: str | None
    prefix: bool = False


def chunks(query: str) -> Iterator[Chunk]:
    """The words that a layout may be switched for: not in exact forms and phrases, no addresses, no names of fields."""
    exact_until = -1
    for found in re.finditer(r"\S+", query):
        start, end, field, exact = found.start(), found.end(), None, False
        while start < end:
            if marks := _BEFORE.match(query, start, end):
                if exact and query[marks.end() - 1] in OPENING:
                    close = query.find({"«": "»"}.get(query[marks.end() - 1], query[marks.end() - 1]), marks.end())
                    exact_until = len(query) if close < 0 else close
                start = marks.end()
            elif query[start] == "!":
                start, exact = start + 1, True
            elif (name := FIELD_NAME.match(query, start, end)) and name[1].lower() in FIELDS:
                start, field = name.end(), name[1].lower()
            else:
                break
        if exact or start < exact_until or URL.match(query, start):
            continue
        end = _body_end(query, start, end)
        if start < end:
            yield Chunk(query[start:end], start, end, field, query[end : end + 1] == "*")


def _body_end(query: str, start: int, end: int) -> int:
    """Where the word ends that begins at `start`, without `)`, closing quotes, `*`, `~2`."""
    while start < end:
        if query[end - 1] in _CLOSING + "*~" or (query[end - 1] == '"' and query[:end].count('"') % 2 == 0):
            end -= 1
        elif (tilde := query.rfind("~", start, end)) > start and SLOP.fullmatch(query, tilde, end):
            end = tilde
        else:
            break
    return end
