"""What do plain words ask for? The same as by the long way, lexer → tree → Whoosh's query → plan, without it.

Most queries are a few words, letters and digits only. Each word is looked up once and remembered, so that a query
becomes a plan in the time that its nodes take to be made.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from index.analysis import query_roots, tokens
from index.model import Span
from index.schema import Kind

from .engine.plan import All, Any, Maybe, Near, Node, Slot, Term, any_of
from .leaves import Leaf, WordPattern
from .query.limits import MAX_LENGTH, MAX_TERMS
from .query.names import OPERATORS
from .query.scope import LIGHT_WEIGHT, SCOPES, AskedRoot, Scope, pair_weight, weighted_roots
from .query.stopwords import is_stopword
from .query.tree import And, SomeOf, Word
from .query.tree import Node as Tree

WORDS: Final = 10_000  # words that are remembered, a kilobyte each


class Asked(NamedTuple):
    """What a word asks for in one kind of document. `slots`: any of its roots over all fields; `beside`: the same in
    each field, as part of a pair; `light_slots`: as a function word beside words that are needed.
    """

    slots: tuple[Slot, ...]
    light_slots: tuple[Slot, ...]
    beside: tuple[Node, ...]
    leaf: Leaf

    @property
    def node(self) -> Node:
        """As a word that is needed."""
        return self.slots[0] if len(self.slots) == 1 else Any(self.slots)


def plain_words(text: str) -> list[str] | None:
    """The words of a query that is nothing else; None for any other, and for an empty one."""
    if len(text) > MAX_LENGTH or not text.replace(" ", "").isalnum():
        return None
    words = text.split()
    return words if len(words) <= MAX_TERMS and OPERATORS.keys().isdisjoint(words) else None


def tree_of(words: list[str], text: str) -> Word | And:
    """The tree of plain words that are typed as `text`."""
    leaves = []
    end = 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        leaves.append(Word(word, Span(start, end)))
    return leaves[0] if len(leaves) == 1 else And(tuple(leaves))


def words_of(tree: Tree) -> list[str] | None:
    """The words of a tree that has plain words only, all or any of them; None for any other."""
    words: list[str] = []
    for leaf in tree.children if type(tree) in (And, SomeOf) else (tree,):  # type: ignore[union-attr]
        if not isinstance(leaf, Word) or leaf.exact or leaf.prefix or leaf.fuzzy:
            return None
        words.append(leaf.text)
    return words if plain_words(" ".join(words)) == words else None


def text_of(tree: Tree, words: list[str]) -> str:
    """As `query.writer.to_text`, of a tree that has these plain words only."""
    return (" | " if isinstance(tree, SomeOf) else " ").join(words)


def plan_of_words(words: list[str], kind: Kind, *, some: bool = False, last_resort: bool = False) -> Node:
    """The plan of plain words. `some`: any word that carries a topic is enough; `last_resort`: names also find what
    only looks like a form of them.
    """
    asked = [_asked(word, kind, last_resort) for word in dict.fromkeys(words)]
    needed = [word for word in asked if not word.leaf.light] or asked
    extra: list[Node] = []
    if len(needed) < len(asked):
        for word in asked:
            if word.leaf.light:
                extra += word.light_slots
    if len(words) > 1:
        all_light = len(needed) == len(asked)
        pairs = [pair for pair in pairwise(asked) if all_light or not (pair[0].leaf.light or pair[1].leaf.light)]
        if pairs:
            weight = pair_weight(len(pairs))
            boosts = [boost * weight for _, boost in SCOPES[kind].plain]
            for one, other in pairs:
                extra += map(_pair, one.beside, other.beside, boosts)
    nodes = tuple(word.node for word in needed)
    query = nodes[0] if len(nodes) == 1 else any_of(nodes) if some else All(nodes)
    if not extra:
        return query
    return Maybe(query, extra[0] if len(extra) == 1 else Any(tuple(extra)))


def leaves_of_words(words: list[str], kind: Kind) -> tuple[Leaf, ...]:
    """What is marked of plain words."""
    found = tuple(_asked(word, kind).leaf for word in dict.fromkeys(words))
    if all(leaf.light for leaf in found):
        return tuple(Leaf(leaf.name, leaf.words, 0, False, leaf.fields) for leaf in found)
    return found


def _pair(one: Node, other: Node, boost: float) -> Near:
    return Near((one, other), 0, boost)


@lru_cache(maxsize=WORDS)
def _asked(written: str, kind: Kind, last_resort: bool = False) -> Asked:
    pattern, roots = _read(written, last_resort)
    scope: Scope = SCOPES[kind]
    slots = tuple(
        Slot(root.encode(), scope.plain, weight, pattern.form.encode() if sure else None)
        for root, weight, sure in roots
    )
    beside: list[Node] = []
    for name, _ in scope.plain:
        terms = tuple(Term(name, root.encode(), weight) for root, weight, _ in roots)
        beside.append(terms[0] if len(terms) == 1 else Any(terms))
    fields = frozenset(name for name, _ in scope.plain)
    light = tuple(slot._replace(boost=slot.boost * LIGHT_WEIGHT) for slot in slots)
    return Asked(slots, light, tuple(beside), Leaf(written, (pattern,), 0, is_stopword(written), fields))


@lru_cache(maxsize=WORDS)
def _read(written: str, last_resort: bool) -> tuple[WordPattern, tuple[AskedRoot, ...]]:
    """A word as texts are marked for it, and the roots that it asks for with their weights, in every kind."""
    (token,) = tokens(written)
    pattern = WordPattern(token.form, query_roots(token.form, written=written))
    return pattern, tuple(weighted_roots(token, written, last_resort=last_resort))
