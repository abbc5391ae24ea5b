"""How far has a load come? A document for each partition of the input, written when the cluster has acknowledged all
that was put in of it, so that a load that was killed does not even read again what is done.

The document `000002-0-000017` of the index `molva-load`: a generation, a load of its writer, and a partition, PARTITION
tasks of the input. It says what each task was (a stamp: a digest of its bytes) and what was found there, ids and
digests, 35 bytes an article. A task with another stamp is read anew, so files may change in between. Whether an article
is there, the articles alone say: should a checkpoint know of one that they do not, its task is read after all. The
index goes when all is published.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .analysis import ANALYSIS_VERSION
from .errors import InvalidArticleError
from .opensearch_bulk import PARTITION, partition_of
from .opensearch_client import make_index, said
from .opensearch_generations import Names
from .opensearch_settings import OpenSearchSettings
from .prepare import PREPARE_VERSION
from .sources import Skipped
from .storage.loading import NUMBERS, Found, Task
from .writer import Chooser, Orders, Outcome, Sighting, Take

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_log: Final = logging.getLogger("molva.index")
LARGEST: Final = 32 << 20  # characters of a checkpoint; what would need more is read again


class Checkpoints:
    """Those of one load. Errors are the client's own: see `opensearch_client.reported`."""

    def __init__(self, client: OpenSearch, settings: OpenSearchSettings, *, generation: int, load: int) -> None:
        self._client = client
        self._settings = settings
        self._index = Names(settings.prefix).load
        self._generation = generation
        self._load = load
        self._there: bool | None = None  # whether there is such an index
        self._left: dict[str, list[list[Any]]] = {}  # by stamps, what a former run found in the partition that is read
        self._stamps: deque[tuple[str | None, bool]] = deque()  # of tasks that were cut and not yet chosen from
        self._open = _Partition(0)
        self._waiting: deque[_Partition] = deque()  # chosen from, not acknowledged
        self._taken = 0

    # -- what a former run has left

    def recall(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """The tasks, `told` where a checkpoint knows their bytes."""
        for task in tasks:
            if task.number % PARTITION == 0:
                self._left = self._read(task.number // PARTITION)
            stamp = _stamp(task)
            known = self._left.get(stamp) if stamp is not None else None
            self._stamps.append((stamp, known is not None))
            yield task if known is None else Task(task.number, task.portions, _found(known, task.number))

    def _read(self, partition: int) -> dict[str, list[list[Any]]]:
        if self._there is None:
            self._there = bool(self._client.indices.exists(index=self._index))
        if not self._there:
            return {}
        found = self._client.get(index=self._index, id=self._id(partition), ignore=404)
        return _unpacked(found["_source"]["found"]) if found.get("found") else {}

    def _id(self, partition: int) -> str:
        return f"{self._generation:06d}-{self._load}-{partition:06d}"

    # -- what this one does

    def chosen(self, found: Sequence[Found], orders: Orders) -> None:
        """The next task was chosen from."""
        stamp, known = self._stamps.popleft()
        self._taken += len(orders.takes)
        self._open.tasks.append((stamp, found))
        self._open.known &= known
        self._open.taken = self._taken
        if len(self._open.tasks) == PARTITION:
            self._waiting.append(self._open)
            self._open = _Partition(self._open.number + 1)

    def acknowledged(self, taken: int) -> None:
        """The cluster has answered for the first `taken` articles that were put in: keep what is done by that."""
        while self._waiting and self._waiting[0].taken <= taken:
            self._write(self._waiting.popleft())

    def ended(self) -> None:
        """The cluster has answered for all. Of a load that is too short to have any, no checkpoint is made."""
        if self._there:
            self._waiting.append(self._open)
            self.acknowledged(self._taken)

    def _write(self, one: _Partition) -> None:
        from opensearchpy.exceptions import TransportError

        packed = _packed(one.tasks)
        if one.known or len(packed) > LARGEST:
            return
        articles = sum(isinstance(item, Sighting) for _, found in one.tasks for item in found)
        body = {"generation": self._generation, "partition": one.number, "articles": articles, "found": packed}
        try:
            if not self._there:
                self._make()
            self._client.index(index=self._index, id=self._id(one.number), body=body)
        except TransportError as error:  # it saves time, and is no reason to stop
            _log.warning("no checkpoint of partition %d: %s", one.number, said(error))

    def _make(self) -> None:
        body = {
            "settings": {"index": {"number_of_shards": 1, "number_of_replicas": self._settings.replicas}},
            "mappings": {"dynamic": False, "properties": {}},
        }
        make_index(self._client, self._index, body)
        self._there = True

    def forget(self) -> None:
        """All is published."""
        if self._there is not False:
            self._client.indices.delete(index=self._index, ignore=404)
            self._there = False


@dataclass(slots=True)
class _Partition:
    """`taken`: how many articles of the input were put in up to its end; `known`: a checkpoint has all of it."""

    number: int
    tasks: list[tuple[str | None, Sequence[Found]]] = field(default_factory=list)
    known: bool = True
    taken: int = 0


class Acknowledgements:
    """For how many articles has the cluster answered, of those that several processes put in? Each sends what it has
    when it comes to another partition (`opensearch_bulk`), and tells of each article when it has it.
    """

    def __init__(self, processes: int) -> None:
        self._processes = [_Process() for _ in range(processes)]
        self._chosen = 0

    def chosen(self, orders: Orders) -> None:
        """These will be put in."""
        for take in orders.takes:
            self._of(take.number).waiting.append(_Put(self._chosen, partition_of(take.number)))
            self._chosen += 1

    def came(self, number: int, *, refused: bool) -> None:
        """The process that has it has put this article in, or has refused it, and so sends nothing."""
        process = self._of(number)
        one = process.waiting.popleft()
        if not refused and (process.run is None or process.run.partition != one.partition):
            process.run = one

    @property
    def taken(self) -> int:
        """How many from the first on."""
        return min((first for one in self._processes if (first := one.first) is not None), default=self._chosen)

    def _of(self, number: int) -> _Process:
        return self._processes[number // NUMBERS % len(self._processes)]


class _Put(NamedTuple):
    place: int  # among all that are put in
    partition: int


@dataclass(slots=True)
class _Process:
    """`run`: the first article of the partition that it is at, of which nobody knows whether it was sent."""

    waiting: deque[_Put] = field(default_factory=deque)
    run: _Put | None = None

    @property
    def first(self) -> int | None:
        found = self.run or (self.waiting[0] if self.waiting else None)
        return None if found is None else found.place


class Told:
    """A chooser that remembers, in their order, what it had put in, and tells of it to whoever keeps checkpoints."""

    def __init__(self, chooser: Chooser, checkpoints: Checkpoints, processes: int) -> None:
        self._chooser = chooser
        self._checkpoints = checkpoints
        self._takes: deque[Take] = deque()
        self.acknowledged = Acknowledgements(processes)
        self.last = 0

    def choose(self, found: Sequence[Found]) -> Orders:
        """See the protocol."""
        orders = self._remember(self._chooser.choose(found))
        self._checkpoints.chosen(found, orders)
        return orders

    def rest(self) -> Orders:
        """See the protocol."""
        return self._remember(self._chooser.rest())

    def came(self, outcome: Outcome) -> Take:
        """What came of the next one that was put in; that one."""
        take = self._takes.popleft()
        self.acknowledged.came(take.number, refused=isinstance(outcome, InvalidArticleError))
        return take

    def _remember(self, orders: Orders) -> Orders:
        self._takes.extend(orders.takes)
        self.acknowledged.chosen(orders)
        self.last = max(self.last, *(take.number for take in orders.takes), 0)
        return orders


def _stamp(task: Task) -> str | None:
    """What decides whether a task is the one that a checkpoint knows: its bytes, and the version that reads them."""
    told = hashlib.blake2b(f"{metadata.version('molva')} {ANALYSIS_VERSION} {PREPARE_VERSION}".encode(), digest_size=16)
    for portion in task.portions:
        stamp = portion.stamp()
        if stamp is None:
            return None
        told.update(stamp)
    return told.hexdigest()


def _packed(tasks: Sequence[tuple[str | None, Sequence[Found]]]) -> str:
    told = [[stamp, [_told(one) for one in found]] for stamp, found in tasks if stamp is not None]
    return base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode())).decode()


def _told(one: Found) -> list[Any]:
    if isinstance(one, Skipped):
        return [one.where, one.reason, one.file, one.by_design]
    return [one.number % NUMBERS, *one[1:]]


def _unpacked(packed: str) -> dict[str, list[list[Any]]]:
    return dict(json.loads(zlib.decompress(base64.b64decode(packed))))


def _found(told: Sequence[list[Any]], task: int) -> list[Found]:
    """What was found in a task that has this number now."""
    return [Sighting(task * NUMBERS + one[0], *one[1:]) if isinstance(one[0], int) else Skipped(*one) for one in told]
