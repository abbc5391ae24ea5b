"""Which characters of a query count? The text without what nobody sees, and where words and quotation marks end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.model import Span

DASHES = "-\u2212"  # hyphen-minus and minus; the longer dashes are punctuation
OPENING = '"«„“”'  # ” too: „так пишут” and ”так”
QUOTES = OPENING + "»"
LEADING = "#@№§$€£₽"  # what a word may begin with besides letters and digits
TRAILING = "#+%‰°$€£₽"  # … and end with: С++, 50%

RUN = re.compile(rf"[^ ()|{QUOTES}]+")
DATE_RUN = re.compile(rf"[^ ()|{QUOTES},;]+")
FIELD_NAME = re.compile(r"([^\W\d_]+):")
SLOP = re.compile(r"~([0-9]+)")
WEIGHT = re.compile(r"(?:\^[0-9]+(?:[.e][0-9]+)*)+(?![^ ()|])")  # `слово^2` of other search engines
OPTION = re.compile(r"([^\W\d_]+):([^\W\d_]+)")
# A number below zero is no exclusion: «-5 градусов». Longer ones are: «выборы -2016».
SHORT_NUMBER = re.compile(rf"[0-9]{{1,2}}(?:[.,][0-9]{{1,2}})?[%‰°]?[CСF]?(?![^ ()|{QUOTES},;?!])")
# Punctuation that parts words even where the blank after it was forgotten; a decimal comma does not.
PARTS = re.compile(r"(?<![0-9]),|,(?![0-9])|[;?!…—]|(?<![0-9.])\.\.+|\.\.+(?![0-9.])")
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\w")
SCHEMES = frozenset({"http", "https", "ftp", "file", "mailto", "tel", "urn", "data", "magnet"})


@dataclass(frozen=True, slots=True)
class CleanText:
    """`text` has blanks for control characters and lone surrogates, and no invisible ones (soft hyphen, zero width).

    `positions[i]` is where its i-th code point stands in the query as typed.
    """

    text: str
    positions: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The place in the query as typed of `[start, end)`, which is not empty, in `text`."""
        return Span(self.positions[start], self.positions[end - 1] + 1)


def clean(typed: str) -> CleanText:
    """`typed` as the lexer reads it."""
    if typed.isprintable():
        return CleanText(typed, range(len(typed)))
    seen = [(_visible(char), at) for at, char in enumerate(typed)]
    return CleanText("".join(char for char, _ in seen), [at for char, at in seen if char])


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs") or category[0] == "Z" else char


def begins_word(char: str) -> bool:
    """Whether a word may begin with `char`."""
    return char.isalnum() or char in LEADING


def ends_word(char: str) -> bool:
    """Whether a word may end with `char`. Accents (combining marks) belong to their letter."""
    return char.isalnum() or char in TRAILING or unicodedata.category(char)[0] == "M"


def trim_end(run: str, also: str = "") -> str:
    """`run` without the punctuation at its end; the characters of `also` are spared."""
    end = len(run)
    while end and not (ends_word(run[end - 1]) or run[end - 1] in also):
        end -= 1
    return run[:end]


def has_word(text: str) -> bool:
    """Whether there is a letter or digit to search for."""
    return any(char.isalnum() for char in text)


def closing_mark(text: str, at: int) -> tuple[int, bool]:
    """Where the quotation opened at `at` ends, and whether properly so: `«…„…“…»` and `«…«…»…»` nest.

    `«Роман «Война и мир»` has too few `»`: such a quotation ends with its first closing mark, or with the text.
    """
    if text[at] == '"':
        return first_closing(text, at)
    opened = [text[at]]
    guillemets = opened.count("«")
    for i in range(at + 1, len(text)):
        char = text[i]
        if char in "«„" or (char == "“" and opened[-1] == "«"):
            opened.append(char)
            guillemets += char == "«"
        elif char == "»" and guillemets:
            while opened.pop() != "«":
                pass
            guillemets -= 1
        elif char in "“”" and opened[-1] != "«":
            opened.pop()
        if not opened:
            return i, True
    return first_closing(text, at)[0], False


def first_closing(text: str, at: int) -> tuple[int, bool]:
    """The same without nesting: the first closing mark. Where none of its own comes, one of another kind that closes
    nothing else does: `„старый мост"`.
    """
    ends = (text.find(mark, at + 1) for mark in own_closing(text[at]))
    end = min((end for end in ends if end >= 0), default=-1)
    return (end, True) if end >= 0 else _closing_of_another_kind(text, at)


def own_closing(mark: str) -> str:
    """The marks that properly close what `mark` opens."""
    return {"«": "»", '"': '"'}.get(mark, "“”")


def _closing_of_another_kind(text: str, at: int) -> tuple[int, bool]:
    depth = 0
    for end in range(at + 1, len(text)):
        char = text[end]
        if char in "«„":
            depth += 1
        elif char in '"»“”':
            if not depth:
                return end, True
            depth -= char != '"'
    return len(text), False


def all_in_capitals(text: str) -> bool:
    """Whether this is a headline in capitals, which says nothing by them: three words at least, one too long for an
    abbreviation.
    """
    if text != text.upper():
        return False
    words = re.findall(r"[^\W\d_]{3,}", text)
    return len(words) > 2 and max(map(len, words)) > 6
