"""Which quotes does a body hold, in the order of the text?

Each outermost pair of marks goes through the rules; then pieces that the author's words only interrupt are joined
(«П», — сказал А. — «П»), and a paragraph that an attribution with a colon announces is taken without marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .attribute import CONTINUES, Attribution, Scene, announcer, attribute
from .classify import has_predicate
from .find import Paragraph, find_paragraphs, trim
from .grammar import readings
from .marks import ANY_MARK, Pair
from .subjects import speech_verbs

ANNOUNCES = re.compile(r":[ \t\u00a0]*$")
LIST_ITEM = re.compile(r"\s*(?:[-•*·–—]\s|\d{1,3}[.)]\s|[а-яa-z]\)\s)")
NEAR = 400  # code points: a quote that ends this close before a free-standing one may be its beginning
MIN_BLOCK_WORDS = 3
LONG_BLOCK = 8  # words: an order or a law may do without a finite verb


def may_hold_quotes(body: str) -> bool:
    """The cheap look first: whether a mark or a colon stands anywhere."""
    return ":" in body or ANY_MARK.search(body) is not None


def scan(body: str, paragraphs: Sequence[Paragraph] | None = None) -> Iterator[Attribution]:
    """The quotes of a body, pulls left out. Spans are sorted and those of different quotes do not overlap."""
    if not may_hold_quotes(body):
        return
    paragraphs = list(find_paragraphs(body)) if paragraphs is None else paragraphs
    taken = -1  # index of a paragraph that is a quote as a whole
    last_end: int | None = None
    for n, paragraph in enumerate(paragraphs):
        if n == taken:
            continue
        for found in _in_paragraph(paragraph, last_end):
            last_end = found.spans[-1].end
            yield found
        block = _block(paragraphs, n)
        if block is not None:
            taken = n + 1
            last_end = block.spans[-1].end
            yield block


def _in_paragraph(paragraph: Paragraph, last_end: int | None) -> Iterator[Attribution]:
    """The quotes between marks in one paragraph. An unclosed pair that is no quote makes way for the pairs inside."""
    queue = list(paragraph.pairs)
    i = 0
    while i < len(queue):
        pair = queue[i]
        follows = last_end is not None and pair.opening - last_end < NEAR and _directly(paragraph, last_end, pair)
        found = attribute(Scene(paragraph, pair, follows))
        i += 1
        if found is None:
            if not pair.closed and pair.inner:
                i -= 1
                queue[i : i + 1] = pair.inner
                paragraph = replace(paragraph, pairs=tuple(queue))
            continue
        while i < len(queue) and _continues(paragraph, queue[i - 1], queue[i], found):
            words = trim(paragraph.text, *queue[i].words, joint=True)
            found = replace(found, spans=(*found.spans, words)) if words.end > words.start else found
            i += 1
        last_end = found.spans[-1].end
        yield found


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
    size = len(words.split())
    if size < MIN_BLOCK_WORDS or not (has_predicate(words) or size >= LONG_BLOCK) or _attributes_itself(below):
        return None
    tokens = here.tokens(here.sentence(here.span.end - 1).start, here.span.end)[:-1]
    said = announcer(tokens)
    if said is None or (said.mention is None and size < LONG_BLOCK):
        return None
    return Attribution("announced_paragraph", "direct", (block,), said.mention, said.cue, said.case, said.gender)


def _attributes_itself(paragraph: Paragraph) -> bool:
    """Whether the paragraph is the author's own: its first sentence says that somebody said something."""
    end = next((s for s in paragraph.sentences if s > paragraph.span.start + 1), paragraph.span.end)
    tokens = paragraph.tokens(paragraph.span.start, end)
    verbs = [(i, verb) for i, verb in speech_verbs(tokens) if verb.pos == "VERB" and "1per" not in verb.marks]
    return any(i > 0 and tokens[0].is_capital and _third_person(tokens[i - 1].text) for i, _ in verbs[:1])


def _third_person(word: str) -> bool:
    return any(r.case == "nomn" and (r.marks & {"Name", "Surn"} or r.lemma in {"он", "она"}) for r in readings(word))
