"""How do many articles come in at once? Prepared, and made into segments, by this process or by several.

With several, each prepares chunks in turn (chunk n goes to process n mod jobs, so that the same input gives the same
index), gathers them and writes segments of its own; this process takes them over in the end. The processes are
spawned, not forked: a fork would inherit the writer's lock and hold it when this process is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final

from index.errors import IndexingError, InvalidArticleError
from index.model import Article, Quote
from index.writer import Outcome, SyncState

from .gathering import Gathering, NewSegment
from .rows import rows_of

CHUNK: Final = 32  # articles a task; large enough to hide what a task costs, small enough to keep progress moving
AHEAD: Final = 3  # tasks that a process may have waiting

Item = tuple[SyncState, Article]
Prepare = Callable[[Article], tuple[Article, Sequence[Quote]]]
Take = Callable[[Article, Sequence[Quote], SyncState], None]


def load(items: Iterable[Item], prepare: Prepare, take: Take) -> Iterator[tuple[SyncState, Outcome]]:
    """Prepare each article and `take` it, in order, in this process. Yields what came of each."""
    for state, article in items:
        yield state, _taken(state, article, prepare, take)


def _taken(state: SyncState, article: Article, prepare: Prepare, take: Take) -> Outcome:
    """How many quotes an article has that was taken, or why it was not. A bad one never costs its batch."""
    try:
        article, quotes = prepare(article)
    except InvalidArticleError as error:
        return error
    except Exception as error:  # a defect of ours must not cost the batch either
        return InvalidArticleError(
            f"article {article.id!r:.80}: cannot be prepared ({error!r:.200}); please report this"
        )
    try:
        take(article, quotes, state)
    except InvalidArticleError as error:
        return error
    return len(quotes)


def try_out(items: Iterable[Item], *, prepare: Prepare, jobs: int = 1) -> Iterator[tuple[SyncState, Outcome]]:
    """What would come of the articles: as `IndexWriter.load`, but nothing is written."""
    several, items = split_off(items, jobs)
    if several:
        return load_in_processes(items, prepare, jobs=jobs, folder=None, share=0, made=[])
    return load(items, prepare, _take_nothing)


def _take_nothing(article: Article, quotes: Sequence[Quote], state: SyncState) -> None:
    """For what is only tried out."""


def split_off(items: Iterable[Item], jobs: int) -> tuple[bool, Iterator[Item]]:
    """Whether several processes are worth it, and the items."""
    waiting = iter(items)
    first = list(islice(waiting, CHUNK)) if jobs > 1 else []
    return len(first) == CHUNK, chain(first, waiting)


def load_in_processes(
    items: Iterator[Item],
    prepare: Prepare,
    *,
    jobs: int,
    folder: Path | None,
    share: int,
    made: list[NewSegment],
    looked: Callable[[int], None] = lambda articles: None,
) -> Iterator[tuple[SyncState, Outcome]]:
    """Prepare the articles by `jobs` processes. Yields what came of each.

    The processes write segments in `folder` (None: nothing is written), each may hold `share` bytes; in the end the
    segments are in `made`, in the order of their first articles. `looked` hears how many articles have gone by.

    Raises IndexingError where a process breaks off.
    """
    with ExitStack() as held:
        workers = [held.enter_context(_Worker(prepare, folder, share)) for _ in range(jobs)]
        busy: deque[_Worker] = deque()  # in the order of their tasks, and so of what comes of them
        for number, chunk in enumerate(iter(lambda: list(islice(items, CHUNK)), [])):
            if len(busy) >= AHEAD * jobs:
                yield from busy.popleft().results()
            busy.append(workers[number % jobs])
            busy[-1].send(number * CHUNK, chunk)
            looked(number * CHUNK)
        while busy:
            yield from busy.popleft().results()
        for worker in workers:
            worker.ask_for_segments()
        found = [one for worker in workers for one in worker.segments()]
        made += sorted(found, key=lambda one: int(one.order[0]))


class _Worker:
    """A process that prepares."""

    def __init__(self, prepare: Prepare, folder: Path | None, share: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.waiting: deque[list[SyncState]] = deque()
        self._here, there = spawn.Pipe()
        self._process: SpawnProcess = spawn.Process(target=_work, args=(there, prepare, folder, share), daemon=True)
        self._process.start()
        there.close()

    def send(self, order: int, chunk: list[Item]) -> None:
        """Hand over articles; the first is number `order` of all."""
        self.waiting.append([state for state, _ in chunk])
        self._asked((order, chunk))

    def _asked(self, task: Any) -> None:
        try:
            self._here.send(task)
        except OSError:
            raise self._broken() from None

    def _answer(self) -> Any:
        try:
            answer = self._here.recv()
        except (EOFError, OSError):
            raise self._broken() from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _broken(self) -> IndexingError:
        self._process.join(5)
        return IndexingError(
            f"a process that prepares articles ended by itself (exit code {self._process.exitcode}); nothing was "
            "published; where memory is short, run again with a smaller --jobs or --memory"
        )

    def results(self) -> Iterator[tuple[SyncState, Outcome]]:
        """Those of the oldest task."""
        outcomes = self._answer()
        yield from zip(self.waiting.popleft(), outcomes, strict=True)

    def ask_for_segments(self) -> None:
        """Have the last segment written."""
        self._asked(None)

    def segments(self) -> list[NewSegment]:
        """All segments of this process."""
        found: list[NewSegment] = self._answer()
        return found

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *raised: object) -> None:
        self._here.close()
        if raised[0] is not None:
            self._process.terminate()
        self._process.join()
        self._process.close()


def _work(connection: Connection, prepare: Prepare, folder: Path | None, share: int) -> None:
    """What a process does: tasks until None comes, then its segments."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends this process
    _end_with_parent()
    try:
        made: list[NewSegment] = []
        gathering = None if folder is None else Gathering(folder, share, compiles=False)
        while (task := connection.recv()) is not None:
            order, chunk = task
            outcomes: list[Outcome] = []
            for number, (state, article) in enumerate(chunk, order):
                outcomes.append(_taken(state, article, prepare, _into(gathering, number, made)))
            connection.send(outcomes)
        last = gathering and gathering.flush()
        connection.send([*made, last] if last else made)
    except EOFError:
        return  # the parent has gone
    except BaseException as error:
        connection.send(_sendable(error))


def _into(gathering: Gathering | None, number: int, made: list[NewSegment]) -> Take:
    if gathering is None:
        return _take_nothing

    def take(article: Article, quotes: Sequence[Quote], state: SyncState) -> None:
        full = gathering.add(rows_of(article, quotes, state), number)
        if full is not None:
            made.append(full)

    return take


def _sendable(error: BaseException) -> BaseException:
    return error if isinstance(error, (OSError, IndexingError)) else IndexingError(f"while preparing: {error!r}")


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for tasks for ever: it watches the parent and ends with it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
