"""Which sentences show best why an article answers? Those with the most distinct words of the query, the rarest first.

Whole sentences; a very long one is cut at words around what was found. Without any word found the article's beginning
stands for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.sentences import sentence_around
from index.model import Span

from .leaves import STEM, Leaf
from .marking import Found, Reading, Words, spans_of
from .results import Marked

MOST: Final = 2
LONGEST: Final = 320  # code points; a sentence of a newspaper has about 120
ADJACENT_BONUS: Final = 0.5
REPEAT_BONUS: Final = 0.01
MOST_REPEATS: Final = 5
_HOLE: Final = re.compile(" {3,}")  # no one writes three blanks inside a sentence; holes leave many

Candidate = tuple[float, int, int, int, bool]
"""The value of a sentence below zero; where it starts and ends, or its line does if no other sentence of that has words
of the query; a place in it; whether it is the sentence."""
Line = tuple[float, int, int, int, int]
"""The value of a line below zero, where in it the first word stands, where it ends, and of what is found the part that
begins in it.
"""


Choose = Callable[[str, Words, NDArray[np.float64], NDArray[np.bool_]], list[tuple[Span, list[Span]]] | None]
"""What chooses sentences by a kernel: a text, the words found in it, of each leaf what its levels are worth and whether
it is light → the sentences, each with its marks; None: it cannot tell. See `compiled_snippets`."""


class Snippets:
    """Chooses snippets for one question. `weights`: one a leaf, its rarity; `choose`: by a kernel, where it can."""

    def __init__(self, leaves: Sequence[Leaf], weights: Sequence[float], choose: Choose | None = None) -> None:
        self.leaves = leaves
        self.worths = _worths(leaves, weights)
        self.choose = choose

    @cached_property
    def _numbers(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        return np.array(self.worths), np.array([leaf.light for leaf in self.leaves])

    def of(self, reading: Reading) -> tuple[Marked, ...]:
        """Up to MOST marked sentences of a text, in its order."""
        if self.choose is not None and reading.words is not None and len(reading.words.rows):
            chosen = self.choose(reading.text, reading.words, *self._numbers)
            if chosen is not None:
                text = reading.text
                return tuple([_marked(text, *sentence) for sentence in chosen]) if chosen else _beginning(text)
        return self._of(reading)

    def _of(self, reading: Reading) -> tuple[Marked, ...]:
        text, found = reading.text, reading.found
        bounds = reading.bounds
        starts = [bounds[place.first][0] for place in found]
        best: list[Candidate] = []  # the first of them is the best
        for bound, ahead, stop, first, last in sorted(self._lines(text, found, starts)):
            if len(best) == MOST and (bound, ahead) > best[-1][:2]:
                break  # no sentence is worth more than all of its line
            start = text.rfind("\n", 0, ahead) + 1
            if last - first == 1:
                best = sorted([*best, (bound, start, stop, first, False)])[:MOST]
                continue
            behind = start  # the last sentence
            for place in range(first, last):
                if starts[place] < behind or self.leaves[found[place].leaf].light:
                    continue
                begin, behind = sentence_around(text, starts[place], behind, stop)
                here = bisect_left(starts, begin, first, place)
                value = _value(found[here : bisect_left(starts, behind, place, last)], self.worths)
                if value > 0:
                    best = sorted([*best, (-value, begin, behind, place, True)])[:MOST]
        if not best:
            return _beginning(text)
        ends = [bounds[place.last][1] for place in found]
        shown = []
        for _, start, stop, place, whole in sorted(best, key=itemgetter(1)):
            sentence = Span(start, stop) if whole else sentence_around(text, starts[place], start, stop)
            before = bisect_left(starts, sentence.end)
            inside = [one for one, end in zip(found[:before], ends, strict=False) if end > sentence.start]
            shown.append(_marked(text, sentence, spans_of(reading, self.leaves, inside)))
        return tuple(shown)

    def _lines(self, text: str, found: Sequence[Found], starts: Sequence[int]) -> list[Line]:
        """The lines with words of the query."""
        parts = []
        first, stop = 0, -1
        for place, start in enumerate(starts):
            if start >= stop:
                if place:
                    parts.append((first, place, stop))
                first, stop = place, text.find("\n", start)
                if stop < 0:
                    stop = len(text)
        if starts:
            parts.append((first, len(starts), stop))
        lines = []
        for first, last, stop in parts:
            value = _value(found[first:last], self.worths)
            if value > 0:
                lines.append((-value, starts[first], stop, first, last))
        return lines


def _worths(leaves: Sequence[Leaf], weights: Sequence[float]) -> list[tuple[float, ...]]:
    """Leaf → level → what finding it so is worth: forms above coincidences; light leaves nothing."""
    return [
        tuple(0.0 if leaf.light else weight / (1 + level) for level in range(STEM + 1))
        for leaf, weight in zip(leaves, weights, strict=True)
    ]


def _value(inside: Sequence[Found], worths: Sequence[tuple[float, ...]]) -> float:
    """Distinct leaves by what they are worth, neighbours and repeats a little; 0 where all are light. No part of
    `inside` is worth more than the whole: additions go in one order.
    """
    if len(inside) == 1:
        worth = worths[inside[0].leaf][inside[0].level]
        return worth + REPEAT_BONUS if worth else 0.0
    best: dict[int, float] = {}
    side_by_side = []
    before, behind = -1, -1  # the leaf of the last place, and the token behind that
    for leaf, first, last, level, _ in inside:
        worth = worths[leaf][level]
        if worth > best.get(leaf, -1.0):
            best[leaf] = worth
        if first == behind and leaf != before:
            side_by_side.append((before, leaf))
        before, behind = leaf, last + 1
    if len(best) == 1:
        (value,) = best.values()
        return value + REPEAT_BONUS * min(len(inside), MOST_REPEATS) if value else 0.0
    value = 0.0
    for leaf in sorted(best):
        value += best[leaf]
    if not value:
        return 0.0
    for one, other in side_by_side:
        if best[one] or best[other]:
            value += ADJACENT_BONUS
    return value + REPEAT_BONUS * min(len(inside), MOST_REPEATS)


def _beginning(text: str) -> tuple[Marked, ...]:
    first = len(text) - len(text.lstrip())
    if first == len(text):
        return ()
    stop = text.find("\n", first)
    return (_marked(text, sentence_around(text, first, first, len(text) if stop < 0 else stop), ()),)


def _marked(text: str, sentence: Span, marks: Sequence[Span]) -> Marked:
    """The sentence with its marks; of one that goes over its end the part inside."""
    cut = _cut(text, sentence, max(marks[0].start, sentence.start) if marks else sentence.start)
    shown = text[cut.start : cut.end]
    within = [_within(text, mark, cut) for mark in marks]
    spans = tuple([span for span in within if span.start < span.end])
    if "   " in shown:
        shown, spans = _without_holes(shown, spans)
    return Marked(shown, spans, cut.start)


def _within(text: str, mark: Span, cut: Span) -> Span:
    """The part of a mark that lies in `cut`, beside whose text it is given; where it is cut it ends with a word."""
    if cut.start <= mark.start and mark.end <= cut.end:
        return Span(mark.start - cut.start, mark.end - cut.start)
    start, end = max(mark.start, cut.start), min(mark.end, cut.end)
    while mark.end > end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start - cut.start, end - cut.start)


def _without_holes(text: str, spans: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """A blanked hole inside a sentence as one blank. (Of such a snippet only its start lies in the article.)"""
    shift = 0
    for hole in list(_HOLE.finditer(text)):
        a, b = hole.start() + 1 - shift, hole.end() - shift
        text = text[:a] + text[b:]
        spans = tuple(Span(_moved(s, a, b), _moved(e, a, b)) for s, e in spans)
        shift += b - a
    return text, spans


def _moved(at: int, a: int, b: int) -> int:
    """Where a place goes when `[a, b)` is taken out."""
    return at if at <= a else a if at < b else at - (b - a)


def _cut(text: str, sentence: Span, around: int) -> Span:
    """The sentence, or of a long one a stretch that holds `around`, cut at blanks."""
    if sentence.end - sentence.start <= LONGEST:
        return sentence
    start = max(sentence.start, min(around - LONGEST // 3, sentence.end - LONGEST))
    end = min(sentence.end, start + LONGEST)
    if start > sentence.start:
        blank = text.find(" ", start, around)
        start = blank + 1 if blank >= 0 else around
    if end < sentence.end:
        blank = text.rfind(" ", max(start, around), end)
        end = blank if blank > around else end
    return Span(start, end)
