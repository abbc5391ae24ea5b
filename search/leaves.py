"""What does a query look for in texts, and how well does a word answer it? Its leaves, words and phrases.

A word answers at its best level: `exact` (as typed), `lemma` (another form of the same word), `stem` (shares a stem
only). `marking` finds where in a text leaves stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from index.analysis import Asked, Token, query_roots, tokens
from index.analysis.asked import stems_in_other_cases
from index.analysis.lemma import readings, same_word
from index.analysis.roots import ABBREVIATION_MAX, is_ending_of_abbreviation, name_stems, stem, surname_base

from .query.scope import FUZZY_PREFIX, Scope
from .query.stopwords import is_stopword
from .query.tree import And, Field, Node, Not, Or, Phrase, Word
from .results import Match

EXACT: Final = 0
LEMMA: Final = 1
UNSURE: Final = 2  # a form that another word has as well: `agreement` looks at what stands beside it
STEM: Final = 3
LEVELS: Final[tuple[Match, ...]] = ("exact", "lemma", "lemma", "stem")


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


def _is_guessed(root: str, form: str) -> bool:
    """Whether a form that the dictionary does not have was given this root by its looks alone: it is neither the form
    itself, nor a surname or the town called after one, nor an abbreviation with an ending, nor a part of what is
    written together.
    """
    if root == form or root == surname_base(form.removesuffix("о")):
        return False
    if len(root) <= ABBREVIATION_MAX and form.startswith(root) and is_ending_of_abbreviation(form[len(root) :]):
        return False
    return root in (*name_stems(form), stem(form), *stems_in_other_cases(form))


def leaves_of(node: Node, scope: Scope) -> tuple[Leaf, ...]:
    """The leaves that ask for words in texts and names, each once; what is excluded is none of them."""
    found: list[Leaf] = []
    for leaf, fields in _positive(node, scope, names_of(scope.plain)):
        made = _leaf(leaf, fields)
        if made is not None and made not in found:
            found.append(made)
    if all(leaf.light for leaf in found):
        return tuple(leaf._replace(light=False) for leaf in found)
    return tuple(found)


def names_of(fields: Sequence[tuple[str, float]]) -> frozenset[str]:
    """The names of weighted fields."""
    return frozenset(name for name, _ in fields)


def in_field(node: Field, scope: Scope) -> frozenset[str]:
    """The fields of the engine that a field of a query means."""
    return names_of(scope.named[node.name]) if node.name in scope.named else frozenset({node.name})


def _positive(node: Node, scope: Scope, fields: frozenset[str]) -> Iterator[tuple[Word | Phrase, frozenset[str]]]:
    match node:
        case Word() | Phrase():
            yield node, fields
        case And(children) | Or(children):
            for child in children:
                if not isinstance(child, Not):
                    yield from _positive(child, scope, fields)
        case Field(_, child):
            yield from _positive(child, scope, in_field(node, scope))


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
