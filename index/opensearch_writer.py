"""How does an OpenSearch cluster take in articles? The cluster's `IndexWriter`.

The first articles, and those of a rebuild, go into a new generation that nobody sees, without replicas and refreshes.
`publish` counts and sums up what is there, has it copied, and moves both aliases in one step. A load that broke off is
gone on with: what is there already is known by its digest.

Later articles go into the live generation. They are not seen before `publish` refreshes its indices; the generation
gets a new name then. What a node that comes back shows earlier is whole articles, since an article goes behind its
quotes.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from .errors import ClusterError, DamagedIndexError, InvalidArticleError, UnsupportedIndexError
from .large import states
from .model import Article, Quote
from .opensearch_bulk import PARTITION, RUN_SHIFT, TASK_SHIFT, Bulk, BulkSink, Rejected, Target, version_of
from .opensearch_checkpoints import Checkpoints, Told
from .opensearch_client import connect, reported
from .opensearch_digest import digest_of_articles
from .opensearch_documents import document_id
from .opensearch_generations import Generations, Kept, State, live_of, now
from .opensearch_lengths import SAMPLE, MeanLengths, lengths_in
from .opensearch_lock import STARTING, WriterLock
from .opensearch_mapping import USUAL_LENGTHS, Lengths
from .opensearch_publishing import agreed_counts, as_many_as_sent, made_live, same_as_sent, without_stale_quotes
from .opensearch_reading import Reader
from .opensearch_settings import OpenSearchSettings
from .prepare import checked, prepare
from .schema import Kind
from .storage import loading
from .storage.loading import NUMBERS
from .storage.processes import load_in_processes
from .writer import Chooser, Outcome, Published, SyncState

if TYPE_CHECKING:
    from index.sources import Portion

_log: Final = logging.getLogger("molva.index")
_STATELESS: Final = SyncState(None, None)
RETURNING: Final = 120.0  # seconds that a node with the only copy of a shard may take to come back
DELETED: Final = 1_000  # articles that are deleted at once


class OpenSearchWriter:
    """See `index.writer.IndexWriter`. `unpublished`: a load that broke off is gone on with."""

    def __init__(self, settings: OpenSearchSettings, *, rebuild: bool = False) -> None:
        self._settings = settings
        self._client = connect(settings)
        self._generations = Generations(self._client, settings)
        with reported(settings):
            self._lock = WriterLock(self._client, settings)
        self._base = self._lock.run << RUN_SHIFT
        self._bulk: Bulk | None = None  # None while a new generation has no indices yet
        self._waiting: list[_Waiting] = []  # for them
        self._lengths = MeanLengths()  # of these
        self._checkpoints: list[Checkpoints] = []  # of each load
        self._states = states()  # of articles that will be there; of all of them where `_all_known`
        self._doomed: dict[str, int] = {}  # articles to be deleted, and the version of that
        self._tasks = self._added = 0  # what versions were used: see `_own_number`
        self._clean = not self._lock.inherited  # nothing is there that was not published
        self._failed = False
        try:
            with reported(settings):
                self._open(rebuild=rebuild)
        except BaseException:
            self.close()
            raise

    def _open(self, *, rebuild: bool) -> None:
        kept = self._generations.all()
        try:
            self._live = live_of(kept, self._generations.names)
        except DamagedIndexError:
            if not rebuild:
                raise
            self._live = None  # a rebuild is what mends it
        self._fresh = self._all_known = rebuild or self._live is None  # a generation that nobody sees
        self._next = max((one.number for one in kept), default=0) + 1
        if not self._fresh and self._live is not None:
            if self._live.mismatch is not None:
                raise UnsupportedIndexError(self._live.mismatch)
            self._use(self._live.number, self._live.lengths())
        for one in kept if self._fresh else ():
            self._go_on_with(one)
        self.unpublished = self._fresh and self._bulk is not None

    # -- where documents go

    def _go_on_with(self, one: Kept) -> None:
        """Go on with a generation that no writer has finished, where it is of our making; else take it away."""
        if one.live or one.left or (self._live is not None and one.number < self._live.number):
            return
        if self._bulk is None and one.problem is None and one.mismatch is None and one.shards == self._settings.shards:
            self._use(one.number, one.lengths())
            self._states = states((found.id, found.state) for found in self._reader.comings())
        else:
            self._generations.remove(one.number)

    def _use(self, number: int, lengths: Mapping[Kind, Lengths]) -> None:
        self._number = number
        self._target = Target(self._settings, number, lengths, self._base)
        self._bulk = Bulk(self._client, self._target)
        self._reader = Reader(self._client, self._generations.names, number)
        self._generations.wait(number, until=STARTING, status="yellow")
        self._generations.refresh(number)  # what a writer that died has left is seen by us, too

    def _begin(self, sample: Callable[[], dict[Kind, Lengths]] | None = None) -> Bulk:
        """The indices of a new generation are made for the lengths of the live one, or for those that `sample` tells;
        without it of what waits.
        """
        if self._bulk is None:
            known = self._live is not None and self._live.problem is None and self._live.mismatch is None
            lengths = self._live_lengths() if known else (sample or self._lengths.means)()
            self._generations.create(self._next, lengths)
            self._use(self._next, lengths)
            waiting, self._waiting = self._waiting, []
            for one in waiting:
                self._put(*one)
        assert self._bulk is not None  # noqa: S101
        return self._bulk

    def _live_lengths(self) -> dict[Kind, Lengths]:
        """The mean lengths that the live documents have now."""
        assert self._live is not None  # noqa: S101
        found: dict[Kind, Lengths] = {}
        for kind, usual in USUAL_LENGTHS.items():
            aggs = {name: {"avg": {"field": f"length.{name}"}} for name in usual}
            index = self._generations.names.index(kind, self._live.number)
            told = self._client.search(index=index, body={"size": 0, "aggs": aggs})["aggregations"]
            found[kind] = {name: told[name]["value"] or one for name, one in usual.items()}
        return found

    # -- what goes in

    def add(self, article: Article, quotes: Sequence[Quote] | None = None, *, state: SyncState | None = None) -> None:
        """See the protocol."""
        if quotes is None:
            article, quotes = prepare(article)
        else:
            article = checked(article)
        with self._or_failed():
            self._put(article, quotes, state or _STATELESS, self._own_number())

    def _own_number(self) -> int:
        """The number of an article that is added or deleted by itself: behind all that came before."""
        self._added += 1
        task, place = divmod(self._added, 1 << TASK_SHIFT)
        return (self._tasks + task) * NUMBERS + place

    def _put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        if article.id in self._doomed:
            self._carry_out_deletions()
        self._clean = False
        if self._bulk is None:
            self._lengths.add(article, quotes)
            self._waiting.append(_Waiting(article, quotes, state, number))
            if self._lengths.enough:
                self._begin()
        else:
            self._bulk.put(article, quotes, state, number)
        self._states[article.id] = state

    def load(
        self,
        portions: Iterable[Portion],
        chooser: Chooser,
        *,
        prepare: Callable[[Article], tuple[Article, Sequence[Quote]]] = prepare,
        jobs: int = 1,
    ) -> Iterator[tuple[SyncState, Outcome]]:
        """See the protocol. With few articles no process is started. What the cluster did not take comes in the end."""
        self._tasks += (self._added >> TASK_SHIFT) + 1  # numbers of the input begin at 0
        self._tasks += -self._tasks % PARTITION
        self._added = 0
        with self._or_failed():
            checkpoints = self._make_checkpoints()
            told = Told(chooser, checkpoints, jobs)
            begun = loading.begin(
                portions, told, jobs, recall=checkpoints.recall, least=SAMPLE if self._bulk is None else 0
            )
            rejected: list[Rejected] = []
            if begun.several:
                results = self._load_in_processes(begun, told, prepare, jobs, rejected)
            else:
                results = begun.settled(told, loading.Desk(prepare, self._put_from(self._tasks * NUMBERS)))
            for state, outcome in results:
                take = told.came(outcome)
                if begun.several and not isinstance(outcome, InvalidArticleError):
                    self._states[take.id] = state
                if self._bulk is not None:
                    checkpoints.acknowledged(told.acknowledged.taken)
                yield state, outcome
            self._tasks += told.last // NUMBERS + 1
            if self._waiting or self._bulk is not None:
                bulk = self._begin()
                bulk.flush()
                checkpoints.ended()
                rejected += bulk.rejected
                bulk.rejected.clear()
                yield from self._not_taken(rejected)

    def _make_checkpoints(self) -> Checkpoints:
        number = self._next if self._bulk is None else self._number
        found = Checkpoints(self._client, self._settings, generation=number, load=len(self._checkpoints))
        self._checkpoints.append(found)
        return found

    def _put_from(self, first: int) -> loading.Put:
        def put(article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
            self._put(article, quotes, state, first + number)

        return put

    def _load_in_processes(
        self,
        begun: loading.Begun,
        told: Told,
        prepare: Callable[[Article], tuple[Article, Sequence[Quote]]],
        jobs: int,
        rejected: list[Rejected],
    ) -> loading.Results:
        self._begin(lambda: lengths_in(begun.articles.values(), prepare))
        self._carry_out_deletions()
        self._clean = False
        target = self._target._replace(base=self._base + (self._tasks << TASK_SHIFT))
        sink = partial(BulkSink, connect, target)
        return load_in_processes(begun, told, prepare, jobs=jobs, sink=sink, made=rejected)

    def _not_taken(self, rejected: list[Rejected]) -> Iterator[tuple[SyncState, Outcome]]:
        """What the cluster refused; what it has of these articles stays."""
        found = {one.article_id: one.reason for one in rejected}
        rejected.clear()
        if found:
            self._generations.refresh(self._target.number)
            there = {one.id: one.state for one in self._reader.comings(ids=list(found))}
            for article_id, reason in found.items():
                state = self._states.pop(article_id)
                if article_id in there:
                    self._states[article_id] = there[article_id]
                error = InvalidArticleError(f"article {article_id!r:.80}: the cluster does not take it: {reason}")
                error.article_id = article_id
                yield state, error

    def delete(self, article_id: str) -> bool:
        """See the protocol."""
        with self._or_failed():
            there = article_id in self._states
            if not there and not self._all_known and self._bulk is not None and article_id not in self._doomed:
                index = self._generations.names.index("article", self._target.number)
                there = bool(self._client.exists(index=index, id=document_id(article_id)))
            if there:
                self._states.pop(article_id, None)
                self._waiting = [one for one in self._waiting if one.article.id != article_id]
                self._doomed[article_id] = version_of(self._base, self._own_number())
            return there

    def _carry_out_deletions(self) -> None:
        """Quotes first: an article that is there has all its quotes, or is deleted by the next run."""
        if not self._doomed:
            return
        bulk = self._begin()
        bulk.flush()
        self._clean = False
        self._generations.refresh(self._target.number)
        doomed, self._doomed = list(self._doomed.items()), {}
        for first in range(0, len(doomed), DELETED):
            some = dict(doomed[first : first + DELETED])
            bulk.delete("quote", [(found, some[owner]) for found, owner, _ in self._reader.of_articles(list(some))])
            bulk.delete("article", [(document_id(article_id), version) for article_id, version in some.items()])

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """See the protocol; in a generation that is gone on with, of each article that is there."""
        if self._fresh:
            yield from self._states.items()
            return
        with reported(self._settings):
            for one in self._reader.comings():
                self._states.setdefault(one.id, one.state)
                yield one.id, one.state
        self._all_known = not self._doomed

    # -- what goes live

    def publish(self) -> Published:
        """See the protocol. Raises DamagedIndexError where what is there is not what was sent, ClusterError."""
        if self._failed:
            raise ClusterError(
                f"{self._settings.where}: this writer broke off before, so that nothing of it can be published; open a "
                "new one, which goes on behind what was taken"
            )
        with self._or_failed():
            bulk = self._begin()
            bulk.flush()
            for _, error in self._not_taken(bulk.rejected):
                _log.warning("%s", error)
            self._carry_out_deletions()
            self._lock.check()
            self._generations.wait(self._number, until=RETURNING, status="yellow")
            self._generations.refresh(self._number)
            articles, quotes = self._without_stale_quotes(bulk)
            digest = self._digest(articles)
            name = self._made_live(State(now(), articles, quotes, digest))
            self._lock.published()
            for one in self._checkpoints:
                one.forget()
            self._clean = True
            self.unpublished = False
        return Published(name, articles, quotes)

    def _without_stale_quotes(self, bulk: Bulk) -> tuple[int, int]:
        last = version_of(self._base, self._own_number())
        found = without_stale_quotes(self._reader, since=self._lock.unfinished << RUN_SHIFT)
        for stale in found:
            bulk.delete("quote", [(one, last) for one in stale])
            self._generations.refresh(self._number)
        return agreed_counts(self._reader, self._settings.where)

    def _digest(self, articles: int) -> str | None:
        """The digest of what is published; None where not all of it is known. Raises DamagedIndexError."""
        if not self._all_known:
            return None
        sent = digest_of_articles((article_id, state.digest) for article_id, state in self._states.items())
        where = f"{self._settings.where}: what lies in generation {self._number:06d}"
        if self._fresh:
            same_as_sent(self._reader, sent, where)
        else:
            as_many_as_sent(articles, sent, where)
        return str(sent)

    def _made_live(self, state: State) -> str:
        if not self._fresh:
            return self._generations.publish(self._generations.kept(self._number), state)
        name, self._live = made_live(self._generations, self._number, state, before=self._live)
        self._fresh = False
        return name

    @contextlib.contextmanager
    def _or_failed(self) -> Iterator[None]:
        """What breaks off in the middle is not published by this writer; the next one goes on behind it."""
        try:
            with reported(self._settings):
                yield
        except InvalidArticleError:
            raise
        except BaseException:
            self._failed = True
            raise

    def close(self) -> None:
        """See the protocol. What the cluster has taken and nobody published, the next writer finds."""
        self._lock.close(finished=self._clean)
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Waiting(NamedTuple):
    """An article that waits for indices."""

    article: Article
    quotes: Sequence[Quote]
    state: SyncState
    number: int
