"""Which sentences show best why an article answers? Those with the most distinct words of the query, the rarest first.

Whole sentences; a very long one is cut at words around what was found. Without any word found the article's beginning
stands for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

from index.analysis.sentences import sentences
from index.model import Span

from .marking import STEM, Found, Leaf, Reading, spans_of
from .results import Marked

MOST: Final = 2
LONGEST: Final = 320  # code points; a sentence of a newspaper has about 120
ADJACENT_BONUS: Final = 0.5
REPEAT_BONUS: Final = 0.01
MOST_REPEATS: Final = 5
REACH: Final = 200  # code points around what was found in which its sentence's ends are looked for first
FARTHEST: Final = 20_000  # … and last: a text without full stops is no sentence
_BEFORE: Final = 32  # code points, and some, before a mark that decide whether it ends a sentence
_HOLE: Final = re.compile(" {3,}")  # no one writes three blanks inside a sentence; holes leave many


def snippets(reading: Reading, leaves: Sequence[Leaf], weights: Sequence[float]) -> tuple[Marked, ...]:
    """Up to MOST marked sentences of a text, in its order. `weights`: one a leaf, its rarity."""
    text = reading.text
    worths = _worths(leaves, weights)
    best: list[tuple[float, Span]] = []  # the first of them is the best: value below zero, sentence
    bounds = reading.bounds
    starts = [bounds[place.first].start for place in reading.found]
    for bound, line, first, last in sorted(_lines_with_words(reading, starts, worths)):
        if len(best) == MOST and (bound, line) > best[-1]:
            break  # no sentence is worth more than all of its line
        for sentence, there in _sentences_with_words(text, line, range(first, last), starts, reading.found, leaves):
            value = _value(there, worths)
            if value > 0:
                best = sorted([*best, (-value, sentence)])[:MOST]
    if not best:
        return _beginning(text)
    marks = spans_of(reading, leaves)
    return tuple(_marked(text, sentence, marks) for sentence in sorted(sentence for _, sentence in best))


def _lines_with_words(
    reading: Reading, starts: Sequence[int], worths: Sequence[tuple[float, ...]]
) -> Iterator[tuple[float, Span, int, int]]:
    """The lines with words of the query: their value below zero, where they lie, and of what is found, which begins at
    `starts`, the part that begins in them.
    """
    text, found = reading.text, reading.found
    at = stop = 0
    while at < len(found):
        start = max(text.rfind("\n", stop, starts[at]) + 1, stop)
        stop = text.find("\n", starts[at])
        if stop < 0:
            stop = len(text)
        end = bisect_left(starts, stop, at + 1)
        value = _value(found[at:end], worths)
        if value > 0:
            yield -value, Span(start, stop), at, end
        at = end


def _sentences_with_words(
    text: str, line: Span, places: range, starts: Sequence[int], found: Sequence[Found], leaves: Sequence[Leaf]
) -> Iterator[tuple[Span, Sequence[Found]]]:
    """The sentences of a line with words of the query, each with all that begins in it; no other part of the line is
    read. `places`: what is found in the line.
    """
    split = _Splitter(text, line)
    behind = -1  # the last sentence
    for place in places:
        if starts[place] >= behind and not leaves[found[place].leaf].light:
            sentence = split.around(starts[place])
            behind = sentence.end
            first = bisect_left(starts, sentence.start, places.start, places.stop)
            yield sentence, found[first : bisect_left(starts, behind, first, places.stop)]


class _Splitter:
    """Splits a line into the sentences of `index.analysis.sentences`, but only around places, in their order."""

    def __init__(self, text: str, line: Span) -> None:
        self.text = text
        self.line = line
        self.known: list[Span] = []  # whole sentences behind each other

    def around(self, at: int) -> Span:
        """The sentence in which `at` lies, or of a stretch without an end FARTHEST to both sides."""
        reach = REACH
        while not self.known or at >= self.known[-1].end:
            behind = self.known[-1].end if self.known else self.line.start
            start = max(behind, at - reach)
            self._split(start, min(self.line.end, at + reach), at, start == behind, reach >= FARTHEST)
            reach *= 4
        return self.known[bisect_right(self.known, at, key=itemgetter(0)) - 1]

    def _split(self, start: int, end: int, at: int, begins: bool, last: bool) -> None:
        """Learn the sentences of `[start, end)`, where that has `at` in one; `begins`: a sentence begins at `start`.

        What stands cut off at its edges is no sentence, unless this is the `last` try.
        """
        found = sentences(self.text, start, end)
        first, stop = 0, len(found)
        if not (begins or last):
            first = next((n for n, span in enumerate(found, 1) if span.end - start >= _BEFORE), stop)
        if end < self.line.end and not last:
            stop -= 1
        if first < stop and found[first].start <= at < found[stop - 1].end:
            self.known = found[first:stop]


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
    for leaf, _, _, level, _ in inside:
        worth = worths[leaf][level]
        if worth > best.get(leaf, -1.0):
            best[leaf] = worth
    value = 0.0
    for leaf in sorted(best):
        value += best[leaf]
    if not value:
        return 0.0
    if len(best) > 1:
        for one, other in pairwise(inside):
            if other.first == one.last + 1 and other.leaf != one.leaf and (best[one.leaf] or best[other.leaf]):
                value += ADJACENT_BONUS
    return value + REPEAT_BONUS * min(len(inside), MOST_REPEATS)


def _beginning(text: str) -> tuple[Marked, ...]:
    first = len(text) - len(text.lstrip())
    if first == len(text):
        return ()
    stop = text.find("\n", first)
    line = Span(first, len(text) if stop < 0 else stop)
    return (_marked(text, _Splitter(text, line).around(first), ()),)


def _marked(text: str, sentence: Span, marks: Sequence[Span]) -> Marked:
    """The sentence with what was found in it; of a phrase that goes over its end the part inside."""
    inside = [mark for mark in marks if mark.start < sentence.end and mark.end > sentence.start]
    cut = _cut(text, sentence, max(inside[0].start, sentence.start) if inside else sentence.start)
    spans = [_within(text, mark, cut) for mark in inside]
    text, spans = _without_holes(text[slice(*cut)], [span for span in spans if span.start < span.end])
    return Marked(text, tuple(spans), cut.start)


def _within(text: str, mark: Span, cut: Span) -> Span:
    """The part of a mark that lies in `cut`, beside whose text it is given; where it is cut it ends with a word."""
    start, end = max(mark.start, cut.start), min(mark.end, cut.end)
    while mark.end > end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start - cut.start, end - cut.start)


def _without_holes(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """A blanked hole inside a sentence as one blank. (Of such a snippet only its start lies in the article.)"""
    shift = 0
    if "   " not in text:
        return text, spans
    for hole in list(_HOLE.finditer(text)):
        a, b = hole.start() + 1 - shift, hole.end() - shift
        text = text[:a] + text[b:]
        spans = [Span(_moved(s, a, b), _moved(e, a, b)) for s, e in spans]
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
