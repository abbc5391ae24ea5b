"""Do documents follow from what they store? Each is made again and compared: for an index that somebody else made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from .opensearch_bulk import HIDDEN
from .opensearch_digest import checksum
from .opensearch_documents import documents_of
from .opensearch_mapping import Lengths
from .opensearch_reading import Reader
from .schema import Kind
from .storage.payload import packed_text, unpack_article, unpack_quote
from .writer import SyncState

SOME: Final = 200  # articles at once


def unlike_what_is_made(reader: Reader, lengths: Mapping[Kind, Lengths]) -> Iterator[str]:
    """What the cluster knows the documents by that differ from what this version makes of the stored article and its
    quotes. Words are told by lengths and counts; the terms themselves the cluster does not give back.
    """
    articles = reader.bodies("article")
    while some := dict(islice(articles, SOME)):
        quotes: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for document_id, body in reader.quotes_of([body["id"] for body in some.values()]):
            quotes.setdefault(body["article_id"], []).append((document_id, body))
        for document_id, body in some.items():
            own = sorted(quotes.get(body["id"], ()), key=lambda one: int(one[1]["place"]))
            yield from _unlike(document_id, body, own, lengths)


def _unlike(
    document_id: str, body: dict[str, Any], quotes: list[tuple[str, dict[str, Any]]], lengths: Mapping[Kind, Lengths]
) -> Iterator[str]:
    try:
        article = unpack_article(packed_text(body["stored"]))
        said = [unpack_quote(packed_text(quote["stored"]))[0] for _, quote in quotes]
        state = SyncState(body.get("origin"), body.get("digest"))
        made = documents_of(article, said, state, order=int(body["order"]), lengths=lengths)
    except (KeyError, TypeError, ValueError):
        yield document_id
        return
    if checksum(made.article.body, HIDDEN["article"]) != checksum(body, HIDDEN["article"]):
        yield document_id
    for (quote_id, quote), again in zip(quotes, made.quotes, strict=True):
        if checksum(again.body, HIDDEN["quote"]) != checksum(quote, HIDDEN["quote"]):
            yield quote_id
