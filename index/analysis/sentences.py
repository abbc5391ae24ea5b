"""Where does a sentence end? Behind . ! ? … (and what closes there) before a capital, or where the line ends.

A dot behind an initial, a usual abbreviation or a number in a date ends nothing.
"""

from __future__ import annotations

import re

from index.model import Span
from index.words import word_set

_BREAK = re.compile(r"""(?:[.!?…]+[»"”“’)\]]*(?=\s+[«"„“(\[—–-]*\s*[A-ZА-ЯЁ0-9])|\n)""")
_ABBREVIATIONS = word_set(
    "г гг ул пл пр просп пер д дом корп кв стр с п пос обл р рн м св им т тт тыс млн млрд трлн руб коп долл др проч "
    "акад проф доц канд инж ген полк подп майор кап лейт гл ст см ср рис табл напр чел тел мл мин сек час н э"
)
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
_INITIAL = re.compile(r"(?:^|[\s(«\"])[A-ZА-ЯЁ]\.$")


def _ends(text: str, start: int, stop: int) -> bool:
    """Whether the mark that ends at `stop` closes a sentence that began at `start`."""
    before = text[max(start, stop - 24) : stop]
    if not before.endswith(".") or before.endswith(".."):
        return True
    if _INITIAL.search(before):
        return False
    word = _LAST_WORD.search(before)
    return word is None or word[1].lower() not in _ABBREVIATIONS


def sentences(text: str) -> list[Span]:
    """The sentences of `text`, without blanks at their edges, in order; their gaps are blank."""
    found: list[Span] = []
    start = 0
    for mark in _BREAK.finditer(text):
        stop = mark.end()
        if mark[0] == "\n" or _ends(text, start, stop):
            _add(text, start, stop, found)
            start = stop
    _add(text, start, len(text), found)
    return found


def _add(text: str, start: int, stop: int, found: list[Span]) -> None:
    piece = text[start:stop]
    inner = piece.strip()
    if inner:
        left = start + len(piece) - len(piece.lstrip())
        found.append(Span(left, left + len(inner)))
