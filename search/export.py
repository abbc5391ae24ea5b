"""How does an article or a quote leave Molva? As one JSON object, under the names that `molva index` reads again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from index.model import Article

from .results import StoredArticle, stored_quote_dict

# Its fields in the order of the contract; the index keeps the date under another name.
_FIELDS: Final = ("id", "title", "text", "date", "url", "source", "author", "section")


def article_record(article: Article) -> dict[str, Any]:
    """An article as `molva index` reads it, what it does not have left out. Fields that Molva does not know go back
    beside the others, under their own names. Holes and pulls are no part of it: they follow from the text.
    """
    found = {name: getattr(article, "published" if name == "date" else name) for name in _FIELDS}
    known = {name: value for name, value in found.items() if value is not None}
    return known | {name: value for name, value in article.extra.items() if name not in known}


def quote_records(stored: StoredArticle) -> Iterator[dict[str, Any]]:
    """The quotes of an article as `GET /api/v1/articles/{id}` gives them, each with what tells its article."""
    article = stored.article
    about = {name: getattr(article, name) for name in ("id", "title", "published", "source", "url")}
    for quote in stored.quotes:
        yield stored_quote_dict(quote) | {"article": about}
