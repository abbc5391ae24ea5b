"""How else may the same be written? «вице-президент» as «вицепрезидент», «1 000 000» as «1000000», «21-й» as «21».

An index keeps what a hyphen, an apostrophe or a dot parts as neighbouring words, so those ways meet by themselves. The
others are asked for besides, by the query:

    as typed                          also asked for
    вице-президент, д’Артуа           вицепрезидент, дАртуа            joined in one
    Т72, Covid19                      "Т 72", "Covid 19"               parted where letters and digits meet
    С.Ж.Д.                            СЖД                              initials of three words and more
    T-90, с400                        Т-90, C400                       of the other script where letters are alike
    под'езд                           подъезд                          ъ as it was typed and set without one
    1000000                           "1 000 000"                      thousands parted; 1900 to 2099 are years
    1.000.000, 1 000 000              1000000                          thousands joined
    21-й, 21й                         21, 21й                          an ordinal is its number
    "21 век", "21-й век"              "21-й век", "21-го век", …       in a phrase the ending has a place of its own
    15.12.2015, 15 декабря 2015       each as the other, and 2015-12-15

`!` asks for what is typed and nothing else. Nothing of this changes how the query is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice, pairwise, product
from typing import Final

from index.model import Span

from .stopwords import is_stopword
from .tree import And, Field, Node, Not, Or, Phrase, Word, Writings

MOST: Final = 12  # writings of one phrase
MOST_ADDED: Final = 48  # leaves that a query may get besides its own
_LONG_PHRASE: Final = 16  # words; a longer one is asked for as it is typed
_MOST_GROUPS: Final = 6  # words that one number or date takes
_LONGEST: Final = 40  # letters of a word that is joined or parted
_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2212"
_APOSTROPHES: Final = "'’‘`ʼ′"
_JOINTS: Final = re.compile(f"[{_DASHES}{_APOSTROPHES}]")
_COMPOUND: Final = re.compile(rf"[^\W_]+(?:[{_DASHES}{_APOSTROPHES}][^\W_]+){{1,3}}")
# The letters of a type that are alike in both scripts, and its number: Т-90, МС-21, X5.
_TYPE: Final = re.compile(rf"[^\W\d_]{{1,3}}[{_DASHES}]?[0-9]+(?:[{_DASHES}]?[^\W\d_]{{1,2}})?")
_SQUARE_METRES: Final = ("м2", "м3")
_LATIN: Final = "ABCEHKMOPTXY"
_CYRILLIC: Final = "АВСЕНКМОРТХУ"
_TWINS: Final = (str.maketrans(_CYRILLIC, _LATIN), str.maketrans(_LATIN, _CYRILLIC))
_HARD: Final = re.compile(rf"([^\W\d_]*[бвгджзклмнпрстфхцчшщ])[{_APOSTROPHES}]([еёюя][^\W\d_]*)", re.IGNORECASE)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.){2,7}[^\W\d_]\.?")
_RUNS: Final = re.compile(r"[0-9]+|[^\W\d_]+")
# Thousands in groups of three; a blank may be a narrow one or one that does not break.
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:(?P<mark>[ .,'’\u00a0\u202f])[0-9]{3})(?:(?P=mark)[0-9]{3}){0,4}")
_WHOLE: Final = re.compile(r"[0-9]{4,15}")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
# With which ordinals and the cases of numerals end: 21-й, 15-го, 90-х, 5-ти, the most frequent first (in news).
_FREQUENT: Final = ("го", "х", "й", "м", "е", "ти")
_ENDINGS: Final = "|".join(_FREQUENT) + "|я|ю|ом|ой|ми|ого|ому|ый|ых|ым|му|ое|ые|ая|его|ей|ух|ёх|мя"
_UNITS: Final = "х|м|е|я|ю"  # «2м» without a hyphen is two metres
_ORDINAL: Final = re.compile(rf"([0-9]{{1,4}})(?:[{_DASHES}]({_ENDINGS})|(?!(?:{_UNITS})$)({_ENDINGS}))")
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,4}")
MONTHS: Final = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_NUMBER_OF_MONTH: Final = {name: number for number, name in enumerate(MONTHS, 1)}
_DAY_FIRST: Final = re.compile(r"([0-3]?[0-9])[./-]([01]?[0-9])[./-]([12][0-9]{3})")
_YEAR_FIRST: Final = re.compile(r"([12][0-9]{3})[./-]([01][0-9])[./-]([0-3][0-9])")
_SPELT_OUT: Final = re.compile(rf"([0-3]?[0-9]) ({'|'.join(MONTHS)}) ([12][0-9]{{3}})", re.IGNORECASE)
# What blanks are inside of, in a phrase or between words that stand side by side.
_SEVERAL: Final = re.compile(
    rf"(?<!\S)(?:{_SPELT_OUT.pattern}|[0-9]{{1,3}}(?: [0-9]{{3}}){{1,5}})(?!\S)", re.IGNORECASE
)


def widened(node: Node) -> Node:
    """`node` in which whatever may be written in other ways is `Writings`. As deep as the query, which is bounded."""
    return _Widening().node(node)


def has_other_writings(words: Sequence[str]) -> bool:
    """Whether `widened` changes a query of these plain words (letters and digits)."""
    if all(map(str.isalpha, words)):
        return False
    return any(len(writings(word)) > 1 for word in words) or _SEVERAL.search(" ".join(words)) is not None


def writings(text: str) -> tuple[str, ...]:
    """The ways to write one run of text, as typed first."""
    return tuple(dict.fromkeys((text, *_others(text), *_in_other_letters(text))))


def _in_other_letters(text: str) -> Iterator[str]:
    """A type in the letters of the other script, both ways with and without its hyphen."""
    if _TYPE.fullmatch(text) is None or text in _SQUARE_METRES:
        return
    for twin in (text.upper().translate(table) for table in _TWINS):
        if twin != text.upper() and not _is_mixed(twin):
            yield twin
            yield from _others(twin)


def _others(text: str) -> Iterator[str]:
    if len(text) > _LONGEST:
        return
    if date := _date_of(text):
        yield from _dates(*date)
    elif found := _ORDINAL.fullmatch(text):
        yield found[1]
        yield found[1] + (found[2] or found[3])
    elif _GROUPED.fullmatch(text):
        yield re.sub(r"[^0-9]", "", text)
    elif _WHOLE.fullmatch(text):
        if text[0] != "0" and not _YEAR.fullmatch(text):
            yield f"{int(text):,}".replace(",", " ")
    elif _INITIALS.fullmatch(text):
        if text == text.upper():
            yield text.replace(".", "")
    elif found := _HARD.fullmatch(text):
        yield f"{found[1]}ъ{found[2]}"
    elif _COMPOUND.fullmatch(text):
        if not is_stopword(text):
            yield _joined(_JOINTS.split(text))
    elif text.isalnum() and not text.isalpha() and text.isprintable():
        yield from _parted(text)


def _is_mixed(text: str) -> bool:
    """Whether letters of both scripts stand in it."""
    return any("A" <= char <= "Z" for char in text) and any("А" <= char <= "Я" for char in text)


def _joined(parts: Sequence[str]) -> str:
    """«Нью-Йорк» as one word, which has one capital only; abbreviations keep theirs."""
    first, *rest = parts
    return first + "".join(part if part.isupper() or part.isdigit() else part.lower() for part in rest)


def _parted(text: str) -> Iterator[str]:
    """Letters and digits apart: a name, or a number and its unit. A single small letter stays where it is (м2), but
    beside a longer number (2011г, с400).
    """
    runs = _RUNS.findall(text)
    if not 2 <= len(runs) <= 4 or "".join(runs) != text:
        return
    single = len(runs) == 2 and (len(runs[0]) > 1 or (len(runs[1]) > 1 and runs[1].isdigit()))
    if single or all(len(run) > 1 or not run.islower() for run in runs):
        yield " ".join(runs)


def _date_of(text: str) -> tuple[int, int, int] | None:
    """(day, month, year) of a full date."""
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    elif found := _YEAR_FIRST.fullmatch(text):
        day, month, year = int(found[3]), int(found[2]), int(found[1])
    elif found := _SPELT_OUT.fullmatch(text):
        day, month, year = int(found[1]), _NUMBER_OF_MONTH[found[2].lower()], int(found[3])
    else:
        return None
    return (day, month, year) if 1 <= day <= 31 and 1 <= month <= 12 else None


def _dates(day: int, month: int, year: int) -> Iterator[str]:
    yield f"{day}.{month:02}.{year}"
    yield f"{day:02}.{month:02}.{year}"
    yield f"{day} {MONTHS[month - 1]} {year}"
    yield f"{year}-{month:02}-{day:02}"


# -- leaves


def _ways_of_word(word: Word) -> Iterator[Word | Phrase]:
    """Prefixes and misspelled words are joined only: a part of them may be anything."""
    for text in writings(word.text):
        if not (word.prefix or word.fuzzy):
            yield _leaf(text, word.span)
        elif text == word.text or (_COMPOUND.fullmatch(word.text) and not _JOINTS.search(text) and text.isalpha()):
            yield Word(text, word.span, False, word.prefix, word.fuzzy)


def _texts(phrase: str) -> Iterator[str]:
    """The ways to write a phrase, as typed first: any way of each part with any of each other."""
    parts = _parts(phrase)
    if len(parts) > _LONG_PHRASE:
        return
    ways = [list(writings(part)) for part in parts]
    for part, found, _ in zip(parts, ways, parts[1:], strict=False):
        number = _SHORT_NUMBER.fullmatch(part) or _ORDINAL.fullmatch(part)
        if number is not None:
            base = re.match("[0-9]+", part)
            found += [f"{base[0]} {ending}" for ending in _FREQUENT] if base else []
            break  # of several numbers the first: the others stand as they are typed
    yield from dict.fromkeys(" ".join(way) for way in islice(product(*ways), MOST))


def _parts(phrase: str) -> list[str]:
    """A phrase by its blanks, but those inside a number or a date."""
    parts: list[str] = []
    end = 0
    for found in _SEVERAL.finditer(phrase):
        parts += phrase[end : found.start()].split()
        parts.append(found[0])
        end = found.end()
    return parts + phrase[end:].split()


# -- numbers and dates with blanks in them, which are several words of the query


def _number_from(words: Sequence[Word], at: int) -> int:
    """How many words from `at` on are one number or date; 1 for none."""
    if not words[at].text.isdigit():
        return 1
    beside = 1
    for one, other in pairwise(words[at : at + _MOST_GROUPS]):
        if other.span.start != one.span.end + 1:
            break
        beside += 1
    for count in range(beside, 1, -1):
        text = " ".join(word.text for word in words[at : at + count])
        if _GROUPED.fullmatch(text) or _date_of(text):
            return count
    return 1


def _is_plain(node: Node) -> bool:
    return isinstance(node, Word) and not (node.exact or node.prefix or node.fuzzy)


class _Widening:
    """One query being widened, by so many leaves at most."""

    def __init__(self) -> None:
        self.left = MOST_ADDED

    def node(self, node: Node) -> Node:
        match node:
            case And(children):
                kept = tuple(self._and_children(children))
                return kept[0] if len(kept) == 1 else And(kept)
            case Or(children):
                return Or(tuple(self.node(child) for child in children))
            case Not(child):
                return Not(self.node(child))
            case Field(name, child, span) if name != "kind":
                return Field(name, self.node(child), span)
            case Word(exact=False):
                return self._ways(node, islice(_ways_of_word(node), 1, None))
            case Phrase(exact=False):
                others = islice(_texts(node.text), 1, None)
                return self._ways(node, (Phrase(text, node.span, False, node.slop) for text in others))
        return node

    def _ways(self, typed: Node, others: Iterable[Node]) -> Node:
        more = tuple(islice(others, self.left))
        self.left -= len(more)
        return Writings((typed, *more)) if more else typed

    def _and_children(self, children: Sequence[Node]) -> Iterator[Node]:
        for plain, run in groupby(children, _is_plain):
            if plain:
                yield from self._with_numbers([child for child in run if isinstance(child, Word)])
            else:
                yield from map(self.node, run)

    def _with_numbers(self, words: Sequence[Word]) -> Iterator[Node]:
        at = 0
        while at < len(words):
            count = _number_from(words, at)
            yield self.node(words[at]) if count == 1 else self._number(words[at : at + count])
            at += count

    def _number(self, words: Sequence[Word]) -> Node:
        """«1 000 000» is one number for sure, «34 100» may be two, and a date's words may stand apart."""
        text = " ".join(word.text for word in words)
        span = Span(words[0].span.start, words[-1].span.end)
        sure = len(words) > 2 or words[-1].text == "000"
        typed: Node = Phrase(text, span) if sure and not _date_of(text) else And(tuple(words))
        return self._ways(typed, (_leaf(way, span) for way in writings(text)[1:]))


def _leaf(text: str, span: Span) -> Word | Phrase:
    return Phrase(text, span) if " " in text else Word(text, span)
