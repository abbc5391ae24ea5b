"""How do several segments become one? Array by array: their documents behind each other, without the deleted ones.

The result is what a segment of the surviving articles would be, array by array. What is heavy is done by a module of
functions, `merging_arrays` in numpy or `merging_kernels` compiled; both give the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from threading import Event
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.analysis import ANALYSIS_VERSION
from index.errors import DamagedIndexError
from index.schema import Kind

from . import merging_arrays
from .dictionary import dictionary
from .format import Array, SegmentFile, escaped, narrowed, narrowest
from .lengths import inverse_norms
from .merging_documents import Source, merged_blocks, merged_documents
from .merging_postings import Forms, Terms, counted, merged_postings
from .merging_room import Room
from .segment import Segment
from .terms import Texts
from .tokens import LATER_ROOT

_FORM_BITS: Final = 32
_CASE_BITS: Final = 3


def merge(
    segments: Sequence[Segment],
    *,
    kernels: Any = None,
    scratch: Path | None = None,
    trusted: Collection[Segment] = (),
    halt: Event | None = None,
) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the meta of one segment that holds the live articles of `segments` (one at least), in order.

    `kernels` is the module `merging_kernels`, where it is compiled. With a `scratch` folder large arrays lie in files
    there that have no name and go with the arrays; without it all is held in memory, about as much as the result.

    Files are read against their checksums first, so that damage is not written down as if it were sound, but for the
    `trusted` ones, which this run has written. Raises DamagedIndexError, OSError where the scratch folder is full, and
    MergeHalted soon after `halt` is set.
    """
    for segment in segments:
        if isinstance(segment.file, SegmentFile) and segment not in trusted:
            for fault in segment.file.verify():
                raise DamagedIndexError(f"{fault}; run: molva check --repair")
    room = Room(scratch, [segment.file for segment in segments if isinstance(segment.file, SegmentFile)], halt)
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
            arrays["article.quotes.start"] = narrowest(np.cumsum(starts))
            arrays.update({f"article.{name}": array for name, array in merged_blocks("sync", sources, room).items()})
    room.let_go()
    return arrays, {"schema": schema.SCHEMA_VERSION, "analysis": ANALYSIS_VERSION, "parts": parts}


def _part(kind: Kind, sources: Sequence[Source], kernels: Any, room: Room) -> tuple[dict[str, Array], dict[str, Any]]:
    texts = schema.TEXT_FIELDS[kind]
    fields = schema.field_names(kind)
    docs = sum(source.docs for source in sources)
    terms, forms = _vocabulary(sources, len(fields), kernels, room)
    own = np.concatenate(([0], np.cumsum(np.where(forms.case & LATER_ROOT, 0, forms.count), dtype=np.int64)))
    ends = own[forms.start[terms.first]].tolist()
    tokens = {field.name: ends[at + 1] - ends[at] for at, field in enumerate(texts)}
    means = {name: count / docs if count else 1.0 for name, count in tokens.items()}
    lens = np.concatenate([source.part.len[:, source.kept()] for source in sources], axis=1)
    inverse = np.array([inverse_norms(field.b, means[field.name]) for field in texts])
    arrays = {
        **dictionary(Texts(terms.data, terms.start), terms.first, kernels),
        **merged_postings(sources, terms, forms, lens, inverse, kernels, room),
        **_forms(forms, terms.df == 0),
        "len": lens.reshape(-1),
    }
    room.let_go()
    arrays |= merged_documents(kind, sources, room)
    return arrays, {
        "docs": docs,
        "fields": list(fields),
        "texts": len(texts),
        "first": terms.first,
        "tokens": tokens,
        "mean": means,
        "b": {field.name: field.b for field in texts},
    }


def _vocabulary(sources: Sequence[Source], fields: int, kernels: Any, room: Room) -> tuple[Terms, Forms]:
    """The union of the dictionaries and of the forms of roots, without what no live document has."""
    parts = [source.part for source in sources]
    sizes = [part.first[-1] for part in parts]
    bounds = [0, *accumulate(sizes)]
    data = np.concatenate([part.terms_bytes for part in parts])
    offsets = [0, *accumulate(len(part.terms_bytes) for part in parts)]
    starts = [part.terms_start[:-1].astype(np.int64) + offset for part, offset in zip(parts, offsets, strict=False)]
    start = np.concatenate((*starts, offsets[-1:]))
    del starts
    field = np.concatenate([np.repeat(np.arange(fields, dtype=np.uint8), np.diff(part.first)) for part in parts])
    room.let_go()
    # `rank`: place of each source's term in the union; `one`: of each term of the union one that it came from
    rank, one = kernels.union(data, start, field, np.array(bounds, np.int64))
    rank = rank.astype(np.int32)  # term numbers: `terms.hash` has no room for more
    ranks = [rank[low:high] for low, high in pairwise(bounds)]
    room.let_go()
    df = np.zeros(len(one), np.int64)
    splits = [0, *accumulate(len(part.forms_term) for part in parts)]
    key, count = np.empty(splits[-1], np.int64), np.empty(splits[-1], np.uint32)
    for source, places, (low, high) in zip(sources, ranks, pairwise(splits), strict=True):
        part = source.part
        frequencies, count[low:high] = counted(source, kernels, room)
        df[places] += frequencies
        roots = places[~part.marked.mask(part.first[-1])].astype(np.int64)
        key[low:high] = np.repeat(roots << (_FORM_BITS + _CASE_BITS), np.diff(part.forms_start))
        key[low:high] |= places[part.forms_term].astype(np.int64) << _CASE_BITS
        key[low:high] |= part.forms_case
        room.let_go()
    # The keys of a source ascend: runs, which a stable sort merges.
    used = np.flatnonzero(count)
    order = used[np.argsort(key[used], kind="stable")]
    del used
    key = key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    entries = key[begins]
    del key
    counts = np.add.reduceat(count[order], begins, dtype=np.int64) if len(begins) else begins
    entry_of = np.zeros(len(count), np.uint32)
    entry_of[order] = np.repeat(np.arange(len(begins), dtype=np.uint32), np.diff(begins, append=len(order)))
    del order, count
    root, form = entries >> (_FORM_BITS + _CASE_BITS), (entries >> _CASE_BITS) & (2**_FORM_BITS - 1)
    stands = df > 0
    stands[form] = True
    number_of = np.cumsum(stands, dtype=np.int32) - np.int32(1)
    root, form, one, df = number_of[root], number_of[form], one[stands], df[stands]
    text, text_start = kernels.gathered(data, start, one)
    del data, start
    terms = Terms(
        text,
        text_start,
        np.searchsorted(field[one], np.arange(fields + 1)).tolist(),
        [np.where(stands[places], number_of[places], np.int32(-1)) for places in ranks],
        df,
    )
    forms_start = np.searchsorted(root, np.arange(len(df) + 1))
    number = (np.arange(len(entries)) - forms_start[root]).astype(np.uint32)
    forms = Forms(
        forms_start,
        form.astype(np.uint32),
        (entries & (2**_CASE_BITS - 1)).astype(np.uint8),
        counts.astype(np.uint32),
        number,
        np.split(number[entry_of] if len(number) else entry_of, splits[1:-1]),
    )
    return terms, forms


def _forms(forms: Forms, is_form: NDArray[np.bool_]) -> dict[str, Array]:
    """`forms.*`, `often.*`, and the way back: `spelt.*`. `is_form` (T,)."""
    count, often_at, often_count = escaped(forms.count)
    order = np.argsort(forms.term, kind="stable")
    starts = np.searchsorted(forms.term[order], np.flatnonzero(is_form))
    return {
        "forms.start": narrowed(forms.start[np.append(~is_form, True)]),
        "forms.term": forms.term,
        "forms.case": forms.case,
        "forms.count": count,
        "often.at": often_at,
        "often.count": often_count,
        "spelt.start": narrowed(np.append(starts, len(order))),
        "spelt.at": order.astype(np.uint32),
    }
