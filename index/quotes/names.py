"""Which people does an article name in full, and how do their names decline?

A person is a first name and the surname behind it (or before it, where a patronymic ends the name). The first name
tells gender and case; the surname is brought to the nominative by its endings. What stays open («Александра Петрова»
is a woman, or Александр Петров in the genitive) keeps all its readings until the article decides (`people`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.model import Span

from .declension import fold, to_nominative
from .grammar import has_case, is_known, is_named, nominatives_of_name, readings
from .kept import kept
from .near import word_before
from .roles import title_start

_REST = r"(?:[а-яё]+|['’][А-ЯЁ][а-яё]+)(?:['’][А-ЯЁа-яё]+|(?<=Мак|Мек|Ван)[А-ЯЁ][а-яё]+)?(?:[-‑][А-ЯЁ]?[а-яё]+)*"
_WORD = rf"[А-ЯЁ]{_REST}"
_WHOLE = rf"[А-ЯЁ](?<![\w-].){_REST}"  # the letter first: `re` looks for a set faster than for what stands before
_GAP = r"[ \u00a0]"
_PARTICLE = rf"(?:(?:фон|де|ван|ла|дер|да|ди|дю|дос|аль|эль|бен|бин|ибн|оглы){_GAP}){{0,2}}"
_SECOND = rf"{_GAP}({_PARTICLE}{_WORD})(?!\w)"
FULL_NAME = re.compile(rf"({_WHOLE})(?={_SECOND})")
BEFORE_NAME = re.compile(r"(?:[^\W\d_]+(?:-[^\W\d_]+)*[ \u00a0]+)+$")
NEXT_WORD = re.compile(r",?[ \u00a0]+([а-яё]+)")
VOWELS = frozenset("аеёиоуыэюя")
TITLE_WITHIN = 80  # code points before a name in which its title stands
SURNAME = re.compile(rf"{_WHOLE}(?![\w-])")
CAPITALISED = re.compile(rf"({_WHOLE})(?![\w-])(?:(?={_SECOND}))?")
"""As `SURNAME`; the second group is the name behind it where the two are such as `FULL_NAME` finds."""

Key = tuple[str, str, str]


class Person(NamedTuple):
    """A reading of a full name: `first` and `surname` in the nominative, `gender` `masc` or `femn`.

    `key` is what two spellings of one person share.
    """

    first: str
    surname: str
    gender: str
    patronymic: str
    key: Key


class FullName(NamedTuple):
    """A first name (as written) and a surname that stand together, and every `(person, case)` that they may be."""

    span: Span
    first: str
    surname_span: Span
    readings: tuple[tuple[Person, str], ...]

    @property
    def people(self) -> frozenset[Key]:
        """The keys of the people that it may be."""
        return frozenset(person.key for person, _ in self.readings)


def _capitalise(word: str, like: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-")) if like[:1].isupper() else word


def full_names(text: str, capitals: Iterable[re.Match[str]] | None = None) -> Iterator[FullName]:
    """The full names in a text, left to right. A patronymic between the two is passed over.

    `capitals` are what `CAPITALISED` finds in it, if that is known.
    """
    at = 0
    for found in CAPITALISED.finditer(text) if capitals is None else capitals:
        if found[2] is None or found.start() < at:
            continue
        at = found.end()
        behind = FULL_NAME.match(text, found.start(2))
        parts = (_first_ahead(found, behind) if behind is not None else None) or _surname_ahead(text, found, behind)
        if parts is None:
            continue
        rows = _rows(parts.first, parts.firsts, parts.second, parts.patronymic, text[slice(*parts.surname)])
        if rows:
            at = parts.end
            if len(rows) > 1:
                rows = _fitting_adjective(rows, text, found.start()) or rows
                rows = _fitting_verb(rows, text, found.start(), parts.end) or rows
            yield FullName(Span(found.start(), parts.end), parts.first, parts.surname, rows)


class _Parts(NamedTuple):
    """The words of one full name. `firsts` are `(nominative, case, gender)`; `second` is another first name."""

    first: str
    firsts: tuple[tuple[str, str, str], ...]
    second: str
    patronymic: str
    surname: Span
    end: int


@kept
def _rows(
    first: str, firsts: tuple[tuple[str, str, str], ...], second: str, patronymic: str, surname: str
) -> tuple[tuple[Person, str], ...]:
    """Every `(person, case)` in which the words of a name agree."""
    rows: list[tuple[Person, str]] = []
    for name, case, gender in firsts:
        given = first if case == "nomn" else _capitalise(name, first)
        if second:
            given += " " + _in_nominative(second, "Name", case)
        father = _in_nominative(patronymic, "Patr", case) if patronymic else ""
        for one in ("masc", "femn") if gender == "ms-f" else (gender,):
            for last in to_nominative(surname, one, case):
                rows.append((Person(given, last, one, father, (fold(given), fold(last), one)), case))
    return tuple(rows)


def _in_nominative(word: str, mark: str, case: str) -> str:
    fitting = [row for row in nominatives_of_name(word, mark) if row[1] == case]
    return _capitalise(fitting[0][0], word) if fitting else word


def _fitting_adjective(rows: tuple[tuple[Person, str], ...], text: str, start: int) -> tuple[tuple[Person, str], ...]:
    """The readings that agree with an adjective right before the name: «девятилетняя Марина Соколова»."""
    shown = adjective_gender(text, start)
    return tuple([row for row in rows if row[1] == shown[0] and row[0].gender == shown[1]]) if shown else ()


def adjective_gender(text: str, start: int) -> tuple[str, str] | None:
    """Case and gender of an adjective right before a name that leaves no doubt about them."""
    word = word_before(text, start, capital=True)
    return _shown_by_adjective(word) if word else None


@kept
def _shown_by_adjective(word: str) -> tuple[str, str] | None:
    shown = {(r.case, r.gender) for r in readings(word) if r.pos in {"ADJF", "PRTF"} and r.number == "sing"}
    if len(shown) != 1 or any(r.pos not in {"ADJF", "PRTF"} for r in readings(word)):
        return None
    case, gender = next(iter(shown))
    return (case, gender) if case is not None and gender in {"masc", "femn"} else None


def _fitting_verb(
    rows: tuple[tuple[Person, str], ...], text: str, start: int, end: int
) -> tuple[tuple[Person, str], ...]:
    """The readings that agree with a past tense right behind or before the name: «Марина Соколова сказала»."""
    behind = NEXT_WORD.match(text, end)
    for word in (behind[1] if behind else "", word_before(text, start)):
        gender = gender_of_verb(word) if word else None
        fitting = tuple([row for row in rows if row[1] == "nomn" and row[0].gender == gender]) if gender else ()
        if fitting:
            return fitting
    return ()


@kept
def gender_of_verb(word: str) -> str | None:
    """`masc` or `femn`, where the word is most likely a past tense that shows it."""
    best = readings(word)[0]
    return best.gender if best.pos == "VERB" and best.gender in {"masc", "femn"} else None


@kept
def _first_name(word: str) -> tuple[tuple[str, str, str], ...]:
    """`(nominative, case, gender)` of a first name; the parts of a double one («Анна-Мария») agree."""
    whole = nominatives_of_name(word, "Name")
    parts = re.split("[-‑]", word)
    if whole or len(parts) != 2:
        return whole
    first, second = (nominatives_of_name(part, "Name") for part in parts)
    return tuple((f"{a[0]}-{b[0]}", a[1], a[2]) for a in first for b in second if a[1:] == b[1:])


def _foreign_first(
    first: str, surname: str, *, lone: bool = False, titled: bool = False
) -> tuple[tuple[str, str, str], ...]:
    """A first name that the dictionary does not know, before what may be a surname, in every case that it may have.

    `lone` is whether a first name may be the surname («29-летний Эзра Уильям»): nothing before or behind has a claim;
    `titled` whether a title before the two makes them a person's, whatever the second word is («министр Хайко Рейн»).
    """
    if (
        is_known(first)
        or (is_named(surname, "Name") and not lone)
        or (is_known(surname) and not is_named(surname, "Surn") and not titled)
    ):
        return ()
    rows = [(first, "nomn", "ms-f")]
    for case in ("gent", "datv", "accs", "ablt", "loct"):
        rows += [(name, case, "masc") for name in to_nominative(first, "masc", case)[:1] if name != first]
    return tuple(rows)


def _surname_ahead(text: str, found: re.Match[str], behind: re.Match[str] | None) -> _Parts | None:
    """A first name, perhaps a second one or a patronymic, and the surname; None without one.

    `behind` is what `FULL_NAME` finds from the second word on.
    """
    firsts = _first_name(found[1]) or _foreign(text, found, behind)
    if not firsts and behind is not None and _may_be_foreign_first(text, found):  # «Нейл Патрик Харт»
        firsts = tuple(
            (found[1], case, gender)
            for _, case, gender in nominatives_of_name(behind[1], "Name")
            if not is_known(found[1]) or has_case(found[1], case)
        )
    if not firsts:
        return None
    surname = behind[2] if behind is not None and is_named(behind[1], "Patr") else found[2]
    if readings(surname)[0].pos == "VERB" and is_known(surname) and not is_named(surname, "Surn"):
        return None  # «Уважаемая Юлия Андреевна Приглашаем»
    if behind is not None and is_named(behind[1], "Patr"):
        return _Parts(found[1], firsts, "", behind[1], Span(*behind.span(2)), behind.end(2))
    if is_named(found[2], "Patr") and not is_named(found[2], "Surn"):
        return None  # «Сергей Викторович», and no surname
    if behind is not None and is_named(behind[1], "Name") and not is_named(behind[1], "Surn"):
        return _Parts(found[1], firsts, behind[1], "", Span(*behind.span(2)), behind.end(2))
    if behind is not None and _goes_on(behind[1], behind[2]):
        return _Parts(found[1], firsts, "", "", Span(found.start(2), behind.end(2)), behind.end(2))
    return _Parts(found[1], firsts, "", "", Span(*found.span(2)), found.end(2))


def _foreign(text: str, found: re.Match[str], behind: re.Match[str] | None) -> tuple[tuple[str, str, str], ...]:
    if is_known(found[1]):
        return ()
    titled = behind is None and title_start(text, found.start(), frozenset(("nomn", "gent"))) < found.start()
    return _foreign_first(found[1], found[2], lone=_is_lone(text, found, behind), titled=titled)


def _is_lone(text: str, found: re.Match[str], behind: re.Match[str] | None) -> bool:
    """Whether two capitalised words stand alone: no third one, and no noun before that may govern the first."""
    if behind is not None:
        return False
    before = word_before(text, found.start())
    return not before or readings(before)[0].pos not in {"NOUN", "PREP"}


def _may_be_foreign_first(text: str, found: re.Match[str]) -> bool:
    """Whether a capitalised word can be a man's name: the dictionary does not have it, or only as a thing."""
    if found[1][-1] in VOWELS:
        return False  # «мэр Окольска Роман Петров»
    if not is_known(found[1]):
        return True
    inside = found.start() > 1 and text[found.start() - 1] == " " and text[found.start() - 2] not in ".!?…"
    best = readings(found[1])[0]
    return inside and best.pos == "NOUN" and not best.animate and not best.marks & {"Geox", "Orgn"}


def _goes_on(surname: str, more: str) -> bool:
    """Whether a foreign surname has two words: neither is anything that the dictionary knows."""
    return not is_known(surname) and not is_known(more)


def _first_ahead(found: re.Match[str], behind: re.Match[str]) -> _Parts | None:
    """A surname before the first name and patronymic: «Синицын Евгений Петрович»."""
    if not is_named(behind[2], "Patr") or is_named(behind[2], "Surn") or is_named(found[1], "Name"):
        return None
    if is_known(found[1]) and not is_named(found[1], "Surn"):
        return None
    firsts = nominatives_of_name(behind[1], "Name")
    return _Parts(behind[1], firsts, "", behind[2], Span(*found.span(1)), behind.end(2)) if firsts else None
