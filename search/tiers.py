"""What is answered where a query finds next to nothing? What it finds, then what it may have meant.

In this order, the first that finds more: a repair (`repair`: keyboard layout, Latin letters, spelling), what a name
only looks like a form of, any of the words instead of all. What the query finds literally always comes first. A repair
is named in `rewrites`, an answer in part in `warnings`. `rewrite=off` and `strict=1` leave all of it out.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Final

from index.model import Span

from .answer import Answer
from .question import Question, last_resort_of, partial_of
from .request import SearchRequest
from .results import Page, Rewrite, Total, Warning  # noqa: A004 - the contract's word
from .state import State

PAGE: Final = 10  # hits: fewer of them, out of a thousand articles and more, are next to nothing
SHARE: Final = 100  # a hundredth of a smaller archive is not
WORDS_OF_A_QUESTION: Final = 3  # so many may be more than any article of a small archive has; one is a bare surname


def answer(state: State, request: SearchRequest, question: Question, deadline: float) -> Page:
    """The page of a question."""
    page = Answer(state, request, question, deadline).page()
    wanted = request.rewrite and not request.strict and question.ranks(request.type)
    if not wanted or page.total.value >= PAGE:
        return page
    return _Widening(state, request, question, deadline, page).page()


class _Widening:
    """A page of next to nothing, and what may be put behind it."""

    def __init__(self, state: State, request: SearchRequest, question: Question, deadline: float, page: Page) -> None:
        self.state = state
        self.request = request
        self.question = question
        self.deadline = deadline
        self.literal = page
        self.listed = page.listed
        self.found = self._count(question)
        documents = state.index.articles if request.type == "article" else state.index.quotes
        self.enough = min(PAGE, documents // SHARE)

    def page(self) -> Page:
        """The page with what is behind it; the literal one where nothing is."""
        page = self._page()
        return page if self.listed else replace(page, listed=False)

    def _page(self) -> Page:
        rewrites: tuple[Rewrite, ...] = ()
        question = self.question
        if self.found < max(self.enough, 1):
            from .repair import repairs, vocabularies_of  # most questions find enough

            vocabularies = vocabularies_of(self.state.snapshot)
            unwanted = question.options.without
            for repair in repairs(self.request.q, question.typed, vocabularies):
                if any(one.kind in unwanted for one in repair.rewrites):
                    continue
                other = self.state.question(repair.query)
                if self._count(other) > self.found:
                    return self._behind(other, repair.rewrites)
                if not rewrites and self.found == 0 and repair.sure:
                    question, rewrites = other, repair.rewrites
        if self.found == 0:
            for one in (self.question, question):
                last = last_resort_of(one)
                if last is not None and self._count(last):
                    return self._behind(last, () if one is self.question else rewrites)
        partial = partial_of(question)
        if partial is not None and self.request.sort == "relevance":
            words, some = partial
            if (
                self.found < max(self.enough, words == 1 or words >= WORDS_OF_A_QUESTION)
                and self._count(some) > self.found
            ):
                page = self._behind(some, rewrites)
                return replace(page, warnings=(*page.warnings, _in_part(self.request.q, self.literal.total.value)))
        return self.literal

    def _count(self, question: Question) -> int:
        """How many documents answer, whatever the filters."""
        plan = question.plans[self.request.type]
        total, relation = self.state.evaluator.total(plan, self.request.type, passing=None, deadline=self.deadline)
        self.listed = self.listed and relation == "eq"  # else another question might be the one behind it
        return total

    def _behind(self, question: Question, rewrites: tuple[Rewrite, ...]) -> Page:
        """The page of the literal hits, then those of another question."""
        literal, request = self.literal, self.request
        if not self.found:
            page = Answer(self.state, request, question, self.deadline, tier="behind").page()
            return replace(page, query=literal.query, warnings=literal.warnings, rewrites=rewrites)
        if request.sort != "relevance":
            return literal  # by date the ones would stand among the others
        first = literal.total.value
        rest = replace(request, offset=max(0, request.offset - first), limit=request.limit - len(literal.hits))
        page = Answer(self.state, rest, question, self.deadline, before=self.question, tier="behind").page()
        whole = literal.total.relation == page.total.relation == "eq"
        return replace(
            page,
            query=literal.query,
            interpreted=literal.interpreted,
            total=Total(first + page.total.value, "eq" if whole else "gte"),
            totals={**page.totals, request.type: first + page.total.value},
            hits=tuple(chain(literal.hits, page.hits)),
            warnings=literal.warnings,
            rewrites=rewrites,
        )


def _in_part(query: str, literal: int) -> Warning:
    told = f"Со всеми словами нашлось {literal}, дальше" if literal else "Со всеми словами не нашлось ничего, ниже"
    return Warning("some_words", f"{told} то, где есть часть слов", Span(0, len(query)))
