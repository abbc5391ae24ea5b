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

from .cues import CLASS_NOUNS, lemmas
from .declension import fold, to_nominative
from .grammar import has_case, is_known, is_named, known_readings, nominatives_of_name, readings
from .kept import kept
from .near import word_before
from .roles import title_start
from .tokens import ARTICLES

_REST = r"(?:[а-яё]+|['’][А-ЯЁ][а-яё]+)(?:['’][А-ЯЁа-яё]+|(?<=Мак|Мек|Ван)[А-ЯЁ][а-яё]+)?(?:[-‑][А-ЯЁ]?[а-яё]+)*"
_WORD = rf"[А-ЯЁ]{_REST}"
_WHOLE = rf"[А-ЯЁ](?<![\w-].){_REST}"  # the letter first: `re` looks for a set faster than for what stands before
_GAP = r"[ \u00a0]"
_PARTICLE = rf"(?:(?:фон|де|ван|ла|дер|да|ди|дю|дос|аль|эль|бен|бин|ибн|оглы){_GAP}){{0,2}}"
_ARTICLE = rf"(?:{'|'.join(ARTICLES)})"
_SECOND = rf"{_GAP}({_PARTICLE}{_ARTICLE}?{_WORD})(?!\w)"
FULL_NAME = re.compile(rf"({_WHOLE})(?={_SECOND})")
WITH_ARTICLE = re.compile(rf"(?<![\w-]){_ARTICLE}{_WORD}(?![\w-])")
MIDDLE_INITIAL = re.compile(rf"({_WHOLE}){_GAP}([А-ЯЁ]\.){_GAP}?({_WORD})(?!\w)")
BEFORE_NAME = re.compile(r"(?:[^\W\d_]+(?:-[^\W\d_]+)*[ \u00a0]+)+$")
NEXT_WORD = re.compile(r",?[ \u00a0]+([а-яё]+)")
OF_A_MAN = re.compile(r"(?:[оеё]в|[сц]кий)$")
VOWELS = frozenset("аеёиоуыэюя")
TITLE_WITHIN = 80  # code points before a name in which its title stands
LEAST_FIRST = 3  # letters
UNDECLINED = frozenset("еиоэ")  # a foreign first name that ends so stays as it is in every case
INTO_PLACES = frozenset(("в", "во", "из"))  # «на встрече в Чекерс Мэй заявила»
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
        if found[2] is None or found.start() < at or _is_trade(found[1]):
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


@kept
def _is_trade(word: str) -> bool:
    """Whether a word with a hyphen tells what somebody is: «Бизнес-омбудсмен Анна Ким»."""
    _, hyphen, last = word.rpartition("-")
    return bool(hyphen) and last.islower() and any(r.animate and not r.marks & {"Name", "Surn"} for r in readings(last))


def with_middle_initial(text: str) -> Iterator[FullName]:
    """«Джордж Х. Кинг»: a first name, an initial and a surname."""
    for found in MIDDLE_INITIAL.finditer(text):
        firsts = _first_name(found[1])
        rows = _rows(found[1], firsts, "", "", found[3]) if firsts else ()
        if rows:
            initial = tuple((one._replace(first=f"{one.first} {found[2]}"), case) for one, case in rows)
            yield FullName(Span(*found.span()), found[1], Span(*found.span(3)), initial)


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
            if one == "femn" and case == "nomn" and OF_A_MAN.search(surname):
                one = "masc"  # «Адиль Ширинов», whatever the dictionary has Адиль for
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
    other = NEXT_WORD.match(text, behind.end()) if behind is not None else None
    if other is not None and any(r.animate and r.case == "nomn" and r.pos == "NOUN" for r in readings(other[1])):
        behind = None  # «у мэра и Керри Лунд родился сын»
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
    common = is_known(surname) and not is_named(surname, "Surn")
    if (is_named(surname, "Name") and not lone) or (common and not titled and not is_named(first, "Name")):
        return ()
    rows = [(first, "nomn", "ms-f")]
    for case in ("gent", "datv", "accs", "ablt", "loct"):
        rows += [(name, case, "masc") for name in to_nominative(first, "masc", case)[:1] if name != first]
        if first[-1] in UNDECLINED:
            rows.append((first, case, "ms-f"))
    if len(first) > LEAST_FIRST and first.endswith("ой"):
        rows.append((first[:-2] + "а", "ablt", "femn"))  # «с Соной Оганян»
    return tuple(rows)


def _surname_ahead(text: str, found: re.Match[str], behind: re.Match[str] | None) -> _Parts | None:
    """A first name, perhaps a second one or a patronymic, and the surname; None without one.

    `behind` is what `FULL_NAME` finds from the second word on.
    """
    if found[1] == "Абу" and behind is not None:
        return _Parts(f"Абу {behind[1]}", _after_abu(behind[1]), "", "", Span(*behind.span(2)), behind.end(2))
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
    if behind is not None and is_named(behind[1], "Patr"):
        if readings(surname)[0].pos == "VERB" and is_known(surname) and not is_named(surname, "Surn"):
            return None  # «Уважаемая Юлия Андреевна Приглашаем»
        return _Parts(found[1], firsts, "", behind[1], Span(*behind.span(2)), behind.end(2))
    if is_named(found[2], "Patr") and not is_named(found[2], "Surn"):
        return None  # «Сергей Викторович», and no surname
    if behind is not None and is_named(behind[1], "Name") and not is_named(behind[1], "Surn"):
        return _Parts(found[1], firsts, behind[1], "", Span(*behind.span(2)), behind.end(2))
    if behind is not None and _goes_on(behind[1], behind[2]):
        return _Parts(found[1], firsts, "", "", Span(found.start(2), behind.end(2)), behind.end(2))
    return _Parts(found[1], firsts, "", "", Span(*found.span(2)), found.end(2))


def _after_abu(name: str) -> tuple[tuple[str, str, str], ...]:
    """«Абу Бакр» in the cases that it may stand in: only its second word declines."""
    rows = [(f"Абу {name}", "nomn", "masc")]
    for case in ("gent", "datv", "accs", "ablt", "loct"):
        rows += [(f"Абу {one}", case, "masc") for one in to_nominative(name, "masc", case)[:1] if one != name]
    return tuple(rows)


@kept
def _is_new_first(word: str) -> bool:
    """Whether the dictionary has no such first name but perhaps as a form of another: Илон (of Илона), Эд (of Эда)."""
    known = known_readings(word)
    return not known or all("Name" in r.marks and (r.number == "plur" or r.case == "voct") for r in known)


def _foreign(text: str, found: re.Match[str], behind: re.Match[str] | None) -> tuple[tuple[str, str, str], ...]:
    if not _is_new_first(found[1]) or word_before(text, found.start()).lower() in INTO_PLACES:
        return ()
    if all(r.pos in {"ADJF", "PRTF"} for r in readings(found[1])):
        return ()  # «Шестидесятилетняя Лунина»
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
    if found[1][-1] in VOWELS or lemmas(found[1]) & CLASS_NOUNS:
        return False  # «мэр Окольска Роман Петров», «Фонд Романа Петрова»
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
