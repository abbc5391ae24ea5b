"""How is stock Whoosh asked? Its own analyzers with Snowball's stems, its own files, its own searcher."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh import query as wq
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.fields import TEXT, Schema

from index.analysis.roots import stem

from .corpus import read
from .engines import FIELDS, TOP
from .queries import Asked


def build(documents: Path, folder: Path) -> None:
    """One commit with a large buffer: one segment."""
    analyzer = RegexTokenizer(r"[^\W_]+") | LowercaseFilter() | StemFilter(stemfn=stem, cachesize=-1)
    schema = Schema(**{name: TEXT(analyzer=analyzer, stored=True, phrase=True) for name in FIELDS})
    writer = whoosh_index.create_in(str(folder), schema).writer(limitmb=1024)
    for document in read(documents):
        writer.add_document(title=document.title, text=document.text)
    writer.commit()


class StockWhoosh:
    """An open index of stock Whoosh's."""

    def __init__(self, folder: Path) -> None:
        self.searcher = whoosh_index.open_dir(str(folder)).searcher()

    def query(self, asked: Asked, fields: Sequence[str]) -> Any:
        """A tree of `whoosh.query`."""
        return tree(asked, fields)

    def top(self, query: Any) -> int:
        """See `Opened`."""
        return self.searcher.search(query, limit=TOP).scored_length()  # type: ignore[no-any-return]

    def counted(self, query: Any) -> int:
        """See `Opened`."""
        return len(self.searcher.search(query, limit=TOP))

    def close(self) -> None:
        """Close its files."""
        self.searcher.close()


def tree(asked: Asked, fields: Sequence[str], *, fixed: int = 0) -> Any:
    """The query as a tree of `whoosh.query`: alternatives over the fields, flat where the shape allows it.

    `fixed`: letters that a misspelled word must begin with.
    """
    if asked.kind == "or":
        return _any([wq.Term(field, word) for word in asked.words for field in fields])
    if asked.kind == "and":
        return wq.And([_any([wq.Term(field, word) for field in fields]) for word in asked.words])
    return _any([_leaf(asked, field, fixed) for field in fields])


def _any(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else wq.Or(queries)


def _leaf(asked: Asked, field: str, fixed: int) -> Any:
    if asked.kind == "phrase":
        return wq.Phrase(field, list(asked.words))
    if asked.kind == "prefix":
        return wq.Prefix(field, asked.words[0])
    if asked.kind == "fuzzy":
        return wq.FuzzyTerm(field, asked.words[0], maxdist=asked.distance, prefixlength=fixed)
    return wq.Term(field, asked.words[0])
