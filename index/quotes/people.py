"""Whom does an article name, and where does each of their names stand?

One table an article. Full names come first and settle each other («Александра Петрова»); then initials, surnames and
first names are given to whoever of them bears them, and last those who have nothing but a title and one name
(«патриарх Филарет», «министр спорта Лужин») get an entry of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from math import log
from typing import NamedTuple

from index.model import Span

from .declension import all_forms, fold, to_nominative
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
from .names import SURNAME, FullName, Key, Person, adjective_gender, full_names, gender_of_verb
from .near import word_before
from .phrases import SURNAME_ENDING
from .role_words import EXPANSIONS, ONE_OF_A_PAIR
from .roles import Role, epithet_before, has_no_title, role_across, roles_before, roles_behind, title_start

INITIAL = r"[А-ЯЁ]\."
INITIALS = re.compile(rf"([А-ЯЁ](?<![\w.-].)\.(?:[ \u00a0]?{INITIAL})?)[ \u00a0]?(?=({SURNAME.pattern}))")
INITIALS_BEHIND = re.compile(rf"({SURNAME.pattern})[ \u00a0]({INITIAL}(?:[ \u00a0]?{INITIAL})?)(?![\w-])")
ONE_INITIAL = re.compile(r"[А-ЯЁ](?<![\w.-].)\.")
INITIAL_BEHIND = re.compile(rf"[ \u00a0]{INITIAL}")
ELDER = re.compile(r"-((?:старш|младш)\w+)$")
OF_A_SURNAME = ("овый", "овая", "евый", "евая", "иный", "иная")
FROZEN = re.compile(r"(?:ого|его|ому|ему|ской|ским|скую|[сцз]кома|[сцз]к[ауо][йь])$")
PLACE = re.compile(
    r"[ВвИиГгПпСсДд](?<![\w-].)"
    r"(?:(?<=[Вв])о?|(?<=[Ии])з|(?<=[Гг])ород\w*|(?<=[Пп])ос[её]л\w+|(?<=[Сс])ел[оае]\w*|(?<=[Дд])еревн\w+|(?<=[Пп])од)"
    rf"[ \u00a0]({SURNAME.pattern})"
)
WORD_BEHIND = re.compile(r"[ \u00a0]+([а-яё]+)")
WORD_BEHIND_ANY = re.compile(r"[ \u00a0]+([А-ЯЁа-яё]+)")
VERB_WITHIN = 60  # code points before a name in which its verb stands
MOST_LOOKED_AT = 6  # places of one person where titles are looked for, beyond those in full
EVERY_CASE = frozenset(CASES)
OPENERS = frozenset('«"„“')
NOMINATIVE = frozenset(("nomn",))
OBLIQUE = ("gent", "datv", "accs", "ablt", "loct")
ADJECTIVE_ENDING = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ых|их|ую|юю)$")


class Someone:
    """A person of the article. `surname` or `first` is empty where the article does not give it.

    `gender` is `masc`, `femn`, or None while nothing shows it. `title` belongs to the name of clergy and monarchs.
    Gender and roles are looked for when they are asked for, once `learn` may be called (`People.learn`).
    """

    __slots__ = ("_gender", "_roles", "first", "learn", "patronymic", "places", "surname", "title")

    def __init__(self, first: str, surname: str, gender: str | None, patronymic: str = "", title: str = "") -> None:
        self.first = first
        self.surname = surname
        self.patronymic = patronymic
        self.title = title
        self.places: list[int] = []
        self.learn: Callable[[Someone], None] | None = None
        self._gender = gender
        self._roles: list[Role] = []

    @property
    def gender(self) -> str | None:
        """`masc`, `femn` or None."""
        if self.learn is not None:
            self._look()
        return self._gender

    @gender.setter
    def gender(self, gender: str | None) -> None:
        if self.learn is not None:
            self._look()
        self._gender = gender

    @property
    def roles(self) -> list[Role]:
        """The roles that the article gives."""
        if self.learn is not None:
            self._look()
        return self._roles

    def _look(self) -> None:
        learn, self.learn = self.learn, None
        if learn is not None:
            learn(self)

    @property
    def name(self) -> str:
        """As fully as the article gives it, in the nominative."""
        return " ".join(part for part in (self.title, self.first, self.patronymic, self.surname) if part)


class Naming(NamedTuple):
    """Where somebody is named, and the cases that the name may stand in there. `full` is more than a surname."""

    span: Span
    who: Someone
    cases: frozenset[str]
    full: bool


class People:
    """Everybody whom a text names."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: frozenset[str] | None = None
        self._capitals = tuple(SURNAME.finditer(text))
        self._words = frozenset(found[0] for found in self._capitals)
        self._by_key: dict[Key, Someone] = {}
        self._by_form: dict[str, list[tuple[Someone, str]]] = {}
        self.everybody: list[Someone] = []
        self.namings: list[Naming] = []
        self._add_full_names()
        self._add_initials()
        self._full = sorted(naming.span for naming in self.namings)
        self._add_single_names()
        self.namings.sort(key=lambda naming: naming.span)
        self._starts = [naming.span.start for naming in self.namings]
        self._learned = False
        for naming in self.namings:
            naming.who.places.append(naming.span.start)

    def learn(self) -> None:
        """Let everybody's roles, and what else shows their gender, be looked for as soon as somebody asks for them."""
        if not self._learned:
            self._learned = True
            for naming in self.namings:
                naming.who.learn = self._learn_of

    def _learn_of(self, who: Someone) -> None:
        namings = [naming for naming in self.namings if naming.who is who]
        for n, naming in enumerate(namings):
            if naming.full or n < MOST_LOOKED_AT:
                self._learn(naming)

    def enter(self, first: str, surname: str, gender: str | None) -> Someone:
        """Somebody whom only a mention names; the same one for the same name."""
        for who in self.everybody:
            if (fold(who.first), fold(who.surname)) == (fold(first), fold(surname)):
                return who
        who = Someone(first, surname, gender)
        self.everybody.append(who)
        self._index(who, (gender,) if gender else ("masc", "femn"))
        return who

    def _name_before(self, at: int) -> int:
        """Where the last full name before `at` ends; 0 without one."""
        i = bisect_left(self._full, Span(at, 0))
        return self._full[i - 1].end if i else 0

    def _learn(self, naming: Naming) -> None:
        """What stands around a name tells the roles and the gender of who bears it."""
        who, (start, end) = naming.who, naming.span
        before = [role for role, _ in roles_before(self._text, start, naming.cases, self._name_before(start))]
        if before and not naming.full and "nomn" not in naming.cases and before[0].head in ONE_OF_A_PAIR:
            before = []
        across = role_across(self._text, start) if "nomn" in naming.cases and not before else None
        for role in (*before, *((across,) if across else ()), *roles_behind(self._text, end, naming.cases)):
            if role not in who.roles:
                who.roles.append(role)
            if role.feminine and who.gender is None:
                who.gender = "femn"
        shown = adjective_gender(self._text, start)
        if shown is not None and shown[0] in naming.cases and naming.full:
            who.gender = shown[1]
        if "nomn" in naming.cases and (who.gender is None or (naming.full and _is_of_either(who.first))):
            who.gender = _gender_by_verb(self._text, naming.span) or who.gender

    def within(self, start: int, end: int) -> list[Naming]:
        """The namings that stand between two offsets."""
        i = bisect_left(self._starts, start)
        found = []
        while i < len(self.namings) and self.namings[i].span.end <= end:
            found.append(self.namings[i])
            i += 1
        return found

    def with_surname(self, form: str, case: str | None = None) -> list[tuple[Someone, str]]:
        """`(who, case)` for everybody whose surname may have this form (in this case)."""
        return [row for row in self._by_form.get(fold(form), ()) if case is None or row[1] == case]

    # --- full names --------------------------------------------------------------------------------------------------

    def _add_full_names(self) -> None:
        names = [self._likeliest_surnames(name) for name in full_names(self._text, self._capitals)]
        support: dict[Key, int] = {}
        for name in names:
            for key in name.people:
                support[key] = support.get(key, 0) + 1
        for name in names:
            chosen, cases = self._choose(name, support)
            who = self._enter(chosen, _shown_gender(name, chosen))
            if who is not None:
                self.namings.append(Naming(name.span, who, cases, True))

    def _choose(self, name: FullName, support: dict[Key, int]) -> tuple[Person, frozenset[str]]:
        """The person whom most names of the article allow, and among equals the one that fits the word before."""
        if len(name.readings) == 1:
            ((chosen, case),) = name.readings
            return chosen, frozenset((case,))
        most = max(support[key] for key in name.people)
        rows = [row for row in name.readings if support[row[0].key] == most]
        wanted = cases_allowed(self._text, name.span.start)
        if len({person.key for person, _ in rows}) > 1:
            wanted = title_cases(self._text, name.span.start) or wanted
        shown = _verb_near(self._text, name.span.start)
        weights = [_likelihood(name.first, person, case, wanted, shown) for person, case in rows]
        best = max(range(len(rows)), key=lambda i: weights[i])
        chosen = rows[best][0]
        cases = [(case, w) for (person, case), w in zip(rows, weights, strict=True) if person.key == chosen.key]
        return chosen, frozenset(case for case, w in cases if case in wanted or w == weights[best])

    def _enter(self, person: Person, gender: str | None) -> Someone | None:
        known = self._by_key.get(person.key) or self._same(person)
        if known is None:
            known = Someone(person.first, person.surname, gender, person.patronymic)
            self.everybody.append(known)
            self._index(known, ("masc", "femn") if gender is None else (gender,))
        else:
            known.patronymic = known.patronymic or person.patronymic
            known.gender = known.gender or gender
            if len(person.first) > len(known.first):
                known.first = person.first
            if "ё" in person.surname and "ё" not in known.surname:
                known.surname = person.surname
        self._by_key[person.key] = known
        return known

    def _same(self, person: Person) -> Someone | None:
        """Somebody entered under another first name: a second one that is left out («Нейл Харт», «Нейл Пол Харт»)."""
        for who in self.everybody:
            if fold(who.surname) == fold(person.surname) and who.gender in {None, person.gender}:
                parts, others = set(fold(who.first).split()), set(fold(person.first).split())
                if parts <= others or others <= parts or _transcribed_alike(who.first, person.first):
                    return who
            if fold(who.first) == fold(person.first) and _one_declined(who.surname, person.surname):
                who.surname = min(who.surname, person.surname, key=len)
                who.gender = "masc"
                self._index(who, ("masc",))
                return who
        return None

    def _index(self, who: Someone, genders: Iterable[str]) -> None:
        written = [who.surname]
        if " " in who.surname:
            written += who.surname.split(" ")
        for gender in genders:
            for surname in written:
                for form, case in all_forms(surname, gender):
                    rows = self._by_form.setdefault(form, [])
                    if (who, case) not in rows:
                        rows.append((who, case))

    def _likeliest_surnames(self, name: FullName) -> FullName:
        """`name` with one surname for each first name, gender and case («Зайца» is Заяц, Заец or Зайц).

        A nominative that the article itself uses wins, then one that the dictionary has as a surname, then the order
        of the paradigms.
        """
        if len(name.readings) == 1:
            return name
        groups: dict[tuple[str, str, str], list[Person]] = {}
        for person, case in name.readings:
            groups.setdefault((person.first, person.gender, case), []).append(person)
        surface = self._text[slice(*name.surname_span)]
        rows = [
            (min(people, key=lambda person: self._doubt(person.surname, surface)), case)
            for (_, _, case), people in groups.items()
        ]
        return FullName(name.span, name.first, name.surname_span, tuple(rows))

    def _doubt(self, surname: str, surface: str) -> int:
        if surname != surface and surname in self._words:
            return 0
        known = [r for r in known_readings(surname) if r.case == "nomn"]
        if any("Surn" in r.marks for r in known):
            return 1
        if surname.endswith(OF_A_SURNAME):
            return 4  # «Сомовой» is of Сомова
        return 2 if any(r.pos == "ADJF" for r in known) else 3

    # --- initials, surnames, first names -----------------------------------------------------------------------------

    def _add_initials(self) -> None:
        if ONE_INITIAL.search(self._text) is None:
            return
        taken = [naming.span for naming in self.namings]
        behind = INITIAL_BEHIND.search(self._text) is not None
        for pattern, initials_at, surname_at in ((INITIALS, 1, 2), (INITIALS_BEHIND, 2, 1))[: 1 + behind]:
            for found in pattern.finditer(self._text):
                span = Span(min(found.start(1), found.start(2)), max(found.end(1), found.end(2)))
                if any(start < span.end and span.start < end for start, end in taken):
                    continue
                if pattern is INITIALS_BEHIND and _is_first_only(found[surname_at]):
                    who = Someone(found[surname_at], found[initials_at], None)  # «Лаврентий Д.»
                    self.everybody.append(who)
                    self.namings.append(Naming(span, who, frozenset(("nomn",)), True))
                    taken.append(span)
                    continue
                who = self._with_initials(found[initials_at], found[surname_at])
                cases = frozenset(case for one, case in self.with_surname(found[surname_at]) if one is who)
                self.namings.append(Naming(span, who, cases or frozenset(("nomn",)), True))
                taken.append(span)

    def _with_initials(self, initials: str, surname: str) -> Someone:
        for who, _ in self.with_surname(surname):
            if who.first[:1] == initials[:1]:
                return who
        gender, nominative = self.nominative(surname, None)
        who = Someone(re.sub(r"\.(?=\S)", ". ", initials).strip(), nominative, gender)
        self.everybody.append(who)
        self._index(who, (gender,) if gender else ("masc", "femn"))
        return who

    def nominative(self, surname: str, case: str | None, gender: str | None = None) -> tuple[str | None, str]:
        """Gender and nominative of a surname that stands alone; `case` None is unknown, and the ending decides."""
        found: list[tuple[int, str | None, str]] = []
        for one in (gender,) if gender else ("masc", "femn"):
            for where in (case,) if case else ("nomn", "gent"):
                for nominative in to_nominative(surname, one, where):
                    doubt = self._doubt(nominative, surname) * 2 + (where != "nomn")
                    found.append((doubt, one, nominative))
        if not found:
            return gender, surname
        best = min(found, key=lambda row: row[0])
        genders = {row[1] for row in found if row[2] == best[2] and row[0] == best[0]}
        return (best[1] if len(genders) == 1 else gender), best[2]

    def _add_single_names(self) -> None:
        """Surnames and first names that stand alone, for whoever bears them or is introduced by a title."""
        taken = sorted(naming.span for naming in self.namings)
        plain = {word: fold(word) for word in self._words if is_plain(word)}
        t = 0
        for found in self._capitals:
            word = found[0]
            if word in plain and plain[word] not in self._by_form:
                continue
            start, end = found.span()
            while t < len(taken) and taken[t].end <= start:
                t += 1
            if t < len(taken) and taken[t].start < end:
                continue
            naming = self._single(word, start, end)
            if naming is not None:
                self.namings.append(naming)

    def _single(self, word: str, start: int, end: int) -> Naming | None:
        rows = self._by_form.get(fold(word), [])
        elder = ELDER.search(word) if not rows and "-" in word else None
        if elder is not None:  # «Гнатенко-старший»
            gender = "femn" if elder[1].endswith("яя") or elder[1].endswith("ая") else "masc"
            rows = [row for row in self.with_surname(word[: elder.start()]) if row[0].gender in {gender, None}]
        if rows:
            return self._of_several(Span(start, end), rows)
        firsts = nominatives_of_name(word, "Name")
        if firsts:
            bearers = [(who, case) for first, case, _ in firsts for who in self._called(first)]
            if bearers:
                return self._of_several(Span(start, end), bearers)
        looks = _introducible(word)
        return None if looks is None else self._introduced(word, Span(start, end), looks)

    def _of_several(self, span: Span, rows: list[tuple[Someone, str]]) -> Naming | None:
        """A naming of the one who fits best; of nobody where two people of one name fit."""
        does = _does_something(self._text, span, rows) if len({id(who) for who, _ in rows}) > 1 else None
        if does is not None:
            return Naming(span, does, frozenset(("nomn",)), False)
        wanted = cases_allowed(self._text, span.start)
        fitting = [row for row in rows if row[1] in wanted] or rows
        people = {id(who): who for who, _ in fitting}
        if len(people) > 1:
            shown = _gender_by_verb(self._text, span)
            people = {key: who for key, who in people.items() if shown is None or who.gender in {shown, None}}
        if len(people) != 1:
            return None
        (who,) = people.values()
        return Naming(span, who, frozenset(case for one, case in fitting if one is who), False)

    def _is_place(self, word: str) -> bool:
        """Whether the text names a place so («в Окольске»): then «мэр Окольска» is not called Окольск."""
        if self._places is None:
            self._places = frozenset(map(_stem, PLACE.findall(self._text)))
        return _stem(word) in self._places

    def _near_full(self, at: int) -> list[Span]:
        i = bisect_left(self._full, Span(at, 0))
        return self._full[i : i + 1]

    def _stands_alone(self, word: str, span: Span) -> bool:
        """Whether a word is the subject of a verb elsewhere, as a surname may be."""
        if SURNAME_ENDING.search(word) is not None:
            return True
        at = self._text.find(word)
        while at >= 0:
            found = WORD_BEHIND.match(self._text, at + len(word))
            inside = at > 0 and (self._text[at - 1].isalnum() or self._text[at - 1] in "_-")
            if found is not None and not inside and at != span.start and readings(found[1])[0].pos == "VERB":
                return True
            at = self._text.find(word, at + len(word))
        return False

    def _called(self, first: str) -> Iterator[Someone]:
        for who in self.everybody:
            if fold(first) in fold(who.first).split():
                yield who

    def _introduced(self, word: str, span: Span, looks: _Introducible) -> Naming | None:
        """Somebody who has a title and one name only: «министр спорта Лужин», «патриарх Филарет»."""
        if has_no_title(self._text, span.start, EVERY_CASE) or self._text[span.start - 1 : span.start] in OPENERS:
            return None
        if any(span.end < full.start < span.end + 3 for full in self._near_full(span.end)):
            return None
        if looks.like_a_place and not self._stands_alone(word, span):
            return None  # «мэр Окольска»
        surname_like = looks.like_a_surname
        title = epithet_before(self._text, span.start, self._name_before(span.start))
        if title is None or not (title.adjacent or title.role.title_of_name or surname_like) or self._is_place(word):
            return None
        role, case, gender = title.role, title.case, title.gender
        given = [(first, sort) for first, where, sort in nominatives_of_name(word, "Name") if where == case]
        if given and not is_named(word, "Surn"):
            if not (title.adjacent or role.title_of_name):
                return None
            first, sort = given[0]
            written = "-".join(part.capitalize() for part in first.split("-"))
            who = Someone(written, "", sort if sort in {"masc", "femn"} else gender, title=role.title_of_name)
            self.everybody.append(who)
            return Naming(span, who, frozenset((case,)), False)
        if not surname_like and (title.prepositions or not title.adjacent):
            return None
        shown, surname = self.nominative(word, case, gender if role.feminine else None)
        who = Someone("", surname, shown)
        self.everybody.append(who)
        self._index(who, (shown,) if shown else ("masc", "femn"))
        return Naming(span, who, frozenset((case,)), False)


class _Introducible(NamedTuple):
    """What a word looks like that a title may introduce as a name."""

    like_a_surname: bool
    like_a_place: bool


@lru_cache(1 << 16)
def _introducible(word: str) -> _Introducible | None:
    """Whether a title before a capitalised word can make it somebody's name."""
    firsts, known = nominatives_of_name(word, "Name"), is_known(word)
    like_a_surname = SURNAME_ENDING.search(word) is not None or is_named(word, "Surn")
    if known and not firsts and not like_a_surname:
        return None
    if any(fold(r.lemma) in EXPANSIONS for r in known_readings(word)) or _of_several_things(word):
        return None  # «глава Минфина», «президент Соединённых Штатов»
    if ADJECTIVE_ENDING.search(word) and any(r.pos == "ADJF" and r.known for r in readings(word)):
        return None
    return _Introducible(like_a_surname, word[-1] in "аяыи" and not firsts and not known)


@lru_cache(1 << 16)
def _is_of_either(first: str) -> bool:
    """Whether a first name that never declines may be a woman's although the dictionary has it as a man's: Этери."""
    found = nominatives_of_name(first, "Name")
    return bool(found) and {case for _, case, _ in found} >= set(CASES) and all(g == "masc" for _, _, g in found)


@lru_cache(1 << 16)
def _of_several_things(word: str) -> bool:
    """Whether the dictionary has a word as a plural only, and not as a name."""
    found = known_readings(word)
    return bool(found) and all(r.number == "plur" and not r.marks & {"Name", "Surn"} for r in found)


def _frozen(surname: str) -> bool:
    """Whether a nominative looks like a form of another one: «Жилинского» hardly ever is a surname by itself."""
    return FROZEN.search(surname) is not None


def _verb_near(text: str, at: int) -> str | None:
    """The gender of a past tense a few words before a name: «спросила из толпы Раиса Лунина»."""
    words = text[max(0, at - VERB_WITHIN, text.rfind(".", 0, at)) : at].split()
    for word in reversed(words[-5:]):
        best = known_readings(word)[:1] if word.isalpha() else ()  # no verb has a hyphen
        if best and best[0].pos == "VERB":
            return best[0].gender if best[0].gender in {"masc", "femn"} else None
    return None


def _likelihood(first: str, person: Person, case: str, wanted: frozenset[str], shown: str | None) -> float:
    """How likely a full name is this person in this case, as a logarithm; what holds against it counts as a factor."""
    weight = name_weight(first, case, person.gender) or (0.5 if case == "nomn" else 0.2)
    verb = 0.0 if shown is None or case != "nomn" else 1.5 if shown == person.gender else -1.5
    return verb + log(weight) - 2.0 * (case not in wanted) - 3.0 * _frozen(person.surname) - 0.01 * CASES.index(case)


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    return fold(word).rstrip("аеиоуыьюяй")


@lru_cache(1 << 16)
def is_plain(word: str) -> bool:
    """Whether a capitalised word can hardly be anybody's name: the dictionary has it, and not as a name."""
    found = known_readings(word)
    named = any(r.marks & {"Name", "Surn"} for r in found)
    return bool(found) and not named and SURNAME_ENDING.search(word) is None


def _is_first_only(word: str) -> bool:
    return is_named(word, "Name") and not is_named(word, "Surn")


def _shown_gender(name: FullName, chosen: Person) -> str | None:
    """The gender of a person; None where a first name that nobody knows leaves both open."""
    twins = {person.gender for person, _ in name.readings if person.key[:2] == chosen.key[:2]}
    return chosen.gender if len(twins) == 1 else None


def _transcribed_alike(one: str, other: str) -> bool:
    """Whether two first names that no dictionary has are one foreign name, written twice («Уинтер», «Винтер»)."""
    if is_known(one) or is_known(other):
        return False
    return SequenceMatcher(None, fold(one), fold(other)).ratio() >= 0.5


def _one_declined(one: str, other: str) -> bool:
    """«Падован» and «Падована»: a foreign man's surname whose first name looks like a woman's."""
    short, long = sorted((fold(one), fold(other)), key=len)
    return long == short + "а" and short[-1] not in "аеиоуыэюя" and not SURNAME_ENDING.search(short)


def _does_something(text: str, span: Span, rows: list[tuple[Someone, str]]) -> Someone | None:
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


def _gender_by_verb(text: str, span: Span) -> str | None:
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


@lru_cache(1 << 16)
def _cases_behind(word: str) -> frozenset[str]:
    if is_preposition(word):
        return frozenset(OBLIQUE)
    nouns = [r for r in readings(word) if r.pos == "NOUN" and r.case]
    if not nouns or readings(word)[0].pos != "NOUN":
        return frozenset(CASES)
    if not any(r.animate for r in nouns) and any(r.case == "gent" for r in nouns):
        return frozenset(CASES)  # «директор завода Юрий Лунин»
    return frozenset(("gent", *(r.case for r in nouns if r.animate and r.case)))
