"""How does an article become documents of an OpenSearch cluster? Pure functions: tokens by our own analysis, keys, and
the whole of it to show; see `opensearch_mapping`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np

from . import schema
from .analysis import FORM_MARK, Token, analyze, tokens
from .analysis.roots import roots
from .extracts import REPORTED, Said, said_in
from .model import Article, Quote
from .opensearch_mapping import FORMS, PLAIN, UNIT, WORDS, WORTH, Lengths
from .schema import Kind
from .storage.lengths import inverse_norms, length_bytes
from .storage.payload import text_of
from .storage.rows import Row, rows_of
from .storage.tokens import letter_case
from .writer import SyncState

LONGEST_TERM: Final = 200  # code points; a longer one is cut and told from others by its hash
LONGEST_ID: Final = 500  # bytes of UTF-8; the cluster takes 512
_CUT: Final = 150
_LEAD: Final = 40  # tokens of the text
_LONGEST_WORD: Final = 40  # letters of what is worth completing
_MOST: Final = 1 << 20  # of a frequency: far beyond what saturates


class Document(NamedTuple):
    """One document. `id`: what the cluster knows it by; `body`: its fields."""

    id: str
    body: dict[str, Any]


class Documents(NamedTuple):
    """An article's document and those of its quotes."""

    article: Document
    quotes: tuple[Document, ...]


def documents_of(
    article: Article,
    quotes: Sequence[Quote],
    state: SyncState,
    *,
    order: int,
    lengths: Mapping[Kind, Lengths],
) -> Documents:
    """The documents of an article and its quotes. `order`: a number by which ties of a ranking and of dates go, least
    first; later articles have greater ones. `lengths`: those of the indices that they go to.

    Raises InvalidArticleError for what cannot be stored.
    """
    rows = rows_of(article, quotes, state)
    said = said_in(quotes, lambda: article.body)
    places = zip(said.sighting, said.sort, strict=True)
    own = dict.fromkeys(said.names[place] for place, sort in places if place >= 0 and sort != REPORTED)
    body = _body("article", rows.article, lengths["article"], order)
    body["quotes"] = len(quotes)
    body[WORDS] = _words(rows.article)
    if quotes:
        body |= {"quote_ids": [quote.id for quote in quotes], "extract": packed_said(said)}
    body |= {name: value for name, value in (("origin", state.origin), ("digest", state.digest)) if value is not None}
    if own:
        body["sighting"] = [sighting(article.id, name) for name in own]
    made = []
    for place, (quote, row) in enumerate(zip(quotes, rows.quotes, strict=True)):
        told = _body("quote", row, lengths["quote"], order) | {"article_id": article.id, "place": place}
        if quote.speaker is not None:
            told["sighting"] = sighting(article.id, quote.speaker.name)
        made.append(Document(document_id(quote.id), told))
    return Documents(Document(document_id(article.id), body), tuple(made))


def document_id(told: str) -> str:
    """What the cluster knows an article or a quote by: its id, or of one that is too long its hash."""
    encoded = told.encode()
    if len(encoded) <= LONGEST_ID:
        return told
    return f"{encoded[:400].decode(errors='ignore')}…{hashlib.blake2b(encoded, digest_size=16).hexdigest()}"


def sighting(article_id: str, name: str) -> int:
    """The number of a speaker in an article, for filters and facets: who it is in the archive is not known when the
    article is written. 63 bits of a hash.
    """
    told = f"{article_id}\0{name}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") >> 1


def packed_said(said: Said) -> str:
    """What an extract takes of an article, as JSON: `[[place, sort, words] of each quote, [name, roles] of each]`."""
    quotes = [
        [place, sort, base64.b64encode(words.astype("<u4").tobytes()).decode()]
        for place, sort, words in zip(said.sighting, said.sort, said.words, strict=True)
    ]
    return json.dumps([quotes, list(zip(said.names, said.roles, strict=True))], ensure_ascii=False)


def unpacked_said(text: str) -> Said:
    """What `packed_said` packed."""
    quotes, speakers = json.loads(text)
    return Said(
        tuple(place for place, _, _ in quotes),
        tuple(sort for _, sort, _ in quotes),
        tuple(np.frombuffer(base64.b64decode(words), "<u4").astype(np.uint32) for _, _, words in quotes),
        tuple(name for name, _ in speakers),
        tuple(tuple(roles) for _, roles in speakers),
    )


def key_of(value: str) -> str:
    """What a value of a key field is filtered by; of a very long one the hash, as of a term."""
    return term(schema.exact_key(value))


def term(text: str) -> str:
    """A term as the cluster knows it. Our terms are letters and figures, so none holds a blank or a `|`."""
    if len(text) <= LONGEST_TERM:
        return text
    return f"{text[:_CUT]}…{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


def term_in_form(root: str, form: str) -> str:
    """What `worth` knows a root by where it stands in this form: the form itself, unless it may as well be another
    word's, or a name's when it is written with a capital letter.
    """
    return term(f"{root}={form}" if _has_several_roots(form) else FORM_MARK + form)


@lru_cache(maxsize=200_000)
def _has_several_roots(form: str) -> bool:
    written = (form, form.capitalize(), form.upper())
    return len({root for one in written for root in roots(form, written=one)}) > 1


def begin_of_term(text: str) -> str:
    """What a term that begins so begins with as the cluster knows it."""
    return text[:_CUT]


def _body(kind: Kind, row: Row, lengths: Lengths, order: int) -> dict[str, Any]:
    found = {name: tokens(text) for name, text in row.texts.items() if text}
    body: dict[str, Any] = {name: _positions(some) for name, some in found.items() if some}
    body |= {FORMS.format(name): _forms(some) for name, some in found.items() if some}
    body[WORTH] = _worth(kind, found, lengths)
    body["length"] = {name: len(found.get(name, ())) for name in PLAIN[kind]}
    body |= {name: list(map(term, values)) for name, values in row.keys.items() if values}
    body |= {f"facet_{name}": list(row.facets[name]) for name in schema.FACETS if row.facets.get(name)}
    body |= {"id": row.id, "order": order, "stored": text_of(row.stored)}
    day = schema.day_date(row.day)
    if day is not None:
        body |= {"day": row.day, "year": day.year, "month": day.year * 100 + day.month}
    return body


def _forms(found: Sequence[Token]) -> list[str]:
    """Each form with how often it stands, in summands: see the mapping."""
    counts = Counter([token.form for token in found])
    values = list(map(_once, counts))
    for place, count in enumerate(counts.values()):
        if count > 1:
            form = values[place].removesuffix("|1")
            values[place], *more = [f"{form}|{summand}" for summand in summands(count)]
            values += more
    return values


def summands(count: int) -> list[int]:
    """A number of 1 to 7 and powers of two from 8 on, each once, that come to `count`."""
    small = [count & 7] if count & 7 else []
    return small + [1 << bit for bit in range(3, count.bit_length()) if count >> bit & 1]


@lru_cache(maxsize=200_000)
def _once(form: str) -> str:
    """A form without its mark, as the cluster knows its term, standing once."""
    return f"{term(FORM_MARK + form)[len(FORM_MARK) :]}|1"


def _words(row: Row) -> list[str]:
    """The forms of the title and of the beginning of the text, each with its letter cases, which `|` parts from it."""
    found: dict[str, None] = {}
    for name, most in (("title", None), ("text", _LEAD)):
        text = row.texts.get(name, "")
        for token in islice(analyze(text), most):
            if len(token.form) <= _LONGEST_WORD:
                found.setdefault(f"{token.form}|{letter_case(text[token.start : token.end], token.form)}")
    return list(found)


def _positions(found: Sequence[Token]) -> str:
    return " ".join([_known(token.form, token.roots)[0] for token in found])


def _worth(kind: Kind, found: Mapping[str, Sequence[Token]], lengths: Lengths) -> str:
    """Each term with its frequency over the plain fields, weighted and normed, in units of 1/UNIT."""
    worth: dict[str, float] = {}
    for field in schema.TEXT_FIELDS[kind]:
        some = found.get(field.name)
        if some and field.name in PLAIN[kind]:
            norm = inverse_norms(field.b, lengths[field.name])[int(length_bytes(len(some)))]
            one = float(norm) * PLAIN[kind][field.name] * UNIT
            for (form, roots_of_form), count in Counter((token.form, token.roots) for token in some).items():
                for text in _known(form, roots_of_form)[1]:
                    worth[text] = worth.get(text, 0.0) + count * one
    return " ".join([f"{text}|{min(max(round(value), 1), _MOST)}" for text, value in worth.items()])


@lru_cache(maxsize=200_000)
def _known(form: str, roots_of_form: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A token as a position, and what `worth` knows it by, each once."""
    terms = [*map(term, roots_of_form), term(FORM_MARK + form)]
    in_form = (term_in_form(root, form) for root in roots_of_form)
    return "|".join(terms), tuple(dict.fromkeys((*terms, *in_form)))
