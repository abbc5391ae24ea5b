"""How is XML written? With the standard library, and without the characters that XML does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as Tree  # it writes, and reads nothing  # nosec B405

# https://www.w3.org/TR/xml/#charsets: no control characters but tab and ends of lines, no surrogates, no U+FFFE.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """The text with what XML cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def element(parent: Tree.Element, name: str, text: str | None = None, **attributes: str) -> Tree.Element:
    """A new element below `parent`."""
    found = Tree.SubElement(parent, name, {key: plain(value) for key, value in attributes.items()})
    if text is not None:
        found.text = plain(text)
    return found


def document(root: Tree.Element) -> bytes:
    """The document in UTF-8, with its declaration."""
    body: bytes = Tree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def root(name: str, namespace: str, others: Mapping[str, str] | None = None) -> Tree.Element:
    """An element that begins a document of this default namespace; `others`: prefixes."""
    spaces = {f"xmlns:{prefix}": space for prefix, space in (others or {}).items()}
    return Tree.Element(name, {"xmlns": namespace, **spaces})
