"""How is a dump of a MediaWiki (Wikipedia, Wikinews) read?

Articles only (namespace 0), no redirects. The day of the last edit is not the day of publication: it is kept as
`extra["revised"]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from lxml import etree

from .dates import iso_date
from .feeds import child_text, children
from .html_text import Rendered
from .outcome import Entry, NotAnArticleError, Outcomes
from .records import article_of, sane
from .wikitext import readable


def read_mediawiki(entry: Entry, items: Iterator[etree._Element]) -> Outcomes:
    """The articles of a dump's pages."""
    site = base = None
    for item in items:
        if etree.QName(item).localname == "siteinfo":
            site, base = child_text(item, "sitename"), child_text(item, "base")
            continue
        if child_text(item, "ns") not in (None, "0") or next(children(item, "redirect"), None) is not None:
            continue
        title = child_text(item, "title") or ""
        try:
            record = page_record(item, title, base)
            page = Rendered(readable(wikitext_of(item)))
            yield entry.loaded(article_of(record, entry.path_id, source=site, page=page))
        except NotAnArticleError as error:
            yield entry.refused(str(error), f"page «{title}»")


def page_record(item: etree._Element, title: str, base: str | None) -> dict[str, object]:
    """A page's fields by our names; its address is made from the address of the wiki's main page."""
    url = f"{base.rpartition('/')[0]}/{quote(title.replace(' ', '_'))}" if base else None
    revision = last_revision(item)
    stamp = child_text(revision, "timestamp") if revision is not None else None
    page_id = child_text(item, "id")
    return {
        "id": url or (f"page-{page_id}" if page_id else None),
        "title": title,
        "url": url,
        "revised": iso_date(stamp),
    }


def last_revision(item: etree._Element) -> etree._Element | None:
    """The newest revision of a page: the last one in the file."""
    found = None
    for found in children(item, "revision"):  # noqa: B007 - the last one is what we want
        pass
    return found


def wikitext_of(item: etree._Element) -> str:
    """The wikitext of a page."""
    revision = last_revision(item)
    text = next(children(revision, "text"), None) if revision is not None else None
    return sane(text.text or "") if text is not None else ""
