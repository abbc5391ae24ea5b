"""Whom does an article name, and where does each of their names stand?

One table an article. Full names come first and settle each other («Александра Петрова»); then initials, surnames and
first names are given to whoever of them bears them, and last those who have nothing but a title and one name
(«патриарх Филарет», «министр спорта Лужин») get an entry of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from index.model import Span

from .declension import all_forms, fold, to_nominative
from .grammar import CASES, is_known, is_named, known_readings, nominatives_of_name
from .learning import learn
from .likely_names import (
    EVERY_CASE,
    OF_A_SURNAME,
    Introducible,
    cases_allowed,
    does_something,
    gender_by_verb,
    introducible,
    is_first_only,
    likelihood,
    one_declined,
    plain_form,
    shown_gender,
    title_cases,
    transcribed_alike,
    verb_near,
)
from .lone_words import places, stands_alone, stem
from .names import (
    CAPITALISED,
    SURNAME,
    UNDECLINED,
    WITH_ARTICLE,
    FullName,
    Key,
    Person,
    full_names,
    with_middle_initial,
)
from .near import BLANKS
from .roles import epithet_before, has_no_title
from .short_names import is_short_for
from .someone import Naming, Someone
from .tokens import ARTICLES

INITIAL = r"[А-ЯЁ]\."


INITIALS = re.compile(rf"([А-ЯЁ](?<![\w.-].)\.(?:[ \u00a0]?{INITIAL})?)[ \u00a0]?(?=({SURNAME.pattern}))")


INITIALS_BEHIND = re.compile(rf"({SURNAME.pattern})[ \u00a0]({INITIAL}(?:[ \u00a0]?{INITIAL})?)(?![\w-])")


ONE_INITIAL = re.compile(r"\.(?<=[А-ЯЁ].)(?<![\w.-]..)")  # its stop first: there are fewer than letters


INITIAL_BEHIND = re.compile(rf"[ \u00a0]{INITIAL}")


ELDER = re.compile(r"-((?:старш|младш)\w+)$")


USED = 2.5  # as a logarithm
FIXED = 1.0
SHOWN = 2.0


MOST_LOOKED_AT = 6  # places of one person where titles are looked for, beyond those in full


APPOSED = re.compile(r",[ \u00a0][^,.;:!?()\n]+")


OPENERS = frozenset('«"„“')


class People:
    """Everybody whom a text names."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: frozenset[str] | None = None
        self._capitals = tuple(CAPITALISED.finditer(text))
        self._words = frozenset([found[1] for found in self._capitals])
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
                learn(self._text, naming, self._name_before(naming.span.start))

    def enter(self, first: str, surname: str, gender: str | None) -> Someone:
        """Somebody whom only a mention names; the same one for the same name."""
        for who in self.everybody:
            if (fold(who.first), fold(who.surname)) == (fold(first), fold(surname)):
                if gender is not None and who.gender != gender:  # a verb knows better than the dictionary
                    who.gender = gender
                    self._index(who, (gender,))
                return who
        who = Someone(first, surname, gender)
        self.everybody.append(who)
        self._index(who, (gender,) if gender else ("masc", "femn"))
        return who

    def _name_before(self, at: int) -> int:
        """Where the last full name before `at` ends; 0 without one."""
        i = bisect_left(self._full, Span(at, 0))
        return self._full[i - 1].end if i else 0

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
        found = [*full_names(self._text, self._capitals)]
        if ONE_INITIAL.search(self._text) is not None:
            found = sorted((*found, *with_middle_initial(self._text)), key=lambda name: name.span)
        names = [self._likeliest_surnames(name) for name in found]
        support: dict[Key, int] = {}
        for name in names:
            for key in name.people:
                support[key] = support.get(key, 0) + 1
        for name in names:
            chosen, cases = self._choose(name, support)
            who = self._enter(chosen, shown_gender(name, chosen))
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
        shown = verb_near(self._text, name.span.start)
        acts_as = self._acts_as(name) if len({person.gender for person, _ in rows}) > 1 else None
        declines = any(person.first != name.first and case != "nomn" for person, case in rows)
        weights = [
            likelihood(name.first, person, case, wanted, shown)
            + (0.0 if declines else self._used_elsewhere(name, person))
            - FIXED * (declines and case != "nomn" and person.first == name.first)  # «Анне» is Анна rather than Анне
            + SHOWN * (acts_as is not None and acts_as == person.gender)
            for person, case in rows
        ]
        best = max(range(len(rows)), key=lambda i: weights[i])
        chosen = rows[best][0]
        cases = [(case, w) for (person, case), w in zip(rows, weights, strict=True) if person.key == chosen.key]
        return chosen, frozenset(case for case, w in cases if case in wanted or w == weights[best])

    def _acts_as(self, name: FullName) -> str | None:
        """The gender of the verbs beside a surname that stands alone elsewhere: «Панфилова уточнила»."""
        surname = self._text[slice(*name.surname_span)]
        alone = [
            Span(*found.span())
            for found in self._capitals
            if found[0] == surname and found.start() != name.surname_span.start
        ]
        shown = {gender_by_verb(self._text, span) for span in alone} - {None}
        return next(iter(shown)) if len(shown) == 1 else None

    def _used_elsewhere(self, name: FullName, person: Person) -> float:
        """What it weighs that the article has the surname in this nominative alone: «заявления Наото Кана», «Кан»."""
        declined = person.first == name.first and person.surname != self._text[slice(*name.surname_span)]
        return USED if declined and person.surname in self._words else 0.0

    def _enter(self, person: Person, gender: str | None) -> Someone | None:
        known = self._by_key.get(person.key) or self._same(person)
        if known is None:
            known = Someone(person.first, person.surname, gender, person.patronymic)
            self.everybody.append(known)
            self._index(known, ("masc", "femn") if gender is None else (gender,))
        else:
            known.patronymic = known.patronymic or person.patronymic
            known.gender = known.gender or gender
            slip = is_known(known.first) and not is_known(person.first)
            if len(person.first) > len(known.first) and not slip:
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
                if parts <= others or others <= parts or transcribed_alike(who.first, person.first):
                    return who
                if is_short_for(who.first, person.first) or is_short_for(person.first, who.first):
                    return who
            if fold(who.first) == fold(person.first) and one_declined(who.surname, person.surname):
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
                if pattern is INITIALS_BEHIND and is_first_only(found[surname_at]):
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
        known = self._by_form
        t = 0
        for found in self._capitals:
            word = found[1]
            plain = plain_form(word)
            if plain is not None and plain not in known:
                continue
            start, end = found.span()
            while t < len(taken) and taken[t].end <= start:
                t += 1
            if t < len(taken) and taken[t].start < end:
                continue
            naming = self._single(word, start, end)
            if naming is not None:
                self.namings.append(naming)
        if not any(article in self._text for article in ARTICLES):
            return
        for found in WITH_ARTICLE.finditer(self._text):  # «аль-Башир»
            rows = self._by_form.get(fold(found[0]), [])
            inside = any(start < found.end() and found.start() < end for start, end in taken)
            naming = self._of_several(Span(*found.span()), rows) if rows and not inside else None
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
        called = [(first, case) for first, case, _ in firsts]
        if not firsts and not is_known(word) and word[-1] in UNDECLINED:
            called = [(word, case) for case in CASES]  # «Кэрри»
        bearers = [(who, case) for first, case in called for who in self._called(first)]
        if bearers:
            return self._of_several(Span(start, end), bearers)
        looks = introducible(word)
        return None if looks is None else self._introduced(word, Span(start, end), looks)

    def _of_several(self, span: Span, rows: list[tuple[Someone, str]]) -> Naming | None:
        """A naming of the one who fits best; of nobody where two people of one name fit."""
        does = does_something(self._text, span, rows) if len({id(who) for who, _ in rows}) > 1 else None
        if does is not None:
            return Naming(span, does, frozenset(("nomn",)), False)
        wanted = cases_allowed(self._text, span.start)
        fitting = [row for row in rows if row[1] in wanted] or rows
        people = {id(who): who for who, _ in fitting}
        if len(people) > 1:
            shown = gender_by_verb(self._text, span)
            people = {key: who for key, who in people.items() if shown is None or who.gender in {shown, None}}
        if len(people) != 1:
            return None
        (who,) = people.values()
        return Naming(span, who, frozenset(case for one, case in fitting if one is who), False)

    def _is_place(self, word: str) -> bool:
        """Whether the text names a place so («в Окольске»): then «мэр Окольска» is not called Окольск."""
        if self._places is None:
            self._places = places(self._text)
        return stem(word) in self._places

    def _near_full(self, at: int) -> list[Span]:
        i = bisect_left(self._full, Span(at, 0))
        return self._full[i : i + 1]

    def _called(self, first: str) -> Iterator[Someone]:
        for who in self.everybody:
            if fold(first) in fold(who.first).split() or is_short_for(first, who.first):
                yield who

    def _patronymic_behind(self, at: int) -> str:
        """«мать Анны Ольга *Андреевна*»; empty where no patronymic follows."""
        found = SURNAME.match(self._text, at + 1) if self._text[at : at + 1] in BLANKS else None
        return found[0] if found is not None and is_named(found[0], "Patr") else ""

    def _introduced(self, word: str, span: Span, looks: Introducible) -> Naming | None:
        """Somebody who has a title and one name only: «министр спорта Лужин», «патриарх Филарет»."""
        if has_no_title(self._text, span.start, EVERY_CASE) or self._text[span.start - 1 : span.start] in OPENERS:
            return None
        if any(span.end < full.start < span.end + 3 for full in self._near_full(span.end)):
            return None
        if looks.like_a_place and not stands_alone(self._text, word, span):
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
            father = self._patronymic_behind(span.end)
            kin = role.head in {"мать", "отец"} and not title.adjacent  # «мать Анны Ольга»
            title_of_name = "" if kin or father else role.title_of_name
            who = Someone(written, "", sort if sort in {"masc", "femn"} else gender, father, title_of_name)
            self.everybody.append(who)
            full = Span(span.start, span.end + len(father) + 1) if father and case == "nomn" else span
            return Naming(full, who, frozenset((case,)), bool(father))
        if not surname_like and (title.prepositions or not title.adjacent):
            return None
        shown, surname = self.nominative(word, case, gender if role.feminine else None)
        who = Someone("", surname, shown)
        self.everybody.append(who)
        self._index(who, (shown,) if shown else ("masc", "femn"))
        return Naming(span, who, frozenset((case,)), False)
