"""What flows through Molva: an article, the quotes in it, and where they stand.

Every span is `[start, end)` in Unicode code points of `Article.text`, the decoded text as its source gave it. Nothing
is ever cut out of that text: what no reader saw (shortcodes, the title's second telling, a site's name) is a *hole*,
and `Article.body` is the same text with its holes blanked, so that offsets agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        return _blanked(self.text, self.holes)

    @property
    def readable(self) -> str:
        """`body` with the words of its pulls where they stand: what a reader sees, and may look for."""
        return (
            _blanked(self.text, _without(self.holes, [pull.span for pull in self.pulls])) if self.pulls else self.body
        )


class Shown(NamedTuple):
    """What a hit shows of an article, and looks for words in; see `Article`."""

    id: str
    title: str
    readable: str
    published: str | None
    source: str | None
    author: str | None
    section: str | None
    url: str | None


def _blanked(text: str, holes: Sequence[Span]) -> str:
    if not holes:
        return text
    out: list[str] = []
    at = 0
    for start, end in holes:
        out.append(text[at:start])
        inline = "\n" not in text[start:end] and start > 0 and text[start - 1] != "\n"
        out.append((" " if inline else "\n") * (end - start))
        at = end
    out.append(text[at:])
    return "".join(out)


def _without(holes: Sequence[Span], kept: Sequence[Span]) -> list[Span]:
    """`holes` without the places that are `kept`; both sorted and free of overlaps."""
    left: list[Span] = []
    for start, end in holes:
        at = start
        for keep in sorted(kept):
            if start <= keep.start and keep.end <= end:
                left.append(Span(at, keep.start))
                at = keep.end
        left.append(Span(at, end))
    return [hole for hole in left if hole.start < hole.end]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words a quote gives. `id` is a slug of the name (`sergei-lavrov`); `name` stands in the nominative.

    `label` is for namesakes, where an archive is known: the name with what tells them apart.
    """

    id: str
    name: str
    label: str | None = None


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
