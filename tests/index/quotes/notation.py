"""How does a test write a text together with the quotes expected in it?

`[words]` is a quote, `{words}` the mention; both marks are taken out before the text is read. `[1:words]` numbers the
spans of an interrupted quote; `[~words]` is a partial one, `[=words]` reported speech (`[=1:words]` where it is
interrupted). A blank within the marks belongs to the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.model import Article, Quote, Span

_MARK = re.compile(r"\[(?P<tag>~|=?\d:|=)?|\]|\{|\}")
_KINDS = {"~": "partial", "=": "indirect"}


@dataclass(frozen=True)
class Expected:
    """A plain text, its quotes as (kind, spans), and the places of its mentions."""

    text: str
    quotes: tuple[tuple[str, tuple[Span, ...]], ...]
    mentions: tuple[Span, ...]


def parse(notation: str) -> Expected:
    """The text without marks and what the marks say. Raises ValueError where they do not match."""
    out: list[str] = []
    opened: list[tuple[str, int]] = []
    quotes: dict[str, tuple[str, list[Span]]] = {}
    mentions: list[Span] = []
    at = size = 0
    for found in _MARK.finditer(notation):
        piece = notation[at : found.start()]
        out.append(piece)
        size += len(piece)
        at = found.end()
        if found[0] == "{" or found[0].startswith("["):
            opened.append((found[0], size))
            continue
        if not opened or (found[0] == "}") != (opened[-1][0] == "{"):
            raise ValueError(f"«{found[0]}» closes nothing at {found.start()} of «{notation}»")
        mark, start = opened.pop()
        if mark == "{":
            mentions.append(Span(start, size))
            continue
        tag = mark[1:]
        key = tag if tag.endswith(":") else str(start)
        quotes.setdefault(key, (_KINDS.get(tag[:1], "direct"), []))[1].append(Span(start, size))
    if opened:
        raise ValueError(f"«{opened[-1][0]}» is never closed in «{notation}»")
    out.append(notation[at:])
    rows = tuple((kind, tuple(spans)) for kind, spans in quotes.values())
    return Expected("".join(out), rows, tuple(mentions))


def article(text: str, **fields: object) -> Article:
    """An article of this text."""
    return Article(id="t", title="", text=text, **fields)  # type: ignore[arg-type]


def in_marks(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """The quotes without reported speech."""
    return tuple(quote for quote in quotes if quote.kind != "indirect")


def seen(quotes: tuple[Quote, ...]) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """Quotes in the shape of `Expected.quotes`."""
    return tuple((quote.kind, quote.spans) for quote in quotes)
