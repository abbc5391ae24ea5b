"""How do documents get onto the cluster? In bulks that may be sent again: each document has its version, and the
greatest one stays, in whatever order they arrive.

The quotes of an article go before it. So an article that is there has all its quotes, whenever a loading process or a
node dies, and whoever goes on looks at articles alone.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .errors import ClusterError, InvalidArticleError
from .model import Article, Quote
from .opensearch_client import said
from .opensearch_digest import CHECKSUM, checksum
from .opensearch_documents import Document, Documents, documents_of
from .opensearch_generations import Names
from .opensearch_mapping import Lengths, mapping
from .opensearch_settings import OpenSearchSettings
from .schema import KINDS, Kind
from .storage.loading import NUMBERS
from .writer import SyncState

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

CHUNK: Final = 8 << 20  # bytes of a request
GATHERED: Final = 4 << 20  # characters of documents that are gathered before they are sent
LARGEST: Final = 90 << 20  # bytes of a document; a cluster takes requests of 100 MB
PATIENCE: Final = 300.0  # seconds of trying again, until a cluster that takes nothing counts as lost
FIRST_WAIT: Final = 0.5  # seconds; doubled up to LONGEST_WAIT
LONGEST_WAIT: Final = 15.0
ROOM: Final = re.compile(r"coordinating_operation_bytes=(\d+), max_coordinating_and_primary_bytes=(\d+)")
RETRIED: Final = frozenset({429, 502, 503, 504, "N/A", "TIMEOUT"})
UNCLEAR: Final = 500  # a node that is going down says so, and a document that nobody can index
UNCLEAR_TRIES: Final = 5
NEWER: Final = 409  # a greater version is there: what was sent is the past

RUN_SHIFT: Final = 39
TASK_SHIFT: Final = 14
HIDDEN: Final[dict[Kind, frozenset[str]]] = {kind: frozenset(mapping(kind)["_source"]["excludes"]) for kind in KINDS}


PARTITION: Final = 128  # tasks: 16 MB of input, or 4,096 small files; see opensearch_checkpoints


class Rejected(NamedTuple):
    """An article that the cluster does not take, and what it says."""

    article_id: str
    reason: str


class Target(NamedTuple):
    """Where documents go: a generation, and how they are made there. `base`: the version of the first article."""

    settings: OpenSearchSettings
    number: int
    lengths: Mapping[Kind, Lengths]
    base: int


def version_of(base: int, number: int) -> int:
    """The version of an article's documents by its number in the input: run, task and place in the task."""
    task, place = divmod(number, NUMBERS)
    return base + (task << TASK_SHIFT) + min(place, (1 << TASK_SHIFT) - 1)


def partition_of(number: int) -> int:
    """The partition of the input in which the article of this number was read."""
    return number // NUMBERS // PARTITION


class Bulk:
    """Gathers articles and sends them, and always before one of another partition. `rejected` has those that the
    cluster did not take.
    """

    def __init__(self, client: OpenSearch, target: Target, *, patience: float = PATIENCE) -> None:
        self._client = client
        self._target = target
        self._names = Names(target.settings.prefix)
        self._patience = patience
        self._gathered: list[tuple[Documents, str]] = []
        self._size = 0
        self._partition = 0
        self.rejected: list[Rejected] = []
        self.tries_again = 0

    def put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        """Gather one; send when there are many. Raises InvalidArticleError, ClusterError."""
        if partition_of(number) != self._partition:
            self.flush()
            self._partition = partition_of(number)
        order = version_of(self._target.base, number)
        made = documents_of(article, quotes, state, order=order, lengths=self._target.lengths)
        sizes = [_size(one.body) for one in (made.article, *made.quotes)]
        if max(sizes) > LARGEST:
            raise InvalidArticleError(
                f"article {article.id!r:.80}: its document takes {max(sizes):,} bytes, expected {LARGEST:,} at most; "
                "divide it"
            )
        self._gathered.append((made, article.id))
        self._size += sum(sizes)
        if self._size >= GATHERED:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered: quotes, and when they are there their articles. Raises ClusterError."""
        gathered, self._gathered, self._size = self._gathered, [], 0
        owners = {quote.id: article_id for made, article_id in gathered for quote in made.quotes}
        failed: dict[str, str] = {}
        quotes = [self._index("quote", quote) for made, _ in gathered for quote in made.quotes]
        for quote_id, reason in self._send(quotes):
            failed.setdefault(owners[quote_id], f"its quote {quote_id}: {reason}")
        articles = {made.article.id: article_id for made, article_id in gathered if article_id not in failed}
        whole = [self._index("article", made.article) for made, article_id in gathered if article_id not in failed]
        for document_id, reason in self._send(whole):
            failed.setdefault(articles[document_id], reason)
        if failed:
            self._take_back([made for made, article_id in gathered if article_id in failed])
            self.rejected += [Rejected(article_id, reason) for article_id, reason in failed.items()]

    def delete(self, kind: Kind, documents: Iterable[tuple[str, int]]) -> None:
        """Take documents out, by what the cluster knows them by, each where it is no newer than this version.

        Raises ClusterError.
        """
        actions = [self._delete(kind, document_id, version) for document_id, version in documents]
        for document_id, reason in self._send(actions):
            raise ClusterError(f"{self._target.settings.where}: {document_id!r} cannot be deleted: {reason}")

    def _take_back(self, some: Sequence[Documents]) -> None:
        """Quotes whose article was not taken must not stay."""
        for made in some:
            version = int(made.article.body["order"])
            for _ in self._send([self._delete("quote", quote.id, version) for quote in made.quotes]):
                pass  # what was not taken cannot be deleted

    def _index(self, kind: Kind, document: Document) -> dict[str, Any]:
        body = document.body
        body[CHECKSUM] = checksum(body, HIDDEN[kind])
        return self._action("index", kind, document.id, int(body["order"])) | {"_source": body}

    def _delete(self, kind: Kind, document_id: str, version: int) -> dict[str, Any]:
        return self._action("delete", kind, document_id, version)

    def _action(self, verb: str, kind: Kind, document_id: str, version: int) -> dict[str, Any]:
        return {
            "_op_type": verb,
            "_index": self._names.index(kind, self._target.number),
            "_id": document_id,
            "version": version,
            "version_type": "external_gte",
        }

    def _send(self, actions: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        """Send until each was taken or refused; ids and reasons of the refused. Raises ClusterError."""
        waits = _waits(self._patience)
        tries = 0
        alone = False  # each document in a request of its own, since a node has no room for all
        while actions:
            again = []
            reason = ""
            tries += 1
            one_by_one = alone
            for action, answer in zip(actions, self._answers(actions, one_by_one), strict=True):
                status, reason_now = answer
                if "index_not_found" in reason_now:
                    raise ClusterError(
                        f"{self._target.settings.where}: the indices of generation {self._target.number:06d} have gone "
                        "while they were written; nothing is published; run again"
                    )
                too_large = _is_too_large(reason_now)
                if too_large and one_by_one:
                    yield action["_id"], f"larger than what a node takes at once, a tenth of its heap: {reason_now}"
                elif status in RETRIED or (status == UNCLEAR and tries < UNCLEAR_TRIES):
                    again.append(action)
                    reason = reason_now
                    alone |= too_large
                elif reason_now and status != NEWER and not (status == 404 and action["_op_type"] == "delete"):
                    yield action["_id"], reason_now
            if again:
                self.tries_again += 1
                wait = next(waits, None)
                if wait is None:
                    raise ClusterError(
                        f"{self._target.settings.where}: the cluster has taken nothing for {self._patience:.0f} s "
                        f"({reason}); what was taken stays, and the next run goes on behind it"
                    )
                time.sleep(wait)
            actions = again

    def _answers(self, actions: Sequence[Mapping[str, Any]], one_by_one: bool) -> Iterator[tuple[Any, str]]:
        """Of each action its status, and the reason where it failed."""
        from opensearchpy.helpers import streaming_bulk

        sent = streaming_bulk(
            self._client,
            actions,
            chunk_size=1 if one_by_one else 1000,
            max_chunk_bytes=CHUNK,
            raise_on_error=False,
            raise_on_exception=False,
            # The cluster gives up before we do, and says what is missing. (`timeout` alone would be ours.)
            timeout=f"{max(self._target.settings.timeout * 2 // 3, 1)}s",
            request_timeout=self._target.settings.timeout,
        )
        for done, told in sent:
            one = next(iter(told.values()))
            yield (200, "") if done else (one.get("status"), _reason(one))


def _waits(patience: float) -> Iterator[float]:
    """How long to wait before each try, by a little chance, so that processes do not come all at once."""
    wait, until = FIRST_WAIT, time.monotonic() + patience
    while time.monotonic() < until:
        yield wait * random.uniform(0.75, 1.25)  # noqa: S311 - nothing is kept secret by it  # nosec B311
        wait = min(2 * wait, LONGEST_WAIT)


def _reason(told: Mapping[str, Any]) -> str:
    error = told.get("exception") or told.get("error")
    if isinstance(error, Mapping):
        cause = error.get("caused_by") or {}
        more = f" ({cause['reason']})" if cause.get("reason") else ""
        return f"{error.get('type')}: {error.get('reason')}{more}"[:300]
    return said(error) if isinstance(error, Exception) else str(error)[:300]


def _is_too_large(reason: str) -> bool:
    """Whether a node refuses a request for ever: it would not have room for it if it had nothing else to do."""
    found = ROOM.search(reason)
    return found is not None and int(found[1]) > int(found[2])


def _size(body: Mapping[str, Any]) -> int:
    """About how many bytes a document is sent as."""
    return sum(2 * len(value) for value in body.values() if isinstance(value, str)) + 200


class BulkSink:
    """Where one process of several puts articles in: see `storage.processes.Sink`."""

    def __init__(self, connect: Callable[[OpenSearchSettings], OpenSearch], target: Target) -> None:
        from .opensearch_client import reported

        self._reported = reported
        self._settings = target.settings
        self._bulk = Bulk(connect(target.settings), target)

    def put(self, article: Article, quotes: Sequence[Quote], state: SyncState, number: int) -> None:
        """See the protocol. Raises ClusterError."""
        with self._reported(self._settings):
            self._bulk.put(article, quotes, state, number)

    def hurry(self) -> None:
        """See the protocol."""

    def finish(self) -> Sequence[Rejected]:
        """Send the rest; what the cluster did not take."""
        with self._reported(self._settings):
            self._bulk.flush()
        return self._bulk.rejected
