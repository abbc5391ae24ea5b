"""How does a query tree become engine queries? `whoosh.query` trees over the fields of `index.schema`.

A word asks for its roots, see `scope`, in all fields as one. A word of several tokens («Эр-Рияд») and a phrase ask for
them side by side. Function words of a question need not occur, unless there is nothing else to look for. Neighbouring
words count more when they stand next to each other in the text as well.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from whoosh import query as wq

from index import schema
from index.analysis import FORM_MARK, Token, tokens
from search.engine.ranking import AcrossFields

from .near import AnyForm, AnyOf, Boosted, Expanded, Near, NumberRange
from .scope import (
    ADJACENT_WEIGHT,
    ARTICLES,
    FORM_WEIGHT,
    FUZZY_PREFIX,
    KIND,
    QUOTES,
    SCOPES,
    UNSCORED,
    Fields,
    Scope,
    weighted_roots,
)
from .stopwords import is_stopword
from .tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, Word

__all__ = ["ARTICLES", "QUOTES", "SCOPES", "Boosted", "Scope", "any_of", "build", "day_range", "term_query", "unscored"]


def build(node: Node, scope: Scope) -> wq.Query:
    """The engine query of `node` over `scope`'s kind of document; `NullQuery` where nothing can match."""
    return _node(node, scope, scope.plain)


def _node(node: Node, scope: Scope, fields: Fields) -> wq.Query:
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
            return wq.Every(boost=0.0)


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
    if name in UNSCORED:
        return unscored(_node(child, scope, ((name, 1.0),)))
    return _node(child, scope, scope.named[name])


def _leaf(leaf: Word | Phrase, fields: Fields) -> wq.Query:
    """A word or phrase in any of `fields`. One word is scored over all fields as one, by BM25F; a phrase is worth what
    its words are.
    """
    if fields == KIND:
        return wq.Term("kind", leaf.text)
    if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy):
        return any_of([_expanded(leaf, name, boost) for name, boost in fields])
    found = {token: leaf.text[token.start : token.end] for token in tokens(leaf.text)}
    if not found:
        return wq.NullQuery
    if len(found) == 1:
        return any_of([_word(token, written, fields, exact=leaf.exact) for token, written in found.items()])
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    near = _near(found, fields, slop, exact=leaf.exact)
    if leaf.exact:
        return near
    distinct = {(token.form, written): token for token, written in found.items()}
    words = [_word(token, written, fields, exact=False) for (_, written), token in distinct.items()]
    return wq.AndMaybe(unscored(near), any_of(words))


def _near(found: dict[Token, str], fields: Fields, slop: int, *, exact: bool) -> wq.Query:
    """The words (token → as written) near each other in any of `fields`."""
    return any_of(
        [
            Near([term_query(name, token, word, exact=exact) for token, word in found.items()], slop, boost)
            for name, boost in fields
        ]
    )


def _word(token: Token, written: str, fields: Fields, *, exact: bool) -> wq.Query:
    """Any of its roots; the first is worth more where the very form stands. `exact`: this form only."""
    if exact:
        return AcrossFields(FORM_MARK + token.form, fields, FORM_WEIGHT)
    first, *others = weighted_roots(token, written)
    return any_of(
        [
            AcrossFields(first[0], fields, first[1], token.form),
            *(AcrossFields(root, fields, weight) for root, weight in others),
        ]
    )


def _expanded(word: Word, field: str, boost: float) -> wq.Query:
    """A prefix or a misspelled word; of several tokens («Эр-Ри*») the last is, and all stand side by side."""
    found = tokens(word.text)
    if not found:
        return wq.NullQuery
    *before, last = found
    text = FORM_MARK + last.form
    edits = {} if word.prefix else {"edits": word.fuzzy, "prefix": len(FORM_MARK) + FUZZY_PREFIX}
    words = [term_query(field, t, word.text[t.start : t.end], exact=False) for t in before]
    expanded = Expanded(field, text, **edits)
    return Near([*words, expanded], 0, boost) if words else _boosted(expanded, boost)


def term_query(field: str, token: Token, written: str, *, exact: bool, last_resort: bool = True) -> wq.Query:
    """One word in one field, in any form, or with `exact` in this form only; it knows its positions."""
    if exact:
        return AnyForm([wq.Term(field, FORM_MARK + token.form, boost=FORM_WEIGHT)])
    roots = weighted_roots(token, written, last_resort=last_resort)
    return AnyForm([wq.Term(field, root, boost=weight) for root, weight in roots])


def _boosted(query: wq.Query, boost: float) -> wq.Query:
    return query if boost == 1.0 else Boosted(query, boost)


def _all_of(children: tuple[Node, ...], scope: Scope, fields: Fields) -> wq.Query:
    children = _distinct(children)
    optional = [c for c in children if isinstance(c, Word) and not c.exact and is_stopword(c.text)]
    needed = [c for c in children if c not in optional]
    if not any(not isinstance(c, Not) for c in needed):
        needed, optional = list(children), []
    wanted = [_node(child, scope, fields) for child in needed if not isinstance(child, Not)]
    unwanted = [_node(child.child, scope, fields) for child in needed if isinstance(child, Not)]
    query: wq.Query = (wanted[0] if len(wanted) == 1 else wq.And(wanted)) if wanted else wq.Every(boost=0.0)
    if unwanted:
        query = wq.AndNot(query, any_of(unwanted))
    extra = [_node(child, scope, fields) for child in optional] + _adjacent(children, fields)
    return wq.AndMaybe(query, any_of(extra)) if extra else query


def _distinct(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Without words that were typed already: they ask for nothing more, and cost as much again."""
    kept: dict[object, Node] = {}
    for number, child in enumerate(children):
        same = (child.text, child.exact, child.prefix, child.fuzzy) if isinstance(child, Word) else number
        kept.setdefault(same, child)
    return tuple(kept.values())


def _adjacent(children: tuple[Node, ...], fields: Fields) -> list[wq.Query]:
    """Each two neighbouring plain words as a pair, for its weight only."""
    weighted = tuple((name, boost * ADJACENT_WEIGHT) for name, boost in fields)
    pairs = []
    for one, other in pairwise(children):
        if all(isinstance(c, Word) and not (c.prefix or c.fuzzy) for c in (one, other)):
            text = f"{one.text} {other.text}"  # type: ignore[union-attr]
            found = {token: text[token.start : token.end] for token in tokens(text)}
            if fields != KIND and len(found) > 1:
                pairs.append(_near(found, weighted, 0, exact=False))
    return pairs
