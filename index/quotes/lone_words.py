"""Is a capitalised word that a title may introduce a place or a person? Told by where else the text has it."""

from __future__ import annotations

import re

from index.model import Span

from .declension import fold
from .grammar import readings
from .heads import SURNAME_ENDING
from .kept import kept
from .likely_names import WORD_BEHIND
from .names import SURNAME

PLACE = re.compile(
    r"[ВвИиГгПпСсДд](?<![\w-].)"
    r"(?:(?<=[Вв])о?|(?<=[Ии])з|(?<=[Гг])ород\w*|(?<=[Пп])ос[её]л\w+|(?<=[Сс])ел[оае]\w*|(?<=[Дд])еревн\w+|(?<=[Пп])од)"
    rf"[ \u00a0]({SURNAME.pattern})"
)


def places(text: str) -> frozenset[str]:
    """The stems of what the text names as places («в Окольске»)."""
    return frozenset(map(stem, PLACE.findall(text)))


@kept
def stem(word: str) -> str:
    """What the cases of a place's name share."""
    return fold(word).rstrip("аеиоуыьюяй")


def stands_alone(text: str, word: str, span: Span) -> bool:
    """Whether a word is the subject of a verb elsewhere than at `span`, as a surname may be."""
    if SURNAME_ENDING.search(word) is not None:
        return True
    at = text.find(word)
    while at >= 0:
        found = WORD_BEHIND.match(text, at + len(word))
        inside = at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_-")
        if found is not None and not inside and at != span.start and readings(found[1])[0].pos == "VERB":
            return True
        at = text.find(word, at + len(word))
    return False
