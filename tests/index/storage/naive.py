"""A segment built the slow way, with dictionaries and lists: the meaning of `index.storage.format`, and the reference
that the fast builder must equal array by array.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
import zstandard

from index import schema
from index.analysis import ANALYSIS_VERSION, FORM_MARK, analyze
from index.schema import Kind
from index.storage.blocks import BLOCK_BYTES, DICTIONARY, LEVEL, SAMPLE, SHORT_BYTES, SHORT_LEVEL, WORTH
from index.storage.format import BLOCK, DENSE, DENSE_FROM, ESCAPE, TENTH, Array, MemoryArrays, narrowed
from index.storage.lengths import inverse_norms, length_bytes
from index.storage.rows import ArticleRows, Row

Term = tuple[int, bytes]  # field number, bytes
Places = list[tuple[int, Term, int]]  # position, form, case: of one posting


def letter_case(written: str, form: str) -> int:
    """0 small, 1 Capital, 2 ALL CAPITALS, 3 other."""
    if written == written.lower():
        return 0
    if written == written.upper() and len(form) > 1:
        return 2
    return 1 if written[1:] == written[1:].lower() else 3


def build(batch: Sequence[ArticleRows]) -> MemoryArrays:
    """The segment of a batch."""
    arrays: dict[str, Array] = {}
    parts: dict[str, Any] = {}
    rows: dict[Kind, list[Row]] = {
        "article": [one.article for one in batch],
        "quote": [quote for one in batch for quote in one.quotes],
    }
    for kind in schema.KINDS:
        part, about = _part(kind, rows[kind])
        arrays.update({f"{kind}.{name}": value for name, value in part.items()})
        parts[kind] = about
    counts = [len(one.quotes) for one in batch]
    arrays["article.quotes.start"] = _small([0, *np.cumsum(counts)], int(sum(counts)))
    for name, value in _blocks("sync", [one.sync for one in batch]).items():
        arrays[f"article.{name}"] = value
    return MemoryArrays(arrays, {"schema": schema.SCHEMA_VERSION, "analysis": ANALYSIS_VERSION, "parts": parts})


def _part(kind: Kind, rows: Sequence[Row]) -> tuple[dict[str, Array], dict[str, Any]]:
    fields = schema.field_names(kind)
    texts = schema.TEXT_FIELDS[kind]
    posted: dict[Term, dict[int, Places]] = defaultdict(lambda: defaultdict(list))
    vocabulary: set[Term] = set()
    lengths = np.zeros((len(texts), len(rows)), np.int64)
    for doc, row in enumerate(rows):
        for number, name in enumerate(fields):
            if number < len(texts):
                text = row.texts.get(name, "")
                for position, token in enumerate(analyze(text)):
                    lengths[number, doc] += 1
                    form = (number, (FORM_MARK + token.form).encode())
                    vocabulary.add(form)
                    case = letter_case(text[token.start : token.end], token.form)
                    for place, root in enumerate(token.roots):
                        posted[number, root.encode()][doc].append((position, form, case | (4 if place else 0)))
            else:
                for value in row.keys.get(name, ()):
                    posted[number, value.encode()].setdefault(doc, [])
    terms = sorted(vocabulary | set(posted))
    rank = {term: number for number, term in enumerate(terms)}
    means = [float(lengths[n].sum()) / len(rows) if rows and lengths[n].sum() else 1.0 for n in range(len(texts))]
    inverse = [inverse_norms(field.b, mean) for field, mean in zip(texts, means, strict=True)]
    lens = np.array([length_bytes(line) for line in lengths], np.uint8).reshape(len(texts), len(rows))

    post_start, block_start, forms_start, spelt_start = [0], [0], [0], [0]
    post_doc: list[int] = []
    post_tf: list[int] = []
    tenth: list[tuple[int, np.float32]] = []
    block_last: list[int] = []
    block_top: list[np.float32] = []
    block_pos: list[int] = []
    pos_at: list[int] = []
    pos_form: list[int] = []
    forms: list[tuple[int, int, int]] = []
    spelt: dict[int, list[int]] = defaultdict(list)
    dense: list[int] = []
    for term in terms:
        docs = posted.get(term, {})
        used = sorted({(rank[form], case) for places in docs.values() for _, form, case in places})
        counts: dict[tuple[int, int], int] = defaultdict(int)
        values: list[float] = []
        for count, doc in enumerate(sorted(docs)):
            places = docs[doc]
            tf = len(places) if term[0] < len(texts) else 1
            x = tf * inverse[term[0]][lens[term[0], doc]] if term[0] < len(texts) else 1.0
            if count % BLOCK == 0:
                block_last.append(0)
                block_top.append(np.float32(0))
                block_pos.append(len(pos_at))
            block_last[-1] = doc
            block_top[-1] = max(block_top[-1], _up(x))
            values.append(x)
            post_doc.append(doc)
            post_tf.append(tf)
            for position, form, case in places:
                key = (rank[form], case)
                counts[key] += 1
                pos_at.append(position)
                pos_form.append(used.index(key))
        for form_term, case in used:
            spelt[form_term].append(len(forms))
            forms.append((form_term, case, counts[form_term, case]))
        if len(values) >= TENTH:
            tenth.append((rank[term], _down(sorted(values)[-TENTH])))
        if len(rows) >= DENSE_FROM and len(values) * DENSE > len(rows):
            dense.append(rank[term])
        post_start.append(len(post_doc))
        block_start.append(len(block_last))
        if docs:
            forms_start.append(len(forms))
    for number, term in enumerate(terms):
        if term not in posted:
            spelt_start.append(spelt_start[-1] + len(spelt[number]))
    bits = np.zeros((len(dense), (len(rows) + 63) // 64), np.uint64)
    for line, number in enumerate(dense):
        for doc in post_doc[post_start[number] : post_start[number + 1]]:
            bits[line, doc >> 6] |= np.uint64(1 << (doc & 63))
    big = [(at, tf) for at, tf in enumerate(post_tf) if tf >= ESCAPE]
    wide = [(at, number) for at, number in enumerate(pos_form) if number >= ESCAPE]
    often = [(at, count) for at, (_, _, count) in enumerate(forms) if count >= ESCAPE]
    arrays: dict[str, Array] = {
        **_dictionary(terms),
        "post.start": narrowed(post_start),
        "post.doc": np.array(post_doc, np.uint32),
        "post.tf": np.minimum(np.array(post_tf, np.int64), ESCAPE).astype(np.uint8),
        "big.at": np.array([at for at, _ in big], np.int64),
        "big.tf": np.array([tf for _, tf in big], np.uint32),
        "tenth.term": np.array([number for number, _ in tenth], np.uint32),
        "tenth.x": np.array([x for _, x in tenth], np.float32),
        "block.start": narrowed(block_start),
        "block.last": np.array(block_last, np.uint32),
        "block.top": np.array(block_top, np.float32),
        "block.pos": narrowed(block_pos),
        "pos.at": np.array(pos_at, np.uint32 if max(pos_at, default=0) > 65_535 else np.uint16),
        "pos.form": np.minimum(np.array(pos_form, np.int64), ESCAPE).astype(np.uint8),
        "wide.at": np.array([at for at, _ in wide], np.int64),
        "wide.form": np.array([form for _, form in wide], np.uint32),
        "forms.start": narrowed(forms_start),
        "forms.term": np.array([form for form, _, _ in forms], np.uint32),
        "forms.case": np.array([case for _, case, _ in forms], np.uint8),
        "forms.count": np.array([min(count, ESCAPE) for _, _, count in forms], np.uint8),
        "often.at": np.array([at for at, _ in often], np.uint32),
        "often.count": np.array([count for _, count in often], np.uint32),
        "spelt.start": narrowed(spelt_start),
        "spelt.at": np.array([entry for number in sorted(spelt) for entry in spelt[number]], np.uint32),
        "dense.term": np.array(dense, np.uint32),
        "dense.bits": bits.reshape(-1),
        "len": lens.reshape(-1),
        "day": np.array([row.day for row in rows], np.int32),
        **_blocks("stored", [row.stored for row in rows]),
        **_ids([row.id for row in rows]),
    }
    for name in schema.FACETS:
        arrays.update(_facet(name, [row.facets.get(name, ()) for row in rows], several=name in schema.SEVERAL[kind]))
    firsts = [next((n for n, term in enumerate(terms) if term[0] >= field), len(terms)) for field in range(len(fields))]
    about = {
        "docs": len(rows),
        "fields": list(fields),
        "texts": len(texts),
        "first": [*firsts, len(terms)],
        "tokens": {field.name: int(lengths[n].sum()) for n, field in enumerate(texts)},
        "mean": {field.name: means[n] for n, field in enumerate(texts)},
        "b": {field.name: field.b for field in texts},
    }
    return arrays, about


def _up(x: float) -> np.float32:
    near = np.float32(x)
    return near if near >= x else np.nextafter(near, np.float32(np.inf))


def _down(x: float) -> np.float32:
    near = np.float32(x)
    return near if near <= x else np.nextafter(near, np.float32(-np.inf))


def _dictionary(terms: Sequence[tuple[int, bytes]]) -> dict[str, Array]:
    size = 2
    while 3 * size < 4 * len(terms):
        size *= 2
    table = np.zeros(size, np.uint32)
    shared: list[int] = []
    for number, (field, term) in enumerate(terms):
        slot = crc32(term, field) & (size - 1)
        while table[slot]:
            slot = (slot + 1) & (size - 1)
        table[slot] = number + 1
        common = 0
        if number and terms[number - 1][0] == field:
            before = terms[number - 1][1].decode()
            for one, other in zip(before, term.decode(), strict=False):
                if one != other or common + len(one.encode()) > 255:
                    break
                common += len(one.encode())
        shared.append(common)
    return {
        "terms.bytes": np.frombuffer(b"".join(term for _, term in terms), np.uint8),
        "terms.start": narrowed([0, *np.cumsum([len(term) for _, term in terms])]),
        "terms.lcp": np.array(shared, np.uint8),
        "terms.hash": table,
    }


def _facet(name: str, rows: Sequence[Sequence[str]], *, several: bool) -> dict[str, Array]:
    values = sorted({value.encode() for row in rows for value in row})
    number = {value: place for place, value in enumerate(values)}
    arrays: dict[str, Array] = {
        f"facet.{name}.bytes": np.frombuffer(b"".join(values), np.uint8),
        f"facet.{name}.start": narrowed([0, *np.cumsum([len(value) for value in values])]),
    }
    codes = [[number[value.encode()] for value in row] for row in rows]
    if several:
        starts = [0, *np.cumsum([len(row) for row in codes])]
        arrays[f"facet.{name}.at"] = _small(starts, int(starts[-1]))
        arrays[f"facet.{name}.code"] = _small([code for row in codes for code in row], len(values))
    else:
        none = 2 ** (8 * _small([], len(values)).itemsize) - 1
        arrays[f"facet.{name}.code"] = _small([row[0] if row else none for row in codes], len(values))
    return arrays


def _small(numbers: Sequence[Any], largest: int) -> Array:
    """In one byte, two or four."""
    return np.array(numbers, np.uint8 if largest <= 255 else np.uint16 if largest <= 65_535 else np.uint32)


def _blocks(name: str, records: Sequence[bytes]) -> dict[str, Array]:
    """A block ends with the record that brings it to BLOCK_BYTES, or SHORT_BYTES with a dictionary of the first."""
    learnt = name == "stored" and len(records) >= SAMPLE
    dictionary = (
        zstandard.train_dictionary(DICTIONARY, list(records[:SAMPLE]), k=DICTIONARY // 32, d=8) if learnt else None
    )
    if learnt:
        sample = records[:SAMPLE]
        plain, short = (_framed(sample, one, size) for one, size in ((None, BLOCK_BYTES), (dictionary, SHORT_BYTES)))
        if len(b"".join(short[0])) > WORTH * len(b"".join(plain[0])):
            dictionary = None
    frames, first = _framed(records, dictionary, BLOCK_BYTES if dictionary is None else SHORT_BYTES)
    content = b"" if dictionary is None else dictionary.as_bytes()
    return {
        f"{name}.data": np.frombuffer(b"".join(frames), np.uint8),
        f"{name}.block": narrowed([0, *np.cumsum([len(frame) for frame in frames])]),
        f"{name}.first": np.array(first, np.uint32),
        f"{name}.dict": np.frombuffer(content, np.uint8),
        f"{name}.dicts": narrowed([0, len(content)] if content else [0]),
    }


def _framed(records: Sequence[bytes], dictionary: Any, enough: int) -> tuple[list[bytes], list[int]]:
    frames: list[bytes] = []
    first = [0]
    waiting: list[bytes] = []
    for number, record in enumerate(records, 1):
        waiting.append(record)
        if sum(map(len, waiting)) >= enough or number == len(records):
            header = np.array([len(waiting), 0, *np.cumsum([len(one) for one in waiting])], np.uint32)
            level = LEVEL if dictionary is None else SHORT_LEVEL
            tool = zstandard.ZstdCompressor(level=level, write_checksum=True, dict_data=dictionary)
            frames.append(tool.compress(header.tobytes() + b"".join(waiting)))
            first.append(number)
            waiting = []
    return frames, first


def _ids(ids: Sequence[str]) -> dict[str, Array]:
    hashes = np.array(
        [int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "little") for one in ids], np.uint64
    )
    order = np.argsort(hashes, kind="stable")
    return {"ids.hash": hashes[order], "ids.doc": order.astype(np.uint32)}
