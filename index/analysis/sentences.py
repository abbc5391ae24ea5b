"""Where does a sentence end? Behind . ! ? … (and what closes there) before a capital, or where the line ends.

A dot behind an initial, a usual abbreviation or a number in a date ends nothing.
"""

from __future__ import annotations

import re
from typing import Final

from index.model import Span
from index.words import word_set

STOPS: Final = ".!?…"
CLOSING: Final = '»"”“’)]'  # may stand behind them
OPENING: Final = '«"„“([—–-'  # may stand before the next sentence
CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
BEGINNING: Final = CAPITALS + "0123456789"
BEFORE_INITIALS: Final = '(«"'
# Begins with one class of characters, so that the rest of the text is passed over fast.
_BREAK = re.compile(
    rf"[{STOPS}\n](?:(?<=\n)|[{STOPS}]*[{re.escape(CLOSING)}]*(?=\s+[{re.escape(OPENING)}]*\s*[{BEGINNING}]))"
)
ABBREVIATIONS: Final = word_set(
    "г гг ул пл пр просп пер д дом корп кв стр с п пос обл р рн м св им т тт тыс млн млрд трлн руб коп долл др проч "
    "акад проф доц канд инж ген полк подп майор кап лейт гл ст см ср рис табл напр чел тел мл мин сек час н э"
)
LONGEST: Final = max(map(len, ABBREVIATIONS))
REACH = 200  # characters before a place in which the beginning of its sentence is looked for first
FARTHEST = 50_000  # … and last, to both sides: a text without full stops is no sentence
DECIDE = 32  # characters, and some, before a mark that decide whether it ends a sentence
_BEFORE_INITIALS = frozenset(BEFORE_INITIALS)
_CAPITALS = frozenset(CAPITALS)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text`, or of its part `[start, end)`, without blanks at their edges, in order; their gaps are
    blank.
    """
    end = len(text) if end is None else end
    found: list[Span] = []
    for mark in _BREAK.finditer(text, start, end):
        stop = mark.end()
        if text[stop - 1] != "." or _ends(text, start, stop):
            _add(text, start, stop, found)
            start = stop
    _add(text, start, end, found)
    return found


def sentence_around(text: str, at: int, start: int, end: int) -> Span:
    """The sentence of `text[start:end)` in which `at` lies, FARTHEST to both sides at most; a sentence or a line begins
    at `start`, and no other part of the text is read.
    """
    reach = REACH
    end = min(end, at + FARTHEST)
    while True:
        begin = first = max(start, at - reach)
        known = begin == start or reach >= FARTHEST  # whether a sentence begins at `first`
        for mark in _BREAK.finditer(text, begin, end):
            stop = mark.end()
            if text[stop - 1] == "." and not _ends(text, first, stop):
                continue
            if stop > at:
                break
            first = stop
            known = known or stop - begin >= DECIDE
        else:
            stop = end
        if known:
            while text[first].isspace():
                first += 1
            while text[stop - 1].isspace():
                stop -= 1
            return Span(first, stop)
        reach = min(4 * reach, FARTHEST)


def _ends(text: str, start: int, stop: int) -> bool:
    """Whether the dot before `stop` closes a sentence that began at `start`."""
    last = stop - 1
    if last > start and text[last - 1] == ".":
        return True
    first = last
    while first > start and last - first <= LONGEST and text[first - 1].isalnum() and not text[first - 1].isdecimal():
        first -= 1
    word = text[first:last]
    if word in _CAPITALS and (first == start or text[first - 1] in _BEFORE_INITIALS or text[first - 1].isspace()):
        return False  # an initial
    return word.lower() not in ABBREVIATIONS


def _add(text: str, start: int, stop: int, found: list[Span]) -> None:
    while start < stop and text[start].isspace():
        start += 1
    while start < stop and text[stop - 1].isspace():
        stop -= 1
    if start < stop:
        found.append(Span(start, stop))
