"""Which documents answer one question over one published state, in which order, and how many are they?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from index.schema import RETOLD, Kind

from .closer import sought, told
from .engine.plan import Any as AnyOf
from .engine.plan import Node
from .engine.reference import Docs, Numbers, Scores
from .engine.second_look import LOOKED_AT, Look, look, ranked
from .filters import Filters, Masks
from .query.tree import And, Field, Not, Or, Word
from .query.tree import Node as TreeNode
from .question import Question
from .request import MAX_LIMIT, MAX_OFFSET, TYPES, SearchRequest
from .state import Listed, State

DEEP: Final = MAX_OFFSET + MAX_LIMIT  # hits; pages behind them are read off a list of all that is remembered


class Documents:
    """The documents of one question to one state. `deadline`: the monotonic time until which they are looked for.

    `whole`: until a deadline cuts something off; `listed`: until it is the list of hits.
    """

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
        self.tier = tier
        self.whole = True
        self.listed = True
        retold = asks_for_retold(question.typed)
        self.filters = {kind: Filters(request, state.memories[kind], retold=retold) for kind in TYPES}
        self._shown: dict[Kind, Masks | None] = {}
        self.names, self.wanted = sought(question, request.type)
        self.look: Look | None = None

    def of_page(self) -> tuple[list[tuple[int, float]], int]:
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
        plan, passing, evaluator = self.question.plans[kind], self.to_show(kind), self.state.evaluator
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

    def to_show(self, kind: Kind) -> Masks | None:
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
        self.note(relation)
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
        masks = self.none(kind)
        for doc in docs:
            segment, local = self.state.place(kind, doc)
            masks[segment][local] = 1
        top = self.state.evaluator.top(
            self.question.plans[kind], kind, len(docs), passing=masks, count=True, deadline=self.deadline
        )
        self.note(top.relation)
        return dict(zip(top.docs.tolist(), top.scores.tolist(), strict=True))

    def matching(self, kind: Kind, passing: Masks | None) -> list[Docs]:
        """All documents that answer, of each segment."""
        docs, relation = self.state.evaluator.documents(self.plans[kind], kind, passing=passing, deadline=self.deadline)
        self.note(relation)
        return docs

    def total(self, kind: Kind) -> int:
        """How many answer."""
        if not self.state.snapshot.views[kind].docs:  # an index without quotes
            return 0
        total, relation = self.state.evaluator.total(
            self.plans[kind], kind, passing=self.to_show(kind), deadline=self.deadline
        )
        self.note(relation)
        return total

    def none(self, kind: Kind) -> Masks:
        """Masks in which nothing is."""
        return tuple(np.zeros(part.docs, np.uint8) for part in self.state.snapshot.views[kind].parts)

    def note(self, relation: str) -> None:
        """A deadline may have cut something off."""
        self.whole = self.whole and relation == "eq"

    def _note_listed(self, relation: str) -> None:
        self.note(relation)
        self.listed = self.listed and relation == "eq"

    def seen_closer(self, document: int) -> str | None:
        """What the second look saw in a document, in words."""
        return None if self.look is None else told(self.names, self.look, document)


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
