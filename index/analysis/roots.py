"""Under which roots is a word found? Under its Snowball stem, and a surname under its surname root as well.

Snowball sends «Лавров» to лавр and «Лаврова» to лавров. A capitalised word with the endings of a surname in
-ов/-ев/-ин/-ын therefore gets a second root, `^лавров`, the same in every case and for both sexes. `^` cannot stand in
a word, so the two vocabularies never mix.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import snowballstemmer

SURNAME_MARK: Final = "^"
_SURNAME = re.compile("([а-я]{2,}(?:ов|ев|ин|ын))(?:а|у|ым|е|ой|ы|ых|ыми)?")
_CYRILLIC = re.compile("[а-я]+")
ABBREVIATION_MAX: Final = 6
_DECLINED = re.compile("([А-ЯЁ]{2,6})-?(?:а|у|е|ом|ы|ов|ам|ами|ах)")  # МЧСа, МИДом
_STEMMER = snowballstemmer.stemmer("russian")


@lru_cache(maxsize=500_000)
def stem(form: str) -> str:
    """The Snowball stem of a folded form; Latin words and numbers stay as they are.

    Source: the Russian algorithm of Snowball 3, https://snowballstem.org/algorithms/russian/stemmer.html
    """
    return str(_STEMMER.stemWord(form)) if _CYRILLIC.fullmatch(form) else form


def surname_root(form: str) -> str | None:
    """`^лавров` for лавров, лаврова, лавровым …; None where no surname in -ов/-ев/-ин/-ын can stand behind."""
    found = _SURNAME.fullmatch(form)
    return SURNAME_MARK + found[1] if found else None


def roots(form: str, *, written: str) -> tuple[str, ...]:
    """The roots of a folded form; `written` is the word as it stands, for its letter case.

    Abbreviations (МИД, ОПЕК) are not stemmed, and lose an ending in small letters (МИДом). A surname root needs a
    capital letter.
    """
    if len(written) <= ABBREVIATION_MAX and len(written) > 1 and written.isupper():
        return (form,)
    declined = _DECLINED.fullmatch(written)
    if declined is not None:
        return (form[: declined.end(1)],)
    base = stem(form)
    if written[:1].isupper():
        surname = surname_root(form)
        if surname is not None:
            return (base, surname)
    return (base,)
