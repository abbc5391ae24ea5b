"""How does an index take in articles? The embedded `IndexWriter`: segments beside the live state, then one publish.

The same id again, in one segment or in several: the last one counts, the earlier one is deleted before anybody can see
it. Until `publish` nothing of this is live; what is left behind without one, the next writer sweeps.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from index.errors import DamagedIndexError, IndexingError, NoIndexError
from index.extracts import keep
from index.model import Article, Quote
from index.prepare import prepare, typed
from index.voices import keep as keep_voices
from index.writer import Chooser, Outcome, Published, SyncState

from . import folder as layout
from . import loading, merge_policy
from .adopting import adopted, opened
from .background import BackgroundMerges
from .gathering import Gathering, NewSegment
from .held import HeldSegment, merged
from .processes import load_in_processes
from .rows import rows_of
from .segment import open_segments
from .segment_sink import SegmentSink

if TYPE_CHECKING:
    from index.sources import Portion

MEMORY_MB: Final = 512
_STATELESS: Final = SyncState(None, None)


class EmbeddedWriter:
    """See `index.writer.IndexWriter`. `memory_mb` bounds what a run holds, about."""

    unpublished = False  # what a writer that was killed has left is swept

    def __init__(self, folder: Path, *, rebuild: bool = False, memory_mb: int = MEMORY_MB) -> None:
        self.folder = folder
        self._share = memory_mb * (1 << 20) * 15 // 32  # inverting what was gathered takes as much again, and a little
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
        self._failed = self._published = False
        self._added = 0
        self._writing = 1  # processes
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
        self._gathering = Gathering(self.folder, self._share, compiles=True, before=self._behind.wait)

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """See the protocol."""
        if quotes is None:
            article, quotes = prepare(article)
        else:
            typed(article)  # what cannot be encoded, `rows_of` finds
        self._put(article, quotes, state or _STATELESS, self._added)
        self._added += 1

    def _put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        rows = rows_of(article, quotes, state)
        try:
            self._take(self._gathering.add(rows, number))
        except BaseException as error:
            self._fail(error)
            raise

    def load(
        self,
        portions: Iterable[Portion],
        chooser: Chooser,
        *,
        prepare: Callable[[Article], tuple[Article, Sequence[Quote]]] = prepare,
        jobs: int = 1,
    ) -> Iterator[tuple[SyncState, Outcome]]:
        """See the protocol. With few articles no process is started."""
        begun = loading.begin(portions, chooser, jobs)
        if not begun.several:
            yield from begun.settled(chooser, loading.Desk(prepare, self._put))
            return
        with self._or_failed():
            self._take(self._gathering.flush())
            self._writing = jobs
            made: list[NewSegment] = []
            yield from load_in_processes(
                begun,
                chooser,
                prepare,
                jobs=jobs,
                sink=partial(SegmentSink, self.folder, self._share // jobs, jobs),
                made=made,
                compiles=True,
            )
            self._adopt(sorted(made, key=lambda one: int(one.order[0])))

    def _adopt(self, made: Sequence[NewSegment]) -> None:
        """Take over segments that were written side by side."""
        new = adopted(self.folder, made)
        for one in new:
            for held in self._held:
                held.delete([document for document, _ in held.also_in(one)])
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
            new = opened(self.folder, made)
            for held in self._held:
                held.delete([document for document, _ in held.also_in(new)])
            self._held.append(new)
            self._behind.look(self._held)
            self._let_go(self._behind.left())

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
        keep(self.folder, [held.segment for held in self._held])
        self._published = True
        return Published(manifest.name, manifest.articles, manifest.quotes)

    def _merge(self) -> None:
        """Make few segments of many: of a first or rebuilt index one, or as many as processes wrote it where these are
        large, else as the policy says.
        """
        sizes = [held.size for held in self._held]
        few = len(sizes) <= self._writing and all(size.live >= merge_policy.LEAST for size in sizes)
        if self._fresh and len(sizes) > 1 and not few:
            runs = [range(len(sizes))]
        else:
            runs = merge_policy.runs_to_merge(sizes)
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
            if self._published and not self._failed:  # of the last state alone, since it takes its time
                keep_voices(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
