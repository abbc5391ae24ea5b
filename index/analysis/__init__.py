"""How does text become terms? capitals → tokenise → fold → roots, the whole chain on this page.

A text is a list of tokens. Each token is found under its roots (lemmas; stems of unknown words) and under
its exact form, which is marked by `=` so that `!слово`, prefixes and spelling work on forms, never on stems. All of
them share the token's position.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from .asked import Asked, query_roots
from .capitals import with_headlines
from .fold import fold
from .roots import roots
from .tokenise import tokenise

# Part of every article's digest: an index made by another chain is analysed anew.
ANALYSIS_VERSION: Final = 3
FORM_MARK: Final = "="

__all__ = ["ANALYSIS_VERSION", "FORM_MARK", "Asked", "Token", "analyze", "fold", "query_roots", "tokens"]


class Token(NamedTuple):
    """One word of a text: `[start, end)` in code points, its folded form, its roots."""

    start: int
    end: int
    form: str
    roots: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index knows it by: its roots and its marked form."""
        return (*self.roots, FORM_MARK + self.form)


@lru_cache(maxsize=100_000)
def _analysed(written: str) -> tuple[str, tuple[str, ...]]:
    form = fold(written)
    return form, roots(form, written=written)


def analyze(text: str) -> Iterator[Token]:
    """The tokens of `text`, in order; a token's position is its place in this order."""
    text = with_headlines(text)
    for start, end in tokenise(text):
        written = text[start:end]
        # Numbers are endless and soon looked at: remembered, they would only take room.
        form, found = _analysed.__wrapped__(written) if written.isdecimal() else _analysed(written)
        yield Token(start, end, form, found)


def tokens(text: str) -> list[Token]:
    """The tokens of `text` as a list."""
    return list(analyze(text))
