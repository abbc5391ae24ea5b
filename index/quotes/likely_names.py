"""Whose is a name most likely, in which case, and what does the word beside it tell?

A title, a preposition or a verb right before or behind a name shows its case and gender; endings tell what is none.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from math import log
from typing import NamedTuple

from index.model import Span

from .declension import fold
from .grammar import (
    CASES,
    is_known,
    is_named,
    is_preposition,
    known_readings,
    name_weight,
    nominatives_of_name,
    readings,
)
from .heads import SURNAME_ENDING
from .kept import kept
from .names import FullName, Person, gender_of_verb
from .near import word_before
from .role_words import EXPANSIONS
from .roles import has_no_title, title_start
from .someone import Naming, Someone

OF_A_SURNAME = ("овый", "овая", "евый", "евая", "иный", "иная")


FROZEN = re.compile(r"(?:ого|его|ому|ему|ской|ским|скую|[сцз]кома|[сцз]к[ауо][йь])$")


OF_A_PLACE = re.compile(r"(?:Сан|Санта|Сент|Нью|Лос|Лас|Порт|Форт|Буэнос|Рио)-[А-ЯЁ]")


WORD_BEHIND = re.compile(r"[ \u00a0]+([а-яё]+)")


WORD_BEHIND_ANY = re.compile(r"[ \u00a0]+([А-ЯЁа-яё]+)")


LEAST_NAME = 4  # letters


VERB_WITHIN = 60  # code points before a name in which its verb stands


EVERY_CASE = frozenset(CASES)


NOMINATIVE = frozenset(("nomn",))


OBLIQUE = ("gent", "datv", "accs", "ablt", "loct")


ADJECTIVE_ENDING = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ых|их|ую|юю)$")


class Introducible(NamedTuple):
    """What a word looks like that a title may introduce as a name."""

    like_a_surname: bool
    like_a_place: bool


@kept
def introducible(word: str) -> Introducible | None:
    """Whether a title before a capitalised word can make it somebody's name."""
    firsts, known = nominatives_of_name(word, "Name"), is_known(word)
    like_a_surname = SURNAME_ENDING.search(word) is not None or is_named(word, "Surn")
    if known and not firsts and not like_a_surname:
        return None
    if any(fold(r.lemma) in EXPANSIONS for r in known_readings(word)) or _of_several_things(word):
        return None  # «глава Минфина», «президент Соединённых Штатов»
    if ADJECTIVE_ENDING.search(word) and any(r.pos == "ADJF" and r.known for r in readings(word)):
        return None
    place = (word[-1] in "аяыи" and not firsts and not known) or OF_A_PLACE.match(word) is not None
    return Introducible(like_a_surname, place)


@kept
def is_of_either(first: str) -> bool:
    """Whether a first name that never declines may be a woman's although the dictionary has it as a man's: Этери."""
    found = nominatives_of_name(first, "Name")
    return bool(found) and {case for _, case, _ in found} >= set(CASES) and all(g == "masc" for _, _, g in found)


@kept
def _of_several_things(word: str) -> bool:
    """Whether the dictionary has a word as a plural only, and not as a name."""
    found = known_readings(word)
    return bool(found) and all(r.number == "plur" and not r.marks & {"Name", "Surn"} for r in found)


def _frozen(surname: str) -> bool:
    """Whether a nominative looks like a form of another one: «Жилинского» hardly ever is a surname by itself."""
    return FROZEN.search(surname) is not None


def verb_near(text: str, at: int) -> str | None:
    """The gender of a past tense a few words before a name: «спросила из толпы Раиса Лунина»."""
    words = text[max(0, at - VERB_WITHIN, text.rfind(".", 0, at)) : at].split()
    for word in reversed(words[-5:]):
        best = known_readings(word)[:1] if word.isalpha() else ()  # no verb has a hyphen
        if best and best[0].pos == "VERB":
            return best[0].gender if best[0].gender in {"masc", "femn"} else None
    return None


def likelihood(first: str, person: Person, case: str, wanted: frozenset[str], shown: str | None) -> float:
    """How likely a full name is this person in this case, as a logarithm; what holds against it counts as a factor."""
    weight = name_weight(first, case, person.gender) or (0.5 if case == "nomn" else 0.2)
    verb = 0.0 if shown is None or case != "nomn" else 1.5 if shown == person.gender else -1.5
    return verb + log(weight) - 2.0 * (case not in wanted) - 3.0 * _frozen(person.surname) - 0.01 * CASES.index(case)


@kept
def plain_form(word: str) -> str | None:
    """A capitalised word folded, where it can hardly be anybody's name: the dictionary has it, and not as a name."""
    found = known_readings(word)
    named = any(r.marks & {"Name", "Surn"} for r in found)
    return fold(word) if found and not named and SURNAME_ENDING.search(word) is None else None


def never_declines(naming: Naming) -> bool:
    """Whether a name may stand in every case as it is."""
    return naming.cases >= EVERY_CASE


def is_first_only(word: str) -> bool:
    """Whether the dictionary has a word as a first name, and not as a surname."""
    return is_named(word, "Name") and not is_named(word, "Surn")


def shown_gender(name: FullName, chosen: Person) -> str | None:
    """The gender of a person; None where a first name that nobody knows leaves both open."""
    twins = {person.gender for person, _ in name.readings if person.key[:2] == chosen.key[:2]}
    return chosen.gender if len(twins) == 1 else None


def transcribed_alike(one: str, other: str) -> bool:
    """Whether two first names that no dictionary has are one foreign name, written twice («Уинтер», «Винтер»)."""
    if is_known(one) or is_known(other):
        return not (is_known(one) and is_known(other)) and _slips(fold(one), fold(other))
    return SequenceMatcher(None, fold(one), fold(other)).ratio() >= 0.5


def _slips(one: str, other: str) -> bool:
    """«Раймон» and «Раймонд», «Гари» and «Гарри»: one letter more in a name of four or more."""
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= LEAST_NAME
        and len(long) == len(short) + 1
        and any(long[:i] + long[i + 1 :] == short for i in range(1, len(long)))
    )


def one_declined(one: str, other: str) -> bool:
    """«Падован» and «Падована»: a foreign man's surname whose first name looks like a woman's."""
    short, long = sorted((fold(one), fold(other)), key=len)
    return long == short + "а" and short[-1] not in "аеиоуыэюя" and not SURNAME_ENDING.search(short)


def does_something(text: str, span: Span, rows: list[tuple[Someone, str]]) -> Someone | None:
    """Who of several is the subject of the past tense behind a name: «о победе Соколова узнала» speaks of a woman."""
    behind = WORD_BEHIND.match(text, span.end)
    gender = gender_of_verb(behind[1]) if behind else None
    if behind is None or gender is None:
        return None
    people = {id(who): who for who, case in rows if case == "nomn" and who.gender == gender}
    alone = len(people) == 1 and not _subject_behind(text, behind.end())
    return next(iter(people.values())) if alone else None


def _subject_behind(text: str, at: int) -> bool:
    """Whether somebody in the nominative stands at `at`, who then is the subject of the verb before: «научил дед»."""
    found = WORD_BEHIND_ANY.match(text, at)
    if found is None:
        return False
    nouns = [r for r in readings(found[1]) if r.pos == "NOUN"]
    return any(r.animate and r.case == "nomn" for r in nouns) and not any(r.case == "datv" for r in nouns)


def gender_by_verb(text: str, span: Span) -> str | None:
    """The gender that a past tense right behind or before a name shows."""
    behind = WORD_BEHIND.match(text, span.end)
    if behind is not None and _subject_behind(text, behind.end()):
        behind = None
    shown = gender_of_verb(behind[1]) if behind is not None else None
    before = word_before(text, span.start) if shown is None else ""
    return shown or (gender_of_verb(before) if before else None)


def title_cases(text: str, at: int) -> frozenset[str]:
    """The case of the title before a name: of two that fit, the one that reaches further to the left.

    «пресс-секретарь губернатора Марина Соколова» stands in the nominative, «губернатора Марина Соколова» would not.
    """
    if has_no_title(text, at, NOMINATIVE) and has_no_title(text, at, EVERY_CASE):
        return frozenset()
    reach = {case: title_start(text, at, frozenset((case,))) for case in CASES}
    first = min(reach.values())
    return frozenset(case for case in CASES if reach[case] == first) if first < at else frozenset()


def cases_allowed(text: str, at: int) -> frozenset[str]:
    """The cases that the word before allows a name: behind a preposition none but oblique ones."""
    word = word_before(text, at)
    return _cases_behind(word) if word else EVERY_CASE


@kept
def _cases_behind(word: str) -> frozenset[str]:
    if is_preposition(word):
        return frozenset(OBLIQUE)
    nouns = [r for r in readings(word) if r.pos == "NOUN" and r.case]
    if not nouns or readings(word)[0].pos != "NOUN":
        return frozenset(CASES)
    if not any(r.animate for r in nouns) and any(r.case == "gent" for r in nouns):
        return frozenset(CASES)  # «директор завода Юрий Лунин»
    return frozenset(("gent", *(r.case for r in nouns if r.animate and r.case)))
