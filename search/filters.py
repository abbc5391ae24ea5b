"""Which of the matches pass the filters, and how are they spread over a facet's values?

A facet counts under all filters but its own, so that other values of it stay choosable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from whoosh import query as wq

from index import schema
from index.analysis import tokens

from .query.build import any_of, day_range, term_query
from .request import Facet, SearchRequest
from .results import FacetCount

DATE: Final = "date"
MOST_VALUES: Final = 50  # of one facet; years and months come whole
_OWN_FILTER: Final[dict[Facet, str]] = {
    "speaker": "speaker",
    "source": "source",
    "section": "section",
    "kind": "kind",
    "year": DATE,
    "month": DATE,
}


class Filters:
    """What the parameters beside the query ask for, as sets of documents; each is looked up once."""

    def __init__(self, request: SearchRequest, searcher: Any) -> None:
        self.searcher = searcher
        queries: dict[str, wq.Query] = {}
        for name in ("source", "author", "section"):
            values = getattr(request, name)
            if values:
                queries[name] = any_of([wq.Term(name + "_key", schema.exact_key(value)) for value in values])
        if request.speaker:
            queries["speaker"] = any_of([_speaker(value, searcher.reader()) for value in request.speaker])
        if request.kind:
            queries["kind"] = any_of([wq.Term("kind", value) for value in request.kind])
        if request.since or request.until:
            queries[DATE] = day_range(request.since, request.until)
        self.passing = {name: _documents(searcher, query) for name, query in queries.items()}

    def keep(self, docs: Iterable[int], *, but: str = "") -> set[int]:
        """Those of `docs` that pass all filters, `but` one."""
        kept = set(docs)
        for name, passing in self.passing.items():
            if name != but:
                kept &= passing
        return kept

    def counts(self, docs: Iterable[int], facets: Sequence[Facet]) -> dict[str, tuple[FacetCount, ...]]:
        """Facet → its values: years and months in their order, others by count, then by name."""
        reader = self.searcher.reader()
        return {facet: _counted(reader, self.keep(docs, but=_OWN_FILTER[facet]), facet) for facet in facets}


def _speaker(value: str, reader: Any) -> wq.Query:
    """A speaker by the full name as facets give it; where nobody is called so, by its words in any case form."""
    exact = schema.exact_key(value)
    if ("speaker_key", exact) in reader:
        return wq.Term("speaker_key", exact)
    words = [
        term_query("speaker", token, value[token.start : token.end], exact=False, last_resort=False)
        for token in tokens(value)
    ]
    return wq.And(words) if words else wq.NullQuery


def _documents(searcher: Any, query: wq.Query) -> set[int]:
    found: set[int] = set()
    for part, offset in searcher.leaf_searchers():
        found.update(doc + offset for doc in query.matcher(part, part.boolean_context()).all_ids())
    return found


def _counted(reader: Any, docs: set[int], facet: Facet) -> tuple[FacetCount, ...]:
    if not docs:
        return ()
    counts: Counter[str] = Counter()
    if facet in ("year", "month"):
        column = reader.column_reader("c_day")
        length = 4 if facet == "year" else 7
        for doc in docs:
            day = schema.day_date(int(column[doc]))
            if day is not None:
                counts[day.isoformat()[:length]] += 1
        return tuple(FacetCount(value, count) for value, count in sorted(counts.items()))
    column = reader.column_reader("c_" + facet)
    for doc in docs:
        value = column[doc]
        if value:
            counts.update(value.decode().split(schema.SEPARATOR))
    ranked = sorted(_one_spelling(counts).items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    return tuple(FacetCount(value, count) for value, count in ranked)


def _one_spelling(counts: Counter[str]) -> Counter[str]:
    """Values that a filter takes for the same («Берёзов», «Березов») under the spelling that comes most often, of
    equals the one with ё."""
    spelling: dict[str, str] = {}
    joined: Counter[str] = Counter()
    for value, count in sorted(counts.items(), key=lambda item: (-item[1], -item[0].count("ё"), item[0])):
        joined[spelling.setdefault(schema.exact_key(value), value)] += count
    return joined
