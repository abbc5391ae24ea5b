"""Under which roots does a query look for a word? Those that it would be indexed by, and what people type besides.

Names and abbreviations are typed in small letters too. A capitalised surname («Лавров») asks for the surname; the other
words that it may be a form of (лавр) are its last resort.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from .capitals import is_turned
from .lemma import lexicon, readings
from .lexicon import Reading
from .roots import (
    ABBREVIATION_MAX,
    LONGEST_ABBREVIATION,
    MEANT_SHARE,
    is_cyrillic,
    name_stems,
    of_capitalised,
    stem,
    surname_base,
    with_lost_vowel,
)

SURNAME_SHARE: Final = 300_000  # millionths of a form's occurrences that make a capitalised word a surname first

# With what ends a name, and how it ends in other cases.
_CASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("ая", ("ы", "и", "е", "у", "ю", "ой", "ей")),
    ("йь", ("я", "ю", "ем", "е", "и")),
    ("оеиуюэы", ()),  # names that end so are not declined
)
_HARD: Final[tuple[str, ...]] = ("а", "у", "ом", "ем", "е")


class Asked(NamedTuple):
    """`roots` answer in earnest, the likeliest first; `last_resort` are those of other words that look the same."""

    roots: tuple[str, ...]
    last_resort: tuple[str, ...] = ()


def query_roots(form: str, *, written: str) -> Asked:
    """What to look a folded form up by; `written` is the word as typed."""
    if not is_cyrillic(form):
        return Asked((form,))
    known = tuple(reading for reading in readings(form) if not 0 <= reading.share < MEANT_SHARE)
    if 1 < len(written) <= LONGEST_ABBREVIATION and written.isupper():
        if len(written) <= ABBREVIATION_MAX:
            return Asked((form,), without([r.lemma for r in known] or [stem(form)], (form,)))
        asked = _capitalised(form, known)
        return Asked(united(asked.roots, (form,)), without(asked.last_resort, (form,)))
    if written[:1].isupper():
        return _capitalised(form, known)
    if is_turned(written):
        return Asked(united(_small(form, known), (form,)))
    small = _small(form, known)
    return Asked(small, () if known else without(_alike(form), small))


def _small(form: str, known: tuple[Reading, ...]) -> tuple[str, ...]:
    base = surname_base(form)
    as_name = () if base is None else (base,)
    if not known:
        return united((*with_lost_vowel(stem(form)), *as_name), () if as_name else name_stems(form))
    lemmas = tuple(reading.lemma for reading in known)
    # «иг» is hardly ever the plural of иго
    rare = len(form) <= ABBREVIATION_MAX and not lexicon().is_counted(form)
    return united(lemmas, (*as_name, form) if rare else as_name)


def _alike(form: str) -> tuple[str, ...]:
    """The words that an unknown name looks like when it is declined: маска for маск."""
    base, endings = form, _HARD
    for last, others in _CASES:
        if form[-1] in last:
            base, endings = form[:-1], others
    return tuple(dict.fromkeys(reading.lemma for ending in endings for reading in readings(base + ending)))


def _capitalised(form: str, known: tuple[Reading, ...]) -> Asked:
    base = surname_base(form)
    names = tuple(r.lemma for r in known if r.surname and (r.lemma == base or not 0 <= r.share < SURNAME_SHARE))
    if base is not None and any(r.lemma == base and (r.surname or lexicon().is_surname(base)) for r in known):
        town = base + "о"  # «в Одинцове»
        names = (base, town) if form.endswith("е") and any(r.lemma == town for r in known) else (base,)
    found = tuple(root for root, _ in of_capitalised(form, known, stem(form)))
    if names:
        return Asked(names, without((*found, *(reading.lemma for reading in known)), names))
    if known:
        as_name = () if any(reading.lemma == form for reading in known) else name_stems(form)
        return Asked(found, without(as_name, found))
    sure = (base,) if base is not None else name_stems(form)
    return Asked(sure, without((*found, *_alike(form)), sure))


def united(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """All of both, each once, in their order."""
    return tuple(dict.fromkeys((*some, *others)))


def without(some: list[str] | tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are not among the others, each once."""
    return tuple(root for root in dict.fromkeys(some) if root not in others)
