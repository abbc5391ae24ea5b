"""How do articles become the arrays of a segment? They are held as numbers of words, and inverted at the end.

Texts wait until a batch of them is worth finding words in; stored documents are compressed as they come.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.analysis import ANALYSIS_VERSION
from index.schema import Kind

from .blocks import BlockWriter
from .dictionary import dictionary, joined
from .format import DENSE, DENSE_FROM, ESCAPE, Array, escaped, narrowed, narrowest
from .invert import Postings, Sums, Vocabulary, invert, sum_up
from .lengths import inverse_norms, length_bytes
from .rows import ArticleRows, Row
from .tokens import KernelTokeniser, PlainTokeniser, Tokeniser, Words
from .values import Values

# Characters of text that wait: with a quarter of it finding words takes a fifth longer, with twice as much a twentieth
# less.
BATCH: Final = 1 << 20
PATIENCE: Final = 1 << 21  # the same without kernels, which may come: new words are what they save most of


class SegmentBuilder:
    """Takes articles with their quotes, gives the arrays of a segment; see `index.storage.format`.

    `kernels` is the module `writing_kernels`, where it is compiled. A builder that comes `after` another knows the
    words of that one and goes on with its kernels, so that no word is analysed twice; `words`: where it begins.
    """

    def __init__(self, *, kernels: Any = None, after: SegmentBuilder | None = None, words: Words | None = None) -> None:
        self._parts = {kind: _PartBuilder(kind) for kind in schema.KINDS}
        self._quotes = array("I", [0])
        self._sync = BlockWriter()
        self._waiting = 0
        self.kernels = kernels
        known = words if after is None else after._words
        self._words: Words = Words() if known is None else known
        self._tokeniser: Tokeniser
        if after is None:
            self.use(kernels)
        else:
            self.kernels, self._tokeniser = after.kernels, after._tokeniser

    def use(self, kernels: Any) -> None:
        """Go on with compiled kernels, or without (None)."""
        self.kernels = kernels
        plain = kernels is None
        self._tokeniser = PlainTokeniser(self._words) if plain else KernelTokeniser(self._words, kernels)

    def add(self, rows: ArticleRows) -> int:
        """Take an article in; its document number."""
        self._waiting += self._parts["article"].add(rows.article)
        quotes = self._parts["quote"]
        for quote in rows.quotes:
            self._waiting += quotes.add(quote)
        self._quotes.append(quotes.docs)
        self._sync.add(rows.sync)
        if self._waiting >= (PATIENCE if self.kernels is None else BATCH):
            self._find_words()
        return len(self._quotes) - 2

    def _find_words(self) -> None:
        for part in self._parts.values():
            part.find_words(self._tokeniser)
        self._waiting = 0

    @property
    def docs(self) -> int:
        """Articles that were taken in."""
        return len(self._quotes) - 1

    @property
    def memory(self) -> int:
        """About how many bytes are held."""
        held = sum(part.memory for part in self._parts.values()) + self._sync.memory + 4 * self._waiting
        return held + self.memory_of_words

    @property
    def memory_of_words(self) -> int:
        """About how many of these bytes are words: what the next builder would go on with."""
        return self._words.memory + self._tokeniser.memory

    def build(self, *, forget: bool = True) -> tuple[dict[str, Array], dict[str, Any]]:
        """The arrays and what goes with them. The builder is done with then. `forget`: no other will go on with its
        words, so that they need not be held meanwhile.
        """
        self._find_words()
        vocabulary = Vocabulary.of(self._words)
        if forget:
            self._words = Words()
            self._tokeniser = PlainTokeniser(self._words)
        arrays: dict[str, Array] = {}
        about: dict[str, Any] = {}
        for kind, part in self._parts.items():
            found, about[kind] = part.build(vocabulary, self.kernels)
            arrays.update({f"{kind}.{name}": value for name, value in found.items()})
        arrays["article.quotes.start"] = narrowest(np.array(self._quotes, np.uint32))
        arrays.update({f"article.{name}": value for name, value in self._sync.arrays("sync").items()})
        return arrays, {"schema": schema.SCHEMA_VERSION, "analysis": ANALYSIS_VERSION, "parts": about}


class _PartBuilder:
    """One kind of document."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.docs = 0
        self._texts = {field.name: _TextField(field.b) for field in schema.TEXT_FIELDS[kind]}
        self._keys = {name: Values() for name in schema.KEY_FIELDS}
        self._facets = {name: Values() for name in schema.FACETS}
        self._day = array("i")
        self._ids = bytearray()
        self._stored = BlockWriter(learns=True)

    def add(self, row: Row) -> int:
        """Take a document in; how many characters wait."""
        doc = self.docs
        self.docs += 1
        waiting = 0
        for name, text in row.texts.items():
            if text and name in self._texts:
                self._texts[name].add(doc, text)
                waiting += len(text)
        for name, keys in row.keys.items():
            if keys and name in self._keys:
                self._keys[name].add(doc, keys)
        for name, values in row.facets.items():
            if values and name in self._facets:
                self._facets[name].add(doc, values)
        self._day.append(row.day)
        self._ids += hashlib.blake2b(row.id.encode(), digest_size=8).digest()
        self._stored.add(row.stored)
        return waiting

    def find_words(self, tokeniser: Tokeniser) -> None:
        """Turn the texts that wait into numbers of words."""
        for text in self._texts.values():
            text.find_words(self.docs, tokeniser)

    @property
    def memory(self) -> int:
        held = sum(one.memory for some in (self._texts, self._keys, self._facets) for one in some.values())
        return held + self._stored.memory + len(self._ids) + 4 * self.docs

    def build(self, vocabulary: Vocabulary, kernels: Any) -> tuple[dict[str, Array], dict[str, Any]]:
        """Arrays by name, and the part's place in `meta`."""
        fields: list[Postings] = []
        sums: list[Sums] = []
        lens: list[NDArray[np.uint8]] = []
        tokens: dict[str, int] = {}
        means: dict[str, float] = {}
        for name, text in self._texts.items():
            words, lengths = text.take()
            tokens[name] = len(words)
            means[name] = len(words) / self.docs if len(words) else 1.0
            lens.append(length_bytes(lengths))
            fields.append(invert(words, lengths, vocabulary, kernels))
            sums.append(sum_up(fields[-1], lens[-1], inverse_norms(text.b, means[name]), kernels))
        for key in self._keys.values():
            fields.append(key.postings())
            sums.append(sum_up(fields[-1], np.zeros(self.docs, np.uint8), np.ones(256), kernels))
        first = [0, *accumulate(len(field.terms) for field in fields)]
        dense = _dense(fields, first, self.docs)
        arrays = {
            **dictionary(joined([field.terms for field in fields]), first, kernels),
            **_joined(fields, sums),
            **_forms(fields, first),
            **dense,
            "len": np.concatenate(lens),
            "day": np.array(self._day, np.int32),
            **self._stored.arrays("stored"),
            **_ids(self._ids),
        }
        for name, facet in self._facets.items():
            found = facet.facet(self.docs, several=name in schema.SEVERAL[self.kind])
            arrays.update({f"facet.{name}.{what}": value for what, value in found.items()})
        return arrays, {
            "docs": self.docs,
            "fields": list(schema.field_names(self.kind)),
            "texts": len(self._texts),
            "first": first,
            "tokens": tokens,
            "mean": means,
            "b": {name: text.b for name, text in self._texts.items()},
        }


class _TextField:
    """The words of one field, document after document."""

    def __init__(self, b: float) -> None:
        self.b = b
        self._waiting: list[str] = []
        self._docs: list[int] = []  # of those that wait; documents without text are left out
        self._first = 0  # document that waits
        self._words: list[NDArray[np.uint32]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self.memory = 0

    def add(self, doc: int, text: str) -> None:
        """Let a text wait."""
        self._waiting.append(text)
        self._docs.append(doc)

    def find_words(self, docs: int, tokeniser: Tokeniser) -> None:
        """Find the words of what waits; there are `docs` documents now."""
        lengths = np.zeros(docs - self._first, np.int64)
        if self._waiting:
            words, counts = tokeniser.numbers(self._waiting)
            lengths[np.array(self._docs) - self._first] = counts
            self._words.append(words)
            self.memory += words.nbytes
            self._waiting, self._docs = [], []
        self._lengths.append(lengths)
        self.memory += lengths.nbytes
        self._first = docs

    def take(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """All words, and how many each document has (D,); held no more."""
        words = np.concatenate(self._words) if self._words else np.zeros(0, np.uint32)
        lengths = np.concatenate(self._lengths)
        self._words, self._lengths = [], []
        return words, lengths


def _joined(fields: Sequence[Postings], sums: Sequence[Sums]) -> dict[str, Array]:
    """`post.*`, `big.*`, `tenth.*`, `block.*`, `pos.*`, `wide.*`. Takes the postings from the fields."""
    positions = [0, *accumulate(len(field.positions) for field in fields)]
    tf = _taken("tf", fields)
    big = np.flatnonzero(tf >= ESCAPE)
    big_tf = tf[big]
    tf = np.minimum(tf, ESCAPE, out=tf).astype(np.uint8)
    tenth = np.concatenate([one.tenth for one in sums])
    enough = np.flatnonzero(tenth)
    return {
        "post.start": _starts([field.post_start for field in fields]),
        "post.doc": _taken("docs", fields),
        "post.tf": tf,
        "tenth.term": enough.astype(np.uint32),
        "tenth.x": tenth[enough],
        "big.at": big,
        "big.tf": big_tf,
        "block.start": _starts([one.block_start for one in sums]),
        "block.last": np.concatenate([one.last for one in sums]),
        "block.top": np.concatenate([one.top for one in sums]),
        "block.pos": narrowed(
            np.concatenate(
                [
                    base + (one.position if end > base else np.zeros(len(one.last), np.int64))
                    for (base, end), one in zip(pairwise(positions), sums, strict=True)
                ]
            )
        ),
        "pos.at": _taken("positions", fields),
        "pos.form": _taken("forms", fields),
        "wide.at": np.concatenate([base + field.wide_at for base, field in zip(positions, fields, strict=False)]),
        "wide.form": np.concatenate([field.wide_form for field in fields]),
    }


def _taken(name: str, fields: Sequence[Postings]) -> Array:
    """An array of all fields behind each other. They hold it no more: both together would be the most that is held."""
    joined: Array = np.concatenate([getattr(field, name) for field in fields])
    for field in fields:
        setattr(field, name, joined[:0])
    return joined


def _starts(fields: Sequence[NDArray[np.int64]]) -> Array:
    """Starts of one field after the other."""
    bases = [0, *accumulate(int(starts[-1]) for starts in fields)]
    joined = [base + starts[:-1] for base, starts in zip(bases, fields, strict=False)]
    return narrowed(np.concatenate([*joined, bases[-1:]]))


def _forms(fields: Sequence[Postings], first: Sequence[int]) -> dict[str, Array]:
    """`forms.*`, `often.*`, and the way back: `spelt.*`."""
    is_form = np.concatenate([np.diff(field.post_start) == 0 for field in fields])
    forms = np.concatenate([base + field.forms_term for base, field in zip(first, fields, strict=False)])
    count, often_at, often_count = escaped(np.concatenate([field.forms_count for field in fields]))
    order = np.argsort(forms, kind="stable")  # entries ascend already
    return {
        "forms.start": _starts([field.forms_start for field in fields])[np.append(~is_form, True)],
        "forms.term": forms.astype(np.uint32),
        "forms.case": np.concatenate([field.forms_case for field in fields]),
        "forms.count": count,
        "often.at": often_at,
        "often.count": often_count,
        "spelt.start": narrowed(np.append(np.searchsorted(forms[order], np.flatnonzero(is_form)), len(forms))),
        "spelt.at": order.astype(np.uint32),
    }


def _dense(fields: Sequence[Postings], first: Sequence[int], docs: int) -> dict[str, Array]:
    """`dense.*`: a bitmap of each term that stands in many documents."""
    terms: list[int] = []
    rows: list[Array] = []
    for base, field in zip(first, fields, strict=False):
        many = np.flatnonzero(np.diff(field.post_start) * DENSE > docs) if docs >= DENSE_FROM else ()
        for term in many:
            bits = np.zeros((docs + 63) // 64 * 64, np.uint8)
            bits[field.docs[field.post_start[term] : field.post_start[term + 1]]] = 1
            terms.append(base + int(term))
            rows.append(np.packbits(bits, bitorder="little").view("<u8"))
    joined = np.concatenate(rows) if rows else np.zeros(0, np.uint64)
    return {"dense.term": np.array(terms, np.uint32), "dense.bits": joined.astype(np.uint64, copy=False)}


def _ids(hashes: bytes | bytearray) -> dict[str, Array]:
    keys = np.frombuffer(bytes(hashes), "<u8")
    order = np.argsort(keys, kind="stable")
    return {"ids.hash": keys[order].astype(np.uint64), "ids.doc": order.astype(np.uint32)}
