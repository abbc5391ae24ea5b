"""How does a Whoosh query become a plan? Type by type, with Whoosh's own meaning.

Where Whoosh 2.7.4 contradicts its own documentation, the documentation holds: `Require` requires (its matcher
excludes), `DisjunctionMax` compares the scores of one document (its matcher those of two), a constant score is the
boost (its is 1 or a sum, by the size of the index), an `Or` that preloads loses nothing that scores 0, and what is
optional counts inside a conjunction, too (its matcher may leave it behind). Boosts of compounds of one query are
dropped, as Whoosh does.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any as Whatever
from typing import Final

from whoosh import query as wq
from whoosh.lang.morph_en import variations
from whoosh.util.numeric import from_sortable, to_sortable

from index.schema import EPOCH, NO_DAY, TEXT_FIELDS, Kind, field_names
from index.storage.whoosh_schema import whoosh_schema
from search.errors import QueryError

from . import plan
from .plan import NOTHING, Node, all_of, any_of, times

MAX_DEPTH: Final = 100  # of nested queries; the query language stays far below
_MICROSECONDS: Final = 86_400_000_000
_EPOCH_DAYS: Final = EPOCH - 1  # days from Whoosh's datetime zero, 0001-01-01, to 1970
_SCHEMAS: Final = {kind: whoosh_schema(kind) for kind in ("article", "quote")}


def translated(query: wq.Query, kind: Kind) -> Node:
    """See `engine.plan.plan_of`."""
    return _Translation(kind).node(query, 0)


class _Translation:
    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.schema = _SCHEMAS[kind]
        self.fields = frozenset(field_names(kind))
        self.texts = frozenset(field.name for field in TEXT_FIELDS[kind])

    def node(self, query: wq.Query, depth: int) -> Node:
        """One query; `depth` is how deep it stands."""
        if depth > MAX_DEPTH:
            raise QueryError("query_too_long", f"a query nested more than {MAX_DEPTH} deep, expected a flatter one")
        for kind in type(query).__mro__:
            rule = _RULES.get(kind)
            if rule is not None:
                return rule(self, query, depth + 1)
        return plan.Stock(query)

    def term(self, query: wq.Term, depth: int) -> Node:
        """A day is a term too, for Whoosh."""
        field = query.fieldname
        if field not in self.schema:
            return NOTHING
        try:
            text = self.schema[field].to_bytes(query.text)
        except ValueError:
            return NOTHING
        if field not in self.fields:
            return self._day_term(field, text)
        return plan.Term(field, text, query.boost)

    def _day_term(self, field: str, text: bytes) -> Node:
        kind = self.schema[field]
        try:
            shift, sortable = text[0], kind._struct.unpack(text[1:])[0]
        except (IndexError, struct.error):
            return NOTHING
        if shift % kind.shift_step or shift >= kind.bits:
            return NOTHING
        return self._days(field, sortable << shift, ((sortable + 1) << shift) - 1, 0.0)

    def _days(self, field: str, first: int, last: int, score: float) -> Node:
        """From one sortable number of a date field to another."""
        kind = self.schema[field]
        low, high = (from_sortable(int, kind.bits, kind.signed, number) for number in (first, last))
        if field == "published":
            low, high = -(-low // _MICROSECONDS) - _EPOCH_DAYS, high // _MICROSECONDS - _EPOCH_DAYS
        return plan.Days(max(low, NO_DAY + 1), min(high, 2**31 - 1), score) if low <= high else NOTHING

    def any_of(self, query: wq.Or, depth: int) -> Node:
        """Or. A coordination bonus is Whoosh's affair."""
        if getattr(query, "scale", None):
            return plan.Stock(query)
        return self._compound(query, any_of, depth)

    def all_of(self, query: wq.And, depth: int) -> Node:
        """And."""
        return self._compound(query, all_of, depth)

    def best_of(self, query: wq.DisjunctionMax, depth: int) -> Node:
        """DisjunctionMax; its tie-break is not used by Whoosh."""

        def best(children: list[Node]) -> Node:
            some = [child for child in children if child != NOTHING]
            return plan.Best(tuple(some)) if len(some) > 1 else some[0] if some else NOTHING

        return self._compound(query, best, depth)

    def _compound(self, query: wq.Query, join: Callable[[list[Node]], Node], depth: int) -> Node:
        children = [self.node(child, depth) for child in query.subqueries]
        return times(join(children), query.boost) if len(children) > 1 else join(children)

    def without(self, query: wq.AndNot, depth: int) -> Node:
        """AndNot."""
        wanted, unwanted = self.node(query.a, depth), self.node(query.b, depth)
        return wanted if NOTHING in (wanted, unwanted) else plan.Without(wanted, unwanted)

    def maybe(self, query: wq.AndMaybe, depth: int) -> Node:
        """AndMaybe."""
        needed, optional = self.node(query.a, depth), self.node(query.b, depth)
        return needed if NOTHING in (needed, optional) else plan.Maybe(needed, optional)

    def requiring(self, query: wq.Require, depth: int) -> Node:
        """Require."""
        scored, required = self.node(query.a, depth), self.node(query.b, depth)
        return NOTHING if NOTHING in (scored, required) else plan.Requiring(scored, required)

    def complement(self, query: wq.Not, depth: int) -> Node:
        """Not: whatever does not match scores 1."""
        child = self.node(query.query, depth)
        return plan.Everything() if child == NOTHING else plan.Complement(child)

    def constant(self, query: wq.ConstantScoreQuery, depth: int) -> Node:
        """ConstantScoreQuery."""
        child = self.node(query.child, depth)
        return NOTHING if child == NOTHING else plan.Constant(child, query.score)

    def wrapped(self, query: wq.WrappingQuery, depth: int) -> Node:
        """A query around another that changes nothing; those that do have rules of their own."""
        return self.node(query.child, depth) if type(query) is wq.WrappingQuery else plan.Stock(query)

    def every(self, query: wq.Every, depth: int) -> Node:
        """Every."""
        return plan.Everything(query.boost, query.fieldname)

    def nothing(self, query: wq.Query, depth: int) -> Node:
        """NullQuery."""
        return NOTHING

    def phrase(self, query: wq.Phrase, depth: int) -> Node:
        """Phrase."""
        if query.fieldname not in self.schema or not query.words:
            return NOTHING
        if query.fieldname not in self.fields or not self.schema[query.fieldname].format.supports("positions"):
            raise wq.QueryError(f"a phrase in the field {query.fieldname!r}, which has no positions")
        try:
            words = tuple(self.schema[query.fieldname].to_bytes(word) for word in query.words)
        except ValueError:
            return NOTHING
        if len(words) == 1:
            return plan.Term(query.fieldname, words[0], query.boost)
        return plan.Phrase(query.fieldname, words, query.slop, query.boost)

    # -- many terms

    def _expansion(self, query: Whatever, pattern: plan.Pattern, constant: bool) -> Node:
        if query.fieldname not in self.schema:
            return NOTHING
        if query.fieldname not in self.fields:
            return plan.Stock(query)  # patterns of packed numbers
        return plan.Expansion(query.fieldname, pattern, query.boost, constant)

    def prefix(self, query: wq.Prefix, depth: int) -> Node:
        """Prefix."""
        if query.text == "":
            return plan.Everything(query.boost, query.fieldname)
        return self._expansion(query, plan.Prefixed(query.text.encode()), query.constantscore)

    def pattern(self, query: wq.PatternQuery, depth: int) -> Node:
        """Wildcard and Regex."""
        if query.text == ("*" if isinstance(query, wq.Wildcard) else ".*"):
            return plan.Everything(query.boost, query.fieldname)
        pattern = plan.Matching(query._get_pattern(), query._find_prefix(query.text))
        return self._expansion(query, pattern, query.constantscore)

    def fuzzy(self, query: wq.FuzzyTerm, depth: int) -> Node:
        """FuzzyTerm."""
        pattern = plan.Fuzzy(query.text, int(query.maxdist), query.prefixlength)
        return self._expansion(query, pattern, query.constantscore)

    def variations(self, query: wq.Variations, depth: int) -> Node:
        """Variations (of English words)."""
        texts = tuple(word.encode() for word in sorted(variations(query.text)))
        return self._expansion(query, plan.Listed(texts), False)

    def term_range(self, query: wq.TermRange, depth: int) -> Node:
        """TermRange."""
        if query.fieldname not in self.fields:
            return plan.Stock(query) if query.fieldname in self.schema else NOTHING
        to_bytes = self.schema[query.fieldname].to_bytes
        try:
            first = None if query.start is None else to_bytes(query.start)
            last = b"\xff\xff\xff\xff" if query.end is None else to_bytes(query.end)
        except ValueError:
            return NOTHING
        pattern = plan.Between(first, last, not query.startexcl, not query.endexcl)
        return self._expansion(query, pattern, query.constantscore)

    # -- dates

    def number_range(self, query: wq.NumericRange, depth: int) -> Node:
        """NumericRange and DateRange."""
        field = query.fieldname
        if field not in self.schema or field in self.fields:
            return plan.Stock(query)  # Whoosh says what is wrong
        kind = self.schema[field]
        first, last = 0, 2**kind.bits - 1
        if query.start is not None:
            first = to_sortable(int, kind.bits, kind.signed, kind.prepare_number(query.start)) + bool(query.startexcl)
        if query.end is not None:
            last = to_sortable(int, kind.bits, kind.signed, kind.prepare_number(query.end)) - bool(query.endexcl)
        if first > last:
            return NOTHING
        return self._days(field, first, last, query.boost if query.constantscore else 0.0)

    # -- our own

    def across(self, query: Whatever, depth: int) -> Node:
        """AcrossFields."""
        form = None if query.form is None else query.form.encode()
        fields = tuple((name, weight) for name, weight in query.fields if name in self.texts)
        return plan.Slot(query.text.encode(), fields, query.boost, form) if fields else NOTHING

    def any_query(self, query: Whatever, depth: int) -> Node:
        """AnyOf and AnyForm."""
        return any_of([self.node(child, depth) for child in query.queries])

    def near(self, query: Whatever, depth: int) -> Node:
        """Near."""
        words = tuple(self.node(word, depth) for word in query.words)
        if NOTHING in words or not words:
            return NOTHING
        return plan.Near(words, query.slop, query.boost) if all(map(self._has_places, words)) else plan.Stock(query)

    def _has_places(self, word: Node) -> bool:
        match word:
            case plan.Term(field) | plan.Blend(field):
                return field in self.texts
            case plan.Any(children):
                return all(map(self._has_places, children))
        return False

    def blend(self, query: Whatever, depth: int) -> Node:
        """Expanded."""
        text = query.text
        pattern = plan.Fuzzy(text, query.edits, query.prefix) if query.edits else plan.Prefixed(text.encode())
        if query.fieldname in self.texts:
            return plan.Blend(query.fieldname, pattern)
        return plan.Expansion(query.fieldname, pattern, 0.0, True, 0.0) if query.fieldname in self.fields else NOTHING

    def chosen(self, query: Whatever, depth: int) -> Node:
        """Chosen."""
        return plan.Chosen(query.docs)

    def boosted(self, query: Whatever, depth: int) -> Node:
        """Boosted."""
        return times(self.node(query.child, depth), query.boost)


def _rules() -> dict[type, Callable[[_Translation, Whatever, int], Node]]:
    from search.query import near

    from .ranking import AcrossFields

    stock = dict.fromkeys((wq.SpanQuery, wq.Sequence, wq.Otherwise), _stock)
    return {
        **stock,
        wq.Term: _Translation.term,
        wq.Or: _Translation.any_of,
        wq.And: _Translation.all_of,
        wq.DisjunctionMax: _Translation.best_of,
        wq.AndNot: _Translation.without,
        wq.AndMaybe: _Translation.maybe,
        wq.Require: _Translation.requiring,
        wq.Not: _Translation.complement,
        wq.ConstantScoreQuery: _Translation.constant,
        wq.WrappingQuery: _Translation.wrapped,
        wq.Every: _Translation.every,
        type(wq.NullQuery): _Translation.nothing,
        wq.Phrase: _Translation.phrase,
        wq.Prefix: _Translation.prefix,
        wq.Wildcard: _Translation.pattern,
        wq.Regex: _Translation.pattern,
        wq.FuzzyTerm: _Translation.fuzzy,
        wq.Variations: _Translation.variations,
        wq.TermRange: _Translation.term_range,
        wq.NumericRange: _Translation.number_range,
        AcrossFields: _Translation.across,
        near.AnyOf: _Translation.any_query,
        near.Near: _Translation.near,
        near.Expanded: _Translation.blend,
        near.Boosted: _Translation.boosted,
        near.Chosen: _Translation.chosen,
    }


def _stock(translation: _Translation, query: wq.Query, depth: int) -> Node:
    return plan.Stock(query)


_RULES: Final = _rules()
