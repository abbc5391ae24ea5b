"""How does the engine on OpenSearch answer? The cluster finds, counts and orders; the rest is that of our own engine.

A question holds one generation: its indices, its frequencies, who is who in it. What the aliases lead to is looked at
once a second; `molva index` and `molva reindex` publish a generation at once, so that no answer is mixed.

A page behind the first names where its list is held (a point in time of the cluster), which is opened when the second
page is asked for, and where its first hit stands in it: so a list of any length is walked through as it was.
"""

from __future__ import annotations

import functools
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Self, TypeVar

from index import schema
from index.errors import ClusterError, IndexingError
from index.model import Article, Quote
from index.opensearch_client import reported
from index.opensearch_documents import document_id
from index.opensearch_settings import OpenSearchSettings
from index.storage.payload import packed_text, unpack_article, unpack_quote

from .asking import as_request, as_typed, check_speakers, check_suggestions, refuse_warnings, without_surrogates
from .cursors import Cursor, cursor_of, fits, read_cursor
from .errors import IndexUnavailableError, NotFoundError, StaleCursorError
from .hits import Hits, nothing_to_mark
from .opensearch_answer import ClusterAnswer, Place
from .opensearch_cluster import Cluster
from .opensearch_hits import ClusterHits, reprints_of, stored_quotes
from .opensearch_live import ClusterLive
from .opensearch_query import matching_terms
from .opensearch_state import ClusterState
from .query.tree import Everything
from .question import Question
from .request import SearchRequest
from .results import Listing, Marked, Page, QuoteHit, Relation, Stats, StoredArticle, Total
from .tiers import answer

if TYPE_CHECKING:
    from .repair import Vocabulary
    from .speakers import SpeakerBook, SpeakerFound, SpeakerPage, Timeline, Word
    from .suggest import Suggestions

ENGINE: Final = "opensearch"
AT_ONCE: Final = 200  # articles that are read together with their quotes
P = ParamSpec("P")
R = TypeVar("R")


def _says_what_is_wrong(ask: Callable[P, R]) -> Callable[P, R]:
    """Errors of the cluster as the searcher's own. What was asked of an index that has just gone is asked again."""

    @functools.wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        searcher = args[0]
        assert isinstance(searcher, OpenSearchSearcher)  # noqa: S101 - it is a method's
        try:
            return ask(*args, **kwargs)
        except IndexingError as error:
            wrong = error
            if searcher.is_replaced():
                try:
                    return ask(*args, **kwargs)
                except IndexingError as again:
                    wrong = again
            raise IndexUnavailableError(str(wrong)) from wrong

    return asked


class ClusterAnswers:
    """One generation, as `tiers` asks it. `held`: where the page begins; `after`: where the one behind it does."""

    def __init__(self, state: ClusterState, held: Place) -> None:
        self.state = state
        self.held = held
        self.after: tuple[Any, ...] | None = None
        self.index = state.index
        self.question = state.question

    def page(
        self,
        request: SearchRequest,
        question: Question,
        *,
        before: Question | None = None,
        tier: Literal["typed", "behind"] = "typed",
    ) -> Page:
        """See `tiers.Answers`."""
        held = self.held if tier == "typed" else Place(self.held.pit)
        asked = ClusterAnswer(self.state, request, question, before=before, held=held)
        page = asked.page()
        self.after = asked.after if tier == "typed" else None
        return page

    def count(self, request: SearchRequest, question: Question) -> tuple[int, Relation]:
        """See `tiers.Answers`."""
        return ClusterAnswer(self.state, request, question).count(), "eq"

    def vocabularies(self) -> Callable[[str | None], Vocabulary]:
        """See `tiers.Answers`."""
        return self.state.vocabularies


class OpenSearchSearcher:
    """See `search.searcher.Searcher` and `open_searcher`. `folder`: where a person's files are; `deadline`: seconds
    that the hits of a page may be marked for; `serves`: a newer generation is got ready beside the one that answers.
    """

    def __init__(self, folder: Path, settings: OpenSearchSettings, *, deadline: float, serves: bool = False) -> None:
        self.folder = folder
        self.settings = settings
        self._cluster = Cluster(settings)
        self._live = ClusterLive(self._cluster, folder, deadline, serves=serves)
        self._current = self._live.current
        self._marks: dict[tuple[str, int], list[Any]] = {}
        try:
            self._current()
        except IndexingError as error:
            self._cluster.close()
            raise IndexUnavailableError(str(error)) from error

    def is_replaced(self) -> bool:
        """Whether another generation than the one that was asked is there by now."""
        return self._live.is_replaced()

    # -- questions

    @_says_what_is_wrong
    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        """See the protocol."""
        began = time.perf_counter()
        asked = request = as_request(q, parameters)
        state = self._current()
        held = Place()
        if request.cursor is not None:
            cursor = read_cursor(request.cursor, request)
            state, held = self._held(cursor, state, request)
            request = replace(request, offset=cursor.place, cursor=None)
        question = state.question(request.q)
        request = as_typed(request, question)
        page = None if asked.cursor else state.pages.get(request)
        if page is None:
            answers = ClusterAnswers(state, held)
            page = answer(answers, request, question)
            page = _with_next(page, asked, request.offset, state, Place(held.pit, answers.after))
            if not asked.cursor:
                state.pages.put(request, page)
        # The dictionaries of a page are its reader's own.
        return replace(
            page,
            totals=dict(page.totals),
            facets=None if page.facets is None else dict(page.facets),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )

    def _held(self, cursor: Cursor, current: ClusterState, request: SearchRequest) -> tuple[ClusterState, Place]:
        """The generation that a cursor names, and where the page begins in a list that is held. Raises
        StaleCursorError where it is gone: what was published since into the same indices, only a list that was held
        before does not have.
        """
        place = _place_of(cursor)
        known = [current, *(self._live.former if place.pit else ())]
        state = next((one for one in known if _is_meant(cursor, one)), None) or self._live.former_of(cursor.state)
        if state is not None and _is_meant(cursor, state):
            pit = place.pit or self._cluster.open_list(state.names[request.type])
            return state, Place(pit, place.after)
        raise StaleCursorError(
            f"cursor: names generation {cursor.state}, which is not held any more as it was; the index is at "
            f"{current.index.generation}: ask again without cursor"
        )

    # -- whole documents

    @_says_what_is_wrong
    def article(self, article_id: str) -> StoredArticle:
        """See the protocol."""
        state = self._current()
        return next(self._whole(state, self._article(state, article_id)))

    @_says_what_is_wrong
    def marked(self, article_id: str, q: str) -> tuple[Marked, Marked]:
        """See the protocol."""
        state = self._current()
        article = self._article(state, article_id)
        request = SearchRequest(q=without_surrogates(q))
        return ClusterHits(ClusterAnswer(state, request, state.question(request.q))).marked(article)

    def _article(self, state: ClusterState, article_id: str) -> Article:
        body = {"query": {"ids": {"values": [_known_by(article_id)]}}, "_source": ["id", "stored"]}
        for hit in state.search("article", body)["hits"]["hits"]:
            if hit["_source"]["id"] == article_id:
                return unpack_article(packed_text(hit["_source"]["stored"]))
        raise NotFoundError(f"no article has the id {article_id!r}")

    def _whole(self, state: ClusterState, *articles: Article) -> Iterator[StoredArticle]:
        """Articles with their quotes."""
        of: dict[str, list[Quote]] = {article.id: [] for article in articles}
        body = {"query": matching_terms("article_id", list(of)), "_source": ["stored"]}
        for hit in state.every("quote", body) if state.index.quotes else ():
            quote = unpack_quote(packed_text(hit["_source"]["stored"]))[0]
            of[quote.article_id].append(replace(quote, speaker=state.speakers.speaker_of(quote.id)))
        for article in articles:
            quotes = sorted(of[article.id], key=lambda quote: (quote.start, quote.end))
            yield StoredArticle(article, tuple(quotes))

    def articles(self) -> Iterator[StoredArticle]:
        """See the protocol."""
        with _cluster_errors():
            state = self._current()
            hits = state.every("article", {"query": {"match_all": {}}, "_source": ["stored"]}, size=AT_ONCE)
            while some := list(islice(hits, AT_ONCE)):
                yield from self._whole(state, *(unpack_article(packed_text(hit["_source"]["stored"])) for hit in some))

    @_says_what_is_wrong
    def listing(self, first: int, count: int) -> Listing:
        """See the protocol. It goes on where a listing before ended."""
        state = self._current()
        place: int = 0
        after: list[Any] | None = None
        for (generation, known), mark in self._marks.items():
            if generation == state.index.generation and place <= known <= first:
                place, after = known, mark
        found: list[tuple[str, str | None]] = []
        body = {"query": {"match_all": {}}, "_source": ["id", "day"]}
        for hit in state.every("article", body, size=5_000, after=after):
            if len(found) == count:
                break
            if place >= first:
                day = schema.day_date(hit["_source"].get("day", schema.NO_DAY))
                found.append((hit["_source"]["id"], None if day is None else day.isoformat()))
            place, after = place + 1, hit["sort"]
        if after is not None:
            self._marks = {mark: keys for mark, keys in self._marks.items() if mark[0] == state.index.generation}
            self._marks[state.index.generation, place] = after
        return Listing(tuple(found), state.index)

    @_says_what_is_wrong
    def quote(self, quote_id: str) -> QuoteHit:
        """See the protocol."""
        return self._quote_hits(self._current(), [quote_id], quote_id)[0]

    @_says_what_is_wrong
    def reprints(self, quote_id: str) -> tuple[QuoteHit, ...]:
        """See the protocol."""
        state = self._current()
        return self._quote_hits(state, state.speakers.reprints_of(quote_id) or [quote_id], quote_id)

    def _quote_hits(self, state: ClusterState, quote_ids: Sequence[str], wanted: str) -> tuple[QuoteHit, ...]:
        stored = stored_quotes(state, quote_ids) if state.index.quotes else {}
        if wanted not in stored:
            raise NotFoundError(f"no quote has the id {wanted!r}")
        told = reprints_of(state, quote_ids)
        made = Hits(Everything(), "quote", ())
        speaker = state.speakers.speaker_of
        return tuple(
            made.quote(*stored[one], 0.0, nothing_to_mark, speaker(one), told.get(one))
            for one in quote_ids
            if one in stored
        )

    # -- speakers and times

    @_says_what_is_wrong
    def speakers(self, q: str = "", *, limit: int = 20, offset: int = 0, sort: str = "quotes") -> SpeakerPage:
        """See the protocol."""
        from .speakers import SpeakerPage

        check_speakers(limit, offset, sort)
        state = self._current()
        q = without_surrogates(q)
        book = state.book
        listed = book.listed(state.speakers.who.speakers(q) if q.strip() else book.speaking, sort)
        return SpeakerPage(q, Total(len(listed)), tuple(map(book.found, listed[offset : offset + limit])), state.index)

    @_says_what_is_wrong
    def speaker(self, speaker_id: str) -> SpeakerFound:
        """See the protocol."""
        book, number = self._speaker(self._current(), speaker_id)
        return book.found(number)

    @_says_what_is_wrong
    def words_of_speaker(self, speaker_id: str) -> tuple[Word, ...]:
        """See the protocol."""
        state = self._current()
        book, number = self._speaker(state, speaker_id)

        def texts(places: Iterable[tuple[int, int]]) -> Iterator[str]:
            ids = [state.speakers.quote_ids[quote] for _, quote in places]
            stored = stored_quotes(state, ids) if ids else {}
            return (stored[one][0].text for one in ids if one in stored)

        return book.words(texts, number)

    def _speaker(self, state: ClusterState, speaker_id: str) -> tuple[SpeakerBook, int]:
        from .archive import speaker_of

        return state.book, speaker_of(state.speakers.archive, speaker_id)

    @_says_what_is_wrong
    def timeline(self, request: SearchRequest, by: Literal["year", "month"] = "year") -> Timeline:
        """See the protocol."""
        from .speakers import timeline_of

        state = self._current()
        question = state.question(without_surrogates(request.q))
        refuse_warnings(request, question)
        found = ClusterAnswer(state, request, question)
        return timeline_of(request, by, question, found.periods(by), state.index)

    @_says_what_is_wrong
    def suggest(self, q: str, limit: int = 10) -> Suggestions:
        """See the protocol."""
        check_suggestions(limit)
        return self._current().suggester.suggest(without_surrogates(q), limit)

    @_says_what_is_wrong
    def stats(self) -> Stats:
        """See the protocol. Bytes and segments are those of the primary shards."""
        state = self._current()
        names = ",".join(state.names.values())
        with reported(self.settings):
            health = self._cluster.client.cluster.health(index=names)
            found = self._cluster.client.indices.stats(index=names, metric="store,segments")["_all"]["primaries"]
        if health["status"] == "red":
            raise ClusterError(
                f"{self.settings.where}: shards of {names} are missing, so their bytes cannot be told; look at the "
                "cluster's health (GET /_cluster/health) and ask again"
            )
        return Stats(
            articles=state.index.articles,
            quotes=state.index.quotes,
            speakers=len(state.book.speaking) if state.index.quotes else 0,
            segments=int(found["segments"]["count"]),
            bytes=int(found["store"]["size_in_bytes"]),
            generation=state.index.generation,
            created=state.created,
            schema=schema.SCHEMA_VERSION,
            engine=ENGINE,
        )

    def close(self) -> None:
        """See the protocol."""
        self._cluster.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _cluster_errors:  # noqa: N801 - it is written as a statement
    """Errors of the cluster as the searcher's own."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IndexingError):
            raise IndexUnavailableError(str(error)) from error


def _known_by(article_id: str) -> str:
    return document_id(without_surrogates(article_id))


def _with_next(page: Page, asked: SearchRequest, begins: int, state: ClusterState, place: Place) -> Page:
    """The page with the cursor of the one behind it, where there is one."""
    ends = begins + len(page.hits)
    if not page.hits or ends >= page.total.value:
        return page
    held = b"" if place.pit is None else zlib.compress(json.dumps([place.pit, place.after]).encode(), 9)
    return replace(page, next=cursor_of(asked, state.index.generation, state.besides, ends, held))


def _is_meant(cursor: Cursor, state: ClusterState) -> bool:
    return state.index.generation == cursor.state and fits(cursor, state.besides)


def _place_of(cursor: Cursor) -> Place:
    """Where the list is held. Raises StaleCursorError for what nobody has written so."""
    if not cursor.held:
        return Place()
    try:
        pit, after = json.loads(zlib.decompress(cursor.held))
        return Place(str(pit), None if after is None else tuple(after))
    except (zlib.error, ValueError, TypeError) as error:
        raise StaleCursorError("cursor: does not say where its list is held; ask again without cursor") from error
