"""Segments made of postings, without texts: what kernels are tested on, and the slow meaning of their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.schema import Kind
from index.storage.format import BLOCK, DENSE, DENSE_FROM, ESCAPE, TENTH, Array, MemoryArrays
from index.storage.lengths import inverse_norms
from index.storage.part import Part
from search.engine import plan
from search.engine.scoring import idf, saturated

FIELDS = schema.TEXT_FIELDS["article"]
NAMES = schema.field_names("article")
Positions = Mapping[int, Sequence[int]]  # document → positions


@dataclass
class Segment:
    """`terms`: (field, text) → positions by document; `lengths`: (text fields, docs) length bytes; `mean` by field is
    that at the time of building; `deleted` documents; `huge`: starts are i64.
    """

    docs: int
    terms: Mapping[tuple[str, bytes], Positions]
    lengths: NDArray[np.uint8]
    mean: Mapping[str, float]
    tokens: int
    deleted: frozenset[int] = frozenset()
    b: Mapping[str, float] = field(default_factory=lambda: {text.name: text.b for text in FIELDS})
    huge: bool = False

    def __post_init__(self) -> None:
        arrays: dict[str, Array] = {}
        parts = {}
        for kind in schema.KINDS:
            made, parts[kind] = _part(self, kind)
            arrays.update({f"{kind}.{name}": value for name, value in made.items()})
        memory = MemoryArrays(arrays, {"parts": parts})
        self.parts: dict[Kind, Part] = {kind: Part(memory, kind) for kind in schema.KINDS}

    def part(self, kind: Kind) -> Part:
        return self.parts[kind]

    def live(self, kind: Kind) -> NDArray[np.uint8] | None:
        if kind == "quote" or not self.deleted:
            return None
        live = np.ones(self.docs, np.uint8)
        live[sorted(self.deleted)] = 0
        return live


def _part(segment: Segment, kind: Kind) -> tuple[dict[str, Array], dict[str, object]]:
    """Quotes: none."""
    article = kind == "article"
    docs = segment.docs if article else 0
    texts = schema.TEXT_FIELDS[kind]
    names = schema.field_names(kind)
    terms = sorted((names.index(name), text) for name, text in segment.terms) if article else []
    inverse = [inverse_norms(segment.b[text.name], segment.mean[text.name]) for text in FIELDS]
    post_start, block_start, post_doc, post_tf = [0], [0], [], []
    last: list[int] = []
    top: list[float] = []
    block_pos: list[int] = []
    tenth: list[tuple[int, float]] = []
    positions: list[int] = []
    dense: list[int] = []
    bits: list[NDArray[np.uint64]] = []
    for number, (place, text) in enumerate(terms):
        values = []
        for count, (doc, places) in enumerate(sorted(segment.terms[names[place], text].items())):
            scored = place < len(texts)
            x = len(places) * inverse[place][segment.lengths[place, doc]] if scored else 1.0
            if count % BLOCK == 0:
                last.append(0)
                top.append(0.0)
                block_pos.append(len(positions))
            last[-1], top[-1] = doc, max(top[-1], x)
            values.append(x)
            post_doc.append(doc)
            post_tf.append(len(places) if scored else 1)
            positions.extend(places if scored else ())
        if len(values) >= TENTH:
            tenth.append((number, sorted(values)[-TENTH]))
        post_start.append(len(post_doc))
        block_start.append(len(last))
        if docs >= DENSE_FROM and len(values) * DENSE > docs:
            dense.append(number)
            marks = np.zeros((docs + 63) // 64 * 64, np.uint8)
            marks[post_doc[post_start[-2] :]] = 1
            bits.append(np.packbits(marks, bitorder="little").view(np.uint64))
    size = 2
    while 3 * size < 4 * len(terms):
        size *= 2
    table = np.zeros(size, np.uint32)
    for number, (place, text) in enumerate(terms):
        slot = crc32(text, place) & (size - 1)
        while table[slot]:
            slot = (slot + 1) & (size - 1)
        table[slot] = number + 1
    big = [(at, tf) for at, tf in enumerate(post_tf) if tf >= ESCAPE]
    wide = max(positions, default=0) > 65_535
    start = np.int64 if segment.huge else np.uint32
    empty = {
        "pos.form": (np.uint8, len(positions)),
        "wide.at": (np.int64, 0),
        "wide.form": (np.uint32, 0),
        "forms.start": (start, len(terms) + 1),
        "forms.term": (np.uint32, 0),
        "forms.case": (np.uint8, 0),
        "forms.count": (np.uint8, 0),
        "often.at": (np.uint32, 0),
        "often.count": (np.uint32, 0),
        "spelt.start": (start, 1),
        "spelt.at": (np.uint32, 0),
        "day": (np.int32, docs),
        "stored.data": (np.uint8, 0),
        "stored.block": (start, 1),
        "stored.first": (np.uint32, 1),
        "ids.hash": (np.uint64, docs),
        "ids.doc": (np.uint32, docs),
    }
    arrays: dict[str, Array] = {
        "terms.bytes": np.frombuffer(b"".join(text for _, text in terms), np.uint8),
        "terms.start": np.cumsum([0, *(len(text) for _, text in terms)], dtype=start),
        "terms.lcp": np.array([_shared(terms, number) for number in range(len(terms))], np.uint8),
        "terms.hash": table,
        "post.start": np.array(post_start, start),
        "post.doc": np.array(post_doc, np.uint32),
        "post.tf": np.minimum(np.array(post_tf, np.int64), ESCAPE).astype(np.uint8),
        "tenth.term": np.array([number for number, _ in tenth], np.uint32),
        "tenth.x": _rounded([x for _, x in tenth], -np.inf),
        "big.at": np.array([at for at, _ in big], np.int64),
        "big.tf": np.array([tf for _, tf in big], np.uint32),
        "block.start": np.array(block_start, start),
        "block.last": np.array(last, np.uint32),
        "block.top": _rounded(top, np.inf),
        "block.pos": np.array(block_pos, start),
        "pos.at": np.array(positions, np.uint32 if wide else np.uint16),
        "dense.term": np.array(dense, np.uint32),
        "dense.bits": np.concatenate(bits) if bits else np.zeros(0, np.uint64),
        "len": segment.lengths.reshape(-1) if article else np.zeros(0, np.uint8),
        **{name: np.zeros(items, dtype) for name, (dtype, items) in empty.items()},
    }
    about = {
        "docs": docs,
        "fields": list(names),
        "texts": len(texts),
        "first": [*(sum(place < number for place, _ in terms) for number in range(len(names))), len(terms)],
        "tokens": {text.name: segment.tokens if article else 0 for text in texts},
        "mean": {text.name: segment.mean[text.name] if article else 1.0 for text in texts},
        "b": {text.name: segment.b.get(text.name, text.b) for text in texts},
    }
    return arrays, about


def _shared(terms: Sequence[tuple[int, bytes]], number: int) -> int:
    if not number or terms[number - 1][0] != terms[number][0]:
        return 0
    shared = 0
    for one, other in zip(terms[number - 1][1].decode(), terms[number][1].decode(), strict=False):
        if one != other:
            break
        shared += len(one.encode())
    return shared


def _rounded(values: Sequence[float], towards: float) -> NDArray[np.float32]:
    exact = np.array(values, np.float64)
    near = exact.astype(np.float32)
    off = near < exact if towards > 0 else near > exact
    near[off] = np.nextafter(near[off], np.float32(towards))
    return near


# -- the slow meaning


def slow_top(
    segments: Sequence[Segment], node: plan.Node, k: int, passing: Sequence[NDArray[np.uint8] | None] | None
) -> tuple[list[int], list[float], int]:
    """Documents and scores of the k best, and how many match."""
    total_docs = sum(segment.docs for segment in segments)
    tokens = sum(segment.tokens for segment in segments)
    mean = tokens / total_docs if tokens else 1.0
    inverse = [inverse_norms(text.b, mean) for text in FIELDS]
    leaves = _leaves(node)
    df = [sum(len(segment.terms.get((leaf.field, leaf.text), ())) for segment in segments) for leaf in leaves]
    scored = [leaf.field in {text.name for text in FIELDS} for leaf in leaves]
    weights = [
        idf(total_docs, count) * leaf.boost if yes else 0.0 for count, leaf, yes in zip(df, leaves, scored, strict=True)
    ]
    order = sorted(range(len(leaves)), key=lambda number: (-weights[number], number))
    found: list[tuple[float, int]] = []
    base = 0
    for number, segment in enumerate(segments):
        mask = passing[number] if passing else None
        for doc in range(segment.docs):
            if doc in segment.deleted or (mask is not None and not mask[doc]) or not _matches(segment, node, doc):
                continue
            score = 0.0
            for leaf in order:
                places = segment.terms.get((leaves[leaf].field, leaves[leaf].text), {}).get(doc)
                if places is not None and scored[leaf]:
                    field = NAMES.index(leaves[leaf].field)
                    x = float(len(places) * inverse[field][segment.lengths[field, doc]])
                    score += weights[leaf] * saturated(x)
            found.append((score, base + doc))
        base += segment.docs
    found.sort(key=lambda one: (-one[0], one[1]))
    return [doc for _, doc in found[:k]], [score for score, _ in found[:k]], len(found)


def _leaves(node: plan.Node) -> list[plan.Term]:
    match node:
        case plan.Term():
            return [node]
        case plan.Any(children) | plan.All(children):
            return [leaf for child in children for leaf in _leaves(child)]
        case plan.Phrase(field, words, _, boost):
            return [plan.Term(field, word, boost) for word in words]
    raise AssertionError(node)


def _matches(segment: Segment, node: plan.Node, doc: int) -> bool:
    match node:
        case plan.Term(name, text):
            return doc in segment.terms.get((name, text), {})
        case plan.Any(children):
            return any(_matches(segment, child, doc) for child in children)
        case plan.All(children):
            return all(_matches(segment, child, doc) for child in children)
        case plan.Phrase(name, words):
            places = [set(segment.terms.get((name, word), {}).get(doc, ())) for word in words]
            return any(all(start + place in ones for place, ones in enumerate(places)) for start in places[0])
    raise AssertionError(node)
