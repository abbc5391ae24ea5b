"""Which short words stand in capitals only because all around them does? Those of a headline: «ЦЕНЫ НА ГАЗ РАСТУТ».

By itself a short word in capitals is an abbreviation, which is no form of anything. In a headline it may be either, so
that it is found under itself and under its lemmas. Such a word is told to the steps behind by a letter case that hardly
anybody writes, «цЕНЫ»: the text stays as long as it is, and whatever is counted in it stays where it was.
"""

from __future__ import annotations

import re
from typing import Final

SHORT: Final = 4  # letters up to which a word in capitals is taken for an abbreviation
_WORDS: Final = 3  # of a headline; fewer where they have a line of their own
# A word too long for an abbreviation; most texts have none. It begins with a set of letters, which is looked for fast.
_LONG: Final = re.compile("[А-ЯЁ][А-ЯЁ]{4}")
_RUN: Final = re.compile(r"(?<!\w)[А-ЯЁ]+(?:[^\w\n]+(?:[А-ЯЁ]+|[0-9]+))+(?!\w)")
_WORD: Final = re.compile("[А-ЯЁ]+")
_TURNED: Final = re.compile(f"[а-яё][А-ЯЁ]{{1,{SHORT - 1}}}")


def with_headlines(text: str) -> str:
    """`text` with the short words of its headlines in capitals turned: «цЕНЫ нА гАЗ РАСТУТ». As long as it was."""
    return text if _LONG.search(text) is None else turned(text)


def turned(text: str) -> str:
    """The same of a text in which more than SHORT capitals stand in a row: others have no headline in capitals."""
    return _RUN.sub(_turned_run, text)


def is_turned(written: str) -> bool:
    """Whether a word as written is a short one of a headline in capitals."""
    return _TURNED.fullmatch(written) is not None


def as_written(word: str) -> str:
    """A word before it was turned, if it was."""
    return word.upper() if is_turned(word) else word


def _turned_run(found: re.Match[str]) -> str:
    run = found[0]
    words = _WORD.findall(run)
    if max(map(len, words)) <= SHORT or not (len(words) >= _WORDS or _is_a_line(found)):
        return run
    return _WORD.sub(_turned, run)


def _turned(found: re.Match[str]) -> str:
    word = found[0]
    return word[0].lower() + word[1:] if 1 < len(word) <= SHORT else word


def _is_a_line(found: re.Match[str]) -> bool:
    """Whether a line has no other words."""
    text = found.string
    begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    around = text[begin : found.start()] + text[found.end() : end if end >= 0 else len(text)]
    return not any(map(str.isalnum, around))
