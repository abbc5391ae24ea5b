"""What does a plan ask of an OpenSearch cluster? The same documents, by OpenSearch's own queries; a pure function.

The cluster holds our tokens (index/opensearch_mapping.py), so a term is a term there, a phrase a `span_near` of side by
side positions, a window of words an `intervals`. Scores are ours as nearly as Lucene has them:

- a plain word is a term of `worth`, whose frequency is the sum that BM25F makes over the plain fields: its BM25 with
  b = 0 is our score, but for 1/UNIT of rounding;
- the very form adds FORM_WEIGHT of what its root is worth: a term has its own idf there, so its boost is their ratio,
  which takes the frequencies of both (`Frequencies`);
- words near each other match by position and are worth what they are worth as terms of the field;
- a prefix or a misspelled word is the forms that it stands for (`Taken`), side by side at their positions. Terms at one
  position are a term to Lucene, that has the idf of the most frequent of them; a boost makes it the idf of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any as Json
from typing import Final, NamedTuple, Protocol

from index.analysis import FORM_MARK
from index.opensearch_documents import begin_of_term, term, term_in_form
from index.opensearch_mapping import PLAIN, UNIT, WORTH, k1_of
from index.schema import TEXT_FIELDS, Kind

from .engine import plan
from .engine.plan import Node
from .engine.scoring import FORM_WEIGHT, K1, idf
from .errors import NotOnThisEngineError

MOST_TERMS: Final = 60_000  # of one `terms` query; the cluster takes 65,536
MOST_PLACES: Final = 900  # forms whose places a query asks for; the cluster takes 1,024 clauses

Query = dict[str, Json]


class Taken(NamedTuple):
    """What a prefix or a misspelled word stands for in a field. `terms`: forms with their mark, the most frequent ones
    first; `more`: whether others answer, too. How many documents have any of them, how many the one that stands in the
    most, and how many the field.
    """

    terms: tuple[str, ...]
    more: bool = False
    documents: int = 0
    most: int = 0
    with_field: int = 0


class Frequencies(Protocol):
    """What is known of the terms of one kind of document."""

    def documents(self) -> int:
        """How many documents there are."""
        ...

    def of(self, term: str) -> int:
        """In how many documents a term stands in a plain field."""
        ...

    def taken(self, field: str, pattern: plan.Prefixed | plan.Fuzzy) -> Taken:
        """What a pattern stands for in a text field."""
        ...


class Sightings(tuple[int, ...]):
    """Who speaks where, by numbers of `opensearch_documents.sighting`: what `plan.Chosen` holds on a cluster."""

    __slots__ = ()


def query_of(node: Node, kind: Kind, frequencies: Frequencies, *, legacy: bool = True) -> Query:
    """The query of a plan over one kind of document. `legacy`: whether the cluster's BM25 has the factor K1 + 1 (before
    OpenSearch 3). Raises NotOnThisEngineError for what only the embedded engine evaluates.
    """
    return _Translation(kind, frequencies, legacy).query(node)


def terms_of(node: Node) -> list[str]:
    """The terms of a plan whose frequencies `query_of` asks for."""
    found: dict[str, None] = {}
    for one in _nodes(node):
        if isinstance(one, plan.Slot) and one.form is not None:
            found.setdefault(term(one.root.decode()))
            found.setdefault(term_in_form(one.root.decode(), one.form.decode()))
    return list(found)


def patterns_of(node: Node) -> list[tuple[str, plan.Prefixed | plan.Fuzzy]]:
    """The fields and patterns of a plan for which `query_of` asks what they stand for."""
    return list(dict.fromkeys((one.field, one.pattern) for one in _nodes(node) if isinstance(one, plan.Blend)))


def _nodes(node: Node) -> Iterator[Node]:
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        for value in () if isinstance(one, plan.Chosen) else one:
            if isinstance(value, tuple):
                todo.extend(child for child in (value, *value) if isinstance(child, _NODES))


_NODES: Final = tuple(plan.Node.__args__)


class _Translation:
    def __init__(self, kind: Kind, frequencies: Frequencies, legacy: bool) -> None:
        self.kind = kind
        self.frequencies = frequencies
        self._places = 0  # of forms, as far as the query is made
        # What Lucene leaves out of our saturated(x), or has too much of it: it goes into boosts.
        self.factor = {field.name: (K1 + 1) / (k1_of(field.b) + 1 if legacy else 1) for field in TEXT_FIELDS[kind]}
        self.plain = tuple(PLAIN[kind].items())
        self.factor_of_worth = (K1 + 1) / (K1 * UNIT + 1) if legacy else K1 + 1

    def query(self, node: Node) -> Query:
        """One node. As deep as the plan, which is bounded by the query language."""
        match node:
            case plan.Nothing():
                return {"match_none": {}}
            case plan.Everything(score, None):
                return {"match_all": {"boost": score}}
            case plan.Everything(score, field):
                return _constant({"exists": {"field": field}}, score)
            case plan.Term(field, text, boost):
                return self._term(field, text, boost)
            case plan.Slot():
                return self._slot(node)
            case plan.Any(children):
                return _any_of([self.query(child) for child in children])
            case plan.All(children):
                return {"bool": {"must": [self.query(child) for child in children]}}
            case plan.Without(wanted, unwanted):
                return {"bool": {"must": [self.query(wanted)], "must_not": [self.query(unwanted)]}}
            case plan.Complement(child, score):
                return {"bool": {"must": [{"match_all": {"boost": score}}], "must_not": [self.query(child)]}}
            case plan.Maybe(needed, optional):
                return {"bool": {"must": [self.query(needed)], "should": [self.query(optional)]}}
            case plan.Requiring(scored, required):
                return {"bool": {"must": [self.query(scored)], "filter": [self.query(required)]}}
            case plan.Best(children):
                return {"dis_max": {"queries": [self.query(child) for child in children]}}
            case plan.Constant(child, score):
                return _constant(self.query(child), score)
            case plan.Days(first, last, score):
                return _constant({"range": {"day": {"gte": first, "lte": last}}}, score)
            case plan.Near(words, slop, boost):
                return self._near(words, slop, boost)
            case plan.Phrase(field, words, slop, boost):
                return self._near(tuple(plan.Term(field, word) for word in words), slop - 1, boost, in_order=True)
            case plan.Blend(field, pattern, boost):
                return self._blend(field, pattern, boost)
            case plan.Expansion(field, pattern, boost) if isinstance(pattern, plan.Prefixed | plan.Fuzzy):
                return _constant(self._pattern(field, pattern), boost)
            case plan.Chosen(docs) if isinstance(docs, Sightings):
                return spoken(docs)
        raise NotOnThisEngineError(
            f"{type(node).__name__}: the engine on OpenSearch cannot evaluate it, expected words, phrases, prefixes, "
            "misspelled words and filters; ask the embedded engine"
        )

    # -- words

    def _term(self, field: str, text: bytes, boost: float) -> Query:
        value = term(text.decode())
        if field not in self.factor:
            return _constant({"term": {field: {"value": value}}}, 0.0)
        return {"term": {field: {"value": value, "boost": boost * self.factor[field]}}}

    def _slot(self, slot: plan.Slot) -> Query:
        root = term(slot.root.decode())
        fields: tuple[tuple[str, float], ...] = ((WORTH, self.factor_of_worth),)
        if slot.fields != self.plain:
            fields = tuple((name, weight * self.factor[name]) for name, weight in slot.fields)
        matching = _any_of([_term_in(name, root, slot.boost * weight) for name, weight in fields])
        if slot.form is None:
            return matching
        if slot.fields == self.plain:
            form = term_in_form(slot.root.decode(), slot.form.decode())
        else:
            form = term(FORM_MARK + slot.form.decode())
        more = slot.boost * FORM_WEIGHT * self._against(root, form)
        if not more:
            return matching
        should = [_term_in(name, form, more * weight) for name, weight in fields]
        return {"bool": {"must": [matching], "should": should}}

    def _against(self, root: str, form: str) -> float:
        """The idf of a root by that of a form of it; 0 where the form stands nowhere."""
        frequency = self.frequencies.of(form)
        if not frequency:
            return 0.0
        documents = max(self.frequencies.documents(), frequency)
        return idf(documents, max(self.frequencies.of(root), frequency)) / idf(documents, frequency)

    # -- words near each other

    def _near(self, words: Sequence[Node], slop: int, boost: float, *, in_order: bool = False) -> Query:
        field = _field_of(words[0])
        if slop and not in_order:
            rule = {
                "all_of": {"mode": "unordered_no_overlap", "max_gaps": slop, "intervals": list(map(self._rule, words))}
            }
            matching: Query = {"intervals": {field: rule}}
        else:
            clauses = [self._span(word) for word in words]
            matching = {"span_near": {"clauses": clauses, "slop": slop, "in_order": True}}
        if not boost:
            return _constant(matching, 0.0)
        distinct = dict.fromkeys(words)
        scored = [self.query(plan.times(word, boost)) for word in distinct]
        return {"bool": {"filter": [matching], "should": scored}}

    # -- many forms

    def _blend(self, field: str, pattern: plan.Prefixed | plan.Fuzzy, boost: float) -> Query:
        taken = self.frequencies.taken(field, pattern)
        if not taken.terms:
            return {"match_none": {}}
        documents, with_field = self.frequencies.documents(), max(taken.with_field, taken.most)
        weight = idf(max(documents, taken.documents), taken.documents) / idf(with_field, taken.most)
        together = {
            "query": "|".join(taken.terms),
            "analyzer": "positions",
            "boost": boost * self.factor[field] * weight,
        }
        return {"match": {field: together}}

    def _pattern(self, field: str, pattern: plan.Prefixed | plan.Fuzzy) -> Query:
        """All terms of a field that only filters."""
        if isinstance(pattern, plan.Prefixed):
            begin = begin_of_term(pattern.text.decode())
            return {"prefix": {field: {"value": begin, "rewrite": "constant_score"}}}
        fuzzy = {
            "value": term(pattern.text),
            "fuzziness": pattern.edits,
            "prefix_length": pattern.prefix,
            "transpositions": False,
            "rewrite": "constant_score",
        }
        return {"fuzzy": {field: fuzzy}}

    # -- places

    def _span(self, word: Node) -> Query:
        """The places of a word."""
        match word:
            case plan.Term(field, text):
                return {"span_term": {field: term(text.decode())}}
            case plan.Any(children):
                return {"span_or": {"clauses": [self._span(child) for child in children]}}
            case plan.Blend(field, pattern):
                forms = self._forms(field, pattern)
                return {"span_or": {"clauses": [{"span_term": {field: form}} for form in forms]}}
        raise NotOnThisEngineError(f"{type(word).__name__} in a phrase: expected words; ask the embedded engine")

    def _rule(self, word: Node) -> Query:
        """The same as a rule of `intervals`."""
        match word:
            case plan.Term(_, text):
                return _place_of(term(text.decode()))
            case plan.Any(children):
                return {"any_of": {"intervals": [self._rule(child) for child in children]}}
            case plan.Blend(field, pattern):
                return {"any_of": {"intervals": [_place_of(form) for form in self._forms(field, pattern)]}}
        raise NotOnThisEngineError(f"{type(word).__name__} in a phrase: expected words; ask the embedded engine")

    def _forms(self, field: str, pattern: plan.Prefixed | plan.Fuzzy) -> Sequence[str]:
        """Those that a pattern stands for; of one that stands for none the pattern, which stands nowhere."""
        taken = self.frequencies.taken(field, pattern).terms
        self._places += len(taken)
        if self._places > MOST_PLACES:
            raise NotOnThisEngineError(
                f"prefixes and misspelled words near others that stand for more than {MOST_PLACES:,} forms in all: a "
                "cluster takes no more; ask for fewer of them, or the embedded engine"
            )
        text = pattern.text.decode() if isinstance(pattern, plan.Prefixed) else pattern.text
        return taken or (term(text),)


def spoken(sightings: Sequence[int]) -> Query:
    """What somebody says, scoring nothing."""
    return matching_terms("sighting", sightings)


def matching_terms(field: str, values: Sequence[Json]) -> Query:
    """Documents with any of some values, scoring nothing, however many values there are."""
    some = [{"terms": {field: list(values[at : at + MOST_TERMS])}} for at in range(0, len(values), MOST_TERMS)]
    if not some:
        return {"match_none": {}}
    return _constant(some[0] if len(some) == 1 else _any_of(some), 0.0)


def _term_in(field: str, value: str, boost: float) -> Query:
    return {"term": {field: {"value": value, "boost": boost}}}


def _any_of(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _field_of(word: Node) -> str:
    while isinstance(word, plan.Any):
        word = word.children[0]
    if not isinstance(word, plan.Term | plan.Blend):
        raise NotOnThisEngineError(f"{type(word).__name__} in a phrase: expected words; ask the embedded engine")
    return word.field


def _place_of(text: str) -> Query:
    return {"match": {"query": text, "analyzer": "keyword"}}
