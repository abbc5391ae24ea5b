"""What does the engine evaluate? A small immutable tree of nodes, made of any Whoosh query by `plan_of`.

Boosts are pushed down to the leaves, nested `All` in `All` and `Any` in `Any` are joined, and a compound of one is that
one: everyday queries become flat, and flat shapes have kernels of their own (`engine.shapes`).

A node matches documents and scores them. Scores are sums of summands in the *canonical order*, so that whoever
computes them gets the same float: the summands of `All` and `Any` are those of their children, without crossing
another kind of node or an `All` below an `Any`; those that are `Term`s come first, by (−idf·boost, place in the tree,
depth first), all others behind, by place; `s = 0.0`, then each is added that the document matches.
A Term is worth idf · boost · saturated(x), and nothing in a key field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from typing import Any as _Any

import numpy as np
from numpy.typing import NDArray

from index.schema import Kind
from search.node import node

if TYPE_CHECKING:
    from whoosh.query import Query


@node
class Nothing(NamedTuple):
    """Matches no document."""


@node
class Everything(NamedTuple):
    """Every document, or every one with a term in `field`. Each scores `score`."""

    score: float = 1.0
    field: str | None = None


@node
class Term(NamedTuple):
    """One term; `text` is its UTF-8, a form with its mark (`=слово`). A form has no postings of its own."""

    field: str
    text: bytes
    boost: float = 1.0


@node
class Slot(NamedTuple):
    """One root in any of some fields (name, weight), scored as one word by BM25F.

    x = Σ weight · tf · inverse norm; idf is that of the field with the most documents. Where `form` (folded, without
    its mark) is asked for, its own positions add FORM_WEIGHT · boost · idf · saturated(their x): it never matches more.
    """

    root: bytes
    fields: tuple[tuple[str, float], ...]
    boost: float = 1.0
    form: bytes | None = None


@node
class Any(NamedTuple):
    """Any of the children (two or more, none of them an Any); the score is the sum of those that match."""

    children: tuple[Node, ...]


@node
class All(NamedTuple):
    """All of the children (two or more, none of them an All); the score is their sum."""

    children: tuple[Node, ...]


@node
class Without(NamedTuple):
    """What matches `wanted` and not `unwanted`, as `wanted` scores it."""

    wanted: Node
    unwanted: Node


@node
class Complement(NamedTuple):
    """Every document that does not match `child`; each scores `score`."""

    child: Node
    score: float = 1.0


@node
class Maybe(NamedTuple):
    """What matches `needed`; the score of `optional` is added where that matches too."""

    needed: Node
    optional: Node


@node
class Requiring(NamedTuple):
    """What matches both, as `scored` scores it."""

    scored: Node
    required: Node


@node
class Best(NamedTuple):
    """Any of the children (two or more); the score is the highest of those that match."""

    children: tuple[Node, ...]


@node
class Constant(NamedTuple):
    """What matches `child`; each scores `score`."""

    child: Node
    score: float


@node
class Phrase(NamedTuple):
    """Words one behind another, each at most `slop` positions behind the one before it (1: side by side). The score
    is the sum of the words' own, each as a Term of this boost.
    """

    field: str
    words: tuple[bytes, ...]
    slop: int = 1
    boost: float = 1.0


@node
class Near(NamedTuple):
    """All words within a window of `len(words) + slop` positions, in any order, each at a position of its own; with
    `slop` 0 side by side in this order. A word is a Term, an Any of Terms, or a Blend, all of one field; the score is
    the sum of the distinct words' own, times `boost`.
    """

    words: tuple[Node, ...]
    slop: int
    boost: float = 1.0


@node
class Prefixed(NamedTuple):
    """Terms that begin so."""

    text: bytes


@node
class Fuzzy(NamedTuple):
    """Terms at most `edits` letters away (Levenshtein), whose first `prefix` letters are the same."""

    text: str
    edits: int
    prefix: int


@node
class Matching(NamedTuple):
    """Terms that begin with `prefix` and match the regular expression from their beginning."""

    pattern: str
    prefix: str


@node
class Between(NamedTuple):
    """Terms from `first` to `last` in the order of bytes; None is open."""

    first: bytes | None
    last: bytes | None
    with_first: bool = True
    with_last: bool = True


@node
class Listed(NamedTuple):
    """These terms."""

    texts: tuple[bytes, ...]


Pattern = Prefixed | Fuzzy | Matching | Between | Listed


@node
class Expansion(NamedTuple):
    """Any term of a segment that answers the pattern. `constant`: each document scores `boost`; else the terms' scores
    are added, each times `boost`. A pattern that only one term of the segment answers is scored as that term, times
    `alone`: Whoosh's way.
    """

    field: str
    pattern: Pattern
    boost: float = 1.0
    constant: bool = True
    alone: float = 1.0


@node
class Blend(NamedTuple):
    """Any of the EXPANSIONS most frequent terms of the whole index that answer the pattern, scored as one term: its
    frequency is that of all of them together, its documents are those with any of them.
    """

    field: str
    pattern: Prefixed | Fuzzy
    boost: float = 1.0


@node
class Days(NamedTuple):
    """Documents dated from day `first` to day `last` (since 1970-01-01), both inclusive; each scores `score`."""

    first: int
    last: int
    score: float = 0.0


class Chosen:
    """Documents that are known already: `docs[s]`, ascending, of each segment of the snapshot that is asked."""

    __slots__ = ("docs",)
    __match_args__ = ("docs",)

    def __init__(self, docs: tuple[NDArray[np.uint32], ...]) -> None:
        self.docs = docs


@node
class Stock(NamedTuple):
    """A query that has no node of its own (spans, columns …): Whoosh's matchers answer it, over its reader."""

    query: _Any
    boost: float = 1.0


Node = (
    Nothing
    | Everything
    | Term
    | Slot
    | Any
    | All
    | Without
    | Complement
    | Maybe
    | Requiring
    | Best
    | Constant
    | Phrase
    | Near
    | Expansion
    | Blend
    | Days
    | Chosen
    | Stock
)

NOTHING = Nothing()


def any_of(children: Sequence[Node]) -> Node:
    """Any of them: flat, without what matches nothing."""
    flat: list[Node] = []
    for child in children:
        if isinstance(child, Any):
            flat.extend(child.children)
        elif not isinstance(child, Nothing):
            flat.append(child)
    return Any(tuple(flat)) if len(flat) > 1 else flat[0] if flat else NOTHING


def all_of(children: list[Node]) -> Node:
    """All of them: flat, nothing where one matches nothing."""
    flat: list[Node] = []
    for child in children:
        if isinstance(child, Nothing):
            return NOTHING
        if isinstance(child, All):
            flat.extend(child.children)
        else:
            flat.append(child)
    return All(tuple(flat)) if len(flat) > 1 else flat[0] if flat else NOTHING


def times(node: Node, factor: float) -> Node:
    """The same documents with scores `factor` (not negative) times as high."""
    if factor == 1.0:
        return node
    match node:
        case Nothing() | Chosen():
            return node
        case Term() | Slot() | Phrase() | Near() | Blend() | Stock():
            return node._replace(boost=node.boost * factor)
        case Expansion():
            return node._replace(boost=node.boost * factor, alone=node.alone * factor)
        case Everything() | Complement() | Constant() | Days():
            return node._replace(score=node.score * factor)
        case Any(children) | All(children) | Best(children):
            return type(node)(tuple(times(child, factor) for child in children))
        case Without(wanted, unwanted):
            return Without(times(wanted, factor), unwanted)
        case Maybe(needed, optional):
            return Maybe(times(needed, factor), times(optional, factor))
        case Requiring(scored, required):
            return Requiring(times(scored, factor), required)


def plan_of(query: Query, kind: Kind) -> Node:
    """The plan of a Whoosh query over one kind of document. Raises QueryError where it is nested too deep.

    Whoosh is imported by those who have a query of it only: plain words need none.
    """
    from .translate import translated

    return translated(query, kind)
