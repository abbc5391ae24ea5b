"""How is Molva asked? Shapes as plans to its evaluator, with kernels and on numpy; typed words to its searcher."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .engines import TOP
from .queries import Asked

if TYPE_CHECKING:
    from index import Article, Quote
    from search.engine.plan import Node
    from search.results import Page


def build(documents: Path, folder: Path) -> None:
    """Through the writer, without quotes."""
    from index import Article, open_writer

    from .corpus import read

    with open_writer(folder) as writer:
        for number, document in enumerate(read(documents)):
            writer.add(Article(id=str(number), title=document.title, text=document.text), ())
        writer.publish()


def load(documents: Path, folder: Path, jobs: int) -> None:
    """The same as `molva index` does it, by so many processes, which read the lines too."""
    from index import open_writer
    from index.pipeline import sync

    with open_writer(folder) as writer:
        report = sync(writer, [documents], jobs=jobs, prepare=without_quotes)
    if report.rejected:
        raise RuntimeError(f"{report.rejected[0].where}: {report.rejected[0].reason}")


def without_quotes(article: Article) -> tuple[Article, tuple[Quote, ...]]:
    """An article as it is."""
    return article, ()


def plan(asked: Asked, fields: Sequence[str]) -> Node:
    """The query as a plan: alternatives over the fields, flat where the shape allows it."""
    from search.engine.plan import Term, all_of, any_of

    words = [word.encode() for word in asked.words]
    if asked.kind == "or":
        return any_of([Term(field, word) for word in words for field in fields])
    if asked.kind == "and":
        return all_of([any_of([Term(field, word) for field in fields]) for word in words])
    return any_of([_leaf(asked, field) for field in fields])


def _leaf(asked: Asked, field: str) -> Node:
    from search.engine.plan import Expansion, Fuzzy, Phrase, Prefixed, Term

    word = asked.words[0]
    if asked.kind == "phrase":
        return Phrase(field, tuple(word.encode() for word in asked.words))
    if asked.kind == "prefix":
        return Expansion(field, Prefixed(word.encode()))
    if asked.kind == "fuzzy":
        return Expansion(field, Fuzzy(word, asked.distance, 1))
    return Term(field, word.encode())


def array_bytes(folder: Path) -> dict[str, int]:
    """The bytes of each array of an index, by its name behind its part, over all segments and both parts."""
    from index.storage.format import SegmentFile
    from index.storage.segment import open_live

    found: dict[str, int] = {}
    for segment in open_live(folder).segments:
        if isinstance(segment.file, SegmentFile):
            for name, entry in segment.file.entries.items():
                array = name.partition(".")[2]
                found[array] = found.get(array, 0) + entry.bytes
    return found


class Molva:
    """An open index of ours."""

    def __init__(self, folder: Path, *, kernels: bool) -> None:
        self.folder = folder
        self.kernels = kernels

    @cached_property
    def evaluator(self) -> Any:
        """Over the live state."""
        from index.storage.segment import open_live
        from search.engine.evaluate import Evaluator
        from search.engine.snapshot import Snapshot

        snapshot = Snapshot(open_live(self.folder).segments)
        if not self.kernels:
            return Evaluator(snapshot)
        from search.engine.acceleration import loaded

        return Evaluator(snapshot, *loaded())

    @cached_property
    def searcher(self) -> Any:
        """What the page and the command line ask."""
        from search.embedded import EmbeddedSearcher

        searcher = EmbeddedSearcher(self.folder)
        if self.kernels:
            from search.engine.acceleration import loaded

            searcher._live.use(loaded())  # at once, not when a thread comes to it
        return searcher

    @property
    def segments(self) -> int:
        """How many segments it searches."""
        return len(self.evaluator.snapshot.segments)

    def query(self, asked: Asked, fields: Sequence[str]) -> Node:
        """A plan."""
        return plan(asked, fields)

    def top(self, query: Node) -> int:
        """See `Opened`."""
        return len(self.evaluator.top(query, "article", TOP, count=False).docs)

    def counted(self, query: Node) -> int:
        """See `Opened`."""
        return int(self.evaluator.top(query, "article", TOP, count=True).total)

    def typed(self, text: str) -> Node:
        """What somebody types, as the plan for articles: words with their forms in title and text, and neighbours."""
        from search.question import question_of

        return question_of(text).plans["article"]

    def parse(self, text: str) -> object:
        """What is typed as plans, its words known but never seen as this query."""
        from search.question import question_of

        return question_of.__wrapped__(text)

    def first(self, text: str) -> int:
        """The ten best for what is typed: on numpy by the searcher, whose kernels are loaded later."""
        return self.top(self.typed(text)) if self.kernels else len(self.page(text).hits)

    def page(self, text: str) -> Page:
        """The ten best for what is typed, with stored fields, snippets and totals of both kinds of document."""
        from search.question import question_of

        question_of.cache_clear()
        found: Page = self.searcher.search(text, limit=TOP)
        return found

    def close(self) -> None:
        """Let go of the files."""
        if "searcher" in vars(self):
            self.searcher.close()


def open_on_kernels(folder: Path) -> Molva:
    """With compiled kernels."""
    return Molva(folder, kernels=True)


def open_on_numpy(folder: Path) -> Molva:
    """Without numba."""
    return Molva(folder, kernels=False)
