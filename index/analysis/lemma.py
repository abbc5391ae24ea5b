"""Are two forms the same word? By dictionary: they share a lemma of a part of speech (pymorphy3)."""

from __future__ import annotations

import importlib.util
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .lexicon import LEAST_SCORE, Lexicon
from .roots import surname_root

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

_FILES: Final = "pymorphy3_dicts_ru"


@cache
def morph() -> MorphAnalyzer:
    """The one dictionary of this process; opened at first use (0.2 s)."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


@cache
def lexicon() -> Lexicon | None:
    """The words of that dictionary, which are opened in an instant; None where its files are not as expected."""
    found = importlib.util.find_spec(_FILES)  # not imported: that would import a packaging library
    try:
        return Lexicon(Path(*found.submodule_search_locations or ()) / "data") if found else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


@lru_cache(maxsize=100_000)
def lemmas(form: str) -> frozenset[str]:
    """All lemmas that a folded form may have, ё as е."""
    known = lexicon()
    found = known.lemmas(form) if known else None
    if found is not None:
        return found
    if form.isascii():  # what a long guess comes to
        return frozenset((form,))
    return frozenset(r.normal_form.replace("ё", "е") for r in morph().parse(form) if r.score >= LEAST_SCORE)


@lru_cache(maxsize=100_000)
def same_word(one: str, other: str) -> bool:
    """Whether two folded forms may be forms of one word."""
    return one == other or not lemmas(one).isdisjoint(lemmas(other))


@lru_cache(maxsize=100_000)
def may_be_surname(form: str) -> bool:
    """Whether a folded form has the endings of a surname in -ов/-ев/-ин/-ын and the dictionary does not object."""
    if surname_root(form) is None:
        return False
    readings = morph().parse(form)
    return any("Surn" in r.tag for r in readings) or not morph().word_is_known(form)
