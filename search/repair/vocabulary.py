"""Which words does an index have, and how often? What repairs and suggestions ask of it, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK, query_roots, tokens
from index.storage.part import Part
from search.engine.lists import form_total, form_totals
from search.engine.snapshot import Snapshot, View

from .forms import Forms, Numbers

TEXTS: Final = ("title", "text")  # where words that name no field are looked for
_ALPHABET: Final = ("а", chr(ord("я") + 1))  # Russian roots stand from the one up to the other
REMEMBERED: Final = 20_000  # answers of each kind
MOST_READ: Final = 200_000  # tokens of a form whose places are read
PROPOSED: Final = 16  # forms that a segment proposes for each that is wanted
_NONE: Final[Numbers] = np.zeros(0, np.int64)


class Near(NamedTuple):
    """A form of the index, `edits` from the word asked about; `frequency`: its tokens."""

    form: str
    frequency: int
    edits: int


class Counted(NamedTuple):
    """A form of the index and how many tokens it has."""

    form: str
    frequency: int


class Vocabulary(Protocol):
    """The words of one field of an index, or of titles and texts together. Forms are folded; words are as typed."""

    def frequency(self, form: str) -> int:
        """How many tokens a form has; 0 where the index does not have it."""
        ...

    def expect(self, words: Iterable[str]) -> None:
        """These words will be asked for: an index that is far away finds out about all of them at once."""
        ...

    def documents(self, word: str) -> int:
        """In how many documents any form of a word may stand, at most; 0 where a search for it finds nothing."""
        ...

    def together(self, words: Sequence[str]) -> int:
        """How many documents have all of these words, in any form."""
        ...

    def following(self, first: str, forms: Sequence[str]) -> list[int]:
        """How often each form stands directly behind the first one; 0 where that would take too long to find out."""
        ...

    def near(self, form: str, edits: int) -> list[Near]:
        """The forms that are at most `edits` from this one, itself left out."""
        ...

    def near_roots(self, root: str, edits: int) -> list[Near]:
        """The Russian roots (see index.analysis.roots) that are at most `edits` from this one, itself left out;
        `frequency` is of documents.
        """
        ...

    def starting(self, prefix: str, limit: int) -> list[Counted]:
        """The most frequent forms that begin so, the most frequent first, then by letters."""
        ...

    def written(self, form: str) -> str:
        """A form in the letter case in which it mostly stands in the index."""
        ...


_KNOWN: WeakKeyDictionary[Part, dict[tuple[str, bool], Forms]] = WeakKeyDictionary()
_LOCK: Final = threading.Lock()


def forms_of(part: Part, field: str, *, roots: bool = False) -> Forms:
    """The forms of a field of a segment, or its Russian roots; made once as long as the segment is open."""
    with _LOCK:
        known = _KNOWN.setdefault(part, {})
        found = known.get((field, roots))
        if found is None:
            terms = part.with_prefix(field, FORM_MARK.encode())
            if roots:
                first, last = (part.at_or_after(field, letter.encode()) for letter in _ALPHABET)
                terms = range(first, last)
            found = known[field, roots] = Forms(part, terms, marked=not roots)
        return found


class IndexVocabulary:
    """The words of the articles of a published state (see Vocabulary), deleted ones until a merge drops them."""

    def __init__(self, view: View, fields: Iterable[str] = TEXTS) -> None:
        self.view = view
        self.fields = fields = tuple(fields)
        parts = view.parts

        def frequency(form: str) -> int:
            term = (FORM_MARK + form).encode()
            found = ((part, part.number(field, term)) for part in parts for field in fields)
            return sum(form_total(part, number) for part, number in found if number >= 0)

        self.frequency: Callable[[str], int] = lru_cache(REMEMBERED)(frequency)
        self.documents: Callable[[str], int] = lru_cache(REMEMBERED)(lambda word: _documents(view, fields, word))

    def expect(self, words: Iterable[str]) -> None:
        """See Vocabulary: the index is at hand."""

    def together(self, words: Sequence[str]) -> int:
        """See Vocabulary."""
        return sum(
            int(np.logical_and.reduce([_having(self.view, segment, self.fields, word) for word in words]).sum())
            for segment in range(len(self.view.parts))
        )

    def following(self, first: str, forms: Sequence[str]) -> list[int]:
        """See Vocabulary."""
        counts = [0] * len(forms)
        if self.frequency(first) > MOST_READ:
            return counts
        for segment, part in enumerate(self.view.parts):
            for field in self.fields:
                number = part.number(field, (FORM_MARK + first).encode())
                behind = self._keys(segment, number) + 1 if number >= 0 else _NONE
                for place, form in enumerate(forms):
                    number = part.number(field, (FORM_MARK + form).encode()) if len(behind) else -1
                    if number >= 0 and self.frequency(form) <= MOST_READ:
                        counts[place] += _common(behind, self._keys(segment, number))
        return counts

    def _keys(self, segment: int, form: int) -> Numbers:
        """Document << 32 | position of each token of a form of a segment, ascending."""
        tokens = self.view.tokens(segment, (form,))
        return tokens.keys(np.arange(len(tokens.docs)), tokens.docs.astype(np.int64))

    def near(self, form: str, edits: int) -> list[Near]:
        """See Vocabulary."""
        return self._near(form, edits, roots=False)

    def near_roots(self, root: str, edits: int) -> list[Near]:
        """See Vocabulary."""
        return self._near(root, edits, roots=True)

    def _near(self, word: str, edits: int, *, roots: bool) -> list[Near]:
        found: dict[str, list[int]] = {}
        mark = 0 if roots else len(FORM_MARK)
        for part in self.view.parts:
            for field in self.fields:
                forms = forms_of(part, field, roots=roots)
                places, distances = forms.near(word, edits)
                counts = forms.frequency[places].tolist()
                for place, distance, count in zip(places.tolist(), distances.tolist(), counts, strict=True):
                    text = part.term(forms.first + place).decode()[mark:]
                    near = found.setdefault(text, [0, distance])
                    near[0] += count
        found.pop(word, None)
        return [Near(text, count, distance) for text, (count, distance) in found.items() if count]

    def starting(self, prefix: str, limit: int) -> list[Counted]:
        """See Vocabulary."""
        begin = (FORM_MARK + prefix).encode()
        texts: set[str] = set()
        for part in self.view.parts:
            for field in self.fields:
                terms = part.with_prefix(field, begin)
                if terms:
                    totals = form_totals(part, terms.start, terms.stop)
                    most = min(PROPOSED * limit, len(totals))
                    best = np.argpartition(-totals, most - 1)[:most]
                    texts.update(_text(part, terms.start + place) for place in best.tolist())
        counted = [Counted(text, self.frequency(text)) for text in texts]
        return sorted((one for one in counted if one.frequency), key=lambda one: (-one.frequency, one.form))[:limit]

    def written(self, form: str) -> str:
        """See Vocabulary."""
        term = (FORM_MARK + form).encode()
        cases = np.zeros(4, np.int64)
        for part in self.view.parts:
            for field in self.fields:
                number = part.number(field, term)
                if number >= 0:
                    at = part.entries_of(number)
                    case = part.forms_case[at]
                    counts = np.where(case & 4, 0, part.counts_of(at))
                    cases += np.bincount(case & 3, counts, minlength=4).astype(np.int64)
        return (form, form.capitalize(), form.upper(), form)[int(cases.argmax())]


def _common(one: Numbers, other: Numbers) -> int:
    """How many numbers two ascending arrays share."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    at = np.minimum(np.searchsorted(large, small), len(large) - 1)
    return int((large[at] == small).sum())


def _text(part: Part, number: int) -> str:
    """A form, without its mark."""
    return part.term(number).decode()[len(FORM_MARK) :]


def _roots(word: str) -> list[tuple[bytes, ...]]:
    """Under which terms each token of a word is found."""
    return [
        tuple(root.encode() for root in query_roots(token.form, written=word[token.start : token.end]).roots)
        for token in tokens(word)
    ]


def _documents(view: View, fields: Sequence[str], word: str) -> int:
    roots = _roots(word)
    if not roots:
        return 0
    return min(sum(view.entry(field, root).df for field in fields for root in some) for some in roots)


def _having(view: View, segment: int, fields: Sequence[str], word: str) -> NDArray[np.bool_]:
    """(docs,) Which documents of a segment have a word in any form."""
    part = view.parts[segment]
    found = np.ones(part.docs, np.bool_)
    for some in _roots(word):
        having = np.zeros(part.docs, np.bool_)
        for field in fields:
            for root in some:
                number = part.number(field, root)
                if number >= 0:
                    having[part.post_doc[int(part.post_start[number]) : int(part.post_start[number + 1])]] = True
        found &= having
    return found


_VOCABULARIES: WeakKeyDictionary[Snapshot, Callable[[str | None], Vocabulary]] = WeakKeyDictionary()


def vocabularies_of(snapshot: Snapshot) -> Callable[[str | None], Vocabulary]:
    """The vocabulary of each field of a published state, by its name in queries; None: of titles and texts. Made once
    a state, since a vocabulary remembers what it was asked.
    """
    with _LOCK:
        found = _VOCABULARIES.get(snapshot)
        if found is None:
            found = _VOCABULARIES[snapshot] = _by_field(snapshot.views["article"])
        return found


def _by_field(view: View) -> Callable[[str | None], Vocabulary]:
    """Over the view, not the snapshot: what is remembered by a snapshot must not keep it."""

    @cache
    def of(field: str | None) -> Vocabulary:
        return IndexVocabulary(view, TEXTS if field is None or field == "about" else (field,))

    return of
