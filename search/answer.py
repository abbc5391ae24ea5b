"""How is one question answered over one published state? Documents and totals, facets, then the page's hits.

Plan and masks of the filters → `evaluate` → `facets` → stored texts and what stands where in them (`places`) → `hits`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, Final, Literal

from index.analysis import tokens
from index.model import Span
from index.schema import Kind
from index.storage.payload import unpack_quote, unpack_shown

from .documents import Documents
from .engine.scoring import EXPANSIONS
from .engine.segment_run import Deadline
from .expanded import Forms
from .hits import Hits
from .leaves import Leaf
from .places import Places
from .query.tree import And, Field, Not, Or, Word
from .query.tree import Node as TreeNode
from .question import Question
from .request import TYPES, Facet, SearchRequest
from .results import (
    QUOTES_A_HIT,
    FacetCount,
    Hit,
    Marked,
    Page,
    QuoteBrief,
    Relation,
    Total,
    Warning,  # noqa: A004 - the contract's word
)
from .state import State

if TYPE_CHECKING:  # most questions need no repair
    from .repair import Vocabulary

MARKING: Final = 0.2  # seconds that hits are marked for at least, however late they were found


def needs_archive(request: SearchRequest) -> bool:
    """Whether an answer tells who speaks, or which quotes are reprints of each other, beside what its query names."""
    return bool(
        request.type == "quote"
        or request.reprints == "fold"  # the quotes are counted of articles, too
        or request.speaker
        or "speaker" in request.facets
        or request.snippets  # with the best quotes of an article
    )


class Answer:
    """One question to one state."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.state = documents.state
        self.request = documents.request
        self.question = documents.question
        self.deadline = documents.deadline
        self.marking = Deadline(self.deadline)
        self.cut: list[set[str]] = []  # see Forms

    def page(self) -> Page:
        """The answer, with the page's own time left out."""
        request, question = self.request, self.question
        other: Kind = "quote" if request.type == "article" else "article"
        documents, total = self.documents.of_page()
        totals = {request.type: total, other: self.documents.total(other)}
        facets = self._facets()
        self.marking = Deadline(max(self.deadline, time.monotonic() + MARKING))
        hits = self._hits(documents, with_quotes=totals["quote"] > 0)
        warnings = (*question.warnings, *cut_forms(question.typed, set[str]().union(*self.cut)))
        if not self.documents.whole:
            warnings = (*warnings, late(request.q))
        return Page(
            query=request.q,
            type=request.type,
            interpreted=question.interpreted,
            total=Total(totals[request.type], "eq" if self.documents.whole else "gte"),
            totals={kind: totals[kind] for kind in TYPES},
            hits=hits,
            took_ms=0.0,
            index=self.state.index,
            warnings=warnings,
            facets=facets,
            listed=self.documents.listed,
        )

    # -- counts

    def periods(self, facet: Facet) -> tuple[tuple[FacetCount, ...], int, Total]:
        """Years or months of what answers under all filters, how many are undated, and how many there are."""
        kind = self.request.type
        docs = self.documents.matching(kind, self.documents.to_show(kind))
        counts = self.state.facets[kind].periods(facet, docs)
        total = sum(map(len, docs))
        return counts, total - sum(one.count for one in counts), Total(total, "eq" if self.documents.whole else "gte")

    def _facets(self) -> dict[str, tuple[FacetCount, ...]] | None:
        request, kind = self.request, self.request.type
        if not request.facets:
            return None
        from .facets import OWN_FILTER

        docs = self.documents.matching(kind, None)
        filters, facets = self.documents.filters[kind], self.state.facets[kind]
        fold = request.reprints == "fold"
        return {
            name: facets.count(name, docs, filters.passing(but=OWN_FILTER[name]), fold=fold) for name in request.facets
        }

    # -- hits

    def _hits(self, documents: Sequence[tuple[int, float]], *, with_quotes: bool) -> tuple[Hit, ...]:
        request, kind, state = self.request, self.request.type, self.state
        leaves = self.question.leaves[kind]
        weights = self._weights(leaves) if kind == "article" and request.snippets else None
        made = Hits(self.question.node, kind, leaves, weights, explain=request.explain, choose=state.choose)
        found = [(*state.place(kind, document), score) for document, score in documents]
        places = self._places(kind, [(segment, doc) for segment, doc, _ in found])
        hits: tuple[Hit, ...]
        if kind == "quote":
            hits = tuple(
                made.quote(
                    *state.stored(kind, segment, doc, unpack_quote),
                    score,
                    places[segment].reader(doc),
                    state.speaker(segment, doc),
                    state.reprints(segment, doc),
                )
                for segment, doc, score in found
            )
        else:
            under = self._quotes_under(found) if with_quotes and request.snippets else {}
            hits = tuple(
                made.article(
                    state.stored(kind, segment, doc, unpack_shown),
                    score,
                    tuple(under.get((segment, doc), ())),
                    places[segment].reader(doc),
                    self.documents.seen_closer(document) if request.explain else None,
                )
                for (document, _), (segment, doc, score) in zip(documents, found, strict=True)
            )
        self._note_late(places)
        return hits

    def marked(self, segment: int, doc: int) -> tuple[Marked, Marked]:
        """Title and text of an article with what the question finds in them."""
        made = Hits(self.question.node, "article", self.question.leaves["article"])
        read = self._places("article", [(segment, doc)])[segment].reader(doc)
        return made.marked(self.state.stored("article", segment, doc, unpack_shown), read)

    def _places(self, kind: Kind, found: Sequence[tuple[int, int]]) -> list[Places]:
        """Of each segment; `found` (segment, document) will be read."""
        view = self.state.snapshot.views[kind]
        leaves = self.question.leaves[kind]
        forms = Forms(view, self.state.evaluator.primitives, self.marking)
        self.cut.append(forms.cut)
        places = [
            Places(
                leaves,
                postings,
                forms.of(segment),
                self.state.locate,
                self.marking,
                every=self.request.explain,
                words_in=self.state.words_in(kind, segment),
            )
            for segment, postings in enumerate(self.state.postings[kind])
        ]
        for segment, one in enumerate(places):
            one.ahead = [doc for of, doc in found if of == segment]
        return places

    def _note_late(self, places: Sequence[Places]) -> None:
        if any(one.late for one in places):
            self.documents.note("gte")

    def _weights(self, leaves: Sequence[Leaf]) -> list[float]:
        """Rarity of each leaf: the idf of its rarest word in texts."""
        view = self.state.snapshot.views["article"]
        return [
            max(view.idf(view.entry("text", word.asked.roots[0].encode()).df) for word in leaf.words) for leaf in leaves
        ]

    def _quotes_under(self, articles: Sequence[tuple[int, int, float]]) -> dict[tuple[int, int], list[QuoteBrief]]:
        """The best matching quotes of these articles (segment, number) that pass the filters."""
        state = self.state
        masks = self.documents.none("quote")
        count = 0
        for segment, doc, _ in articles:
            quotes = state.segments[segment].quotes_of(doc)
            masks[segment][quotes.start : quotes.stop] = 1
            count += len(quotes)
        if not count:
            return {}
        passing = self.documents.filters["quote"].passing()
        if passing is not None:
            for mask, other in zip(masks, passing, strict=True):
                mask &= other
        plan = self.question.plans["quote"]
        top = state.evaluator.top(plan, "quote", count, passing=masks, count=True, deadline=self.deadline)
        self.documents.note(top.relation)
        made = Hits(self.question.node, "quote", self.question.leaves["quote"])
        shown: list[tuple[int, int]] = []
        of_article: dict[tuple[int, int], int] = {}
        for document in top.docs.tolist():
            segment, doc = state.place("quote", document)
            article = segment, state.segments[segment].article_of(doc)
            of_article[article] = of_article.get(article, 0) + 1
            if of_article[article] <= QUOTES_A_HIT:
                shown.append((segment, doc))
        places = self._places("quote", shown)
        under: dict[tuple[int, int], list[QuoteBrief]] = {}
        for segment, doc in shown:
            quote, _ = state.stored("quote", segment, doc, unpack_quote)
            brief = made.brief(quote, places[segment].reader(doc), state.speaker(segment, doc))
            under.setdefault((segment, state.segments[segment].article_of(doc)), []).append(brief)
        self._note_late(places)
        return under


class StateAnswers:
    """One state of segments, as `tiers` asks it; `deadline`: the monotonic time until which it may take."""

    def __init__(self, state: State, deadline: float) -> None:
        self.state = state
        self.deadline = deadline
        self.index = state.index
        self.question = state.question

    def page(
        self,
        request: SearchRequest,
        question: Question,
        *,
        before: Question | None = None,
        tier: Literal["typed", "behind"] = "typed",
    ) -> Page:
        """See `tiers.Answers`."""
        return Answer(Documents(self.state, request, question, self.deadline, before=before, tier=tier)).page()

    def count(self, request: SearchRequest, question: Question) -> tuple[int, Relation]:
        """See `tiers.Answers`."""
        plan = question.plans[request.type]
        return self.state.evaluator.total(plan, request.type, passing=None, deadline=self.deadline)

    def vocabularies(self) -> Callable[[str | None], Vocabulary]:
        """See `tiers.Answers`."""
        from .repair import vocabularies_of

        return vocabularies_of(self.state.snapshot)


def cut_forms(typed: TreeNode, cut: Set[str]) -> Iterator[Warning]:
    """What is said of prefixes and misspelled words that stand for more forms than were taken; see `Forms.cut`."""
    if cut:
        from .query.limits import too_many_forms

        for word in _expanding(typed):
            if any(token.form in cut for token in tokens(word.text)):
                yield too_many_forms(word, EXPANSIONS)


def _expanding(node: TreeNode) -> Iterator[Word]:
    """The prefixes and misspelled words of a query. As deep as the query, which is bounded."""
    match node:
        case Word(prefix=prefix, fuzzy=fuzzy):
            if prefix or fuzzy:
                yield node
        case And(children) | Or(children):
            for child in children:
                yield from _expanding(child)
        case Not(child) | Field(_, child):
            yield from _expanding(child)


def late(query: str) -> Warning:
    """What is said where a deadline cut something off."""
    return Warning("deadline", "Время на ответ вышло: показано то, что нашлось до этого", Span(0, len(query)))
