"""Which abbreviations do articles explain themselves? «Ведомство речных дел (ВРД)» says what ВРД is.

Four ways of writing are read: `expansion (АББР)`, `АББР (expansion)`, `expansion — АББР`, `АББР — expansion`. Which
words are the expansion is found by the letters, after Schwartz & Hearst, «A simple algorithm for identifying
abbreviation definitions in biomedical text» (PSB 2003), made stricter for Russian:

- each letter of the abbreviation begins a word, and each word begins with a letter of it, but for prepositions and
  conjunctions, which may be passed over (ОБСЕ); the parts of a hyphenated word are words (ЛДПР);
- a letter may stand inside a word where another word of the dictionary begins (БПЛА: бес·пилотный, ГЭС:
  гидро·электро·станция), one of four letters and more anywhere near its beginning (ЕАЭС: евр·азийский);
  small letters of an abbreviation go on in the same word (ЕврАзЭС);
- names behind the expansion (Федеральная служба такая-то России) may be left over, of three letters and more.

Explanations of one abbreviation that differ only in the forms of their words are one: «в Ведомстве речных дел (ВРД)».
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from .analysis import fold
from .analysis.fold import COMBINING, INVISIBLE
from .analysis.lemma import parses, readings, same_word
from .words import word_set

LEAST_LETTERS: Final = 2
MOST_LETTERS: Final = 10
MOST_WORDS: Final = 14  # of an expansion, function words too
_REACH: Final = 200  # code points that are looked at for one
_MOST_LEFT: Final = 3  # words of a name behind an expansion
_SURE: Final = 3  # letters of an abbreviation from which on its letters alone say enough
_LONG: Final = 4  # letters of an abbreviation from which on they may be a little loose
_WITHIN: Final = 3  # letters before a letter that stands inside a word
_REST: Final = 4  # and from it on
_LOOSE: Final = 3  # cost of a letter that stands anywhere in a word; one where another word begins costs 1

_FUNCTION: Final = word_set(
    "а без в во вне для до за и из или им имени к ко между на над о об обо от по под при про против с со среди у через "
    "and at by de for from in la of on or the to with"
)
_CAPITALS: Final = r"[А-ЯЁ](?:[а-яё]{0,3}[А-ЯЁ]){1,9}|[A-Z]{2,8}"
_ABBREVIATION: Final = re.compile(rf"(?:{_CAPITALS})(?: (?:{_CAPITALS}))?")
# What may stand in brackets before the abbreviation: «далее — », «сокращённо», «или».
_LEAD: Final = re.compile(
    r"\s*(?:(?:далее(?: по тексту)?|сокращ[её]нно|сокр\.|аббревиатура|или|т\. ?е\.|то есть)\s*(?:[—–-]|:|,)?\s*){0,2}"
    r"[«\"„“]?(?P<said>.*?)[»\"“”]?\s*",
    re.DOTALL,
)
_BRACKETS: Final = re.compile(r"\s?\(([^()\n]{2,160})\)")
_DASHED: Final = re.compile(rf"(?<=[^\W\d_])[»\"“”]?,? [—–-] (?P<short>{_CAPITALS})(?=[,.;:)!?\n]|$)", re.MULTILINE)
_DEFINED: Final = re.compile(rf"(?<![\w-])(?P<short>{_CAPITALS}) [—–-] (?:это )?(?=[«\"„“]?[А-ЯЁA-Zа-яё])")
_BEFORE: Final = re.compile(rf"(?<![\w-])(?P<short>(?:{_CAPITALS})(?: (?:{_CAPITALS}))?)[»\"“”]?$")
WORD: Final = re.compile(r"[^\W\d_]+")
_GAP: Final = re.compile(r"[»\"“”]?(?P<joint>,? | [—–-] )[«\"„“]?|-")
_DASHES: Final = frozenset("—–")
_AND: Final = word_set("и или and or")
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{COMBINING}]")
_BLANKS: Final = str.maketrans("\u00a0\u2009\u202f", "   ")
_QUOTES: Final = '»"“” '
_ENDS: Final = re.compile(r"\s*[»\"“”]?\s*(?:[,;.:!?)]|—|$)")


class Found(NamedTuple):
    """One explanation as an article gives it: the abbreviation, and the words that it stands for."""

    abbreviation: str
    expansion: str


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """What an abbreviation stands for, as it is most often written, and how many articles say so."""

    abbreviation: str
    expansion: str
    articles: int = 0

    def to_dict(self) -> dict[str, str | int]:
        """A row of the table as JSON."""
        return {"abbreviation": self.abbreviation, "expansion": self.expansion, "articles": self.articles}


def explained(text: str) -> Iterator[Found]:
    """The explanations that stand in a text, each as often as it stands there."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_BLANKS)
    for brackets in _BRACKETS.finditer(text):
        yield from _in_brackets(text, brackets)
    for dashed in _DASHED.finditer(text):
        short = dashed["short"]
        if len(short) >= _SURE:
            expansion = _expansion_before(text, dashed.start(), short)
            if expansion is not None:
                yield Found(short, expansion)
    for defined in _DEFINED.finditer(text):
        short = defined["short"]
        if len(short) >= _SURE:
            expansion = _expansion_behind(text[defined.end() : defined.end() + _REACH], short)
            if expansion is not None:
                yield Found(short, expansion)


def _in_brackets(text: str, brackets: re.Match[str]) -> Iterator[Found]:
    for part in re.split(r"[,;/]", brackets[1]):
        lead = _LEAD.fullmatch(part)
        short = lead["said"] if lead else ""
        if not _ABBREVIATION.fullmatch(short):
            continue
        for tried in dict.fromkeys((short, short.partition(" ")[0])):  # «(ВРД РФ)» may explain ВРД only
            expansion = _expansion_before(text, brackets.start(), tried)
            if expansion is not None:
                yield Found(tried, expansion)
                return
    before = _BEFORE.search(text, max(0, brackets.start() - 2 * MOST_LETTERS), brackets.start())
    lead = _LEAD.fullmatch(brackets[1])
    if before is None or lead is None:
        return
    said = brackets[1][lead.start("said") :]
    for tried in dict.fromkeys((before["short"], before["short"].rpartition(" ")[2])):
        expansion = _expansion_behind(said, tried)
        if expansion is not None:
            yield Found(tried, expansion)
            return


# -- which words are meant


class _Piece(NamedTuple):
    """A word, or a part of a hyphenated one: `[start, end)` in its text, and what parts it from the one before."""

    start: int
    end: int
    text: str
    joint: str


def _pieces(text: str) -> list[_Piece]:
    """The words of a text up to where something other than blanks, commas, dashes and quotation marks parts them."""
    found: list[_Piece] = []
    for word in WORD.finditer(text):
        joint = _joint(text[found[-1].end : word.start()]) if found else ""
        if joint is None:
            break
        found.append(_Piece(word.start(), word.end(), word[0], joint))
    return found


def _pieces_before(text: str, end: int) -> list[_Piece]:
    """The same up to `end`, from where something else parts them."""
    start = max(0, end - _REACH)
    found = [_Piece(word.start(), word.end(), word[0], "") for word in WORD.finditer(text, start, end)]
    for number in range(len(found) - 1, 0, -1):
        joint = _joint(text[found[number - 1].end : found[number].start])
        if joint is None:
            return found[number:]
        found[number] = found[number]._replace(joint=joint)
    return found[start > 0 :]  # the first may be cut


def _joint(gap: str) -> str | None:
    """What two words of one expansion are joined by; None for what is none."""
    found = _GAP.fullmatch(gap)
    return found and (found["joint"] or "-")


def _expansion_before(text: str, end: int, short: str) -> str | None:
    """What ends at `end` (but for names that are left over) and has the letters of `short`."""
    pieces = _pieces_before(text, end)
    if not pieces or text[pieces[-1].end : end].strip(_QUOTES):
        return None
    best: tuple[int, int, int, int] | None = None  # cost, first piece, behind the last
    for left in range(_MOST_LEFT + 1):
        stop = len(pieces) - left
        if stop < 1 or (left and not _may_be_left(pieces[stop], short)):
            break
        for first in range(stop - 1, max(-1, stop - 1 - MOST_WORDS), -1):
            cost = _cost(short, pieces[first:stop])
            if cost is not None and pieces[first].joint != "-":
                best = min(best or (99, 0, 0, 0), (cost + 2 * left, stop - first, first, stop))
    if best is None:
        return None
    return _written(pieces[best[2] : best[3]])


def _may_be_left(piece: _Piece, short: str) -> bool:
    return len(short) >= _SURE and piece.text[0].isupper() and piece.joint == " "


def _expansion_behind(text: str, short: str) -> str | None:
    """What begins `text` and has the letters of `short`; what follows it must end there, or be a name."""
    pieces = _pieces(text)
    if not pieces or text[: pieces[0].start].strip(_QUOTES + "«„"):
        return None
    best: tuple[int, int] | None = None  # cost, behind the last
    for stop in range(1, min(len(pieces), MOST_WORDS) + 1):
        ended = _ENDS.match(text, pieces[stop - 1].end) is not None
        if ended or (stop < len(pieces) and _may_be_left(pieces[stop], short)):
            cost = _cost(short, pieces[:stop])
            if cost is not None:
                best = min(best or (99, 0), (cost, stop))
    return None if best is None else _written(pieces[: best[1]])


def _written(pieces: Sequence[_Piece]) -> str:
    """The words as they stand, without quotation marks."""
    first, *others = pieces
    return first.text + "".join(piece.joint + piece.text for piece in others)


def _cost(short: str, pieces: Sequence[_Piece]) -> int | None:
    """How far the words are from plain initials of the letters of `short`; None where they are none."""
    letters = short.replace(" ", "").replace("ё", "е").replace("Ё", "Е")
    words = [piece.text.lower().replace("ё", "е") for piece in pieces]
    if not LEAST_LETTERS <= len(letters) <= MOST_LETTERS or words[0] in _FUNCTION or words[-1] in _FUNCTION:
        return None
    loose = len(letters) >= _LONG
    joints = [piece.joint.strip() for piece in pieces[1:]]
    if letters.lower() in words or (not loose and not _DASHES.isdisjoint(joints)):
        return None
    if "," in joints and _AND.isdisjoint(words[joints.index(",") :]):
        return None  # a list of things that are none together
    cost = _aligned(letters, tuple(words), False)
    if cost is None and loose:
        cost = _aligned(letters, tuple(words), True)
    return cost


@lru_cache(maxsize=4096)
def _aligned(letters: str, words: tuple[str, ...], loose: bool) -> int | None:
    """The least cost of aligning the letters with all of the words; `loose`: one letter may begin nothing."""
    if not words:
        return None if letters else 0
    word, rest = words[0], words[1:]
    costs: list[int] = []
    if word in _FUNCTION and rest:
        passed = _aligned(letters, rest, loose)
        if passed is not None:
            costs.append(passed)
    if letters and word[0] == letters[0].lower():
        for taken, cost in _takings(letters, word, loose):
            behind = _aligned(letters[taken:], rest, loose and cost < _LOOSE)
            if behind is not None:
                costs.append(cost + behind + (word in _FUNCTION and letters[0].isupper()))
    return min(costs, default=None)


def _takings(letters: str, word: str, loose: bool) -> Iterator[tuple[int, int]]:
    """How many of the letters a word that begins with the first of them may take, and at what cost."""
    taken = 1
    yield taken, 0
    while letters[taken : taken + 1].islower() and word[taken : taken + 1] == letters[taken]:
        taken += 1
        yield taken, 0
    at, cost = 0, 0
    while taken < len(letters):
        inner = letters[taken].lower()
        begin = at + _WITHIN
        at = next((n for n in range(begin, len(word) - _REST + 1) if word[n] == inner and readings(word[n:])), 0)
        if not at:
            break
        taken, cost = taken + 1, cost + 1
        yield taken, cost
    if loose and not cost and letters[taken : taken + 1].lower() in tuple(word[max(taken, _WITHIN - 1) : _WITHIN + 2]):
        yield taken + 1, _LOOSE


# -- all of a collection


@dataclass(slots=True)
class _Same:
    """Explanations that differ in the forms of their words only: how each is written, and in how many texts."""

    words: tuple[str, ...]
    written: Counter[Found] = field(default_factory=Counter)
    articles: int = 0


def mined(texts: Iterable[str]) -> list[Abbreviation]:
    """The table of a collection: one row for each abbreviation and expansion, the ones that most of the texts give
    first. An abbreviation may have several.
    """
    known: dict[str, list[_Same]] = defaultdict(list)
    for text in texts:
        here: dict[int, _Same] = {}
        for found in explained(text):
            group = _group(known[fold(found.abbreviation)], found.expansion)
            group.written[found] += 1
            here[id(group)] = group
        for group in here.values():
            group.articles += 1
    rows = [
        Abbreviation(*_best_written(group.written), group.articles) for groups in known.values() for group in groups
    ]
    return sorted(rows, key=lambda row: (-row.articles, row.abbreviation, row.expansion))


def words_of(expansion: str) -> tuple[str, ...]:
    """The folded words of an expansion."""
    return tuple(fold(word) for word in WORD.findall(expansion))


def _group(groups: list[_Same], expansion: str) -> _Same:
    words = words_of(expansion)
    for group in groups:
        if len(group.words) == len(words) and all(map(same_word, group.words, words)):
            return group
    groups.append(_Same(words))
    return groups[-1]


def _best_written(written: Counter[Found]) -> Found:
    """The most frequent way that can stand in the nominative; where none can, the most frequent."""
    ways = sorted(written, key=lambda way: (-written[way], way))
    return next((way for way in ways if _is_nominative(way.expansion)), ways[0])


@lru_cache(maxsize=10_000)
def _is_nominative(expansion: str) -> bool:
    """Whether the words up to the first noun may be in the nominative, and one of them has no other case."""
    sure = False
    for word in islice(words_of(expansion), 4):
        tags = [parse.tag for parse in parses(word)]
        cases = {tag.case for tag in tags if tag.case}
        if not {"nomn"} & cases:
            return False
        sure = sure or not {"gent", "datv", "ablt", "loct"} & cases
        if tags[0].POS == "NOUN":
            break
    return sure
