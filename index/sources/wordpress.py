"""How is a WordPress export (WXR) read?

Published posts and pages only: never drafts, private or scheduled ones, those behind a password, what lies in the
trash, nor what WordPress keeps for itself (revisions, menus, attachments, styles). The text is what a reader of the
site saw, but for shortcodes, which `index.cleanup` takes out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from index.words import word_set

from .dates import iso_date
from .feeds import child_text, children, feed_title, item_link, plain
from .html_text import rendered, without_comments
from .outcome import Entry, NotAnArticleError, Outcomes
from .records import article_of, sane

WORDPRESS = re.compile(r"https?://wordpress\.org/export/")
READ_TYPES = frozenset(("post", "page"))
SILENT_TYPES = word_set(
    "attachment revision nav_menu_item custom_css customize_changeset oembed_cache user_request wp_block wp_template "
    "wp_template_part wp_global_styles wp_navigation wp_font_family wp_font_face"
)
ENCODED_NAMESPACE = "content"  # `content:encoded` is the text, `excerpt:encoded` is not


def read_wordpress(entry: Entry, items: Iterator[etree._Element]) -> Outcomes:
    """The articles of an export. Posts kept from readers are told one by one, other types once each."""
    authors: dict[str, str] = {}
    others: Counter[str] = Counter()
    number = 0
    for item in items:
        if etree.QName(item).localname == "author":
            login, name = child_text(item, "author_login"), child_text(item, "author_display_name")
            if login and name:
                authors[login] = name
            continue
        number += 1
        kind = child_text(item, "post_type") or "post"
        if kind not in READ_TYPES:
            others[kind] += 1
            continue
        place = f"item {number}"
        if reason := unpublished(item):
            yield entry.passed_over(reason, place)
            continue
        try:
            record = item_record(item, authors)
            page = rendered(without_comments(content_of(item)), "break")
            yield entry.loaded(article_of(record, entry.path_id, source=feed_title(item), page=page))
        except NotAnArticleError as error:
            yield entry.refused(str(error), place)
    for kind, count in sorted(others.items()):
        if kind not in SILENT_TYPES:
            yield entry.passed_over(f"{count} items of the type «{kind}»: only posts and pages are articles")


def unpublished(item: etree._Element) -> str | None:
    """Why readers of the site never saw this item; None if they did."""
    status = child_text(item, "status") or "publish"
    title = plain(child_text(item, "title")) or "no title"
    if status != "publish":
        return f"not published (status «{status}»): {title[:80]}"
    if child_text(item, "post_password"):
        return f"behind a password: {title[:80]}"
    return None


def item_record(item: etree._Element, authors: dict[str, str]) -> dict[str, object]:
    """A post's fields by our names."""
    link = item_link(item)
    creator = child_text(item, "creator")
    written = child_text(item, "post_date") or ""
    tags = [words for domain, words in terms(item) if domain == "post_tag"]
    return {
        "id": link or child_text(item, "guid", "post_id"),
        "title": plain(child_text(item, "title")),
        "date": written if iso_date(written) else child_text(item, "pubDate"),
        "url": link,
        "author": authors.get(creator, creator) if creator else None,
        "section": next((words for domain, words in terms(item) if domain == "category"), None),
        **({"tags": tags} if tags else {}),
    }


def terms(item: etree._Element) -> Iterator[tuple[str, str]]:
    """An item's categories and tags as `(domain, words)`."""
    for category in children(item, "category"):
        words = plain(sane((category.text or "").strip()))
        if words:
            yield category.get("domain", "category"), words


def content_of(item: etree._Element) -> str:
    """The markup of a post."""
    for child in children(item, "encoded"):
        if f"/{ENCODED_NAMESPACE}/" in (etree.QName(child).namespace or ""):
            return sane(child.text or "")
    return ""
