"""How does an index take in articles? The embedded `IndexWriter`: segments beside the live state, then one publish.

The same id again, in one segment or in several: the last one counts, the earlier one is deleted before anybody can see
it. Until `publish` nothing of this is live; what is left behind without one, the next writer sweeps.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from index import compiling
from index.errors import DamagedIndexError, IndexingError, NoIndexError
from index.model import Article, Quote
from index.prepare import prepare, typed
from index.writer import Outcome, Published, SyncState

from . import folder as layout
from . import loading, merge_policy
from .background import BackgroundMerges
from .gathering import LONG_RUN, Gathering, NewSegment
from .held import HeldSegment, merged
from .rows import rows_of
from .segment import open_segment, open_segments

MEMORY_MB: Final = 512
_STATELESS: Final = SyncState(None, None)


class EmbeddedWriter:
    """See `index.writer.IndexWriter`. `memory_mb` bounds what a run holds, about."""

    def __init__(self, folder: Path, *, rebuild: bool = False, memory_mb: int = MEMORY_MB) -> None:
        self.folder = folder
        self._share = memory_mb * (1 << 20) // 2
        layout.claim(folder)
        self._closing = contextlib.ExitStack()
        self._closing.enter_context(layout.writer_lock(folder))
        try:
            self._open(rebuild=rebuild)
        except BaseException:
            self._closing.close()
            raise

    def _open(self, *, rebuild: bool) -> None:
        self._held: list[HeldSegment] = []
        self._left: list[HeldSegment] = []  # merged into others before anybody saw them
        self._rebuilds = rebuild
        self._failed = False
        self._added = 0
        if not rebuild and layout.has_generations(self.folder):
            with contextlib.suppress(NoIndexError):
                manifest = layout.live_manifest(self.folder)
                segments = open_segments(self.folder, manifest)
                self._held = [
                    HeldSegment(*one, published=True) for one in zip(segments, manifest.segments, strict=True)
                ]
        self._fresh = not self._held
        layout.sweep(self.folder)
        self._behind = BackgroundMerges(self.folder)
        self._gathering = Gathering(self.folder, self._share, compiles=True)

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """See the protocol."""
        if quotes is None:
            article, quotes = prepare(article)
        else:
            typed(article)  # what cannot be encoded, `rows_of` finds
        self._put(article, quotes, state or _STATELESS)

    def _put(self, article: Article, quotes: Sequence[Quote], state: SyncState) -> None:
        rows = rows_of(article, quotes, state)
        try:
            self._take(self._gathering.add(rows, self._added))
            self._added += 1
        except BaseException as error:
            self._fail(error)
            raise

    def load(
        self,
        items: Iterable[tuple[SyncState, Article]],
        *,
        prepare: Callable[[Article], tuple[Article, Sequence[Quote]]] = prepare,
        jobs: int = 1,
    ) -> Iterator[tuple[SyncState, Outcome]]:
        """See the protocol. With few articles no process is started."""
        several, items = loading.split_off(items, jobs)
        if not several:
            yield from loading.load(items, prepare, self._put)
            return
        with self._or_failed():
            self._take(self._gathering.flush())
            made: list[NewSegment] = []
            yield from loading.load_in_processes(
                items, prepare, jobs=jobs, folder=self.folder, share=self._share // jobs, made=made, looked=_look
            )
            self._adopt(made)

    def _adopt(self, made: Sequence[NewSegment]) -> None:
        """Take over segments that were written side by side. Of an id in two of them the later article counts."""
        new = [self._opened(one) for one in made]
        for place, one in enumerate(new):
            for held in self._held:
                held.delete([document for document, _ in held.also_in(one)])
            for other_place, other in enumerate(new[:place]):
                for document, here in other.also_in(one):
                    later = made[place].order[here] > made[other_place].order[document]
                    (other if later else one).delete([document if later else here])
        self._held += new

    def delete(self, article_id: str) -> bool:
        """See the protocol."""
        with self._or_failed():
            found = self._gathering.drop(article_id)
            for held in self._held:
                document = held.find(article_id)
                if document is not None:
                    held.delete([document])
                    found = True
            return found

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """See the protocol."""
        for held in self._held:
            if held.published:
                yield from held.segment.states()

    def _take(self, made: NewSegment | None) -> None:
        """Put a segment behind the others, if there is one; what it has anew is deleted in them."""
        if made is not None:
            new = self._opened(made)
            for held in self._held:
                held.delete([document for document, _ in held.also_in(new)])
            self._held.append(new)
            self._behind.look(self._held)
            self._let_go(self._behind.left())

    def _opened(self, made: NewSegment) -> HeldSegment:
        held = HeldSegment(open_segment(self.folder, made.entry), made.entry, published=False)
        held.delete(made.dropped)
        return held

    def publish(self) -> Published:
        """See the protocol. Raises DamagedIndexError where a rebuilt state does not read back as written."""
        if self._failed:
            raise IndexingError(
                f"{self.folder}: this writer broke off before, so that nothing of it can be published; open a new one"
            )
        with self._or_failed():
            self._take(self._gathering.flush(last=True))
            self._behind.settle(self._held)
            self._merge()
            if self._rebuilds:
                self._check_rebuilt()
            with layout.uninterrupted():
                manifest = layout.publish(self.folder, [held.saved(self.folder) for held in self._held])
                for held in self._held:
                    held.published = True
                self._rebuilds = self._fresh = False
            self._let_go([*self._left, *self._behind.left()])
            self._left = []
        return Published(manifest.name, manifest.articles, manifest.quotes)

    def _merge(self) -> None:
        """Make few segments of many: of a first or rebuilt index one, else as the policy says."""
        if self._fresh and len(self._held) > 1:
            runs = [range(len(self._held))]
        else:
            runs = merge_policy.runs_to_merge([held.size for held in self._held])
        for run in reversed(runs):
            old = self._held[run.start : run.stop]
            self._held[run.start : run.stop] = merged(self.folder, old)
            self._left += old

    def _check_rebuilt(self) -> None:
        """A rebuilt state goes live only if it reads back as it was written."""
        for held in self._held:
            found = held.problems()
            if found:
                raise DamagedIndexError(f"the new generation is not sound, the old one stays live: {found[0]}")

    @contextlib.contextmanager
    def _or_failed(self) -> Iterator[None]:
        """What breaks off in the middle may have left anything behind: nothing of it is published then."""
        try:
            yield
        except BaseException as error:
            self._fail(error)
            raise

    def _fail(self, error: BaseException) -> None:
        self._failed = True
        if isinstance(error, OSError):
            raise IndexingError(
                f"{self.folder}: cannot be written ({error.strerror or error}); the index stays as it was; "
                "make room or mend the disk, and run again"
            ) from error

    def _let_go(self, segments: Sequence[HeldSegment]) -> None:
        for held in segments:
            held.segment.close()
        with contextlib.suppress(OSError):
            layout.discard(self.folder, [held.entry for held in segments if not held.published])

    def close(self) -> None:
        """See the protocol."""
        with self._closing:
            self._behind.stop()
            self._let_go([*self._held, *self._left, *self._behind.left()])
            if self._failed:
                with contextlib.suppress(OSError):
                    layout.sweep(self.folder)
            self._held, self._left = [], []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _look(articles: int) -> None:
    """The processes use the kernels as soon as they are compiled; this one sees to it that they are."""
    if articles >= LONG_RUN and articles % LONG_RUN == 0:
        compiling.start()
