"""What does a feed reader get? `/search.atom?q=…`: any question with all its filters, the newest first.

Atom (RFC 4287) with the elements of OpenSearch 1.1 and the links of paged feeds (RFC 5005). Ids are tag URIs (RFC 4151)
of the public host and the article's or quote's own id: the same however the question is put, whichever page it is on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as Tree  # it writes, and reads nothing  # nosec B405

from flask import Blueprint, Response, request, url_for

from search.request import SearchRequest
from search.results import ArticleHit, Marked, Page, QuoteHit

from .caching import fresh_or_unchanged, search_tag
from .gate import answer_to, current_searcher, public, public_root
from .links import Links, safe_url
from .parameters import FEED
from .params import read_request, to_params
from .xml import document, element, root

feed = Blueprint("feed", __name__)

ATOM: Final = "application/atom+xml; charset=utf-8"
ATOM_SPACE: Final = "http://www.w3.org/2005/Atom"
OPENSEARCH_SPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
BRAND: Final = "Молва"
UNTITLED: Final = "Без заголовка"
# An entry must say when it changed; of one without a date nobody knows, and another day each time would make it new.
UNDATED: Final = "1970-01-01"
LONGEST_TITLE: Final = 120
OF_ADDRESSES: Final = "%/:?#[]@!$&'()*+,;=~-._"  # what stays as it is in an address


@feed.get("/search.atom")
def atom() -> Response:
    """The answers as a feed, the newest first unless `sort` says otherwise."""
    asked = read_request(request.args, FEED)
    if "sort" not in request.args:
        asked = replace(asked, sort="newest")
    page = answer_to(asked)
    body = document(feed_of(page, asked))
    answer = Response(body, content_type=ATOM)
    return fresh_or_unchanged(answer, search_tag(page.index.stamp, asked, "atom", public_root()))


def feed_of(page: Page, asked: SearchRequest) -> Tree.Element:
    """The feed of a page of answers."""
    first = replace(asked, offset=0, cursor=None)
    here = f"{url_for('feed.atom')}?{urlencode(to_params(asked), errors='replace')}".rstrip("?")
    found = root("feed", ATOM_SPACE, {"opensearch": OPENSEARCH_SPACE})
    element(found, "id", _tag("search", urlencode(to_params(replace(first, limit=10)), errors="replace")))
    element(found, "title", f"{page.query} — {BRAND}" if page.query else BRAND)
    element(found, "updated", _updated(page))
    element(element(found, "author"), "name", BRAND)
    element(found, "generator", BRAND)
    element(found, "link", rel="self", type="application/atom+xml", href=public(here))
    element(found, "link", rel="alternate", type="text/html", href=public(Links().search(first)))
    element(found, "link", rel="first", type="application/atom+xml", href=public(Links().feed(asked)))
    if page.next is not None:
        following = public(Links().feed(asked, cursor=page.next))
        element(found, "link", rel="next", type="application/atom+xml", href=following)
    element(found, "opensearch:totalResults", str(page.total.value))
    if asked.cursor is None:
        element(found, "opensearch:startIndex", str(asked.offset + 1))
    element(found, "opensearch:itemsPerPage", str(asked.limit))
    if page.query:
        element(found, "opensearch:Query", role="request", searchTerms=page.query)
    for hit in page.hits:
        if isinstance(hit, ArticleHit):
            _article(found, hit)
        else:
            _quote(found, hit)
    return found


def _article(found: Tree.Element, hit: ArticleHit) -> None:
    entry = element(found, "entry")
    element(entry, "id", _tag("article", hit.id))
    element(entry, "title", hit.title.text.strip() or UNTITLED)
    _dates(entry, hit.published)
    element(element(entry, "author"), "name", hit.author or hit.source or BRAND)
    element(entry, "link", rel="alternate", type="text/html", href=public(Links().article(hit.id)))
    _via(entry, hit.url)
    if hit.section:
        element(entry, "category", term=hit.section)
    if hit.snippets:
        element(entry, "summary", " … ".join(one.html for one in hit.snippets), type="html")


def _quote(found: Tree.Element, hit: QuoteHit) -> None:
    entry = element(found, "entry")
    who = hit.speaker.name if hit.speaker else None
    said = f"«{hit.marked.text.strip()}»"
    title = f"{who}: {said}" if who else said
    element(entry, "id", _tag("quote", hit.id))
    element(entry, "title", title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…")
    _dates(entry, hit.article.published)
    element(element(entry, "author"), "name", who or hit.article.source or BRAND)
    address = public(Links().article(hit.article.id, quote_id=hit.id))
    element(entry, "link", rel="alternate", type="text/html", href=address)
    _via(entry, hit.article.url)
    told = f"<blockquote>{hit.marked.html}</blockquote><p>{Marked(hit.article.title).html}</p>"
    element(entry, "content", told, type="html")


def _via(entry: Tree.Element, url: str | None) -> None:
    """Where the text came from, if a reader may follow that."""
    address = safe_url(url)
    if address is not None:
        element(entry, "link", rel="via", href=quote(address, safe=OF_ADDRESSES, errors="replace"))


def _dates(entry: Tree.Element, published: str | None) -> None:
    element(entry, "updated", _instant(published or UNDATED))
    if published is not None:
        element(entry, "published", _instant(published))


def _updated(page: Page) -> str:
    """When the newest entry is of; without entries, when the index was published."""
    days = [hit.published if isinstance(hit, ArticleHit) else hit.article.published for hit in page.hits]
    dated = [day for day in days if day is not None]
    if dated:
        return _instant(max(dated))
    created = current_searcher().stats().created
    return created if created.endswith("Z") or "+" in created else f"{created}Z"


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _tag(kind: str, name: str) -> str:
    """`tag:search.example.org,2026:article/a1`."""
    host = urlsplit(public_root()).hostname or "localhost"
    return f"tag:{host},2026:{kind}/{quote(name, safe='', errors='replace')}"
