"""How do other programs find what is here? Browsers by `/opensearch.xml` and its suggestions, crawlers by a sitemap."""

from __future__ import annotations

import json
from typing import Final
from xml.etree import ElementTree as Tree  # it writes, and reads nothing  # nosec B405

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from search.results import IndexState

from .caching import content_tag, fresh_or_unchanged
from .gate import current_searcher, public
from .links import Links
from .parameters import NONE, SUGGEST, read
from .xml import document, element, root

discovery = Blueprint("discovery", __name__)

OPENSEARCH_SPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
SITEMAP_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
SUGGESTIONS: Final = "application/x-suggestions+json; charset=utf-8"
XML: Final = "application/xml; charset=utf-8"
A_SITEMAP: Final = 10_000  # addresses; 50,000 are allowed, and 50 MB, which so many long ids in percents would pass
MOST_SITEMAPS: Final = 50_000  # of an index of them
LONGEST_ADDRESS: Final = 2_048  # characters; crawlers refuse longer ones


@discovery.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser asks this server: OpenSearch 1.1. Source: https://github.com/dewitt/opensearch"""
    read(request.args, NONE)
    found = root("OpenSearchDescription", OPENSEARCH_SPACE)
    element(found, "ShortName", "Молва")  # 16 characters at most
    element(found, "Description", "Поиск по статьям и цитатам: что пишут и кто это сказал")
    element(found, "InputEncoding", "UTF-8")
    element(found, "OutputEncoding", "UTF-8")
    element(found, "Language", "ru")
    icon = public(url_for("static", filename="favicon.svg"))
    element(found, "Image", icon, width="16", height="16", type="image/svg+xml")
    for kind, path, more in (
        ("text/html", url_for("pages.search"), {}),
        ("application/atom+xml", url_for("feed.atom"), {}),
        ("application/x-suggestions+json", url_for("discovery.suggestions"), {"rel": "suggestions"}),
        ("application/opensearchdescription+xml", url_for("discovery.opensearch"), {"rel": "self"}),
    ):
        asked = "" if more.get("rel") == "self" else "?q={searchTerms}"
        element(found, "Url", type=kind, template=public(path) + asked, **more)
    return _tagged(Response(document(found), content_type="application/opensearchdescription+xml; charset=utf-8"))


@discovery.get("/opensearch/suggestions")
def suggestions() -> Response:
    """What a browser's search box shows: `[typed, [completed, …], [told of each, …], [address of each, …]]`.

    Source: https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions
    """
    asked = read(request.args, SUGGEST)
    found = current_searcher().suggest(asked.get("q", ""), asked.get("limit", 10))
    told = {one.text: one.count for one in (*found.words, *found.speakers, *found.sources)}
    addresses = [public(Links().ask(completed)) for completed in told]
    data = [found.query, list(told), [str(count) for count in told.values()], addresses]
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return _tagged(Response(body, content_type=SUGGESTIONS))


@discovery.get("/sitemap.xml")
def sitemaps() -> Response:
    """The sitemap's index. Source: https://www.sitemaps.org/protocol.html"""
    read(request.args, NONE)
    index = current_searcher().listing(0, 0).index
    found = root("sitemapindex", SITEMAP_SPACE)
    for number in range(1, pages_of(index) + 1):
        element(element(found, "sitemap"), "loc", public(url_for("discovery.sitemap", number=number)))
    return _tagged(Response(document(found), content_type=XML))


@discovery.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> Response:
    """The addresses of A_SITEMAP articles, in the order of the index."""
    read(request.args, NONE)
    listing = current_searcher().listing((number - 1) * A_SITEMAP, A_SITEMAP) if number else None
    if listing is None or number > pages_of(listing.index):
        raise NotFound("there is no such part of the sitemap; /sitemap.xml has them all")
    found = root("urlset", SITEMAP_SPACE)
    for article_id, published in listing.articles:
        address = public(Links().article(article_id))
        if len(address) <= LONGEST_ADDRESS:
            _url(found, address, published)
    return _tagged(Response(document(found), content_type=XML))


@discovery.get("/robots.txt")
def robots() -> Response:
    """Articles and speakers are for crawlers; answers to questions, of which there is no end, are not."""
    read(request.args, NONE)
    closed = [
        url_for("pages.search"),
        url_for("feed.atom"),
        url_for("api.search").removesuffix("search"),
        "/opensearch/",
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {public(url_for('discovery.sitemaps'))}", ""]
    return _tagged(Response("\n".join(lines), content_type="text/plain; charset=utf-8"))


def pages_of(index: IndexState) -> int:
    """How many parts the sitemap has; the empty index has one, without an address."""
    return min(max(1, -(-index.articles // A_SITEMAP)), MOST_SITEMAPS)


def _url(found: Tree.Element, address: str, published: str | None) -> None:
    one = element(found, "url")
    element(one, "loc", address)
    if published is not None and published >= "1000":
        element(one, "lastmod", published)


def _tagged(answer: Response) -> Response:
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)
