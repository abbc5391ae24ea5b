"""What of a merge goes document by document? Columns, facets, ids, and stored records in their blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.schema import Kind

from .blocks import SAMPLE, Blocks, BlockWriter, Dictionary, block_arrays
from .format import Array, coded, narrowed, narrowest, no_value
from .part import Part

Piece = bytes | memoryview  # some blocks of records, compressed


class Room(Protocol):
    """See `merging_room.Room`."""

    def joined(self, pieces: Iterable[Piece]) -> NDArray[np.uint8]:
        """Bytes behind each other."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A part that is merged. `live` (documents,): which of them stay, None for all; `docs_to` (documents,): their
    numbers in the result, −1 for those that go; `docs`: how many stay.
    """

    part: Part
    live: NDArray[np.bool_] | None
    docs_to: NDArray[np.int64]
    docs: int

    @classmethod
    def of(cls, parts: Sequence[tuple[Part, NDArray[np.uint8] | None]]) -> list[Self]:
        """The sources of parts with their live masks, documents numbered through."""
        found = []
        base = 0
        for part, mask in parts:
            live = None if mask is None else mask != 0
            docs_to = np.arange(base, base + part.docs)
            if live is not None:
                docs_to = np.where(live, np.cumsum(live) + (base - 1), -1)
            docs = part.docs if live is None else int(np.count_nonzero(live))
            found.append(cls(part, live, docs_to, docs))
            base += docs
        return found

    def kept(self) -> Any:
        """An index of the documents that stay."""
        return slice(None) if self.live is None else self.live

    def living(self, column: Array) -> Array:
        """Of a value a document those that stay."""
        kept: Array = column[self.kept()]
        return kept


def merged_documents(kind: Kind, sources: Sequence[Source], room: Room) -> dict[str, Array]:
    """`day`, `stored.*`, `ids.*`, `facet.*`."""
    arrays = {
        "day": np.concatenate([source.living(source.part.day) for source in sources]),
        **merged_blocks("stored", sources, room),
        **_ids(sources),
    }
    for name in schema.FACETS:
        merged = _several if name in schema.SEVERAL[kind] else _single
        arrays.update({f"facet.{name}.{key}": value for key, value in merged(name, sources).items()})
    return arrays


def _ids(sources: Sequence[Source]) -> dict[str, Array]:
    hashes = []
    for source in sources:
        of_docs = np.empty(source.part.docs, np.uint64)
        of_docs[source.part.array("ids.doc")] = source.part.array("ids.hash")
        hashes.append(source.living(of_docs))
    every = np.concatenate(hashes)
    order = np.argsort(every, kind="stable")
    return {"ids.hash": every[order], "ids.doc": order.astype(np.uint32)}


def _single(name: str, sources: Sequence[Source]) -> dict[str, Array]:
    """A facet with at most one value a document."""
    codes = [source.living(source.part.array(f"facet.{name}.code")) for source in sources]
    values, codes = _recoded(name, sources, codes)
    return {**values, "code": np.concatenate(codes)}


def _several(name: str, sources: Sequence[Source]) -> dict[str, Array]:
    """A facet with any number of values a document."""
    codes, counts = [], []
    for source in sources:
        code = source.part.array(f"facet.{name}.code")
        of_docs = np.diff(source.part.array(f"facet.{name}.at")).astype(np.int64)
        codes.append(code if source.live is None else code[np.repeat(source.live, of_docs)])
        counts.append(source.living(of_docs))
    values, codes = _recoded(name, sources, codes)
    at = np.concatenate((np.zeros(1, np.int64), *counts))
    return {**values, "at": narrowest(np.cumsum(at)), "code": np.concatenate(codes)}


def _recoded(name: str, sources: Sequence[Source], codes: Sequence[Array]) -> tuple[dict[str, Array], list[Array]]:
    """The values that are left, and the codes of each source among them."""
    used = []
    for source, code in zip(sources, codes, strict=True):
        data = source.part.array(f"facet.{name}.bytes").tobytes()
        starts = source.part.array(f"facet.{name}.start").tolist()
        numbers = np.unique(code[code != no_value(code)]).tolist()
        used.append({number: data[starts[number] : starts[number + 1]] for number in numbers})
    values = sorted({value for some in used for value in some.values()})
    place = {value: number for number, value in enumerate(values)}
    recoded = []
    for some, code in zip(used, codes, strict=True):
        to = np.full(max(some, default=-1) + 2, -1, np.int64)  # the last one is for no value
        to[list(some)] = [place[value] for value in some.values()]
        to = coded(to, len(values))
        recoded.append(to[np.minimum(code, len(to) - 1)])
    data_out = np.frombuffer(b"".join(values), np.uint8)
    return {"bytes": data_out, "start": narrowed([0, *accumulate(map(len, values))])}, recoded


def merged_blocks(name: str, sources: Sequence[Source], room: Room) -> dict[str, Array]:
    """`stored.*`, `sync.*`: records in blocks that end where a builder would have ended them, if it had the sources'
    dictionaries. Where they have none and there are records enough, all are compressed anew with one.
    """
    of_sources = [Blocks(source.part, name) for source in sources]
    known: dict[int, Dictionary] = {}
    for blocks in of_sources:
        known = blocks.dictionaries | known
    enough = name == "stored" and sum(source.docs for source in sources) >= SAMPLE
    learns = enough and not known and not any(blocks.has_no_use_for_one for blocks in of_sources)
    writer = BlockWriter(learns=learns, dictionary=next(iter(known.values()), None))
    ends: list[Array] = []
    counts: list[Array] = []

    def pieces() -> Iterator[Piece]:
        for source, blocks in zip(sources, of_sources, strict=True):
            numbers = blocks.dictionaries.items()
            copies = not learns and all(one.as_bytes() == known[number].as_bytes() for number, one in numbers)
            for piece, sizes, records in _cut(name, source, blocks, writer, copies, last=source is sources[-1]):
                if len(sizes):
                    ends.append(np.asarray(sizes))
                    counts.append(np.asarray(records))
                    yield piece

    data = room.joined(pieces())
    dictionaries = [*known.values()] if known else [writer.dictionary]
    none: list[Array] = [np.zeros(0, np.int64)]
    return block_arrays(name, data, np.concatenate(none + ends), np.concatenate(none + counts), dictionaries)


def _cut(
    name: str, source: Source, found: Blocks, writer: BlockWriter, copies: bool, *, last: bool
) -> Iterator[tuple[Piece, Sequence[int] | Array, Sequence[int] | Array]]:
    """Pieces of one or more blocks, with the bytes and the records of each block. A source's blocks that are also
    blocks of the result are copied as they are (`copies`): where their beginnings differ, they fall in step again some
    time.
    """
    data = source.part.array(f"{name}.data").data
    starts, firsts = (source.part.array(f"{name}.{key}").astype(np.int64) for key in ("block", "first"))
    blocks = len(firsts) - 1
    full = blocks if last else blocks - 1  # the last block of a source may have room left
    at = 0
    while at < blocks:
        end = _whole(source, firsts, at, full) if copies and writer.is_between else at
        if end > at:
            yield data[starts[at] : starts[end]], np.diff(starts[at : end + 1]), np.diff(firsts[at : end + 1])
            at = end
            continue
        for number, record in enumerate(found.records(at), int(firsts[at])):
            if source.live is None or source.live[number]:
                writer.add(record)
        yield writer.take()
        at += 1
    if last:
        writer.end()
        yield writer.take()


def _whole(source: Source, firsts: Array, at: int, full: int) -> int:
    """The end of the blocks from `at` on, before `full`, in which nothing is deleted."""
    if source.live is None:
        return max(at, full)
    end = at
    while end < full and source.live[firsts[end] : firsts[end + 1]].all():
        end += 1
    return end
