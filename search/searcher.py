"""How is a question answered? `Searcher` is what every engine gives; the page, the endpoint and the command line know
nothing else of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from index import settings

from .errors import IndexUnavailableError
from .request import SearchRequest
from .results import Listing, Marked, Page, QuoteHit, Stats, StoredArticle

if TYPE_CHECKING:
    from .speakers import SpeakerFound, SpeakerPage, Timeline, Word
    from .suggest import Suggestions


class Searcher(Protocol):
    """One index, open for reading. Safe to share between threads; it follows newer generations between queries."""

    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        """Answer one question. `parameters` are those of the endpoint (`from` may be written `from_`).

        Raises QueryError for what the contract refuses, IndexUnavailableError without an index.
        """
        ...

    def article(self, article_id: str) -> StoredArticle:
        """A whole article with its quotes. Raises NotFoundError."""
        ...

    def marked(self, article_id: str, q: str) -> tuple[Marked, Marked]:
        """The title and the readable text of an article with what answers `q` in them, whether or not all of `q` does;
        of a book the first stretch only. Raises NotFoundError, QueryError.
        """
        ...

    def quote(self, quote_id: str) -> QuoteHit:
        """One quote and its place. Raises NotFoundError."""
        ...

    def articles(self) -> Iterator[StoredArticle]:
        """Every article with its quotes, in the order of the index: one published state from beginning to end."""
        ...

    def listing(self, first: int, count: int) -> Listing:
        """Ids and dates of the `count` articles behind the `first` ones, in the order of the index."""
        ...

    def reprints(self, quote_id: str) -> tuple[QuoteHit, ...]:
        """A quote and all its reprints, from the first date on. Raises NotFoundError."""
        ...

    def speakers(self, q: str = "", *, limit: int = 20, offset: int = 0, sort: str = "quotes") -> SpeakerPage:
        """The speakers of the archive whom `q` means, all without it; by quotes, name or newest.

        Raises QueryError (`invalid_parameter`).
        """
        ...

    def speaker(self, speaker_id: str) -> SpeakerFound:
        """One speaker, by id or by a name that is nobody else's. Raises NotFoundError, NamesakesError."""
        ...

    def words_of_speaker(self, speaker_id: str) -> tuple[Word, ...]:
        """The words that are most theirs, the surest first. Raises as `speaker`."""
        ...

    def timeline(self, request: SearchRequest, by: Literal["year", "month"] = "year") -> Timeline:
        """How many documents answer in each year or month. Raises QueryError."""
        ...

    def suggest(self, q: str, limit: int = 10) -> Suggestions:
        """What a reader who has typed `q` may be about to type, at most `limit` of each kind.

        Raises QueryError (`invalid_parameter`) for a limit that is not from 1 to 50.
        """
        ...

    def stats(self) -> Stats:
        """What is in the index."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_searcher(
    folder: str | Path, *, deadline: float = 0.8, accelerate: bool = False, engine: str | None = None
) -> Searcher:
    """The searcher over the index in `folder`, or over the OpenSearch cluster of the settings, of which `folder` holds
    what a person has decided. `deadline`: seconds after which the embedded engine answers with what was found by then;
    `accelerate`: a server asks, for which compiled code is loaded and newer states are got ready in the background;
    `engine`: in place of the one of the settings.

    Raises IndexUnavailableError.
    """
    from index.errors import IndexingError

    try:
        if settings.engine(engine) == "opensearch":
            from index.opensearch_settings import opensearch_settings

            from .opensearch_searcher import OpenSearchSearcher

            return OpenSearchSearcher(Path(folder), opensearch_settings(), deadline=deadline, serves=accelerate)
    except IndexingError as error:
        raise IndexUnavailableError(str(error)) from error
    from .embedded import EmbeddedSearcher

    return EmbeddedSearcher(Path(folder), deadline=deadline, accelerate=accelerate)
