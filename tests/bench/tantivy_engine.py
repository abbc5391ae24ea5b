"""How is tantivy asked? With its own Russian stemmer, positions and both fields stored."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .corpus import read
from .engines import FIELDS, TOP
from .queries import Asked

TOKENIZER: Final = "russian"
HEAP: Final = 128_000_000  # bytes: tantivy's own default
SNIPPET: Final = 240  # characters
ONE_SEGMENT_HEAP: Final = 3_900_000_000  # nearly the most that it takes: nothing is flushed before the end


def _tantivy() -> Any:
    return importlib.import_module("tantivy")


def analyzer() -> Any:
    """tantivy's usual chain for a language: words, small letters, no monsters, Snowball's stems."""
    tantivy = _tantivy()
    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(255),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stemmer("russian"),
    ):
        chain = chain.filter(step)
    return chain.build()


def build_one_segment(documents: Path, folder: Path) -> None:
    """All documents in one segment: the fastest to search."""
    _build(documents, folder, ONE_SEGMENT_HEAP)


def build_as_it_comes(documents: Path, folder: Path) -> None:
    """Segments and merges as its own defaults make them."""
    _build(documents, folder, HEAP)


def _build(documents: Path, folder: Path, heap: int) -> None:
    tantivy = _tantivy()
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, stored=True, tokenizer_name=TOKENIZER, index_option="position")
    index = tantivy.Index(builder.build(), path=str(folder))
    index.register_tokenizer(TOKENIZER, analyzer())
    writer = index.writer(heap_size=heap, num_threads=1)
    for document in read(documents):
        added = tantivy.Document()
        added.add_text("title", document.title)
        added.add_text("text", document.text)
        writer.add_document(added)
    writer.commit()
    writer.wait_merging_threads()


class Tantivy:
    """An open index of tantivy's."""

    def __init__(self, folder: Path) -> None:
        self.tantivy = _tantivy()
        self.index = self.tantivy.Index.open(str(folder))
        self.index.register_tokenizer(TOKENIZER, analyzer())
        self.index.reload()
        self.searcher = self.index.searcher()
        self.schema = self.index.schema

    @property
    def segments(self) -> int:
        """How many segments it searches."""
        return int(self.searcher.num_segments)

    def query(self, asked: Asked, fields: Sequence[str]) -> Any:
        """Alternatives over the fields, flat where the shape allows it."""
        words = asked.words
        if asked.kind == "or":
            return self._any([self._term(field, word) for word in words for field in fields])
        if asked.kind == "and":
            groups = [self._any([self._term(field, word) for field in fields]) for word in words]
            must = self.tantivy.Occur.Must
            return self.tantivy.Query.boolean_query([(must, group) for group in groups])
        return self._any([self._leaf(asked, field) for field in fields])

    def _leaf(self, asked: Asked, field: str) -> Any:
        query, schema = self.tantivy.Query, self.schema
        if asked.kind == "phrase":
            return query.phrase_query(schema, field, list(asked.words))
        if asked.kind == "prefix":
            return query.regex_query(schema, field, asked.words[0] + ".*")
        if asked.kind == "fuzzy":
            return query.fuzzy_term_query(
                schema, field, asked.words[0], distance=asked.distance, transposition_cost_one=False
            )
        return self._term(field, asked.words[0])

    def _term(self, field: str, word: str) -> Any:
        return self.tantivy.Query.term_query(self.schema, field, word)

    def _any(self, queries: list[Any]) -> Any:
        if len(queries) == 1:
            return queries[0]
        should = self.tantivy.Occur.Should
        return self.tantivy.Query.boolean_query([(should, query) for query in queries])

    def top(self, query: Any) -> int:
        """See `Opened`."""
        return len(self.searcher.search(query, TOP, count=False).hits)

    def counted(self, query: Any) -> int:
        """See `Opened`."""
        return int(self.searcher.search(query, TOP, count=True).count)

    def typed(self, text: str) -> Any:
        """What somebody types: all words, each in title or text."""
        return self.index.parse_query(text, list(FIELDS), conjunction_by_default=True)

    def parse(self, text: str) -> Any:
        """What is typed as a query."""
        return self.typed(text)

    def first(self, text: str) -> int:
        """The ten best for what is typed."""
        return self.top(self.typed(text))

    def page(self, text: str) -> list[tuple[dict[str, Any], str]]:
        """The ten best for what is typed, their stored fields, and a snippet of each."""
        query = self.typed(text)
        snippets = self.tantivy.SnippetGenerator.create(self.searcher, query, self.schema, "text")
        snippets.set_max_num_chars(SNIPPET)
        found = [self.searcher.doc(address) for _, address in self.searcher.search(query, TOP, count=True).hits]
        return [(document.to_dict(), snippets.snippet_from_doc(document).to_html()) for document in found]

    def close(self) -> None:
        """tantivy lets go by itself."""
