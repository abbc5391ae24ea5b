"""What is asked of a rule, and what does it answer?

A rule (see `resolve`) gets a mention with its tokens and says whom it names, and by which sign it knows.
"""

from __future__ import annotations

from typing import NamedTuple

from index.model import ResolvedBy, Span

from .discourse import Event
from .grammar import readings
from .someone import Someone
from .tokens import Token

THIRD_PERSON = frozenset({"он", "она", "оно"})
POSSESSIVE = {"его": "masc", "её": "femn", "ее": "femn"}
TURNED = frozenset({"тот", "этот", "последний"})


class Answer(NamedTuple):
    """Whom a rule found. Without `who` and `body` the mention names nobody whom the article makes known."""

    by: ResolvedBy | None = None
    who: Someone | None = None
    body: str | None = None
    sign: str = ""


NOBODY = Answer()


class Mention(NamedTuple):
    """A mention with its tokens, ready for the rules. `at` is where it (or, without one, the quote) stands."""

    span: Span | None
    tokens: tuple[Token, ...]
    case: str
    gender: str | None
    at: int
    rule: str = ""
    cued: bool = False
    by_verb: bool = False
    cue: str = ""

    @property
    def low(self) -> str:
        """The words in small letters."""
        return " ".join(token.text for token in self.tokens).lower()


def pronoun_gender(mention: Mention) -> str | None:
    """The gender of a pronoun, if the mention is one."""
    if len(mention.tokens) != 1:
        return None
    low = mention.tokens[0].text.lower()
    if low in POSSESSIVE:
        return POSSESSIVE[low]
    for reading in readings(low):
        if reading.pos == "NPRO" and reading.lemma in THIRD_PERSON and reading.number == "sing":
            return reading.gender
        if reading.lemma in TURNED and reading.number == "sing" and mention.tokens[0].text.lower() != "этого":
            return reading.gender
    return None


def agrees(event: Event, gender: str | None) -> bool:
    """Whether somebody can be taken up by a word of this gender."""
    return gender is None or event.gender is None or event.gender == gender
