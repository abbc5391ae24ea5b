"""Under which roots is a word found? Under its lemmas, all that the dictionary thinks likely, so that all forms of a
word meet: «люди» under человек, «стали» under стать and сталь.

A word that the dictionary does not have is found under its Snowball stem. A capitalised word with the endings of a
surname is found under the surname («Лаврова» under лавров), any other unknown capitalised word under what is left
without the ending of a noun: Snowball takes «Байден» for a verb. Abbreviations stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal

import snowballstemmer

from .capitals import is_turned
from .fold import fold
from .lemma import lexicon, readings
from .lexicon import Reading
from .tokenise import parts_of

Why = Literal["as it is", "abbreviation", "lemma", "surname", "name", "stem", "part"]

ABBREVIATION_MAX: Final = 4  # letters; longer words in capitals may as well be words of a headline
LONGEST_ABBREVIATION: Final = 6
MEANT_SHARE: Final = 20_000  # millionths; whoever writes «стали» hardly means сталь
_SURNAME: Final = re.compile("([а-я]{2,}(?:ов|ев|ин|ын))(?:а|у|ым|е|ой|ы|ых|ыми)?")
_CYRILLIC: Final = re.compile("[а-я]+")
_ENDINGS: Final = "а|у|е|ом|ы|ов|ам|ами|ах"  # of an abbreviation: МЧСа, МИДом
_DECLINED: Final = re.compile(f"([А-ЯЁ]{{2,6}})-?(?:{_ENDINGS})")
_ENDING: Final = re.compile(_ENDINGS)
# Endings of nouns and adjectives, after at least three letters; those in the second group may belong to the name
# (Ибрагим, Хашем), so that it is found with and without them.
_ENDED: Final = re.compile("([а-я]{3,}?)(?:ого|ому|ими|ыми|ами|ями|ая|яя|ую|юю|ою|ею|ий|ый|ие|ые|[аяуюеыиоьй])")
_MAYBE_ENDED: Final = re.compile("([а-я]{3,}?)(?:ом|ем|ым|им|ой|ей|ых|их|ам|ям|ах|ях|ов|ев)")
# Adjectives in -ский: «Окольские» are no Окольск; «Окольском» may be either.
_ADJECTIVE: Final = re.compile("([а-я]{2,}[сц]к)(?:ий|ого|ому|им|ом|ая|ой|ую|ою|ие|их|ими)")
# Nouns in -ец, -ок, -ек, which lose their vowel: украинец, украинца; ливиец, ливийца.
_LOST_VOWEL: Final = re.compile("([а-я]{3,})(?:е(?=[цк])|о(?=к))([цк])")
_VOWELS: Final = "аеиоуыэюя"
_STEMMER: Final = snowballstemmer.stemmer("russian")
_STEMMER.maxCacheSize = 0  # words come once here; to remember them takes PyStemmer three times as long as to stem them


@lru_cache(maxsize=50_000)
def stem(form: str) -> str:
    """The Snowball stem of a folded form; Latin words and numbers stay as they are.

    Source: the Russian algorithm of Snowball 3, https://snowballstem.org/algorithms/russian/stemmer.html
    """
    return str(_STEMMER.stemWord(form)) if is_cyrillic(form) else form


def is_cyrillic(form: str) -> bool:
    """Whether a folded form is made of Russian letters only."""
    return _CYRILLIC.fullmatch(form) is not None


def is_ending_of_abbreviation(letters: str) -> bool:
    """Whether an abbreviation may be declined so: МИД·ом."""
    return _ENDING.fullmatch(letters) is not None


def surname_base(form: str) -> str | None:
    """лавров for лавров, лаврова, лавровым …; None where no surname in -ов/-ев/-ин/-ын can stand behind."""
    found = _SURNAME.fullmatch(form)
    return found[1] if found else None


def name_stems(form: str) -> tuple[str, ...]:
    """What is left of an unknown name's form without its ending; twice where the ending may be its own, or where its
    last vowel may be lost.
    """
    adjective = _ADJECTIVE.fullmatch(form)
    if adjective is not None:
        base = adjective[1]
        return (base + "ий", base) if form.endswith("ом") else (base + "ий",)
    maybe = _MAYBE_ENDED.fullmatch(form)
    if maybe is not None:
        return maybe[1], form
    found = _ENDED.fullmatch(form)
    return (found[1],) if found else with_lost_vowel(form)


def with_lost_vowel(stem: str) -> tuple[str, ...]:
    """The stem of an unknown word, and what other cases make of it where its last vowel may be lost: that of
    «трубопроводец» in «трубопроводцы». What the dictionary does not have may as well keep it («видеоурок»).
    """
    found = _LOST_VOWEL.fullmatch(stem)
    if found is None:
        return (stem,)
    begin, last = found.groups()
    return stem, begin + ("й" if begin[-1] in _VOWELS else "") + last


def roots(form: str, *, written: str) -> tuple[str, ...]:
    """The roots of a folded form; `written` is the word as it stands, for its letter case."""
    return tuple(root for root, _ in explained(form, written=written))


def explained(form: str, *, written: str) -> tuple[tuple[str, Why], ...]:
    """The roots of a folded form, and why each is one. What is glued has those of its parts as well."""
    found = dict(_explained(form, written))
    for part in parts_of(written):
        for root, _ in _explained(fold(part), part):
            found.setdefault(root, "part")
    return tuple(found.items())


def _explained(form: str, written: str) -> tuple[tuple[str, Why], ...]:
    if not is_cyrillic(form):
        return ((form, "as it is"),)
    if len(written) > 1 and written.isupper():
        if len(written) <= ABBREVIATION_MAX:
            return ((form, "abbreviation"),)
        found = of_capitalised(form, readings(form), stem(form))
        return found if form in dict(found) else (*found, (form, "abbreviation"))
    if is_turned(written):
        of_headline = of_small(form, readings(form), stem(form))
        return of_headline if form in dict(of_headline) else (*of_headline, (form, "abbreviation"))
    declined = _DECLINED.fullmatch(written)
    if declined is not None:
        return ((form[: declined.end(1)], "abbreviation"),)
    return (of_capitalised if written[:1].isupper() else of_small)(form, readings(form), stem(form))


Known = str | tuple[Reading, ...]
"""What the dictionary knows of a form: its only lemma, where it is no surname, or its readings."""
LookUp = Callable[[Sequence[str]], Iterable[Known]]


def known_words(forms: Sequence[str]) -> Iterator[Known]:
    """What the dictionary knows of folded forms; `lexicon_kernels.known_words` is the compiled one."""
    for form in forms:
        found = lexicon().readings(form)
        yield found[0].lemma if len(found) == 1 and not found[0].surname else found


def plain_roots(form: str, known: Known, small: bool) -> tuple[str, ...]:
    """The roots of a word of Russian letters, all small or the first a capital one."""
    if isinstance(known, str):
        base = None if small else surname_base(form)
        return (known,) if base is None or base == known else (known, base)
    if not known and small:
        return with_lost_vowel(str(_STEMMER.stemWord(form)))
    if small:
        return _in_small_letters(known)
    return tuple(root for root, _ in of_capitalised(form, known, "" if known else stem(form)))


def of_small(form: str, known: Sequence[Reading], stem: str) -> tuple[tuple[str, Why], ...]:
    """The roots of a word in small letters."""
    if not known:
        return tuple((root, "stem") for root in with_lost_vowel(stem))
    return tuple((lemma, "lemma") for lemma in _in_small_letters(known))


def _in_small_letters(known: Sequence[Reading]) -> tuple[str, ...]:
    """The lemmas of a word that is no surname, unless it is nothing else."""
    return tuple([one.lemma for one in known if not one.surname]) or tuple([one.lemma for one in known])


def _is_meant(reading: Reading) -> bool:
    """Whether a form is often enough this word: «Машин» is hardly ever a surname."""
    return not 0 <= reading.share < MEANT_SHARE


def of_capitalised(form: str, known: Sequence[Reading], stem: str) -> tuple[tuple[str, Why], ...]:
    """The roots of a word that begins with a capital letter: it may be a name, or begin a sentence."""
    base = surname_base(form)
    if known:
        if base is not None and any(_is_meant(one) and one.surname and one.lemma == base for one in known):
            town = base + "о"  # «в Одинцове» is a place, «Песков» no sand, «Лавровым» no leaf
            if any(_is_meant(reading) and reading.lemma == town for reading in known):
                return ((base, "surname"), (town, "lemma"))
            return ((base, "surname"),)
        found: list[tuple[str, Why]] = [(reading.lemma, "lemma") for reading in known]
        if base is not None and base not in dict(found):
            found.append((base, "surname"))
        return tuple(found)
    found = [(base, "surname")] if base is not None else [(name, "name") for name in name_stems(form)]
    if stem not in dict(found):
        found.append((stem, "stem"))
    return tuple(found)
