"""How is a plain text read, and which plain texts are no articles?

The first line with something on it is the title; it stays in the text, as a hole. A table of titles (see
`catalogue`) may tell more of a text than its first line does.
"""

from __future__ import annotations

import re

from .catalogue import Catalogue
from .encoding import decode
from .html_text import Rendered
from .outcome import MAX_BYTES, Entry, Outcomes, read_whole
from .records import article_of, sane

SUBTITLE = re.compile(r"^.{0,12}\d\d:\d\d:\d\d[,.]\d{2,3}", re.MULTILINE)
CONLLU = re.compile(r"^(?:# sent_id = |# newpar|# newdoc|\d+(?:\t[^\t\n]*){9}$)", re.MULTILINE)
POSTS = re.compile(r"^\ufeff?DataBaseItem: ", re.MULTILINE)


def no_article(opening: str) -> str | None:
    """Why a plain text that begins so holds no article; None if it may hold one."""
    if len(CONLLU.findall(opening)) >= 3:
        return "tagged corpus text (CoNLL-U): the texts themselves are indexed, their tagging is not"
    if len(SUBTITLE.findall(opening)) >= 3:
        return "subtitles: lines with time codes, no article"
    if POSTS.match(opening):
        return "a dump of posts (DataBaseItem: …), no article: give it as JSONL, one object a post"
    return None


def read_text(entry: Entry, catalogue: Catalogue) -> Outcomes:
    """The article that a plain text is."""
    text = sane(decode(read_whole(entry, MAX_BYTES)).text)
    told = catalogue.find(entry.stem) or {}
    yield entry.loaded(article_of({**told, "id": entry.path_id}, entry.path_id, page=Rendered(text)))
