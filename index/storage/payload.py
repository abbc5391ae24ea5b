"""How is an article or a quote stored whole? As zlib-compressed JSON: data only, nothing that could run."""

from __future__ import annotations

import json
import zlib
from typing import Any

from index.model import Article, Pull, Quote, Span, Speaker

_LEVEL = 6


def _pack(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)


def _unpack(data: bytes) -> Any:
    return json.loads(zlib.decompress(data))


def pack_article(article: Article) -> bytes:
    """An article as bytes."""
    return _pack(
        {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "published": article.published,
            "source": article.source,
            "author": article.author,
            "section": article.section,
            "url": article.url,
            "extra": dict(article.extra),
            "holes": article.holes,
            "pulls": [pull.span for pull in article.pulls],
        }
    )


def unpack_article(data: bytes) -> Article:
    """The article that `pack_article` packed."""
    found = _unpack(data)
    holes = tuple(Span(*hole) for hole in found.pop("holes"))
    pulls = tuple(Pull(Span(*span)) for span in found.pop("pulls"))
    return Article(**found, holes=holes, pulls=pulls)


def pack_quote(quote: Quote, article: Article) -> bytes:
    """A quote as bytes, with what a hit shows of its article."""
    return _pack(
        {
            "quote": {
                "id": quote.id,
                "article_id": quote.article_id,
                "spans": quote.spans,
                "text": quote.text,
                "kind": quote.kind,
                "speaker": None if quote.speaker is None else [quote.speaker.id, quote.speaker.name],
                "mention": quote.mention,
                "mention_span": quote.mention_span,
                "cue": quote.cue,
                "resolved_by": quote.resolved_by,
                "confidence": quote.confidence,
            },
            "article": {
                "title": article.title,
                "published": article.published,
                "source": article.source,
                "url": article.url,
            },
        }
    )


def unpack_quote(data: bytes) -> tuple[Quote, dict[str, str | None]]:
    """The quote, and `title`, `published`, `source`, `url` of its article."""
    found = _unpack(data)
    raw = found["quote"]
    spans = tuple(Span(*span) for span in raw.pop("spans"))
    speaker = raw.pop("speaker")
    mention_span = raw.pop("mention_span")
    quote = Quote(
        **raw,
        spans=spans,
        speaker=None if speaker is None else Speaker(*speaker),
        mention_span=None if mention_span is None else Span(*mention_span),
    )
    return quote, found["article"]
