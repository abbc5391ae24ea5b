"""Which article does this page of HTML hold?

trafilatura finds the main text, title, day, author and site among menus and advertisements; a page that it finds
nothing in is rendered as it stands. Nothing on a page is run, and nothing that it names is fetched.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ..model import Article, Pull, Span
from .encoding import decode
from .html_text import Rendered, is_pull, parsed, rendered_tree
from .outcome import MAX_TEXT, Entry, NotAnArticleError, Outcomes, read_whole
from .records import article_of, sane

DATES = {"original_date": True, "extensive_search": False, "max_date": "2200-01-01"}  # no guessing from the text
TITLE_TAIL = re.compile(r"\s+[|—–-]\s+[^|—–]{1,40}$")  # « | Зареченский вестник»

for _noisy in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)  # they report pages without text as errors; we do it ourselves


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds beside its furniture; None for what it does not say."""

    text: str
    title: str | None = None
    date: str | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None
    section: str | None = None


def read_html(entry: Entry) -> Outcomes:
    """The article that a page of HTML holds."""
    markup = sane(decode(read_whole(entry)).text)
    if len(markup) > MAX_TEXT:
        raise NotAnArticleError(f"a page of {len(markup):,} characters; at most {MAX_TEXT:,} are read")
    tree = parsed(markup)
    if tree is None:
        raise NotAnArticleError("a page without text")
    page = extracted(markup) or plain_page(tree)
    if not page.text.strip():
        raise NotAnArticleError("a page without text")
    record = {
        "id": page.url if page.url and names_a_page(page.url) else entry.path_id,
        "title": page.title or tag_text(tree, "title"),
        "date": page.date,
        "author": page.author,
        "source": page.site,
        "url": page.url,
        "section": page.section,
    }
    article = article_of(record, entry.path_id, page=Rendered(page.text))
    yield entry.loaded(with_pulls(article, tree))


def extracted(markup: str) -> Page | None:
    """What trafilatura finds on a page; None if it finds no text."""
    import trafilatura  # here, since it takes half a second that only pages of HTML should cost

    try:
        found: Any = trafilatura.bare_extraction(
            markup, with_metadata=True, include_comments=False, date_extraction_params=DATES
        )
    except Exception:  # a page can be broken in more ways than its many libraries name
        return None
    if found is None or not (found.text or "").strip():
        return None
    section = next(iter(found.categories or ()), None)
    return Page(found.text, found.title, found.date, found.author, found.sitename, found.url, section)


def plain_page(tree: etree._Element) -> Page:
    """A page as it stands: its `<article>`, `<main>` or whole body."""
    for tag in ("article", "main", "body"):
        inner = next(iter(tree.iter(tag)), None)
        if inner is not None and (text := rendered_tree(inner).text):
            return Page(text, tag_text(tree, "h1"))
    return Page(rendered_tree(tree).text, tag_text(tree, "h1"))


def tag_text(tree: etree._Element, tag: str) -> str | None:
    """The words of the first `tag` on a page, a site's name behind a title left out."""
    element = next(iter(tree.iter(tag)), None)
    words = " ".join("".join(str(piece) for piece in element.itertext()).split()) if element is not None else ""
    return TITLE_TAIL.sub("", words) or None


def names_a_page(url: str) -> bool:
    """Whether a url names a page, and not just its site: templates often leave the site's own url on every page."""
    parts = urlsplit(url)
    return len(parts.path) > 1 or bool(parts.query)


def with_pulls(article: Article, tree: etree._Element) -> Article:
    """The article with the pull-quotes of its page: paragraphs of the text that say what a pull block says."""
    wanted = {
        spaced(rendered_tree(one).text) for one in tree.iter() if isinstance(one.tag, str) and is_pull(one.tag, one)
    }
    wanted.discard("")
    spans = []
    at = 0
    for line in article.text.split("\n") if wanted else ():
        if spaced(line) in wanted:
            spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    free = [span for span in spans if all(span.end <= hole.start or span.start >= hole.end for hole in article.holes)]
    return replace(article, holes=tuple(sorted((*article.holes, *free))), pulls=tuple(map(Pull, free)))


def spaced(text: str) -> str:
    """Words with one blank between."""
    return " ".join(text.split())
