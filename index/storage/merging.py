"""How do several segments become one? Array by array: their documents behind each other, without the deleted ones.

The result is what a segment of the surviving articles would be, array by array. What is heavy is done by a module of
functions, `merging_arrays` in numpy or `merging_kernels` compiled; both give the same.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index import schema
from index.analysis import ANALYSIS_VERSION
from index.errors import DamagedIndexError
from index.schema import Kind

from . import merging_arrays
from .format import BLOCK, DENSE, DENSE_FROM, ESCAPE, Array, SegmentFile
from .invert import rounded_down, rounded_up
from .lengths import inverse_norms
from .merging_documents import Source, merged_blocks, merged_documents
from .part import Part
from .segment import Segment
from .tokens import LATER_ROOT

IN_MEMORY: Final = 1 << 23  # bytes: larger arrays go to the scratch folder, where there is one
_FORM_BITS: Final = 32
_CASE_BITS: Final = 3


def merge(
    segments: Sequence[Segment], *, kernels: Any = None, scratch: Path | None = None
) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the meta of one segment that holds the live articles of `segments` (one at least), in order.

    `kernels` is the module `merging_kernels`, where it is compiled. With a `scratch` folder large arrays lie in files
    there that have no name and go with the arrays; without it all is held in memory, about as much as the result.

    Files are read against their checksums first, so that damage is not written down as if it were sound. Raises
    DamagedIndexError, and OSError where the scratch folder is full.
    """
    for segment in segments:
        if isinstance(segment.file, SegmentFile):
            for fault in segment.file.verify():
                raise DamagedIndexError(f"{fault}; run: molva check --repair")
    room = Room(scratch)
    arrays: dict[str, Array] = {}
    parts: dict[str, Any] = {}
    for kind in schema.KINDS:
        sources = Source.of([(segment.part(kind), segment.live(kind)) for segment in segments])
        merged, parts[kind] = _part(kind, sources, kernels or merging_arrays, room)
        arrays.update({f"{kind}.{name}": array for name, array in merged.items()})
        if kind == "article":
            counts = [np.diff(segment.quotes_start.astype(np.int64)) for segment in segments]
            lived = [source.living(one) for source, one in zip(sources, counts, strict=True)]
            starts = np.concatenate((np.zeros(1, np.int64), *lived))
            arrays["article.quotes.start"] = np.cumsum(starts).astype(np.uint32)
            arrays.update({f"article.{name}": array for name, array in merged_blocks("sync", sources, room).items()})
    return arrays, {"schema": schema.SCHEMA_VERSION, "analysis": ANALYSIS_VERSION, "parts": parts}


class Room:
    """Gives arrays to fill, in memory or in files without a name."""

    def __init__(self, scratch: Path | None) -> None:
        self.scratch = scratch

    def empty(self, items: int, dtype: DTypeLike) -> Array:
        """An array of undefined content, or zeros."""
        size = items * np.dtype(dtype).itemsize
        if self.scratch is None or size <= IN_MEMORY:
            return np.empty(items, dtype)
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            # A file with holes would kill the process when the disk is full, and not raise.
            os.posix_fallocate(file.fileno(), 0, size) if hasattr(os, "posix_fallocate") else file.truncate(size)
            return np.frombuffer(mmap.mmap(file.fileno(), size), dtype)

    def joined(self, pieces: Iterable[bytes | memoryview]) -> NDArray[np.uint8]:
        """Bytes behind each other, read-only."""
        if self.scratch is None:
            return np.frombuffer(b"".join(pieces), np.uint8)
        with tempfile.TemporaryFile(dir=self.scratch, buffering=1 << 20) as file:
            for piece in pieces:
                file.write(piece)
            size = file.tell()
            file.flush()
            if not size:
                return np.zeros(0, np.uint8)
            return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The dictionary of the result: T terms; `of` gives for each source its terms' numbers in it, −1 for those that
    went with their documents.
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]  # (T + 1,)
    first: list[int]  # of each field, and T
    of: list[NDArray[np.int64]]
    df: NDArray[np.int64]  # (T,)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of roots: E entries by (root, form, case); `of` gives for each source its forms' new numbers."""

    start: NDArray[np.int64]  # (T + 1,)
    root: NDArray[np.int64]  # (E,)
    term: NDArray[np.int64]
    case: NDArray[np.int64]
    count: NDArray[np.int64]
    number: NDArray[np.int64]  # among the forms of its root
    of: list[NDArray[np.uint32]]


def _part(kind: Kind, sources: Sequence[Source], kernels: Any, room: Room) -> tuple[dict[str, Array], dict[str, Any]]:
    texts = schema.TEXT_FIELDS[kind]
    fields = schema.field_names(kind)
    docs = sum(source.docs for source in sources)
    terms, forms = _vocabulary(sources, len(fields), kernels)
    own = np.concatenate(([0], np.cumsum(np.where(forms.case & LATER_ROOT, 0, forms.count))))
    ends = own[forms.start[terms.first]].tolist()
    tokens = {field.name: ends[at + 1] - ends[at] for at, field in enumerate(texts)}
    means = {name: count / docs if count else 1.0 for name, count in tokens.items()}
    lens = np.concatenate([source.part.len[:, source.kept()] for source in sources], axis=1)
    inverse = np.array([inverse_norms(field.b, means[field.name]) for field in texts])
    arrays = {
        "terms.bytes": terms.data,
        "terms.start": terms.start,
        "terms.lcp": kernels.shared_prefixes(terms.data, terms.start, np.array(terms.first, np.int64)),
        "terms.hash": kernels.hash_table(terms.data, terms.start, np.array(terms.first, np.int64)),
        **_postings(sources, terms, forms, kernels, room),
    }
    arrays.update(_sums(arrays, terms, lens, inverse, kernels))
    arrays.update(
        {
            "forms.start": forms.start,
            "forms.term": forms.term.astype(np.uint32),
            "forms.case": forms.case.astype(np.uint8),
            "forms.count": forms.count.astype(np.uint32),
            **_spelt(forms, len(terms.df)),
            **_dense(arrays["post.start"], arrays["post.doc"], docs),
            "len": lens.reshape(-1),
            **merged_documents(kind, sources, room),
        }
    )
    return arrays, {
        "docs": docs,
        "fields": list(fields),
        "texts": len(texts),
        "first": terms.first,
        "tokens": tokens,
        "mean": means,
        "b": {field.name: field.b for field in texts},
    }


def _vocabulary(sources: Sequence[Source], fields: int, kernels: Any) -> tuple[_Terms, _Forms]:
    """The union of the dictionaries and of the forms of roots, without what no live document has."""
    parts = [source.part for source in sources]
    sizes = [part.first[-1] for part in parts]
    bounds = [0, *accumulate(sizes)]
    data = np.concatenate([part.terms_bytes for part in parts])
    offsets = [0, *accumulate(len(part.terms_bytes) for part in parts)]
    starts = [part.terms_start[:-1] + offset for part, offset in zip(parts, offsets, strict=False)]
    start = np.concatenate((*starts, offsets[-1:]))
    field = np.concatenate([np.repeat(np.arange(fields, dtype=np.uint8), np.diff(part.first)) for part in parts])
    # `rank`: place of each source's term in the union; `one`: of each term of the union one that it came from
    rank, one = kernels.union(data, start, field, np.array(bounds, np.int64))
    ranks = [rank[low:high] for low, high in pairwise(bounds)]
    df = np.zeros(len(one), np.int64)
    splits = [0, *accumulate(len(part.forms_term) for part in parts)]
    key, count = np.empty(splits[-1], np.int64), np.empty(splits[-1], np.uint32)
    for source, places, (low, high) in zip(sources, ranks, pairwise(splits), strict=True):
        part = source.part
        frequencies, count[low:high] = _counted(source, kernels)
        df[places] += frequencies
        key[low:high] = np.repeat(places << (_FORM_BITS + _CASE_BITS), np.diff(part.forms_start))
        key[low:high] |= places[part.forms_term] << _CASE_BITS
        key[low:high] |= part.forms_case
    # The keys of a source ascend: runs, which a stable sort merges.
    used = np.flatnonzero(count)
    order = used[np.argsort(key[used], kind="stable")]
    del used
    key = key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    entries = key[begins]
    del key
    counts = np.add.reduceat(count[order], begins, dtype=np.int64) if len(begins) else begins
    entry_of = np.zeros(len(count), np.int64)
    entry_of[order] = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(order)))
    del order, count
    root, form = entries >> (_FORM_BITS + _CASE_BITS), (entries >> _CASE_BITS) & (2**_FORM_BITS - 1)
    stands = df > 0
    stands[form] = True
    number_of = np.cumsum(stands) - 1
    root, form, one, df = number_of[root], number_of[form], one[stands], df[stands]
    text, text_start = kernels.gathered(data, start, one)
    terms = _Terms(
        text,
        text_start,
        np.searchsorted(field[one], np.arange(fields + 1)).tolist(),
        [np.where(stands[places], number_of[places], -1) for places in ranks],
        df,
    )
    forms_start = np.searchsorted(root, np.arange(len(df) + 1))
    number = np.arange(len(entries)) - forms_start[root]
    forms = _Forms(
        forms_start,
        root,
        form,
        entries & (2**_CASE_BITS - 1),
        counts,
        number,
        np.split((number.astype(np.uint32)[entry_of] if len(number) else entry_of.astype(np.uint32)), splits[1:-1]),
    )
    return terms, forms


def _counted(source: Source, kernels: Any) -> tuple[Array, Array]:
    """Of a source's terms the live documents, and of its forms the live tokens."""
    part = source.part
    if source.live is None:
        return np.diff(part.post_start), part.forms_count
    counted: tuple[Array, Array] = kernels.counted(*_post_arrays(part), *_form_arrays(part), source.docs_to)
    return counted


def _post_arrays(part: Part) -> tuple[Array, ...]:
    return part.post_start, part.post_doc, part.post_tf, part.big_tf


def _form_arrays(part: Part) -> tuple[Any, ...]:
    return part.pos_form, part.wide_form, part.forms_start, part.first[part.texts]


def _postings(sources: Sequence[Source], terms: _Terms, forms: _Forms, kernels: Any, room: Room) -> dict[str, Array]:
    """`post.*` but for the tenth, `big.*`, `pos.*`, `wide.*`."""
    post_start = np.concatenate(([0], np.cumsum(terms.df)))
    pos_start = np.concatenate(([0], np.cumsum(forms.count)))[forms.start]
    doc, tf = room.empty(post_start[-1], np.uint32), room.empty(post_start[-1], np.uint8)
    narrow = all(source.part.pos_at.dtype == np.uint16 for source in sources)
    at = room.empty(pos_start[-1], np.uint16 if narrow else np.uint32)
    form = room.empty(pos_start[-1], np.uint8)
    big = sum(len(source.part.big_at) for source in sources)
    wide = int(forms.count[forms.number >= ESCAPE].sum())
    big_at, big_tf = np.empty(big, np.int64), np.empty(big, np.uint32)
    wide_at, wide_form = np.empty(wide, np.int64), np.empty(wide, np.uint32)
    ends = np.zeros(2, np.int64)  # of big and wide, so far
    next_post, next_pos = post_start[:-1].copy(), pos_start[:-1].copy()
    for source, terms_to, forms_to in zip(sources, terms.of, forms.of, strict=True):
        kernels.copied(
            *_post_arrays(source.part),
            *_form_arrays(source.part),
            source.part.pos_at,
            source.docs_to,
            terms_to,
            forms_to,
            next_post,
            next_pos,
            *(doc, tf, at, form, big_at, big_tf, wide_at, wide_form, ends),
        )
    if not narrow and at.max(initial=0) <= 65_535:
        at = at.astype(np.uint16)
    by_place = np.argsort(big_at[: ends[0]])
    by_position = np.argsort(wide_at)
    return {
        "post.start": post_start,
        "post.doc": doc,
        "post.tf": tf,
        "big.at": big_at[by_place],
        "big.tf": big_tf[by_place],
        "pos.at": at,
        "pos.form": form,
        "wide.at": wide_at[by_position],
        "wide.form": wide_form[by_position],
    }


def _sums(
    arrays: dict[str, Array], terms: _Terms, lens: NDArray[np.uint8], inverse: NDArray[np.float64], kernels: Any
) -> dict[str, Array]:
    """`block.*`, and the tenth best of each term."""
    block_start = np.concatenate(([0], np.cumsum(-(-terms.df // BLOCK))))
    last, top = np.empty(block_start[-1], np.uint32), np.empty(block_start[-1])
    position, tenth = np.empty(block_start[-1], np.int64), np.zeros(len(terms.df))
    kernels.summed_up(
        *(arrays[name] for name in ("post.start", "post.doc", "post.tf", "big.tf")),
        np.array(terms.first, np.int64),
        lens,
        inverse,
        *(block_start, last, top, position, tenth),
    )
    return {
        "post.tenth": rounded_down(tenth),
        "block.start": block_start,
        "block.last": last,
        "block.top": rounded_up(top),
        "block.pos": position,
    }


def _spelt(forms: _Forms, terms: int) -> dict[str, Array]:
    order = np.argsort(forms.term, kind="stable")
    return {
        "spelt.start": np.searchsorted(forms.term[order], np.arange(terms + 1)),
        "spelt.root": forms.root[order].astype(np.uint32),
        "spelt.form": forms.number[order].astype(np.uint32),
    }


def _dense(post_start: NDArray[np.int64], doc: NDArray[np.uint32], docs: int) -> dict[str, Array]:
    """`dense.*`: a bit a document of the terms that stand in many."""
    frequent = np.flatnonzero(np.diff(post_start) * DENSE > docs) if docs >= DENSE_FROM else np.zeros(0, np.int64)
    bits = np.empty((len(frequent), (docs + 63) // 64), np.uint64)
    marks = np.zeros((docs + 63) // 64 * 64, np.uint8)
    for row, term in zip(bits, frequent.tolist(), strict=True):
        here = doc[post_start[term] : post_start[term + 1]]
        marks[here] = 1
        row[:] = np.packbits(marks, bitorder="little").view(np.uint64)
        marks[here] = 0
    return {"dense.term": frequent.astype(np.uint32), "dense.bits": bits.reshape(-1)}
