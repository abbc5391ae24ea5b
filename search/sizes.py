"""How large is an index, and how old? What its live manifest says, or what the cluster does, without opening it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from index.errors import IndexingError
from index.schema import KINDS
from index.settings import engine
from index.storage.folder import live_manifest

PATIENCE: Final = 3.0  # seconds in which a cluster that is asked for numbers answers, or has none


class LiveState(NamedTuple):
    """The live state of an index. `bytes` on disk, on a cluster those of primary shards; `created` is an ISO time in
    UTC.
    """

    articles: int
    quotes: int
    segments: int
    bytes: int
    generation: str
    created: str


def live_state(folder: Path) -> LiveState | None:
    """The live state of the index in `folder`, or on the cluster of the settings; None where there is none, or it
    cannot be read.
    """
    try:
        if engine() == "opensearch":
            return _on_cluster()
        found = live_manifest(folder)
    except IndexingError:
        return None
    return LiveState(found.articles, found.quotes, len(found.segments), found.bytes, found.name, found.created)


def _on_cluster() -> LiveState | None:
    from index.opensearch_client import connect, reported
    from index.opensearch_generations import Generations, Names
    from index.opensearch_settings import opensearch_settings

    settings = opensearch_settings()
    client = connect(settings, timeout=PATIENCE)
    try:
        with reported(settings):
            live = Generations(client, settings).live()
            if live is None or live.name is None or live.state is None:
                return None
            names = ",".join(Names(settings.prefix).index(kind, live.number) for kind in KINDS)
            found = client.indices.stats(index=names, metric="store,segments")
    finally:
        client.close()
    if found["_shards"]["failed"]:
        return None
    told, state = found["_all"]["primaries"], live.state
    segments, size = told["segments"]["count"], told["store"]["size_in_bytes"]
    return LiveState(state.articles, state.quotes, int(segments), int(size), live.name, state.created)
