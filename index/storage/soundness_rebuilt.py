"""Do the arrays of a segment say what its stored documents say? It is built again from these, and must come out the
same, array by array: the one check that no forged number passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from index import compiling
from index.errors import IndexingError
from index.schema import KINDS

from .builder import SegmentBuilder
from .format import Array
from .gathering import KERNELS, LONG_RUN
from .merging import merge
from .payload import COMPACT
from .rows import ArticleRows, rows_of
from .segment import Segment
from .soundness_documents import documents

ROOM: Final = 1 << 28  # bytes that a builder may hold before what it has is compared
_MERGING: Final = "index.storage.merging_kernels"
_STORED: Final = ("stored.", "sync.")  # what is read here, and may be compressed otherwise


def rebuilt_problems(segment: Segment) -> Iterator[str]:
    """What a segment says otherwise than its stored documents: a line for each array. Its arrays are known to fit
    together. It ends with the first documents that disagree.

    Raises DamagedIndexError for a document that cannot be read.
    """
    articles = segment.docs("article")
    kernels = compiling.load(KERNELS) if articles >= LONG_RUN else None
    builder = SegmentBuilder(kernels=kernels)
    records = {kind: iter(segment.part(kind).stored) for kind in KINDS}
    first = 0
    for number, (article, state, quotes) in enumerate(documents(segment)):
        try:
            rows = rows_of(article, quotes, state)
            builder.add(rows)
        except (IndexingError, TypeError, ValueError, AttributeError) as error:
            yield f"array article.stored.data: document {number:,} is no article ({error!r:.200})"
            return
        fault = _stored_otherwise(rows, records)
        if fault:
            yield f"{fault} (article {number:,})"
            return
        if builder.memory > ROOM and number + 1 < articles:
            found = list(_compared(segment, builder, first, number + 1))
            yield from found
            if found:
                return
            builder, first = SegmentBuilder(kernels=kernels), number + 1
    yield from _compared(segment, builder, first, articles)


def _stored_otherwise(rows: ArticleRows, records: Mapping[Any, Iterator[bytes]]) -> str | None:
    """Documents are stored as we would store them; those of format 001 are not compared."""
    for kind, some in (("article", (rows.article,)), ("quote", rows.quotes)):
        for row in some:
            record = next(records[kind])
            if record[:1] == COMPACT and record != row.stored:
                return f"array {kind}.stored.data: document {row.id!r:.80} is stored otherwise than we would"
    return None


def _compared(segment: Segment, builder: SegmentBuilder, first: int, end: int) -> Iterator[str]:
    """The articles [first, end), which the builder holds, against what the segment has of them."""
    built, meta = builder.build()
    found: Mapping[str, Array]
    if (first, end) == (0, segment.docs("article")):
        found = {name: segment.arrays.array(name) for name in built if name in segment.arrays}
        of_segment = segment.arrays.meta
    else:
        others = np.ones(segment.docs("article"), np.bool_)
        others[first:end] = False
        rest = segment.with_deleted(others)
        found, of_segment = merge([rest], kernels=compiling.load(_MERGING), trusted=[rest])
    whose = f"what the stored articles {first:,} to {end - 1:,} come to (or stored.data is wrong)"
    for name, array in built.items():
        if name.partition(".")[2].startswith(_STORED):
            continue
        if array.dtype != found[name].dtype or not np.array_equal(array, found[name]):
            yield f"array {name}: is not {whose}"
    if meta["parts"] != of_segment["parts"]:
        yield f"meta: is not {whose}"
