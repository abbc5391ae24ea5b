"""How is it kept who is who in a generation, so that not every process works it out anew? By the first that has.

The index `molva-who` holds it in the format of a segment file, packed, in documents of CHUNK bytes, and a document that
says how many these are, written last: what a reader finds is whole, of this version and of the same decisions, or not
looked at. Over MOST bytes (a million quotes, about) nothing is kept, and where a reader may not write, nothing either:
all of it follows from the articles.

| array | type, items | what |
|---|---|---|
| article.id.data, article.id.start | u8, start | ids of articles that have quotes, in UTF-8 |
| quote.id.data, quote.id.start | u8, start | ids of quotes, article by article |
| article.day, article.quotes | i4, u32 | days since 1970-01-01; how many quotes |
| article.source; source.data, source.start | u32; u8, start | number of the source, 2³²−1: none; names |
| extract.… | | see index/extracts |
| voices.… | | see index/voices_file |
"""

from __future__ import annotations

import base64
import hashlib
import logging
import tempfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import zstandard

from index import voices_file
from index.errors import IndexingError
from index.opensearch_client import make_index, reported, said
from index.opensearch_generations import Names
from index.speakers.overrides import Overrides
from index.storage.format import Array, SegmentFile, narrowed, write_segment

if TYPE_CHECKING:
    from .opensearch_cluster import Cluster

CHUNK: Final = 8 << 20  # bytes of a document, before base64
MOST: Final = 256 << 20  # bytes in all
NO_SOURCE: Final = np.iinfo(np.uint32).max
_UNPACKED: Final = 4 << 30
_log: Final = logging.getLogger("molva.search")


class Gathered(NamedTuple):
    """What is known of the articles that have quotes. `extract`: arrays of index/extracts; `voices`: those of
    index/voices_file, where somebody has worked them out.
    """

    article_ids: list[str]
    quote_ids: list[str]
    quotes: list[int]  # of each article
    days: list[int]
    sources: list[str | None]
    extract: Mapping[str, Array]
    voices: Mapping[str, Array]


class Kept:
    """What is kept for a generation and what a person has decided on speakers."""

    def __init__(self, cluster: Cluster, generation: str, overrides: Overrides) -> None:
        self._cluster = cluster
        self._index = Names(cluster.settings.prefix).who
        self._generation = generation
        self._key = voices_file.key(generation, overrides)
        told = hashlib.blake2b(repr(sorted(self._key.items())).encode(), digest_size=8).hexdigest()
        self._name = f"{generation}-{told}"

    def read(self) -> Gathered | None:
        """What is kept; None where that is nothing, or nothing of use."""
        try:
            with reported(self._cluster.settings):
                packed = self._packed()
            return None if packed is None else self._unpacked(packed)
        except (IndexingError, KeyError, ValueError, OSError, zstandard.ZstdError) as error:
            _log.warning("%s: who is who is worked out in memory: %s", self._index, said(error))
            return None

    def _packed(self) -> bytes | None:
        client = self._cluster.client
        told = client.get(index=self._index, id=self._name, ignore=404)
        if not told.get("found"):
            return None
        parts = []
        for number in range(told["_source"]["chunks"]):
            found = client.get(index=self._index, id=f"{self._name}-{number}", ignore=404)
            if not found.get("found"):
                return None  # another generation has just taken its place
            parts.append(base64.b64decode(found["_source"]["data"]))
        return b"".join(parts)

    def _unpacked(self, packed: bytes) -> Gathered:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_UNPACKED)
        with tempfile.TemporaryDirectory(prefix="molva-who-") as folder:
            path = Path(folder) / "who"
            path.write_bytes(data)
            file = SegmentFile(path)
            if dict(file.meta) != self._key or file.verify():
                raise ValueError("does not follow from this generation")
            arrays = {name: file.array(name).copy() for name in file.entries}
            file.close()
        return _gathered(arrays)

    def write(self, gathered: Gathered) -> None:
        """Keep it, in place of that of other generations. What cannot be kept is not, which the log says."""
        try:
            packed = self._packing(gathered)
            if len(packed) > MOST:
                _log.info("%s: who is who takes %d bytes, which are too many to keep", self._index, len(packed))
                return
            with reported(self._cluster.settings):
                self._sent(packed)
        except (IndexingError, OSError) as error:
            _log.info("%s: who is who is not kept: %s", self._index, error)

    def _packing(self, gathered: Gathered) -> bytes:
        with tempfile.TemporaryDirectory(prefix="molva-who-") as folder:
            path = Path(folder) / "who"
            write_segment(path, _arrays(gathered), self._key)
            return zstandard.ZstdCompressor(level=3).compress(path.read_bytes())

    def _sent(self, packed: bytes) -> None:
        client = self._cluster.client
        kept = {"type": "keyword", "index": False, "doc_values": False}
        body = {
            "settings": {"index": {"number_of_shards": 1, "number_of_replicas": self._cluster.settings.replicas}},
            "mappings": {
                "dynamic": "strict",
                "properties": {"generation": {"type": "keyword"}, "chunks": {"type": "integer"}, "data": kept},
            },
        }
        if not client.indices.exists(index=self._index):
            make_index(client, self._index, body)
        told: dict[str, Any] = {"generation": self._generation}
        chunks = range(0, len(packed), CHUNK)
        for number, at in enumerate(chunks):
            data = base64.b64encode(packed[at : at + CHUNK]).decode()
            client.index(index=self._index, id=f"{self._name}-{number}", body=told | {"data": data})
        client.index(index=self._index, id=self._name, body=told | {"chunks": len(chunks)}, refresh=True)
        others = {"query": {"bool": {"must_not": [{"term": {"generation": self._generation}}]}}}
        client.delete_by_query(index=self._index, body=others, conflicts="proceed")


def _arrays(gathered: Gathered) -> dict[str, Array]:
    values = sorted({one for one in gathered.sources if one})
    number = {value: place for place, value in enumerate(values)}
    sources = [number[one] if one else NO_SOURCE for one in gathered.sources]
    return {
        **_texts("article.id", gathered.article_ids),
        **_texts("quote.id", gathered.quote_ids),
        "article.day": np.array(gathered.days, np.int32),
        "article.quotes": np.array(gathered.quotes, np.uint32),
        "article.source": np.array(sources, np.uint32),
        **_texts("source", values),
        **{f"extract.{name}": one for name, one in gathered.extract.items()},
        **{f"voices.{name}": one for name, one in gathered.voices.items()},
    }


def _gathered(arrays: Mapping[str, Array]) -> Gathered:
    """What `_arrays` packed. Raises KeyError, ValueError where they do not fit together."""
    values = [*_read_texts("source", arrays)]
    found = Gathered(
        _read_texts("article.id", arrays),
        _read_texts("quote.id", arrays),
        arrays["article.quotes"].tolist(),
        arrays["article.day"].tolist(),
        [None if one == NO_SOURCE else values[one] for one in arrays["article.source"].tolist()],
        _below("extract.", arrays),
        _below("voices.", arrays),
    )
    if not len(found.article_ids) == len(found.quotes) == len(found.days) == len(found.sources):
        raise ValueError("its arrays do not fit together")
    if sum(found.quotes) != len(found.quote_ids):
        raise ValueError("its arrays do not fit together")
    return found


def _below(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)}


def _texts(name: str, texts: Sequence[str]) -> dict[str, Array]:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    starts = narrowed(np.cumsum([0, *map(len, encoded)]))
    return {f"{name}.data": np.frombuffer(b"".join(encoded), np.uint8), f"{name}.start": starts}


def _read_texts(name: str, arrays: Mapping[str, Array]) -> list[str]:
    data: bytes = arrays[f"{name}.data"].tobytes()
    starts: list[int] = arrays[f"{name}.start"].tolist()
    return [data[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(starts)]
