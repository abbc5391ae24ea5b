"""Are two forms the same word? By dictionary: they share a lemma of a part of speech (pymorphy3's dictionary)."""

from __future__ import annotations

import importlib.util
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .lexicon import Lexicon, Reading

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse

_FILES: Final = "pymorphy3_dicts_ru"
LEAST_SCORE: Final = 0.02  # of a guess; below it is noise


@cache
def morph() -> MorphAnalyzer:
    """The one dictionary of this process with all that pymorphy knows and guesses; opened at first use (0.2 s)."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


def parses(word: str) -> list[Parse]:
    """All that pymorphy reads a word as; nothing where it has letters without names: it asks what each is called, and
    six thousand letters, Tangut for one, are called nothing.
    """
    try:
        found: list[Parse] = morph().parse(word)
    except ValueError:
        return []
    return found


@cache
def lexicon() -> Lexicon:
    """The words of that dictionary, which are opened in an instant.

    Raises OSError, ValueError where its files are not there or not as expected.
    """
    found = importlib.util.find_spec(_FILES)  # not imported: that would import a packaging library
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"{_FILES} is not installed; expected beside pymorphy3: pip install pymorphy3")
    return Lexicon(Path(*found.submodule_search_locations) / "data")


@lru_cache(maxsize=100_000)
def readings(form: str) -> tuple[Reading, ...]:
    """The dictionary's words that a folded form is likely to be, the likeliest first."""
    return lexicon().readings(form)


@lru_cache(maxsize=100_000)
def lemmas(form: str) -> frozenset[str]:
    """All lemmas that a folded form may have, ё as е; of a word that the dictionary does not have, guessed ones."""
    known = readings(form)
    if known:
        return frozenset(reading.lemma for reading in known)
    if form.isascii():  # what a long guess comes to
        return frozenset((form,))
    from .guesses import guesses

    return frozenset(guess.lemma.replace("ё", "е") for guess in guesses(form) if guess.score >= LEAST_SCORE)


@lru_cache(maxsize=100_000)
def same_word(one: str, other: str) -> bool:
    """Whether two folded forms may be forms of one word."""
    return one == other or not lemmas(one).isdisjoint(lemmas(other))
