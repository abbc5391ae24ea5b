"""Do the arrays of a part fit together?

Checksums tell what has changed since it was written; this tells a file that was never right. The read side trusts its
arrays, and kernels do not look where they read. Three steps ask more and more:

1. `shape_problems`, whenever a segment is opened, costs next to nothing: types, lengths, the ends of starts.
2. `molva check` reads all, in five times the time of the checksums. What follows from other arrays is worked out again:

| arrays | what must hold | soundness_… |
|---|---|---|
| all starts, `.first`, `.at` | ascend, from 0 to the end of what they lead into | here |
| all numbers of documents and terms | lead to one | here |
| terms.* | UTF-8, ascending in a field; what neighbours share; the slot of each hash leads to its term | terms |
| forms.*, spelt.* | roots have forms and postings, forms neither; forms ascend; each leads to the other | terms |
| often.* | lead to the large numbers of forms.count, which agree | postings |
| post.*, big.* | documents ascend; frequencies from 1 (in key fields 1); escapes and large numbers agree | postings |
| block.*, tenth.*, dense.* | are what the postings come to | postings |
| pos.*, wide.* | ascend; as many as the frequencies say; forms that the root has | postings |
| pos.*, forms.case | the first roots of a document's words stand at 0, 1, 2 …, once each | postings |
| forms.count, len, tokens in meta | are what the positions come to | postings |
| day, facet.*, ids.* | days of the calendar; values ascend, all are used; each document once | documents |
| stored.dict | each is a dictionary with a number of its own | here |
| stored.*, sync.* | blocks hold their records; each is a document, with the id and the day of the arrays | documents |
| quotes.start | quotes are of the article to which they lead | documents |

3. `molva check --deep` builds all again from the stored documents and compares (`soundness_rebuilt`). Only that tells
wrong from right in the documents of a key, the places of a surname's second root, the letter case of a form, the values
of facets, and in what was forged in several arrays at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from index.schema import FACETS, SEVERAL, TEXT_FIELDS, field_names

from .blocks import Blocks
from .format import Array
from .part import Part

_AT_ONCE: Final = 1 << 20  # items looked at together

# An array of starts, and the array into which they lead.
_STARTS: Final = {
    "terms.start": "terms.bytes",
    "post.start": "post.doc",
    "block.start": "block.last",
    "forms.start": "forms.term",
    "spelt.start": "spelt.at",
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
    ("forms.term", "spelt.at"),
    ("often.at", "often.count"),
)
_ASCEND: Final = ("big.at", "wide.at", "often.at", "dense.term", "tenth.term")
_TYPES: Final = {
    "|u1": "terms.bytes terms.lcp post.tf pos.form forms.case forms.count len",
    "<u4": "terms.hash post.doc big.tf block.last wide.form forms.term often.at often.count spelt.at dense.term "
    "tenth.term ids.doc",
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
    numbers = len(firsts) == len(fields) + 1 and all(type(one) is int for one in firsts)
    if not numbers or firsts[0] != 0 or firsts[-1] != terms or sorted(firsts) != firsts:
        yield fault(part, f"the first terms in meta are {firsts}, expected from 0 to {terms}", "terms.start")
    for name in fields[: part.texts]:
        if not (part.mean[name] > 0 and 0 <= part.b[name] < 1 and type(part.tokens[name]) is int):
            about = part.mean[name], part.b[name], part.tokens[name]
            yield f"meta: mean, b and tokens of {name} of {part.kind} are {about}"
    stored = {
        "|u1": [f"{name}.{key}" for name in _blocks(part) for key in ("data", *_dictionary(part, name))],
        "<u4": [f"{name}.first" for name in _blocks(part)],
    }
    for dtype, names in _TYPES.items():
        for name in (*names.split(), *stored.get(dtype, ())):
            found = part.array(name).dtype.str
            if found != dtype:
                yield f"array {part.kind}.{name}: has type {found}, expected {dtype}"
    several = [name for name in FACETS if name in SEVERAL[part.kind]]
    of_many: dict[str, Sequence[str]] = dict.fromkeys((*_starts(part), "block.pos"), ("<u4", "<i8"))
    of_many["pos.at"] = ("<u2", "<u4")
    of_many |= {f"facet.{name}.code": ("|u1", "<u2", "<u4") for name in FACETS}
    of_many |= {f"facet.{name}.at": ("|u1", "<u2", "<u4", "<i8") for name in several}
    for name, types in of_many.items():
        found = part.array(name).dtype.str
        if found not in types:
            yield f"array {part.kind}.{name}: has type {found}, expected {' or '.join(types)}"
    for name, target in _starts(part).items():
        yield from _ends(part, name, len(part.array(target)), target)
    for name in _blocks(part):
        yield from _ends(part, f"{name}.first", part.docs)
    lengths = {"day": part.docs, "ids.hash": part.docs, "ids.doc": part.docs}
    by: dict[str, Sequence[str]] = dict.fromkeys(("post.start", "block.start", "terms.lcp"), ("terms.start",))
    lengths |= dict.fromkeys(by, terms + 1) | {"terms.lcp": terms}
    by |= dict.fromkeys(("forms.start", "spelt.start"), ("terms.start", "terms.bytes"))  # which say what is a form
    lengths |= {"forms.start": terms - part.marked.size + 1, "spelt.start": part.marked.size + 1}
    for same in (*_ALIKE, *((f"{name}.block", f"{name}.first") for name in _blocks(part))):
        lengths |= dict.fromkeys(same[1:], len(part.array(same[0])))
        by |= dict.fromkeys(same[1:], same[:1])
    for name in FACETS:
        if name in SEVERAL[part.kind]:
            lengths[f"facet.{name}.at"] = part.docs + 1
            yield from _ends(part, f"facet.{name}.at", len(part.array(f"facet.{name}.code")), f"facet.{name}.code")
        else:
            lengths[f"facet.{name}.code"] = part.docs
    for name, expected in lengths.items():
        if len(part.array(name)) != expected:
            yield fault(part, f"has {len(part.array(name)):,} items, expected {expected:,}", name, *by.get(name, ()))
    size = len(part.array("terms.hash"))
    if 3 * size < max(6, 4 * terms) or size & (size - 1):
        yield f"array {part.kind}.terms.hash: has {size:,} slots, expected a power of two from {4 * terms // 3:,}"


def _blocks(part: Part) -> tuple[str, ...]:
    """What lies in blocks of records."""
    return ("stored", "sync") if part.kind == "article" else ("stored",)


def _dictionary(part: Part, name: str) -> tuple[str, ...]:
    """The array of dictionaries, which formats before 004 do not have."""
    return ("dict",) if f"{part.kind}.{name}.dict" in part.arrays else ()


def _starts(part: Part) -> dict[str, str]:
    """Arrays of starts, and into what each leads."""
    blocks = {f"{name}.block": f"{name}.data" for name in _blocks(part)}
    dictionaries = {f"{name}.dicts": f"{name}.{one}" for name in _blocks(part) for one in _dictionary(part, name)}
    return _STARTS | blocks | dictionaries


def fault(part: Part, what: str, *names: str) -> str:
    """A line for arrays of a part, `.*` for all of that name: the first is wrong, or one of those it follows from."""
    return f"array{'s' * (len(names) > 1)} {', '.join(f'{part.kind}.{name}' for name in names)}: {what}"


def _ends(part: Part, name: str, last: int, *target: str) -> Iterator[str]:
    starts = part.array(name)
    if not len(starts) or int(starts[0]) != 0 or int(starts[-1]) != last:
        yield fault(part, f"does not lead from 0 to {last:,}", name, *target)


def range_problems(part: Part) -> Iterator[str]:
    """Starts ascend, and numbers lead into what they number: all that the other checks read by."""
    terms = len(part.terms_lcp)
    for name in (*_starts(part), *(f"facet.{name}.at" for name in FACETS if name in SEVERAL[part.kind])):
        if _any(part.array(name), lambda some: some[1:] < some[:-1], overlap=1):
            yield f"array {part.kind}.{name}: does not ascend"
    for name in (*(f"{name}.first" for name in _blocks(part)), *_ASCEND):
        if _any(part.array(name), lambda some: some[1:] <= some[:-1], overlap=1):
            yield f"array {part.kind}.{name}: does not ascend"
    for name in _blocks(part):
        numbers = [one.dict_id() for one in Blocks(part, name).read_dictionaries()]
        if 0 in numbers or len(set(numbers)) < len(numbers):
            yield fault(part, "holds what is no dictionary, or one twice", f"{name}.dict", f"{name}.dicts")
    limits: dict[str, int] = {
        "post.doc": part.docs,
        "block.last": part.docs,
        "forms.term": terms,
        "spelt.at": len(part.forms_term),
        "often.at": len(part.forms_term),
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
    if int(np.count_nonzero(part.array("terms.hash"))) != terms:
        yield f"array {part.kind}.terms.hash: does not hold {terms:,} terms"


def _any(array: Array, wrong: Any, overlap: int = 0) -> bool:
    """Whether `wrong` holds anywhere, a piece at a time."""
    return any(bool(wrong(array[at : at + _AT_ONCE + overlap]).any()) for at in range(0, len(array), _AT_ONCE))
