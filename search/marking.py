"""Which words of a text answer the query, and how well? The same reading for every engine, for marks and for `match`.

A leaf of the query (word or phrase) is found at its best level: `exact` (as typed), `lemma` (another form of the same
word), `stem` (shares a stem only). Words that only share a stem are not marked where the same leaf stands better in
the same text; phrases are marked as phrases only.

`find` reads tokens, which is the meaning of it all; `search.places` finds the same in the positions of an index.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import Token, tokens
from index.model import Span

from .leaves import EXACT, LEMMA, LEVELS, STEM, Leaf, WordPattern, in_field, names_of
from .offsets import Bounds, Locate, bounds_of
from .query.scope import Scope
from .query.tree import And, Field, Node, Or, Phrase, Word
from .results import Match
from .synonyms import Synonymous

Levels = Mapping[int, int]  # token number → how well the token answers a word, ascending


class Found(NamedTuple):
    """A leaf found in a text: tokens `[first, last]`, at a level. `apart`: of a phrase with gaps, the tokens that are
    its words.
    """

    leaf: int
    first: int
    last: int
    level: int
    apart: tuple[int, ...] = ()


class Words(NamedTuple):
    """Single words found in a text, as numbers: a hit shows few of them."""

    rows: NDArray[np.int64]  # (m, 3) leaf, token, level, in the order of `in_order`
    seen: Sequence[int]  # of each leaf a bit for each level at which it stands

    @property
    def found(self) -> list[Found]:
        """The same."""
        return [Found(leaf, at, at, level) for leaf, at, level in self.rows.tolist()]


NO_WORDS: Final = Words(np.zeros((0, 3), np.int64), ())


class Reading:
    """One text read for the query: where the leaves stand in it, `found` or as `words`. `locate` finds where tokens
    (ascending) lie.
    """

    __slots__ = ("_bounds", "_found", "locate", "text", "words")

    def __init__(
        self, text: str, found: Sequence[Found] = (), locate: Locate = bounds_of, words: Words | None = None
    ) -> None:
        self.text = text
        self.locate = locate
        self.words = words
        self._found = found if words is None else None
        self._bounds: Bounds | None = None

    @property
    def found(self) -> Sequence[Found]:
        """Every place, in the order of the text."""
        if self._found is None:
            self._found = [] if self.words is None else self.words.found
        return self._found

    @property
    def bounds(self) -> Bounds:
        """Where the tokens lie that `found` names. Looked for when first asked for."""
        if self._bounds is None:
            self._bounds = self.locate(self.text, wanted(self.found))
        return self._bounds


class Matching:
    """How well documents answer one query."""

    def __init__(self, node: Node, scope: Scope, leaves: Sequence[Leaf]) -> None:
        self.node = node
        self.scope = scope
        self.fields = names_of(scope.plain)
        self.numbers = {(leaf.name, leaf.fields): number for number, leaf in enumerate(leaves) if not leaf.light}

    def of(self, best: Mapping[int, int]) -> Match:
        """The weakest link of the best reading: of all that must stand the worst, of alternatives the best.

        `best`: leaf → its best level in this document. What says nothing about words (dates, kinds) is no link.
        """
        found = self._level(self.node, self.fields, best)
        return LEVELS[EXACT if found is None else found]

    def _level(self, node: Node, fields: frozenset[str], best: Mapping[int, int]) -> int | None:
        match node:
            case Word() | Phrase():
                number = self.numbers.get((node.text, fields))
                return None if number is None else best.get(number)
            case And(children) | Or(children):
                levels = [self._level(child, fields, best) for child in children]
                if isinstance(node, Synonymous):  # another name is no better than another form
                    levels[1:] = [None if n is None else max(n, LEMMA) for n in levels[1:]]
                known = [n for n in levels if n is not None]
                choose = max if isinstance(node, And) else min
                return choose(known, default=None)
            case Field(_, child):
                return self._level(child, in_field(node, self.scope), best)
        return None


def best_levels(*readings: Reading) -> dict[int, int]:
    """Leaf → its best level among what is found in some texts."""
    best: dict[int, int] = {}
    for reading in readings:
        if reading.words is not None:
            for leaf, levels in enumerate(reading.words.seen):
                if levels:
                    best[leaf] = min(best.get(leaf, STEM), (levels & -levels).bit_length() - 1)
            continue
        for leaf, _, _, level, _ in reading.found:
            if level < best.get(leaf, STEM + 1):
                best[leaf] = level
    return best


def read(leaves: Sequence[Leaf], text: str, field: str) -> Reading:
    """The text of `field` read from its first word to its last."""
    text_tokens = tokens(text)

    def locate(text: str, numbers: Sequence[int]) -> Bounds:
        return {number: text_tokens[number][:2] for number in numbers}

    return Reading(text, find(leaves, text_tokens, field), locate)


def find(leaves: Sequence[Leaf], text_tokens: Sequence[Token], field: str, *, every: bool = True) -> list[Found]:
    """Every place where a leaf stands in the text of `field`, in its order; coincidences of stems only where nothing
    better is. Without `every` function words count beside other words only.
    """
    found: list[Found] = []
    asked = [(number, leaf) for number, leaf in enumerate(leaves) if field in leaf.fields]
    for number, leaf in asked:
        if every or not only_beside(leaf):
            found += stands(number, leaf, [_levels(word, text_tokens) for word in leaf.words])
    if not every:
        near = set(beside(found))
        for number, leaf in asked:
            if only_beside(leaf):
                levels = _levels(leaf.words[0], text_tokens)
                found += stands(number, leaf, [{at: level for at, level in levels.items() if at in near}])
    return in_order(found)


def only_beside(leaf: Leaf) -> bool:
    """Whether a leaf is a function word, which says nothing where it stands alone: a text is full of them."""
    return leaf.light and len(leaf.words) == 1


def beside(found: Sequence[Found]) -> list[int]:
    """The tokens before and behind each place, ascending."""
    return sorted({place.first - 1 for place in found} | {place.last + 1 for place in found})


def _levels(word: WordPattern, text_tokens: Sequence[Token]) -> dict[int, int]:
    known: dict[tuple[str, tuple[str, ...]], int | None] = {}
    levels: dict[int, int] = {}
    for number, token in enumerate(text_tokens):
        key = token.form, token.roots  # two letter cases of one form may have different roots
        if key not in known:
            known[key] = word.level(token)
        level = known[key]
        if level is not None:
            levels[number] = level
    return levels


def stands(number: int, leaf: Leaf, levels: Sequence[Levels]) -> list[Found]:
    """The places of the leaf with this `number`, whose words have these levels; coincidences of stems only where
    nothing better is.
    """
    if len(leaf.words) == 1:
        worst = STEM if min(levels[0].values(), default=STEM) == STEM else STEM - 1
        return [Found(number, at, at, level) for at, level in levels[0].items() if level <= worst]
    here = _together(number, leaf, levels)
    best = min((place.level for place in here), default=STEM)
    return [place for place in here if place.level < STEM or best == STEM]


def _together(number: int, leaf: Leaf, levels: Sequence[Levels]) -> list[Found]:
    """The level of a phrase is that of its worst word: at its place, or near each other at its best place inside."""
    from .query.windows import windows

    here = []
    places = [list(of) for of in levels]
    if not leaf.slop:
        for first, last in windows(places, 0):
            here.append(Found(number, first, last, max(of[at] for at, of in enumerate(levels, first))))
        return here
    distinct = {id(of): (of, at) for of, at in zip(levels, places, strict=True)}.values()
    for first, last in windows(places, leaf.slop):
        inside = [(of, at[bisect_left(at, first) : bisect_right(at, last)]) for of, at in distinct]
        worst = max(min((of[one] for one in at), default=STEM) for of, at in inside)
        here.append(Found(number, first, last, worst, tuple(sorted({one for _, at in inside for one in at}))))
    return here


def in_order(found: Sequence[Found]) -> list[Found]:
    """As they stand in the text, of those with one beginning the longest first."""
    return sorted(found, key=_by_place)


def _by_place(place: Found) -> tuple[int, int]:
    return place.first, -place.last


def wanted(found: Sequence[Found]) -> list[int]:
    """The tokens whose bounds marks and snippets ask for, ascending."""
    numbers = {place.first for place in found}
    for place in found:
        if place.last != place.first:
            numbers.add(place.last)
            numbers.update(place.apart)
    return sorted(numbers)


def spans_of(reading: Reading, leaves: Sequence[Leaf], found: Sequence[Found] | None = None) -> list[Span]:
    """Where to mark what is `found` in a text (all of it if not said): whole words; of a phrase with gaps its words
    only; light leaves not at all; joined, sorted.
    """
    if found is None:
        found = reading.found
    if not found:
        return []
    bounds = reading.bounds
    runs: set[tuple[int, int]] = set()
    for leaf, first, last, _, apart in found:
        if leaves[leaf].light:
            continue
        if apart:
            runs.update(bounds[at] for at in apart)
        elif first == last:
            runs.add(bounds[first])
        else:
            runs.add((bounds[first][0], bounds[last][1]))
    return joined(runs)


def joined(spans: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans sorted, those that overlap as one."""
    out: list[Span] = []
    behind = 0
    for start, end in sorted(spans):
        if start < behind:
            behind = max(behind, end)
            out[-1] = Span(out[-1].start, behind)
        else:
            out.append(Span(start, end))
            behind = end
    return out
