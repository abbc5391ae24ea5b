"""Which words of a text answer the query, and how well? The same reading for every engine, for marks and for `match`.

A leaf of the query (word or phrase) is found at its best level: `exact` (as typed), `lemma` (another form of the same
word), `stem` (shares a stem only). Words that only share a stem are not marked where the same leaf stands better in
the same text; phrases are marked as phrases only.

`find` reads tokens, which is the meaning of it all; `search.places` finds the same in the positions of an index.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import Asked, Token, query_roots, tokens
from index.analysis.lemma import readings, same_word
from index.analysis.roots import ABBREVIATION_MAX, is_ending_of_abbreviation, name_stems, stem, surname_base
from index.model import Span

from .offsets import Bounds, Locate, bounds_of
from .query.scope import FUZZY_PREFIX, Scope
from .query.stopwords import is_stopword
from .query.tree import And, Field, Node, Not, Or, Phrase, Word
from .results import Match
from .synonyms import Synonymous

EXACT: Final = 0
LEMMA: Final = 1
UNSURE: Final = 2  # a form that another word has as well: `agreement` looks at what stands beside it
STEM: Final = 3
LEVELS: Final[tuple[Match, ...]] = ("exact", "lemma", "lemma", "stem")

Levels = Mapping[int, int]  # token number → how well the token answers a word, ascending


class WordPattern(NamedTuple):
    """One word of a leaf, as the index would be asked for it."""

    form: str
    asked: Asked
    exact: bool = False
    prefix: bool = False
    fuzzy: int = 0

    @property
    def expands(self) -> bool:
        """Whether it asks for forms that look alike, not for a word."""
        return not self.exact and (self.prefix or self.fuzzy > 0)

    @property
    def roots(self) -> tuple[str, ...]:
        """The roots that it asks for, the surest first, the last resort last."""
        return (*self.asked.roots, *self.asked.last_resort)

    def level(self, token: Token) -> int | None:
        """How well `token` answers; None where it does not."""
        if token.form == self.form:
            return EXACT
        if self.exact:
            return None
        if self.expands:
            return self.level_of_form(token.form)
        return next((self.level_under(root, token.form) for root in self.roots if root in token.roots), None)

    def level_under(self, root: str, form: str) -> int:
        """How well a form answers whose first root among those asked for is `root`."""
        if form == self.form:
            return EXACT
        if root in self.asked.last_resort:
            return STEM
        mine, others = readings(self.form), readings(form)
        if mine and not others and root not in {reading.lemma for reading in mine}:
            return LEMMA  # of a name that is declined, though not in the dictionary
        if mine and others:
            return LEMMA if all(reading.lemma in self.asked.roots for reading in others) else UNSURE
        if not (mine or others):  # words may share a stem that are not the same
            same = not set(name_stems(self.form)).isdisjoint(name_stems(form)) or same_word(self.form, form)
            return LEMMA if same or not _is_guessed(root, form) else STEM
        # A guessed stem may look like a word of the dictionary: «Бородай» is no beard.
        return STEM if _is_guessed(root, form if mine else self.form) else LEMMA

    def level_of_form(self, form: str) -> int | None:
        """How well a form answers a prefix or a misspelled word; None where it does not."""
        if form == self.form:
            return EXACT
        if self.exact:
            return None
        if self.prefix:
            return LEMMA if form.startswith(self.form) else None
        begins = form[:FUZZY_PREFIX] == self.form[:FUZZY_PREFIX]
        return STEM if begins and edits_within(self.form, form, self.fuzzy) else None


class Leaf(NamedTuple):
    """A word or phrase of the query. `name` is how it was typed; `fields` are those of the engine where it may stand;
    `light` leaves (function words) are not marked.
    """

    name: str
    words: tuple[WordPattern, ...]
    slop: int
    light: bool
    fields: frozenset[str]


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


def _is_guessed(root: str, form: str) -> bool:
    """Whether a form that the dictionary does not have was given this root by its looks alone: it is neither the form
    itself, nor a surname or the town called after one, nor an abbreviation with an ending, nor a part of what is
    written together.
    """
    if root == form or root == surname_base(form.removesuffix("о")):
        return False
    if len(root) <= ABBREVIATION_MAX and form.startswith(root) and is_ending_of_abbreviation(form[len(root) :]):
        return False
    return root in (*name_stems(form), stem(form))


def leaves_of(node: Node, scope: Scope) -> tuple[Leaf, ...]:
    """The leaves that ask for words in texts and names, each once; what is excluded is none of them."""
    found: list[Leaf] = []
    for leaf, fields in _positive(node, scope, _names(scope.plain)):
        made = _leaf(leaf, fields)
        if made is not None and made not in found:
            found.append(made)
    if all(leaf.light for leaf in found):
        return tuple(leaf._replace(light=False) for leaf in found)
    return tuple(found)


def _names(fields: Sequence[tuple[str, float]]) -> frozenset[str]:
    return frozenset(name for name, _ in fields)


def _in_field(node: Field, scope: Scope) -> frozenset[str]:
    return _names(scope.named[node.name]) if node.name in scope.named else frozenset({node.name})


def _positive(node: Node, scope: Scope, fields: frozenset[str]) -> Iterator[tuple[Word | Phrase, frozenset[str]]]:
    match node:
        case Word() | Phrase():
            yield node, fields
        case And(children) | Or(children):
            for child in children:
                if not isinstance(child, Not):
                    yield from _positive(child, scope, fields)
        case Field(_, child):
            yield from _positive(child, scope, _in_field(node, scope))


def _leaf(leaf: Word | Phrase, fields: frozenset[str]) -> Leaf | None:
    found = tokens(leaf.text)
    if not found:
        return None
    prefix = isinstance(leaf, Word) and leaf.prefix
    fuzzy = leaf.fuzzy if isinstance(leaf, Word) else 0
    words = tuple(
        WordPattern(
            token.form,
            query_roots(token.form, written=leaf.text[token.start : token.end]),
            exact=leaf.exact,
            prefix=prefix and token is found[-1],
            fuzzy=fuzzy if token is found[-1] else 0,
        )
        for token in found
    )
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    light = isinstance(leaf, Word) and not leaf.exact and is_stopword(leaf.text)
    return Leaf(leaf.text, words, slop, light, fields)


class Matching:
    """How well documents answer one query."""

    def __init__(self, node: Node, scope: Scope, leaves: Sequence[Leaf]) -> None:
        self.node = node
        self.scope = scope
        self.fields = _names(scope.plain)
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
                return self._level(child, _in_field(node, self.scope), best)
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


def edits_within(one: str, other: str, most: int) -> bool:
    """Whether two words are at most `most` edits apart (Levenshtein; rows cut off past the bound)."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            new.append(min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b)))
        if min(new) > most:
            return False
        row = new
    return row[-1] <= most
