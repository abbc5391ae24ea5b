"""Which words does an article give as somebody's own, and whose are they?

`marks` pairs quotation marks, `find` cuts paragraphs, `attribute` holds the rules, `scan` runs them over a body;
`indirect` finds what is reported without marks; `resolve` finds the speaker of both. Here they become quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.model import Article, Quote, Span
from index.slug import slug

from .find import Paragraph, find_paragraphs, trim
from .indirect import reports
from .kept import forget_now_and_then
from .recased import is_small, recased
from .resolve import PULL, Resolved, Resolver
from .scan import scan
from .scene import Attribution
from .talk import QUESTION

__all__ = ["Explained", "explain", "extract", "slug"]

LINES = re.compile(r"\s*\n\s*")
JOINED = re.compile(r"[\s,:—–-]*(?:\b(?:поскольку|потому что|так как|что|и|а|но))?[\s,:—–«„“\"-]*$")
ODD_DASHES = "‐‑―"
ODD_DASH = re.compile(r"[‐‑―](?<![^\s»”\",.!?…].)(?![^\s«“\"])")
WIKI_NAME = re.compile(r"(?<![\w'«„“\"])''(?=[A-ZА-ЯЁ])([^'\n«»„“\".!?…]{2,40})''(?![\w'»”\"])")
WIKI_MARKS = re.compile(r"''(?=[«\"„“])|(?<=[»\"”])''")  # cursive around a quote
GOES_ON = re.compile(r",? (?:и|но|а|однако|также|при этом)(?: (?:также|даже|ещё))? ")
SAID_BEHIND = "said_behind_words"  # what it gives is the quote itself
MIN_PIECE = 3  # words of a report before a whole quote


class Explained(NamedTuple):
    """A quote, the name of the rule that found it, and the sign that told its speaker (empty for nobody)."""

    quote: Quote
    rule: str
    sign: str = ""


def extract(article: Article) -> tuple[Quote, ...]:
    """The quotes of an article in the order of its text, pulls among them.

    Spans are code points of `article.text`, leave out the marks and never overlap a hole. Nothing is raised.
    """
    return tuple(row.quote for row in explain(article))


def explain(article: Article) -> tuple[Explained, ...]:
    """As `extract`, with the rule behind each quote."""
    forget_now_and_then()
    body = _with_plain_dashes(_without_pulls(article))
    rows: list[tuple[str, Attribution, Resolved]] = []
    resolver: Resolver | None = None
    told = _with_title(article, body)
    if is_small(told):
        told, body = recased(told), recased(body)
    paragraphs = list(find_paragraphs(body))
    reported = list(reports(paragraphs))  # first: it needs whole sentences, `scan` parts of them
    for found in _in_order(body, list(scan(body, paragraphs)), reported):
        spans = tuple(_around_holes(body, found.spans, article.holes))
        if spans:
            resolver = resolver or Resolver(told, _title_first(told, body, paragraphs))
            resolved = resolver.resolve(found)
            if found.rule != QUESTION or resolved.speaker is not None:  # a question of the paper's own is no quote
                rows.append((found.rule, _with_spans(found, spans), resolved))
    pulls = [("pull", Attribution("pull", "pull", (pull.span,)), Resolved(confidence=PULL)) for pull in article.pulls]
    rows = sorted(rows + pulls, key=lambda row: row[1].spans[0])
    return tuple(
        Explained(_quote(article, n, found, resolved), rule, resolved.sign)
        for n, (rule, found, resolved) in enumerate(rows, start=1)
    )


def _in_order(body: str, quoted: list[Attribution], reported: Iterable[Attribution]) -> list[Attribution]:
    """Quotes in marks and reports by where they start. A report gives way to a whole quote: it ends before one."""
    whole = sorted(span for found in quoted if found.kind == "direct" for span in found.spans)
    kept: list[Attribution] = []
    for found in reported:
        spans = tuple(_before_quotes(body, found.spans, whole))
        if spans == found.spans or (spans and found.rule != SAID_BEHIND):
            kept.append(_with_spans(found, spans))
    quoted = [_as_reported(body, found, kept) if found.kind == "partial" else found for found in quoted]
    return sorted([*quoted, *kept], key=lambda found: found.spans[0])


def _as_reported(body: str, found: Attribution, reports: list[Attribution]) -> Attribution:
    """A fragment in what somebody is reported to say, or whose verb goes on behind it («А считает, что п, и называет
    это «п»»), is said by the same one.
    """
    if found.rule != "fragment" or found.cue is None:
        return found
    start, end = found.spans[0].start, found.spans[-1].end
    for report in reports:
        last = report.spans[-1].end
        inside = any(span.start <= start and end <= span.end and found.cue.end <= span.start for span in report.spans)
        if inside or (last <= found.cue.start < start and GOES_ON.fullmatch(body, last, found.cue.start) is not None):
            return found._replace(mention=report.mention, case=report.case, gender=report.gender)
    return found


def _before_quotes(body: str, spans: tuple[Span, ...], whole: list[Span]) -> Iterator[Span]:
    """The spans up to the first whole quote among them; none where one starts within their first words."""
    for start, end in spans:
        hit = next((quote for quote in whole if quote.start < end and start < quote.end), None)
        if hit is None:
            yield Span(start, end)
            continue
        piece = JOINED.sub("", body[start : hit.start])
        if hit.start > start and len(piece.split()) >= MIN_PIECE:
            yield Span(start, start + len(piece))
        return


def _quote(article: Article, number: int, found: Attribution, resolved: Resolved) -> Quote:
    text = article.text
    return Quote(
        id=f"{article.id}#q{number}",
        article_id=article.id,
        spans=found.spans,
        text=join([text[slice(*span)] for span in found.spans]),
        kind=found.kind,
        speaker=resolved.speaker,
        mention=text[slice(*found.mention)] if found.mention else None,
        mention_span=found.mention,
        cue=text[slice(*found.cue)] if found.cue else None,
        resolved_by=resolved.by,
        confidence=resolved.confidence,
    )


def join(pieces: list[str]) -> str:
    """The words as one reads them: line breaks become blanks; between pieces stands what the joint left out.

    A comma before a piece that goes on in lower case, nothing but a blank behind . ! ? … : ;, else a full stop.
    """
    out = ""
    for piece in (LINES.sub(" ", piece) for piece in pieces):
        if not out:
            out = piece
        elif out[-1] in ".!?…:;,—":
            out += " " + piece
        else:
            out += (", " if piece[:1].islower() else ". ") + piece
    return out


def _without_pulls(article: Article) -> str:
    """The body with pulls blanked too: an editor's block is no text of the article."""
    body = article.body
    for pull in article.pulls:
        start, end = pull.span
        body = body[:start] + re.sub(r"[^\n]", " ", body[start:end]) + body[end:]
    return body


def _with_plain_dashes(body: str) -> str:
    """The body with hyphens that do not break, and other lines between blanks, made dashes, and the doubled
    apostrophes that a wiki puts around a name made marks; as long as before.
    """
    if "''" in body:
        body = WIKI_MARKS.sub("  ", body)
        body = WIKI_NAME.sub(r' "\1" ', body)
    return ODD_DASH.sub("–", body) if any(dash in body for dash in ODD_DASHES) else body


def _with_title(article: Article, body: str) -> str:
    """The body with the first line that tells the title: what it says of people holds for the article."""
    first = next((hole for hole in article.holes if not article.text[: hole.start].strip()), None)
    if first is None or " ".join(article.title.split()) not in " ".join(article.text[slice(*first)].split()):
        return body
    return _with_plain_dashes(article.text[: first.end]) + body[first.end :]


def _title_first(told: str, body: str, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs with those that only `told` has before them."""
    if told is body:
        return paragraphs
    end = paragraphs[0].span.start if paragraphs else len(told)
    title = [Paragraph(told, paragraph.span, paragraph.pairs) for paragraph in find_paragraphs(told[:end])]
    return title + paragraphs


def _around_holes(body: str, spans: tuple[Span, ...], holes: tuple[Span, ...]) -> Iterator[Span]:
    """`spans` cut where holes stand in them."""
    for start, end in spans:
        at = start
        for hole in holes:
            if hole.end <= at or hole.start >= end:
                continue
            piece = trim(body, at, max(at, hole.start))
            if piece.end > piece.start:
                yield piece
            at = hole.end
        piece = trim(body, at, max(at, end))
        if piece.end > piece.start:
            yield piece


def _with_spans(found: Attribution, spans: tuple[Span, ...]) -> Attribution:
    if spans == found.spans:
        return found
    return Attribution(found.rule, found.kind, spans, found.mention, found.cue, found.case, found.gender)
