"""Who takes turns in a talk, where a turn does not say who speaks?

The two who talk speak in turn; in an interview who is asked answers, and who asks is a journalist whom the article
names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.analysis.sentences import sentence_around
from index.model import Span
from index.words import word_set

from .declension import fold
from .kindred import masculine
from .mentions import NOBODY, Answer, Mention, pronoun_gender
from .someone import Someone

if TYPE_CHECKING:
    from .resolve import Resolver

QUESTION = "interview_question"
TURNS = frozenset(("dialogue", "dialogue_turn", "interview_answer", QUESTION))
BEHIND_LABEL: Final = re.compile(r"[ \t\u00a0]*:(?=\s)")
ASKED: Final = re.compile(
    r"(?<!\w)(?:интервью|(?:по)?бесед\w+|собеседни\w+|поговорил\w*|ответил\w*|отвечает|рассказ\w+|вопрос\w*)",
    re.IGNORECASE,
)
ASKS = word_set("корреспондент журналист репортёр обозреватель ведущий редактор тележурналист интервьюер")


class Talk:
    """Who takes turns in the talk that is being read (see `dialogue`)."""

    def __init__(self) -> None:
        self.turns: list[Someone | None] = []
        self.asking: Someone | None = None
        self.answering: Someone | None = None
        self.question: Span | None = None
        self.sign = "turn"

    def answer(self, resolver: Resolver, mention: Mention, words: Span) -> Answer | None:
        """Whom the order of turns tells; None where it tells nothing."""
        if mention.rule == "dialogue_turn":
            who = self.turns[-2] if len(self.turns) > 1 else None
            return Answer("previous", who, sign="turn") if who is not None else NOBODY
        if mention.rule == QUESTION:
            if self.question is None:
                self.asking = _interviewer(resolver, words.start)
                self.answering, self.sign = _interviewed(resolver, words.start, self.asking)
            return Answer("previous", self.asking, sign="asks") if self.asking is not None else NOBODY
        if mention.rule == "interview_answer":
            who = _addressed(resolver, self.question) or self.answering
            return Answer("previous", who, sign=self.sign) if who is not None else NOBODY
        gender = pronoun_gender(mention)
        if gender is not None and mention.rule == "dialogue" and self.answering is not None:
            return Answer("pronoun", self.answering, sign="turn") if self.answering.gender in {gender, None} else None
        return None

    def take(self, rule: str, who: Someone | None, words: Span) -> None:
        """The next quote is told; one that is no turn ends the talk."""
        if rule not in TURNS:
            self.__init__()  # type: ignore[misc]
            return
        self.turns.append(who)
        if rule == QUESTION:
            self.question = words
        elif who is not None and self.question is not None:
            self.answering, self.sign = who, "turn"


def _interviewer(resolver: Resolver, at: int) -> Someone | None:
    """The last journalist who is named not far before the talk."""
    heads = frozenset(fold(word) for word in ASKS)
    near = [n.who for n in resolver.people.within(max(0, at - 1500), at)]
    return next((who for who in reversed(near) if any(masculine(role.head) in heads for role in who.roles)), None)


def _interviewed(resolver: Resolver, at: int, asking: Someone | None) -> tuple[Someone | None, str]:
    """Who answers, and the sign that tells it: whose words stood behind their name and a colon («Лука Жердев: …»), who
    is said to be asked, else whoever was spoken of last before the talk.
    """
    near = [n for n in resolver.people.within(0, at) if n.who is not asking]
    for told in (_labels, _is_asked):
        who = next((n.who for n in reversed(near) if told(resolver, n.span)), None)
        if who is not None:
            return who, "turn"
    events = (event for event in resolver.discourse.before(at) if event.who is not None and event.who is not asking)
    return next((event.who for event in events), None), "turn, last named"


def _labels(resolver: Resolver, name: Span) -> bool:
    """Whether a name opens a line, and a colon stands behind it."""
    opens = not resolver.body[: name.start].rpartition("\n")[2].strip()
    return opens and BEHIND_LABEL.match(resolver.body, name.end) is not None


def _is_asked(resolver: Resolver, name: Span) -> bool:
    """Whether the sentence of a name speaks of an interview: «в интервью», «ответил на вопросы», «поговорил с …»."""
    body = resolver.body
    start, end = body.rfind("\n", 0, name.start) + 1, body.find("\n", name.end)
    return ASKED.search(body, *sentence_around(body, name.start, start, len(body) if end < 0 else end)) is not None


def _addressed(resolver: Resolver, question: Span | None) -> Someone | None:
    """Whom a question calls by name: «Этери, когда …»."""
    if question is None:
        return None
    called = [n for n in resolver.people.within(*question) if n.span.start - question.start < 3 and "nomn" in n.cases]
    return called[0].who if called else None
