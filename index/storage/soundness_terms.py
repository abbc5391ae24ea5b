"""Is a part's dictionary one? Terms in order and found by their hash, roots and forms that lead to each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .merging_arrays import shared_prefixes
from .part import Part
from .soundness import fault

_AT_ONCE: Final = 1 << 16  # terms looked at together


def term_problems(part: Part) -> Iterator[str]:
    """What is wrong with `terms.*`, `forms.*` and `spelt.*`: a line for each fault, which names the array. The starts
    of each are known to ascend. The first fault ends it where what follows goes by what is wrong.
    """
    for found in _dictionary(part):
        yield found
        return
    expected = shared_prefixes(part.terms_bytes, part.terms_start.astype(np.int64), np.array(part.first, np.int64))
    if (part.terms_lcp != expected).any():
        yield f"array {part.kind}.terms.lcp: term {_first(part.terms_lcp != expected):,} shares other bytes"
    yield from _forms(part)


def _dictionary(part: Part) -> Iterator[str]:
    """Terms are UTF-8 and ascend within a field, and each is found from the slot of its hash on."""
    table = part.array("terms.hash").data
    mask = len(table) - 1
    steps = 10_000 + 100 * len(part.terms_lcp)  # thirty times what they come to; else a forged table would hang us
    for field, (low, high) in enumerate(pairwise(part.first)):
        before = b""
        for at in range(low, high, _AT_ONCE):
            starts = part.terms_start[at : min(at + _AT_ONCE, high) + 1].tolist()
            raw, base = part.terms_bytes[starts[0] : starts[-1]].tobytes(), starts[0]
            for number, (start, end) in enumerate(pairwise(starts), at):
                term = raw[start - base : end - base]
                if term <= before and number > low:
                    yield fault(
                        part, f"term {number:,} does not come behind the one before it", "terms.bytes", "terms.start"
                    )
                    return
                before = term
                slot = crc32(term, field) & mask
                while table[slot] != number + 1:
                    steps -= 1
                    if not table[slot] or steps < 0:
                        yield fault(
                            part, f"does not lead to term {number:,}", "terms.hash", "terms.bytes", "terms.start"
                        )
                        return
                    slot = (slot + 1) & mask
            cut = part.terms_start[at : at + len(starts)]
            cut = cut[cut < len(part.terms_bytes)]
            try:
                raw.decode()
            except UnicodeDecodeError as error:
                yield fault(part, f"byte {base + error.start:,} is no UTF-8", "terms.bytes", "terms.start")
                return
            if ((part.terms_bytes[cut] & 0xC0) == 0x80).any():
                yield fault(part, "a term starts within a letter", "terms.start", "terms.bytes")
                return


def _forms(part: Part) -> Iterator[str]:
    """Forms have roots and no postings, roots have both forms and postings, and each knows the other's number."""
    terms, texts = len(part.terms_lcp), part.first[part.texts]
    df = np.diff(part.post_start.astype(np.int64))
    is_form = part.marked.mask(terms)
    if (wrong := (df > 0) == is_form).any():
        yield fault(part, f"term {_first(wrong):,} has {df[_first(wrong)]:,} postings", "post.start", "terms.bytes")
    others = np.flatnonzero(~is_form)
    sizes: NDArray[np.int64] = np.diff(part.forms_start.astype(np.int64)).astype(np.int64)
    if (wrong := (sizes > 0) != (others < texts)).any():
        term, size = others[_first(wrong)], sizes[_first(wrong)]
        yield fault(part, f"term {term:,} has {size:,} forms", "forms.start", "terms.bytes")
        return
    root = np.repeat(others, sizes)
    term = part.forms_term.astype(np.int64)
    field = np.searchsorted(np.array(part.first), np.arange(terms), side="right")
    if not is_form[term].all() or (field[term] != field[root]).any():
        yield fault(part, "a form of a root is no form of its field", "forms.term", "forms.start")
        return
    if (part.forms_case > 7).any():
        yield f"array {part.kind}.forms.case: holds a number from 8 on, which is too large"
    key = term << 3 | part.forms_case
    if ((key[1:] <= key[:-1]) & (root[1:] == root[:-1])).any():
        yield fault(part, "the forms of a root do not ascend", "forms.term", "forms.case", "forms.start")
    order = np.argsort(term, kind="stable")
    starts = np.searchsorted(term[order], np.flatnonzero(is_form))
    if (starts != part.spelt_start[:-1]).any():
        yield fault(part, "is not where the entries of each form start", "spelt.start", "forms.term", "forms.start")
    if (wrong := order != part.spelt_at).any():
        form = int(term[order][_first(wrong)])
        yield fault(part, f"does not lead back from form {form:,}", "spelt.at", "forms.term", "forms.start")


def _first(wrong: NDArray[np.bool_]) -> int:
    """Where it is so."""
    return int(np.argmax(wrong))
