"""Whom does a mention name?

`RULES` are tried in order: what kind of mention it is decides which of them answers. Only what the article says counts;
where it does not say, or allows two answers, there is no speaker: a wrong one is worse than none.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from index.model import ResolvedBy, Span, Speaker
from index.slug import slug

from .body_names import body_tokens, head_at, lemma_of
from .body_words import DOCUMENTS
from .confidence import LEAST_SURE, confidence
from .cues import speech_reading
from .discourse import Discourse, Event
from .documents import is_passive
from .find import Paragraph
from .grammar import readings
from .in_it import in_it
from .issuers import by_body, issued
from .mentions import NOBODY, Answer, Mention, pronoun_gender
from .naming import named, namesakes, unknown_name
from .organisations import is_agency, is_place, without_preposition
from .people import People
from .pronouns import anonymous, by_pronoun, inherited
from .role_rules import by_role
from .roles import head_reading
from .scene import Attribution
from .someone import Someone
from .taking_up import taken_up
from .talk import QUESTION, TURNS, Talk
from .tokens import Token

SOMEBODY = re.compile(r"(?<!\w)(?:кто-то|некто|кто-нибудь|никто)(?!\w)", re.IGNORECASE)
PULL = 1.0  # marked as such by the editor


class Resolved(NamedTuple):
    """The speaker of a mention, what told it, and how sure that is (0 to 1).

    `kind` is what the speaker is; `sign` says more exactly what told it, as `confidence` counts it.
    """

    speaker: Speaker | None = None
    by: ResolvedBy | None = None
    confidence: float = 0.0
    kind: Literal["person", "org"] = "person"
    sign: str = ""


class Resolver:
    """Resolves the quotes of one body, which must come in the order of its text."""

    def __init__(self, body: str, paragraphs: Sequence[Paragraph]) -> None:
        self.body = body
        self.people = People(body)
        self.discourse = Discourse(paragraphs, self.people, weakref.WeakMethod(self._whom))  # no cycle to collect
        self.talk = Talk()

    def resolve(self, found: Attribution) -> Resolved:
        """The speaker of the next quote, or none."""
        mention = self._mention(found)
        if found.rule in TURNS:
            self.people.learn()
        answer = self.talk.answer(self, mention, found.spans[0])
        if answer is None:
            answer = self.answer(mention)
        self.talk.take(found.rule, answer.who, found.spans[0])
        self._learn(answer, mention)
        if (found.rule != QUESTION and _may_be_person(mention)) or answer.who is not None:
            gender = _gender_of(mention) if answer.who is None else answer.who.gender
            self.discourse.remember(mention.at, answer.who, gender, found.spans)
        return self._resolved(answer, mention)

    def body_before(self, at: int, *, agencies: bool = False) -> str | None:
        """The body that spoke last before `at`, or that the sentences right before are about; only one of a state with
        `agencies`.
        """
        for span, case in self.discourse.bodies_before(at, subjects=agencies):
            tokens = tuple(without_preposition(body_tokens(self.body, *span)))
            mention = Mention(span, tokens, case, None, span.start)
            head = head_at(tokens, case)
            if agencies and not (tokens and is_agency(tokens[head or 0 :])):
                continue
            document = head is not None and lemma_of(tokens[head], case) in DOCUMENTS
            answer = (issued if document and len(tokens) > 1 else by_body)(self, mention) if tokens else None
            if answer is not None and answer.body is not None and not is_place(answer.body):
                return answer.body
        return None

    def introduced_at(self, event: Event) -> bool:
        """Whether somebody is named there for the first time, and in full."""
        who = event.who
        if who is None or who.places[:1] != [event.at]:
            return False
        return any(naming.full for naming in self.people.within(event.at, event.at + 100) if naming.who is who)

    def _mention(self, found: Attribution) -> Mention:
        cue = self.body[slice(*found.cue)] if found.cue else ""
        if found.mention is None:
            verb = speech_reading(cue) if " " not in cue else None
            spoken = verb is not None and not is_passive(verb) and (verb.pos == "GRND" or verb.number == "sing")
            spoken = spoken and not (found.cue and self._is_by_somebody(found.cue))
            return Mention(None, (), "nomn", found.gender, found.spans[0].start, found.rule, bool(cue), spoken)
        tokens = _without_object(without_preposition(body_tokens(self.body, *found.mention)))
        at = found.mention.start
        return Mention(found.mention, tuple(tokens), found.case, found.gender, at, found.rule, cue=cue)

    def _is_by_somebody(self, cue: Span) -> bool:
        """Whether «кто-то» does what the cue says."""
        start = max(self.body.rfind("\n", 0, cue.start), self.body.rfind(". ", 0, cue.start), 0)
        return SOMEBODY.search(self.body, start, cue.end + 20) is not None

    def answer(self, mention: Mention) -> Answer:
        """What the first fitting rule says of a mention."""
        if not self._is_name(mention):
            self.people.learn()
        return next((answer for rule in RULES if (answer := rule(self, mention)) is not None), NOBODY)

    def _is_name(self, mention: Mention) -> bool:
        """Whether a name in the nominative says all: then nobody's roles have to be looked for."""
        if mention.span is None or mention.case != "nomn":
            return False
        return any("nomn" in naming.cases for naming in self.people.within(*mention.span))

    def _learn(self, answer: Answer, mention: Mention) -> None:
        """A verb tells the gender of who says it."""
        if answer.who is not None and answer.who.gender is None and mention.gender and mention.case == "nomn":
            answer.who.gender = mention.gender

    def _resolved(self, answer: Answer, mention: Mention) -> Resolved:
        sure = confidence(answer.sign, mentioned=mention.span is not None)
        if sure < LEAST_SURE:
            return Resolved(confidence=sure)
        if answer.who is not None and answer.by is not None:
            name = answer.who.name
            return Resolved(Speaker(slug(name), name), answer.by, sure, sign=answer.sign)
        if answer.body is not None and answer.by is not None:
            return Resolved(Speaker(slug(answer.body), answer.body), answer.by, sure, "org", answer.sign)
        return Resolved(confidence=sure)

    def _whom(self, span: Span, case: str, gender: str | None) -> tuple[Someone | None, str | None, str]:
        """For `Discourse`: whom a phrase names without looking at who was spoken of before, and its kind."""
        tokens = tuple(without_preposition(body_tokens(self.body, *span)))
        mention = Mention(span, tokens, case, gender, span.start)
        if not tokens or pronoun_gender(mention) is not None:
            return None, gender, "pronoun"
        for rule in (named, by_role, taken_up):
            answer = rule(self, mention)
            if answer is not None and answer.who is not None:
                return answer.who, answer.who.gender, "person"
        head = next((r for t in tokens[:3] if (r := head_reading(t, frozenset((case,)))) is not None), None)
        return None, gender or (head.gender if head and head.gender in {"masc", "femn"} else None), "unknown"


def _without_object(tokens: list[Token]) -> list[Token]:
    """«адвокат «Окольскому вестнику»»: a paper that is told something is no part of the mention."""
    if len(tokens) > 1 and tokens[-1].is_quoted:
        first = readings(tokens[-1].text[1:-1].split()[0]) if tokens[-1].text[1:-1].split() else ()
        cases = {r.case for r in first if r.case}
        if "datv" in cases and not cases & {"gent", "nomn"}:
            return tokens[:-1]
    return tokens


def _may_be_person(mention: Mention) -> bool:
    """Whether a mention that names nobody we know may be of a person: then no pronoun behind it goes further back."""
    if mention.span is None:
        return mention.gender is not None
    cases = frozenset((mention.case,))
    return any(
        head_reading(token, cases) is not None or any(r.pos == "NPRO" for r in readings(token.text)[:1])
        for token in mention.tokens[:4]
        if token.is_word
    )


def _gender_of(mention: Mention) -> str | None:
    """That of the verb; several people («по их словам») are taken up by no «он» and no «она»."""
    return "plur" if mention.low in {"их", "они"} else mention.gender


Rule = Callable[[Resolver, Mention], Answer | None]

RULES: tuple[Rule, ...] = (
    inherited,
    anonymous,
    in_it,
    by_pronoun,
    issued,
    named,
    namesakes,
    by_role,
    unknown_name,
    taken_up,
    by_body,
)
