"""Which sentences show best why an article answers? Those with the most distinct words of the query, the rarest first.

Whole sentences; a very long one is cut at words around what was found. Without any word found the article's beginning
stands for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from index.analysis import Token
from index.analysis.sentences import sentences
from index.model import Span

from .marking import STEM, Found, Leaf, spans_of
from .results import Marked

MOST: Final = 2
LONGEST: Final = 320  # code points; a sentence of a newspaper has about 120
ADJACENT_BONUS: Final = 0.5
_HOLE: Final = re.compile(" {3,}")  # no one writes three blanks inside a sentence; holes leave many


def snippets(
    body: str, body_tokens: Sequence[Token], found: Sequence[Found], leaves: Sequence[Leaf], weights: Sequence[float]
) -> tuple[Marked, ...]:
    """Up to MOST marked sentences of `body`, in its order. `weights`: one a leaf, its rarity."""
    marks = spans_of(found, leaves, body_tokens)
    ranked: list[tuple[float, int, Span]] = []
    starts = [token.start for token in body_tokens]
    firsts = [place.first for place in found]
    for number, sentence in enumerate(sentences(body)):
        lo, hi = bisect_left(starts, sentence.start), bisect_right(starts, sentence.end - 1)
        inside = found[bisect_left(firsts, lo) : bisect_left(firsts, hi)]
        value = _value(inside, leaves, weights)
        if value > 0:
            ranked.append((value, number, sentence))
    if not ranked:
        return _beginning(body)
    best = sorted(ranked, key=lambda r: (-r[0], r[1]))[:MOST]
    return tuple(_marked(body, sentence, marks) for _, _, sentence in sorted(best, key=lambda r: r[1]))


def _value(inside: Sequence[Found], leaves: Sequence[Leaf], weights: Sequence[float]) -> float:
    """Distinct leaves by rarity, forms above coincidences, neighbours and repeats a little."""
    best: dict[int, int] = {}
    for place in inside:
        if not leaves[place.leaf].light:
            best[place.leaf] = min(best.get(place.leaf, STEM), place.level)
    value = sum(weights[leaf] / (1 + level) for leaf, level in best.items())
    for one, other in pairwise(inside):
        if other.first == one.last + 1 and other.leaf != one.leaf:
            value += ADJACENT_BONUS
    return value + 0.01 * min(len(inside), 5) if value else 0.0


def _beginning(body: str) -> tuple[Marked, ...]:
    for sentence in sentences(body):
        return (_marked(body, sentence, ()),)
    return ()


def _marked(body: str, sentence: Span, marks: Sequence[Span]) -> Marked:
    """The sentence with what was found in it; of a phrase that goes over its end the part inside."""
    inside = [mark for mark in marks if mark.start < sentence.end and mark.end > sentence.start]
    cut = _cut(body, sentence, max(inside[0].start, sentence.start) if inside else sentence.start)
    spans = [_within(body, mark, cut) for mark in inside]
    text, spans = _without_holes(body[slice(*cut)], [span for span in spans if span.start < span.end])
    return Marked(text, tuple(spans), cut.start)


def _within(body: str, mark: Span, cut: Span) -> Span:
    """The part of a mark that lies in `cut`, beside whose text it is given; where it is cut it ends with a word."""
    start, end = max(mark.start, cut.start), min(mark.end, cut.end)
    while mark.end > end > start and not body[end - 1].isalnum():
        end -= 1
    return Span(start - cut.start, end - cut.start)


def _without_holes(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """A blanked hole inside a sentence as one blank. (Of such a snippet only its start lies in the article.)"""
    shift = 0
    for hole in list(_HOLE.finditer(text)):
        a, b = hole.start() + 1 - shift, hole.end() - shift
        text = text[:a] + text[b:]
        spans = [Span(_moved(s, a, b), _moved(e, a, b)) for s, e in spans]
        shift += b - a
    return text, spans


def _moved(at: int, a: int, b: int) -> int:
    """Where a place goes when `[a, b)` is taken out."""
    return at if at <= a else a if at < b else at - (b - a)


def _cut(body: str, sentence: Span, around: int) -> Span:
    """The sentence, or of a long one a stretch that holds `around`, cut at blanks."""
    if sentence.end - sentence.start <= LONGEST:
        return sentence
    start = max(sentence.start, min(around - LONGEST // 3, sentence.end - LONGEST))
    end = min(sentence.end, start + LONGEST)
    if start > sentence.start:
        blank = body.find(" ", start, around)
        start = blank + 1 if blank >= 0 else around
    if end < sentence.end:
        blank = body.rfind(" ", max(start, around), end)
        end = blank if blank > around else end
    return Span(start, end)
