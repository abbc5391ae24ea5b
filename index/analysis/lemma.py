"""Are two forms the same word? By dictionary: they share a lemma of a part of speech (pymorphy3)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from .roots import surname_root

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer


@cache
def morph() -> MorphAnalyzer:
    """The one dictionary of this process; opened at first use (0.2 s)."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


# A reading below this score is noise of the dictionary's statistics: «ИГ» as иго, «Песков» as a first name.
_LEAST_SCORE = 0.02


@lru_cache(maxsize=100_000)
def lemmas(form: str) -> frozenset[str]:
    """All lemmas that a folded form may have, ё as е."""
    readings = morph().parse(form)
    return frozenset(r.normal_form.replace("ё", "е") for r in readings if r.score >= _LEAST_SCORE)


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
