"""What becomes of a text on its way into the index? Each step of it, for people who look: `molva analyze`.

clean-up → words → folding → letter case → roots, each with its reason; and what a query with that word asks for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from .analysis import Asked, fold, query_roots, tokens
from .analysis.capitals import with_headlines
from .analysis.fold import COMBINING, INVISIBLE
from .analysis.roots import explained
from .cleanup import clean
from .model import Article, Span
from .storage.tokens import CAPITAL, CAPITALS, OTHER, SMALL, letter_case

CASES: Final = {SMALL: "small", CAPITAL: "capital", CAPITALS: "capitals", OTHER: "mixed"}
_HIDDEN: Final = re.compile(f"[{INVISIBLE}]")
_MARKS: Final = re.compile(f"[{COMBINING}]")


@dataclass(frozen=True, slots=True)
class Step:
    """One word. `folded`: what folding did to its letters besides letter case; `roots`: each with why it is one;
    `asked`: what a query with the word so written looks for.
    """

    position: int
    start: int
    end: int
    text: str
    form: str
    folded: tuple[str, ...]
    case: str
    roots: tuple[tuple[str, str], ...]
    asked: Asked

    def to_dict(self) -> dict[str, Any]:
        """A token of `molva analyze --json`."""
        return {
            "position": self.position,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "form": self.form,
            "folded": list(self.folded),
            "case": self.case,
            "roots": [root for root, _ in self.roots],
            "why": dict(self.roots),
            "asked": {
                "roots": list(self.asked.roots),
                "doubtful": list(self.asked.doubtful),
                "last_resort": list(self.asked.last_resort),
            },
        }


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A text, the places of it that no reader saw (`left_out`), and its words."""

    text: str
    left_out: tuple[Span, ...]
    words: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `molva analyze`."""
        left_out = [{"start": start, "end": end, "text": self.text[start:end]} for start, end in self.left_out]
        return {"text": self.text, "left_out": left_out, "tokens": [word.to_dict() for word in self.words]}


def analyzed(text: str) -> Analyzed:
    """Every step of `text`, as the text of an article; offsets are those of `text`."""
    readable = clean(Article(id="", title="", text=text)).readable
    read = with_headlines(readable)
    words = []
    for position, token in enumerate(tokens(readable)):
        written = readable[token.start : token.end]
        why = dict(explained(token.form, written=read[token.start : token.end]))
        words.append(
            Step(
                position,
                token.start,
                token.end,
                written,
                token.form,
                folded(written),
                CASES[letter_case(written, token.form)],
                tuple((root, str(why.get(root, "part"))) for root in token.roots),
                query_roots(token.form, written=written),
            )
        )
    return Analyzed(text, left_out(text, readable), tuple(words))


def left_out(text: str, readable: str) -> tuple[Span, ...]:
    """Where `readable`, which is as long as `text`, is blank and the text is not; blanks between are taken in."""
    found: list[Span] = []
    for place, (was, is_now) in enumerate(zip(text, readable, strict=True)):
        if was == is_now or was.isspace():
            continue
        if found and not text[found[-1].end : place].strip():
            found[-1] = Span(found[-1].start, place + 1)
        else:
            found.append(Span(place, place + 1))
    return tuple(found)


def folded(written: str) -> tuple[str, ...]:
    """What folding does to a word besides letter case, in its order."""
    found = []
    seen = _HIDDEN.sub("", written)
    if seen != written:
        found.append("invisible characters taken out")
    composed = unicodedata.normalize("NFC", seen)
    if composed != seen:
        found.append("letters composed")
    small = composed.lower()
    plain = small.replace("ё", "е")
    if plain != small:
        found.append("ё as е")
    unmarked = _MARKS.sub("", plain)
    if unmarked != plain:
        found.append("marks taken off")
    if unmarked != fold(written):
        found.append("look-alikes made one script")
    return tuple(found)
