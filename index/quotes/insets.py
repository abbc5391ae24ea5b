"""Which attributions stand between commas? «По словам А», «как отметил А», «считает А».

Each shape is a function; all give the tokens of the attribution with its commas, so that what is left is what the
sentence reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.model import Span

from .clauses import BREAKS, CONJUNCTIONS, FILLERS, THAT, attribution_end, low, next_break, past_connectives
from .cues import RELAY, SPEECH_NOUNS, lemmas
from .grammar import Reading, has_case, readings
from .kept import kept
from .phrases import phrase_at
from .reporting import AGENCIES, MEDIA, OBJECT_TOO, RELAYING, REPORTERS, report_reading
from .saying import said_behind
from .sources import SOURCE_PREPOSITIONS, source_at
from .subjects import Said, ends_at, finite_verb, subject_after
from .tokens import TEXT, Token, as_written

CUE_WITHIN = 6  # tokens between «как» and its verb
OPENERS = frozenset((*SOURCE_PREPOSITIONS, "согласно", "как"))
STARTS = BREAKS | as_written(OPENERS)
MANNER = frozenset({"так", "того", "тем", "то", "том", "вопрос", "такой", "такое", "такие", "прежде", "после"})
"""Behind these «как» compares, or tells time or manner."""
NOT_BEHIND = frozenset({"ответить", "отвечать", "передать"})  # «мэр промолчал, отвечала секретарь»


class Inset(NamedTuple):
    """An attribution between commas: tokens `[start, end)` with the commas, what it says, and by which rule.

    `credit` is whether a medium only passes the sentence on.
    """

    rule: str
    start: int
    end: int
    said: Said
    credit: bool


def insets(tokens: Sequence[Token], end: int, *, dialogue: bool) -> Iterator[Inset]:
    """The attributions in `tokens[:end]`, left to right. `dialogue`: dashes part voices, so none of them."""
    done = 0
    for i in [i for i, word in enumerate(map(TEXT, tokens[:end])) if word in STARTS]:
        inset = None
        word = tokens[i].text
        if i < done:
            continue
        if word in BREAKS:
            inset = said_behind_words(tokens, i, end) if i and not dialogue else None
        elif word.lower() != "как":
            inset = according(tokens, i, end)
        elif not dialogue:
            inset = as_said(tokens, i, end)
        if inset is not None:
            yield inset
            done = inset.end - 1


def _opens(tokens: Sequence[Token], i: int) -> bool:
    """Whether an attribution may start at `i`: at the beginning, behind a comma, a conjunction or a connective.

    A capital letter begins a sentence even where the headline before it has no full stop.
    """
    if i == 0 or tokens[i].is_capital or not (tokens[i - 1].is_word or tokens[i - 1].is_quoted):
        return True
    return low(tokens, i - 1) in CONJUNCTIONS | FILLERS or past_connectives(tokens, 0, i) == i


def _from_comma(tokens: Sequence[Token], i: int) -> int:
    return i - 1 if i and tokens[i - 1].text in BREAKS else i


def as_said(tokens: Sequence[Token], i: int, end: int) -> Inset | None:
    """«Как отметил А, п»; «п, как отметил А, п»."""
    before = low(tokens, i - 2) if i > 1 and tokens[i - 1].text == "," else low(tokens, i - 1)
    compares = before in MANNER and not (before == "того" and past_connectives(tokens, 0, i) == i)  # «кроме того, как»
    if not _opens(tokens, i) or compares or low(tokens, i + 1) == "только":
        return None
    stop = next_break(tokens, i + 1, end)
    behind = tokens[i + 1 : end]
    for k in range(i + 1, min(stop, i + 2 + CUE_WITHIN)):
        verb = report_reading(tokens[k].text) if tokens[k].is_word else None
        if verb is None and low(tokens, k) == "следует" and low(tokens, k + 1) == "из":
            verb = next(r for r in readings("следует") if r.lemma == "следовать")
        if verb is not None and verb.pos in {"VERB", "ADJS", "PRTS"}:
            said = said_behind(behind, k - i - 1, verb)
            if said.mention is None:
                return None
            last = i + 1 + said.last
            return Inset(
                "as_said",
                _from_comma(tokens, i),
                min(end, attribution_end(tokens, last, end, said.case) + 1),
                said,
                is_credit(tokens, said, verb),
            )
        if finite_verb(tokens[k]) is not None:
            return None
    return None


def according(tokens: Sequence[Token], i: int, end: int) -> Inset | None:
    """«По словам А, п»; «п, по данным А, п»; «документ, согласно которому п»."""
    if not _opens(tokens, i):
        return None
    said = source_at(tokens[:end], i) or _document_before(tokens[:end], i)
    if said is None:
        return None
    if said.last < 0:
        return Inset("according_to_document", i - 1, i + 2, said._replace(last=i + 1), False)
    last = said.last
    stop = attribution_end(tokens, last, end, said.case)
    first = _from_comma(tokens, i)
    if _subject_follows(tokens[:end], last + 1, said.case):
        stop = last
    gap = tokens[last + 1 : next_break(tokens, last + 1, end)]
    if gap and (stop == end or any(finite_verb(token) for token in gap)) and (i == first or first == 0):
        stop = last  # no comma: «По данным мэрии дорога закрыта»
    return Inset("according", first, min(end, stop + 1), said, False)


def _subject_follows(tokens: Sequence[Token], at: int, case: str) -> bool:
    """Whether a name in the nominative, and in no other case, stands right behind the source: «по данным следствия
    Юрий Ким, …, уехал».
    """
    if at >= len(tokens) or not tokens[at].is_capital or has_case(tokens[at].text, case):
        return False
    if tokens[at].text[-1] in "ая" and at + 1 < len(tokens) and has_case(tokens[at + 1].text, case):
        return False  # «округа Заречье Эда Лунина»: a short name that the dictionary has as a woman's
    phrase = phrase_at(tokens, at, "nomn")
    return phrase is not None and phrase.named


def _document_before(tokens: Sequence[Token], i: int) -> Said | None:
    """«Материалы, согласно которым п»: what the relative stands for. `last` is −1."""
    if low(tokens, i) != "согласно" or not low(tokens, i + 1).startswith("котор") or tokens[i - 1].text != "," or i < 2:
        return None
    found = ends_at(tokens[: i - 1], low(tokens, i + 1))
    cue = Span(tokens[i].start, tokens[i].end)
    return found and Said(cue, found[0].span(tokens), found[1], None, -1, found[0].person)


def said_behind_words(tokens: Sequence[Token], i: int, end: int) -> Inset | None:
    """«П, считает А»; «п, признал А, п»."""
    at = i + 1
    while at < end and tokens[at].text in BREAKS:
        at += 1
    if at >= end or not tokens[at].is_word:
        return None
    verb = _said_or_relayed(tokens[at].text)
    if verb is None and low(tokens, at) == "следует" and low(tokens, at + 1) == "из":
        verb = next(r for r in readings("следует") if r.lemma == "следовать")
    if verb is None or verb.pos not in {"VERB", "ADJS", "PRTS"} or verb.lemma in NOT_BEHIND:
        return None
    if low(tokens, i - 1) in {"но", "и"} or low(tokens, at + 1) == "ли":
        return None
    behind = tokens[at:end]
    if verb.lemma in RELAYING and len(behind) > 1 and behind[1].is_quoted:  # «сообщает «Вестник» со ссылкой на …»
        cue, name = Span(behind[0].start, behind[0].end), Span(behind[1].start, behind[1].end)
        passing = "perf" not in verb.marks or verb.lemma in RELAY
        said = Said(cue, name, "nomn", None, 1)
        return Inset("said_behind_words", i, min(end, next_break(tokens, at + 2, end) + 1), said, passing)
    said = said_behind(behind, 0, verb)
    if said.mention is None and verb.lemma in RELAY and (medium := subject_after(behind, 0, verb)) is not None:
        said = Said(said.cue, medium.span(behind), "nomn", None, medium.last, medium.person)
    if said.mention is None or not _may_say(behind, said, verb):
        return None
    stop = next_break(tokens, at + said.last + 1, end)
    if low(tokens, stop + 1) in THAT or any(t.text == ":" for t in tokens[at:stop]):
        return None
    return Inset("said_behind_words", i, min(end, stop + 1), said, is_credit(tokens, said, verb))


@kept
def _said_or_relayed(word: str) -> Reading | None:
    """A word as a verb that reports, or that passes the words of others on."""
    relayed = (r for r in readings(word) if r.lemma in RELAY and r.pos == "VERB" and "impr" not in r.marks)
    return report_reading(word) or (next(relayed, None) if REPORTERS.may_hold(word) else None)


def _may_say(tokens: Sequence[Token], said: Said, verb: Reading) -> bool:
    """Whether the mention can be the subject, not the object, of a verb right before it."""
    if said.person or said.case != "nomn" or verb.pos == "ADJS":
        return True
    named = [t for t in tokens if said.mention and said.mention.start <= t.start < said.mention.end]
    if any(t.is_capital or t.is_quoted or t.is_latin for t in named):
        return True
    return verb.lemma not in OBJECT_TOO and not lemmas(named[0].text) & SPEECH_NOUNS


def is_credit(tokens: Sequence[Token], said: Said, verb: Reading) -> bool:
    """Whether a medium only passes on: «сообщает агентство», «пишет «Вестник»», «передаёт Reuters»."""
    if verb.lemma not in RELAYING or said.mention is None:
        return False
    if verb.lemma in RELAY:
        return said.case == "nomn"  # who passes the words of others on
    named = [t for t in tokens if said.mention.start <= t.start < said.mention.end]
    first = named[0]
    agency = low(named, 0).split("-")[0] in AGENCIES or low(named, 0) in AGENCIES
    if agency or "корреспондент" in lemmas(first.text):
        return True
    if said.person and not (first.is_latin or lemmas(first.text) & MEDIA):
        return False
    if any(t.is_word and lemmas(t.text) & MEDIA for t in named[:2]):
        return True
    passing = "perf" not in verb.marks
    return passing and (first.is_quoted or first.is_latin or "." in first.text[:-1])  # «Причал.ру»
