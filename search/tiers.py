"""What is answered where a query finds next to nothing? What it finds, then what it may have meant.

In this order, the first that finds more: a repair (`repair`: keyboard layout, Latin letters, spelling), what a name
only looks like a form of, any of the words instead of all. What the query finds literally always comes first. A repair
is named in `rewrites`, an answer in part in `warnings`. `rewrite=off` and `strict=1` leave all of it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, Protocol

from index.model import Span

from .question import Question, last_resort_of, partial_of
from .request import SearchRequest
from .results import IndexState, Page, Relation, Rewrite, Total, Warning  # noqa: A004 - the contract's word

if TYPE_CHECKING:  # most questions find enough
    from .repair import Vocabulary

PAGE: Final = 10  # hits: fewer of them, out of a thousand articles and more, are next to nothing
SHARE: Final = 100  # a hundredth of a smaller archive is not
WORDS_OF_A_QUESTION: Final = 3  # so many may be more than any article of a small archive has; one is a bare surname


class Answers(Protocol):
    """What answers questions: one published state of some engine."""

    @property
    def index(self) -> IndexState:
        """Which index it is."""
        ...

    def question(self, text: str) -> Question:
        """The question that is typed so. Raises QueryError."""
        ...

    def page(
        self,
        request: SearchRequest,
        question: Question,
        *,
        before: Question | None = None,
        tier: Literal["typed", "behind"] = "typed",
    ) -> Page:
        """The page of this very question, without what `before` finds; `tier`: which of the questions that a request
        comes to it is.
        """
        ...

    def count(self, request: SearchRequest, question: Question) -> tuple[int, Relation]:
        """How many documents answer, whatever the filters."""
        ...

    def vocabularies(self) -> Callable[[str | None], Vocabulary]:
        """Its words, by field."""
        ...


def answer(answers: Answers, request: SearchRequest, question: Question) -> Page:
    """The page of a question."""
    page = answers.page(request, question)
    wanted = request.rewrite and not request.strict and question.ranks(request.type)
    if not wanted or page.total.value >= PAGE:
        return page
    return _Widening(answers, request, question, page).page()


class _Widening:
    """A page of next to nothing, and what may be put behind it."""

    def __init__(self, answers: Answers, request: SearchRequest, question: Question, page: Page) -> None:
        self.answers = answers
        self.request = request
        self.question = question
        self.literal = page
        self.listed = page.listed
        self.found = self._count(question)
        index = answers.index
        documents = index.articles if request.type == "article" else index.quotes
        self.enough = min(PAGE, documents // SHARE)

    def page(self) -> Page:
        """The page with what is behind it; the literal one where nothing is."""
        page = self._page()
        return page if self.listed else replace(page, listed=False)

    def _page(self) -> Page:
        rewrites: tuple[Rewrite, ...] = ()
        question = self.question
        if self.found < max(self.enough, 1):
            from .repair import repairs

            vocabularies = self.answers.vocabularies()
            unwanted = question.options.without
            for repair in repairs(self.request.q, question.typed, vocabularies):
                if any(one.kind in unwanted for one in repair.rewrites):
                    continue
                other = self.answers.question(repair.query)
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
        total, relation = self.answers.count(self.request, question)
        self.listed = self.listed and relation == "eq"  # else another question might be the one behind it
        return total

    def _behind(self, question: Question, rewrites: tuple[Rewrite, ...]) -> Page:
        """The page of the literal hits, then those of another question."""
        literal, request = self.literal, self.request
        if not self.found:
            page = self.answers.page(request, question, tier="behind")
            return replace(page, query=literal.query, warnings=literal.warnings, rewrites=rewrites)
        if request.sort != "relevance":
            return literal  # by date the ones would stand among the others
        first = literal.total.value
        rest = replace(request, offset=max(0, request.offset - first), limit=request.limit - len(literal.hits))
        page = self.answers.page(rest, question, before=self.question, tier="behind")
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
