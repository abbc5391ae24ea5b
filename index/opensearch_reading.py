"""What lies in a generation, read from beginning to end: ids and digests of articles, sums, whole documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .errors import ClusterError
from .opensearch_bulk import HIDDEN
from .opensearch_digest import CHECKSUM, Sum, checksum
from .opensearch_generations import PLURALS, Names
from .schema import Kind
from .writer import SyncState

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PAGE: Final = 2_000  # documents of a request where only columns are read
WHOLE: Final = 200  # where whole documents are


class Coming(NamedTuple):
    """An article's id and state, and the version of its documents."""

    id: str
    state: SyncState
    order: int


class Reader:
    """Reads one generation. Errors are the client's own: see `opensearch_client.reported`."""

    def __init__(self, client: OpenSearch, names: Names, number: int) -> None:
        self._client = client
        self._index: dict[Kind, str] = {kind: names.index(kind, number) for kind in PLURALS}

    def count(self, kind: Kind) -> int:
        """How many documents are seen."""
        return int(self._client.count(index=self._index[kind])["count"])

    def counts(self) -> tuple[int, int, int]:
        """Articles, the quotes that they say they have, and the quotes that are there."""
        told = self._client.search(
            index=self._index["article"],
            body={"size": 0, "track_total_hits": True, "aggs": {"quotes": {"sum": {"field": "quotes"}}}},
            params={"allow_partial_search_results": "false"},
        )
        said = round(told["aggregations"]["quotes"]["value"])
        return int(told["hits"]["total"]["value"]), said, self.count("quote")

    def comings(self, *, since: int = 0, ids: Sequence[str] | None = None) -> Iterator[Coming]:
        """Every article of version `since` and later; `ids`: only these."""
        body: dict[str, Any] = {
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": ["id", "origin", "digest", "order"],
        }
        if since:
            body["query"] = {"range": {"order": {"gte": since}}}
        if ids is not None:
            body["query"] = {"terms": {"id": list(ids)}}
        for hit in self._scan("article", body, PAGE):
            found = hit["fields"]
            origin, digest = (found.get(name, [None])[0] for name in ("origin", "digest"))
            yield Coming(found["id"][0], SyncState(origin, digest), int(found["order"][0]))

    def bodies(self, kind: Kind, fields: Sequence[str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ids and bodies of all documents, of the hidden fields nothing; `fields`: only these."""
        body: dict[str, Any] = {"_source": True if fields is None else list(fields)}
        for hit in self._scan(kind, body, WHOLE if fields is None else PAGE):
            yield hit["_id"], hit["_source"]

    def of_articles(self, ids: Sequence[str]) -> Iterator[tuple[str, str, int]]:
        """Document id, article and version of the quotes of some articles."""
        body = {
            "_source": False,
            "docvalue_fields": ["article_id", "order"],
            "query": {"terms": {"article_id": list(ids)}},
        }
        for hit in self._scan("quote", body, PAGE):
            yield hit["_id"], hit["fields"]["article_id"][0], int(hit["fields"]["order"][0])

    def quotes_of(self, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ids and bodies of the quotes of some articles."""
        for hit in self._scan("quote", {"query": {"terms": {"article_id": list(ids)}}}, WHOLE):
            yield hit["_id"], hit["_source"]

    def stale_quotes(self, since: int) -> Iterator[str]:
        """What the cluster knows quotes by that belong to a former version of their article, of articles of version
        `since` and later.
        """
        some: dict[str, int] = {}
        for one in self.comings(since=since):
            some[one.id] = one.order
            if len(some) == PAGE // 2:
                yield from self._older(some)
                some = {}
        yield from self._older(some)

    def _older(self, articles: dict[str, int]) -> Iterator[str]:
        if articles:
            for document_id, article_id, order in self.of_articles(list(articles)):
                if order < articles[article_id]:
                    yield document_id

    def orphans(self) -> Iterator[str]:
        """Quotes of articles that are not there."""
        some: dict[str, list[str]] = {}
        body = {"_source": False, "docvalue_fields": ["article_id"]}
        for hit in self._scan("quote", body, PAGE):
            some.setdefault(hit["fields"]["article_id"][0], []).append(hit["_id"])
            if len(some) == PAGE // 2:
                yield from self._without_article(some)
                some = {}
        yield from self._without_article(some)

    def _without_article(self, quotes: dict[str, list[str]]) -> Iterator[str]:
        if quotes:
            body = {"_source": False, "docvalue_fields": ["id"], "query": {"terms": {"id": list(quotes)}}}
            there = {hit["fields"]["id"][0] for hit in self._scan("article", body, PAGE)}
            for article_id in quotes.keys() - there:
                yield from quotes[article_id]

    def sums(self) -> tuple[Sum, Sum, Sum]:
        """Of articles; of quotes as their articles tell them; of quotes."""
        articles, told, quotes = Sum(), Sum(), Sum()
        for _, body in self.bodies("article", ("id", "digest", "order", "quote_ids")):
            articles.add(body["id"], body.get("digest"))
            for quote_id in body.get("quote_ids", ()):
                told.add(quote_id, body["order"])
        for _, body in self.bodies("quote", ("id", "order")):
            quotes.add(body["id"], body["order"])
        return articles, told, quotes

    def faults(self, kind: Kind) -> Iterator[str]:
        """Documents that are not what was sent."""
        for document_id, body in self.bodies(kind):
            if body.get(CHECKSUM) != checksum(body, HIDDEN[kind]):
                yield document_id

    def found(
        self, kind: Kind, bodies: Sequence[dict[str, Any]], routings: Sequence[str] | None = None
    ) -> list[list[dict[str, Any]]]:
        """The hits of each of some searches; `routings`: each asks the one shard that has the document of this id.

        Raises ClusterError where a shard does not answer.
        """
        lines: list[dict[str, Any]] = []
        for number, body in enumerate(bodies):
            head: dict[str, Any] = {"index": self._index[kind], "allow_partial_search_results": False}
            lines += [head if routings is None else head | {"routing": routings[number]}, body]
        told = self._client.msearch(body=lines, params={"max_concurrent_searches": 2})
        for one in told["responses"]:
            if "error" in one or one["timed_out"] or one["_shards"]["failed"]:
                error = one.get("error", {})
                reason = next(
                    (cause["reason"] for cause in error.get("root_cause", ())), "not all of its shards answer"
                )
                raise ClusterError(f"index {self._index[kind]}: {reason}"[:500])
        return [one["hits"]["hits"] for one in told["responses"]]

    def _scan(self, kind: Kind, body: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
        """All that `body` asks for; an error where a shard does not answer, never a part."""
        from opensearchpy.helpers import scan

        found = scan(
            self._client,
            query={**body, "sort": ["_doc"]},
            index=self._index[kind],
            size=size,
            scroll="10m",
            scroll_kwargs={},
            allow_partial_search_results="false",
        )
        yield from found
