"""Does a document stand under the terms that its text makes? A cluster gives no terms back: they are left out of the
stored document, and without that it has nothing to make term vectors of. But it tells

- what the columns of forms hold: compared for every document, so that words are seen which a text does not have;
- whether a document is found as it should be (`unlike_terms`), asked by its id: whether the terms of all positions
  stand behind each other (phrases of the first terms, of the second ones …, in pieces of PIECE positions), whether it
  has the terms of `worth` (but not with which frequency), and no field that it should not have.

The second takes twenty milliseconds of a node's time an article, so it is asked for some of many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from . import schema
from .opensearch_documents import Document
from .opensearch_mapping import FORMS, WORDS, WORTH
from .opensearch_reading import Reader
from .schema import Kind

PIECE: Final = 1_000  # positions of a phrase
TERMS: Final = 900  # of `worth` in a search; a query takes 1,024 clauses
AT_ONCE: Final = 20  # searches of a request
READ: Final = 500  # documents whose columns are read at once

Query = dict[str, Any]


def unlike_columns(reader: Reader, kind: Kind, made: Sequence[Document]) -> Iterator[str]:
    """The ids of documents whose columns of forms are not as they should be; `made`: as they should be, READ at most.

    Raises ClusterError where a shard does not answer.
    """
    names = [FORMS.format(field.name) for field in schema.TEXT_FIELDS[kind]] + ([WORDS] if kind == "article" else [])
    for first in range(0, len(made), READ):
        some = made[first : first + READ]
        ids = {"ids": {"values": [document.id for document in some]}}
        body = {"query": ids, "size": READ, "_source": False, "docvalue_fields": names}
        (hits,) = reader.found(kind, [body])
        there = {hit["_id"]: hit.get("fields", {}) for hit in hits}
        for document in some:
            found = there.get(document.id, {})
            if any(sorted(found.get(name, ())) != sorted(document.body.get(name, ())) for name in names):
                yield document.id


def unlike_terms(reader: Reader, kind: Kind, made: Sequence[Document]) -> Iterator[str]:
    """The ids of documents that are not found under the terms that they should be, each once.

    Raises ClusterError where a shard does not answer.
    """
    asked = [(document.id, query) for document in made for query in _queries(kind, document)]
    unlike: dict[str, None] = {}
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        hits = reader.found(kind, [query for _, query in some], routings=[document_id for document_id, _ in some])
        unlike |= dict.fromkeys(document_id for (document_id, _), found in zip(some, hits, strict=True) if not found)
    yield from unlike


def _queries(kind: Kind, document: Document) -> Iterator[Query]:
    """Searches each of which finds a document that is as it should be."""
    mine = {"ids": {"values": [document.id]}}
    phrases: list[Query] = []
    without: list[Query] = []
    for field in schema.TEXT_FIELDS[kind]:
        text = document.body.get(field.name)
        if text is None:
            without.append({"exists": {"field": field.name}})
        else:
            phrases += [{"match_phrase": {field.name: one}} for one in _phrases(text.split(" "))]
    worth = [one.rpartition("|")[0] for one in document.body[WORTH].split()]
    for first in range(0, max(len(worth), 1), TERMS):
        some = " ".join(worth[first : first + TERMS])
        terms = [{"match": {WORTH: {"query": some, "operator": "and", "analyzer": "whitespace"}}}] if some else []
        yield {"query": {"bool": {"filter": [mine, *terms, *phrases], "must_not": without}}, "_source": False}
        phrases = []


def _phrases(positions: Sequence[str]) -> Iterator[Query]:
    terms = [position.split("|") for position in positions]
    for first in range(0, len(terms), PIECE):
        piece = terms[first : first + PIECE + 1]  # pieces overlap: one begins where the one before ends
        for layer in range(max(map(len, piece))):
            text = " ".join([some[min(layer, len(some) - 1)] for some in piece])
            yield {"query": text, "analyzer": "positions"}
