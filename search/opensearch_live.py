"""Which generation of a cluster answers now? The newest that its aliases lead to; in a server, when it is known who is
who in it. One is exchanged for another in one step, and what was replaced stays for a while for those who walk through
a list of it.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from index.errors import IndexingError

from .ahead import import_rest
from .errors import SearchError
from .opensearch_cluster import Cluster
from .opensearch_state import ClusterState

POLL: Final = 1.0  # seconds until the aliases are looked at again
FORMER: Final = 2  # generations that were replaced and are kept
_log: Final = logging.getLogger("molva.search")


class ClusterLive:
    """See the module. `serves`: a newer generation is got ready beside the one that answers."""

    def __init__(self, cluster: Cluster, folder: Path, deadline: float, *, serves: bool) -> None:
        self._cluster = cluster
        self._folder = folder
        self._deadline = deadline
        self._serves = serves
        self._lock = Lock()
        self._state: ClusterState | None = None
        self._coming: Thread | None = None
        self._looked = 0.0
        self.former: list[ClusterState] = []
        if serves:
            import_rest()

    def current(self) -> ClusterState:
        """The generation that answers now. Raises IndexingError, IndexUnavailableError."""
        with self._lock:
            state = self._state
            if state is not None and time.monotonic() - self._looked < POLL:
                return state
            described = self._cluster.described()
            self._looked = time.monotonic()
            if state is not None and state.described == described and state.is_decided_as_now():
                return state
            newer = ClusterState(self._cluster, described, self._folder, self._deadline)
            if self._serves and (self._coming is None or not self._coming.is_alive()):
                self._coming = Thread(target=self._get_ready, args=(newer,), name="molva-newer", daemon=True)
                self._coming.start()
            return self._exchange(newer) if state is None or not self._serves else state

    def former_of(self, generation: str) -> ClusterState | None:
        """One that was replaced, as long as the cluster keeps it as it was. Raises IndexingError."""
        described = self._cluster.kept(generation)
        if described is None:
            return None
        with self._lock:
            for state in self.former:
                if state.described.names == described.names and state.index.generation == generation:
                    return state
        state = ClusterState(self._cluster, described, self._folder, self._deadline, former=True)
        with self._lock:
            self.former = [state, *self.former][:FORMER]
        return state

    def is_replaced(self) -> bool:
        """Whether another generation than the one that was asked is there by now."""
        with self._lock:
            before, self._looked = self._state, 0.0
        try:
            return self.current() is not before
        except (IndexingError, SearchError):
            return False

    def _get_ready(self, newer: ClusterState) -> None:
        """Work out who is who in a newer generation, then answer from it."""
        try:
            newer.get_ready()
        except (IndexingError, SearchError) as error:
            _log.warning("generation %s: the one before answers on: %s", newer.index.generation, error)
            return
        with self._lock:
            if self._state is not newer:
                self._exchange(newer)

    def _exchange(self, newer: ClusterState) -> ClusterState:
        if self._state is not None:
            self.former = [self._state, *self.former][:FORMER]
        self._state = newer
        return newer
