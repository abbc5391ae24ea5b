"""How does an article get into an index? `IndexWriter` is what every engine gives; nothing above it knows more.

with open_writer("molva-index") as writer:
    writer.add(Article(id="a1", title="…", text="…", published="2015-12-15", source="RT"))
    writer.publish()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from . import settings
from .errors import InvalidArticleError
from .model import Article, Quote

if TYPE_CHECKING:  # readers of an index import this module too
    from .sources import Portion, Skipped

Outcome = int | InvalidArticleError  # how many quotes an article has that was put in, or why it was not


class SyncState(NamedTuple):
    """What the index knows of an article's coming: the file it came from, and the digest of what it was then."""

    origin: str | None
    digest: str | None


class Sighting(NamedTuple):
    """An article that was read and lies in the process that read it. `number` counts all that are read, with gaps;
    `digest` tells whether it has changed; `bytes_read` of its file; `undated`: its date cannot be read.
    """

    number: int
    id: str
    id_from_path: bool
    origin: str
    digest: str
    bytes_read: int
    undated: bool


class Take(NamedTuple):
    """That an article is put in, under this id."""

    number: int
    id: str
    state: SyncState


@dataclass(frozen=True, slots=True)
class Orders:
    """What becomes of articles that were read: some are put in, some forgotten; the others wait."""

    takes: list[Take]
    forgotten: list[int]


class Chooser(Protocol):
    """Decides what of the input goes in. It is asked in the order of the input, whoever reads it."""

    def choose(self, found: Sequence[Sighting | Skipped]) -> Orders:
        """What becomes of these, and of what waits."""
        ...

    def rest(self) -> Orders:
        """What becomes of what waits when all is read."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish made live."""

    generation: str
    articles: int
    quotes: int


class IndexWriter(Protocol):
    """The one writer of an index. What it was given is searchable and safe when `publish` returns, and not before.

    `unpublished`: it goes on with what a writer that broke off has left, and which waits for `publish`.
    """

    unpublished: bool

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """Put an article in, in place of the one with the same id and its quotes. Without `quotes` the article is
        cleaned and its quotes are extracted here. Raises InvalidArticleError; the batch goes on without it.
        """
        ...

    def load(
        self,
        portions: Iterable[Portion],
        chooser: Chooser,
        *,
        prepare: Callable[[Article], tuple[Article, Sequence[Quote]]],
        jobs: int = 1,
    ) -> Iterator[tuple[SyncState, Outcome]]:
        """Read the input and put in what `chooser` takes, as it comes from `prepare`, by `jobs` processes; the last of
        an id counts. Yields what came of each that was taken, in their order; nothing happens but while it is asked
        for the next one.
        """
        ...

    def delete(self, article_id: str) -> bool:
        """Take an article out with its quotes; whether it was there."""
        ...

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """Id and state of each published article."""
        ...

    def publish(self) -> Published:
        """Make all since the last publish live, at once and durably."""
        ...

    def close(self) -> None:
        """Let go of the index; what was not published is lost."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_writer(
    folder: str | Path, *, rebuild: bool = False, memory_mb: int | None = None, engine: str | None = None
) -> IndexWriter:
    """The writer of the index in `folder`, or on the cluster that the settings name (index/settings); it is made where
    there is none. With `rebuild` it starts empty beside the live index, which answers on until `publish`. `memory_mb`:
    what it may hold, about. `engine`: another one than the settings say.

    Raises LockedError (another writer), NoIndexError (the folder holds something else), UnsupportedIndexError,
    SettingsError, ClusterError.
    """
    if settings.engine(engine) == "opensearch":
        from .opensearch_settings import opensearch_settings
        from .opensearch_writer import OpenSearchWriter

        return OpenSearchWriter(opensearch_settings(), rebuild=rebuild)
    from .storage.embedded_writer import MEMORY_MB, EmbeddedWriter

    return EmbeddedWriter(Path(folder), rebuild=rebuild, memory_mb=memory_mb or MEMORY_MB)
