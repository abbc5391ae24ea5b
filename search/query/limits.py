"""How long may a query be, and how many words may it stand for? Beyond that it is refused, or cut and told so."""

from __future__ import annotations

from typing import Final

from search.results import Warning  # noqa: A004 - the contract's word

from .tree import Word

MAX_LENGTH: Final = 1000  # code points, as typed
MAX_TERMS: Final = 64
MAX_DEPTH: Final = 32


def too_many_forms(word: Word, taken: int) -> Warning:
    """Says that a prefix or a misspelled word stands for the `taken` most frequent of its forms only."""
    shown = f"{word.text}*" if word.prefix else f"{word.text}~{word.fuzzy if word.fuzzy > 1 else ''}"
    message = f"Под «{shown}» подходит больше {taken} слов: взяты {taken} самых частых"
    return Warning("too_many_forms", message, word.span)
