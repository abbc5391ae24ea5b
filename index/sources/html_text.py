"""Which text does a reader of this HTML see?

A small renderer for the HTML inside records (a feed's item, a WordPress post, a JSON field) and for rendered
Markdown. Blocks become paragraphs, `<br>` a line; scripts, styles and forms are not seen; entities are decoded;
nothing is run and nothing fetched. Pull-quote blocks are kept as `Pull`s, and their places in the text are holes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from index.words import word_set

from ..model import Pull, Span

INLINE, SPACE, LINE, PARAGRAPH = range(4)
GAPS = ("", " ", "\n", "\n\n")

PARAGRAPHS = word_set(
    "p div h1 h2 h3 h4 h5 h6 ul ol dl table blockquote figure section article aside header footer main nav pre hr "
    "address details form fieldset body center"
)
LINES = word_set("li tr dt dd figcaption caption summary")
UNSEEN = word_set(
    "script style noscript template head iframe object embed svg math canvas audio video button select textarea input "
    "frameset map"
)
PULL_TAGS = word_set("blockquote aside figure div p q span")
PULL_CLASSES = frozenset(("pull", "pullquote", "pull-quote", "pull_quote", "wp-block-pullquote"))

TAG_NAMES = (
    "p|br|div|span|a|b|i|u|strong|em|h[1-6]|ul|ol|li|blockquote|img|figure|table|td|iframe|script|style|section|article|"
    "font|sup|sub|pre|code|small|hr|center|nobr"
)
TAG = re.compile(rf"</?(?:{TAG_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
BLOCK = re.compile(r"<(?:p|br|div|h[1-6]|li|table|blockquote)\b", re.IGNORECASE)
ENTITY_NAMES = "quot|amp|nbsp|lt|gt|apos|laquo|raquo|mdash|ndash|hellip|[lr][sd]quo|bdquo"
ENTITY = re.compile(rf"&(?:{ENTITY_NAMES}|#\d{{2,6}}|#x[\da-f]{{2,5}});", re.IGNORECASE)
PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"), ("<!doctype", ">"))
BLANKS = re.compile(r"[ \t\r\n\f]+")
SIDE_BLANKS = " \t\r\n\f"

Newlines = Literal["space", "break"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader sees; `holes` are the places of pull-quotes in it, `pulls` the words of these."""

    text: str
    holes: tuple[Span, ...] = ()
    pulls: tuple[Pull, ...] = ()


def after_prolog(markup: str) -> str:
    """`markup` from its first element on: white space, comments, `<?…?>` and `<!DOCTYPE …>` left out."""
    at = 0
    while True:
        at += len(markup[at:]) - len(markup[at:].lstrip("\ufeff \t\r\n\f"))
        closer = next((closer for opener, closer in PROLOG if markup.startswith(opener, at)), None)
        if closer is None:
            return markup[at:]
        inner = markup.find("[", at, max(markup.find(">", at), at)) if closer == ">" else -1
        end = markup.find(closer if inner < 0 else "]", at)
        if inner >= 0 and end >= 0:
            end = markup.find(closer, end)
        if end < 0:
            return ""
        at = end + len(closer)


def without_comments(markup: str) -> str:
    """`markup` without its comments; of an unclosed one nothing is left, as in a browser. In linear time."""
    if "<!--" not in markup:
        return markup
    kept = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0:
        kept.append(markup[at:start])
        end = markup.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join((*kept, markup[at:]))


def is_html(text: str) -> bool:
    """Whether a text has HTML tags (and not just `<…>` or `a < b`)."""
    return "<" in text and TAG.search(text) is not None


def unescaped(text: str) -> str:
    """A plain text with the entities that an export left in it decoded."""
    return html.unescape(text) if "&" in text and ENTITY.search(text) else text


def rendered_field(text: str) -> Rendered:
    """A record's text field: HTML as a reader sees it, anything else as it stands (entities decoded)."""
    if not is_html(text):
        return Rendered(unescaped(text))
    return rendered(text, "space" if BLOCK.search(text) else "break")


def rendered(markup: str, newlines: Newlines = "space") -> Rendered:
    """What a reader of `markup` sees.

    `newlines`: what a line break in the source means: white space, as in HTML, or a break, as WordPress reads it
    (one break is a new line, two are a new paragraph).
    """
    tree = parsed(markup)
    return rendered_tree(tree, newlines) if tree is not None else Rendered("")


def parsed(markup: str) -> etree._Element | None:
    """The tree of `markup`, however broken; None if nothing is in it."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # not a tag in it
        return None


def rendered_tree(tree: etree._Element, newlines: Newlines = "space") -> Rendered:
    """As `rendered`, for a parsed tree."""
    page = _Page(newlines == "break")
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            if tag not in UNSEEN:
                page.close(tag, element)
            page.words(element.tail)
        elif tag in UNSEEN:
            walker.skip_subtree()
        else:
            page.open(tag, element)
            page.words(element.text)
    return page.done()


def is_pull(tag: str, element: etree._Element) -> bool:
    """Whether an element is an editor's pull-quote."""
    return tag in PULL_TAGS and not PULL_CLASSES.isdisjoint((element.get("class") or "").lower().split())


@dataclass(slots=True)
class _Block:
    element: etree._Element
    start: int | None = None  # where its first word stands
    words_end: int | None = None  # where its words end and the name of their author begins


@dataclass(slots=True)
class _Page:
    """Collects words and the gaps between them, so that places in the text are final when they are written."""

    breaks: bool
    out: list[str] = field(default_factory=list)
    size: int = 0
    gap: int = INLINE
    after_br: bool = False
    verbatim: int = 0
    pull: _Block | None = None
    holes: list[Span] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)

    def open(self, tag: str, element: etree._Element) -> None:
        if tag == "br":
            self.gap = PARAGRAPH if self.after_br else max(self.gap, LINE)
            self.after_br = True
            return
        self._block(tag)
        if tag == "pre":
            self.verbatim += 1
        elif tag == "q":
            self._write("«")
        elif tag in ("cite", "footer") and self.pull is not None and self.pull.start is not None:
            self.pull.words_end = self.size
        if self.pull is None and is_pull(tag, element):
            self.pull = _Block(element)
            self.gap = max(self.gap, PARAGRAPH)

    def close(self, tag: str, element: etree._Element) -> None:
        if tag == "q":
            self.gap = INLINE
            self._write("»")
        elif tag == "pre":
            self.verbatim -= 1
        elif tag in ("td", "th"):
            self.gap = max(self.gap, SPACE)
        if tag != "br":
            self._block(tag)
        if self.pull is not None and self.pull.element is element:
            self._close_pull(self.pull)

    def words(self, text: str | None) -> None:
        if not text:
            return
        if self.verbatim:
            self._write(text)
        elif self.breaks and "\n" in text:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.gap = PARAGRAPH if self.gap >= LINE else LINE
                self._inline(line)
        else:
            self._inline(text)

    def done(self) -> Rendered:
        return Rendered("".join(self.out), tuple(self.holes), tuple(self.pulls))

    def _block(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.gap = PARAGRAPH
        elif tag in LINES:
            self.gap = max(self.gap, LINE)

    def _inline(self, text: str) -> None:
        core = text.strip(SIDE_BLANKS)
        if not core:
            if text:
                self.gap = max(self.gap, SPACE)
            return
        if text[0] in SIDE_BLANKS:
            self.gap = max(self.gap, SPACE)
        self._write(BLANKS.sub(" ", core))
        if text[-1] in SIDE_BLANKS:
            self.gap = SPACE

    def _write(self, words: str) -> None:
        gap = GAPS[self.gap] if self.size else ""
        if gap:
            self.out.append(gap)
        if self.pull is not None and self.pull.start is None:
            self.pull.start = self.size + len(gap)
        self.out.append(words)
        self.size += len(gap) + len(words)
        self.gap = INLINE
        self.after_br = False

    def _close_pull(self, block: _Block) -> None:
        if block.start is not None:
            self.holes.append(Span(block.start, self.size))
            self.pulls.append(Pull(Span(block.start, block.words_end or self.size)))
        self.pull = None
        self.gap = PARAGRAPH
