"""How does the embedded engine answer? Over arrays in files that are mapped into memory: by `answer`, from a `state`.

A question holds one published state from its beginning to its end; states are immutable, so any number of threads ask
at once. `live` says which state answers; one that was replaced stays while the index keeps it, for those who walk
through a list of it by cursors (`former`).
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Self, TypeVar

from index.errors import IndexingError
from index.schema import day_date
from index.storage.payload import unpack_article, unpack_quote

from .answer import Answer, StateAnswers, needs_archive
from .asking import as_request, as_typed, check_speakers, check_suggestions, refuse_warnings, without_surrogates
from .cursors import read_cursor
from .documents import Documents
from .errors import IndexUnavailableError, LateError, NotFoundError
from .former import Former, with_next
from .hits import Hits, nothing_to_mark
from .live import Live
from .query.tree import Everything
from .request import MAX_OFFSET, SearchRequest
from .results import Listing, Marked, Page, QuoteHit, Stats, StoredArticle, Total
from .state import State
from .tiers import answer

if TYPE_CHECKING:
    from .speakers import SpeakerFound, SpeakerPage, Timeline, Word
    from .suggest import Suggestions

ENGINE: Final = "embedded"
DEADLINE: Final = 0.8  # seconds
DEEP_DEADLINE: Final = 5.0  # seconds, for a whole list of hits, which is made once and then remembered
# What numpy and Python raise over numbers that lead nowhere; UnicodeDecodeError is a ValueError.
_OF_DAMAGE: Final = (IndexError, ValueError, KeyError, TypeError, MemoryError, OverflowError)
P = ParamSpec("P")
R = TypeVar("R")


def _says_damage(ask: Callable[P, R]) -> Callable[P, R]:
    """What is wrong with the index, as the searcher's own error.

    Numbers that have changed since they were written make any operation fail: then the files are looked at.
    """

    @functools.wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return ask(*args, **kwargs)
        except IndexingError as error:
            raise IndexUnavailableError(str(error)) from error
        except _OF_DAMAGE as error:
            searcher = args[0]
            faults = searcher.faults() if isinstance(searcher, EmbeddedSearcher) else []
            if not faults:
                raise
            raise IndexUnavailableError(f"{faults[0]}; run: molva check --repair") from error

    return asked


class EmbeddedSearcher:
    """See `search.searcher.Searcher` and `open_searcher`."""

    def __init__(self, folder: Path, *, deadline: float = DEADLINE, accelerate: bool = False) -> None:
        self.folder = folder
        self.deadline = deadline
        self._live = Live(folder, serves=accelerate, replaced=self._keep)
        self._former = Former(folder, self._live.make, verify=accelerate)
        self._current = self._live.current

    def _keep(self, replaced: State) -> None:
        self._former.keep(replaced)

    def faults(self) -> list[str]:
        """Every byte of the state that answers against its checksum: a line for each fault."""
        return [] if self._live.state is None else self._live.state.faults()

    # -- questions

    @_says_damage
    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        """See the protocol."""
        began = time.perf_counter()
        request = as_request(q, parameters)
        state = self._current()
        cursor = None if request.cursor is None else read_cursor(request.cursor, request)
        asked = request
        if cursor is not None:
            state = self._former.state_of(cursor, state, self._live.coming)
            request = replace(request, offset=cursor.place, cursor=None)
        question = state.question(request.q)
        request = as_typed(request, question)
        page = state.pages.get(request)
        if page is None:
            if state.index.quotes and needs_archive(request):
                state.archive.made()  # what is worked out once takes nothing of any question's time
            seconds = self.deadline if request.offset <= MAX_OFFSET else max(self.deadline, DEEP_DEADLINE)
            page = answer(StateAnswers(state, time.monotonic() + seconds), request, question)
            if cursor is not None and not page.listed:
                raise LateError("the deadline cut this page off; ask for it again")
            page = with_next(page, asked, request.offset, state)
            if page.total.relation == "eq":
                state.pages.put(request, page)
        # The dictionaries of a page are its reader's own.
        return replace(
            page,
            totals=dict(page.totals),
            facets=None if page.facets is None else dict(page.facets),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )

    # -- whole documents

    @_says_damage
    def article(self, article_id: str) -> StoredArticle:
        """See the protocol."""
        state = self._current()
        return _whole(state, *_article_of(state, article_id))

    @_says_damage
    def marked(self, article_id: str, q: str) -> tuple[Marked, Marked]:
        """See the protocol."""
        state = self._current()
        segment, doc = _article_of(state, article_id)
        asked = SearchRequest(q=without_surrogates(q))
        found = Answer(Documents(state, asked, state.question(asked.q), time.monotonic() + self.deadline))
        return found.marked(segment, doc)

    def articles(self) -> Iterator[StoredArticle]:
        """See the protocol."""
        state = self._current()
        for number, segment in enumerate(state.segments):
            live = segment.live("article")
            for doc in range(segment.docs("article")):
                if live is None or live[doc]:
                    yield self._one(state, number, doc)

    @_says_damage
    def listing(self, first: int, count: int) -> Listing:
        """See the protocol."""
        state = self._current()
        found: list[tuple[str, str | None]] = []
        for segment in state.segments:
            days = segment.part("article").day
            for doc, article_id in segment.article_ids(first, first + count - len(found)):
                day = day_date(int(days[doc]))
                found.append((article_id, None if day is None else day.isoformat()))
            first = max(0, first - segment.live_docs("article"))
            if len(found) >= count:
                break
        return Listing(tuple(found), state.index)

    @_says_damage
    def _one(self, state: State, segment: int, doc: int) -> StoredArticle:
        return _whole(state, segment, doc)

    @_says_damage
    def quote(self, quote_id: str) -> QuoteHit:
        """See the protocol."""
        state = self._current()
        return _whole_quote(state, *_place_of(state, quote_id))

    @_says_damage
    def reprints(self, quote_id: str) -> tuple[QuoteHit, ...]:
        """See the protocol."""
        state = self._current()
        place = _place_of(state, quote_id)
        return tuple(_whole_quote(state, *one) for one in state.archive.reprints_of(*place) or (place,))

    # -- speakers and times

    @_says_damage
    def speakers(self, q: str = "", *, limit: int = 20, offset: int = 0, sort: str = "quotes") -> SpeakerPage:
        """See the protocol."""
        from .speakers import SpeakerPage

        check_speakers(limit, offset, sort)
        state = self._current()
        q = without_surrogates(q)
        numbers = state.who.speakers(q) if q.strip() else state.book.speaking
        listed = state.book.listed(numbers, sort)
        shown = tuple(map(state.book.found, listed[offset : offset + limit]))
        return SpeakerPage(q, Total(len(listed)), shown, state.index)

    @_says_damage
    def speaker(self, speaker_id: str) -> SpeakerFound:
        """See the protocol."""
        from .archive import speaker_of

        state = self._current()
        return state.book.found(speaker_of(state.archive, speaker_id))

    @_says_damage
    def words_of_speaker(self, speaker_id: str) -> tuple[Word, ...]:
        """See the protocol."""
        from .archive import speaker_of

        state = self._current()
        return state.book.words(state.quote_texts, speaker_of(state.archive, speaker_id))

    @_says_damage
    def timeline(self, request: SearchRequest, by: Literal["year", "month"] = "year") -> Timeline:
        """See the protocol."""
        from .speakers import timeline_of

        state = self._current()
        question = state.question(without_surrogates(request.q))
        refuse_warnings(request, question)
        state.archive.made()
        found = Answer(Documents(state, request, question, time.monotonic() + self.deadline))
        return timeline_of(request, by, question, found.periods(by), state.index)

    @_says_damage
    def suggest(self, q: str, limit: int = 10) -> Suggestions:
        """See the protocol."""
        check_suggestions(limit)
        return self._current().suggester.suggest(without_surrogates(q), limit)

    @_says_damage
    def stats(self) -> Stats:
        """See the protocol."""
        state = self._current()
        manifest = state.manifest
        return Stats(
            articles=manifest.articles,
            quotes=manifest.quotes,
            speakers=len(state.book.speaking),
            segments=len(state.segments),
            bytes=manifest.bytes,
            generation=manifest.name,
            created=manifest.created,
            schema=manifest.schema,
            engine=ENGINE,
        )

    def close(self) -> None:
        """See the protocol. Questions that are under way keep their files until they are answered."""
        self._live.close()
        self._former.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _whole(state: State, number: int, doc: int) -> StoredArticle:
    """An article of a segment with its quotes, by their speakers across the archive."""
    article = state.stored("article", number, doc, unpack_article)
    quotes = [
        replace(state.stored("quote", number, quote, unpack_quote)[0], speaker=state.speaker(number, quote))
        for quote in state.segments[number].quotes_of(doc)
    ]
    return StoredArticle(article, tuple(sorted(quotes, key=lambda q: (q.start, q.end))))


def _article_of(state: State, article_id: str) -> tuple[int, int]:
    """(segment, document) of an article. Raises NotFoundError."""
    for number, segment in enumerate(state.segments):
        doc = segment.find(article_id)
        if doc is not None:
            return number, doc
    raise NotFoundError(f"no article has the id {article_id!r}")


def _place_of(state: State, quote_id: str) -> tuple[int, int]:
    """(segment, document) of a quote. Raises NotFoundError."""
    for number, segment in enumerate(state.segments):
        live = segment.live("quote")
        for doc in segment.part("quote").find(quote_id):
            if (live is None or live[doc]) and state.stored("quote", number, doc, unpack_quote)[0].id == quote_id:
                return number, doc
    raise NotFoundError(f"no quote has the id {quote_id!r}")


def _whole_quote(state: State, segment: int, doc: int) -> QuoteHit:
    return Hits(Everything(), "quote", ()).quote(
        *state.stored("quote", segment, doc, unpack_quote),
        0.0,
        nothing_to_mark,
        state.speaker(segment, doc),
        state.reprints(segment, doc),
    )
