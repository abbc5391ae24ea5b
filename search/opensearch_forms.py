"""Which forms does a prefix or a misspelled word stand for on a cluster? The EXPANSIONS that stand most often in a
field, as in our own engine (engine/expansion.py): of equals the first.

How often a form stands is summed up from the columns of index/opensearch_mapping (`FORMS`), over the first COUNTED
documents of each shard that have such a form: exactly in a shard of no more of them, and else of a part large enough to
know the most frequent ones. Words that look alike come from the cluster's term suggester. Asked once a generation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from index.opensearch_documents import begin_of_term
from index.opensearch_mapping import FORMS, SUMMANDS

from .engine.plan import Fuzzy, Prefixed
from .engine.scoring import EXPANSIONS
from .opensearch_cluster import Asked, Cluster, Response
from .opensearch_query import Query, Taken
from .recent import Recent

COUNTED: Final = 200_000  # documents of a shard
VALUES: Final = 10_000  # of a column that are told, the most frequent ones; what is left out stands once or twice
ALIKE: Final = 200  # words that look alike, of each shard
REMEMBERED: Final = 2_000  # patterns
_ANY_FREQUENCY: Final = 1_000_000_000
_SPECIAL: Final = frozenset('.?+*|{}[]()"\\#@&<>~')

Wanted = tuple[str, Prefixed | Fuzzy]  # field and pattern
Step = TypeVar("Step")


class _Chosen(NamedTuple):
    terms: tuple[str, ...]  # the most frequent ones first
    more: bool
    top: str | None  # the term that stands in the most documents


class ClusterForms:
    """Those of one kind of document in one generation; shared by threads."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._known: Recent[Wanted, Taken] = Recent(REMEMBERED)
        self._with_field: dict[str, int] = {}

    def of(self, field: str, pattern: Prefixed | Fuzzy) -> Taken:
        """What a pattern stands for in a text field."""
        return self.all_of([(field, pattern)])[0]

    def all_of(self, wanted: Iterable[Wanted]) -> list[Taken]:
        """The same of several patterns, asked for together."""
        every = list(wanted)
        found = {one: taken for one in every if (taken := self._known.get(one)) is not None}
        missing = [one for one in dict.fromkeys(every) if one not in found]
        if missing:
            for one, taken in zip(missing, self._counted(missing, self._chosen(missing)), strict=True):
                found[one] = taken
                self._known.put(one, taken)
        return [found[one] for one in every]

    def _chosen(self, wanted: Sequence[Wanted]) -> list[_Chosen]:
        alike = self._ask(
            [_alike(field, pattern) if isinstance(pattern, Fuzzy) else None for field, pattern in wanted], _near
        )
        bodies: list[Query | None] = []
        for (field, pattern), near in zip(wanted, alike, strict=True):
            if isinstance(pattern, Prefixed):
                bodies.append(_beginning(field, pattern))
            else:
                forms = _within(near or (), pattern)
                bodies.append(_these(field, forms) if forms else None)
        chosen = []
        for (_, pattern), counts in zip(wanted, self._ask(bodies, _counts), strict=True):
            mark = pattern.text[:1].decode() if isinstance(pattern, Prefixed) else pattern.text[:1]
            chosen.append(_most_frequent(counts or {}, mark))
        return chosen

    def _counted(self, wanted: Sequence[Wanted], chosen: Sequence[_Chosen]) -> list[Taken]:
        """How many documents have any of them, the most frequent one, and the field at all."""
        fields = [field for field in dict.fromkeys(field for field, _ in wanted) if field not in self._with_field]
        bodies: list[Query | None] = [_counting({"exists": {"field": field}}) for field in fields]
        for (field, _), some in zip(wanted, chosen, strict=True):
            bodies.append(_counting({"terms": {field: list(some.terms)}}) if len(some.terms) > 1 else None)
            bodies.append(_counting({"term": {field: {"value": some.top}}}) if some.top is not None else None)
        counts = iter(self._ask(bodies, lambda response: int(response["hits"]["total"]["value"])))
        self._with_field |= {field: next(counts) or 0 for field in fields}
        found = []
        for (field, _), some in zip(wanted, chosen, strict=True):
            any_of, top = next(counts), next(counts) or 0
            found.append(Taken(some.terms, some.more, any_of or top, top, self._with_field[field]))
        return found

    def _ask(self, bodies: Sequence[Query | None], read: Callable[[Response], Step]) -> list[Step | None]:
        """What is read in the answer of each search, in one request; None where there is none."""
        asked = [Asked(self._index, body) for body in bodies if body is not None]
        answers = iter(self._cluster.search(asked))
        return [None if body is None else read(next(answers)) for body in bodies]


def _counting(query: Query) -> Query:
    return {"query": query, "size": 0, "track_total_hits": True}


def _beginning(field: str, pattern: Prefixed) -> Query:
    """The values of a column that begin so, and in how many documents each stands."""
    begin = begin_of_term(pattern.text.decode())
    written = "".join(f"\\{char}" if char in _SPECIAL else char for char in begin[1:])
    # Not «begin.*»: OpenSearch 2.19 fails over a shard where all terms stand before that.
    return _summing(field, {"prefix": {field: {"value": begin}}}, rf"{written}[^|]*\|[0-9]+")


def _these(field: str, forms: Sequence[str]) -> Query:
    values = [f"{form[1:]}|{summand}" for form in forms for summand in SUMMANDS]
    return _summing(field, {"terms": {field: list(forms)}}, values)


def _summing(field: str, query: Query, include: str | list[str]) -> Query:
    values = {"field": FORMS.format(field), "include": include, "size": VALUES, "shard_size": VALUES}
    return {"query": query, "size": 0, "terminate_after": COUNTED, "aggs": {"forms": {"terms": values}}}


def _counts(response: Response) -> dict[str, dict[int, int]]:
    """Form → summand of how often it stands → documents."""
    found: dict[str, dict[int, int]] = {}
    for bucket in response["aggregations"]["forms"]["buckets"]:
        form, _, summand = bucket["key"].rpartition("|")
        found.setdefault(form, {})[int(summand)] = int(bucket["doc_count"])
    return found


def _most_frequent(counts: dict[str, dict[int, int]], mark: str) -> _Chosen:
    times = {form: sum(summand * documents for summand, documents in some.items()) for form, some in counts.items()}
    best = sorted(times, key=lambda form: (-times[form], form))[:EXPANSIONS]
    top = max(best, key=lambda form: sum(counts[form].values()), default=None)
    return _Chosen(tuple(mark + form for form in best), len(times) > len(best), None if top is None else mark + top)


def _alike(field: str, pattern: Fuzzy) -> Query:
    """Words that are about so far away, beside the word itself."""
    asked: dict[str, Any] = {
        "field": field,
        "analyzer": "keyword",
        "suggest_mode": "always",
        "sort": "frequency",
        "max_edits": pattern.edits,
        "prefix_length": pattern.prefix,
        "min_word_length": 1,
        "max_term_freq": _ANY_FREQUENCY,
        "accuracy": 0.0,
        "size": ALIKE,
        "shard_size": ALIKE,
    }
    return {"size": 0, "suggest": {"alike": {"text": pattern.text, "term": asked}}}


def _near(response: Response) -> list[str]:
    return [option["text"] for entry in response["suggest"]["alike"] for option in entry["options"]]


def _within(near: Iterable[str], pattern: Fuzzy) -> list[str]:
    """Those of some words that are as near as a pattern has it, and its own."""
    wanted, begin = pattern.text, pattern.text[: pattern.prefix]
    return [
        wanted,
        *(one for one in near if one.startswith(begin) and one != wanted and distance(one, wanted) <= pattern.edits),
    ]


def distance(one: str, other: str) -> int:
    """Insertions, deletions and substitutions from one word to the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for letter in one:
        before, row = row, [row[0] + 1]
        for column, wanted in enumerate(other):
            row.append(min(before[column] + (letter != wanted), before[column + 1] + 1, row[column] + 1))
    return row[-1]
