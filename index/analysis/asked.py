"""Under which roots does a query look for a word? Those that it would be indexed by, and what people type besides.

Names and abbreviations are typed in small letters too. A capitalised surname («Лавров») asks for the surname; the other
words that it may be a form of (лавр) are its last resort.
"""

from __future__ import annotations

import re
from functools import lru_cache
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

LIKELIER: Final = 3  # times as often as another word must a form be the one that dictionaries have under it
_NAMES: Final = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn"})
_ENDING_IN_Y: Final = ("ай", "ей", "уй", "юй", "яй")
_CASE_OF_Y: Final = re.compile("([а-я]{2,}[аеуюя])(?:я|ю|ем|е|и)")
_OF_A_WOMAN: Final = ("ая", "ую")
_VOWELS: Final = "аеиоуыэюя"
_TYPED_SO: Final = ("NOUN", "INFN")  # words that people type as dictionaries have them

# With what ends a name, and how it ends in other cases.
_CASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("ая", ("ы", "и", "е", "у", "ю", "ой", "ей")),
    ("йь", ("я", "ю", "ем", "е", "и")),
    ("оеиуюэы", ()),  # names that end so are not declined
)
_HARD: Final[tuple[str, ...]] = ("а", "у", "ом", "ем", "е")


class Asked(NamedTuple):
    """`roots` answer in earnest, the likeliest first; `last_resort` are those of other words that look the same.
    `doubtful`: roots that are hardly meant, since people type a word as dictionaries have it, and names with a capital.
    """

    roots: tuple[str, ...]
    last_resort: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


@lru_cache(maxsize=10_000)  # a question asks for each of its words more than once
def query_roots(form: str, *, written: str) -> Asked:
    """What to look a folded form up by; `written` is the word as typed."""
    asked = _asked(form, written)
    doubtful = _doubtful(form, asked.roots, written) if len(asked.roots) > 1 and is_cyrillic(form) else ()
    return asked._replace(doubtful=doubtful) if doubtful else asked


def _doubtful(form: str, roots: tuple[str, ...], written: str) -> tuple[str, ...]:
    """Of the roots that a form asks for, those of which it is another case than dictionaries have: рота for «рот»;
    before them a capitalised name, кий for «Киев».
    """
    known = {reading.lemma: reading.share for reading in readings(form)}
    tags = [(tag.replace(" ", ",").split(","), lemma.replace("ё", "е")) for tag, lemma in lexicon().parses(form)]
    names = {lemma for tag, lemma in tags if not _NAMES.isdisjoint(tag)}
    others = tuple(root for root in roots if root in known and root not in names)
    if written[:1].isupper() and not is_turned(written):
        if surname_base(form) == form and form in roots:
            return others
        likely = max((known.get(root, 0) for root in roots if root in names), default=-1)
        doubtful = tuple(root for root in others if known[root] <= likely)
        if doubtful:
            return doubtful
    if not any(lemma == form and tag[0] in _TYPED_SO for tag, lemma in tags):
        return ()
    return tuple(root for root in others if root != form and 0 < known[root] * LIKELIER <= known.get(form, 0))


def _asked(form: str, written: str) -> Asked:
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
        stems = with_lost_vowel(stem(form))
        return united((*stems, *as_name), () if as_name else (*name_stems(form), *_elsewhere(form)))
    lemmas = (*(reading.lemma for reading in known), *_besides(form))
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
        if form not in names and any(lemma == form and "Surn" in tag for tag, lemma in lexicon().parses(form)):
            names = (*names, form)  # Яровой, Ярового
        return Asked(names, without((*found, *(reading.lemma for reading in known)), names))
    if known:
        as_name = () if any(reading.lemma == form for reading in known) else name_stems(form)
        found = united(found, _besides(form))
        return Asked(found, without(as_name, found))
    sure = (base,) if base is not None else united(name_stems(form), _elsewhere(form))
    return Asked(sure, without((*found, *_alike(form)), sure))


def _besides(form: str) -> tuple[str, ...]:
    """Where else a known name's other forms may be found: «Яровой», of a woman, is Яров's as well; a man's name that
    the dictionary has as a woman's only, and undeclined, is declined («Эммануэля»).
    """
    if form.endswith(_OF_A_WOMAN):
        base = surname_base(form[:-2] + "ой")
        return () if base is None or not lexicon().is_surname(form) else (base,)
    return name_stems(form) if form[-1] not in _VOWELS and _is_fixed(form) else ()


def stems_in_other_cases(form: str) -> tuple[str, ...]:
    """What is left without an ending of other cases of an unknown name that ends in й, or is a case of such a one."""
    cases: tuple[str, ...] = ()
    if form.endswith(_ENDING_IN_Y):
        cases = (form[:-1] + "я", form[:-1] + "ем")
    elif (found := _CASE_OF_Y.fullmatch(form)) is not None:
        cases = (found[1] + "й",)
    return tuple(dict.fromkeys(name_stems(case)[0] for case in cases))


def _elsewhere(form: str) -> tuple[str, ...]:
    """Under what else an unknown name is found in other cases: «Бородай», whose case «Бородая» looks like an adjective;
    an undeclined name of the dictionary of which this is a case all the same.
    """
    stems = name_stems(form)
    fixed = tuple(base for base in (stems[0] + end for end in ("", "ь", "й")) if _is_fixed(base))
    return (*fixed, *stems_in_other_cases(form))


def _is_fixed(form: str) -> bool:
    """Whether the dictionary has a form as a name that is never declined, and as nothing else."""
    tags = [tag for tag, _ in lexicon().parses(form)]
    return bool(tags) and all("Fixd" in tag and not _NAMES.isdisjoint(tag.replace(" ", ",").split(",")) for tag in tags)


def united(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """All of both, each once, in their order."""
    return tuple(dict.fromkeys((*some, *others)))


def without(some: list[str] | tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are not among the others, each once."""
    return tuple(root for root in dict.fromkeys(some) if root not in others)
