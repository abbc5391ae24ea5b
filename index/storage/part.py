"""How is one kind of document of a segment read? Arrays by name, terms by number, documents whole.

A `Part` is immutable and shared by threads. Scalars are read through memoryviews, which is several times faster than
through numpy.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.schema import Kind

from .blocks import Blocks
from .format import ESCAPE, Array, Arrays
from .marked import Marked


class Part:
    """One kind of document of one segment; see `index.storage.format` for the arrays.

    Array names become attributes with `_` for `.`: `part.post_doc`. `docs` is D, `fields` the names in order.
    """

    def __init__(self, arrays: Arrays, kind: Kind) -> None:
        self.arrays = arrays
        self.kind: Kind = kind
        about = arrays.meta["parts"][kind]
        self.docs: int = about["docs"]
        self.fields: tuple[str, ...] = tuple(about["fields"])
        self.texts: int = about["texts"]  # the first so many fields have positions and lengths
        self.first: list[int] = about["first"]
        self.tokens: dict[str, int] = about["tokens"]
        self.mean: dict[str, float] = about["mean"]
        self.b: dict[str, float] = about["b"]
        self.number_of = {name: number for number, name in enumerate(self.fields)}
        self.post_start = self.array("post.start")  # (T+1,) u32 or i64, as all starts
        self.post_doc = self.array("post.doc")  # (P,) u32
        self.post_tf = self.array("post.tf")  # (P,) u8
        self.tenth_term = self.array("tenth.term")
        self.tenth_x = self.array("tenth.x")
        self.big_at = self.array("big.at")
        self.big_tf = self.array("big.tf")
        self.block_start = self.array("block.start")  # (T+1,)
        self.block_last = self.array("block.last")
        self.block_top = self.array("block.top")
        self.block_pos = self.array("block.pos")
        self.pos_at = self.array("pos.at")
        self.pos_form = self.array("pos.form")
        self.wide_at = self.array("wide.at")
        self.wide_form = self.array("wide.form")
        self.forms_start = self.array("forms.start")  # (T−G+1,) without the G forms: see `forms_of`
        self.forms_term = self.array("forms.term")
        self.forms_case = self.array("forms.case")
        self.forms_count = self.array("forms.count")
        self.often_at = self.array("often.at")
        self.often_count = self.array("often.count")
        self.spelt_start = self.array("spelt.start")  # (G+1,) of the forms only: see `entries_of`
        self.spelt_at = self.array("spelt.at")
        self.dense_term = self.array("dense.term")
        self.dense_bits = self._table("dense.bits", len(self.dense_term), (self.docs + 63) // 64)
        self.len = self._table("len", self.texts, self.docs)
        self.day = self.array("day")
        self.terms_bytes = self.array("terms.bytes")
        self.terms_start = self.array("terms.start")
        self.terms_lcp = self.array("terms.lcp")
        self.marked = Marked(self.terms_bytes, self.terms_start, self.first, self.texts)
        self._bytes = self.terms_bytes.data
        self._start = self.terms_start.data
        self._hash = self.array("terms.hash").data
        self._posts = self.post_start.data
        self._forms_start = self.forms_start.data
        self._forms_case = self.forms_case.data
        self._spelt_start = self.spelt_start.data
        self._spelt_at = self.spelt_at.data
        self._ids_hash = self.array("ids.hash")
        self._ids_doc = self.array("ids.doc")
        self.stored = Blocks(self, "stored")
        self.dense_row = {int(term): row for row, term in enumerate(self.dense_term.tolist())}

    def array(self, name: str) -> Array:
        """An array of this part by its name in the format."""
        return self.arrays.array(f"{self.kind}.{name}")

    def _table(self, name: str, rows: int, columns: int) -> Array:
        found = self.array(name)
        if len(found) != rows * columns:
            raise ValueError(
                f"{self.kind}.{name.replace('.bits', '.*')}: {len(found)} items, expected {rows}·{columns}"
            )
        return found.reshape(rows, columns)

    def has(self, name: str) -> bool:
        """Whether there is such an array."""
        return f"{self.kind}.{name}" in self.arrays

    # -- terms

    def number(self, field: str, term: bytes) -> int:
        """The number of a term, −1 where the segment has none. A form is asked for with its mark, b'=…'."""
        place = self.number_of.get(field)
        if place is None:
            return -1
        table, start = self._hash, self._start
        mask = len(table) - 1
        slot = crc32(term, place) & mask
        low, high = self.first[place], self.first[place + 1]
        while number := table[slot]:
            number -= 1
            begin = start[number]
            end = start[number + 1]
            if end - begin == len(term) and low <= number < high and self._bytes[begin:end] == term:
                return number
            slot = (slot + 1) & mask
        return -1

    def term(self, number: int) -> bytes:
        """The bytes of a term."""
        return bytes(self._bytes[self._start[number] : self._start[number + 1]])

    def terms_of(self, field: str) -> range:
        """The term numbers of a field."""
        place = self.number_of.get(field)
        return range(0) if place is None else range(self.first[place], self.first[place + 1])

    def at_or_after(self, field: str, term: bytes) -> int:
        """The number of the first term of a field that is not less (the end of the field where there is none)."""
        numbers = self.terms_of(field)
        low, high = numbers.start, numbers.stop
        while low < high:
            middle = (low + high) // 2
            if bytes(self._bytes[self._start[middle] : self._start[middle + 1]]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def with_prefix(self, field: str, prefix: bytes) -> range:
        """The numbers of the terms of a field that begin so (valid UTF-8 has no byte 0xFF)."""
        return range(self.at_or_after(field, prefix), self.at_or_after(field, prefix + b"\xff"))

    def df(self, number: int) -> int:
        """In how many documents a term stands (deleted ones too); 0 for a form."""
        return self._posts[number + 1] - self._posts[number]

    def tenth(self, number: int) -> float:
        """A normalised frequency that TENTH documents of a term reach; 0 where it has fewer."""
        terms = self.tenth_term.data
        place = bisect_left(terms, number)
        known = place < len(terms) and terms[place] == number
        return float(self.tenth_x[place]) if known else 0.0

    def postings(self, number: int) -> tuple[Array, NDArray[np.int64]]:
        """Documents (u32) and true frequencies (i64) of a term."""
        start, end = self._posts[number], self._posts[number + 1]
        return self.post_doc[start:end], self.frequencies(start, end)

    def frequencies(self, start: int, end: int) -> NDArray[np.int64]:
        """The true frequencies of the postings [start, end)."""
        tf = self.post_tf[start:end].astype(np.int64)
        if len(self.big_at):
            low, high = np.searchsorted(self.big_at, (start, end))
            tf[self.big_at[low:high] - start] = self.big_tf[low:high]
        return tf

    def positions(self, number: int) -> tuple[Array, NDArray[np.int64]]:
        """All positions of a text term, posting after posting, and the form number of each."""
        start, end = self._posts[number], self._posts[number + 1]
        if start == end:
            return self.pos_at[:0], np.zeros(0, np.int64)
        low = int(self.block_pos[self.block_start[number]])
        high = low + int(self.frequencies(start, end).sum())
        return self.pos_at[low:high], self.form_numbers(low, high)

    def form_numbers(self, low: int, high: int) -> NDArray[np.int64]:
        """The true form numbers of the positions [low, high)."""
        forms = self.pos_form[low:high].astype(np.int64)
        if len(self.wide_at):
            first, last = np.searchsorted(self.wide_at, (low, high))
            forms[self.wide_at[first:last] - low] = self.wide_form[first:last]
        return forms

    def forms_of(self, root: int) -> tuple[int, int]:
        """The entries of a term's forms, [low, high) in `forms.*`; a form has none."""
        place = root - self.marked.before(root)
        return self._forms_start[place], self._forms_start[root + 1 - self.marked.before(root + 1)]

    def forms_starts(self, low: int, high: int) -> NDArray[np.int64]:
        """(high − low + 1,) Where the entries of each term of [low, high) begin, and where the last one's end."""
        terms = np.arange(low, high + 1)
        starts: NDArray[np.int64] = self.forms_start[terms - self.marked.all_before(terms)].astype(np.int64)
        return starts

    def entries_of(self, form: int) -> Array:
        """The entries of a form among those of its roots, u32, ascending; another term has none."""
        low, high = self.marked.before(form), self.marked.before(form + 1)
        return self.spelt_at[int(self.spelt_start[low]) : int(self.spelt_start[high])]

    def roots_of(self, entries: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(n,) The root that each of some entries is of, a term number, and the entry's number among its forms."""
        starts = self.forms_start  # in its own type: numpy would copy all of it to compare with another
        places = np.searchsorted(starts, entries.astype(starts.dtype), side="right") - 1
        return self.marked.others(places), entries.astype(np.int64) - starts[places]

    def counts_of(self, entries: Array) -> NDArray[np.int64]:
        """(n,) How often the root of each of some entries stands in its form."""
        counts: NDArray[np.int64] = self.forms_count[entries].astype(np.int64)
        often = np.flatnonzero(counts == ESCAPE)
        if len(often):
            at = np.searchsorted(self.often_at, entries[often].astype(self.often_at.dtype))
            counts[often] = self.often_count[at]
        return counts

    def all_counts(self) -> NDArray[np.uint32]:
        """The same of all entries."""
        counts = self.forms_count.astype(np.uint32)
        counts[self.often_at] = self.often_count
        return counts

    def spellings(self, number: int) -> list[tuple[int, int]]:
        """Where the tokens of a form stand: (root's term number, number among its forms), each token once."""
        # Few: numpy would take longer to be called.
        starts, marked = self._forms_start, self.marked
        first, last = self._spelt_start[marked.before(number)], self._spelt_start[marked.before(number + 1)]
        found = []
        for entry in self._spelt_at[first:last]:
            if self._forms_case[entry] & 4 == 0:
                place = bisect_right(starts, entry) - 1
                found.append((marked.other(place), entry - starts[place]))
        return found

    # -- documents

    def find(self, document_id: str) -> list[int]:
        """Documents whose id may be this one (one, but for a collision of 64 bits); verify with what is stored."""
        key = np.frombuffer(hashlib.blake2b(document_id.encode(), digest_size=8).digest(), "<u8")[0]
        low = int(np.searchsorted(self._ids_hash, key))
        found = []
        while low < self.docs and self._ids_hash[low] == key:
            found.append(int(self._ids_doc[low]))
            low += 1
        return found

    def facet_values(self, name: str) -> list[str]:
        """The distinct values of a facet, by number."""
        starts = self.array(f"facet.{name}.start").tolist()
        data = self.array(f"facet.{name}.bytes").tobytes()
        return [data[a:b].decode() for a, b in pairwise(starts)]
