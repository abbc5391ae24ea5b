"""Which generations of the index are on the cluster, and which one answers?

    molva-articles-000007, molva-quotes-000007      a generation: two indices of one number
    molva-articles, molva-quotes                    aliases of the live one, moved in one step
    molva-state                                     who writes (opensearch_lock)
    molva-who                                       who is who in a generation, for all readers (search/opensearch_kept)
    molva-load                                      how far a load has come, while there is one (opensearch_checkpoints)

What a generation is, the `_meta` of its mappings says: how its documents were made (opensearch_mapping), `generation`,
its name, which each publish changes, and `state`, what was published. One without `state` was never published whole.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from . import opensearch_mapping
from .errors import ClusterError, DamagedIndexError, NoIndexError, UnsupportedIndexError
from .opensearch_mapping import Lengths
from .opensearch_settings import OpenSearchSettings
from .schema import KINDS, Kind

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PLURALS: Final[dict[Kind, str]] = {"article": "articles", "quote": "quotes"}


@dataclass(frozen=True, slots=True)
class Names:
    """What everything is called on the cluster."""

    prefix: str

    def alias(self, kind: Kind) -> str:
        """Behind it stands the live index."""
        return f"{self.prefix}-{PLURALS[kind]}"

    def index(self, kind: Kind, number: int) -> str:
        """An index of a generation."""
        return f"{self.alias(kind)}-{number:06d}"

    @property
    def state(self) -> str:
        """The index of what the writer remembers."""
        return f"{self.prefix}-state"

    @property
    def who(self) -> str:
        """The index of what was worked out of who is who."""
        return f"{self.prefix}-who"

    @property
    def load(self) -> str:
        """The index of the checkpoints of a load that is under way."""
        return f"{self.prefix}-load"

    def number(self, index: str) -> tuple[Kind, int] | None:
        """Kind and number of an index; None for one that is not ours."""
        found = re.fullmatch(rf"{re.escape(self.prefix)}-(articles|quotes)-(\d{{6}})", index)
        if found is None:
            return None
        return ("article" if found[1] == "articles" else "quote"), int(found[2])


@dataclass(frozen=True, slots=True)
class State:
    """What was published. `digest`: of all articles (opensearch_digest); None where nobody has added it up."""

    created: str
    articles: int
    quotes: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation on the cluster. `meta`: that of each of its indices; `live`: the kinds whose alias leads to it."""

    number: int
    meta: Mapping[Kind, Mapping[str, Any]]
    live: frozenset[Kind]
    shards: int

    @property
    def name(self) -> str | None:
        """Its name, where it was published."""
        found = self.meta.get("article", {}).get("generation")
        return found if isinstance(found, str) else None

    @property
    def state(self) -> State | None:
        """What was published; None where it is not whole, or not yet."""
        found = self.meta.get("article", {}).get("state")
        if self.problem is not None or not isinstance(found, Mapping):
            return None
        return State(found["created"], found["articles"], found["quotes"], found["digest"])

    @property
    def left(self) -> bool:
        """Whether it was live and somebody has gone back from it."""
        return bool(self.meta.get("article", {}).get("left"))

    @property
    def problem(self) -> str | None:
        """What is missing of it."""
        missing = [PLURALS[kind] for kind in KINDS if kind not in self.meta]
        return f"its index of {missing[0]} is missing" if missing else None

    @property
    def mismatch(self) -> str | None:
        """Why this version cannot use it; None where it can."""
        found = (opensearch_mapping.mismatch(f"{self.number:06d}", kind, meta) for kind, meta in self.meta.items())
        return next((one for one in found if one is not None), None)

    def lengths(self) -> dict[Kind, Lengths]:
        """Mean lengths that its documents are made with."""
        return {kind: opensearch_mapping.lengths_of(kind, meta) for kind, meta in self.meta.items()}


class Generations:
    """Those of one prefix. Errors are the client's own: see `opensearch_client.reported`."""

    def __init__(self, client: OpenSearch, settings: OpenSearchSettings) -> None:
        self._client = client
        self._settings = settings
        self.names = Names(settings.prefix)

    def all(self) -> list[Kept]:
        """Every generation, by number."""
        told = self._client.indices.get(
            index=",".join(f"{self.names.alias(kind)}-*" for kind in KINDS), params={"expand_wildcards": "all"}
        )
        meta: dict[int, dict[Kind, Mapping[str, Any]]] = {}
        live: dict[int, set[Kind]] = {}
        shards: dict[int, int] = {}
        for index, one in told.items():
            found = self.names.number(index)
            if found is None or "molva" not in one["mappings"].get("_meta", {}):
                continue  # somebody else's
            kind, number = found
            meta.setdefault(number, {})[kind] = one["mappings"]["_meta"]
            if self.names.alias(kind) in one["aliases"]:
                live.setdefault(number, set()).add(kind)
            shards[number] = int(one["settings"]["index"]["number_of_shards"])
        return [Kept(number, meta[number], frozenset(live.get(number, ())), shards[number]) for number in sorted(meta)]

    def kept(self, number: int) -> Kept:
        """One of them. Raises DamagedIndexError where it has gone."""
        for one in self.all():
            if one.number == number and one.problem is None:
                return one
        raise DamagedIndexError(f"{self._settings.where}: generation {number:06d} has gone while it was written")

    def live(self) -> Kept | None:
        """The one that answers; None where there is none yet. Raises DamagedIndexError where the aliases disagree."""
        return live_of(self.all(), self.names)

    def required(self) -> Kept:
        """The live one, for who can use it. Raises NoIndexError, DamagedIndexError, UnsupportedIndexError."""
        found = self.live()
        if found is None:
            raise NoIndexError(
                f"{self._settings.where}: no index has the alias {self.names.alias('article')}; make one with: "
                "molva index PATH…, or mend MOLVA_OPENSEARCH_PREFIX"
            )
        if found.mismatch is not None:
            raise UnsupportedIndexError(found.mismatch)
        return found

    def create(self, number: int, lengths: Mapping[Kind, Lengths]) -> None:
        """A new generation, to be loaded: nobody sees it, it has no replicas and is not refreshed."""
        for kind in KINDS:
            body = {
                "settings": opensearch_mapping.settings(kind, shards=self._settings.shards, loading=True),
                "mappings": opensearch_mapping.mapping(kind, lengths[kind]),
            }
            self._client.indices.create(index=self.names.index(kind, number), body=body)

    def raise_replicas(self, number: int) -> None:
        """Give a loaded generation its replicas. Documents are seen when a publish refreshes, and not before."""
        body = opensearch_mapping.live_settings(replicas=self._settings.replicas, refresh="-1")
        self._client.indices.put_settings(index=self._both(number), body=body)

    def wait(self, number: int, *, until: float, status: str = "green") -> str:
        """Wait up to `until` seconds for all copies (`yellow`: for one of each shard); the health then.

        Raises ClusterError where a shard has no copy at all.
        """
        told: Any = self._client.cluster.health(
            index=self._both(number),
            params={"wait_for_status": status, "timeout": f"{int(until)}s"},
            request_timeout=until + 10,
            ignore=408,
        )
        if told["status"] == "red":
            raise ClusterError(
                f"{self._settings.where}: a shard of generation {number:06d} has no copy ({told['unassigned_shards']} "
                "unassigned); start the nodes that are missing, or look at GET /_cluster/allocation/explain"
            )
        return str(told["status"])

    def refresh(self, number: int) -> None:
        """Have all that was written seen. Raises ClusterError where a shard cannot."""
        told = self._client.indices.refresh(index=self._both(number))
        failed = told["_shards"]["failed"]
        if failed:
            raise ClusterError(f"{self._settings.where}: {failed} shards could not be refreshed; run again")

    def publish(self, kept: Kept, state: State) -> str:
        """Say in both mappings what is published, under a new name, which this gives."""
        name = f"{kept.number:06d}.{secrets.token_hex(4)}"
        told = {"created": state.created, "articles": state.articles, "quotes": state.quotes, "digest": state.digest}
        for kind in KINDS:
            meta = {**kept.meta[kind], "generation": name, "state": told}
            self._client.indices.put_mapping(index=self.names.index(kind, kept.number), body={"_meta": meta})
        return name

    def switch(self, number: int) -> None:
        """Make a generation the live one, in one step for both kinds."""
        actions: list[dict[str, Any]] = []
        for one in self.all():
            for kind in one.live:
                where = {"index": self.names.index(kind, one.number), "alias": self.names.alias(kind)}
                actions.append({"remove": where})
        for kind in KINDS:
            actions.append({"add": {"index": self.names.index(kind, number), "alias": self.names.alias(kind)}})
        self._client.indices.update_aliases(body={"actions": actions})

    def mark_left(self, kept: Kept, *, left: bool) -> None:
        """Say whether somebody has gone back from a generation: no rebuild goes on with one then."""
        meta = {**kept.meta["article"], "left": left}
        self._client.indices.put_mapping(index=self.names.index("article", kept.number), body={"_meta": meta})

    def missing_copies(self, number: int) -> int:
        """How many copies of shards no node holds."""
        told: Any = self._client.cluster.health(index=self._both(number))
        return int(told["unassigned_shards"])

    def remove(self, number: int) -> None:
        """Take a generation away."""
        self._client.indices.delete(index=self._both(number), params={"ignore_unavailable": "true"})

    def bytes(self, number: int) -> int:
        """What its primary shards take on disk."""
        told = self._client.indices.stats(index=self._both(number), metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])

    def _both(self, number: int) -> str:
        return ",".join(self.names.index(kind, number) for kind in KINDS)


def live_of(kept: list[Kept], names: Names) -> Kept | None:
    """The one of `kept` to which both aliases lead. Raises DamagedIndexError where they disagree."""
    found = [one for one in kept if one.live]
    if len(found) == 1 and len(found[0].live) == len(KINDS):
        return found[0]
    if not found:
        return None
    where = "; ".join(
        f"{names.alias(kind)} leads to "
        + (" and ".join(names.index(kind, one.number) for one in found if kind in one.live) or "nothing")
        for kind in KINDS
    )
    raise DamagedIndexError(f"the aliases do not name one generation: {where}; mend them with: molva check --repair")


def now() -> str:
    """For `State.created`."""
    return datetime.now(UTC).isoformat(timespec="seconds")
