"""Which of the XML formats is this, and how is one read without trusting it?

The root element tells the format. A file is parsed as a stream, an item at a time; entities are never resolved,
nothing is loaded from anywhere, and a document that declares entities of its own is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from .feeds import read_feed
from .html_text import after_prolog
from .mediawiki import read_mediawiki
from .opencorpora import read_opencorpora
from .outcome import Entry, Outcomes, UnreadableError
from .wordpress import WORDPRESS, read_wordpress

ELEMENT = re.compile(r"<([\w:.-]+)")
ROOTS = ("rss", "feed", "rdf", "mediawiki", "text", "annotation")
ENTITY_DECLARATION = re.compile(rb"<!ENTITY", re.IGNORECASE)
FORBIDDEN = bytes(
    set(range(0x20)) - {0x09, 0x0A, 0x0D}
)  # no XML may hold these, and WordPress writes them all the same

Reader = Callable[[Entry, Iterator[etree._Element]], Outcomes]


def root_name(opening: str) -> str | None:
    """The local name of the root element, lower case, of a text that begins so; None if it begins with no element."""
    found = ELEMENT.match(after_prolog(opening))
    return found[1].rpartition(":")[2].lower() if found else None


def is_xml(opening: str, suffix: str) -> bool:
    """Whether a text that begins so is XML, and not HTML; `suffix` is that of its file."""
    root = root_name(opening)
    declared = opening.lstrip("\ufeff \t\r\n").startswith("<?xml")
    if root is None:
        return declared  # whatever comes behind so many declarations
    return root != "html" and (declared or root in ROOTS or suffix == "xml")


def read_xml(entry: Entry, head: bytes) -> Outcomes:
    """The articles of an XML file of a known format.

    Raises:
        UnreadableError: it is of no known format, declares entities, or is broken; items before that count.
    """
    if ENTITY_DECLARATION.search(head):
        raise UnreadableError(
            "XML that declares entities of its own: refused, since these can blow up or pull in files"
        )
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    stream = entry.stream if wide else CleanStream(entry.stream)
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        _, root = next(iter(events))
        refuse_entities(root)
        reader, items = reader_of(root)
        yield from reader(entry, elements(events, items, root))
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"the XML is broken: {error.msg}") from error
    except StopIteration:
        raise UnreadableError("XML without an element") from None


def reader_of(root: etree._Element) -> tuple[Reader, frozenset[str]]:
    """The reader of a format, told by its root, and the local names of its items."""
    name = etree.QName(root).localname.lower()
    if name == "rss" and any(WORDPRESS.match(uri or "") for uri in root.nsmap.values()):
        return read_wordpress, frozenset(("item", "author"))
    if name in ("rss", "feed", "rdf"):
        return read_feed, frozenset(("item", "entry"))
    if name == "mediawiki":
        return read_mediawiki, frozenset(("siteinfo", "page"))
    if name in ("text", "annotation"):
        return read_opencorpora, frozenset(("text",))
    raise UnreadableError(
        f"XML with the root <{name}>: none of the formats that are read (WordPress export, RSS, Atom, MediaWiki dump, "
        "OpenCorpora)"
    )


def refuse_entities(root: etree._Element) -> None:
    """Nothing, if the document declares no entities.

    Raises:
        UnreadableError: it does.
    """
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise UnreadableError(
            "XML that declares entities of its own: refused, since these can blow up or pull in files"
        )


def elements(
    events: Iterator[tuple[str, etree._Element]], wanted: frozenset[str], root: etree._Element
) -> Iterator[etree._Element]:
    """Elements of the wanted local names as they end, each thrown away when the next is asked for.

    An element inside a wanted one (`<author>` of an entry) belongs to it and is not given out by itself.
    """
    inside = 1 if local_name(root) in wanted else 0
    for event, element in events:
        if local_name(element) not in wanted:
            continue
        if event == "start":
            inside += 1
            continue
        inside -= 1
        if inside:
            continue
        yield element
        element.clear()
        before = element.getprevious()
        parent = element.getparent()
        if parent is not None and before is not None and local_name(before) in wanted:
            parent.remove(before)


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; '' for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class CleanStream:
    """A stream of bytes without the control characters that make an XML parser give up."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner = inner

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; b'' at the end."""
        while raw := self.inner.read(size):
            if clean := raw.translate(None, FORBIDDEN):
                return clean
        return b""
