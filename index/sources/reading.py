"""How do paths become articles? The main path of `index.sources`: walk, unpack, tell the format, read."""

from __future__ import annotations

import csv
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from typing import cast

from lxml import etree

from ..errors import SourceError
from .catalogue import Catalogue
from .csv_files import checked_map, is_table, read_table
from .encoding import BOMS, detect
from .html_files import read_html
from .html_text import after_prolog
from .json_files import is_json, read_json
from .markdown_files import FRONT_MATTER, read_markdown
from .outcome import Entry, NotAnArticleError, Outcome, Outcomes, Skipped, UnreadableError
from .text_files import no_article, read_text
from .unpack import BUFFER, DAMAGE
from .walk import entries
from .xml_files import is_xml, read_xml

OPENING = 1 << 14  # bytes of a file that tell its format
HTML = re.compile(r"<(?:html|head|body|article|main|div|p|h1)\b", re.IGNORECASE)
YAML_KEY = re.compile(r"^\w[\w -]{0,30}\s*[:=]", re.MULTILINE)
BROKEN = (
    *DAMAGE,
    etree.LxmlError,
    csv.Error,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
    RecursionError,
    ValueError,
)


def read_paths(paths: Sequence[Path], *, csv_map: Mapping[str, str] | None = None) -> Iterator[Outcome]:
    """The articles of files and folders (recursively, archives opened like folders), and what was skipped and why.

    `csv_map` (field → column) holds for tables only. One bad file or record never ends the reading. An existing
    folder without articles gives nothing.

    Raises:
        SourceError: a path does not exist, or `csv_map` names a field that an article does not have. Raised here,
            before anything is read.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise SourceError(f"{path}: no such file or folder; check the spelling, or leave it out")
    checked = checked_map(csv_map) if csv_map else None
    return (outcome for path in paths for outcome in read_path(path, checked))


def read_path(path: Path, csv_map: Mapping[str, str] | None) -> Outcomes:
    """The outcomes of one path that exists."""
    catalogue = Catalogue()
    named = path.is_file()
    for entry in entries(path, csv_map):
        if isinstance(entry, Skipped):
            yield entry
        else:
            table_may_serve = None if named and "!" not in entry.where else catalogue
            yield from read_entry(entry, catalogue, table_may_serve)
    yield from catalogue.unused.values()


def read_entry(entry: Entry, catalogue: Catalogue, for_tables: Catalogue | None) -> Outcomes:
    """The outcomes of one file or member, whatever is wrong with it."""
    try:
        yield from read_format(entry, catalogue, for_tables)
    except NotAnArticleError as error:
        yield entry.refused(str(error))
    except UnreadableError as error:
        yield entry.unreadable(str(error))
    except BROKEN as error:
        yield entry.unreadable(f"cannot be read: {error or type(error).__name__}")


def read_format(entry: Entry, catalogue: Catalogue, for_tables: Catalogue | None) -> Outcomes:
    """The outcomes of a file by the format that its content tells, then its name."""
    head = cast(BufferedReader, entry.stream).peek(BUFFER)
    if not head.strip() and len(head) < BUFFER:
        raise NotAnArticleError("empty")
    opening = opening_of(head)
    if is_xml(opening, entry.suffix):
        return read_xml(entry, head)
    if entry.suffix in ("html", "htm", "xhtml") or is_html_page(opening):
        return read_html(entry)
    if is_json(opening) or entry.suffix in ("json", "jsonl", "ndjson"):
        return read_json(entry, head)
    if reason := no_article(opening):
        raise NotAnArticleError(reason)
    if entry.suffix in ("md", "markdown", "mdown") or has_front_matter(opening):
        return read_markdown(entry)
    if is_table(opening, entry.suffix):
        return read_table(entry, head, for_tables)
    return read_text(entry, catalogue)


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
