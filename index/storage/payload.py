"""How is an article or a quote stored whole? As JSON, data only; blocks of many are compressed.

The JSON is written in cp1251, and what that does not have as `\\uXXXX`: a Russian letter is one byte there and two in
UTF-8, so that a block of a size holds twice as many articles and comes out a fifth smaller. COMPACT stands before it; a
record without that byte is JSON in UTF-8, as format 001 has it.
"""

from __future__ import annotations

import codecs
import json
from encodings.cp1251 import decoding_table, encoding_table
from json.encoder import encode_basestring
from typing import Any, Final

from index.model import Article, Pull, Quote, Shown, Span, Speaker

COMPACT: Final = b"\x01"
ENCODING: Final = "cp1251"
_ESCAPED: Final = "molva-json"  # the name of `_escaped` among Python's error handlers
_DECODER: Final = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Characters that an encoding does not have, as JSON has them; half a character (a lone surrogate) is refused."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    found.encode()
    return json.dumps(found)[1:-1], error.end


codecs.register_error(_ESCAPED, _escaped)


def _pack(value: Any) -> bytes:
    return _ENCODER.encode(value).encode(ENCODING, _ESCAPED)


def unpack(data: bytes) -> Any:
    """What a stored record holds. Raises ValueError."""
    if data[:1] != COMPACT:
        return json.loads(data)
    # What `decode` and `json.loads` come to, without looking for the codec, and for blanks around.
    text, _ = codecs.charmap_decode(memoryview(data)[1:], "strict", decoding_table)
    found, end = _DECODER.raw_decode(text)
    if end < len(text):
        raise ValueError(f"a stored record goes on behind its end, at character {end}")
    return found


def text_of(data: bytes) -> str:
    """A stored record as the text of its JSON."""
    return data.decode() if data[:1] != COMPACT else data[1:].decode(ENCODING)


def packed_text(text: str) -> bytes:
    """The record with this text; `text_of` of it is the text."""
    return COMPACT + text.encode(ENCODING)


def pack_article(article: Article) -> bytes:
    """An article as bytes."""
    # By hand: most articles are a few texts, in which an encoder takes three times as long to look round.
    told = _TOLD % (_quoted(article.id), _quoted(article.title), _quoted(article.text))
    optional = (article.published, article.source, article.author, article.section, article.url)
    return told + (_UNDATED if optional == _NOTHING else _OPTIONAL % tuple(map(_quoted, optional))) + _rest(article)


def _rest(article: Article) -> bytes:
    if not (article.extra or article.holes or article.pulls):
        return _PLAIN
    extra = _pack(dict(article.extra)) if article.extra else b"{}"
    holes = _pack(article.holes) if article.holes else b"[]"
    pulls = _pack([pull.span for pull in article.pulls]) if article.pulls else b"[]"
    return _REST % (extra, holes, pulls)


_TOLD: Final = b'\x01{"id":%b,"title":%b,"text":%b'
_OPTIONAL: Final = b',"published":%b,"source":%b,"author":%b,"section":%b,"url":%b'
_REST: Final = b',"extra":%b,"holes":%b,"pulls":%b}'
_NOTHING: Final = (None,) * 5
_UNDATED: Final = _OPTIONAL % ((b"null",) * 5)
_PLAIN: Final = _REST % (b"{}", b"[]", b"[]")
_CONTROLS: Final = bytes(range(32))
_SHORT: Final = 64  # characters up to which Python's own JSON is quicker than a look round


def pack_state(article_id: str, origin: str | None, digest: str | None) -> bytes:
    """What the index knows of an article's coming, as JSON `[id, origin, digest]`."""
    told = [b"null" if value is None else encode_basestring(value).encode() for value in (article_id, origin, digest)]
    return b"[%b, %b, %b]" % (*told,)


def _quoted(value: str | None) -> bytes:
    """A text as JSON."""
    if value is None:
        return b"null"
    if len(value) > _SHORT:
        data, _ = codecs.charmap_encode(value, _ESCAPED, encoding_table)  # what `encode` comes to
        if b"\\" not in data:
            data = data.replace(b'"', b'\\"').replace(b"\n", b"\\n")
            if len(data.translate(None, _CONTROLS)) == len(data):
                return b'"%b"' % data
    return encode_basestring(value).encode(ENCODING, _ESCAPED)


def unpack_article(data: bytes) -> Article:
    """The article that `pack_article` packed."""
    return _article(unpack(data))


def _article(found: dict[str, Any]) -> Article:
    holes = tuple(Span(*hole) for hole in found.pop("holes"))
    pulls = tuple(Pull(Span(*span)) for span in found.pop("pulls"))
    return Article(**found, holes=holes, pulls=pulls)


def unpack_shown(data: bytes) -> Shown:
    """What a hit shows of the article that `pack_article` packed."""
    found = unpack(data)
    optional = (found["published"], found["source"], found["author"], found["section"], found["url"])
    article_id, title, text = found["id"], found["title"], found["text"]
    return Shown(article_id, title, _article(found).readable if found["holes"] else text, *optional)


def pack_quote(quote: Quote, article: Article) -> bytes:
    """A quote as bytes, with what a hit shows of its article."""
    return COMPACT + _pack(
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
    found = unpack(data)
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
