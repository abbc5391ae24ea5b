"""How is OpenCorpora's XML read: the sentences, without their tagging?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .html_text import Rendered
from .outcome import Entry, NotAnArticleError, Outcomes
from .records import article_of, sane

NUMBERED = re.compile(r"\d{4,}\s+(?=\S)")  # «21820 Заголовок»: the number of the text at its source


def read_opencorpora(entry: Entry, items: Iterator[etree._Element]) -> Outcomes:
    """The articles of texts; a text that only groups others has no sentence and is passed over."""
    for number, item in enumerate(items, start=1):
        record = item_record(item)
        text = sane("\n\n".join(paragraphs(item, str(record["title"]))))
        if not text:
            continue
        try:
            yield entry.loaded(article_of(record, entry.path_id, page=Rendered(text)))
        except NotAnArticleError as error:
            yield entry.refused(str(error), f"text {number}")


def paragraphs(item: etree._Element, title: str) -> Iterator[str]:
    """Its paragraphs, each with a blank between its sentences; a first sentence that is the title stands alone."""
    for paragraph in item.iter("paragraph"):
        sentences = [" ".join((source.text or "").split()) for source in paragraph.iter("source")]
        if sentences and sentences[0] == title:
            yield sentences.pop(0)
        if any(sentences):
            yield " ".join(filter(None, sentences))


def item_record(item: etree._Element) -> dict[str, object]:
    """A text's fields by our names, from its attributes and its tags (`Год:2011`, `Дата:14/01`, `url:…`)."""
    tags: dict[str, str] = {}
    for tag in item.iter("tag"):
        name, _, value = (tag.text or "").partition(":")
        tags.setdefault(name.strip().lower(), value.strip())
    day = f"{tags.get('дата', '')}/{tags.get('год', '')}"
    title = NUMBERED.sub("", item.get("name", ""), count=1)
    return {
        "id": tags.get("url") or (f"opencorpora-{item.get('id')}" if item.get("id") else None),
        "title": title,
        "date": day if len(day) > 5 else None,
        "url": tags.get("url"),
        "author": tags.get("автор"),
        "section": tags.get("тема", "").rpartition(":")[2] or None,
    }
