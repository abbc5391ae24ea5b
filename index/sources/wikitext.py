"""What does a reader see of this wikitext?

A plain reading, not MediaWiki's: templates, tables, footnotes, pictures and categories go, links leave their words,
headings and list items become lines of their own. A few templates stand for words of the sentence and leave them.
"""

from __future__ import annotations

import html
import re

from .html_text import without_comments

UNSEEN_TAG = re.compile(
    r"<(/?)(ref|gallery|math|timeline|source|syntaxhighlight|score|imagemap|templatestyles|hiero)\b([^<>]*)>",
    re.IGNORECASE,
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
NESTED = re.compile(r"\{\{|\}\}|\{\||\|\}(?!\})|\[\[|\]\]")
EXTERNAL = re.compile(r"\[(?:https?:|ftp:|mailto:)?//?[^\s\]]{1,2000}(?:[ \t]+([^\]]{0,500}))?\]")
EMPHASIS = re.compile(r"'{2,5}")
HEADING = re.compile(r"^(={2,6})[ \t]?(.{1,300}?)[ \t]?\1[ \t]*$", re.MULTILINE)
LIST_MARK = re.compile(r"^[*#:;]+[ \t]*", re.MULTILINE)
SWITCH = re.compile(r"__[A-ZА-ЯЁ]+__")
EMPTY_BRACKETS = re.compile(r"[ \t]?\((?:[\s,;—–-]|&nbsp;)*\)")
SPACES = re.compile(r"[ \t]+")
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
EDGES = re.compile(r"[ \t]*\n[ \t]*")
FILES = re.compile(r"\s*:?\s*(?:файл|изображение|file|image|медиа|media|категория|category)\s*:", re.IGNORECASE)
WORD_TEMPLATES = re.compile(
    r"(?:nobr|s|nowrap|число|num|formatnum|цитата|quote|кавычки|abbr|comment|lang-\w+|lang)$", re.I
)
CLOSING = {"}}": "{{", "|}": "{|", "]]": "[["}


def readable(wikitext: str) -> str:
    """The words of a page. Runs in time proportional to its length, whatever the nesting."""
    text = without_unseen(without_comments(wikitext))
    text = BREAK.sub("\n", text)
    text = flattened(text)
    text = EXTERNAL.sub(lambda found: found[1] or "", text)
    text = TAG.sub("", EMPHASIS.sub("", SWITCH.sub("", text)))
    text = HEADING.sub(r"\n\2\n", SPACES.sub(" ", text))
    text = EMPTY_BRACKETS.sub("", LIST_MARK.sub("", text))
    text = html.unescape(text).replace("\u0301", "").replace("\r", "")  # stress marks are for reading aloud
    return BLANK_LINES.sub("\n\n", EDGES.sub("\n", text)).strip()


def without_unseen(text: str) -> str:
    """Text without footnotes, formulas, galleries and the like; a tag that is never closed goes alone."""
    kept: list[str] = []
    at = 0
    tags = list(UNSEEN_TAG.finditer(text))
    ends = {tag[2].lower(): tag.start() for tag in tags if tag[1]}  # the last end of each name
    within = ""
    for tag in tags:
        name = tag[2].lower()
        if within:
            if tag[1] and name == within:
                within, at = "", tag.end()
            continue
        kept.append(text[at : tag.start()])
        at = tag.end()
        if not tag[1] and not tag[3].endswith("/") and ends.get(name, -1) > tag.start():
            within = name
    return "".join((*kept, text[at:]))


def flattened(text: str) -> str:
    """Text with its templates, tables and links resolved, innermost first."""
    stack: list[tuple[str, list[str]]] = [("", [])]
    at = 0
    for mark in NESTED.finditer(text):
        stack[-1][1].append(text[at : mark.start()])
        at = mark.end()
        if mark[0] not in CLOSING:
            stack.append((mark[0], []))
        elif stack[-1][0] == CLOSING[mark[0]]:
            opener, inner = stack.pop()
            stack[-1][1].append(resolved(opener, "".join(inner)))
        else:
            stack[-1][1].append(mark[0])
    stack[-1][1].append(text[at:])
    return "".join(piece for opener, pieces in stack for piece in (opener, *pieces))


def resolved(opener: str, inner: str) -> str:
    """What a reader sees of a template (`{{`), a table (`{|`) or a link (`[[`)."""
    if opener == "{|":
        return ""
    if opener == "[[":
        return "" if FILES.match(inner) else inner.rpartition("|")[2]
    name, _, rest = inner.partition("|")
    if not WORD_TEMPLATES.match(name.strip()):
        return ""
    values = [part for part in rest.split("|") if "=" not in part]
    if not values:
        return ""
    return values[-1] if name.strip().lower() == "lang" else values[0]
