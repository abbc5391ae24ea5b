"""How does input come in? Read, chosen from, prepared, and made into segments, by this process or by several.

A `Desk` reads portions and keeps the articles until it is told which of them to put in. What is told of them goes to
the chooser in the order of the input, whoever has read them: it sees ids and digests, never a text. What a former run
has found in a task need not be read again: the desk reads it only when an article of it is put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NoReturn

from index.errors import IndexingError, InvalidArticleError
from index.model import Article, Quote
from index.prepare import digest
from index.sources import Loaded, Portion, Skipped
from index.writer import Chooser, Orders, Outcome, Sighting, SyncState

TASK: Final = 1 << 17  # bytes of portions that are read at once; large enough to hide what a task costs
MANY: Final = 32  # portions that are, however small
# From which on several processes are worth starting: one starts in half a second, in which this one prepares about as
# much.
CHARACTERS: Final = 1 << 19  # of texts to be put in
TASKS: Final = 512  # to be read
LEAST: Final = 64  # tasks in which the least articles that are asked for should be, or fewer do
NUMBERS: Final = 1 << 32  # of articles that a task may have

Found = Sighting | Skipped
Recall = Callable[[Iterable["Task"]], Iterator["Task"]]  # the same tasks, `told` where somebody remembers
Prepare = Callable[[Article], tuple[Article, Sequence[Quote]]]
Put = Callable[[Article, Sequence[Quote], SyncState, int], None]  # the last one is the article's number


@dataclass(frozen=True, slots=True)
class Task:
    """Portions that are read by one process."""

    number: int
    portions: list[Portion]
    told: Sequence[Found] | None = None  # what is in them, where that is known before they are read


def tasks(portions: Iterable[Portion]) -> Iterator[Task]:
    """The input in tasks, numbered from 0 on."""
    some: list[Portion] = []
    number = size = 0
    for portion in portions:
        some.append(portion)
        size += portion.size
        if size >= TASK or len(some) >= MANY:
            yield Task(number, some)
            some, number, size = [], number + 1, 0
    if some:
        yield Task(number, some)


class Desk:
    """Where articles lie between reading and putting in. `put` takes one that is prepared, with its number."""

    def __init__(self, prepare: Prepare, put: Put) -> None:
        self._prepare = prepare
        self._put = put
        self.articles: dict[int, Article] = {}  # by their numbers
        self._unread: dict[int, Task] = {}
        self._left: dict[int, set[int]] = {}  # numbers in these that were neither put in nor forgotten

    def read(self, task: Task) -> list[Found]:
        """Read a task's portions; what was found in them, in order."""
        if task.told is not None:
            self._unread[task.number] = task
            self._left[task.number] = {one.number for one in task.told if isinstance(one, Sighting)}
            return list(task.told)
        found: list[Found] = []
        for number, outcome in _numbered(task):
            if isinstance(outcome, Loaded):
                found.append(_sighted(number, outcome))
                self.articles[number] = outcome.article
            else:
                found.append(outcome)
        return found

    def read_after_all(self, task: int) -> None:
        """Read what was not read because it was known what is there; what was forgotten of it stays so."""
        if task in self._unread:
            left = self._left.pop(task)
            for number, outcome in _numbered(self._unread.pop(task)):
                if isinstance(outcome, Loaded) and number in left:
                    self.articles[number] = outcome.article

    def forget(self, number: int) -> None:
        """Let go of an article."""
        task = number // NUMBERS
        if task not in self._unread:
            del self.articles[number]
            return
        self._left[task].remove(number)
        if not self._left[task]:
            del self._unread[task], self._left[task]

    def settle(self, orders: Orders) -> list[Outcome]:
        """Put in what is to be put in, and forget the rest; what came of each that was put in."""
        for number in orders.forgotten:
            self.forget(number)
        return [self._taken(number, article_id, state) for number, article_id, state in orders.takes]

    def _taken(self, number: int, article_id: str, state: SyncState) -> Outcome:
        """How many quotes an article has that was put in, or why it was not. A bad one never costs its batch."""
        self.read_after_all(number // NUMBERS)
        article = self.articles.pop(number)
        try:
            return self._put_in(article if article.id == article_id else replace(article, id=article_id), state, number)
        except InvalidArticleError as error:
            error.article_id = article_id
            return error

    def _put_in(self, article: Article, state: SyncState, number: int) -> int:
        try:
            article, quotes = self._prepare(article)
        except InvalidArticleError:
            raise
        except OSError as error:  # it is not the article that is refused
            raise IndexingError(
                f"article {article.id!r:.80}: cannot be prepared ({error.strerror or error}); the index stays so; "
                "allow more open files (ulimit -n) or mend the disk, and run again"
            ) from error
        except Exception as error:  # a defect of ours must not cost the batch either
            raise InvalidArticleError(
                f"article {article.id!r:.80}: cannot be prepared ({error!r:.200}); please report this"
            ) from None
        self._put(article, quotes, state, number)
        return len(quotes)


def _numbered(task: Task) -> Iterator[tuple[int, Loaded | Skipped]]:
    """What is in a task, articles with their numbers."""
    number = task.number * NUMBERS
    for portion in task.portions:
        for outcome in portion.read():
            yield number, outcome
            number += isinstance(outcome, Loaded)


def _sighted(number: int, loaded: Loaded) -> Sighting:
    article = loaded.article
    undated = article.published is None and "date" in article.extra
    return Sighting(number, article.id, loaded.id_from_path, loaded.origin, digest(article), loaded.bytes_read, undated)


Results = Iterator[tuple[SyncState, Outcome]]


def load(waiting: Iterable[Task], chooser: Chooser, desk: Desk) -> Results:
    """Read and put in, in this process. Yields what came of each article that was taken."""
    for task in waiting:
        yield from _settled(desk, chooser.choose(desk.read(task)))
    yield from _settled(desk, chooser.rest())


def _settled(desk: Desk, orders: Orders) -> Results:
    return zip((take.state for take in orders.takes), desk.settle(orders), strict=True)


@dataclass(frozen=True, slots=True)
class Begun:
    """What was read, and not put in, before it was known whether several processes are worth starting."""

    tasks: Iterator[Task]  # that are left
    articles: dict[int, Article]
    orders: list[Orders]
    several: bool

    def settled(self, chooser: Chooser, desk: Desk) -> Results:
        """Go on in this process."""
        desk.articles = self.articles
        for orders in self.orders:
            yield from _settled(desk, orders)
        yield from load(self.tasks, chooser, desk)


def begin(portions: Iterable[Portion], chooser: Chooser, jobs: int, *, recall: Recall = iter, least: int = 0) -> Begun:
    """Read so much that it is known whether there is work for several processes, and with as many as these `least`
    articles to be put in.
    """
    waiting = recall(tasks(portions))
    desk = Desk(_never, _never)
    orders: list[Orders] = []
    taken = 0
    several = False
    for task in waiting if jobs > 1 else ():
        orders.append(chooser.choose(desk.read(task)))
        for number in orders[-1].forgotten:
            desk.forget(number)
        desk.read_after_all(task.number)
        orders[-1] = Orders(orders[-1].takes, [])
        taken += sum(len(desk.articles[take.number].text) for take in orders[-1].takes)
        much = several or taken >= CHARACTERS or task.number + 1 >= TASKS
        if much and (len(desk.articles) >= least or task.number + 1 >= LEAST):
            following = next(waiting, None)
            if following is not None:
                return Begun(chain([following], waiting), desk.articles, orders, several=True)
        several = much and task.number > 0
    return Begun(waiting, desk.articles, orders, several=several and least > 0)


def _never(*_: object) -> NoReturn:
    raise AssertionError("nothing is put in before it is known where")


def try_out(portions: Iterable[Portion], chooser: Chooser, *, prepare: Prepare, jobs: int = 1) -> Results:
    """What would come of the input: as `IndexWriter.load`, but nothing is written."""
    from .processes import Nowhere, load_in_processes  # which imports this module

    begun = begin(portions, chooser, jobs)
    if not begun.several:
        return begun.settled(chooser, Desk(prepare, Nowhere().put))
    return load_in_processes(begun, chooser, prepare, jobs=jobs, sink=Nowhere, made=[])
