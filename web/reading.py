"""How is an article's text laid out for reading? As blocks of well-nested pieces, without its holes, with quotes and
matches marked.

Quotes may nest (a fragment inside reported speech), cross each other, or run over several paragraphs; a stretch of
marked text is closed and opened again as often as it takes to keep the pieces nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from search.results import StoredArticle

MATCH = "match"
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
LINE = re.compile(r"[^\n]+")
LINES = re.compile(r"[^\n]+(?:\n[^\S\n]*[^\s][^\n]*)*")


class Marked(Protocol):
    """What is marked in the text: an index.Quote, a Match, or anything with spans and a kind."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """`[start, end)` in code points of the text."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place that answers the query; `m1` is the first of an article."""

    id: str
    spans: tuple[tuple[int, int], ...]
    kind: str = MATCH


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, or the opening or closing of a stretch of a quote or match. `first`: nothing of it was opened before."""

    does: Literal["text", "open", "close"]
    text: str = ""
    quote_id: str = ""
    kind: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a pull-quote block that stands aside."""

    pieces: tuple[Piece, ...]
    pull: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One span of one quote, cut to one block."""

    start: int
    end: int
    quote: Marked


def title_of(stored: StoredArticle, matches: Iterable[Match] = ()) -> tuple[Piece, ...]:
    """The article's title."""
    title = stored.article.title
    return tuple(pieces_of(title, 0, len(title), tuple(matches), set()))


def blocks_of(stored: StoredArticle, matches: Iterable[Match] = ()) -> list[Block]:
    """The article's text, block by block, in the order of the text."""
    marked: tuple[Marked, ...] = (*stored.quotes, *matches)
    article = stored.article
    text = _readable(article.body, article.text, [pull.span for pull in article.pulls])
    pulls = sorted({(pull.span.start, pull.span.end) for pull in article.pulls})
    by_lines = BLANK_LINE.search(article.text) is None
    seen: set[str] = set()
    blocks = []
    for start, end, pull in _regions(len(text), pulls):
        for at, to in _paragraphs(text, start, end, by_lines=by_lines and not pull):
            blocks.append(Block(tuple(pieces_of(text, at, to, marked, seen)), pull=pull))
    return blocks


def pieces_of(text: str, start: int, end: int, quotes: Iterable[Marked], seen: set[str]) -> Iterator[Piece]:
    """`text[start:end]` with the quotes in it, every open stretch closed before an earlier one is.

    `seen` holds the ids of quotes that were opened before, and grows.
    """
    stretches = sorted(_cut(quotes, start, end), key=lambda s: (s.start, -s.end))
    edges = sorted({start, end, *(s.start for s in stretches), *(s.end for s in stretches)})
    stack: list[_Stretch] = []
    coming = 0
    for at, to in zip(edges, [*edges[1:], end], strict=True):
        yield from _close(stack, at)
        while coming < len(stretches) and stretches[coming].start == at:
            yield from _open_under(stack, stretches[coming], seen)
            coming += 1
        if at < to:
            yield Piece("text", text=text[at:to])


def _close(stack: list[_Stretch], at: int) -> Iterator[Piece]:
    """Close what ends at `at`; what was opened after it, and goes on, is closed and opened again."""
    lowest = next((depth for depth, stretch in enumerate(stack) if stretch.end <= at), None)
    if lowest is None:
        return
    going_on = [stretch for stretch in stack[lowest:] if stretch.end > at]
    for stretch in reversed(stack[lowest:]):
        yield Piece("close", kind=stretch.quote.kind)
    del stack[lowest:]
    for stretch in going_on:
        yield Piece("open", quote_id=stretch.quote.id, kind=stretch.quote.kind)
        stack.append(stretch)


def _open_under(stack: list[_Stretch], stretch: _Stretch, seen: set[str]) -> Iterator[Piece]:
    quote = stretch.quote
    yield Piece("open", quote_id=quote.id, kind=quote.kind, first=quote.id not in seen)
    seen.add(quote.id)
    stack.append(stretch)


def _cut(quotes: Iterable[Marked], start: int, end: int) -> Iterator[_Stretch]:
    for quote in quotes:
        for span_start, span_end in quote.spans:
            if max(span_start, start) < min(span_end, end):
                yield _Stretch(max(span_start, start), min(span_end, end), quote)


def _readable(body: str, text: str, pulls: Iterable[tuple[int, int]]) -> str:
    """`body`, and the words of pull blocks even where the whole block is a hole."""
    for start, end in pulls:
        if not body[start:end].strip():
            body = body[:start] + text[start:end] + body[end:]
    return body


def _regions(length: int, pulls: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """The text cut at the edges of pull blocks."""
    at = 0
    for start, end in pulls:
        if start < at:
            continue
        yield at, start, False
        yield start, end, True
        at = end
    yield at, length, False


def _paragraphs(text: str, start: int, end: int, *, by_lines: bool) -> Iterator[tuple[int, int]]:
    """Stretches between blank lines; in a text that has none, each line."""
    for found in (LINE if by_lines else LINES).finditer(text, start, end):
        paragraph = found[0]
        if paragraph.strip():
            left = len(paragraph) - len(paragraph.lstrip())
            yield found.start() + left, found.start() + len(paragraph.rstrip())
