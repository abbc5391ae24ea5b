"""How is an article or a quote stored whole? As JSON, data only; blocks of many are compressed."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

from index.model import Article, Pull, Quote, Span, Speaker

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _pack(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _unpack(data: bytes) -> Any:
    return json.loads(data)


def pack_article(article: Article) -> bytes:
    """An article as bytes."""
    # By hand: most articles are a few texts, in which an encoder takes three times as long to look round.
    extra = _pack(dict(article.extra)) if article.extra else b"{}"
    holes = _pack(article.holes) if article.holes else b"[]"
    pulls = _pack([pull.span for pull in article.pulls]) if article.pulls else b"[]"
    fields = (article.id, article.title, article.text)
    optional = (article.published, article.source, article.author, article.section, article.url)
    return _ARTICLE % (*map(_quoted, fields), *map(_quoted, optional), extra, holes, pulls)


_ARTICLE = (
    b'{"id":%b,"title":%b,"text":%b,"published":%b,"source":%b,"author":%b,"section":%b,"url":%b,'
    b'"extra":%b,"holes":%b,"pulls":%b}'
)
_CONTROLS = bytes(range(32))


def pack_state(article_id: str, origin: str | None, digest: str | None) -> bytes:
    """What the index knows of an article's coming, as JSON `[id, origin, digest]`."""
    return b"[%b, %b, %b]" % (_quoted(article_id), _quoted(origin), _quoted(digest))


def _quoted(value: str | None) -> bytes:
    """A text as JSON."""
    if value is None:
        return b"null"
    data = value.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if len(data.translate(None, _CONTROLS)) != len(data):
        data = encode_basestring(value)[1:-1].encode()
    return b'"%b"' % data


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
