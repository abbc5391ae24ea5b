"""Where may a quote stand? Paragraphs with their pairs of marks, ready for the rules.

Each paragraph gets a *mask*: the same text, as long, in which every pair of marks reads `«····»`, so that sentence ends
and commas inside somebody's words do not disturb the grammar around them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.model import Span

from .marks import Pair, pair_marks
from .once import Once
from .tokens import FULL_STOP_LESS, START, Token, tokenise

SENTENCE_END = re.compile(
    r"[.!?…](?:[.!?…]*[»)\]]*\s+(?=[«(—–-]?\s?[А-ЯЁA-Z0-9«])"
    r"|(?<=[а-яё]{2}[.!?])(?=«|[А-ЯЁ][а-яё]{2}))"  # the blank is missing
)
LOWER_SENTENCE_END = re.compile(r"[.!?…]+[»)\]]*\s+(?=\S)")
CAPITAL = re.compile(r"[А-ЯA-Z]")
LAST_WORD = re.compile(r"(\w+)\W*$")
AMOUNTS = frozenset(("руб", "тыс", "млн", "млрд", "др", "пр", "долл", "коп"))
BLANK_EDGE = " \t\u00a0\u2009\u202f\ufeff\u200b"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an article's body and the pairs of marks in it, left to right."""

    text: str
    span: Span
    pairs: tuple[Pair, ...]

    @Once
    def mask(self) -> str:
        """The paragraph with its pairs blanked, marks made «»; index 0 is `span.start`."""
        out: list[str] = []
        at = self.span.start
        for pair in self.pairs:
            if not pair.closed:
                continue
            inside = self.text[pair.opening + 1 : pair.closing]
            last = inside[-1:] if inside[-1:] in ".!?…" else "·"
            out += self.text[at : pair.opening], "«", "·" * (len(inside) - 1), last if inside else "", "»"
            at = pair.closing + 1
        out.append(self.text[at : self.span.end])
        return "".join(out)

    @Once
    def sentences(self) -> tuple[int, ...]:
        """Where the sentences start, as offsets of the body."""
        mask = self.mask
        large = CAPITAL.search(mask) is not None or any(char.isupper() for char in mask)
        ends = SENTENCE_END if large else LOWER_SENTENCE_END
        starts = [self.span.start + len(mask) - len(mask.lstrip())]
        starts += [self.span.start + f.end() for f in ends.finditer(mask) if not _abbreviated(mask, f)]
        return tuple(starts)

    @Once
    def _tokens(self) -> dict[tuple[int, int], list[Token]]:
        return {}

    def sentence(self, at: int) -> Span:
        """The sentence around the offset `at`."""
        i = bisect_right(self.sentences, at)
        start = self.sentences[i - 1] if i else self.span.start
        end = self.sentences[i] if i < len(self.sentences) else self.span.end
        return Span(start, end)

    def between(self, start: int, end: int) -> str:
        """The mask between two offsets of the body."""
        return self.mask[max(0, start - self.span.start) : max(0, end - self.span.start)]

    def tokens(self, start: int, end: int) -> list[Token]:
        """The tokens of the mask between two offsets of the body, which they carry. Not to be changed."""
        known = self._tokens.get((start, end))
        if known is None:
            known = self._of_sentence(start, end)
            if known is None:
                base = self.span.start
                known = tokenise(self.mask, max(0, start - base), max(0, end - base), base)
            self._tokens[start, end] = known
        return known

    def _of_sentence(self, start: int, end: int) -> list[Token] | None:
        """A part of a sentence whose tokens are known; None where they are not, or an end of the part cuts one."""
        sentence = self.sentence(start) if self._tokens else self.span
        whole = self._tokens.get(sentence)
        if whole is None or end > sentence.end:
            return None
        first = bisect_left(whole, start, key=START)
        behind = bisect_left(whole, end, first, key=START)
        if (first and whole[first - 1].end > start) or (behind > first and whole[behind - 1].end > end):
            return None
        return whole[first:behind]


def _abbreviated(mask: str, end: re.Match[str]) -> bool:
    """Whether the stop belongs to an abbreviation or initials: «г. Окольск», «А. Берёзов»."""
    if not end[0].startswith(".") or end[0].startswith(".."):
        return False
    before = LAST_WORD.search(mask, max(0, end.start() - 12), end.start())
    if before is None or before.end() != end.start():
        return False
    word = before[1]
    if word in AMOUNTS or (word in {"г", "гг"} and mask[: before.start()].rstrip()[-1:].isdigit()):
        return False  # «11 млн руб. Мэр …», «в 2012 г. Мэр …»
    return word in FULL_STOP_LESS or (len(word) == 1 and word.isupper())


def find_paragraphs(body: str) -> Iterator[Paragraph]:
    """The paragraphs of a body, with and without marks, in order."""
    for span, pairs in pair_marks(body):
        yield Paragraph(body, span, pairs)


def trim(text: str, start: int, end: int, *, joint: bool = False) -> Span:
    """The span without blanks at its edges; with `joint`, without the comma or dash at its end either."""
    drop = BLANK_EDGE + "\n\r" + (",—–-−" if joint else "")
    while start < end and text[start] in BLANK_EDGE + "\n\r":
        start += 1
    while end > start and text[end - 1] in drop:
        end -= 1
    return Span(start, end)
