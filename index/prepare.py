"""What is done to an article before it is stored? It is checked and cleaned, and its quotes are found.

A pure function of the article, so that it can run in any process.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Final

from .analysis import ANALYSIS_VERSION
from .cleanup import clean
from .errors import InvalidArticleError
from .model import Article, Quote
from .quotes import extract

# Raised whenever clean-up or quote extraction change what they find: articles indexed before are then prepared anew.
PREPARE_VERSION: Final = 5


def prepare(article: Article) -> tuple[Article, tuple[Quote, ...]]:
    """The article cleaned, and its quotes. Raises InvalidArticleError."""
    article = clean(checked(article))
    return article, extract(article)


def digest(article: Article) -> str:
    """What decides whether the article of an id has changed: its fields as they came, and the versions of what is made
    of them.
    """
    told = [article.title, article.text, article.published]
    told += [article.source, article.author, article.section, article.url]
    if article.extra or article.holes or article.pulls:
        rest = (dict(article.extra), article.holes, [pull.span for pull in article.pulls])
        told.append(json.dumps(rest, sort_keys=True, default=str))
    # Sources leave no NUL in a text.
    texts = "\0".join(["\0" if one is None else str(one) for one in told])
    whole = f"{ANALYSIS_VERSION} {PREPARE_VERSION} {texts}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


def checked(article: Article) -> Article:
    """The article, or InvalidArticleError saying which field is wrong."""
    _no_surrogates(article)
    return typed(article)


def typed(article: Article) -> Article:
    """As `checked`, but halves of surrogate pairs, which whoever encodes its texts will find, are not looked for."""
    for name in ("id", "title", "text"):
        value = getattr(article, name)
        if not isinstance(value, str) or (name != "title" and not value.strip()):
            raise InvalidArticleError(f"article {article.id!r}: {name} is {value!r:.40}, expected a text, not empty")
    if article.id in (".", ".."):
        raise InvalidArticleError(f"article {article.id!r}: browsers take this id for a folder; expected another one")
    for name in ("source", "author", "section", "url"):
        value = getattr(article, name)
        if not (value is None or isinstance(value, str)):
            raise InvalidArticleError(f"article {article.id!r}: {name} is {value!r:.40}, expected a text or None")
    try:
        if article.extra:
            json.dumps(dict(article.extra), ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidArticleError(
            f"article {article.id!r:.80}: extra cannot be stored as JSON ({error}); expected texts, numbers, lists"
        ) from error
    if article.published is not None:
        try:
            date.fromisoformat(article.published)
        except (ValueError, TypeError):
            raise InvalidArticleError(
                f"article {article.id!r}: published is {article.published!r:.40}, expected an ISO date like 2015-12-15"
            ) from None
    return article


def _no_surrogates(article: Article) -> None:
    for name in ("id", "title", "text", "source", "author", "section", "url"):
        value = getattr(article, name)
        if not isinstance(value, str) or value.isascii():
            continue
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise InvalidArticleError(
                f"article {article.id!r:.80}: {name} holds half a surrogate pair at {error.start}; "
                "expected Unicode text"
            ) from None
