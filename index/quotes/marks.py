"""Which quotation marks belong together?

Marks are paired paragraph by paragraph with a stack, so that nested marks stay inside the outer pair. Real texts break
the rules in known ways, each a small function here: ASCII marks that do not say whether they open or close, “ that
closes in «„…“» and opens in “…”, one » that closes two «, a closing mark that stands some paragraphs later, or
nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.model import Span

ANY_MARK = re.compile(r"[«»„“”\"]")
PARAGRAPH = re.compile(r"[^\n]+")
SHARED_END = re.compile(r"\s*(?:,\s*[—–-]|[.,!?…]?\s*$)")
MAX_PARAGRAPHS = 6  # of one quote; beyond it an unclosed mark is taken for a slip
_OPENERS = {"«": "»", "„": "“”", "“": "”", '"': '"'}


class Pair(NamedTuple):
    """Two marks that belong together: `opening` and `closing` are where they stand.

    `closing` is the end of the paragraph where the closing mark is missing (`closed` is False). `inner` are the pairs
    directly inside.
    """

    opening: int
    closing: int
    closed: bool = True
    inner: tuple[Pair, ...] = ()

    @property
    def words(self) -> Span:
        """What stands between the marks."""
        return Span(self.opening + 1, self.closing)

    @property
    def after(self) -> int:
        """Where the text behind the closing mark starts."""
        return self.closing + 1 if self.closed else self.closing


class _Open:
    """A mark that waits for its partner."""

    def __init__(self, at: int, char: str) -> None:
        self.at = at
        self.char = char
        self.inner: list[Pair] = []


def paragraphs(text: str) -> Iterator[Span]:
    """The lines of `text` that are not blank."""
    for found in PARAGRAPH.finditer(text):
        if not found[0].isspace():
            yield Span(*found.span())


def opens(text: str, at: int, waiting: list[_Open]) -> bool:
    """Whether the ambiguous mark at `at` opens (else it closes)."""
    char = text[at]
    if char == "“":
        return not any(w.char == "„" for w in waiting)
    before = text[at - 1] if at else " "
    behind = text[at + 1] if at + 1 < len(text) else " "
    may_open = (before.isspace() or before in "([{«„“—–-\"'/") and not behind.isspace()
    may_close = not before.isspace() and not behind.isalnum()
    if may_open != may_close:
        return may_open
    return not any(w.char == char for w in waiting)


def _partner(char: str, waiting: list[_Open]) -> int | None:
    """Index of the innermost waiting mark that `char` closes."""
    for i in range(len(waiting) - 1, -1, -1):
        if char in _OPENERS[waiting[i].char]:
            return i
    return None


class _Paired(NamedTuple):
    pairs: list[Pair]
    stray: list[int]  # closing marks that close nothing


_UNMARKED = _Paired([], [])  # nobody adds to it: only a paragraph with a pair is changed


def _pair_paragraph(text: str, where: Span) -> _Paired:
    waiting: list[_Open] = []
    top: list[Pair] = []
    stray: list[int] = []

    def close(i: int, at: int, closed: bool = True) -> None:
        inner = list(waiting[i].inner)
        for slip in waiting[i + 1 :]:  # opened inside and never closed: only their own inner pairs count
            inner += slip.inner
        pair = Pair(waiting[i].at, at, closed, tuple(inner))
        del waiting[i:]
        (waiting[-1].inner if waiting else top).append(pair)

    for found in ANY_MARK.finditer(text, *where):
        at, char = found.start(), found[0]
        if char in "«„" or (char in '“"' and opens(text, at, waiting)):
            waiting.append(_Open(at, char))
        elif (i := _partner(char, waiting)) is not None:
            close(i, at)
        else:
            stray.append(at)
    while waiting:
        outer = waiting[0]
        later = [pair for w in waiting[1:] for pair in w.inner]
        shared = _shared_end(text, outer.inner + later, where.end)
        if shared is not None:
            rest = [pair for pair in outer.inner + later if pair.opening > shared]
            top.append(Pair(outer.at, shared, True, tuple(p for p in outer.inner + later if p.opening < shared)))
            top.extend(rest)
        else:
            top.append(Pair(outer.at, where.end, False, tuple(outer.inner + later)))
        waiting.clear()
    top.sort(key=lambda pair: pair.opening)
    return _Paired(top, stray)


def _shared_end(text: str, inner: list[Pair], end: int) -> int | None:
    """Where one mark closes an inner pair and the outer one too: «Мы шли к «Авроре», — сказал он."""
    for pair in sorted(inner, key=lambda p: p.opening):
        if SHARED_END.match(text, pair.closing + 1, end):
            return pair.closing
    return None


def pair_marks(text: str) -> list[tuple[Span, tuple[Pair, ...]]]:
    """Every paragraph with its outermost pairs, both in the order of the text.

    A pair that closes some paragraphs later belongs to the paragraph in which it opens; the paragraph is then as long
    as the pair needs.
    """
    found: list[tuple[Span, tuple[Pair, ...]]] = []
    paired: list[tuple[Span, _Paired]] = []
    for where in paragraphs(text):
        marked = ANY_MARK.search(text, *where) is not None
        paired.append((where, _pair_paragraph(text, where) if marked else _UNMARKED))
    i = 0
    while i < len(paired):
        where, row = paired[i]
        last = row.pairs[-1] if row.pairs else None
        if last is not None and not last.closed:
            j = _closing_paragraph(paired, i)
            if j is not None:
                end, other = paired[j]
                within = [pair for _, middle in paired[i + 1 : j + 1] for pair in middle.pairs]
                inner = [pair for pair in within if pair.opening < other.stray[0]]
                behind = [pair for pair in within if pair.opening > other.stray[0]]
                row.pairs[-1] = Pair(last.opening, other.stray[0], True, (*last.inner, *inner))
                found.append((Span(where.start, end.end), (*row.pairs, *behind)))
                i = j + 1
                continue
        found.append((where, tuple(row.pairs)))
        i += 1
    return found


def _closing_paragraph(paired: list[tuple[Span, _Paired]], i: int) -> int | None:
    """The paragraph whose first mark closes what paragraph `i` left open."""
    for j in range(i + 1, min(i + MAX_PARAGRAPHS, len(paired))):
        row = paired[j][1]
        if row.stray and all(pair.opening > row.stray[0] or pair.after <= row.stray[0] for pair in row.pairs):
            return j
        if any(not pair.closed for pair in row.pairs):
            return None
    return None
