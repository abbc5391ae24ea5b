"""Where do the words of a question stand in the documents that a cluster found? A small segment of them is made in
memory, and read as our own segments are: so both engines mark, cut and explain alike, and look twice at the best.

What the segment cannot know, how frequent words are in all documents, is the cluster's (`Frequencies`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index import schema
from index.model import Article, Quote
from index.opensearch_documents import term
from index.opensearch_mapping import Lengths
from index.schema import Kind
from index.storage.builder import SegmentBuilder
from index.storage.format import MemoryArrays
from index.storage.rows import ArticleRows, Row
from index.storage.segment import Segment
from index.storage.tokens import Words, all_remembered

from .engine.evaluate import Evaluator
from .engine.expansion import expanded
from .engine.scoring import idf
from .engine.second_look import Look, Wanted, look, ranked
from .engine.segment_run import CutShort, Deadline
from .engine.snapshot import Snapshot, View
from .expanded import pattern_of
from .leaves import Leaf, WordPattern
from .opensearch_query import Frequencies
from .places import Places, Postings


class Local:
    """Some documents of one kind, numbered in their order, with positions."""

    def __init__(self, kind: Kind, rows: Sequence[Row], frequencies: Frequencies, lengths: Lengths) -> None:
        builder = SegmentBuilder(words=Words(all_remembered))
        if kind == "article":
            for row in rows:
                builder.add(ArticleRows(row))
        else:
            builder.add(ArticleRows(Row("", {}), tuple(rows)))
        snapshot = Snapshot((Segment(MemoryArrays(*builder.build()), "hits"),))
        self.kind = kind
        self.view = snapshot.views[kind]
        self._primitives = Evaluator(snapshot).primitives
        self._postings = Postings(self.view.parts[0])
        self._frequencies = frequencies
        self._lengths = lengths

    def places(self, leaves: Sequence[Leaf], clock: Deadline, *, every: bool, cut: set[str]) -> Places:
        """Where the leaves of a question stand in the texts of each document. `cut` gets the words of which more forms
        answer than were taken (`expanded.Forms`).
        """

        def expand(field: str, word: WordPattern) -> Sequence[int]:
            return self._forms(field, word, clock, cut)

        return Places(leaves, self._postings, expand, clock=clock, every=every)

    def _forms(self, field: str, word: WordPattern, clock: Deadline, cut: set[str]) -> Sequence[int]:
        """The forms that a prefix or a misspelled word stands for in all documents, those that stand in these."""
        pattern = pattern_of(word)
        taken = self._frequencies.taken(field, pattern)
        if taken.more:
            cut.add(word.form)
        part = self.view.parts[0]
        try:
            numbers = expanded(part, field, pattern, self._primitives, clock.check)
        except CutShort:
            return []
        terms = frozenset(taken.terms)
        return [number for number in numbers.tolist() if term(part.term(number).decode()) in terms]

    def looked_at(self, wanted: Sequence[Wanted], scores: Sequence[float]) -> tuple[list[int], list[float], Look]:
        """The documents in the order of a second look, their scores by then, and what was seen."""
        view = _Wide(self.view, self._frequencies, self._lengths)
        docs = np.arange(self.view.docs)
        found = look(view, wanted, docs)  # type: ignore[arg-type]
        order, worth = ranked(view, found, docs, np.array(scores, np.float64))  # type: ignore[arg-type]
        return order.tolist(), worth.tolist(), found


class _Wide:
    """A view of some documents with the statistics of all."""

    def __init__(self, view: View, frequencies: Frequencies, lengths: Lengths) -> None:
        self.parts, self.base, self.number_of = view.parts, view.base, view.number_of
        self.mean = {**view.mean, **lengths}
        self._frequencies = frequencies

    def df(self, field: str, root: bytes) -> int:
        """In how many documents of the cluster a root stands; their plain fields are counted as one."""
        return self._frequencies.of(term(root.decode()))

    def idf(self, df: int) -> float:
        """Of a term in `df` documents."""
        return idf(max(self._frequencies.documents(), df), df)


def article_row(article: Article) -> Row:
    """What has to be known of an article to mark it and to look at it twice."""
    texts = {"title": article.title, "text": article.readable}
    return Row(article.id, texts, day=schema.day_number(article.published))


def quote_row(quote: Quote) -> Row:
    """The same of a quote."""
    return Row(quote.id, {"quote": quote.text, "speaker": quote.speaker.name if quote.speaker else ""})
