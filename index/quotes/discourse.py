"""Who was spoken of last? The people of the sentences before a mention, nearest first.

In each sentence whoever says something comes first, then its subject, then everybody else whom it names. Sentences in
somebody's own words do not count; who said them does.
"""

from __future__ import annotations

import weakref
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from index.model import Span

from .cues import MAKES_WORDS, RELAY
from .find import Paragraph
from .grammar import readings
from .people import People
from .phrases import phrase_at, phrases
from .saying import said_ahead, said_behind
from .someone import Someone
from .sources import source_phrase
from .subjects import finite_verb, speech_verbs
from .tokens import Token

AGAIN = 0  # weight of a pronoun as the subject: somebody who came up before
BODIES_WITHIN = 3
REACH = 8  # sentences that are looked at
Finder = Callable[[Span, str, str | None], tuple[Someone | None, str | None, str]]
"""For place, case and gender of a phrase: whom it names, the gender, the kind of phrase."""


class Event(NamedTuple):
    """Somebody comes up in the text. `who` is None for a person that the article does not name.

    `weight` is 3 for who speaks, 2 for a subject, 1 for others; `sentences` is how far back that is.
    """

    at: int
    who: Someone | None
    gender: str | None
    weight: int
    sentences: int = 0


def _pronoun_gender(tokens: Sequence[Token], span: Span) -> str | None:
    word = next((t.text for t in tokens if t.start == span.start), "")
    return next((r.gender for r in readings(word) if r.pos == "NPRO"), None) if word else None


def _alike(one: Event, other: Event) -> bool:
    return one.gender is None or other.gender is None or one.gender == other.gender


def _clause_before(between: str) -> bool:
    """Whether a name stands in another clause before the pronoun, which may take it up: «нашли Лунина: он ждал»."""
    return any(mark in between for mark in ",:;—–")


def _referred_to(tokens: Sequence[Token]) -> tuple[Span, str, str | None] | None:
    """On whom a medium relies: «сообщает «Причал» со ссылкой на представителя порта»."""
    for i in range(len(tokens) - 2):
        if tokens[i].text in {"ссылкой", "ссылаясь"} and tokens[i + 1].text == "на":
            phrase = phrase_at(tokens, i + 2, "accs")
            if phrase is not None and phrase.person and phrase.number != "plur":
                return phrase.span(tokens), "accs", None
    return None


def _verb_gender(tokens: Sequence[Token], last: int) -> str | None:
    """The gender that the first finite verb behind a subject shows."""
    for token in tokens[last + 1 :]:
        if token.is_word and readings(token.text)[0].pos == "VERB":
            gender = readings(token.text)[0].gender
            return gender if gender in {"masc", "femn"} else None
    return None


def _place(event: Event) -> int:
    return event.at


class Discourse:
    """The sentences of a body and who comes up in them; quotes that are resolved are remembered."""

    def __init__(self, paragraphs: Sequence[Paragraph], people: People, find: weakref.WeakMethod[Finder]) -> None:
        self._paragraphs = paragraphs
        self._starts = [paragraph.span.start for paragraph in paragraphs]
        self._people = people
        self._find = find
        self._said: list[Event] = []  # sorted by place
        self._spoke: dict[int, int] = {}  # id of somebody → where they spoke last
        self._quoted: list[Span] = []  # sorted
        self._subjects: dict[int, Event | None] = {}

    def remember(self, at: int, who: Someone | None, gender: str | None, spans: Sequence[Span]) -> None:
        """A quote was given to somebody (or to nobody whom the article names)."""
        insort(self._said, Event(at, who, gender, 3), key=_place)
        if who is not None:
            self._spoke[id(who)] = at
        for span in spans:
            insort(self._quoted, span)

    def spoke_last(self, who: Someone, at: int) -> int:
        """Where somebody spoke last; -1 if nowhere before `at`."""
        where = self._spoke.get(id(who), -1)
        return where if where < at else -1

    def before(self, at: int) -> Iterator[Event]:
        """Who comes up before `at`, nearest sentence first; in a sentence who speaks, the subject, the others."""
        for n, (paragraph, sentence) in enumerate(self._sentences(at)):
            if n >= REACH:
                return
            end = min(sentence.end, at)
            said = self._said[
                bisect_left(self._said, sentence.start, key=_place) : bisect_left(self._said, end, key=_place)
            ]
            seen: set[int] = set()
            events = said[::-1]
            subject = None if said else self._subject(paragraph, Span(sentence.start, end), whole=end == sentence.end)
            again = subject is not None and subject.weight == AGAIN
            if subject is not None and not again:
                events.append(subject)
            others = self._named(paragraph, Span(sentence.start, end), oblique=end == sentence.end)
            if again and subject is not None:  # «Он встретил Лунина»: whom «он» names is nearer than Лунин
                others = [
                    e
                    for e in others
                    if e.weight > 1 or not _alike(e, subject) or _clause_before(paragraph.between(e.at, subject.at))
                ]
            events += others
            for event in events:
                if event.who is None or id(event.who) not in seen:
                    seen.add(id(event.who))
                    yield Event(event.at, event.who, event.gender, event.weight, n)

    def around(self, at: int) -> tuple[Paragraph, Span] | None:
        """The paragraph and the sentence in which the offset `at` stands."""
        p = bisect_right(self._starts, at) - 1
        return (self._paragraphs[p], self._paragraphs[p].sentence(at)) if p >= 0 else None

    def around_named(self, at: int) -> list[Event]:
        """Everybody whom the sentence of the offset `at` names outside quotation marks."""
        found = self.around(at)
        return self._named(*found, oblique=True) if found is not None else []

    def bodies_before(self, at: int, *, subjects: bool = False) -> Iterator[tuple[Span, str]]:
        """Where bodies speak (with `subjects`: do anything) in the few sentences before `at`: place and case."""
        for n, (paragraph, sentence) in enumerate(self._sentences(at)):
            if n > BODIES_WITHIN:
                return
            tokens = paragraph.tokens(sentence.start, min(sentence.end, at))
            makers = [(i, v) for i, t in enumerate(tokens) if (v := finite_verb(t)) and v.lemma in MAKES_WORDS]
            told = [row for row in speech_verbs(tokens) if row[1].pos == "VERB" and row[1].lemma not in RELAY]
            for i, verb in (*told, *makers)[:3]:
                for said in (said_ahead(tokens, i, verb), said_behind(tokens[i:], 0, verb)):
                    if said.mention is not None and not said.person:
                        yield said.mention, said.case
            if subjects:
                yield from ((p.span(tokens), "nomn") for p in phrases(tokens, 0, len(tokens), "nomn"))

    def _sentences(self, at: int) -> Iterator[tuple[Paragraph, Span]]:
        p = bisect_right(self._starts, at) - 1
        while p >= 0:
            paragraph = self._paragraphs[p]
            starts = paragraph.sentences
            for i in range(bisect_left(starts, at) - 1, -1, -1):
                end = starts[i + 1] if i + 1 < len(starts) else paragraph.span.end
                if not self._is_quoted(starts[i], end):
                    yield paragraph, Span(starts[i], end)
            p -= 1

    def _is_quoted(self, start: int, end: int) -> bool:
        """Whether a sentence is a part of somebody's words."""
        i = bisect_right(self._quoted, start, key=lambda span: span.start) - 1
        return i >= 0 and end <= self._quoted[i].end + 3

    def _named(self, paragraph: Paragraph, where: Span, *, oblique: bool) -> list[Event]:
        """Everybody whom a sentence names outside quotation marks: nominatives first."""
        outside = [
            naming
            for naming in self._people.within(*where)
            if paragraph.mask[naming.span.start - paragraph.span.start] != "·"
        ]
        subjects = [n for n in outside if "nomn" in n.cases]
        others = [n for n in outside if "nomn" not in n.cases] if oblique else []
        return [Event(n.span.start, n.who, n.who.gender, 2) for n in subjects] + [
            Event(n.span.start, n.who, n.who.gender, 1) for n in others
        ]

    def _subject(self, paragraph: Paragraph, where: Span, *, whole: bool) -> Event | None:
        key = where.start
        if whole and key in self._subjects:
            return self._subjects[key]
        found = self._find_subject(paragraph, where)
        if whole:
            self._subjects[key] = found
        return found

    def _find_subject(self, paragraph: Paragraph, where: Span) -> Event | None:
        """Who says something in the sentence, or its subject."""
        tokens = paragraph.tokens(*where)
        if not tokens:
            return None
        mention = self._speaking(tokens)
        weight = 3
        if mention is None:
            found = [p for p in phrases(tokens, 0, len(tokens), "nomn") if p.person and p.number != "plur"]
            if not found:
                return None
            mention, weight = (found[0].span(tokens), "nomn", _verb_gender(tokens, found[0].last)), 2
        span, case, gender = mention
        find = self._find()
        if find is None:
            return None
        who, shown, kind = find(span, case, gender)
        if kind == "pronoun":
            return Event(span.start, None, _pronoun_gender(tokens, span) or gender, AGAIN)
        return Event(span.start, who, shown or gender, weight)

    def _speaking(self, tokens: list[Token]) -> tuple[Span, str, str | None] | None:
        verbs = [(i, verb) for i, verb in speech_verbs(tokens) if verb.pos == "VERB"]
        for i, verb in verbs[:2]:
            if verb.number == "plur":
                continue
            said = said_ahead(tokens, i, verb)
            if said.mention is None or not said.person:
                said = said_behind(tokens[max(0, i) :], 0, verb)
            if said.mention is not None and said.person:
                return said.mention, said.case, said.gender
        source = source_phrase(tokens)
        if source is not None and source[1].mention is not None and source[1].person:
            return source[1].mention, source[1].case, source[1].gender
        return _referred_to(tokens)
