"""How does the embedded engine answer? Over arrays in files that are mapped into memory: by `answer`, from a `state`.

A question holds one published state from its beginning to its end; states are immutable, so any number of threads ask
at once, and the files of a state that was replaced go with the last question to it.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar

from index.analysis.lemma import morph
from index.errors import IndexingError, NoIndexError
from index.storage.payload import unpack_article, unpack_quote
from index.storage.segment import open_live

from .errors import IndexUnavailableError, NotFoundError, QueryError
from .hits import Hits
from .marking import Reading
from .query.tree import Everything
from .question import question_of
from .request import SearchRequest, request_of
from .results import Page, QuoteHit, Stats, StoredArticle
from .state import State
from .synonyms import synonyms_of
from .tiers import answer

if TYPE_CHECKING:
    from .engine.acceleration import Accelerated
    from .suggest import Suggestions

ENGINE: Final = "embedded"
DEADLINE: Final = 0.8  # seconds
MAX_SUGGESTIONS: Final = 50  # of a kind
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# What numpy and Python raise over numbers that lead nowhere; UnicodeDecodeError is a ValueError.
_OF_DAMAGE: Final = (IndexError, ValueError, KeyError, TypeError, MemoryError, OverflowError)
P = ParamSpec("P")
R = TypeVar("R")
_log: Final = logging.getLogger("molva.search")


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
        self._accelerate = accelerate
        self._accelerated: Accelerated | None = None
        self._verified: frozenset[str] = frozenset()  # names of segments of which every byte was sound
        self._opening = Lock()
        self._state: State | None = None
        with self._opening:
            self._state = self._opened(None)
        if accelerate:  # the dictionary, so that no question waits for it
            Thread(target=morph, name="molva-dictionary", daemon=True).start()

    # -- states

    def _stamp(self) -> object:
        """What tells the live state from a newer one."""
        try:
            found = (self.folder / "CURRENT").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _opened(self, before: State | None) -> State:
        """The live state. Raises IndexUnavailableError."""
        stamp = self._stamp()
        try:
            opened = open_live(self.folder, before.segments if before else ())
        except IndexingError as error:
            raise IndexUnavailableError(str(error)) from error
        if opened.warning:
            _log.warning("%s: %s", self.folder, opened.warning)
        state = State(opened, stamp, synonyms_of(self.folder))
        if self._accelerated is not None:
            self._accelerated_on(state)
        if self._accelerate:
            from .engine.acceleration import load_in_background, worth_it

            if worth_it(state.index.articles + state.index.quotes):
                self._accelerate = False
                load_in_background(self._use)
        return state

    def _use(self, accelerated: Accelerated) -> None:
        """Answer with compiled code from now on."""
        with self._opening:
            self._accelerated = accelerated
            state = self._state
        if state is not None:
            self._verify(state)

    def _accelerated_on(self, state: State) -> None:
        """Use compiled code for a new state: at once where its segments are known, else when they have been read."""
        if self._accelerated is not None and {one.name for one in state.segments} <= self._verified:
            state.use(self._accelerated)
        else:
            Thread(target=self._verify, args=(state,), name="molva-verify", daemon=True).start()

    def _verify(self, state: State) -> None:
        """Read every byte of what is new in a state, and use compiled code for it if it is sound."""
        faults = state.faults(self._verified)
        if faults:
            _log.warning("%s: numpy answers, since kernels trust what they read: %s", self.folder, faults[0])
        elif self._accelerated is not None:
            self._verified = frozenset(one.name for one in state.segments)
            state.use(self._accelerated)

    def faults(self) -> list[str]:
        """Every byte of the state that answers against its checksum: a line for each fault."""
        return [] if self._state is None else self._state.faults()

    def _current(self) -> State:
        """The newest published state; the one at hand where a newer one cannot be read."""
        state = self._state
        if state is None:
            raise IndexUnavailableError(f"{self.folder}: this searcher was closed; open another one")
        stamp = self._stamp()
        if stamp == state.stamp or not self._opening.acquire(blocking=False):
            return state  # or another thread is opening the newer one
        try:
            state = self._state or state
            if stamp != state.stamp:
                state = self._opened(state)
                self._state = None if self._state is None else state  # closed in the meantime, it stays closed
        except IndexUnavailableError as error:
            if isinstance(error.__cause__, NoIndexError):
                raise
            _log.warning("%s: the state before answers on: %s", self.folder, error)
            state.stamp = stamp  # until another one is published
        finally:
            self._opening.release()
        return state

    # -- questions

    @_says_damage
    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        """See the protocol."""
        began = time.perf_counter()
        request = replace(q, **parameters) if isinstance(q, SearchRequest) else request_of(q, parameters)
        if not request.q.isascii():
            request = replace(request, q=_SURROGATES.sub("\ufffd", request.q))
        state = self._current()
        question = question_of(request.q, state.synonyms)
        if question.options.sort and request.sort == "relevance":
            request = replace(request, sort=question.options.sort)
        if request.strict and question.warnings:
            first = question.warnings[0]
            raise QueryError(first.code, first.message, span=(first.span.start, first.span.end))
        page = state.pages.get(request)
        if page is None:
            page = answer(state, request, question, time.monotonic() + self.deadline)
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
        for number, segment in enumerate(state.segments):
            doc = segment.find(article_id)
            if doc is not None:
                return _whole(state, number, doc)
        raise NotFoundError(f"no article has the id {article_id!r}")

    def articles(self) -> Iterator[StoredArticle]:
        """See the protocol."""
        state = self._current()
        for number, segment in enumerate(state.segments):
            live = segment.live("article")
            for doc in range(segment.docs("article")):
                if live is None or live[doc]:
                    yield self._one(state, number, doc)

    @_says_damage
    def _one(self, state: State, segment: int, doc: int) -> StoredArticle:
        return _whole(state, segment, doc)

    @_says_damage
    def quote(self, quote_id: str) -> QuoteHit:
        """See the protocol."""
        state = self._current()
        for number, segment in enumerate(state.segments):
            live = segment.live("quote")
            for doc in segment.part("quote").find(quote_id):
                if live is None or live[doc]:
                    quote, of = state.stored("quote", number, doc, unpack_quote)
                    if quote.id == quote_id:
                        return Hits(Everything(), "quote", ()).quote(quote, of, 0.0, _nothing_to_mark)
        raise NotFoundError(f"no quote has the id {quote_id!r}")

    @_says_damage
    def suggest(self, q: str, limit: int = 10) -> Suggestions:
        """See the protocol."""
        if not 1 <= limit <= MAX_SUGGESTIONS:
            raise QueryError(
                "invalid_parameter",
                f"limit: found {limit}, expected a whole number from 1 to {MAX_SUGGESTIONS}",
                parameter="limit",
            )
        return self._current().suggester.suggest(_SURROGATES.sub("\ufffd", q), limit)

    @_says_damage
    def stats(self) -> Stats:
        """See the protocol."""
        state = self._current()
        manifest = state.manifest
        return Stats(
            articles=manifest.articles,
            quotes=manifest.quotes,
            speakers=state.facets["article"].distinct("speaker"),
            segments=len(state.segments),
            bytes=manifest.bytes,
            generation=manifest.name,
            created=manifest.created,
            schema=manifest.schema,
            engine=ENGINE,
        )

    def close(self) -> None:
        """See the protocol. Questions that are under way keep their files until they are answered."""
        self._state = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _whole(state: State, number: int, doc: int) -> StoredArticle:
    """An article of a segment with its quotes."""
    article = state.stored("article", number, doc, unpack_article)
    segment = state.segments[number]
    quotes = [state.stored("quote", number, quote, unpack_quote)[0] for quote in segment.quotes_of(doc)]
    return StoredArticle(article, tuple(sorted(quotes, key=lambda q: (q.start, q.end))))


def _nothing_to_mark(text: str, field: str) -> Reading:
    return Reading(text)
