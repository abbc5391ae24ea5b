"""Of which format is a file, and how is it read?"""

from __future__ import annotations

import csv
import re
import tarfile
import zipfile
from enum import Enum, auto
from io import BufferedReader
from typing import cast

from lxml import etree

from .catalogue import Catalogue
from .csv_files import is_table, read_table
from .encoding import BOMS, detect
from .html_files import read_html
from .html_text import after_prolog
from .json_files import is_by_lines, is_json, read_by_lines, read_value
from .markdown_files import FRONT_MATTER, read_markdown
from .outcome import Entry, NotAnArticleError, Outcomes, Skipped, UnreadableError
from .text_files import no_article, read_text
from .unpack import BUFFER, DAMAGE
from .xml_files import is_xml, read_xml

OPENING = 1 << 14  # bytes of a file that tell its format
HTML = re.compile(r"<(?:html|head|body|article|main|div|p|h1)\b", re.IGNORECASE)
YAML_KEY = re.compile(r"^\w[\w -]{0,30}\s*[:=]", re.MULTILINE)
FAULTS = (
    NotAnArticleError,
    UnreadableError,
    *DAMAGE,
    etree.LxmlError,
    csv.Error,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
    RecursionError,
    ValueError,
)


class Format(Enum):
    """What a file's content tells, then its name."""

    XML = auto()
    HTML = auto()
    JSON = auto()
    JSON_LINES = auto()
    MARKDOWN = auto()
    TABLE = auto()
    TEXT = auto()


def format_of(entry: Entry, head: bytes) -> Format:
    """The format of a file that begins with `head`.

    Raises:
        NotAnArticleError: of a format that holds no articles, or empty.
        UnreadableError: no text.
    """
    if not head.strip() and len(head) < BUFFER:
        raise NotAnArticleError("empty")
    opening = opening_of(head)
    if is_xml(opening, entry.suffix):
        return Format.XML
    if entry.suffix in ("html", "htm", "xhtml") or is_html_page(opening):
        return Format.HTML
    if is_json(opening) or entry.suffix in ("json", "jsonl", "ndjson"):
        return Format.JSON_LINES if is_by_lines(entry.suffix, head) else Format.JSON
    if reason := no_article(opening):
        raise NotAnArticleError(reason)
    if entry.suffix in ("md", "markdown", "mdown") or has_front_matter(opening):
        return Format.MARKDOWN
    return Format.TABLE if is_table(opening, entry.suffix) else Format.TEXT


def read_format(entry: Entry, kind: Format, catalogue: Catalogue, for_tables: Catalogue | None) -> Outcomes:
    """The outcomes of a file of this format, whatever is wrong with it."""
    try:
        if kind is Format.XML:
            yield from read_xml(entry, head_of(entry))
        elif kind is Format.HTML:
            yield from read_html(entry)
        elif kind is Format.JSON:
            yield from read_value(entry)
        elif kind is Format.JSON_LINES:
            yield from read_by_lines(entry, head_of(entry))
        elif kind is Format.MARKDOWN:
            yield from read_markdown(entry)
        elif kind is Format.TABLE:
            yield from read_table(entry, head_of(entry), for_tables)
        else:
            yield from read_text(entry, catalogue)
    except FAULTS as error:
        yield fault(entry, error)


def head_of(entry: Entry) -> bytes:
    """What can be seen of a file without reading on: all of it where it is smaller than BUFFER.

    Raises:
        UnreadableError: it is damaged.
    """
    return cast(BufferedReader, entry.stream).peek(BUFFER)


def fault(entry: Entry, error: Exception) -> Skipped:
    """What reading a file came to that broke off with one of FAULTS."""
    if isinstance(error, NotAnArticleError):
        return entry.refused(str(error))
    if isinstance(error, UnreadableError):
        return entry.unreadable(str(error))
    return entry.unreadable(f"cannot be read: {error or type(error).__name__}")


def opening_of(head: bytes) -> str:
    """The first characters of a file, white space before them left out.

    Raises:
        UnreadableError: they are no text.
    """
    begin = head[:OPENING]
    if begin.lstrip().startswith(b"<?xml") and not begin.startswith(tuple(mark for mark, _ in BOMS)):
        return begin.decode("ascii", "replace").lstrip()  # XML names its encoding itself
    return decode_opening(begin).lstrip("\ufeff \t\r\n")


def decode_opening(begin: bytes) -> str:
    """`begin`, which may end inside a character, as text."""
    codec = detect(begin)
    return begin.decode(codec, "replace")


def is_html_page(opening: str) -> bool:
    """Whether a text begins as a page, or a piece of a page, of HTML does."""
    return opening[:14].lower() == "<!doctype html" or HTML.match(after_prolog(opening)) is not None


def has_front_matter(opening: str) -> bool:
    """Whether a text begins with fields between two rules, whatever its file is called."""
    found = FRONT_MATTER.match(opening)
    return found is not None and YAML_KEY.match(found[2]) is not None
