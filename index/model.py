"""What flows through Molva: an article, the quotes in it, and where they stand.

Every span is `[start, end)` in Unicode code points of `Article.text`, the decoded text as its source gave it. Nothing
is ever cut out of that text: what no reader saw (shortcodes, the title's second telling, a site's name) is a *hole*,
and `Article.body` is the same text with its holes blanked, so that offsets agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

QuoteKind = Literal["direct", "partial", "pull", "indirect"]
ResolvedBy = Literal["name", "surname", "role", "pronoun", "previous"]


class Span(NamedTuple):
    """`[start, end)` in code points of the text that it lies beside."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pull:
    """An editor's pull-quote or teaser block: not an utterance, so no speaker. `span` is its words, told once."""

    span: Span


@dataclass(frozen=True, slots=True)
class Article:
    """One text with a title.

    `published` is an ISO date (`2015-12-15`) or None; `extra` holds fields that Molva does not know, kept as they
    came (JSON values). `holes` are sorted and do not overlap.
    """

    id: str
    title: str
    text: str
    published: str | None = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    url: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    holes: tuple[Span, ...] = ()
    pulls: tuple[Pull, ...] = ()

    @property
    def body(self) -> str:
        """`text` with its holes blanked: as long as `text`; a hole at a line's start or over lines breaks the line."""
        if not self.holes:
            return self.text
        out: list[str] = []
        at = 0
        for start, end in self.holes:
            out.append(self.text[at:start])
            hole = self.text[start:end]
            inline = "\n" not in hole and start > 0 and self.text[start - 1] != "\n"
            out.append((" " if inline else "\n") * (end - start))
            at = end
        out.append(self.text[at:])
        return "".join(out)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words a quote gives. `id` is a slug of the name (`sergei-lavrov`); `name` stands in the nominative."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an article gives as somebody's own.

    `spans` (at least one, sorted) point into the article's text and leave out the marks; an interrupted quote has
    several. `text` is the words, the spans joined as one reads them. `mention` is the attribution as written
    («глава МИД», «он»), `mention_span` where it stands; `speaker` whom it names, None where the article does not say.
    """

    id: str
    article_id: str
    spans: tuple[Span, ...]
    text: str
    kind: QuoteKind
    speaker: Speaker | None = None
    mention: str | None = None
    mention_span: Span | None = None
    cue: str | None = None
    resolved_by: ResolvedBy | None = None
    confidence: float = 0.0

    @property
    def start(self) -> int:
        """Where its first span starts."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where its last span ends."""
        return self.spans[-1].end
