"""Which people does an article name in full, and how do their names decline?

A person is a first name that the dictionary knows and the surname behind it. The first name tells gender and case;
the surname is brought to the nominative by the endings below, which hold for unknown surnames too. What stays open
(«Александра Петрова» is a woman, or Александр Петров in the genitive) keeps all its readings until the article decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from index.model import Span

from .grammar import CASES, has_case, is_known, nominatives_of_name, readings

_WORD = r"[А-ЯЁ][а-яё]+(?:['’][А-ЯЁа-яё]+)?(?:[-‑][А-ЯЁ]?[а-яё]+)*"
_GAP = r"[ \u00a0]"
_PARTICLE = rf"(?:(?:фон|де|ван|ла|дер|да|ди|дю|дос|аль|эль|бен|бин|ибн|оглы){_GAP}){{0,2}}"
FULL_NAME = re.compile(rf"(?<![\w-])({_WORD}){_GAP}(?=({_PARTICLE}{_WORD})(?!\w))")
BEFORE_NAME = re.compile(r"(?:[^\W\d_]+(?:-[^\W\d_]+)*[ \u00a0]+)+$")
NEXT_WORD = re.compile(r"[ \u00a0]+([а-яё]+)")
TITLE_WITHIN = 80  # code points before a name in which its title stands
SURNAME = re.compile(rf"(?<![\w-]){_WORD}(?![\w-])")

# (gender, ending of the nominative, endings of nomn gent datv accs ablt loct); the first that fits decides.
# Grammar: Зализняк, «Грамматический словарь», the part on names; foreign men in -ов decline in -ом, hence both.
_VOWELS = "аеёиоуыэюя"
_OV = ("", "а", "у", "а", "ым/ом", "е")
PARADIGMS: tuple[tuple[str, re.Pattern[str], str, tuple[str, ...]], ...] = (
    ("any", re.compile(r"(?:[иы]х|[ая]го|[оиэ]|дзе)$"), "", ("", "", "", "", "", "")),
    ("masc", re.compile(r"(?:[оеё]в|[иы]н)$"), "", _OV),
    ("masc", re.compile(r"[кгх]ий$"), "ий", ("ий", "ого", "ому", "ого", "им", "ом")),
    ("masc", re.compile(r"[нжшщчлц]ий$"), "ий", ("ий", "его/ого", "ему/ому", "его/ого", "им", "ем/ом")),
    ("masc", re.compile(r"ый$"), "ый", ("ый", "ого", "ому", "ого", "ым", "ом")),
    ("masc", re.compile(r"[^аеуюяы]ой$"), "ой", ("ой", "ого", "ому", "ого", "ым/им", "ом")),
    ("masc", re.compile(rf"[{_VOWELS}]й$"), "й", ("й", "я", "ю", "я", "ем", "е")),
    ("masc", re.compile(r"ь$"), "ь", ("ь", "я", "ю", "я", "ем/ём", "е")),
    ("masc", re.compile(r"[аяоеи]ец$"), "ец", ("ец", "йца", "йцу", "йца", "йцем", "йце")),
    ("masc", re.compile(r"[^аяоеил]ец$"), "ец", ("ец", "ца/еца", "цу/ецу", "ца/еца", "цем/ецем", "це/еце")),
    ("masc", re.compile(r"лец$"), "ец", ("ец", "ьца", "ьцу", "ьца", "ьцом/ьцем", "ьце")),
    ("masc", re.compile(r"яц$"), "яц", ("яц", "йца", "йцу", "йца", "йцем", "йце")),
    ("masc", re.compile(r"[еоё]к$"), "", ("", "а", "у", "а", "ом", "е")),
    ("masc", re.compile(r"[бвгджзклмнпрстфхцчшщ]$"), "", ("", "а", "у", "а", "ом/ем", "е")),
    ("femn", re.compile(r"(?:[оеё]ва|[иы]на)$"), "а", ("а", "ой", "ой", "у", "ой/ою", "ой")),
    ("femn", re.compile(r"ая$"), "ая", ("ая", "ой", "ой", "ую", "ой/ою", "ой")),
    ("femn", re.compile(r"яя$"), "яя", ("яя", "ей", "ей", "юю", "ей", "ей")),
    ("any", re.compile(r"[кгхжшщч]а$"), "а", ("а", "и", "е", "у", "ой/ей", "е")),
    ("any", re.compile(r"а$"), "а", ("а", "ы", "е", "у", "ой", "е")),
    ("any", re.compile(r"ия$"), "ия", ("ия", "ии", "ии", "ию", "ией", "ии")),
    ("any", re.compile(r"я$"), "я", ("я", "и", "е", "ю", "ей", "е")),
    ("femn", re.compile(r"[бвгджзйклмнпрстфхцчшщь]$"), "", ("", "", "", "", "", "")),
    ("any", re.compile(r"[еуюы]$"), "", ("", "", "", "", "", "")),
)


Key = tuple[str, str, str]


def fold(word: str) -> str:
    """Lower case, ё as е: how two spellings of one name are compared."""
    return word.lower().replace("ё", "е")


def _last_part(surname: str) -> tuple[str, str]:
    """What declines, and the part of a double surname or the particle before it that is kept."""
    cut = max(surname.rfind("-"), surname.rfind(" "), surname.rfind("\u00a0"), surname.rfind("‑")) + 1
    return surname[:cut], surname[cut:]


def forms(surname: str, gender: str, case: str) -> frozenset[str]:
    """The forms of a nominative surname in one case, folded. Both parts of a double surname may decline."""
    rest, last = _last_part(surname)
    ends = _forms_of_part(last, gender, case)
    if not rest:
        return frozenset(fold(e) for e in ends)
    first = rest[:-1]
    starts = {first} | (_forms_of_part(first, gender, case) if rest[-1] in "-‑" and "-" not in first else set())
    return frozenset(fold(s + rest[-1] + e) for s, e in product(starts, ends))


def _forms_of_part(word: str, gender: str, case: str) -> set[str]:
    index = CASES.index(case)
    for whose, fits, cut, endings in PARADIGMS:
        if whose in ("any", gender) and fits.search(word):
            stem = word[: len(word) - len(cut)]
            return {stem + ending for ending in endings[index].split("/")}
    return {word}


def to_nominative(surname: str, gender: str, case: str) -> tuple[str, ...]:
    """Every nominative that `surname` in this case may have, likeliest first. Capital letters stay."""
    if case == "nomn":
        return (surname,)
    rest, last = _last_part(surname)
    index = CASES.index(case)
    found: list[str] = []
    for whose, fits, cut, endings in PARADIGMS:
        if whose not in ("any", gender):
            continue
        for ending in endings[index].split("/"):
            if not last.endswith(ending):
                continue
            nominative = last[: len(last) - len(ending)] + cut
            if len(nominative) < 2 or not fits.search(nominative):
                continue
            if last in _forms_of_part(nominative, gender, case) and rest + nominative not in found:
                found.append(rest + nominative)
    if rest and rest[-1] in "-‑" and found:
        parts = to_nominative(rest[:-1], gender, case)
        found = [(parts[0] if parts else rest[:-1]) + n[len(rest) - 1 :] for n in found] if parts else found
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Person:
    """A reading of a full name: `first` and `surname` in the nominative, `gender` `masc` or `femn`."""

    first: str
    surname: str
    gender: str

    @property
    def name(self) -> str:
        """First name and surname as one writes them."""
        return f"{self.first} {self.surname}"

    @property
    def key(self) -> Key:
        """What two spellings of one person share."""
        return fold(self.first), fold(self.surname), self.gender


@dataclass(frozen=True, slots=True)
class FullName:
    """A first name and a surname that stand together, and every `(person, case)` that they may be."""

    span: Span
    surname_span: Span
    readings: tuple[tuple[Person, str], ...]

    @property
    def people(self) -> frozenset[Key]:
        """The keys of the people that it may be."""
        return frozenset(person.key for person, _ in self.readings)


def _capitalise(word: str, like: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-")) if like[:1].isupper() else word


def full_names(text: str, start: int = 0, end: int | None = None) -> Iterator[FullName]:
    """The full names in `text[start:end]`, left to right. A patronymic between the two is passed over."""
    at, end = start, len(text) if end is None else end
    while (found := FULL_NAME.search(text, at, end)) is not None:
        at = found.end()
        firsts = _first_name(found[1]) or _foreign_first(found[1], found[2])
        behind = _behind_first(text, found, end) if firsts else None
        if behind is None:
            continue
        middle, surname_span = behind
        surname = text[slice(*surname_span)]
        rows: list[tuple[Person, str]] = []
        for first, case, gender in firsts:
            given = found[1] if case == "nomn" else _capitalise(first, found[1])
            if middle:
                nominatives = [row for row in nominatives_of_name(middle, "Name") if row[1] == case]
                given += " " + (_capitalise(nominatives[0][0], middle) if nominatives else middle)
            for one in ("masc", "femn") if gender == "ms-f" else (gender,):
                rows += [(Person(given, last, one), case) for last in to_nominative(surname, one, case)]
        if rows:
            at = surname_span.end
            rows = _fitting(rows, _title_cases(text, found.start())) or rows
            rows = _fitting_verb(rows, text, surname_span.end) or rows
            yield FullName(Span(found.start(), surname_span.end), surname_span, tuple(rows))


def _fitting(rows: list[tuple[Person, str]], cases: frozenset[str]) -> list[tuple[Person, str]]:
    return [row for row in rows if row[1] in cases]


def _title_cases(text: str, at: int) -> frozenset[str]:
    """The cases that a title before the name allows: «мэр города Марина Соколова» stands in the nominative."""
    found = BEFORE_NAME.search(text, max(0, at - TITLE_WITHIN), at)
    for word in reversed(found[0].split() if found else []):
        titles = [r for r in readings(word) if r.pos == "NOUN" and r.animate and r.known]
        if titles and not word[:1].isupper():
            return frozenset(r.case for r in titles if r.case)
        if not has_case(word, "gent", pos=("NOUN", "ADJF", "PRTF")):
            break
    return frozenset()


def _fitting_verb(rows: list[tuple[Person, str]], text: str, at: int) -> list[tuple[Person, str]]:
    """The readings that agree with a past tense right behind the name: «Марина Соколова сказала»."""
    found = NEXT_WORD.match(text, at)
    best = readings(found[1])[0] if found else None
    if best is None or best.pos != "VERB" or best.gender not in {"masc", "femn"}:
        return []
    return [row for row in rows if row[1] == "nomn" and row[0].gender == best.gender]


def _first_name(word: str) -> tuple[tuple[str, str, str], ...]:
    """`(nominative, case, gender)` of a first name; the parts of a double one («Анна-Мария») agree."""
    whole = nominatives_of_name(word, "Name")
    parts = re.split("[-‑]", word)
    if whole or len(parts) != 2:
        return whole
    first, second = (nominatives_of_name(part, "Name") for part in parts)
    return tuple((f"{a[0]}-{b[0]}", a[1], a[2]) for a in first for b in second if a[1:] == b[1:])


def _foreign_first(first: str, surname: str) -> tuple[tuple[str, str, str], ...]:
    """A first name that the dictionary does not know, before what may be a surname: taken as it stands, of any gender.

    If it did not stand in the nominative, no mention will ever match it, so nothing is guessed.
    """
    if (
        is_known(first)
        or nominatives_of_name(surname, "Name")
        or (is_known(surname) and not nominatives_of_name(surname, "Surn"))
    ):
        return ()
    return ((first, "nomn", "ms-f"),)


def _behind_first(text: str, found: re.Match[str], end: int) -> tuple[str | None, Span] | None:
    """Behind a first name: a second one or None, and the surname; None without one. A patronymic is passed over."""
    behind = FULL_NAME.match(text, found.start(2), end)
    if behind is not None and nominatives_of_name(behind[1], "Patr"):
        return None, Span(*behind.span(2))
    if nominatives_of_name(found[2], "Patr") and not nominatives_of_name(found[2], "Surn"):
        return None  # «Сергей Викторович», and no surname
    if behind is not None and nominatives_of_name(behind[1], "Name") and not nominatives_of_name(behind[1], "Surn"):
        return behind[1], Span(*behind.span(2))
    return None, Span(*found.span(2))


class People:
    """Everybody whom an article names in full."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = frozenset(SURNAME.findall(text))
        self._spelling: dict[Key, Person] = {}
        self._by_form: dict[tuple[str, str], set[Key]] = {}
        names = [self._likeliest_surnames(name) for name in full_names(text)]
        self._keys = self._settle(names)
        for key in self._keys:
            person = self._spelling[key]
            for case in CASES:
                for form in forms(person.surname, person.gender, case):
                    self._by_form.setdefault((form, case), set()).add(key)

    def _likeliest_surnames(self, name: FullName) -> FullName:
        """`name` with one surname for each first name, gender and case («Зайца» is Заяц, Заец or Зайц).

        A nominative that the article itself uses wins, then one that the dictionary has as a surname, then the order
        of the paradigms.
        """
        groups: dict[tuple[str, str, str], list[Person]] = {}
        for person, case in name.readings:
            groups.setdefault((person.first, person.gender, case), []).append(person)
        surface = self._text[slice(*name.surname_span)]
        rows = [
            (min(people, key=lambda person: self._doubt(person, surface)), case)
            for (_, _, case), people in groups.items()
        ]
        return replace(name, readings=tuple(rows))

    def _doubt(self, person: Person, surface: str) -> int:
        if person.surname != surface and person.surname in self._words:
            return 0
        return 1 if any(row[1] == "nomn" for row in nominatives_of_name(person.surname, "Surn")) else 2

    def _settle(self, names: Iterable[FullName]) -> frozenset[Key]:
        """The people that are left when the readings of each full name have been compared with all the others.

        Of one full name those readings stay that most names of the article allow; ties stay open.
        """
        names = list(names)
        support: dict[Key, int] = {}
        for name in names:
            for key in name.people:
                support[key] = support.get(key, 0) + 1
            for person, _ in name.readings:
                known = self._spelling.get(person.key)
                if known is None or ("ё" in person.name and "ё" not in known.name):
                    self._spelling[person.key] = person
        kept: set[Key] = set()
        for name in names:
            most = max(support[key] for key in name.people)
            kept |= {key for key in name.people if support[key] == most}
        return frozenset(kept)

    def settled(self, name: FullName) -> tuple[tuple[Person, str], ...]:
        """The readings of `name` that the article as a whole allows, in its best spelling."""
        likely = self._likeliest_surnames(name)
        return tuple((self._spelling[p.key], case) for p, case in likely.readings if p.key in self._keys)

    def with_surname(self, form: str, case: str) -> tuple[Person, ...]:
        """The people whose surname has this form in this case."""
        keys = self._by_form.get((fold(form), case), set())
        return tuple(self._spelling[key] for key in sorted(keys))
