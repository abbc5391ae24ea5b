"""What does a segment hold of an article and of a quote? A row each: texts to find words in, keys to filter by,
columns, and the whole of it to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from index import schema
from index.errors import InvalidArticleError
from index.model import Article, Quote
from index.writer import SyncState

from .payload import pack_article, pack_quote, pack_state

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Row(NamedTuple):
    """One document. `texts`: text field → text; `keys`: key field → exact keys; `facets`: facet → values as written;
    `day`: days since 1970-01-01; `stored`: JSON. Fields that are missing are empty.
    """

    id: str
    texts: Mapping[str, str]
    keys: Mapping[str, Sequence[str]] = _NOTHING
    facets: Mapping[str, Sequence[str]] = _NOTHING
    day: int = schema.NO_DAY
    stored: bytes = b"{}"


class ArticleRows(NamedTuple):
    """An article's row, those of its quotes, and `sync`: JSON `[id, origin, digest]`."""

    article: Row
    quotes: tuple[Row, ...] = ()
    sync: bytes = b"[]"


def rows_of(article: Article, quotes: Sequence[Quote], state: SyncState) -> ArticleRows:
    """The rows of an article and its quotes. Raises InvalidArticleError for what cannot be stored."""
    try:
        return ArticleRows(
            _article_row(article, quotes),
            tuple([_quote_row(quote, article) for quote in quotes]),
            pack_state(article.id, state.origin, state.digest),
        )
    except (TypeError, ValueError) as error:
        raise InvalidArticleError(f"article {article.id!r:.80}: cannot be stored: {error}") from error


def _article_row(article: Article, quotes: Sequence[Quote]) -> Row:
    texts = {"title": article.title, "text": article.readable}
    if not quotes:
        return _row(article.id, article, texts, (), (), pack_article(article))
    speakers = sorted({quote.speaker.name for quote in quotes if quote.speaker and quote.kind != schema.RETOLD})
    kinds = sorted({quote.kind for quote in quotes})
    texts["speaker"] = "\n".join(speakers)
    return _row(article.id, article, texts, speakers, kinds, pack_article(article))


def _quote_row(quote: Quote, article: Article) -> Row:
    speakers = [quote.speaker.name] if quote.speaker else []
    texts = {"quote": quote.text, "article_title": article.title, "speaker": "".join(speakers)}
    return _row(quote.id, article, texts, speakers, [quote.kind], pack_quote(quote, article))


def _row(
    row_id: str, article: Article, texts: dict[str, str], speakers: Sequence[str], kinds: Sequence[str], stored: bytes
) -> Row:
    keys: dict[str, Sequence[str]] = {}
    facets: dict[str, Sequence[str]] = {}
    if kinds:
        keys["kind"] = facets["kind"] = kinds
    if speakers:
        keys["speaker_key"], facets["speaker"] = _keys(speakers), speakers
    for name, value in (("source", article.source), ("author", article.author), ("section", article.section)):
        if value:
            texts[name] = value
            keys[name + "_key"] = [schema.exact_key(value)]
            facets[name] = [value]
    return Row(row_id, texts, keys, facets, schema.day_number(article.published), stored)


def _keys(values: Sequence[str]) -> list[str]:
    return sorted({schema.exact_key(value) for value in values})
