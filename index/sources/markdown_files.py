"""What does a reader of this Markdown see?

CommonMark with tables, rendered by markdown-it-py and then read as HTML: emphasis, links and list marks leave no
trace in the text, and `<blockquote class="pull">` is a pull-quote here too. Front matter in YAML (`---`) or TOML
(`+++`) gives the fields; without a title there, the first heading is the title, and its line a hole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ..model import Span
from .encoding import decode
from .html_text import Rendered, rendered
from .outcome import MAX_TEXT, Entry, NotAnArticleError, Outcomes, UnreadableError, read_whole
from .records import article_of, sane, title_from

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n(.*?)^\1[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
MAX_FRONT_MATTER = 1 << 16
HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@cache
def markdown() -> MarkdownIt:
    """The parser. Made when a Markdown file comes: each process of `--jobs` would pay for it."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").enable("strikethrough")


def read_markdown(entry: Entry) -> Outcomes:
    """The article that a Markdown file is, unless its front matter calls it a draft."""
    fields, body = front_matter(sane(decode(read_whole(entry)).text))
    if len(body) > MAX_TEXT:
        raise NotAnArticleError(f"a text of {len(body):,} characters; at most {MAX_TEXT:,} are indexed")
    if fields.get("draft") is True or fields.get("published") is False:
        yield entry.passed_over("a draft, by its front matter")
        return
    markup = markdown().render(body)
    page = rendered(markup)
    if not fields.get("title"):
        fields["title"], holes = heading(markup, page)
        page = replace(page, holes=holes)
    yield entry.loaded(article_of({"id": fields.get("url") or entry.path_id, **fields}, entry.path_id, page=page))


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields that stand before a text, and the text without them.

    Raises:
        UnreadableError: they are neither YAML nor TOML.
    """
    import yaml

    from .front_matter import read_yaml

    found = FRONT_MATTER.match(text[: MAX_FRONT_MATTER + len(text[:100]) - len(text[:100].lstrip())])
    if found is None:
        return {}, text
    try:
        fields = read_yaml(found[2]) if found[1] == "---" else tomllib.loads(found[2])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise UnreadableError(f"the front matter is broken: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(fields, Mapping):  # a rule of dashes, then a text, then another rule
        return {}, text
    return {str(key): value for key, value in fields.items()}, text[found.end() :]


def heading(markup: str, page: Rendered) -> tuple[str, tuple[Span, ...]]:
    """The first `# heading` as the title, and the holes with its line among them; else as for a plain text."""
    found = HEADING.search(markup)
    words = rendered(found[1]).text if found else ""
    start = page.text.find(words) if words else -1
    if start < 0:
        return title_from(page.text, page.holes)
    return " ".join(words.split()), tuple(sorted((*page.holes, Span(start, start + len(words)))))
