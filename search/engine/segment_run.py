"""What are the documents of one segment worth that a plan matches?

Matching and scoring are apart: `values` scores given documents, so that only survivors are scored; `found` does both
at once where that is cheaper (a union). Sums are made in the canonical order of `engine.plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Whatever

import numpy as np

from index.analysis import FORM_MARK

from .lists import List, StoredList, form_numbers
from .plan import (
    All,
    Any,
    Best,
    Blend,
    Chosen,
    Complement,
    Constant,
    Days,
    Everything,
    Expansion,
    Maybe,
    Near,
    Node,
    Phrase,
    Requiring,
    Slot,
    Stock,
    Term,
    Without,
)
from .reference import Docs, Numbers, Scores
from .scoring import FORM_WEIGHT, idf
from .segment_lists import CutShort, Deadline
from .segment_matches import NO_DOCS, SegmentMatches, StockRun, words_of
from .snapshot import Mask, View

__all__ = ["CutShort", "Deadline", "SegmentRun"]


class SegmentRun(SegmentMatches):
    """One evaluation over one segment."""

    def __init__(self, view: View, segment: int, primitives: Whatever, deadline: Deadline, stock: StockRun) -> None:
        super().__init__(view, segment, primitives, deadline, stock)
        self.cut = False  # whether a union ended early

    def found(self, node: Node, mask: Mask | None) -> tuple[Docs, Scores]:
        """All documents that match and pass the mask, ascending, and their scores."""
        self.deadline.check()
        if isinstance(node, Term):
            postings = self.term_list(node.field, node.text)
            if postings is None:
                return NO_DOCS, np.zeros(0)
            docs, scores = postings.docs, self._worth(node, postings)
            if mask is not None:
                passing = mask[docs] != 0
                docs, scores = docs[passing], scores[passing]
            return docs, scores
        if isinstance(node, Any):
            return self._added(node, mask)
        docs = self.docs(node)
        if mask is not None:
            docs = docs[mask[docs] != 0]
        return docs, self.scores(node, docs)

    def _worth(self, term: Term, postings: List, chosen: Numbers | None = None) -> Scores:
        weight = self.weight(term.field, term.text) * term.boost
        if weight == 0.0:
            return np.zeros(len(postings.docs) if chosen is None else len(chosen))
        worth: Scores = self.p.worth(self.x(term.field, postings, chosen), weight)
        return worth

    def _added(self, node: Any, mask: Mask | None) -> tuple[Docs, Scores]:
        """A union with its scores; late, it is the union of the first lists."""
        lists: list[tuple[Docs, Scores]] = []
        for child in self.summands(node):
            try:
                lists.append(self.found(child, None))
            except CutShort:
                self.cut = True
                break
        docs = self._union([some for some, _ in lists])
        if mask is not None:
            docs = docs[mask[docs] != 0]
        scores = np.zeros(len(docs))
        if _is_dense(lists, self.part.docs):
            sums = np.zeros(self.part.docs)
            for some, values in lists:
                sums[some] += values
            return docs, sums[docs]
        for some, values in lists:
            at = self.p.places(some, docs)
            here = at >= 0
            scores[at[here]] += values[here]
        return docs, scores

    def summands(self, node: Node) -> list[Node]:
        """What a score is the sum of, in the canonical order of `engine.plan`."""
        if not isinstance(node, Any | All):
            return [node]
        flat: list[Node] = []
        stack: list[tuple[Node, bool]] = [(node, False)]
        while stack:
            child, below_any = stack.pop()
            if isinstance(child, Any) or (isinstance(child, All) and not below_any):
                below = below_any or isinstance(child, Any)
                stack.extend((one, below) for one in reversed(child.children))
            else:
                flat.append(child)
        terms = [child for child in flat if isinstance(child, Term)]
        terms.sort(key=lambda term: -self.weight(term.field, term.text) * term.boost)
        return [*terms, *(child for child in flat if not isinstance(child, Term))]

    def scores(self, node: Node, docs: Docs) -> Scores:
        """(n,) The scores of documents that all match."""
        if not len(docs):
            return np.zeros(0)
        match node:
            case Any() | All():
                sums = np.zeros(len(docs))
                for child in self.summands(node):
                    try:
                        sums += self.values(child, docs)
                    except CutShort:
                        self.cut = True
                        break
                return sums
            case Best(children):
                best = np.zeros(len(docs))
                for child in children:
                    np.maximum(best, self.values(child, docs), out=best)
                return best
            case Without(child) | Requiring(child):
                return self.scores(child, docs)
            case Maybe(needed, optional):
                sums = self.scores(needed, docs)
                try:
                    return sums + self.values(optional, docs)
                except CutShort:
                    self.cut = True
                    return sums
            case Everything(score) | Complement(_, score) | Constant(_, score) | Days(_, _, score):
                return np.full(len(docs), score)
            case Chosen():
                return np.zeros(len(docs))
            case Phrase(field, words, _, boost):
                return self.scores(All(tuple(Term(field, word, boost) for word in words)), docs)
            case Near(_, _, boost):
                distinct, _ = words_of(node)
                return boost * self.scores(All(distinct) if len(distinct) > 1 else distinct[0], docs)
            case _:
                return self.values(node, docs)

    def values(self, node: Node, docs: Docs) -> Scores:
        """(n,) The scores of documents, 0 for those that do not match."""
        self.deadline.check()
        match node:
            case Term(field, text):
                values = np.zeros(len(docs))
                postings = self.term_list(field, text)
                if postings is not None:
                    at = self.places(docs, postings)
                    here = np.flatnonzero(at >= 0)
                    values[here] = self._worth(node, postings, at[here])
                return values
            case Slot():
                return self._slot(node, docs)
            case Any():
                return self.scores(node, docs)
            case Blend(_, _, boost):
                postings, weight = self.blend(node)
                at = self.places(docs, postings)
                here = np.flatnonzero(at >= 0)
                values = np.zeros(len(docs))
                values[here] = self.p.worth(self.x(node.field, postings, at[here]), weight * boost)
                return values
            case Expansion():
                return self._expansion_values(node, docs)
            case Stock():
                known, scores = self.stock_run(node)
                at = self.p.places(docs, known)
                return np.where(at >= 0, scores[at], 0.0) if len(known) else np.zeros(len(docs))
            case _:
                values = np.zeros(len(docs))
                flags = self.among(node, docs)
                values[flags] = self.scores(node, docs[flags])
                return values

    def _slot(self, node: Slot, docs: Docs) -> Scores:
        x, x_of_form = np.zeros(len(docs)), np.zeros(len(docs))
        most, formed = 0, False
        for name, weight in node.fields:
            most = max(most, self.view.df(name, node.root))
            postings = self.term_list(name, node.root)
            if postings is None:
                continue
            at = self.places(docs, postings)
            here = np.flatnonzero(at >= 0)
            chosen = at[here]
            x[here] += weight * self.x(name, postings, chosen)
            counts = None if node.form is None else self._in_form(name, postings, node.root, node.form, chosen)
            if counts is not None:
                formed = True
                number = self.view.number_of[name]
                x_of_form[here] += weight * self.p.normalised(
                    counts, docs[here], self.part.len[number], self.view.inverse[number]
                )
        worth = idf(self.view.docs, most) * node.boost
        values: Scores = self.p.worth(x, worth)
        return values + self.p.worth(x_of_form, FORM_WEIGHT * worth) if formed else values

    def _in_form(self, field: str, postings: List, root: bytes, form: bytes, chosen: Numbers) -> Numbers | None:
        """How often a root stands in a form in each chosen posting; None where it never does."""
        marked = FORM_MARK.encode() + form
        if not isinstance(postings, StoredList):  # the root is a form itself
            return postings.frequencies(chosen) if root == marked else None
        number = self.part.number(field, marked)
        forms = form_numbers(self.part, postings.number, number) if number >= 0 else []
        return postings.form_counts(forms, chosen) if forms and len(chosen) else None

    def _expansion_values(self, node: Expansion, docs: Docs) -> Scores:
        numbers = self.expansion(node)
        if node.constant and len(numbers) > 1:
            return np.where(self._contained(docs, self.docs(node)), node.boost, 0.0)
        factor = node.boost if len(numbers) > 1 else node.alone
        values = np.zeros(len(docs))
        for number in numbers:
            values += self.values(Term(node.field, self.part.term(number), factor), docs)
        return values


def _is_dense(lists: Sequence[tuple[Docs, Scores]], documents: int) -> bool:
    return 16 * sum(len(docs) for docs, _ in lists) > documents
