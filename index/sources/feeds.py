"""How are RSS 2.0, RSS 1.0 (RDF) and Atom read?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from .html_text import Rendered, is_html, rendered, unescaped
from .outcome import Entry, NotAnArticleError, Outcomes
from .records import article_of, sane

TEXTS = ("encoded", "full-text", "content", "description", "summary", "subtitle")  # fullest first
BESIDE = 100  # elements before the first items of a feed, among which its title stands
DATES = ("pubDate", "published", "issued", "date", "updated", "modified")


def read_feed(entry: Entry, items: Iterator[etree._Element]) -> Outcomes:
    """The articles of a feed's items. A title that comes behind some of them is that of the rest."""
    site: str | None = None
    for number, item in enumerate(items, start=1):
        site = site or feed_title(item)
        try:
            record = item_record(item)
            article = article_of(record, entry.path_id, source=site, page=item_text(item))
            yield entry.loaded(article if article.source else replace(article, source=site))
        except NotAnArticleError as error:
            yield entry.refused(str(error), f"item {number}")


def item_record(item: etree._Element) -> dict[str, str | None]:
    """An item's fields by our names. The address names the article; a feed's own id only where there is none."""
    link = item_link(item)
    return {
        "id": link or child_text(item, "guid", "id"),
        "title": plain(child_text(item, "title")),
        "date": child_text(item, *DATES),
        "url": link,
        "source": child_text(item, "source"),
        "author": author_of(item),
        "section": category_of(item),
    }


def item_text(item: etree._Element) -> Rendered:
    """What a reader of the item sees."""
    for name in TEXTS:
        for child in children(item, name):
            markup = inner_markup(child)
            if markup.strip():
                return rendered(markup) if is_html(markup) else Rendered(unescaped(markup).strip())
    return Rendered("")


def inner_markup(element: etree._Element) -> str:
    """What an element holds: its characters, or the markup inside it where it holds elements (Atom's xhtml)."""
    if len(element) == 0:
        return sane(element.text or "")
    inner = [element.text or "", *(etree.tostring(child, encoding="unicode") for child in element)]
    return sane("".join(inner))


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children with this local name, in any namespace."""
    return named(element, name)


def named(elements: Iterable[etree._Element], name: str) -> Iterator[etree._Element]:
    """Those with this local name, in any namespace."""
    for child in elements:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield child


def child_text(element: etree._Element, *names: str) -> str | None:
    """The characters of the first child with one of these local names that has any."""
    return first_text(element, *names)


def first_text(elements: Iterable[etree._Element], *names: str) -> str | None:
    """The characters of the first with one of these local names that has any."""
    for name in names:
        for child in named(elements, name):
            words = "".join(str(piece) for piece in child.itertext()).strip()
            if words:
                return sane(words)
    return None


def plain(markup: str | None) -> str | None:
    """A title without tags and entities."""
    if markup is None:
        return None
    return rendered(markup).text if is_html(markup) else unescaped(markup)


def item_link(item: etree._Element) -> str | None:
    """The address of the page: `<link>` with characters, or with `href` and the meaning «alternate»."""
    for link in children(item, "link"):
        if (link.text or "").strip():
            return sane((link.text or "").strip())
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href")
    guid = next(children(item, "guid"), None)
    address = (guid.text or "").strip() if guid is not None and guid.get("isPermaLink", "true") == "true" else ""
    return sane(address) if address.startswith(("http://", "https://")) else None


def author_of(item: etree._Element) -> str | None:
    """Who wrote it: Dublin Core's creator, Atom's names, or RSS's «address (name)»."""
    names = [name for person in children(item, "author") if (name := child_text(person, "name"))]
    written = child_text(item, "creator") or ", ".join(names) or child_text(item, "author")
    if written and written.endswith(")") and "@" in written:
        return written.rpartition("(")[2].rstrip(")").strip() or None
    return written


def category_of(item: etree._Element) -> str | None:
    """Its first category: the words of it in RSS, the label or term in Atom."""
    for category in children(item, "category"):
        words = (category.text or "").strip() or category.get("label") or category.get("term") or ""
        if words:
            return plain(sane(words))
    return child_text(item, "subject")


def feed_title(item: etree._Element) -> str | None:
    """The title of the feed that an item stands in: of its parent, or of the `<channel>` beside it (RDF)."""
    parent = item.getparent()
    if parent is None:
        return None
    beside = list(islice(parent, BESIDE))  # what is read ahead may be thousands of items
    channel = next(named(beside, "channel"), None)
    return plain(first_text(beside, "title") or (child_text(channel, "title") if channel is not None else None))
