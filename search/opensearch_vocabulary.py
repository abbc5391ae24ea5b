"""Which words does a cluster hold, and how often? What repairs and suggestions ask (`repair.vocabulary.Vocabulary`).

Frequencies are of documents. Words that look alike come from the cluster's term suggester; what begins as typed from
the column `words` of the first articles that have such words, so that it takes the same time in any number of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.analysis import FORM_MARK, query_roots, tokens
from index.opensearch_documents import term
from index.opensearch_mapping import WORTH

from .opensearch_query import Query
from .opensearch_state import count_of, counting
from .repair.forms import distances
from .repair.vocabulary import Counted, Near, Vocabulary

if TYPE_CHECKING:
    from .opensearch_state import ClusterState
    from .suggest import Suggester

REMEMBERED: Final = 20_000
ALIKE: Final = 200  # words that look alike, of each shard
PROPOSED: Final = 16  # words for each that is wanted
NAMES: Final = 50_000  # speakers or sources that are completed, the most frequent ones
_LETTERS: Final = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")


class Vocabularies:
    """The vocabulary of each field of a generation, by its name in queries; None: of titles and texts."""

    def __init__(self, state: ClusterState) -> None:
        self._of = lru_cache(maxsize=32)(lambda field: ClusterVocabulary(state, field))

    def __call__(self, field: str | None) -> Vocabulary:
        """Its vocabulary, made once."""
        return self._of(field)


class ClusterVocabulary:
    """See the module. Fields other than titles and texts have their own terms; those two have WORTH in common."""

    def __init__(self, state: ClusterState, field: str | None) -> None:
        self.state = state
        self.field = WORTH if field in (None, "about") else field
        self.texts: tuple[str, ...] = ("title", "text") if self.field == WORTH else (str(self.field),)
        self._written: dict[str, Counter[int]] = {}
        self.starting: Callable[[str, int], list[Counted]] = lru_cache(REMEMBERED)(self._starting)
        self._count: Callable[[str], int] = lru_cache(REMEMBERED)(self._count_term)

    def frequency(self, form: str) -> int:
        """See Vocabulary."""
        return self._count(term(FORM_MARK + form))

    def expect(self, words: Iterable[str]) -> None:
        """See Vocabulary."""
        if self.field == WORTH:
            terms = [one for word in words for some in ([term(FORM_MARK + word)], *_roots(word)) for one in some]
            self.state.frequencies["article"].all_of(terms)

    def documents(self, word: str) -> int:
        """See Vocabulary."""
        roots = _roots(word)
        if not roots:
            return 0
        return min(sum(self._count(root) for root in some) for some in roots)

    def together(self, words: Sequence[str]) -> int:
        """See Vocabulary."""
        needed = [_any_term(self.field, some) for word in words for some in _roots(word)]
        return count_of(self.state.search("article", counting({"bool": {"filter": needed}})))

    def following(self, first: str, forms: Sequence[str]) -> list[int]:
        """See Vocabulary. In how many documents."""
        asked = []
        for form in forms:
            side_by_side = [
                {
                    "span_near": {
                        "clauses": [{"span_term": {field: term(FORM_MARK + one)}} for one in (first, form)],
                        "slop": 0,
                        "in_order": True,
                    }
                }
                for field in self.texts
            ]
            asked.append(self.state.asked("article", counting({"bool": {"should": side_by_side}})))
        return [count_of(response) for response in self.state.cluster.search(asked)]

    def near(self, form: str, edits: int) -> list[Near]:
        """See Vocabulary."""
        found = self._alike(FORM_MARK + form, edits, prefix=len(FORM_MARK))
        return [Near(text[len(FORM_MARK) :], count, distance) for text, count, distance in found]

    def near_roots(self, root: str, edits: int) -> list[Near]:
        """See Vocabulary."""
        return [Near(*one) for one in self._alike(root, edits, prefix=0) if _LETTERS.issuperset(one[0])]

    def written(self, form: str) -> str:
        """See Vocabulary: in the letter case of most titles and leads that were looked at for `starting`."""
        cases = self._written.get(form)
        if cases is None:
            self._starting(form, 1)
            cases = self._written.get(form, Counter({0: 1}))
        case = min(cases, key=lambda one: (-cases[one], one))
        return (form, form.capitalize(), form.upper(), form)[case]

    def _starting(self, prefix: str, limit: int) -> list[Counted]:
        counts: Counter[str] = Counter()
        cases: dict[str, Counter[int]] = {}
        for form, case, count in self.state.words_begun(prefix, 4 * PROPOSED * limit):
            counts[form] += count
            cases.setdefault(form, Counter())[case] += count
        self._written.update(cases)
        best = [form for form, _ in counts.most_common(PROPOSED * limit)]
        exact = self.state.frequencies["article"].all_of([term(FORM_MARK + form) for form in best])
        counted = [Counted(form, count) for form, count in zip(best, exact, strict=True) if count]
        return sorted(counted, key=lambda one: (-one.frequency, one.form))[:limit]

    def _alike(self, text: str, edits: int, *, prefix: int) -> Iterator[tuple[str, int, int]]:
        """The terms at most `edits` from one, itself left out: (term, documents, distance)."""
        asked = {
            "field": self.field,
            "analyzer": "keyword",
            "suggest_mode": "always",
            "sort": "frequency",
            "max_edits": min(edits, 2),
            "prefix_length": prefix,
            "min_word_length": 1,
            "accuracy": 0.0,
            "size": ALIKE,
            "shard_size": ALIKE,
        }
        body = {"size": 0, "suggest": {"alike": {"text": text, "term": asked}}}
        for entry in self.state.search("article", body)["suggest"]["alike"]:
            for option in entry["options"]:
                distance = _distance(option["text"], text)
                if option["text"] != text and distance <= edits:
                    yield option["text"], int(option["freq"]), distance

    def _count_term(self, text: str) -> int:
        if self.field == WORTH:
            return self.state.frequencies["article"].of(text)
        return count_of(self.state.search("article", counting(_any_term(self.field, [text]))))


def suggester(state: ClusterState) -> Suggester:
    """What completes queries over a generation."""
    from .suggest import Names, Suggester

    def names(facet: str) -> Names:
        body = {"size": 0, "aggs": {facet: {"terms": {"field": f"facet_{facet}", "size": NAMES}}}}
        buckets = state.search("article", body)["aggregations"][facet]["buckets"]
        return Names({one["key"]: int(one["doc_count"]) for one in buckets})

    return Suggester(state.vocabularies(None), names)


def _any_term(field: str | None, texts: Sequence[str]) -> Query:
    return {"terms": {str(field): list(texts)}}


def _roots(word: str) -> list[list[str]]:
    """Under which terms each token of a word is found."""
    return [
        [term(root) for root in query_roots(token.form, written=word[token.start : token.end]).roots]
        for token in tokens(word)
    ]


def _distance(one: str, other: str) -> int:
    """Damerau's distance of two words."""
    letters: Any = np.array([[min(ord(char), 0xFFFF) for char in one]], np.uint16).T
    wanted: Any = np.array([min(ord(char), 0xFFFF) for char in other], np.uint16)
    return int(distances(letters, np.array([len(one)], np.int64), wanted)[0]) if one and other else len(one + other)
