"""How is an OpenSearch cluster asked? Many searches in one request, and either all of their shards answer or none does.

An answer that lacks a shard would be a part told as the whole, so that the cluster is told not to give any.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from index.errors import ClusterError, NoIndexError
from index.opensearch_client import connect, reported
from index.opensearch_generations import Names
from index.opensearch_mapping import mismatch
from index.opensearch_settings import OpenSearchSettings
from index.schema import KINDS, Kind

from .errors import IndexUnavailableError, StaleCursorError

KEPT_OPEN: Final = "5m"  # how long a list that somebody walks through is held, from one page to the next
ALIASES: Final[dict[Kind, str]] = {"article": "articles", "quote": "quotes"}
_GONE: Final = ("search_context_missing_exception", "search_context_exception")

Body = dict[str, Any]
Response = dict[str, Any]


class Asked(NamedTuple):
    """One search: over an index, or over a list that is held open (`pit`)."""

    where: str
    body: Body
    pit: str | None = None


class Described(NamedTuple):
    """What lies behind the aliases: of each kind the name of its index and what its mapping tells of it (`_meta`)."""

    names: dict[Kind, str]
    meta: dict[Kind, dict[str, Any]]

    @property
    def generation(self) -> str:
        """That of the articles, which is published last."""
        return str(self.meta["article"].get("generation", self.names["article"]))


class Cluster:
    """One cluster, shared by threads."""

    def __init__(self, settings: OpenSearchSettings, *, timeout: float | None = None) -> None:
        self.settings = settings
        self.client: Any = connect(settings, timeout=timeout)
        self._patience = f"{round((timeout or settings.timeout) * 1000)}ms"
        self._legacy: bool | None = None
        self._lock = threading.Lock()

    @property
    def legacy(self) -> bool:
        """Whether its BM25 has the factor k1 + 1: before OpenSearch 3."""
        if self._legacy is None:
            with reported(self.settings):
                version = str(self.client.info()["version"]["number"])
            self._legacy = int(version.partition(".")[0]) < 3
        return self._legacy

    def described(self) -> Described:
        """What the aliases lead to now. Raises IndexingError, and IndexUnavailableError for an index that another
        version made.
        """
        aliases = {kind: f"{self.settings.prefix}-{alias}" for kind, alias in ALIASES.items()}
        with reported(self.settings):
            found = self.client.indices.get_mapping(
                index=",".join(aliases.values()), params={"filter_path": "*.mappings._meta"}
            )
        names: dict[Kind, str] = {}
        meta: dict[Kind, dict[str, Any]] = {}
        for kind in KINDS:
            behind = [name for name in found if name.startswith(aliases[kind])]
            if len(behind) != 1:
                others = ", ".join(sorted(found)) or "nothing"
                raise NoIndexError(
                    f"{self.settings.where}: alias {aliases[kind]} leads to {len(behind)} indices of ours, not one "
                    f"(behind the aliases of ours: {others}); mend them with: molva check --repair"
                )
            names[kind] = behind[0]
            meta[kind] = found[behind[0]]["mappings"]["_meta"]
            wrong = mismatch(behind[0], kind, meta[kind])
            if wrong is not None:
                raise IndexUnavailableError(f"{self.settings.where}: {wrong}")
        if len({name.removeprefix(aliases[kind]) for kind, name in names.items()}) > 1:
            raise NoIndexError(
                f"{self.settings.where}: the aliases lead to indices of two generations, {names['article']} and "
                f"{names['quote']}; run: molva check"
            )
        return Described(names, meta)

    def kept(self, generation: str) -> Described | None:
        """A generation that is kept; None where it is gone or was written since. Raises IndexingError."""
        names = {kind: Names(self.settings.prefix).index(kind, int(generation.partition(".")[0])) for kind in KINDS}
        with reported(self.settings):
            found = self.client.indices.get_mapping(
                index=",".join(names.values()), params={"filter_path": "*.mappings._meta", "ignore_unavailable": "true"}
            )
        if found.keys() != set(names.values()):
            return None
        meta = {kind: found[name]["mappings"]["_meta"] for kind, name in names.items()}
        same = all(one.get("generation") == generation for one in meta.values())
        usable = all(mismatch(name, kind, meta[kind]) is None for kind, name in names.items())
        return Described(names, meta) if same and usable else None

    def search(self, asked: Sequence[Asked]) -> list[Response]:
        """What each finds, with all of its shards. Raises ClusterError, StaleCursorError."""
        if not asked:
            return []
        lines: list[Body] = []
        for one in asked:
            head: Body = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": False}
            head["cancel_after_time_interval"] = self._patience
            body = dict(one.body)
            if one.pit is None:
                head["index"] = one.where
            else:
                body["pit"] = {"id": one.pit, "keep_alive": KEPT_OPEN}
            lines += [head, body]
        with reported(self.settings):
            found = self.client.msearch(body=lines)
        return [self._whole(one, response) for one, response in zip(asked, found["responses"], strict=True)]

    def _whole(self, asked: Asked, response: Response) -> Response:
        error = response.get("error")
        if error is not None:
            causes = [error, *error.get("root_cause", ())]
            if asked.pit is not None and any(cause.get("type") in _GONE for cause in causes):
                raise StaleCursorError("cursor: its list is not held any more; ask again without cursor")
            cause = causes[-1]
            reason = cause.get("reason") or "not all of its shards answer"
            raise ClusterError(
                f"{self.settings.where}: index {asked.where}: {cause.get('type')}: {reason}"[:500]
                + "; nothing is told in part: look at the cluster's health (GET /_cluster/health) and ask again"
            )
        shards = response.get("_shards", {})
        if response.get("timed_out") or shards.get("failed"):
            raise ClusterError(
                f"{self.settings.where}: index {asked.where}: {shards.get('failed', 0)} of {shards.get('total')} "
                "shards did not answer in time; nothing is told in part: look at the cluster's health and ask again"
            )
        return response

    def open_list(self, index: str) -> str:
        """Hold what an index shows now, for somebody who walks through a list of it."""
        with reported(self.settings):
            # Else a list of the shards that answer now would be told as the whole.
            params = {"keep_alive": KEPT_OPEN, "allow_partial_pit_creation": "false"}
            found = self.client.create_pit(index=index, params=params)
        return str(found["pit_id"])

    def close_list(self, pit: str) -> None:
        """Hold it no more. What cannot be let go of goes by itself, after KEPT_OPEN."""
        with contextlib.suppress(ClusterError, NoIndexError), reported(self.settings):
            self.client.delete_pit(body={"pit_id": [pit]})

    def close(self) -> None:
        """Let go of its connections."""
        with self._lock:
            self.client.close()
