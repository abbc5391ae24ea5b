"""How does a query tree become engine queries? `whoosh.query` trees over the fields of `index.schema`.

A word asks for its roots, see `scope`, in all fields as one. A word of several tokens («Эр-Рияд») and a phrase ask for
them side by side. Function words of a question need not occur, unless there is nothing else to look for. Neighbouring
words count more when they stand next to each other in the text as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from whoosh import query as wq

from index import schema
from index.analysis import FORM_MARK, Token, tokens
from search.engine.ranking import AcrossFields
from search.synonyms import SYNONYM_WEIGHT, Synonymous

from .near import AnyForm, AnyOf, Boosted, Chosen, Expanded, Near, NumberRange
from .partial import may_be_missing
from .scope import (
    ARTICLES,
    FORM_WEIGHT,
    FUZZY_PREFIX,
    KIND,
    LIGHT_WEIGHT,
    QUOTES,
    SCOPES,
    UNSCORED,
    Fields,
    Scope,
    pair_weight,
    weighted_roots,
)
from .stopwords import is_stopword
from .tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, SomeOf, Word, Writings

__all__ = ["ARTICLES", "QUOTES", "SCOPES", "Boosted", "Scope", "any_of", "build", "day_range", "term_query", "unscored"]


def build(node: Node, scope: Scope) -> wq.Query:
    """The engine query of `node` over `scope`'s kind of document; `NullQuery` where nothing can match."""
    return _node(node, scope, scope.plain)


def _node(node: Node, scope: Scope, fields: Fields) -> wq.Query:
    """Depth is bounded by the parser, so recursion is too."""
    match node:
        case Word() | Phrase():
            return _leaf(node, scope, fields)
        case And(children):
            return _all_of(children, scope, fields, some=isinstance(node, SomeOf))
        case Or(children):
            queries = [_node(child, scope, fields) for child in _distinct(children)]
            if isinstance(node, Synonymous):  # the first is as typed
                queries[1:] = [_boosted(query, SYNONYM_WEIGHT) for query in queries[1:]]
            return any_of(queries)
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
    if name == "speaker" and scope.spoken_by is not None:
        return unscored(_spoken(child, scope, scope.spoken_by))
    if name in UNSCORED:
        return unscored(_node(child, scope, ((name, 1.0),)))
    return _node(child, scope, scope.named[name])


def _spoken(node: Node, scope: Scope, spoken_by: Callable[[str], Any]) -> wq.Query:
    """What somebody says whom `node` means. Exact forms, prefixes and misspelled names are looked for as written."""
    match node:
        case Writings(children):
            return _spoken(children[0], scope, spoken_by)
        case Word(text, _, exact, prefix, fuzzy) if not (exact or prefix or fuzzy):
            return Chosen(spoken_by(text))
        case Phrase(text, _, exact) if not exact:
            return Chosen(spoken_by(text))
        case And(children):
            wanted = [_spoken(child, scope, spoken_by) for child in children if not isinstance(child, Not)]
            unwanted = [_spoken(child.child, scope, spoken_by) for child in children if isinstance(child, Not)]
            query: wq.Query = wanted[0] if len(wanted) == 1 else wq.And(wanted)
            return wq.AndNot(query, any_of(unwanted)) if unwanted else query
        case Or(children):
            return any_of([_spoken(child, scope, spoken_by) for child in children])
    return _node(node, scope, (("speaker", 1.0),))


def _leaf(leaf: Word | Phrase, scope: Scope, fields: Fields) -> wq.Query:
    """A word or phrase in any of `fields`. One word is scored over all fields as one, by BM25F; a phrase is worth what
    its words are.
    """
    if fields == KIND:
        return wq.Term("kind", leaf.text)
    if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy):
        return any_of([_expanded(leaf, scope, name, boost) for name, boost in fields])
    found = {token: leaf.text[token.start : token.end] for token in tokens(leaf.text)}
    if not found:
        return wq.NullQuery
    if len(found) == 1:
        return any_of([_word(token, written, scope, fields, exact=leaf.exact) for token, written in found.items()])
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    near = _near(found, scope, fields, slop, exact=leaf.exact)
    if leaf.exact:
        return near
    distinct = {(token.form, written): token for token, written in found.items()}
    words = [_word(token, written, scope, fields, exact=False) for (_, written), token in distinct.items()]
    return wq.AndMaybe(unscored(near), any_of(words))


def _near(found: dict[Token, str], scope: Scope, fields: Fields, slop: int, *, exact: bool) -> wq.Query:
    """The words (token → as written) near each other in any of `fields`."""
    return any_of(
        [
            Near([term_query(name, token, word, scope, exact=exact) for token, word in found.items()], slop, boost)
            for name, boost in fields
        ]
    )


def _word(token: Token, written: str, scope: Scope, fields: Fields, *, exact: bool) -> wq.Query:
    """Any of its roots; those meant in earnest are worth more where the very form stands. `exact`: this form only."""
    if exact:
        return AcrossFields(FORM_MARK + token.form, fields, FORM_WEIGHT)
    return any_of(
        [
            AcrossFields(root, fields, weight, token.form if sure else None)
            for root, weight, sure in weighted_roots(token, written, last_resort=scope.last_resort)
        ]
    )


def _expanded(word: Word, scope: Scope, field: str, boost: float) -> wq.Query:
    """A prefix or a misspelled word; of several tokens («Эр-Ри*») the last is, and all stand side by side."""
    found = tokens(word.text)
    if not found:
        return wq.NullQuery
    *before, last = found
    text = FORM_MARK + last.form
    edits = {} if word.prefix else {"edits": word.fuzzy, "prefix": len(FORM_MARK) + FUZZY_PREFIX}
    words = [term_query(field, t, word.text[t.start : t.end], scope, exact=False) for t in before]
    expanded = Expanded(field, text, **edits)
    return Near([*words, expanded], 0, boost) if words else _boosted(expanded, boost)


def term_query(field: str, token: Token, written: str, scope: Scope, *, exact: bool) -> wq.Query:
    """One word in one field, in any form, or with `exact` in this form only; it knows its positions."""
    if exact:
        return AnyForm([wq.Term(field, FORM_MARK + token.form, boost=FORM_WEIGHT)])
    roots = weighted_roots(token, written, last_resort=scope.last_resort)
    return AnyForm([wq.Term(field, root, boost=weight) for root, weight, _ in roots])


def _boosted(query: wq.Query, boost: float) -> wq.Query:
    return query if boost == 1.0 else Boosted(query, boost)


def _all_of(children: tuple[Node, ...], scope: Scope, fields: Fields, *, some: bool) -> wq.Query:
    """All of them, or of `some` any word and all the rest."""
    children = _distinct(children)
    optional = [c for c in children if isinstance(c, Word) and not c.exact and is_stopword(c.text)]
    needed = [c for c in children if c not in optional]
    if not any(not isinstance(c, Not) for c in needed):
        needed, optional = list(children), []
    positive = [child for child in needed if not isinstance(child, Not)]
    wanted = [_node(child, scope, fields) for child in positive]
    if some:
        words = [query for child, query in zip(positive, wanted, strict=True) if may_be_missing(child)]
        others = [query for child, query in zip(positive, wanted, strict=True) if not may_be_missing(child)]
        wanted = [any_of(words), *others]
    unwanted = [_node(child.child, scope, fields) for child in needed if isinstance(child, Not)]
    query: wq.Query = (wanted[0] if len(wanted) == 1 else wq.And(wanted)) if wanted else wq.Every(boost=0.0)
    if unwanted:
        query = wq.AndNot(query, any_of(unwanted))
    extra = [Boosted(_node(child, scope, fields), LIGHT_WEIGHT) for child in optional]
    extra += _adjacent(children, optional, scope, fields)
    return wq.AndMaybe(query, any_of(extra)) if extra else query


def _distinct(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Without words that were typed already: they ask for nothing more, and cost as much again."""
    kept: dict[object, Node] = {}
    for number, child in enumerate(children):
        same = (child.text, child.exact, child.prefix, child.fuzzy) if isinstance(child, Word) else number
        kept.setdefault(same, child)
    return tuple(kept.values())


def _adjacent(children: tuple[Node, ...], light: Sequence[Node], scope: Scope, fields: Fields) -> list[wq.Query]:
    """Each two neighbouring plain words, none of them light, as a pair, for its weight only."""
    texts = []
    for pair in pairwise(children):
        one, other = (node.children[0] if isinstance(node, Writings) else node for node in pair)
        if all(isinstance(c, Word) and not (c.prefix or c.fuzzy) and c not in light for c in (one, other)):
            texts.append(f"{one.text} {other.text}")  # type: ignore[union-attr]
    if not texts or fields == KIND:
        return []
    weight = pair_weight(len(texts))
    weighted = tuple((name, boost * weight) for name, boost in fields)
    found = [{token: text[token.start : token.end] for token in tokens(text)} for text in texts]
    return [_near(words, scope, weighted, 0, exact=False) for words in found if len(words) > 1]
