"""How does a query tree become engine queries? `whoosh.query` trees over the fields of `index.schema`.

A word asks for its surest root (a surname's, else the stem), adds weight where the very form stands, and takes the
stem of a surname only as last resort. A word of several tokens («Эр-Рияд») and a phrase ask for them side by side.
Function words of a question need not occur, unless there is nothing else to look for. Neighbouring words count more
when they stand next to each other in the text as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from whoosh import query as wq

from index import schema
from index.analysis import FORM_MARK, Token, query_roots, tokens
from search.ranking import AcrossFields

from .near import AnyForm, AnyOf, Expanded, Near, NumberRange
from .stopwords import is_stopword
from .tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, Word

# Weights of a word's terms, set by hand for this version: the exact form above other forms, both far above a stem
# that a surname shares with another word. Step by step they are to be chosen on judgements.
ROOT_WEIGHT: Final = 1.0
FORM_WEIGHT: Final = 0.5
LAST_RESORT_WEIGHT: Final = 0.1
ADJACENT_WEIGHT: Final = 0.6
KIND: Final = (("kind", 1.0),)
FUZZY_PREFIX: Final = 1  # letters that a misspelled word must begin with


@dataclass(frozen=True, slots=True)
class Scope:
    """Where plain words of a query are looked for in one kind of document, and which fields its names mean."""

    doc: str
    plain: tuple[tuple[str, float], ...]
    named: dict[str, tuple[tuple[str, float], ...]]


ARTICLES: Final = Scope(
    "article",
    (("title", 2.5), ("text", 1.0)),
    {
        "title": (("title", 1.0),),
        "text": (("text", 1.0),),
        "about": (("title", 2.5), ("text", 1.0)),
    },
)
QUOTES: Final = Scope(
    "quote",
    (("quote", 1.0), ("speaker", 0.5)),
    {
        "title": (("article_title", 1.0),),
        "text": (("quote", 1.0),),
        "about": (("quote", 1.0),),
    },
)
SCOPES: Final = {"article": ARTICLES, "quote": QUOTES}


def build(node: Node, scope: Scope) -> wq.Query:
    """The engine query of `node` over `scope`'s kind of document; `NullQuery` where nothing can match."""
    return wq.And([wq.Term("doc", scope.doc, boost=0.0), _node(node, scope, scope.plain)])


def _node(node: Node, scope: Scope, fields: tuple[tuple[str, float], ...]) -> wq.Query:
    """Depth is bounded by the parser, so recursion is too."""
    match node:
        case Word() | Phrase():
            return _leaf(node, fields)
        case And(children):
            return _all_of(children, scope, fields)
        case Or(children):
            return any_of([_node(child, scope, fields) for child in _distinct(children)])
        case Not(child):
            return wq.Not(_node(child, scope, fields))
        case Field(name, child):
            return _field(name, child, scope)
        case DateRange(since, until):
            return unscored(day_range(since, until))
        case Everything():
            return wq.Every("doc", boost=0.0)


def day_range(since: Any, until: Any) -> wq.Query:
    """Published from `since` to `until` (dates, inclusive, None is open); the undated are never in a range."""
    first = schema.NO_DAY + 1 if since is None else since.toordinal() - schema.EPOCH
    last = 2**31 - 2 if until is None else until.toordinal() - schema.EPOCH
    return NumberRange("day", first, last)


def unscored(query: wq.Query) -> wq.Query:
    """`query` as a condition that adds nothing to the score."""
    return wq.ConstantScoreQuery(query, 0.0)


def any_of(queries: list[wq.Query]) -> wq.Query:
    """Any of them; none of none."""
    return queries[0] if len(queries) == 1 else AnyOf(queries) if queries else wq.NullQuery


def _field(name: str, child: Node, scope: Scope) -> wq.Query:
    if name == "kind":
        return unscored(_node(child, scope, KIND))
    if name in ("source", "author", "section", "speaker"):
        return unscored(_node(child, scope, ((name, 1.0),)))
    return _node(child, scope, scope.named[name])


def _leaf(leaf: Word | Phrase, fields: tuple[tuple[str, float], ...]) -> wq.Query:
    """A word or phrase in any of `fields`. One word is scored over all fields as one, by BM25F."""
    if fields == KIND:
        return wq.Term("kind", leaf.text)
    if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy):
        return any_of([_expanded(leaf, name, boost) for name, boost in fields])
    found = tokens(leaf.text)
    if not found:
        return wq.NullQuery
    written = [leaf.text[token.start : token.end] for token in found]
    if len(found) == 1:
        terms = weighted_terms(found[0], written[0], exact=leaf.exact)
        return any_of([AcrossFields(text, fields, weight) for text, weight in terms])
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    return any_of([_phrase(found, written, name, boost, slop=slop, exact=leaf.exact) for name, boost in fields])


def _phrase(found: list[Token], written: list[str], field: str, boost: float, *, slop: int, exact: bool) -> wq.Query:
    words = [term_query(field, token, word, exact=exact) for token, word in zip(found, written, strict=True)]
    return Near(words, slop, boost)


def _expanded(word: Word, field: str, boost: float) -> wq.Query:
    """A prefix or a misspelled word; of several tokens («Эр-Ри*») the last is, and all stand side by side."""
    found = tokens(word.text)
    if not found:
        return wq.NullQuery
    *before, last = found
    text = FORM_MARK + last.form
    edits = {} if word.prefix else {"edits": word.fuzzy, "prefix": len(FORM_MARK) + FUZZY_PREFIX}
    words = [term_query(field, t, word.text[t.start : t.end], exact=False) for t in before]
    expanded = Expanded(field, text, **edits, places=bool(before))
    return Near([*words, expanded], 0, boost) if words else _boosted(expanded, boost)


def term_query(field: str, token: Token, written: str, *, exact: bool, last_resort: bool = True) -> wq.Query:
    """One word in one field, in any form, or with `exact` in this form only; it knows its positions."""
    terms = weighted_terms(token, written, exact=exact, last_resort=last_resort)
    return AnyForm([wq.Term(field, text, boost=weight) for text, weight in terms])


def weighted_terms(token: Token, written: str, *, exact: bool, last_resort: bool = True) -> list[tuple[str, float]]:
    """The terms that a word asks for, any of them, each with its weight. Without `last_resort` a surname does not find
    the words that only share its stem.
    """
    form = (FORM_MARK + token.form, FORM_WEIGHT)
    if exact:
        return [form]
    asked = query_roots(token.form, written=written)
    terms = [form, *((root, ROOT_WEIGHT) for root in asked.roots)]
    if last_resort and asked.last_resort is not None:
        terms.append((asked.last_resort, LAST_RESORT_WEIGHT))
    return terms


def _boosted(query: wq.Query, boost: float) -> wq.Query:
    return query if boost == 1.0 else Boosted(query, boost)


class Boosted(wq.WrappingQuery):  # type: ignore[misc]
    """`child` with its score multiplied: Whoosh's own compound queries keep a boost and do not apply it."""

    def __init__(self, child: wq.Query, boost: float) -> None:
        super().__init__(child)
        self.boost = boost

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The child's matcher under a boost."""
        from whoosh.matching import WrappingMatcher

        return WrappingMatcher(self.child.matcher(searcher, context), boost=self.boost)


def _all_of(children: tuple[Node, ...], scope: Scope, fields: tuple[tuple[str, float], ...]) -> wq.Query:
    children = _distinct(children)
    optional = [c for c in children if isinstance(c, Word) and not c.exact and is_stopword(c.text)]
    needed = [c for c in children if c not in optional]
    if not any(not isinstance(c, Not) for c in needed):
        needed, optional = list(children), []
    query: wq.Query = wq.And([_node(child, scope, fields) for child in needed])
    extra = [_node(child, scope, fields) for child in optional] + _adjacent(children, fields)
    return wq.AndMaybe(query, any_of(extra)) if extra else query


def _distinct(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Without words that were typed already: they ask for nothing more, and cost as much again."""
    kept: dict[object, Node] = {}
    for number, child in enumerate(children):
        same = (child.text, child.exact, child.prefix, child.fuzzy) if isinstance(child, Word) else number
        kept.setdefault(same, child)
    return tuple(kept.values())


def _adjacent(children: tuple[Node, ...], fields: tuple[tuple[str, float], ...]) -> list[wq.Query]:
    """Each two neighbouring plain words as a pair, for its weight only."""
    pairs = []
    for one, other in pairwise(children):
        if all(isinstance(c, Word) and not (c.prefix or c.fuzzy) for c in (one, other)):
            pair = Phrase(f"{one.text} {other.text}", one.span)  # type: ignore[union-attr]
            pairs.append(_leaf(pair, tuple((name, boost * ADJACENT_WEIGHT) for name, boost in fields)))
    return pairs
