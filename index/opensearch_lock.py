"""Who may write on the cluster? One writer, which holds a document there, and says now and then that it lives.

The document `writer` of the state index: who holds it (`holder`, None when nobody does), `seen`, when he said so last,
`run`, a number that grows with each writer, and `unfinished`, the first run since the last that published. Versions
of documents begin with the run, so that a request of a former writer that arrives late changes nothing.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from .errors import LockedError
from .opensearch_client import make_index
from .opensearch_generations import Names
from .opensearch_settings import OpenSearchSettings

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

DOCUMENT: Final = "writer"
BEAT: Final = 20.0  # seconds between two signs of life
LEASE: Final = 120.0  # seconds without one, after which a writer counts as dead
STARTING: Final = 20.0  # seconds that shards may take to come up before anything is written
_YEAR_2026: Final = 1767225600


class WriterLock:
    """Held from when it is made until `close`. Raises LockedError."""

    def __init__(self, client: OpenSearch, settings: OpenSearchSettings) -> None:
        self._client = client
        self._index = Names(settings.prefix).state
        self._where = settings.where
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        _make_state_index(client, self._index, settings.replicas)
        self.inherited = False  # whether a former writer has left anything that it did not publish
        self.run, self.unfinished = self._take()
        self.lost = False
        self._ended = threading.Event()
        self._beats = threading.Thread(target=self._beat, daemon=True)
        self._beats.start()

    def _take(self) -> tuple[int, int]:
        found = self._client.get(index=self._index, id=DOCUMENT, ignore=404)
        old: dict[str, Any] = found.get("_source") or {}
        holder = old.get("holder")
        if holder is not None and not self._is_dead(holder, old["seen"]):
            host, pid, _ = holder.split(":")
            raise LockedError(
                f"{self._where}: process {pid} on {host} is writing this index; wait for its end (one that died "
                f"is forgotten {LEASE:.0f} s after its last sign of life)"
            )
        # Were the state index lost, time would still tell a later run from an earlier one.
        run = max(int(old.get("run", 0)) + 1, int(time.time() - _YEAR_2026) // 60)
        self.inherited = bool(old.get("unfinished"))
        unfinished = int(old.get("unfinished") or run)
        self._seen = (found["_seq_no"], found["_primary_term"]) if old else None
        self._write({"holder": self.holder, "seen": time.time(), "run": run, "unfinished": unfinished})
        return run, unfinished

    def _is_dead(self, holder: str, seen: float) -> bool:
        host, pid, _ = holder.split(":")
        if host == socket.gethostname() and not _is_running(int(pid)):
            return True
        return time.time() - seen > LEASE

    def _write(self, told: dict[str, Any]) -> None:
        """Write the document where nobody else has since. Raises LockedError."""
        from opensearchpy.exceptions import ConflictError

        only: dict[str, Any] = {"op_type": "create"}
        if self._seen is not None:
            only = {"if_seq_no": self._seen[0], "if_primary_term": self._seen[1]}
        try:
            found = self._client.index(index=self._index, id=DOCUMENT, body=told, params=only)
        except ConflictError as error:
            # What was sent twice since the first answer got lost is ours as well.
            found = self._client.get(index=self._index, id=DOCUMENT, ignore=404)
            if (found.get("_source") or {}).get("holder") != told["holder"] or told["holder"] is None:
                raise LockedError(f"{self._where}: another process has begun to write this index; run again") from error
        self._seen = (found["_seq_no"], found["_primary_term"])
        self._told = told

    def _beat(self) -> None:
        from opensearchpy.exceptions import OpenSearchException

        while not self._ended.wait(BEAT):
            try:
                self._write({**self._told, "seen": time.time()})
            except LockedError:
                self.lost = True
                return
            except OpenSearchException:
                continue  # whoever writes documents hears of it as well

    def check(self) -> None:
        """Raises LockedError where somebody else has taken this writer for dead."""
        if self.lost:
            raise LockedError(
                f"{self._where}: another writer has taken over, since this one gave no sign of life for {LEASE:.0f} s; "
                "nothing more is published; run again"
            )

    def published(self) -> None:
        """All is published that was written so far."""
        self.unfinished = self.run
        self._told = {**self._told, "unfinished": self.run}

    def close(self, *, finished: bool) -> None:
        """Let go. `finished`: nothing was written that is not published."""
        from opensearchpy.exceptions import OpenSearchException

        if self._ended.is_set():
            return
        self._ended.set()
        self._beats.join(5)  # one that waits for a dead cluster is not waited for
        if self.lost:
            return
        try:
            self._write({**self._told, "holder": None, "unfinished": None if finished else self.unfinished})
        except (LockedError, OpenSearchException):
            return  # the lease ends by itself


def _make_state_index(client: OpenSearch, index: str, replicas: int) -> None:
    body = {
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas}},
        "mappings": {"dynamic": False, "properties": {}},
    }
    if not client.indices.exists(index=index):
        make_index(client, index, body)
    else:  # a cluster that has just begun needs a moment
        params = {"wait_for_status": "yellow", "timeout": f"{STARTING:.0f}s"}
        client.cluster.health(index=index, params=params, request_timeout=STARTING + 10, ignore=408)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
