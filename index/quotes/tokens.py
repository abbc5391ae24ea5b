"""Into which words, numbers and signs is a sentence cut?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from index.words import word_set

TOKEN = re.compile(
    r"[а-яё]{2,}+(?![^\W\d_])(?:[-‑’'][^\W_]+)*"  # most are words in small letters
    r"|[А-ЯЁ][а-яё]+\.(?:[Рр]у|[Rr]u|[Cc]om)(?!\w)"  # sites that are written in Russian
    r"|«[^»]*»"  # another pair of marks, masked
    r"|(?<!\w)[Ии]\. ?о\."  # acting
    r"|[А-ЯЁA-Z]\.(?:[ \u00a0]?[А-ЯЁA-Z]\.)?"  # initials
    r"|[A-Za-z0-9][\w.&'’-]*[\w]|[A-Za-z0-9]"  # Latin words, sites, numbers
    r"|[^\W\d_]+(?:[-‑’'][^\W_]+)*"
    r"|№"
    r"|[^\w\s]"
)


FULL_STOP_LESS = word_set(
    """
    г гг им ул тыс руб др пр см стр св ст т е д обл пос млн млрд проф акад доц гл зам англ нем фр лат греч исп итал яп
    кит укр араб
    """
)


ARTICLES = ("аль-", "эль-", "ас-", "аз-", "ад-", "ар-", "ат-", "аш-", "ан-", "уль-", "уд-")
"""What a foreign surname may begin with, in small letters: «аль-Башир»."""


TEXT = itemgetter(0)  # of a token
START = itemgetter(1)


class Token(NamedTuple):
    """A word, number or sign, and where it stands in the article."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it holds a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether a word with a capital letter, or a surname behind an article."""
        if self.text[0].isupper():
            return True
        return "-" in self.text and self.text.startswith(ARTICLES) and not self.text.islower()

    @property
    def is_initials(self) -> bool:
        """«С.» or «С. В.»."""
        return len(self.text) > 1 and self.text[0].isupper() and self.text.endswith(".")

    @property
    def is_latin(self) -> bool:
        """Whether written in Latin letters."""
        return self.text[0].isascii() and self.text[0].isalpha()

    @property
    def is_quoted(self) -> bool:
        """Whether a masked pair of marks."""
        return self.text[0] == "«"


def tokenise(text: str, start: int, end: int, base: int = 0) -> list[Token]:
    """The tokens of `text[start:end]`; offsets are those of `text`, moved by `base`."""
    new = tuple.__new__  # half of the time of Token(…), and there are many
    return [new(Token, (m[0], m.start() + base, m.end() + base)) for m in TOKEN.finditer(text, start, end)]


def as_written(words: Iterable[str]) -> frozenset[str]:
    """Words in small letters, also with a capital one and in capitals: whether a token is one of them is told faster
    so than by its lower case.
    """
    return frozenset(written for word in words for written in (word, word.capitalize(), word.upper()))


def clause(tokens: Sequence[Token]) -> list[Token]:
    """`tokens` up to the end of their sentence."""
    for i, token in enumerate(tokens):
        if token.text in ";!?…" or (token.text == "." and not _abbreviates(tokens, i)):
            return list(tokens[:i])
    return list(tokens)


def _abbreviates(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text.lower() in FULL_STOP_LESS and at + 1 < len(tokens)
