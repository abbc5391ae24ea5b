"""How is one question answered over one published state? Documents and totals, facets, then the page's hits.

Plan and masks of the filters → `evaluate` → `facets` → stored texts and what stands where in them (`places`) → `hits`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from index.analysis import tokens
from index.model import Span
from index.schema import RETOLD, Kind
from index.storage.payload import unpack_quote, unpack_shown

from .closer import sought, told
from .engine.plan import Any as AnyOf
from .engine.plan import Node
from .engine.reference import Docs, Numbers, Scores
from .engine.scoring import EXPANSIONS
from .engine.second_look import LOOKED_AT, Look, look, ranked
from .engine.segment_run import Deadline
from .expanded import Forms
from .filters import Filters, Masks
from .hits import Hits
from .leaves import Leaf
from .places import Places
from .query.tree import And, Field, Not, Or, Word
from .query.tree import Node as TreeNode
from .question import Question
from .request import MAX_LIMIT, MAX_OFFSET, TYPES, Facet, SearchRequest
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
from .state import Listed, State

if TYPE_CHECKING:  # most questions need no repair
    from .repair import Vocabulary

DEEP: Final = MAX_OFFSET + MAX_LIMIT  # hits; pages behind them are read off a list of all that is remembered
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

    def __init__(
        self,
        state: State,
        request: SearchRequest,
        question: Question,
        deadline: float,
        *,
        before: Question | None = None,
        tier: Literal["typed", "behind"] = "typed",
    ) -> None:
        """What `before` finds, few documents, is told elsewhere: it is counted and no hit. `tier`: which of the
        questions that a request comes to this is (see `tiers`).
        """
        self.state = state
        self.request = request
        self.question = question
        self.before = before
        self.plans = question.plans if before is None else _either(before, question)
        self.deadline = deadline
        self.marking = Deadline(deadline)
        self.tier = tier
        self.whole = True  # until a deadline cuts something off
        self.listed = True  # until it is the list of hits
        self.cut: list[set[str]] = []  # see Forms
        retold = asks_for_retold(question.typed)
        self.filters = {kind: Filters(request, state.memories[kind], retold=retold) for kind in TYPES}
        self._shown: dict[Kind, Masks | None] = {}
        self.names, self.wanted = sought(question, request.type)
        self.look: Look | None = None

    def page(self) -> Page:
        """The answer, with the page's own time left out."""
        request, question = self.request, self.question
        other: Kind = "quote" if request.type == "article" else "article"
        documents, total = self._documents()
        totals = {request.type: total, other: self._total(other)}
        facets = self._facets()
        self.marking = Deadline(max(self.deadline, time.monotonic() + MARKING))
        hits = self._hits(documents, with_quotes=totals["quote"] > 0)
        warnings = (*question.warnings, *self._cut_forms())
        if not self.whole:
            warnings = (*warnings, late(request.q))
        return Page(
            query=request.q,
            type=request.type,
            interpreted=question.interpreted,
            total=Total(totals[request.type], "eq" if self.whole else "gte"),
            totals={kind: totals[kind] for kind in TYPES},
            hits=hits,
            took_ms=0.0,
            index=self.state.index,
            warnings=warnings,
            facets=facets,
            listed=self.listed,
        )

    def _cut_forms(self) -> Iterator[Warning]:
        cut = set().union(*self.cut)
        if cut:
            from .query.limits import too_many_forms

            for word in _expanding(self.question.typed):
                if any(token.form in cut for token in tokens(word.text)):
                    yield too_many_forms(word, EXPANSIONS)

    # -- documents

    def _documents(self) -> tuple[list[tuple[int, float]], int]:
        """(document, score) of the page's hits in their order, and how many answer in all."""
        request, kind = self.request, self.request.type
        first, last = request.offset, request.offset + request.limit
        ranks = self.question.ranks(kind)
        found = self._list(last) if last <= DEEP else self._whole_list()
        docs, scores = found.docs[first:last].tolist(), found.scores[first:last].tolist()
        if request.sort == "relevance" and ranks:
            return list(zip(docs, scores, strict=True)), found.total
        worth = self._scores(docs) if ranks else {}
        return [(doc, worth.get(doc, 0.0)) for doc in docs], found.total

    def _list(self, most: int) -> Listed:
        """The list of hits as far as its first `most` ones."""
        request, kind = self.request, self.request.type
        plan, passing, evaluator = self.question.plans[kind], self._to_show(kind), self.state.evaluator
        if request.sort == "relevance" and self.question.ranks(kind):
            needed = max(most, LOOKED_AT) if self.wanted else most  # the same ones for every page
            top = evaluator.top(plan, kind, needed, passing=passing, count=True, deadline=self.deadline)
            self._note_listed(top.relation)
            docs, scores = self._looked_at(top.docs, top.scores) if self.wanted else (top.docs, top.scores)
            return Listed(docs, scores, top.total)
        by_day = evaluator.oldest if request.sort == "oldest" else evaluator.newest
        top = by_day(plan, kind, most, passing=passing, deadline=self.deadline)
        self._note_listed(top.relation)
        return Listed(top.docs, top.scores, top.total)

    def _whole_list(self) -> Listed:
        """All hits. Remembered, so that to walk through a list costs no more than the list."""
        request = self.request
        key = (replace(request, limit=1, offset=0, facets=(), explain=False, snippets=False), self.tier)
        known = self.state.lists.get(key)
        if known is None:
            docs, scores, total = self._list(self.state.snapshot.views[request.type].docs)
            known = Listed(docs.astype(np.uint32), scores, total)
            if self.listed:
                self.state.lists.put(key, known)
        return known

    def _looked_at(self, docs: Numbers, scores: Scores) -> tuple[Numbers, Scores]:
        """The ranking after a second look at its best; as it was where it is late."""
        late = time.monotonic() >= self.deadline
        if late or not len(docs):
            self._note_listed("gte" if late else "eq")
            return docs, scores
        view = self.state.snapshot.views[self.request.type]
        self.look = look(view, self.wanted, docs[:LOOKED_AT], self.state.look_into)
        return ranked(view, self.look, docs, scores)

    def _to_show(self, kind: Kind) -> Masks | None:
        """What passes the filters, without what `before` finds, and of a quote and its reprints the first that answers
        alone.
        """
        if kind not in self._shown:
            passing = self.filters[kind].passing()
            told = self._told(kind, passing) if self.before is not None and kind == self.request.type else None
            hidden = self._told_again(passing, told) if kind == "quote" else None
            for docs in (told, hidden):
                if docs is not None:
                    passing = self._without(kind, passing, docs)
            self._shown[kind] = passing
        return self._shown[kind]

    def _told(self, kind: Kind, passing: Masks | None) -> list[Docs]:
        """What `before` finds."""
        assert self.before is not None  # noqa: S101 - the caller has looked
        told, relation = self.state.evaluator.documents(
            self.before.plans[kind], kind, passing=passing, deadline=self.deadline
        )
        self._note_listed(relation)
        return told

    def _told_again(self, passing: Masks | None, told: Sequence[Docs] | None) -> list[Docs] | None:
        """The quotes of which another reprint is shown: of each cluster all that answer but one."""
        if self.request.reprints == "all" or not self.state.index.quotes or not self.state.archive.reprints:
            return None
        archive = self.state.archive
        inside = archive.clustered
        if passing is not None:
            inside = tuple(mask & other for mask, other in zip(inside, passing, strict=True))
        docs, relation = self.state.evaluator.documents(
            self.plans["quote"], "quote", passing=inside, deadline=self.deadline
        )
        if self.request.type == "quote":
            self._note_listed(relation)
        self._note(relation)
        return archive.told_again(docs, told or ())

    def _without(self, kind: Kind, passing: Masks | None, docs: Sequence[Docs]) -> Masks:
        parts = self.state.snapshot.views[kind].parts
        masks = passing or tuple(np.ones(part.docs, np.uint8) for part in parts)
        masks = tuple(mask.copy() for mask in masks)
        for mask, some in zip(masks, docs, strict=True):
            mask[some] = 0
        return masks

    def _scores(self, docs: Sequence[int]) -> dict[int, float]:
        """What these documents would be worth by relevance."""
        kind = self.request.type
        masks = self._none(kind)
        for doc in docs:
            segment, local = self.state.place(kind, doc)
            masks[segment][local] = 1
        top = self.state.evaluator.top(
            self.question.plans[kind], kind, len(docs), passing=masks, count=True, deadline=self.deadline
        )
        self._note(top.relation)
        return dict(zip(top.docs.tolist(), top.scores.tolist(), strict=True))

    def _matching(self, kind: Kind, passing: Masks | None) -> list[Docs]:
        """All documents that answer, of each segment."""
        docs, relation = self.state.evaluator.documents(self.plans[kind], kind, passing=passing, deadline=self.deadline)
        self._note(relation)
        return docs

    def _total(self, kind: Kind) -> int:
        if not self.state.snapshot.views[kind].docs:  # an index without quotes
            return 0
        total, relation = self.state.evaluator.total(
            self.plans[kind], kind, passing=self._to_show(kind), deadline=self.deadline
        )
        self._note(relation)
        return total

    def periods(self, facet: Facet) -> tuple[tuple[FacetCount, ...], int, Total]:
        """Years or months of what answers under all filters, how many are undated, and how many there are."""
        kind = self.request.type
        docs = self._matching(kind, self._to_show(kind))
        counts = self.state.facets[kind].periods(facet, docs)
        total = sum(map(len, docs))
        return counts, total - sum(one.count for one in counts), Total(total, "eq" if self.whole else "gte")

    def _facets(self) -> dict[str, tuple[FacetCount, ...]] | None:
        request, kind = self.request, self.request.type
        if not request.facets:
            return None
        from .facets import OWN_FILTER

        docs = self._matching(kind, None)
        filters, facets = self.filters[kind], self.state.facets[kind]
        fold = request.reprints == "fold"
        return {
            name: facets.count(name, docs, filters.passing(but=OWN_FILTER[name]), fold=fold) for name in request.facets
        }

    def _none(self, kind: Kind) -> Masks:
        return tuple(np.zeros(part.docs, np.uint8) for part in self.state.snapshot.views[kind].parts)

    def _note(self, relation: str) -> None:
        self.whole = self.whole and relation == "eq"

    def _note_listed(self, relation: str) -> None:
        self._note(relation)
        self.listed = self.listed and relation == "eq"

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
                    self._seen_closer(document) if request.explain else None,
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

    def _seen_closer(self, document: int) -> str | None:
        return None if self.look is None else told(self.names, self.look, document)

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
        self.whole = self.whole and not any(one.late for one in places)

    def _weights(self, leaves: Sequence[Leaf]) -> list[float]:
        """Rarity of each leaf: the idf of its rarest word in texts."""
        view = self.state.snapshot.views["article"]
        return [
            max(view.idf(view.entry("text", word.asked.roots[0].encode()).df) for word in leaf.words) for leaf in leaves
        ]

    def _quotes_under(self, articles: Sequence[tuple[int, int, float]]) -> dict[tuple[int, int], list[QuoteBrief]]:
        """The best matching quotes of these articles (segment, number) that pass the filters."""
        state = self.state
        masks = self._none("quote")
        count = 0
        for segment, doc, _ in articles:
            quotes = state.segments[segment].quotes_of(doc)
            masks[segment][quotes.start : quotes.stop] = 1
            count += len(quotes)
        if not count:
            return {}
        passing = self.filters["quote"].passing()
        if passing is not None:
            for mask, other in zip(masks, passing, strict=True):
                mask &= other
        plan = self.question.plans["quote"]
        top = state.evaluator.top(plan, "quote", count, passing=masks, count=True, deadline=self.deadline)
        self._note(top.relation)
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
        return Answer(self.state, request, question, self.deadline, before=before, tier=tier).page()

    def count(self, request: SearchRequest, question: Question) -> tuple[int, Relation]:
        """See `tiers.Answers`."""
        plan = question.plans[request.type]
        return self.state.evaluator.total(plan, request.type, passing=None, deadline=self.deadline)

    def vocabularies(self) -> Callable[[str | None], Vocabulary]:
        """See `tiers.Answers`."""
        from .repair import vocabularies_of

        return vocabularies_of(self.state.snapshot)


def asks_for_retold(node: TreeNode) -> bool:
    """Whether «вид:косвенная» stands in the query. As deep as the query, which is bounded."""
    match node:
        case Field("kind", Word(text)):
            return text == RETOLD
        case Field(_, child) | Not(child):
            return asks_for_retold(child)
        case And(children) | Or(children):
            return any(map(asks_for_retold, children))
    return False


def _either(one: Question, other: Question) -> dict[Kind, Node]:
    return {kind: AnyOf((one.plans[kind], other.plans[kind])) for kind in TYPES}


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
