"""Which verb does a «что» belong to, who is its subject, and what does it report? «А заявил, что п»."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.model import Span

from .clauses import BREAKS, has_nominative, low, next_break, report_end, trimmed
from .cues import lemmas
from .grammar import Reading, mostly, readings
from .heads import opens_aside
from .insets import Inset, said_behind_words
from .phrases import phrases
from .reporting import AUXILIARIES, DENIED, ONLY_OF_SPEAKERS, SPEAKING, THOUGHTS, VOICING, report_reading
from .saying import said_ahead
from .subjects import OWNERS, Said, ends_at, finite_verb
from .tokens import TEXT, Token

CORRELATIVES = frozenset({"то", "том", "того", "тому"})
CORRELATIVE_PREPOSITIONS = frozenset({"о", "об", "в", "на", "с", "к", "из"})
ABOUT = frozenset({"о", "об", "обо"})
NO_REPORT_BEHIND = frozenset(
    {"так", "настолько", "столько", "всё", "все", "всего", "тем", "первое", "единственное", "факт"}
)
DOUBTED = frozenset({"исключать", "исключить"})
FIRST_PERSON = frozenset({"я", "мы", "ты", "вы"})
ASKED = frozenset(
    {
        "происходить", "произойти", "случиться", "случаться", "стать", "послужить", "быть", "ждать", "значить",
        "делать", "помочь", "помешать", "заставить", "привести",
    }
)  # fmt: skip
MAX_ASIDES = 4  # between the verb and its «что»
WHO = frozenset({"который", "которая", "которые", "которое"})


class That(NamedTuple):
    """«А заявил, что»: the «что» at token `at`, and the verb that governs it (at `verb_at` of `main`)."""

    at: int
    main: tuple[Token, ...]
    verb_at: int
    verb: Reading
    cue: Span


def governed(tokens: Sequence[Token], at: int, taken: Sequence[tuple[int, int]]) -> That | None:
    """The verb of speech or thought that the «что» at `at` belongs to; reported words before it are no part of its
    clause.
    """
    before = tokens[: at - 1]
    if taken:
        before = [token for i, token in enumerate(before) if not any(a <= i < b for a, b in taken)]
    main = _without_asides(before)
    right = len(main)
    for _ in range(MAX_ASIDES):
        left = next((i for i in range(right - 1, -1, -1) if main[i].text in {",", "(", ")", "—", "–"}), -1)
        found = _governor(main, left + 1, right)
        if found is not None:
            return That(at, tuple(main), *found)
        segment = main[left + 1 : right]
        passes = not any(finite_verb(token) for token in segment) or opens_aside(main, left + 1)
        if left < 0 or not passes or (segment and segment[-1].text.lower() in NO_REPORT_BEHIND):
            return None
        right = left
    return None


def _without_asides(tokens: Sequence[Token]) -> list[Token]:
    """The main clause: no brackets, and no relative clause or participle between two commas that reports nothing."""
    plain = _without_brackets(tokens)
    kept: list[Token] = []
    at = 0
    for i in [i for i, word in enumerate(map(TEXT, plain)) if word == ","]:
        closing = next_break(plain, i + 1) if i >= at and opens_aside(plain, i + 1) else len(plain)
        if closing < len(plain) and not any(report_reading(t.text) for t in plain[i + 1 : closing] if t.is_word):
            kept += plain[at:i]
            at = closing + (plain[closing].text == ",")
    return kept + list(plain[at:]) if at else list(plain)


def _without_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    if "(" not in map(TEXT, tokens):
        return tokens
    depth, plain = 0, []
    for token in tokens:
        depth += token.text == "("
        if not depth:
            plain.append(token)
        depth -= token.text == ")" and depth > 0
    return plain


def _governor(main: Sequence[Token], start: int, end: int) -> tuple[int, Reading, Span] | None:
    """The last verb that reports in `main[start:end]`, or a verb with a noun of thought («выразил надежду»)."""
    if start >= end:
        return None
    pointed = low(main, end - 1) in CORRELATIVES
    if pointed:
        if low(main, end - 2) in CORRELATIVE_PREPOSITIONS:
            end -= 2
        elif low(main, end - 1) in {"того", "то", "тому"}:
            end -= 1
        else:
            return None
        if end <= start:
            return None
    elif low(main, end - 1) in NO_REPORT_BEHIND:
        return None
    if (
        opens_aside(main, start)
        and not mostly(low(main, start), "GRND", "PRTF")
        and not (_who(main, start) or _in_which(main, start))
    ):
        return None
    noun = main[end - 1]
    for i in range(end - 1, start - 1, -1):
        token = main[i]
        if not token.is_word:
            continue
        verb = report_reading(token.text)
        if verb is not None:
            about = not pointed and any(low(main, k) in ABOUT for k in range(i + 1, end))
            return None if about else _reporting(main, start, i, verb)  # «заявили о выходе, что осложнит работу»
        if (plain := finite_verb(token) or _gerund(token)) is not None:
            if plain.lemma == "следовать" and any(low(main, k) == "из" for k in range(start, end)):
                return i, plain, Span(token.start, token.end)
            if plain.lemma in VOICING and (thought := _thought(main, i + 1, end)) is not None:
                return i, plain, Span(token.start, thought.end)
            if plain.lemma in {"дать", "давать"} and noun.text.lower() == "понять":
                return i, plain, Span(token.start, noun.end)
            if plain.lemma == "опубликовать" and (thought := _thought(main, i + 1, end)) is not None:
                return i, plain, Span(token.start, thought.end)
            return None
    return None


def _who(main: Sequence[Token], start: int) -> bool:
    """Whether «…, который» opens the clause as its subject."""
    return main[start].text.lower() in WHO and start > 1 and main[start - 1].text == ","


def _in_which(main: Sequence[Token], start: int) -> bool:
    """«Письма, в которых заявил, что»: the subject is that of the clause before."""
    return low(main, start) in {"в", "во", "на", "где"} and (
        low(main, start) == "где" or low(main, start + 1).startswith("котор")
    )


def _gerund(token: Token) -> Reading | None:
    return next((r for r in readings(token.text) if r.pos == "GRND"), None) if mostly(token.text, "GRND") else None


def _thought(main: Sequence[Token], start: int, end: int) -> Token | None:
    return next((t for t in reversed(main[start:end]) if t.is_word and lemmas(t.text) & THOUGHTS), None)


def _reporting(main: Sequence[Token], start: int, i: int, verb: Reading) -> tuple[int, Reading, Span] | None:
    """The verb at `i` if it reports: not denied, not what somebody only can or must say."""
    token = main[i]
    if verb.pos == "INFN":
        for k in range(i - 1, start - 1, -1):
            governs = readings(main[k].text)[0] if main[k].is_word else None
            if governs is not None and governs.pos in {"VERB", "PRTS", "ADJS"}:
                finite = governs if governs.lemma in AUXILIARIES and "1per" not in governs.marks else None
                return (k, finite, Span(main[k].start, token.end)) if finite else None
        return None
    if (low(main, i - 1) == "не" and verb.lemma not in DENIED) or low(main, i + 1) == "ли":
        return None
    if verb.lemma in DOUBTED and low(main, i - 1) != "не":
        return None
    begins = main[i - 1].start if low(main, i - 1) == "не" else token.start
    return i, verb, Span(begins, token.end)


def who_says(that: That) -> Said | None:
    """The speaker of a report; None where the sentence is impersonal («сообщается, что») or of no speaker."""
    main, verb = that.main, that.verb
    if verb.pos == "PRTF":
        return _participle(that)
    opens = _clause_start(that)
    if opens > 1 and _who(main, opens):
        found = ends_at(main[: opens - 1], low(main, opens))
        return found and Said(that.cue, found[0].span(main), found[1], None, found[0].last, found[0].person)
    if any(low(main, i) in FIRST_PERSON for i in range(opens, len(main))):
        return None
    said = said_ahead(main, that.verb_at, verb)
    if said.mention is None and (one := _substantive(main, that.verb_at, verb)) is not None:
        return Said(that.cue, Span(one.start, one.end), "nomn", said.gender, said.last, True)
    if said.mention is None:
        personal = verb.pos in {"VERB", "ADJS"} and verb.number == "sing" and verb.gender != "neut"
        personal = personal and not verb.lemma.endswith("ся")
        return Said(that.cue, None, said.case, said.gender, said.last) if personal or verb.pos == "GRND" else None
    if verb.lemma in ONLY_OF_SPEAKERS and said.case == "nomn" and not said.person and not _speaks(main, said):
        return None
    return Said(that.cue, said.mention, said.case, said.gender, said.last, said.person)


def _clause_start(that: That) -> int:
    """Where in `main` the clause of the verb starts."""
    return next((i + 1 for i in range(that.verb_at, -1, -1) if that.main[i].text == ","), 0)


def _substantive(main: Sequence[Token], verb_at: int, verb: Reading) -> Token | None:
    """An adjective alone as the subject: «многие считают», «последние сказали»."""
    at = verb_at - 1
    while at > 0 and mostly(low(main, at), "ADVB", "PRCL"):
        at -= 1
    if at < 0 or not main[at].is_word or low(main, at) in {"все", "всё", "это", "сам"} | OWNERS:
        return None
    fits = any(
        r.case == "nomn" and r.pos in {"ADJF", "NUMR", "PRTF", "NPRO"} and verb.number in {r.number, None}
        for r in readings(main[at].text)
    )
    return main[at] if fits else None


def _speaks(main: Sequence[Token], said: Said) -> bool:
    """Whether what is no person may speak: a name, an organisation, a document."""
    named = [t for t in main if said.mention and said.mention.start <= t.start < said.mention.end]
    if any(t.is_quoted or t.is_latin or t.text.isupper() for t in named):
        return True
    if any(r.marks & {"Geox", "Orgn"} for r in readings(named[0].text)):
        return True
    if any(r.animate and r.score >= 0.5 for t in named[1:] if t.is_word for r in readings(t.text)):
        return True  # «ряд экспертов»
    return any(lemmas(t.text) & SPEAKING for t in named[:3]) or (named[0].is_capital and named[0] is not main[0])


def _participle(that: That) -> Said | None:
    """«А, заявивший, что п, …»."""
    word = that.main[that.verb_at].text
    for case in dict.fromkeys(r.case for r in readings(word) if r.pos == "PRTF" and r.case):
        found = phrases(that.main, 0, that.verb_at, case)
        if found:
            span = found[-1].span(that.main)
            return Said(that.cue, span, case, None, found[-1].last, True)
    return None


def that_end(tokens: Sequence[Token], start: int, end: int, that: That) -> int:
    """The index behind what is reported from `start` on."""
    if that.verb.pos == "PRTF":
        return next_break(tokens, start, end)
    stop = report_end(tokens, start, end, that.verb)
    opens = _clause_start(that)
    aside = opens > 1 and _who(that.main, opens)  # «комиссия, которая заявила, что мост закрыт, уехала»
    if aside or (that.verb.pos == "GRND" and not any(map(finite_verb, that.main[: that.verb_at]))):
        resumes = (i for i in range(start + 1, stop - 1) if tokens[i].text == "," and finite_verb(tokens[i + 1]))
        stop = next(resumes, stop)
    for i in range(start + 1, stop):
        if tokens[i].text in BREAKS and (inset := _closing(tokens, i, stop)) is not None:
            stop = inset.start
            break
    return trimmed(tokens, start, stop)[1]


def _closing(tokens: Sequence[Token], i: int, end: int) -> Inset | None:
    """A credit or another attribution that ends the clause: «…, пишет «Вестник», и …»."""
    inset = said_behind_words(tokens, i, end)
    return inset if inset is not None and inset.credit else None


def asks(tokens: Sequence[Token], start: int, end: int, that: That) -> bool:
    """«Рассказал, что случилось»: «что» is the subject, and nothing is asserted."""
    verb = finite_verb(tokens[start]) if start < end else None
    if verb is None or verb.number != "sing" or ("past" in verb.marks and verb.gender != "neut"):
        return False
    return verb.lemma in ASKED and not has_nominative(tokens, start + 1, end)
