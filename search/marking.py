"""Which words of a text answer the query, and how well? The same reading for every engine, for marks and for `match`.

A leaf of the query (word or phrase) is found at its best level: `exact` (as typed), `lemma` (another form of the same
word), `stem` (shares a stem only). Words that only share a stem are not marked where the same leaf stands better in
the same text; phrases are marked as phrases only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.analysis import Asked, Token, query_roots, tokens
from index.analysis.lemma import same_word
from index.analysis.roots import SURNAME_MARK
from index.model import Span

from .query.build import FUZZY_PREFIX, Scope
from .query.near import windows
from .query.stopwords import is_stopword
from .query.tree import And, Field, Node, Not, Or, Phrase, Word
from .results import Match

EXACT: Final = 0
LEMMA: Final = 1
STEM: Final = 2
LEVELS: Final[tuple[Match, ...]] = ("exact", "lemma", "stem")


@dataclass(frozen=True, slots=True)
class WordPattern:
    """One word of a leaf, as the index would be asked for it."""

    form: str
    asked: Asked
    exact: bool = False
    prefix: bool = False
    fuzzy: int = 0

    def level(self, token: Token) -> int | None:
        """How well `token` answers; None where it does not."""
        if token.form == self.form:
            return EXACT
        if self.exact:
            return None
        if self.prefix:
            return LEMMA if token.form.startswith(self.form) else None
        if self.fuzzy:
            begins = token.form[:FUZZY_PREFIX] == self.form[:FUZZY_PREFIX]
            return STEM if begins and edits_within(self.form, token.form, self.fuzzy) else None
        shared = [root for root in self.asked.roots if root in token.roots]
        if shared:
            sure = shared[0].startswith(SURNAME_MARK) or same_word(self.form, token.form)
            return LEMMA if sure else STEM
        return STEM if self.asked.last_resort in token.roots else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or phrase of the query. `name` is how it was typed; `fields` are those of the engine where it may stand;
    `light` leaves (function words) are not marked.
    """

    name: str
    words: tuple[WordPattern, ...]
    slop: int
    light: bool
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A leaf found in a text: tokens `[first, last]`, at a level."""

    leaf: int
    first: int
    last: int
    level: int


def leaves_of(node: Node, scope: Scope) -> tuple[Leaf, ...]:
    """The leaves that ask for words in texts and names, each once; what is excluded is none of them."""
    found: list[Leaf] = []
    for leaf, fields in _positive(node, scope, _names(scope.plain)):
        made = _leaf(leaf, fields)
        if made is not None and made not in found:
            found.append(made)
    if all(leaf.light for leaf in found):
        return tuple(replace(leaf, light=False) for leaf in found)
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


def match_of(node: Node, scope: Scope, leaves: Sequence[Leaf], best: Mapping[int, int]) -> Match:
    """The weakest link of the best reading: of all that must stand the worst, of alternatives the best.

    `best`: leaf → its best level in this document. What says nothing about words (dates, kinds) is no link.
    """
    numbers = {(leaf.name, leaf.fields): number for number, leaf in enumerate(leaves)}

    def level(node: Node, fields: frozenset[str]) -> int | None:
        match node:
            case Word() | Phrase():
                number = numbers.get((node.text, fields))
                return None if number is None or leaves[number].light else best.get(number)
            case And(children) | Or(children):
                known = [n for child in children if (n := level(child, fields)) is not None]
                choose = max if isinstance(node, And) else min
                return choose(known, default=None)
            case Field(_, child):
                return level(child, _in_field(node, scope))
        return None

    found = level(node, _names(scope.plain))
    return LEVELS[EXACT if found is None else found]


def best_levels(found: Sequence[Found]) -> dict[int, int]:
    """Leaf → its best level among `found`."""
    best: dict[int, int] = {}
    for place in found:
        best[place.leaf] = min(best.get(place.leaf, place.level), place.level)
    return best


def find(leaves: Sequence[Leaf], text_tokens: Sequence[Token], field: str) -> list[Found]:
    """Every place where a leaf stands in the text of `field`, in its order; coincidences of stems only where nothing
    better is.
    """
    found: list[Found] = []
    for number, leaf in enumerate(leaves):
        if field in leaf.fields:
            here = list(_places(number, leaf, text_tokens))
            best = min((place.level for place in here), default=STEM)
            found += [place for place in here if place.level < STEM or best == STEM]
    return sorted(found, key=lambda place: (place.first, -place.last))


def _places(number: int, leaf: Leaf, text_tokens: Sequence[Token]) -> Iterator[Found]:
    levels: dict[tuple[int, str], int | None] = {}

    def level(at: int, token: Token) -> int | None:
        key = (at, token.form + "\0" + token.roots[-1])  # two letter cases of one form may have different roots
        if key not in levels:
            levels[key] = leaf.words[at].level(token)
        return levels[key]

    if len(leaf.words) == 1:
        for place, token in enumerate(text_tokens):
            single = level(0, token)
            if single is not None:
                yield Found(number, place, place, single)
        return
    places = [[n for n, t in enumerate(text_tokens) if level(at, t) is not None] for at in range(len(leaf.words))]
    for first, last in windows(places, leaf.slop):
        yield Found(number, first, last, _worst(leaf, text_tokens[first : last + 1], level))


def _worst(leaf: Leaf, inside: Sequence[Token], level: Callable[[int, Token], int | None]) -> int:
    """The level of a phrase: that of its worst word at its best place inside."""
    best = [min((n for t in inside if (n := level(at, t)) is not None), default=STEM) for at in range(len(leaf.words))]
    return max(best)


def spans_of(found: Sequence[Found], leaves: Sequence[Leaf], text_tokens: Sequence[Token]) -> list[Span]:
    """Where to mark: whole words; of a phrase with gaps its words only; light leaves not at all; joined, sorted."""
    marked: set[int] = set()
    runs: list[Span] = []
    for place in found:
        leaf = leaves[place.leaf]
        if leaf.light:
            continue
        if len(leaf.words) > 1 and not leaf.slop:
            runs.append(Span(text_tokens[place.first].start, text_tokens[place.last].end))
        elif len(leaf.words) > 1:
            inside = range(place.first, place.last + 1)
            marked.update(n for n in inside if any(w.level(text_tokens[n]) is not None for w in leaf.words))
        else:
            marked.add(place.first)
    runs += [Span(text_tokens[n].start, text_tokens[n].end) for n in marked]
    return joined(runs)


def joined(spans: Sequence[Span]) -> list[Span]:
    """Spans sorted, those that overlap as one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start < out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
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
