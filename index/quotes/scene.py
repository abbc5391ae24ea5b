"""What does a rule see of a pair of marks: its words, and the sentence before and behind them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index.model import QuoteKind, Span

from .find import Paragraph, trim
from .marks import Pair
from .near import BLANKS, word_before
from .once import Once
from .subjects import Said
from .tokens import Token, clause


class Attribution(NamedTuple):
    """A quote that a rule has found. `mention` and `cue` are places in the body; `case` is the mention's."""

    rule: str
    kind: QuoteKind
    spans: tuple[Span, ...]
    mention: Span | None = None
    cue: Span | None = None
    case: str = "nomn"
    gender: str | None = None


@dataclass(frozen=True)
class Scene:
    """A pair of marks in its paragraph. `follows` is whether another quote ends right before."""

    paragraph: Paragraph
    pair: Pair
    follows: bool = False

    @Once
    def words(self) -> Span:
        """What stands between the marks, blanks and the joint's comma left out."""
        return trim(self.paragraph.text, *self.pair.words, joint=True)

    @Once
    def content(self) -> str:
        """The text of `words`."""
        return self.paragraph.text[slice(*self.words)]

    @Once
    def before(self) -> str:
        """The sentence up to the opening mark, pairs blanked."""
        return self.paragraph.between(self.sentence.start, self.pair.opening)

    @Once
    def word_right_before(self) -> str | None:
        """The word in small letters right before the opening mark; None where it takes a closer look to say."""
        word = word_before(self.before, len(self.before))
        return word if word and self.before.rstrip(BLANKS)[: -len(word)][-1:] in BLANKS else None

    @Once
    def sentence(self) -> Span:
        """The sentence in which the opening mark stands."""
        return self.paragraph.sentence(self.pair.opening)

    @Once
    def opens_sentence(self) -> bool:
        """Whether nothing but a dash stands before the opening mark."""
        return not any(char.isalnum() or char == "«" for char in self.before)

    @Once
    def tokens_before(self) -> list[Token]:
        """The tokens of `before`."""
        return self.paragraph.tokens(self.sentence.start, self.pair.opening)

    @Once
    def tokens_after(self) -> list[Token]:
        """The tokens from the closing mark to the end of the sentence."""
        return clause(self.paragraph.tokens(self.pair.after, self.paragraph.sentence(self.pair.after).end))

    def found(
        self, rule: str, kind: QuoteKind, said: Said | None, spans: tuple[Span, ...] | None = None
    ) -> Attribution:
        """The quote with this speaker."""
        spans = spans or (self.words,)
        if said is None:
            return Attribution(rule, kind, spans)
        return Attribution(rule, kind, spans, said.mention, said.cue, said.case, said.gender)
