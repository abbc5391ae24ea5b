"""Which clauses does a sentence report as somebody's words without marks, and whom does it give them to?

Four shapes: «по словам А, п», «как отметил А, п», «п, считает А» (`insets`), «А заявил, что п» (`that_clauses`). A
sentence is looked at only where a cheap pattern sees one of them. What stands inside another report is part of that
report; a credit («п, сообщает агентство») is nobody's words but ends a clause; a whole quote in marks is no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from index.model import Span

from .classify import has_predicate
from .clauses import (
    CONTINUING,
    THAT,
    coordinated_verb,
    left_start,
    low,
    past_connectives,
    report_end,
    text_of,
    trimmed,
    without_end,
)
from .cues import RELAY, lemmas
from .find import Paragraph
from .grammar import readings
from .heads import opens_aside
from .insets import Inset, insets, is_credit
from .kept import kept
from .reporting import REPORTERS, WITH_NOUN, report_reading
from .saying import said_ahead
from .scene import Attribution
from .subjects import Said
from .that_clauses import asks, governed, that_end, who_says
from .tokens import TEXT, Token, clause

SPACE = r"[ \u00a0]+"
SOURCE = (
    r"(?:слов|мнени|данн|информаци|сведени|верси|утверждени|признани|выражени|оцен|убеждени|заявлени|свидетельств|"
    r"наблюдени|подсч|замечани|предположени|определени|прогноз|расч|заверени|сообщени|рассказ|показани|воспоминани|"
    r"взгляд)"
)
SHAPE = re.compile(
    r"[,—–ПпСсНнКкО-](?:"
    rf"(?<=[,—–-]){SPACE}(?:(?P<that>что|будто)\b|(?!согласно)(?P<verb>[а-яё]{{4,}}))"
    rf"|(?<=[ПпСсНн])(?:о|а)?(?<!\w\w\w)\b(?:{SPACE}[\w-]+){{0,2}}?{SPACE}{SOURCE}"
    rf"|(?<=[Сс])огласно\b|(?<=[Кк])ак\b|(?<=О)(?P<about>б{SPACE}этом\b))"
)
WORDS_BEFORE = re.compile(r"[а-яёА-ЯЁ]{4,}")
LOOK_BACK = 240  # code points before a «что» in which its verb must stand
LOOK_AHEAD = 80  # behind a «как»
DIALOGUE = re.compile(r"\s*[—–-]")
SPOKEN = 4  # tokens that a person says may go without a predicate
RESUMING = CONTINUING - {"и", "а", "так", "или", "либо"}
TELLING = frozenset({"сообщить", "заявить", "рассказать", "сказать", "объявить"})  # the sentence says who says
STRAY_MARKS = frozenset('«»„“”"')  # pairs are masked: a mark that is seen has no partner

Words = tuple[tuple[int, int], ...]  # token ranges


def reports(paragraphs: Sequence[Paragraph]) -> Iterator[Attribution]:
    """The reported clauses of a body in the order of the text, none inside another."""
    for paragraph in paragraphs:
        dialogue = DIALOGUE.match(paragraph.text, *paragraph.span) is not None
        done = last = -1
        for found in SHAPE.finditer(paragraph.mask):
            at = paragraph.span.start + found.start()
            if at < done or not _promises(found, dialogue=dialogue):
                continue
            sentence = paragraph.sentence(at)
            done = sentence.end
            made = list(_in_sentence(paragraph.tokens(*sentence), dialogue=dialogue))
            if not made and found["about"] and last <= paragraph.sentence(sentence.start - 1).start:
                made = list(about_this(paragraph, sentence))
            last = made[-1].spans[-1].end if made else last
            yield from made


def about_this(paragraph: Paragraph, sentence: Span) -> Iterator[Attribution]:
    """«П. Об этом сообщил А.»: the sentence before is what is reported, if nobody else is given it."""
    before = paragraph.sentence(sentence.start - 1)
    tokens = clause(paragraph.tokens(*sentence))
    verbs = [(i, verb) for i, t in enumerate(tokens) if t.is_word and (verb := report_reading(t.text)) is not None]
    if not verbs or verbs[0][1].pos != "VERB" or before.end != sentence.start or low(tokens, 0) != "об":
        return
    said = said_ahead(tokens, *verbs[0])
    content = paragraph.tokens(*before)
    words = trimmed(content, past_connectives(content, 0, len(content)), len(content))
    if (
        said.mention is None
        or is_credit(tokens, said, verbs[0][1])
        or not _is_report(content, (words,), predicate=True)
    ):
        return
    told = any(lemmas(token.text) & TELLING for token in content if token.is_word)
    if not told and not any(token.text in STRAY_MARKS for token in content):
        yield _attribution(content, "about_this", (words,), said)


def _promises(found: re.Match[str], *, dialogue: bool) -> bool:
    """Whether a shape is worth a closer look: a verb of speech stands where it should."""
    shape = found.lastgroup
    if shape == "verb":
        return not dialogue and _reports_behind(found["verb"])
    if shape == "that":
        return _cue_among(found.string, found.start() - LOOK_BACK, found.start())
    if found[0] in {"как", "Как"}:
        return not dialogue and _cue_among(found.string, found.end(), found.end() + LOOK_AHEAD)
    return True


def _cue_among(text: str, start: int, end: int) -> bool:
    words = WORDS_BEFORE.findall(text, max(0, start), end)
    return any(map(_is_cue, reversed(words)))  # most stand right before their «что»


@kept
def _is_cue(word: str) -> bool:
    if not REPORTERS.may_hold(word):
        return False
    return report_reading(word) is not None or not lemmas(word).isdisjoint(WITH_NOUN)


@kept
def _reports_behind(word: str) -> bool:
    if not REPORTERS.may_hold(word):
        return False
    reading = report_reading(word)
    return (reading is not None and reading.pos not in {"INFN", "PRTF"}) or not lemmas(word).isdisjoint(RELAY)


def _in_sentence(tokens: Sequence[Token], *, dialogue: bool) -> Iterator[Attribution]:
    end = without_end(tokens, len(tokens))
    if not end or not STRAY_MARKS.isdisjoint(map(TEXT, tokens[: end - 1])):
        return  # somebody's words whose other mark is missing
    if tokens[end - 1].text in STRAY_MARKS:
        end, dialogue = without_end(tokens, end - 1), True
    between = list(insets(tokens, end, dialogue=dialogue))
    while between and between[-1].credit and between[-1].end >= end and between[-1].start > 0:
        end = without_end(tokens, between.pop().start)
    found: dict[Words, Attribution] = {}
    for inset in between:
        words = () if inset.credit or inset.start >= end else _inset_words(tokens, inset, end)
        if words and not _overlaps(words, found):
            found[words] = _attribution(tokens, inset.rule, words, inset.said)
    for words, attribution in _that_is_said(tokens, end, found):
        for other in [one for one in found if _overlaps(words, [one])]:
            del found[other]  # «он считает, что лёд, по его словам, …»
        found[words] = attribution
    for words in sorted(found):
        yield found[words]


def _that_is_said(
    tokens: Sequence[Token], end: int, found: Mapping[Words, Attribution]
) -> Iterator[tuple[Words, Attribution]]:
    """The clauses with «что» that are in none of the words `found` so far, which may grow meanwhile."""
    for at in [i for i, word in enumerate(map(TEXT, tokens[: end - 1]), start=1) if word == ","]:
        if low(tokens, at) not in THAT:
            continue
        taken = [span for words in found for span in words]
        if any(a <= at < b for a, b in taken):
            continue
        that = governed(tokens, at, taken)
        said = who_says(that) if that is not None else None
        if that is None or said is None:
            continue
        start = at + 1 + (at + 1 < end and tokens[at + 1].text == ",")
        words = ((start, that_end(tokens, start, end, that)),)
        if _is_report(tokens, words) and not asks(tokens, *words[0], that):
            yield words, _attribution(tokens, "reported_that", words, said)


def _overlaps(words: Words, others: Iterable[Words]) -> bool:
    return any(a < end and start < b for a, b in words for other in others for start, end in other)


def _attribution(tokens: Sequence[Token], rule: str, words: Words, said: Said) -> Attribution:
    spans = tuple(Span(tokens[a].start, tokens[b - 1].end) for a, b in words)
    return Attribution(rule, "indirect", spans, said.mention, said.cue, said.case, said.gender)


def _is_report(tokens: Sequence[Token], words: Words, *, predicate: bool = False) -> bool:
    """Whether the words can be a clause, and not just a quote in marks. With `predicate` one must be seen."""
    kept = [token for a, b in words for token in tokens[a:b]]
    plain = list(islice((token for token in kept if token.is_word), 2))
    quoted = any(token.is_quoted for token in kept)  # the predicate may stand in marks
    if len(plain) == 1 and not quoted:
        return readings(plain[0].text)[0].pos in {"VERB", "ADJS", "PRTS", "PRED"}  # «уверяла, что невиновна»
    if not plain:
        return False
    return quoted or not predicate or has_predicate(" ".join(token.text for token in kept))


def _inset_words(tokens: Sequence[Token], inset: Inset, end: int) -> Words:
    """The token ranges that the attribution reports; none where it reports nothing."""
    start, stop = inset.start, min(inset.end, end)
    right = trimmed(tokens, stop, report_end(tokens, stop, end)) if stop < end else (end, end)
    if inset.rule == "said_behind_words":
        left = trimmed(tokens, left_start(tokens, 0, start, goes_on=False), start)
        if low(tokens, left[0]) == "об" and low(tokens, left[0] + 1) == "этом":
            return ()  # «об этом, 7 ноября, сообщил мэр»
        if right[0] < right[1] and not _continues(tokens, left, right):
            right = (end, end)
        spoken = inset.said.person and left[1] - left[0] >= SPOKEN  # «дома все на покосе, говорит Вайс»
        if right[0] == right[1] and not spoken and not _has_predicate(tokens, *left):
            return ()
    else:
        goes_on = right[0] < right[1]
        if (
            inset.rule == "according_to_document"
            or tokens[start].is_capital
            or (start and past_connectives(tokens, 0, start) >= start)
        ):
            left = (start, start)
        else:
            left = trimmed(tokens, left_start(tokens, 0, start, goes_on=goes_on), start)
    if right[0] < right[1] and left[0] < left[1] and _reported_before(tokens, left[0], start):
        return ()
    words = tuple(part for part in (left, right) if part[0] < part[1])
    if len(words) == 2 and all(token.is_quoted for token in tokens[slice(*right)]):
        return ()  # «он воздержался, как пояснил сам, «чтобы сохранить голос»»
    predicate = left[0] < left[1] and inset.rule == "according"
    return words if words and _is_report(tokens, words, predicate=predicate) else ()


def _has_predicate(tokens: Sequence[Token], start: int, end: int) -> bool:
    """As `has_predicate`, with impersonal words («невозможно») that are adverbs as often."""
    if has_predicate(text_of(tokens, start, end)):
        return True
    return any(
        r.pos in {"PRED", "ADJS"} and r.score >= 0.2 for t in tokens[start:end] if t.is_word for r in readings(t.text)
    )


def _reported_before(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether the place is inside what somebody else reports: «А заявил, что дорогу, по его словам, …»."""
    return any(
        low(tokens, k) in THAT and tokens[k - 1].text == "," and governed(tokens, k, ()) is not None
        for k in range(max(start, 1), end)
    )


def _continues(tokens: Sequence[Token], left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether the words behind «п, признал он, …» go on with it."""
    if opens_aside(tokens, right[0]):
        return False
    first = low(tokens, right[0])
    if not has_predicate(text_of(tokens, *left)):
        return True
    found = coordinated_verb(tokens, *right) if first in {"и", "а", "но"} else None
    if found is not None and (first == "и" or report_reading(tokens[found[0]].text) is not None):
        return False  # «…, сказал мэр, и добавил, что»
    return first in RESUMING or (first in CONTINUING and has_predicate(text_of(tokens, *right)))
