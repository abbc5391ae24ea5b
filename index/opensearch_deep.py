"""Do documents follow from what they store? Each is made again and compared: for an index that somebody else made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, Literal
from zlib import crc32

from .opensearch_bulk import HIDDEN
from .opensearch_digest import checksum
from .opensearch_documents import Document, Documents, documents_of
from .opensearch_mapping import Lengths
from .opensearch_reading import Reader
from .opensearch_terms import unlike_columns, unlike_terms
from .schema import Kind
from .storage.payload import packed_text, unpack_article, unpack_quote
from .writer import SyncState

SOME: Final = 200  # articles at once
SAMPLED: Final = 1_000  # articles of which terms are asked for
ARTICLE: Final[dict[Kind, str]] = {"article": "id", "quote": "article_id"}
Difference = Literal["fields", "terms"]


def unlike_what_is_made(reader: Reader, lengths: Mapping[Kind, Lengths]) -> Iterator[tuple[Difference, str]]:
    """What the cluster knows the documents by that differ from what this version makes of the stored article and its
    quotes, and in what: in fields that are stored, or in the terms that they are found under. These are asked for of
    about SAMPLED articles and their quotes, chosen by their ids; the others tell of them by their columns alone.
    """
    articles = reader.bodies("article")
    every = max(1, reader.count("article") // SAMPLED)
    while some := dict(islice(articles, SOME)):
        quotes: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for document_id, body in reader.quotes_of([body["id"] for body in some.values()]):
            quotes.setdefault(body["article_id"], []).append((document_id, body))
        made: dict[Kind, list[Document]] = {"article": [], "quote": []}
        for document_id, body in some.items():
            own = sorted(quotes.get(body["id"], ()), key=lambda one: int(one[1]["place"]))
            again = _again(body, own, lengths)
            if again is None:
                yield "fields", document_id
                continue
            yield from (("fields", one) for one in _unlike(document_id, body, own, again))
            made["article"].append(Document(document_id, again.article.body))
            made["quote"] += [Document(one, found.body) for (one, _), found in zip(own, again.quotes, strict=True)]
        for kind, documents in made.items():
            sample = [one for one in documents if crc32(str(one.body[ARTICLE[kind]]).encode()) % every == 0]
            unlike = [*unlike_columns(reader, kind, documents), *unlike_terms(reader, kind, sample)]
            yield from (("terms", one) for one in dict.fromkeys(unlike))


def _again(
    body: dict[str, Any], quotes: list[tuple[str, dict[str, Any]]], lengths: Mapping[Kind, Lengths]
) -> Documents | None:
    """What this version makes of what is stored; None where that is nothing it can read."""
    try:
        article = unpack_article(packed_text(body["stored"]))
        said = [unpack_quote(packed_text(quote["stored"]))[0] for _, quote in quotes]
        state = SyncState(body.get("origin"), body.get("digest"))
        return documents_of(article, said, state, order=int(body["order"]), lengths=lengths)
    except (KeyError, TypeError, ValueError):
        return None


def _unlike(
    document_id: str, body: dict[str, Any], quotes: list[tuple[str, dict[str, Any]]], made: Documents
) -> Iterator[str]:
    if checksum(made.article.body, HIDDEN["article"]) != checksum(body, HIDDEN["article"]):
        yield document_id
    for (quote_id, quote), again in zip(quotes, made.quotes, strict=True):
        if checksum(again.body, HIDDEN["quote"]) != checksum(quote, HIDDEN["quote"]):
            yield quote_id
