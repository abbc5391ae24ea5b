"""How does Whoosh read our segments? As an `IndexReader` over one part, on which all of its query types run.

Nothing searches this way in earnest: it is the slow reference for our own evaluator, and the seam for whoever has
Whoosh queries. Whoosh's term of a form (`=слово`) and of a date have no postings in a segment; they are made here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Automata
from whoosh.fields import NUMERIC
from whoosh.reading import IndexReader, MultiReader, TermInfo, TermNotFound
from whoosh.util.numeric import to_sortable

from index.schema import EPOCH, NO_DAY

from .lengths import LENGTHS
from .part import Part
from .payload import unpack
from .whoosh_matcher import Live, PartMatcher, Postings
from .whoosh_schema import whoosh_schema

# What a number in a date field is, for a day's number: `published` counts microseconds from the first of January, 1.
DAY_FIELDS: Final = {"day": (0, 1), "published": (EPOCH - 1, 86_400_000_000)}
FORMS_KEPT: Final = 256  # forms whose postings are kept, per reader


class _Terms(Protocol):
    """The terms of one field, numbered in the order of their bytes."""

    numbers: range

    def number(self, term: bytes) -> int:
        """−1 where there is none."""
        ...

    def at_or_after(self, term: bytes) -> int: ...

    def term(self, number: int) -> bytes: ...

    def doc_frequency(self, number: int) -> int: ...

    def postings(self, number: int) -> Postings: ...


class _Words:
    """The terms of a field of the segment."""

    def __init__(self, part: Part, field: str) -> None:
        self.part = part
        self.field = field
        self.numbers = part.terms_of(field)
        self.places = part.number_of[field] < part.texts
        self.term = part.term
        self.form_postings = lru_cache(FORMS_KEPT)(self._form_postings)

    def number(self, term: bytes) -> int:
        return self.part.number(self.field, term)

    def at_or_after(self, term: bytes) -> int:
        return self.part.at_or_after(self.field, term)

    def doc_frequency(self, number: int) -> int:
        return self.part.df(number) or len(self.form_postings(number).docs)

    def postings(self, number: int) -> Postings:
        if not self.part.df(number):
            return self.form_postings(number)
        docs, frequencies = self.part.postings(number)
        positions = self.part.positions(number)[0].astype(np.int64) if self.places else None
        return Postings(docs.astype(np.int64), frequencies, positions)

    def _form_postings(self, number: int) -> Postings:
        """Those tokens of the form's roots that were spelt so; each token counts once."""
        docs, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for root, form in self.part.spellings(number):
            of_root, frequencies = self.part.postings(root)
            positions, forms = self.part.positions(root)
            here = forms == form
            docs.append(np.repeat(of_root.astype(np.int64), frequencies)[here])
            places.append(positions[here].astype(np.int64))
        doc, place = np.concatenate(docs), np.concatenate(places)
        order = np.lexsort((place, doc))
        distinct, counts = np.unique(doc[order], return_counts=True)
        return Postings(distinct, counts.astype(np.int64), place[order])


class _Days:
    """The terms of a date field, made of the days: each date at every precision that Whoosh would have indexed."""

    def __init__(self, part: Part, name: str, field: NUMERIC) -> None:
        offset, unit = DAY_FIELDS[name]
        self.docs = np.argsort(part.day, kind="stable")
        days, starts = np.unique(part.day[self.docs], return_index=True)
        bounds = [*starts.tolist(), part.docs]
        found: dict[bytes, tuple[int, int]] = {}
        for at, day in enumerate(days.tolist()):
            if day == NO_DAY:
                continue
            number = to_sortable(field.numtype, field.bits, field.signed, (day + offset) * unit)
            for shift in range(0, field.bits, field.shift_step):
                term = field.sortable_to_bytes(number, shift)
                start, _ = found.get(term, (bounds[at], 0))
                found[term] = (start, bounds[at + 1])
        self.terms = sorted(found)
        self.bounds = [found[term] for term in self.terms]
        self.numbers = range(len(self.terms))

    def number(self, term: bytes) -> int:
        at = self.at_or_after(term)
        return at if at < len(self.terms) and self.terms[at] == term else -1

    def at_or_after(self, term: bytes) -> int:
        return bisect_left(self.terms, term)

    def term(self, number: int) -> bytes:
        return self.terms[number]

    def doc_frequency(self, number: int) -> int:
        start, end = self.bounds[number]
        return end - start

    def postings(self, number: int) -> Postings:
        start, end = self.bounds[number]
        return Postings(np.sort(self.docs[start:end]), np.ones(end - start, np.int64), None)


class _Cursor:
    """What Whoosh's Levenshtein automaton steps through a field with."""

    def __init__(self, terms: _Terms) -> None:
        self.terms = terms
        self.at = terms.numbers.start

    def find(self, text: str) -> None:
        self.at = self.terms.at_or_after(text.encode())

    def text(self) -> str | None:
        return self.terms.term(self.at).decode() if self.at < self.terms.numbers.stop else None


class PartReader(IndexReader):  # type: ignore[misc]
    """One part as Whoosh reads a segment. `live`: 1 for each document that is not deleted; None where none is.

    `stored_fields` gives the decoded JSON of the stored record.
    """

    def __init__(self, part: Part, live: Live | None = None, *, generation: int = -1) -> None:
        self.part = part
        self.live = live
        self.schema = whoosh_schema(part.kind)
        self._generation = generation
        self._fields: dict[str, _Terms] = {}

    def _terms(self, field: str) -> _Terms:
        found = self._fields.get(field)
        if found is None:
            if field in self.part.number_of:
                found = _Words(self.part, field)
            elif field in DAY_FIELDS:
                found = _Days(self.part, field, self.schema[field])
            else:
                raise TermNotFound(f"no field {field!r}")
            self._fields[field] = found
        return found

    def _found(self, field: str, text: str | bytes) -> tuple[_Terms, int, bytes]:
        """The field's terms, the term's number (−1 for none) and its bytes."""
        terms = self._terms(field)
        term: bytes = self._text_to_bytes(field, text)
        return terms, terms.number(term), term

    # -- terms

    def __contains__(self, term: tuple[str, str | bytes]) -> bool:
        return term[0] in self.schema and self._found(*term)[1] >= 0

    def generation(self) -> int:
        """The one that it was opened with."""
        return self._generation

    def indexed_field_names(self) -> list[str]:
        """The names of the fields with terms, in Whoosh's order."""
        return sorted((*self.part.fields, *DAY_FIELDS))

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        """(field, term), by the fields' names."""
        for field in self.indexed_field_names():
            terms = self._terms(field)
            for number in terms.numbers:
                yield field, terms.term(number)

    def terms_from(self, fieldname: str, prefix: str | bytes) -> Iterator[tuple[str, bytes]]:
        """(field, term) from `prefix` of a field on, and through the fields behind it."""
        terms, _, first = self._found(fieldname, prefix)
        for number in range(terms.at_or_after(first), terms.numbers.stop):
            yield fieldname, terms.term(number)
        for field in self.indexed_field_names():
            if field > fieldname:
                terms = self._terms(field)
                for number in terms.numbers:
                    yield field, terms.term(number)

    def terms_within(self, fieldname: str, text: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """The terms at most `maxdist` insertions, deletions and substitutions away, sorted."""
        found: Iterator[str] = Automata().terms_within(_Cursor(self._terms(fieldname)), text, maxdist, prefix)
        return found

    def term_info(self, fieldname: str, text: str | bytes) -> TermInfo:
        """Whoosh's statistics of a term; deleted documents count."""
        terms, number, term = self._found(fieldname, text)
        if number < 0:
            raise TermNotFound(f"{fieldname}:{term!r}")
        docs, frequencies, _ = terms.postings(number)
        lengths = self._lengths(fieldname)
        of_docs = np.zeros(1) if lengths is None else LENGTHS[lengths[docs]]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(docs),
            minlength=int(of_docs.min()),
            maxlength=int(of_docs.max()),
            maxweight=float(frequencies.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: str | bytes) -> float:
        """How often a term stands in all documents; deleted ones count."""
        terms, number, _ = self._found(fieldname, text)
        return float(terms.postings(number).frequencies.sum()) if number >= 0 else 0.0

    def doc_frequency(self, fieldname: str, text: str | bytes) -> int:
        """In how many documents a term stands; deleted ones count."""
        terms, number, _ = self._found(fieldname, text)
        return terms.doc_frequency(number) if number >= 0 else 0

    def postings(self, fieldname: str, text: str | bytes, scorer: Any = None) -> PartMatcher:
        """A term's matcher. Raises TermNotFound."""
        terms, number, term = self._found(fieldname, text)
        if number < 0:
            raise TermNotFound(f"{fieldname}:{term!r}")
        shape = self.schema[fieldname].format
        return PartMatcher((fieldname, term), terms.postings(number), self.live, shape, scorer)

    # -- documents

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return self.live is not None and not self.live.all()

    def is_deleted(self, docnum: int) -> bool:
        """Whether this one is. Whoosh's `Not` asks for documents behind the last one too, which are not."""
        return self.live is not None and docnum < len(self.live) and not self.live[docnum]

    def all_doc_ids(self) -> Iterator[int]:
        """The documents that are not deleted."""
        found: list[int] = list(range(self.part.docs)) if self.live is None else np.flatnonzero(self.live).tolist()
        return iter(found)

    def doc_count_all(self) -> int:
        """Documents, deleted ones too."""
        return self.part.docs

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self.part.docs if self.live is None else int(np.count_nonzero(self.live))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored record of a document."""
        record: dict[str, Any] = unpack(self.part.stored[docnum])
        return record

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """No: there are no term vectors."""
        return False

    # -- lengths

    def _lengths(self, field: str) -> NDArray[np.uint8] | None:
        number = self.part.number_of.get(field, self.part.texts)
        lengths: NDArray[np.uint8] | None = self.part.len[number] if number < self.part.texts else None
        return lengths

    def field_length(self, fieldname: str) -> int:
        """Tokens of a text field in all documents, 0 for another field."""
        return self.part.tokens.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Tokens in the shortest."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(LENGTHS[lengths.min()])

    def max_field_length(self, fieldname: str) -> int:
        """Tokens in the longest."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(LENGTHS[lengths.max()])

    def doc_field_length(self, docnum: int, fieldname: str, default: float = 0) -> float:
        """Tokens of a text field as its length byte has them; `default` for another field."""
        lengths = self._lengths(fieldname)
        return default if lengths is None else float(LENGTHS[lengths[docnum]])


class PartsReader(MultiReader):  # type: ignore[misc]
    """Several parts of one kind, documents numbered through. Misspellings are what each part's own reader takes for
    them: Whoosh's `MultiReader` would count a swap of letters as one edit, its reader of one segment as two.
    """

    def terms_within(self, fieldname: str, text: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """The terms of any part at most `maxdist` insertions, deletions and substitutions away, sorted."""
        found = {term for reader in self.readers for term in reader.terms_within(fieldname, text, maxdist, prefix)}
        return iter(sorted(found))


def part_reader(parts: Sequence[tuple[Part, Live | None]], *, generation: int = -1) -> IndexReader:
    """A reader over parts of one kind (one at least) with their live masks, in the order of their documents."""
    readers = [PartReader(part, live, generation=generation) for part, live in parts]
    return readers[0] if len(readers) == 1 else PartsReader(readers, generation=generation)
