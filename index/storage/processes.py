"""How do several processes index? Each reads tasks in turn, has a desk of its own, and a sink of its own to put in.

Task n goes to process n mod jobs, so that the same input gives the same index. The last of the processes is this one,
which also decides, in the order of the input, and is told in the end what the sinks have made. Raw lines
and small files go to the others; ids, digests and outcomes come back. This one puts its own articles in while the
others have no answer yet, so that nobody waits for it. The others are spawned, not forked: a fork would inherit the
writer's lock and hold it when this process is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Any, Final, Protocol

from index import compiling
from index.collecting import collect_rarely
from index.errors import IndexingError
from index.model import Article, Quote
from index.writer import Chooser, Orders, Outcome, Sighting, SyncState, Take

from .gathering import LONG_RUN
from .loading import NUMBERS, Begun, Desk, Found, Prepare, Results, Task

# Tasks that a process may have waiting: so many that one that loads kernels or writes a segment stops no other at once.
AHEAD: Final = 64


class Sink(Protocol):
    """Where one process puts articles in."""

    def put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        """Put one in, which has this number. Raises InvalidArticleError."""
        ...

    def hurry(self) -> None:
        """Much is to come: what takes its time to begin with will pay."""
        ...

    def finish(self) -> Sequence[Any]:
        """What was made in all; it goes to the process that started the others."""
        ...


MakeSink = Callable[[], Sink]  # which is sent to each process


class Nowhere:
    """A sink for what is only tried out."""

    def put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        """See `Sink`."""

    def hurry(self) -> None:
        """See `Sink`."""

    def finish(self) -> Sequence[Any]:
        """See `Sink`."""
        return ()


def load_in_processes(
    begun: Begun,
    chooser: Chooser,
    prepare: Prepare,
    *,
    jobs: int,
    sink: MakeSink,
    made: list[Any],
    compiles: bool = False,
) -> Results:
    """Go on by `jobs` processes, this one among them. Yields what came of each article that was taken, in their order.

    Each process has a `sink`; what these have made is in `made` in the end. `compiles`: they use kernels as soon as
    these are compiled, and this one sees to it that they are.

    Raises IndexingError where a process breaks off.
    """
    with ExitStack() as held:
        others = [held.enter_context(_Worker(prepare, sink)) for _ in range(jobs - 1)]
        own = _Own(prepare, sink())
        workers: list[_Worker | _Own] = [*others, own]
        taken = 0
        waiting: deque[Take] = deque()
        outcomes: dict[int, Outcome] = {}  # by the numbers of articles

        def order(orders: Orders) -> Results:
            nonlocal taken
            parts: dict[int, Orders] = {}  # of each process
            for take in orders.takes:
                parts.setdefault(_task(take.number) % jobs, Orders([], [])).takes.append(take)
            for number in orders.forgotten:
                parts.setdefault(_task(number) % jobs, Orders([], [])).forgotten.append(number)
            for place, part in parts.items():
                workers[place].settle(part)
            waiting.extend(orders.takes)
            before, taken = taken, taken + len(orders.takes)
            if compiles and before // LONG_RUN < taken // LONG_RUN:
                compiling.start()
            own.work_off(AHEAD)
            return come()

        def come() -> Results:
            for worker in workers:
                outcomes.update(worker.outcomes())
            while waiting and waiting[0].number in outcomes:
                take = waiting.popleft()
                yield take.state, outcomes.pop(take.number)

        def found_by(worker: _Worker | _Own) -> list[Found]:
            while not worker.has_answered() and own.work():
                pass
            return worker.found()

        for place, worker in enumerate(workers):
            worker.adopt({number: one for number, one in begun.articles.items() if _task(number) % jobs == place})
        reading: deque[_Worker | _Own] = deque()  # in the order of their tasks

        def read(task: Task) -> None:
            reading.append(workers[task.number % jobs])
            reading[-1].read(task)

        # The others read before they put anything in: while they load kernels for that, this one has what to decide.
        for task in islice(begun.tasks, AHEAD * jobs):
            read(task)
        if len(reading) == AHEAD * jobs:
            own.hurry()
        for orders in begun.orders:
            yield from order(orders)
        for task in begun.tasks:
            yield from order(chooser.choose(found_by(reading.popleft())))
            read(task)
        while reading:
            yield from order(chooser.choose(found_by(reading.popleft())))
        yield from order(chooser.rest())
        for one in others:
            one.finish()
        made += own.finish()
        for one in others:
            made += one.made()
        yield from come()


def _task(number: int) -> int:
    """The task in which an article was read."""
    return number // NUMBERS


class _Own:
    """What this process does itself. It reads at once, and puts in when it is told to work."""

    def __init__(self, prepare: Prepare, sink: Sink) -> None:
        self._sink = sink
        self._desk = Desk(prepare, sink.put)
        self._found: deque[list[Found]] = deque()
        self._asked: deque[Orders] = deque()
        self._outcomes: dict[int, Outcome] = {}

    def adopt(self, articles: dict[int, Article]) -> None:
        """Take articles that were read before."""
        self._desk.articles.update(articles)

    def read(self, task: Task) -> None:
        """Read a task."""
        self._found.append(self._desk.read(task))

    def settle(self, orders: Orders) -> None:
        """Remember what becomes of what was read."""
        self._asked.append(orders)

    def work(self) -> bool:
        """Put in what was asked for first; whether there was anything."""
        if not self._asked:
            return False
        orders = self._asked.popleft()
        done = self._desk.settle(orders)
        self._outcomes.update(zip((take.number for take in orders.takes), done, strict=True))
        return True

    def work_off(self, left: int) -> None:
        """Work until no more than `left` orders wait."""
        while len(self._asked) > left:
            self.work()

    def hurry(self) -> None:
        """Load kernels for a run that turns out long: the others are starting, and there is nothing else to do yet."""
        self._sink.hurry()

    def has_answered(self) -> bool:
        """Whether `found` gives at once what was found."""
        return True

    def found(self) -> list[Found]:
        """What was found in the oldest task."""
        return self._found.popleft()

    def outcomes(self) -> dict[int, Outcome]:
        """What came of articles since this was asked last, by their numbers."""
        outcomes, self._outcomes = self._outcomes, {}
        return outcomes

    def finish(self) -> Sequence[Any]:
        """Put in what is left; what the sink has made."""
        self.work_off(0)
        return self._sink.finish()


class _Worker:
    """Another process that reads, prepares and writes. It answers in the order in which it is asked."""

    def __init__(self, prepare: Prepare, sink: MakeSink) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._awaited: deque[list[int] | None] = deque()  # numbers of outcomes; None for what was found
        self._outcomes: dict[int, Outcome] = {}
        self._here, there = spawn.Pipe()
        self._process: SpawnProcess = spawn.Process(target=_work, args=(there, prepare, sink), daemon=True)
        self._process.start()
        there.close()

    def adopt(self, articles: dict[int, Article]) -> None:
        """Hand over articles that were read here."""
        self._send(articles)

    def read(self, task: Task) -> None:
        """Have a task read."""
        self._send(task)
        self._awaited.append(None)

    def settle(self, orders: Orders) -> None:
        """Say what becomes of what was read."""
        # Plain tuples, which are pickled in a third of the time.
        self._send(([(number, own, *state) for number, own, state in orders.takes], orders.forgotten))
        self._awaited.append([take.number for take in orders.takes])

    def finish(self) -> None:
        """Have the sink finished."""
        self._send(None)
        self._awaited.append(None)

    def has_answered(self) -> bool:
        """Whether `found` gives at once what was found, or says that the process has ended."""
        while self._here.poll():
            if not self._awaited or self._awaited[0] is None:
                return True
            self._take_outcomes()
        return False

    def found(self) -> list[Found]:
        """What was found in the oldest task."""
        return [Sighting._make(one) if type(one) is tuple else one for one in self._last()]

    def outcomes(self) -> dict[int, Outcome]:
        """What came of articles since this was asked last, by their numbers."""
        outcomes, self._outcomes = self._outcomes, {}
        return outcomes

    def made(self) -> Sequence[Any]:
        """What its sink has made."""
        return list(self._last())

    def _last(self) -> Any:
        """The next answer that is not about outcomes."""
        while self._awaited[0] is not None:
            self._take_outcomes()
        self._awaited.popleft()
        return self._answer()

    def _take_outcomes(self) -> None:
        numbers = self._awaited.popleft()
        self._outcomes.update(zip(numbers or (), self._answer(), strict=True))

    def _send(self, asked: object) -> None:
        try:
            self._here.send(asked)
        except OSError:
            while True:  # until what it said in the end, if anything
                self._answer()

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

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *raised: object) -> None:
        self._here.close()
        if raised[0] is not None:
            self._process.terminate()
        self._process.join()
        self._process.close()


def _work(connection: Connection, prepare: Prepare, make: MakeSink) -> None:
    """What a process does: what it is asked for until None comes, then it tells what its sink has made."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends this process
    _end_with_parent()
    collect_rarely()
    asked = _received(connection)
    try:
        sink = make()
        desk = Desk(prepare, sink.put)
        while (one := asked.get()) is not None:
            if isinstance(one, Task):
                connection.send([tuple(found) if isinstance(found, Sighting) else found for found in desk.read(one)])
            elif isinstance(one, tuple):
                takes, forgotten = one
                takes = [Take(number, own, SyncState(*state)) for number, own, *state in takes]
                connection.send(desk.settle(Orders(takes, forgotten)))
            elif isinstance(one, BaseException):
                raise one
            else:
                desk.articles.update(one)
        connection.send(sink.finish())
    except EOFError:
        return  # the parent has gone
    except BaseException as error:
        connection.send(_sendable(error))


def _received(connection: Connection) -> SimpleQueue[Any]:
    """What comes, taken in at once by a thread: if both sides waited for the other to receive, they would for ever."""
    queue: SimpleQueue[Any] = SimpleQueue()

    def receive() -> None:
        one: Any = b""
        while one is not None and not isinstance(one, BaseException):
            try:
                one = connection.recv()
            except BaseException as error:  # it is raised where it is waited for
                one = error
            queue.put(one)

    threading.Thread(target=receive, daemon=True).start()
    return queue


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
