"""What does a searcher hold of a cluster? What lies behind the aliases now, and what is remembered of one generation:
frequencies of terms, who is who, questions and pages. It says the same to all who ask; shared by threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from index.analysis import FORM_MARK
from index.opensearch_documents import begin_of_term, term
from index.opensearch_mapping import WORDS, WORTH, Lengths, lengths_of
from index.schema import KINDS, Kind

from .live import stamp_of
from .opensearch_cluster import Asked, Cluster, Described
from .opensearch_forms import ClusterForms
from .people import DECISIONS, overrides_of
from .question import Question, names_speakers, question_of, with_speakers
from .recent import Recent
from .request import SearchRequest
from .results import IndexState, Page
from .synonyms import synonyms_of

if TYPE_CHECKING:
    from .opensearch_speakers import Speakers
    from .opensearch_vocabulary import Vocabularies
    from .speakers import SpeakerBook
    from .suggest import Suggester

PAGES: Final = 500  # answers that are remembered
TERMS: Final = 100_000  # terms whose frequency is
SAMPLED: Final = 2_000  # articles of a shard in which what begins so is looked for
_SPECIAL: Final = frozenset('.?+*|{}[]()"\\#@&<>~')
_AT_ONCE: Final = 200  # searches in one request


class TermFrequencies:
    """In how many documents terms stand; asked of the cluster once a generation. See `opensearch_query.Frequencies`."""

    def __init__(self, cluster: Cluster, index: str, documents: int) -> None:
        self.forms = ClusterForms(cluster, index)
        self.taken = self.forms.of
        self._cluster = cluster
        self._index = index
        self._documents = documents
        self._known: Recent[str, int] = Recent(TERMS)

    def documents(self) -> int:
        """See the protocol."""
        return self._documents

    def of(self, term: str) -> int:
        """See the protocol."""
        return self.all_of([term])[0]

    def all_of(self, terms: Iterable[str]) -> list[int]:
        """Of several terms, asked for together."""
        wanted = list(terms)
        found = {one: count for one in wanted if (count := self._known.get(one)) is not None}
        missing = [one for one in dict.fromkeys(wanted) if one not in found]
        for at in range(0, len(missing), _AT_ONCE):
            some = missing[at : at + _AT_ONCE]
            for one, count in zip(some, self._counted(some), strict=True):
                found[one] = count
                self._known.put(one, count)
        return [found[one] for one in wanted]

    def _counted(self, terms: Iterable[str]) -> list[int]:
        asked = [Asked(self._index, counting({"term": {WORTH: {"value": term(one)}}})) for one in terms]
        return [count_of(response) for response in self._cluster.search(asked)]


def counting(query: dict[str, Any]) -> dict[str, Any]:
    """A search that only counts."""
    return {"query": query, "size": 0, "track_total_hits": True}


def count_of(response: dict[str, Any]) -> int:
    """How many documents a search has found."""
    return int(response["hits"]["total"]["value"])


class ClusterState:
    """One generation. `folder`: where a person's files are (speakers.json, abbreviations.json); `deadline`: seconds
    that the hits of a page may be marked for; `former`: another one answers by now.
    """

    def __init__(
        self, cluster: Cluster, described: Described, folder: Path, deadline: float, *, former: bool = False
    ) -> None:
        self.cluster = cluster
        self.former = former
        self.described = described
        self.folder = folder
        self.deadline = deadline
        self.names = described.names
        self.lengths: dict[Kind, Lengths] = {kind: lengths_of(kind, described.meta[kind]) for kind in KINDS}
        self.synonyms = synonyms_of(folder)
        self._decisions = stamp_of(str(folder / DECISIONS))
        self.overrides = overrides_of(folder)
        every = [self.asked(kind, counting({"match_all": {}})) for kind in KINDS]
        self.documents: dict[Kind, int] = dict(zip(KINDS, map(count_of, cluster.search(every)), strict=True))
        self.frequencies = {kind: TermFrequencies(cluster, self.names[kind], self.documents[kind]) for kind in KINDS}
        decided = self.overrides.digest if self.documents["quote"] else ""
        self.index = IndexState(described.generation, self.documents["article"], self.documents["quote"], decided)
        self.pages: Recent[SearchRequest, Page] = Recent(PAGES)
        self._questions: Recent[str, Question] = Recent(PAGES)
        self._speakers: Speakers | None = None
        self._lock = Lock()

    def asked(self, kind: Kind, body: dict[str, Any]) -> Asked:
        """A search over one kind of document."""
        return Asked(self.names[kind], body)

    def search(self, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
        """What one search finds."""
        return self.cluster.search([self.asked(kind, body)])[0]

    def words_begun(self, prefix: str, most: int) -> list[tuple[str, int, int]]:
        """The most frequent words that begin so, in titles and leads of the first SAMPLED articles of each shard that
        have such words anywhere: (form, letter case, articles).
        """
        begin = "".join(f"\\{char}" if char in _SPECIAL else char for char in prefix)
        # Not «begin.*»: OpenSearch 2.19 fails over a shard where all terms stand before that.
        words = {"field": WORDS, "include": rf"{begin}[^|]*\|[0-3]", "size": most}
        body = {
            "query": {"prefix": {WORTH: {"value": begin_of_term(FORM_MARK + prefix)}}},
            "size": 0,
            "terminate_after": SAMPLED,
            "aggs": {"words": {"terms": words}},
        }
        found = self.search("article", body)["aggregations"]["words"]["buckets"]
        parted = [(*bucket["key"].rpartition("|")[::2], bucket["doc_count"]) for bucket in found]
        return [(form, int(case), int(count)) for form, case, count in parted]

    def every(
        self, kind: Kind, body: dict[str, Any], *, size: int = 1000, after: list[Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """All documents that a query finds, in the order of the index, those behind the sort keys `after`; held open,
        so that all are of one state.
        """
        pit = self.cluster.open_list(self.names[kind])
        sort = [{"order": "asc"}, *([{"place": "asc"}] if kind == "quote" else [])]
        try:
            while True:
                page = body | {"size": size, "sort": sort, "track_total_hits": False}
                if after is not None:
                    page["search_after"] = after
                hits = self.cluster.search([Asked(self.names[kind], page, pit)])[0]["hits"]["hits"]
                yield from hits
                if len(hits) < size:
                    return
                after = hits[-1]["sort"]
        finally:
            self.cluster.close_list(pit)

    def question(self, text: str) -> Question:
        """The question that is typed so, asked of this state. Raises QueryError."""
        known = self._questions.get(text)
        if known is None:
            known = question_of(text, self.synonyms)
            if names_speakers(known.node):
                known = with_speakers(known, self.speakers.spoken_by)
                self._questions.put(text, known)
        return known

    @property
    def speakers(self) -> Speakers:
        """Who is who in it; worked out for the first that asks."""
        with self._lock:
            if self._speakers is None:
                from .opensearch_speakers import Speakers

                self._speakers = Speakers(self)
            return self._speakers

    @cached_property
    def book(self) -> SpeakerBook:
        """What is told of its speakers."""
        from .opensearch_speakers import QuoteView
        from .speakers import SpeakerBook

        return SpeakerBook(self.speakers.archive, QuoteView(self))  # type: ignore[arg-type]

    def get_ready(self) -> None:
        """Work out what takes long, before anybody asks."""
        if self.index.quotes:
            self.speakers.archive.made()

    def is_decided_as_now(self) -> bool:
        """Whether a person's decisions on speakers are those of this state."""
        return stamp_of(str(self.folder / DECISIONS)) == self._decisions

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """Its words, by field."""
        from .opensearch_vocabulary import Vocabularies

        return Vocabularies(self)

    @cached_property
    def suggester(self) -> Suggester:
        """What completes queries."""
        from .opensearch_vocabulary import suggester

        return suggester(self)

    @property
    def besides(self) -> str:
        """What answers hang on beside the published state; see `cursors`."""
        return f"{self.index.decided} {self.synonyms.digest}"

    @property
    def created(self) -> str:
        """When it was published, as an ISO time in UTC."""
        told = self.described.meta["article"].get("state", {}).get("created")
        return str(told or datetime.fromtimestamp(0, UTC).isoformat())
