"""Do the arrays of a part fit together?

Checksums tell what has changed since it was written; this tells a file that was never right. The read side trusts its
arrays, and kernels do not look where they read: `shape_problems` costs next to nothing and is asked whenever a
segment is opened, `content_problems` reads all and is for `molva check`, above all of an index from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.schema import FACETS, SEVERAL, TEXT_FIELDS, field_names

from .format import BLOCK, NO_VALUE, Array
from .part import Part

_AT_ONCE: Final = 1 << 20  # items looked at together

# An array of starts, and the array into which they lead.
_STARTS: Final = {
    "terms.start": "terms.bytes",
    "post.start": "post.doc",
    "block.start": "block.last",
    "forms.start": "forms.term",
    "spelt.start": "spelt.root",
    "stored.block": "stored.data",
    **{f"facet.{name}.start": f"facet.{name}.bytes" for name in FACETS},
}
# Arrays that are as long as the first of them.
_ALIKE: Final = (
    ("post.doc", "post.tf"),
    ("big.at", "big.tf"),
    ("tenth.term", "tenth.x"),
    ("block.last", "block.top", "block.pos"),
    ("pos.at", "pos.form"),
    ("wide.at", "wide.form"),
    ("forms.term", "forms.case", "forms.count"),
    ("spelt.root", "spelt.form"),
    ("stored.block", "stored.first"),
)
_TYPES: Final = {
    "|u1": "terms.bytes terms.lcp post.tf pos.form forms.case len stored.data",
    "<u4": "terms.hash post.doc big.tf block.last wide.form forms.term forms.count spelt.root spelt.form dense.term "
    "tenth.term stored.first ids.doc",
    "<u8": "dense.bits ids.hash",
    "<i4": "day",
    "<i8": "big.at wide.at",
    "<f4": "tenth.x block.top",
}


def shape_problems(part: Part) -> Iterator[str]:
    """What is wrong with types, lengths and ends of a part's arrays: a line for each fault, which names the array.

    Raises KeyError for an array that is missing.
    """
    fields = field_names(part.kind)
    if part.fields != fields or part.texts != len(TEXT_FIELDS[part.kind]):
        yield f"meta: the fields of {part.kind} are {part.fields}, expected {fields}"
        return
    terms = len(part.array("terms.start")) - 1
    firsts = part.first
    if len(firsts) != len(fields) + 1 or firsts[0] != 0 or firsts[-1] != terms or sorted(firsts) != firsts:
        yield f"meta: the first terms of {part.kind} are {firsts}, expected them ascending from 0 to {terms}"
    for name in fields[: part.texts]:
        if not (part.mean[name] > 0 and 0 <= part.b[name] <= 1):
            yield f"meta: field {name} of {part.kind} has mean {part.mean[name]} and b {part.b[name]}"
    for dtype, names in _TYPES.items():
        for name in names.split():
            found = part.array(name).dtype.str
            if found != dtype:
                yield f"array {part.kind}.{name}: has type {found}, expected {dtype}"
    several = [name for name in FACETS if name in SEVERAL[part.kind]]
    either = dict.fromkeys((*_STARTS, "block.pos", *(f"facet.{name}.at" for name in several)), ("<u4", "<i8"))
    for name, (one, other) in {**either, "pos.at": ("<u2", "<u4")}.items():
        found = part.array(name).dtype.str
        if found not in (one, other):
            yield f"array {part.kind}.{name}: has type {found}, expected {one} or {other}"
    for name, target in _STARTS.items():
        yield from _ends(part, name, len(part.array(target)))
    yield from _ends(part, "stored.first", part.docs)
    lengths = {"day": part.docs, "ids.hash": part.docs, "ids.doc": part.docs}
    lengths |= dict.fromkeys(("post.start", "block.start", "forms.start", "spelt.start"), terms + 1)
    lengths["terms.lcp"] = terms
    for same in _ALIKE:
        lengths |= dict.fromkeys(same[1:], len(part.array(same[0])))
    for name in FACETS:
        if name in SEVERAL[part.kind]:
            lengths[f"facet.{name}.at"] = part.docs + 1
            yield from _ends(part, f"facet.{name}.at", len(part.array(f"facet.{name}.code")))
        else:
            lengths[f"facet.{name}.code"] = part.docs
    for name, expected in lengths.items():
        if len(part.array(name)) != expected:
            yield f"array {part.kind}.{name}: has {len(part.array(name)):,} items, expected {expected:,}"
    size = len(part.array("terms.hash"))
    if 3 * size < max(6, 4 * terms) or size & (size - 1):
        yield f"array {part.kind}.terms.hash: has {size:,} slots, expected a power of two from {4 * terms // 3:,}"


def _ends(part: Part, name: str, last: int) -> Iterator[str]:
    starts = part.array(name)
    if not len(starts) or int(starts[0]) != 0 or int(starts[-1]) != last:
        yield f"array {part.kind}.{name}: does not lead from 0 to {last:,}"


def content_problems(part: Part) -> Iterator[str]:
    """What is wrong with the numbers in a part's arrays, whose shapes are right: a line for each array at fault."""
    terms = len(part.terms_lcp)
    for name in (*_STARTS, "stored.first", *(f"facet.{name}.at" for name in FACETS if name in SEVERAL[part.kind])):
        if _any(part.array(name), lambda some: some[1:] < some[:-1], overlap=1):
            yield f"array {part.kind}.{name}: does not ascend"
            return  # what follows goes by them
    limits: dict[str, int] = {
        "post.doc": part.docs,
        "block.last": part.docs,
        "forms.term": terms,
        "spelt.root": terms,
        "dense.term": terms,
        "tenth.term": terms,
        "ids.doc": part.docs,
        "terms.hash": terms + 1,
        "big.at": len(part.post_doc),
        "wide.at": len(part.pos_at),
    }
    for name, limit in limits.items():
        if _any(part.array(name), lambda some, limit=limit: some >= limit):
            yield f"array {part.kind}.{name}: holds a number from {limit:,} on, which is too large"
            return
    for name in ("big.at", "wide.at", "dense.term", "tenth.term"):
        if _any(part.array(name), lambda some: some[1:] <= some[:-1], overlap=1):
            yield f"array {part.kind}.{name}: does not ascend"
    for name in FACETS:
        code, values = part.array(f"facet.{name}.code"), len(part.array(f"facet.{name}.start")) - 1
        if name not in SEVERAL[part.kind]:
            code = code[code != NO_VALUE]
        if _any(code, lambda some, values=values: some >= values):
            yield f"array {part.kind}.facet.{name}.code: holds a number from {values:,} on, which is too large"
    if int(np.count_nonzero(part.array("terms.hash"))) != terms:
        yield f"array {part.kind}.terms.hash: does not hold {terms:,} terms"
    forms_start: NDArray[np.int64] = part.forms_start.astype(np.int64)
    count_forms = np.diff(forms_start)
    if (part.spelt_form >= count_forms[part.spelt_root]).any():
        yield f"array {part.kind}.spelt.form: holds a number that its root has no form for"
    yield from _postings(part, count_forms)


def _any(array: Array, wrong: Any, overlap: int = 0) -> bool:
    """Whether `wrong` holds anywhere, a piece at a time."""
    return any(bool(wrong(array[at : at + _AT_ONCE + overlap]).any()) for at in range(0, len(array), _AT_ONCE))


def _postings(part: Part, count_forms: NDArray[np.int64]) -> Iterator[str]:
    """Documents ascend, blocks begin and end where they say, positions are as many as the frequencies say."""
    starts, block_start = part.post_start.astype(np.int64), part.block_start.astype(np.int64)
    df, blocks = np.diff(starts), np.diff(block_start)
    if (blocks != -(-df // BLOCK)).any():
        yield f"array {part.kind}.block.start: does not give a block for each {BLOCK} postings of a term"
        return
    term = np.repeat(np.arange(len(df)), blocks)  # of each block
    first = starts[term] + BLOCK * (np.arange(len(term)) - block_start[term])
    last = np.minimum(first + BLOCK, starts[term + 1]) - 1
    if (part.block_last != part.post_doc[last]).any():
        yield f"array {part.kind}.block.last: is not the last document of each block"
    text_postings = int(starts[part.first[part.texts]])
    place_of_term = np.zeros(part.first[part.texts] + 1, np.int64)  # where the positions of each text term start
    places = 0
    for low in range(0, len(part.post_doc), _AT_ONCE):
        high = min(low + _AT_ONCE, len(part.post_doc))
        docs = part.post_doc[max(low - 1, 0) : high]
        back = np.flatnonzero(docs[1:] <= docs[:-1]) + max(low, 1)
        if (starts[np.minimum(np.searchsorted(starts, back), len(starts) - 1)] != back).any():
            yield f"array {part.kind}.post.doc: the documents of a term do not ascend"
            return
        tf = part.frequencies(low, high)
        if not tf.all():
            yield f"array {part.kind}.post.tf: a term stands 0 times in a document of its own"
            return
        tf[max(text_postings - low, 0) :] = 0
        upto = places + np.concatenate(([0], np.cumsum(tf)))
        some = slice(*np.searchsorted(first, (low, high)))
        if (part.block_pos[some] != upto[first[some] - low]).any():
            yield f"array {part.kind}.block.pos: does not go by the frequencies of the postings"
            return
        terms = slice(*np.searchsorted(starts[: len(place_of_term)], (low, high)))
        place_of_term[terms] = upto[starts[terms] - low]
        place_of_term[terms.stop :] = upto[-1]
        places = int(upto[-1])
    if places != len(part.pos_at):
        yield f"array {part.kind}.pos.at: has {len(part.pos_at):,} items, expected {places:,}"
        return
    low = 0
    while low < len(place_of_term) - 1:
        high = max(low + 1, int(np.searchsorted(place_of_term, place_of_term[low] + _AT_ONCE)) - 1)
        forms = part.form_numbers(int(place_of_term[low]), int(place_of_term[high]))
        if (forms >= np.repeat(count_forms[low:high], np.diff(place_of_term[low : high + 1]))).any():
            yield f"array {part.kind}.pos.form: holds a number that its root has no form for"
            return
        low = high
