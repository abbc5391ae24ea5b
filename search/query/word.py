"""What is a word of a query, without the marks and the punctuation around it?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.model import Span

from .names import NO_OPTIONS, OPERATORS
from .text import OPTION, trim_end
from .tree import Phrase, Word

STARRED = re.compile(r"[^\W\d_]{3}\*")  # a prefix, as it would be outside of quotes


@dataclass(frozen=True, slots=True)
class Shape:
    """A run without blanks, taken apart; `length` counts what belongs to the word, `*` and `~2` too."""

    text: str
    length: int
    prefix: bool = False
    fuzzy: int = 0


def read_shape(run: str, starred: bool) -> Shape:
    """The word in `run` without the punctuation around it. `starred`: a `*` stands before it, as in `**жирно**`."""
    if run.isalnum():
        return Shape(run, len(run))
    body = trim_end(run, also="~" if starred else "*~")
    text, tilde, edits = body.rpartition("~")
    if tilde and (not edits or (edits.isascii() and edits.isdigit())):
        return Shape(trim_end(text), len(body), fuzzy=int(edits or 1))
    if body.endswith("*"):
        return Shape(trim_end(body), len(body), prefix=True)
    text = trim_end(body)
    return Shape(text, len(text))


def star_inside(text: str) -> str | None:
    """What stands before a star with more behind it, as in `тер*изм`, if it is enough for a prefix."""
    before, star, after = text.partition("*")
    enough = star and before.isalnum() and sum(map(str.isalpha, before)) > 2 and any(map(str.isalnum, after))
    return before if enough else None


def literal(shape: Shape, edits: int, exact: bool, span: Span) -> Word | Phrase:
    """The leaf. An operator or option that is meant as a word is a phrase: only quoted it can be written anywhere."""
    bare = not (shape.prefix or edits)
    if bare and (shape.text in OPERATORS or _is_option(shape.text)):
        return Phrase(shape.text, span, exact)
    return Word(shape.text, span, exact, shape.prefix, edits)


def _is_option(text: str) -> bool:
    found = OPTION.fullmatch(text)
    return found is not None and NO_OPTIONS.with_option(found[1], found[2]) is not None
