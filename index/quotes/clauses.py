"""Where does a reported clause begin and end in its sentence?

It goes on until the sentence ends or until the author speaks again: another verb of speech in coordination («…, но
признал»), a gerund («…, добавив»), a credit («…, передаёт агентство»). At its beginning a connective («однако», «кроме
того») is the author's.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.words import word_set

from .classify import has_predicate
from .grammar import Reading, has_case, mostly, readings
from .heads import is_relative, opens_aside
from .phrases import phrase_at
from .reporting import report_reading
from .subjects import finite_verb
from .tokens import Token

COORDINATING = word_set("и а но однако зато")
BREAKS = frozenset({",", "—", "–", "−", "-"})
FILLERS = word_set(
    """
    также тоже при этом затем потом впрочем вместе с тем в то же время однако позже ранее тут тогда свою очередь ещё еще
    так и кроме того дополнительно отдельно особо самым сам сама сами лишь только уже не тем менее более вновь снова
    теперь
    """
)
"""Between a conjunction and the verb: «но при этом отметил»."""
SPEECH_GERUNDS = word_set(
    """
    отвечать комментировать прокомментировать выступать ссылаться сослаться цитировать обращаться говорить иметь
    рассуждать процитировать назвать называть призвать пообещать выразить попросить предложить
    """
)
"""Gerunds that tell how something is said, beside those of the verbs that report."""
CONTINUING = word_set(
    """
    а но зато однако поскольку потому если хотя чтобы так поэтому ведь причём причем иначе тогда раз пока и или либо
    """
)
"""What a clause goes on with behind «…, признал он, …»."""
CONJUNCTIONS = word_set(
    "но а и что где который однако поскольку когда если хотя зато или ведь поэтому куда откуда чтобы потому"
)
"""Right before «, по словам мэра,» these open the clause that is reported."""
CONNECTIVES = tuple(
    tuple(phrase.split())
    for phrase in (
        "кроме того",
        "помимо этого",
        "помимо того",
        "более того",
        "к тому же",
        "при этом",
        "вместе с тем",
        "в то же время",
        "между тем",
        "тем временем",
        "тем не менее",
        "в свою очередь",
        "в частности",
        "таким образом",
        "в то время как",
        "тогда как",
        "стоит отметить , что",
        "следует отметить , что",
        "отметим , что",
        "отметим",
        "напомним , что",
        "напомним",
        "добавим , что",
        "кстати",
        "впрочем",
        "однако",
        "также",
        "наконец",
        "так",
        "итак",
        "правда",
        "например",
        "зато",
        "ведь",
        "причем",
        "причём",
        "да",
        "но",
        "а",
        "и",
    )
)
"""What ties a sentence to the one before; longer ones first. No part of a reported clause."""
CONNECTIVES_FROM = {
    first: tuple(phrase for phrase in CONNECTIVES if phrase[0] == first)
    for first in {phrase[0] for phrase in CONNECTIVES}
}
"""By their first words."""
OBJECTING = word_set(
    """
    говорить сказать заявить заявлять утверждать возразить возражать ответить отвечать настаивать опровергнуть отрицать
    """
)
TURN_WITHIN = 5  # tokens between a conjunction and the verb of another speaker
SUBORDINATING = word_set("что где когда если чтобы как куда хотя поскольку")
FINAL = frozenset({".", "!", "?", "…", ",", "—", "–", "-", ";", ":"})
THAT = frozenset({"что", "будто"})
NO_WORDS_START = frozenset({",", "—", "–", "-", ":", "…", "."})


def low(tokens: Sequence[Token], i: int) -> str:
    """The word at `i` in lower case; empty beyond the end."""
    return tokens[i].text.lower() if 0 <= i < len(tokens) else ""


def past_connectives(tokens: Sequence[Token], start: int, end: int) -> int:
    """The index behind the connectives with which `tokens[start:end]` begins."""
    at = start
    while at < end:
        if tokens[at].text in NO_WORDS_START:
            at += 1
            continue
        begun = CONNECTIVES_FROM.get(tokens[at].text.lower())
        if begun is None:
            break
        words = [token.text.lower() for token in tokens[at : min(at + 4, end)]]
        found = next((c for c in begun if tuple(words[: len(c)]) == c), None)
        if found is None or (found == ("так",) and words[1:2] == ["как"]):
            break
        if found in {("так",), ("да",), ("правда",)} and words[1:2] != [","]:
            break  # «так же», «правда восторжествует»
        at += len(found)
    return at


def text_of(tokens: Sequence[Token], start: int, end: int) -> str:
    """Some tokens as words with blanks between, to be looked at only."""
    return " ".join(token.text for token in tokens[start:end])


def next_break(tokens: Sequence[Token], start: int, end: int | None = None) -> int:
    """The index of the next comma or dash, or the end."""
    end = len(tokens) if end is None else end
    return next((i for i in range(start, end) if tokens[i].text in BREAKS), end)


def coordinated_verb(tokens: Sequence[Token], i: int, end: int) -> tuple[int, Reading] | None:
    """The finite verb right behind the conjunction at `i`, fillers passed over."""
    at = i + 1
    while at < end and (low(tokens, at) in FILLERS or mostly(low(tokens, at), "ADVB", "PRCL")) and tokens[at].is_word:
        at += 1
    verb = finite_verb(tokens[at]) if at < end else None
    if verb is None and at < end and (short := report_reading(tokens[at].text)) is not None and short.pos == "ADJS":
        verb = short
    return None if verb is None else (at, verb)


def _same_form(one: Reading, other: Reading) -> bool:
    """Whether two verbs can have one subject: the same tense, number and, in the past, gender."""
    if one.pos != "VERB" or other.pos != "VERB":
        return {one.pos, other.pos} <= {"VERB", "ADJS", "PRTS"} and one.number == other.number
    tense = {"past", "pres", "futr"}
    if one.marks & tense != other.marks & tense or one.number != other.number:
        return False
    return one.gender == other.gender or "past" not in one.marks


def report_end(tokens: Sequence[Token], start: int, end: int, verb: Reading | None = None) -> int:
    """The index behind the clause that starts at `start`: where the author speaks again, or `end`.

    `verb` is the verb that reports it, if there is one: its gerunds and the verbs coordinated with it are the author's.
    """
    asides = False  # whether a subordinate clause that may go on is open inside
    i = start
    while i < end:
        text = tokens[i].text
        if text == ";" or (text == ":" and i + 1 < end and tokens[i + 1].is_quoted):
            return i
        if text == "и" and verb is not None and i > start and _goes_back(tokens, start, i, end, verb):
            return i
        if text in BREAKS and i > start and i + 1 < end:
            if _author_again(tokens, i, start, end, verb, asides=asides):
                return i
            asides = asides or _opens_subordinate(tokens, i + 1)
        i += 1
    return end


def _goes_back(tokens: Sequence[Token], start: int, i: int, end: int, verb: Reading) -> bool:
    """«Ответил, что не нуждается в помощи и призвал ждать»: the verb behind «и» agrees with the author's, not with the
    one that is reported.
    """
    found = coordinated_verb(tokens, i, end)
    if found is None or "past" not in verb.marks or not _same_form(verb, found[1]) or low(tokens, i - 1) == "так":
        return False
    inner = [one for token in tokens[start:i] if (one := finite_verb(token)) is not None]
    return bool(inner) and not any(_same_form(one, found[1]) for one in inner)


def _tells_how(tokens: Sequence[Token], i: int, end: int) -> bool:
    """Whether the gerund at `i` is the author's: «добавив», «заявляя, что», «отвечая на вопрос», not «размышляя»."""
    found = readings(tokens[i].text)
    reports = report_reading(tokens[i].text) is not None
    if reports and (any("perf" in r.marks for r in found if r.pos == "GRND") or _announces(tokens, i, end)):
        return True
    return any(r.lemma in SPEECH_GERUNDS for r in found)


def _turns(tokens: Sequence[Token], start: int, end: int) -> bool:
    """«…, но защита говорила о другом»: somebody else and a verb of speech."""
    for k in range(start, min(start + TURN_WITHIN, end)):
        if finite_verb(tokens[k]) is not None:
            said = report_reading(tokens[k].text)
            return said is not None and said.lemma in OBJECTING and has_nominative(tokens, start, k)
        if tokens[k].text in BREAKS:
            return False
    return False


def _author_again(tokens: Sequence[Token], i: int, start: int, end: int, verb: Reading | None, *, asides: bool) -> bool:
    word = low(tokens, i + 1)
    if word in COORDINATING:
        found = coordinated_verb(tokens, i + 1, end)
        if found is not None and verb is not None:
            at, other = found
            reports = report_reading(tokens[at].text) is not None and _announces(tokens, at, end)
            if reports or (word == "и" and not asides) or is_naming(other):
                return verb.pos == "GRND" or _same_form(verb, other)
            return _goes_back(tokens, start, i + 1, end, verb)
        return found is None and (
            other_speaker(tokens, i + 2, end) or (word != "и" and verb is not None and _turns(tokens, i + 2, end))
        )
    if verb is not None and tokens[i + 1].is_word and mostly(word, "GRND"):
        return _tells_how(tokens, i + 1, end)
    return word in {"тогда", "притом"} and other_speaker(tokens, i + 1, end)


def is_naming(verb: Reading) -> bool:
    """«…, но назвал проект смелым»: what somebody does with words, whoever else is spoken of."""
    return verb.lemma in {"назвать", "называть", "пообещать", "призвать", "выразить", "предложить", "попросить"}


def _announces(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether the verb at `at` has a clause or words in marks behind it."""
    for k in range(at + 1, end):
        if tokens[k].text == ",":
            return low(tokens, k + 1) in THAT
        if tokens[k].text == ":" or tokens[k].is_quoted:
            return True
        if tokens[k].text in BREAKS or finite_verb(tokens[k]) is not None:
            return False
    return False


def other_speaker(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether somebody else says something next: «а прокурор добавил, что»."""
    stop = next((k for k in range(start, end) if tokens[k].text in {",", ":"}), end)
    if stop == end or not (tokens[stop].text == ":" or low(tokens, stop + 1) in THAT):
        return False
    verbs = [k for k in range(start, stop) if finite_verb(tokens[k]) is not None]
    return bool(verbs) and report_reading(tokens[verbs[-1]].text) is not None and verbs[-1] >= stop - 6


def _opens_subordinate(tokens: Sequence[Token], i: int) -> bool:
    word = low(tokens, i)
    return opens_aside(tokens, i) or word in {
        "что",
        "где",
        "когда",
        "если",
        "чтобы",
        "как",
        "куда",
        "хотя",
        "поскольку",
    }


def attribution_end(tokens: Sequence[Token], last: int, end: int, case: str) -> int:
    """The index of the comma or dash behind an attribution whose last token is `last`, asides about the speaker passed
    over; `end` where there is none.
    """
    at = next_break(tokens, last + 1, end)
    while at < end:
        after = next_break(tokens, at + 1, end)
        if after >= end:
            return at
        aside = opens_aside(tokens, at + 1) and not _is_attribute(tokens, at + 1)
        if not aside and tokens[at + 1].is_word:
            title = phrase_at(tokens[:after], at + 1, case)
            # «по словам Берёзова, директора завода, …»; a list of things before a verb is no title
            aside = (
                title is not None
                and not has_predicate(text_of(tokens, title.last + 1, after))
                and title.person
                and title.number != "plur"
                and low(tokens, after + 1) not in COORDINATING
                and has_predicate(text_of(tokens, after + 1, end))
            )
        if not aside:
            return at
        at = after
    return end


def _is_attribute(tokens: Sequence[Token], i: int) -> bool:
    """Whether a passive participle stands before its own noun: «…, ускоренная застройка …»."""
    noun = tokens[i + 1].text if i + 1 < len(tokens) and tokens[i + 1].is_word else ""
    passive = [r for r in readings(tokens[i].text) if r.pos == "PRTF" and "pssv" in r.marks and r.case == "nomn"]
    nouns = [r for r in readings(noun) if r.pos == "NOUN" and r.case == "nomn"] if noun else []
    return any(r.number == p.number and p.gender in {r.gender, None} for r in nouns for p in passive)


def left_start(tokens: Sequence[Token], start: int, end: int, *, goes_on: bool) -> int:
    """Where the clause that ends at `end` begins, in the sentence from `start`; `end` where nothing of it stands there.

    `goes_on`: the clause has more words behind its attribution, so that a whole clause before a conjunction is another.
    """
    at = _past_time(tokens, start, end)
    for i in range(at, end):
        if tokens[i].text in {":", ";"} and not _in_number(tokens, i):
            at = i + 1
    if goes_on:
        for i in range(at + 1, end):
            if (
                tokens[i].text == ","
                and (
                    low(tokens, i + 1) in CONJUNCTIONS - {"и", "так", "поэтому"}
                    or is_relative(low(tokens, i + 1))
                    or is_relative(low(tokens, i + 2))
                )
                and has_predicate(text_of(tokens, at, i))
            ):
                at = i + 1 + (low(tokens, i + 1) in CONJUNCTIONS)
    at = past_connectives(tokens, at, end)
    rest = [token for token in tokens[at:end] if token.is_word or token.is_quoted]
    if len(rest) == 1 and goes_on and (low([*rest], 0) in CONJUNCTIONS or is_relative(low([*rest], 0))):
        return end
    return at if rest else end


def _past_time(tokens: Sequence[Token], start: int, end: int) -> int:
    """The index behind the time that a sentence of a chronicle is headed by: «21:40 – По данным порта, …»."""
    at = start
    while at < end and not tokens[at].is_word:
        at += 1
    heads = at + 2 < end and tokens[at].text.isdigit() and tokens[at + 1].text == ":" and tokens[at + 2].text.isdigit()
    return at + 3 if heads and _in_number(tokens, at + 1) else start


def _in_number(tokens: Sequence[Token], i: int) -> bool:
    """Whether the sign at `i` stands inside a time or a score: «14:06»."""
    if not 0 < i < len(tokens) - 1:
        return False
    return tokens[i - 1].end == tokens[i].start and tokens[i].end == tokens[i + 1].start


def has_nominative(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a noun or pronoun can be a subject there."""
    return any(t.is_word and has_case(t.text, "nomn", pos=("NOUN", "NPRO", "NUMR")) for t in tokens[start:end])


def without_end(tokens: Sequence[Token], end: int) -> int:
    """`end` without the stops before it, and without a bracket that closes the sentence: the author's note."""
    while end and (tokens[end - 1].text in FINAL or tokens[end - 1].text == ")"):
        if tokens[end - 1].text == ")":
            opening = next((i for i in range(end - 1, 0, -1) if tokens[i].text == "("), None)
            if opening is None:
                break
            end = opening
        else:
            end -= 1
    return end


def trimmed(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """A range of tokens without the stops at its edges."""
    while start < end and tokens[start].text in FINAL:
        start += 1
    return start, max(start, without_end(tokens, end))
