"""How does a record (a JSON object, a row of CSV, front matter) become an article?

Its fields are known by many names, Russian ones too; the earlier name in `ALIASES` wins where a record has several.
What no name claims is kept in `Article.extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import blake2s
from typing import Any

from ..model import Article, Span
from .dates import iso_date
from .html_text import Rendered, is_html, rendered, rendered_field, unescaped
from .outcome import MAX_TEXT, NotAnArticleError

ALIASES: dict[str, str] = {
    "id": "id textid docid _id uuid guid номер",
    "title": "title headline заголовок название heading textname header name",
    "text": "text body content contentencoded fulltext articletext articlebody article contenthtml contenttext "
    "текст статья содержание",
    "published": "date published publishedat pubdate datepublished publicationdate publishdate datetime timestamp "
    "дата датапубликации textdate createdat created time",
    "url": "url link permalink canonicalurl href ссылка адрес",
    "source": "source источник publisher sitename site outlet media magazine newspaper издание edition segment",
    "author": "author authors byline автор авторы creator dccreator",
    "section": "section рубрика раздел rubric topic topics textrubric category categories rubrics theme тема",
}
LEADS = ("description", "summary", "lead", "annotation", "abstract", "лид", "аннотация", "описание")
FIELD_OF = {name: (field, rank) for field, names in ALIASES.items() for rank, name in enumerate(names.split())}
FIELD_OF |= {name: ("lead", rank) for rank, name in enumerate(LEADS)}
FIELDS = tuple(ALIASES)

NOTHING = frozenset(("", "-", "—", "nan", "none", "null", "n/a"))  # how exports write «no value»
VALUE_KEYS = ("rendered", "name", "title", "value", "text", "@value", "#text", "url")  # of a field that is an object
WRITTEN = (str, int, float)  # what can stand on a line
MAX_NESTING = 4  # how deep a list of records may lie in an object
MAX_TITLE = 300  # a first line longer than this is a paragraph, and no title
CUT_TITLE = 120  # code points kept of a first sentence that stands in for a title
UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")
KEY_GAPS = re.compile(r"[\s_:.-]+")
PYTHON_LIST = re.compile(r"\[(?:\s*(['\"]).*\1\s*,?\s*)?\]$", re.DOTALL)
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
SENTENCE_END = re.compile(r"[.!?…]+[»\"”)]*(?=\s)")


@lru_cache(maxsize=1 << 12)
def field_of(key: str) -> tuple[str, int] | None:
    """Which field of an article a key names, and how well (0 is best); None if it names none."""
    plain = key.strip("\ufeff \t").casefold()
    return FIELD_OF.get(plain) or FIELD_OF.get(KEY_GAPS.sub("", plain))


def records_in(value: Any, nesting: int = 0) -> Iterator[Mapping[str, Any] | None]:
    """The records in a JSON value: itself, its items, or the items of lists inside it; None for what is no record."""
    if isinstance(value, list):
        for item in value:
            yield from records_in(item, nesting + 1) if isinstance(item, list | dict) else (None,)
    elif not isinstance(value, dict):
        yield None
    elif has_text(value) or nesting >= MAX_NESTING:
        yield value
    else:
        inner = [one for part in value.values() if holds_objects(part) for one in records_in(part, nesting + 1)]
        if any(one is not None and (has_text(one) or any(map(one.get, LEADS))) for one in inner):
            yield from inner
        else:
            yield value


def has_text(record: Mapping[str, Any]) -> bool:
    """Whether a record has a text of its own (and not an inner record under a name like `article`)."""
    return any((known := field_of(key)) and known[0] == "text" and is_text(value) for key, value in record.items())


def is_text(value: Any) -> bool:
    """Whether a value can be a text: words, paragraphs, or an object around them that is no record itself."""
    if isinstance(value, dict):
        return bool(as_text(value)) and not any((known := field_of(key)) and known[0] == "title" for key in value)
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and isinstance(value[0], str))


def holds_objects(value: Any) -> bool:
    """Whether a value is a list of objects, or an object in which lists may lie."""
    return (isinstance(value, list) and any(isinstance(item, dict) for item in value)) or isinstance(value, dict)


def article_of(
    record: Mapping[str, Any], path_id: str, *, source: str | None = None, page: Rendered | None = None
) -> Article:
    """The article that a record holds; `page` is its text where a reader of another format has made it already.

    Its id is the record's, else its url, else `path_id#digest of what it says`, the same on every run and in any
    order of records. HTML in the text is rendered. An unreadable date is kept in `extra`.

    Raises:
        NotAnArticleError: it has no text, or too much.
    """
    known, extra = sorted_out(record)
    if page is None:
        page = rendered_field(as_text(known.get("text")) or as_text(known.get("lead")) or headline(record, known))
    if not page.text.strip():
        found = ", ".join(str(key) for key in list(record)[:20])
        raise NotAnArticleError(f"no text: expected a field «text», found {found or 'no field at all'}")
    if len(page.text) > MAX_TEXT:
        raise NotAnArticleError(f"a text of {len(page.text):,} characters; at most {MAX_TEXT:,} are indexed")
    if "lead" in known and "text" in known:
        extra["description"] = jsonable(known["lead"])
    title, holes = as_title(known.get("title")), page.holes
    if not title:
        title, holes = title_from(page.text, holes)
    published = iso_date(known.get("published"))
    if published is None and known.get("published") not in (None, ""):
        extra["date"] = jsonable(known["published"])
    url = as_line(known.get("url"))
    return Article(
        id=as_line(known.get("id")) or url or f"{path_id}#{digest(title, published, page.text)}",
        title=title,
        text=page.text,
        published=published,
        source=as_line(known.get("source")) or source,
        author=as_line(known.get("author"), join=", "),
        section=as_line(known.get("section")),
        url=url,
        extra=extra,
        holes=holes,
        pulls=page.pulls,
    )


def headline(record: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """The title as the text, where a record has a field for a text and nothing in it: news that is one line."""
    told_empty = any((named := field_of(key)) and named[0] == "text" for key in record)
    return as_title(known.get("title")) if told_empty else ""


def sorted_out(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record's values by field (the best name of each), and all others by their own names."""
    best: dict[str, tuple[int, str]] = {}
    extra: dict[str, Any] = {}
    for key, value in record.items():
        known = field_of(key)
        if known is None:
            extra[sane(key)] = jsonable(value)
        elif not is_nothing(value):
            field, rank = known if not is_address_as_source(known[0], value, record) else ("url", 0)
            taken = best.get(field)
            if taken is not None:
                worse = key if rank >= taken[0] else taken[1]
                extra[sane(worse)] = jsonable(record[worse])
            if taken is None or rank < taken[0]:
                best[field] = (rank, key)
    return {field: record[key] for field, (_, key) in best.items()}, extra


def is_address_as_source(field: str, value: Any, record: Mapping[str, Any]) -> bool:
    """Whether a field for the source holds the article's address, which no other field tells."""
    if field != "source" or not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return False
    return not any((named := field_of(key)) and named[0] == "url" and record[key] for key in record)


def is_nothing(value: Any) -> bool:
    """Whether a value says that there is none."""
    if isinstance(value, str):
        return len(value) < 6 and value.strip().lower() in NOTHING
    return value is None or value == [] or value == {}


def as_text(value: Any) -> str:
    """A text field's value: a string, a list of paragraphs, or an object that holds it."""
    if isinstance(value, str):
        return sane(value)
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(as_text, value)))
    if isinstance(value, dict):
        return next((as_text(value[key]) for key in (*VALUE_KEYS[:1], "text", "html", "value") if value.get(key)), "")
    return ""


def as_line(value: Any, join: str | None = None) -> str | None:
    """A short field's value on one line; of a list its first item, or all of them joined by `join`."""
    if value is None:
        return None
    if isinstance(value, dict):
        value = next((value[key] for key in VALUE_KEYS if value.get(key)), None)
    if isinstance(value, str) and value.startswith("[") and PYTHON_LIST.match(value):
        value = [single or double for single, double in QUOTED.findall(value)]
    if isinstance(value, list):
        items = [item for item in (as_line(one) for one in value) if item]
        return (join.join(items) if join else items[0]) if items else None
    if not isinstance(value, WRITTEN) or isinstance(value, bool):
        return None
    line = " ".join(unescaped(sane(str(value))).split())
    return None if is_nothing(line) else line


def as_title(value: Any) -> str:
    """A title on one line, without tags; '' if there is none."""
    line = as_line(value) or ""
    return " ".join(rendered(line).text.split()) if is_html(line) else line


def title_from(text: str, holes: tuple[Span, ...] = ()) -> tuple[str, tuple[Span, ...]]:
    """A title for a text without one, and the holes with the title's line among them.

    The first line with something on it, if more follows and it is no paragraph; else the beginning of the first
    sentence, which then stays where it is.
    """
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    clear = all(hole.start >= start + len(line) for hole in holes)
    if clear and len(line) <= MAX_TITLE and text[start + len(line) :].strip():
        return " ".join(line.split()), (Span(start, start + len(line)), *holes)
    sentence = SENTENCE_END.search(line)
    first = line[: sentence.end()] if sentence else line
    if len(first) > CUT_TITLE:
        first = first[:CUT_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
    return " ".join(first.split()), holes


def digest(title: str, published: str | None, text: str) -> str:
    """A short name for a record that brings none: title, day and the first 200 characters."""
    told = f"{title}\n{published or ''}\n{text[:200]}"
    return blake2s(told.encode("utf-8", "replace"), digest_size=6).hexdigest()


def sane(text: str) -> str:
    """A text that can be stored: lone surrogates and NUL replaced by U+FFFD, one for one."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return UNPRINTABLE.sub("\ufffd", text)
    return text.replace("\0", "\ufffd") if "\0" in text else text


def jsonable(value: Any, nesting: int = 0) -> Any:
    """A value as JSON can hold it; what lies deeper than 20 levels is told as None."""
    if isinstance(value, str):
        return sane(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # neither infinite nor NaN
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if nesting > 20:
        return None
    if isinstance(value, Mapping):
        return {sane(str(key)): jsonable(item, nesting + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item, nesting + 1) for item in value]
    return str(value)
