"""Which quotes does a body hold, in the order of the text?

Each outermost pair of marks goes through the rules; then pieces that the author's words only interrupt are joined
(«П», — сказал А. — «П»), and a paragraph that an attribution with a colon announces is taken without marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.model import Span

from .attribute import CONTINUES, FIRST_PERSON, announcer, attribute
from .classify import ends_like_sentence, has_predicate, is_clause, starts_like_sentence
from .dialogue import PERSONAL, TURN, dialogue
from .find import Paragraph, trim
from .grammar import mostly, readings
from .marks import ANY_MARK, MAX_PARAGRAPHS, Pair
from .phrases import phrase_at
from .saying import said_behind
from .scene import Attribution, Scene
from .subjects import Said, finite_verb, speech_verbs, subject_before
from .tokens import Token, clause

DASHED = re.compile(rf"^{TURN.pattern}", re.MULTILINE)
ANNOUNCES = re.compile(r":[ \t\u00a0]*$")
LIST_ITEM = re.compile(r"\s*(?:[-•*·–—]\s|\d{1,3}[.)]\s|[а-яa-z]\)\s)")
NEAR = 400  # code points: a quote that ends this close before a free-standing one may be its beginning
LISTS = re.compile(r"[,;]?\s*(?:и\s+)?")
MAX_SIGNATURE = 90  # code points
MIN_BLOCK_WORDS = 3
LONG_BLOCK = 8  # words: an order or a law may do without a finite verb


def may_hold_quotes(body: str) -> bool:
    """The cheap look first: whether a mark or a colon stands anywhere."""
    return ":" in body or ANY_MARK.search(body) is not None or DASHED.search(body) is not None


def scan(body: str, paragraphs: Sequence[Paragraph]) -> Iterator[Attribution]:
    """The quotes in marks or dialogue of a body, pulls left out. Spans are sorted; no two quotes overlap."""
    if not may_hold_quotes(body):
        return
    taken = 0  # number of the first paragraph that is not yet a quote as a whole
    last_end: int | None = None
    for n, paragraph in enumerate(paragraphs):
        if n < taken:
            continue
        talk = dialogue(paragraphs, n)
        if talk is not None:
            taken, turns = talk
            yield from turns
            last_end = turns[-1].spans[-1].end
            continue
        for found in _in_paragraph(paragraph, last_end):
            last_end = found.spans[-1].end
            yield signed(paragraphs, n, found) or said_below(paragraphs, n, found) or found
        block = _block(paragraphs, n)
        if block is not None:
            taken = n + 2 + _more_of_block(paragraphs, n + 1)
            end = trim(paragraph.text, *paragraphs[taken - 1].span).end
            block = block._replace(spans=(Span(block.spans[0].start, end),))
            last_end = end
            yield block


def _in_paragraph(paragraph: Paragraph, last_end: int | None) -> Iterator[Attribution]:
    """The quotes between marks in one paragraph. An unclosed pair that is no quote makes way for the pairs inside."""
    queue = list(paragraph.pairs)
    last: Attribution | None = None
    i = 0
    while i < len(queue):
        pair = queue[i]
        follows = last_end is not None and pair.opening - last_end < NEAR and _directly(paragraph, last_end, pair)
        found = attribute(Scene(paragraph, pair, follows)) or _listed(
            paragraph, queue[i - 1] if i else None, pair, last
        )
        i += 1
        if found is None:
            if not pair.closed and pair.inner:
                i -= 1
                queue[i : i + 1] = pair.inner
                paragraph = replace(paragraph, pairs=tuple(queue))
            continue
        while i < len(queue) and _continues(paragraph, queue[i - 1], queue[i], found):
            words = trim(paragraph.text, *queue[i].words, joint=True)
            found = found._replace(spans=(*found.spans, words)) if words.end > words.start else found
            i += 1
        last_end = found.spans[-1].end
        last = found
        yield found


def _listed(paragraph: Paragraph, before: Pair | None, pair: Pair, last: Attribution | None) -> Attribution | None:
    """«На плакатах было написано: «П», «п»»: what announces the first announces the others."""
    if before is None or last is None or last.rule not in {"said_before_colon", "listed", "colon"}:
        return None
    if not pair.closed or LISTS.fullmatch(paragraph.between(before.after, pair.opening)) is None:
        return None
    if before.closing - 3 > last.spans[-1].end or before.after < last.spans[-1].end:
        return None
    words = trim(paragraph.text, *pair.words, joint=True)
    content = paragraph.text[slice(*words)]
    if not (starts_like_sentence(content) and is_clause(content)):
        return None
    return last._replace(rule="listed", spans=(words,))


def _directly(paragraph: Paragraph, last_end: int, pair: Pair) -> bool:
    """Whether no whole sentence stands between the last quote's sentence and this pair."""
    if last_end >= paragraph.span.start:
        starts = paragraph.sentences
        return bisect_right(starts, pair.opening) - bisect_right(starts, last_end) <= 1
    return paragraph.sentences[0] == paragraph.sentence(pair.opening).start


def _continues(paragraph: Paragraph, pair: Pair, after: Pair, found: Attribution) -> bool:
    """«П», — сказал А, — «п»: the author's words between two pairs end with a dash."""
    if found.rule != "said_behind_joint" or not after.closed:
        return False
    return CONTINUES.search(paragraph.between(pair.after, after.opening)) is not None


def _block(paragraphs: Sequence[Paragraph], n: int) -> Attribution | None:
    """A paragraph without marks behind «А сообщил:» and a line break."""
    if n + 1 >= len(paragraphs):
        return None
    here, below = paragraphs[n], paragraphs[n + 1]
    if not ANNOUNCES.search(here.text, max(here.span.start, here.span.end - 4), here.span.end):
        return None
    text = here.text
    gap = text[here.span.end : below.span.start]
    block = trim(text, *below.span)
    words = text[slice(*block)]
    if gap.count("\n") > 2 or ANY_MARK.match(words) or LIST_ITEM.match(words) or words.endswith(":"):
        return None
    if words[:1].islower() and not text.islower():
        return None  # the first item of a list
    size = len(words.split())
    told = has_predicate(words) or size >= LONG_BLOCK
    if size < MIN_BLOCK_WORDS or not (told or ends_like_sentence(words)) or _attributes_itself(below):
        return None
    tokens = here.tokens(here.sentence(here.span.end - 1).start, here.span.end)[:-1]
    said = announcer(tokens) or _does(tokens, words, tight=gap.count("\n") == 1)
    if said is None or (said.mention is None and size < LONG_BLOCK):
        return None
    if not told and not (said.person and speech_verbs(tokens)):
        return None  # «Снегирёв сказал:» and «Бардак, а не стройка.»
    return Attribution("announced_paragraph", "direct", (block,), said.mention, said.cue, said.case, said.gender)


def _does(tokens: Sequence[Token], words: str, *, tight: bool) -> Said | None:
    """«Плющенко пригласил чемпионку к себе:» and, on the next line, words in the first person: he says them."""
    if not tight or FIRST_PERSON.search(words) is None:
        return None
    verbs = [(i, verb) for i, token in enumerate(tokens) if (verb := finite_verb(token)) is not None]
    phrase = subject_before(tokens, *verbs[0]) if verbs else None
    if phrase is None or not (phrase.person and phrase.named):
        return None
    return Said(None, phrase.span(tokens), "nomn", None, phrase.last, True)


def _more_of_block(paragraphs: Sequence[Paragraph], n: int) -> int:
    """How many paragraphs behind `n`, in which somebody speaks of himself or to others, go on so."""
    more = 0
    while n + more + 1 < len(paragraphs) and more < MAX_PARAGRAPHS:
        here, below = paragraphs[n + more], paragraphs[n + more + 1]
        if not (_is_personal(here) and _is_personal(below)) or _attributes_itself(below):
            break
        if ANNOUNCES.search(below.text, max(below.span.start, below.span.end - 4), below.span.end) or _speaks(below):
            break
        more += 1
    return more


def _is_personal(paragraph: Paragraph) -> bool:
    """Whether a paragraph says «я», «мы», «вы» outside quotation marks, or a verb in the first person."""
    if PERSONAL.search(paragraph.mask) is not None:
        return True
    tokens = paragraph.tokens(*paragraph.span)
    return any("1per" in readings(token.text)[0].marks for token in tokens if token.is_word)


def _speaks(paragraph: Paragraph) -> bool:
    """Whether somebody's words stand in marks in the paragraph, given to somebody: the author is back."""
    return any(attribute(Scene(paragraph, pair)) is not None for pair in paragraph.pairs)


def signed(paragraphs: Sequence[Paragraph], n: int, found: Attribution) -> Attribution | None:
    """A letter: a quote that is a paragraph of its own, with a name and perhaps a place or a trade below it."""
    if found.rule not in {"free_standing", "alone", "unclosed_letter"} or n + 1 >= len(paragraphs):
        return None
    below = paragraphs[n + 1]
    if found.spans[-1].end < paragraphs[n].span.end - 3 or below.span.end - below.span.start > MAX_SIGNATURE:
        return None
    span = signature(below)
    return found._replace(rule="signed", mention=span) if span is not None else None


def said_below(paragraphs: Sequence[Paragraph], n: int, found: Attribution) -> Attribution | None:
    """A quote that is a paragraph of its own, and a line below it that goes on: «сказал Лунин»."""
    if found.rule not in {"free_standing", "alone"} or n + 1 >= len(paragraphs):
        return None
    below = paragraphs[n + 1]
    tokens = clause(below.tokens(below.span.start, below.sentence(below.span.start).end))
    verbs = speech_verbs(tokens[:1]) if found.spans[-1].end >= paragraphs[n].span.end - 3 else []
    if not verbs or not tokens[0].text.islower():
        return None
    said = said_behind(tokens, *verbs[0])
    if said.mention is None:
        return None
    return found._replace(rule="said_below", mention=said.mention, cue=said.cue, case=said.case, gender=said.gender)


def signature(paragraph: Paragraph) -> Span | None:
    """Who signs, where a short paragraph is nothing but a name and what goes with it."""
    text = paragraph.text[slice(*paragraph.span)]
    if text.rstrip()[-1:] in ".!?…:;" or paragraph.pairs:
        return None
    tokens = paragraph.tokens(*paragraph.span)
    if any(mostly(token.text, "VERB") for token in tokens if token.is_word and not token.is_capital):
        return None
    phrase = phrase_at(tokens, 0, "nomn") if tokens and tokens[0].is_capital else None
    if phrase is None:
        return None
    if not phrase.named:
        return Span(tokens[0].start, tokens[-1].end)
    return phrase.span(tokens)


def _attributes_itself(paragraph: Paragraph) -> bool:
    """Whether the paragraph is the author's own: its first sentence says that somebody said something."""
    end = next((s for s in paragraph.sentences if s > paragraph.span.start + 1), paragraph.span.end)
    tokens = paragraph.tokens(paragraph.span.start, end)
    verbs = [(i, verb) for i, verb in speech_verbs(tokens) if verb.pos == "VERB" and "1per" not in verb.marks]
    return any(i > 0 and tokens[0].is_capital and _third_person(tokens[i - 1].text) for i, _ in verbs[:1])


def _third_person(word: str) -> bool:
    return any(r.case == "nomn" and (r.marks & {"Name", "Surn"} or r.lemma in {"он", "она"}) for r in readings(word))
