"""What does a person see? The search page, an article, the help page and errors, rendered from what a program gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup

from index.schema import RETOLD
from search.errors import QueryError
from search.highlight import mark_html
from search.request import MAX_OFFSET, SearchRequest
from search.results import QUOTES_A_HIT, Page

from .caching import content_tag, fresh_or_unchanged, search_tag
from .facets import CHART_HEIGHT, CHART_WIDTH, ON_PAGE, bars_of, chips_of, groups_of
from .gate import answer_to, current_searcher
from .i18n import LANGS, STRINGS, Words, accepted_lang, chosen_lang
from .links import Links, anchor_of, host_of, original_of, safe_url
from .params import read_request, without_filters
from .problems import TITLES, problem_of
from .reading import blocks_of

pages = Blueprint("pages", __name__)

PLAIN_WORD = re.compile(r"\w[\w-]*")
OPERATORS = {"И", "ИЛИ", "НЕ", "AND", "OR", "NOT"}
MOST_SHORTER = 6
MOST_PAGE_LINKS = 7
HTML = "text/html; charset=utf-8"

# The contract's table of the query language: string key, ways to write it, an example to run, its type.
HELP_WORDS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("help.all", ("мост река", "мост И река", "мост AND река"), "мост река", "article"),
    ("help.any", ("мост | паром", "мост ИЛИ паром", "мост OR паром"), "мост | паром", "article"),
    ("help.not", ("мост -пробки", "мост НЕ пробки", "мост NOT пробки"), "мост -пробки", "article"),
    ("help.group", ("(мост | паром) река",), "(мост | паром) река", "article"),
    ("help.phrase", ("«городская дума»", '"городская дума"'), "«городская дума»", "article"),
    ("help.exact", ("!мэром", "!«городской думы»"), "!мэром", "article"),
    ("help.near", ('"мэр мост"~5',), '"мэр мост"~5', "article"),
    ("help.prefix", ("строит*",), "строит*", "article"),
    ("help.fuzzy", ("перпрва~", "перпрва~2"), "перпрва~2", "article"),
)
HELP_FIELDS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("help.field.title", ("заголовок:", "title:"), "заголовок:мост", "article"),
    ("help.field.text", ("текст:", "text:"), "текст:мост", "article"),
    ("help.field.speaker", ("спикер:", "speaker:"), "спикер:Берёзов", "quote"),
    ("help.field.about", ("о:", "about:"), "о:мост", "quote"),
    ("help.field.source", ("источник:", "source:"), "источник:вестник", "article"),
    ("help.field.author", ("автор:", "author:"), "автор:Орловская", "article"),
    ("help.field.section", ("рубрика:", "section:"), "рубрика:Город", "article"),
    ("help.field.kind", ("вид:", "kind:"), "вид:direct", "quote"),
    (
        "help.date",
        ("дата:2015", "date:2015-12", "дата:2015-12-15", "дата:2015..2016", "дата:>=2015-12-01"),
        "дата:2015..2016",
        "article",
    ),
)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of results: its number from 1, and where it is."""

    number: int
    href: str
    current: bool


@pages.get("/")
def home() -> Response:
    """The search box, and the newest below it."""
    return _search(hero=True)


@pages.get("/search")
def search() -> Response:
    """Results, with the same parameters as the endpoint; what it does not know is skipped."""
    return _search(hero=False)


@pages.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """An article with its quotes; `q` is the search that led here."""
    stored = current_searcher().article(article_id)
    url = safe_url(stored.article.url)
    answer = render(
        "article.html",
        article=stored.article,
        blocks=blocks_of(stored),
        quotes=[quote for quote in stored.quotes if quote.kind not in ("pull", RETOLD)],
        url=url,
        host=host_of(url) if url else None,
        q=request.args.get("q", ""),
    )
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@pages.get("/help")
def help_page() -> Response:
    """The query language, with examples to run, and what is refused."""
    answer = render("help.html", words_table=HELP_WORDS, fields_table=HELP_FIELDS, errors=list(TITLES))
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@pages.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask without having seen a page, as beside JSON."""
    return current_app.send_static_file("favicon.svg")


def error_page(error: Exception) -> Response:
    """Any error as a page in the reader's language; status and headers are those of the problem."""
    problem = problem_of(error)
    status = problem.status_code
    key = f"error.{status}"
    if key not in STRINGS:
        key = "error.500" if status >= 500 else "error.400"
    answer = render("error.html", status=status, key=key)
    for name in ("Retry-After", "Allow"):
        if name in problem.headers:
            answer.headers[name] = problem.headers[name]
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _search(*, hero: bool) -> Response:
    words, links = reader()
    try:
        asked = read_request(request.args, lenient=True)
        page = answer_to(replace(asked, facets=ON_PAGE, snippets=True))
    except QueryError as error:
        return refused(error)
    answer = render(
        "search.html",
        hero=hero and not asked.q,
        page=page,
        asked=asked,
        q=asked.q,
        chips=chips_of(asked, links, words),
        groups=groups_of(page, asked, links),
        bars=bars_of(page, asked, links),
        chart=(CHART_WIDTH, CHART_HEIGHT),
        page_links=page_links_of(page, asked, lambda offset: links.search(asked, offset=offset)),
        shorter=_shorter(asked.q) if not page.hits else [],
        unfiltered=without_filters(asked),
        brief_quotes=QUOTES_A_HIT,
        examples=_examples(page, words),
    )
    return fresh_or_unchanged(answer, search_tag(page.index.stamp, asked, words.lang, request.full_path))


def _examples(page: Page, words: Words) -> list[str]:
    """Queries that find something in this very index: its most quoted speaker, greatest source and fullest year."""
    found = []
    for name in ON_PAGE:
        counts = (page.facets or {}).get(name, ())
        # A quotation mark inside a name would end the phrase.
        plain = [counted for counted in counts if counted.value and '"' not in counted.value]
        if plain:
            found.append(words.t(f"try.{name}", value=max(plain, key=lambda counted: counted.count).value))
    return found


def refused(error: QueryError) -> Response:
    """The search page with the place to blame marked, instead of results."""
    q = request.args.get("q", "")
    place = Markup(mark_html(q, [error.span])) if error.span and q else None  # noqa: S704 - mark_html escapes
    answer = render(
        "refused.html", error=error, known=f"error.{error.code}" in STRINGS, place=place, q=q, asked=SearchRequest(q=q)
    )
    answer.status_code = 400
    answer.headers["Cache-Control"] = "no-store"
    return answer


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page in the reader's language."""
    words, links = reader()
    html = render_template(
        template,
        w=words,
        links=links,
        languages=_languages(words),
        anchor_of=anchor_of,
        original_of=original_of,
        **{"q": "", "asked": SearchRequest(), "hero": False, "status": status, **context},
    )
    # A lone surrogate cannot be sent; a text that holds one is still shown.
    answer = Response(html.encode("utf-8", "replace"), status=status, content_type=HTML)
    answer.headers["Content-Language"] = words.lang
    answer.vary.add("Accept-Language")
    return answer


def reader() -> tuple[Words, Links]:
    """The reader's language: as the URL says, else as the browser prefers."""
    chosen = chosen_lang(request.args.get("lang"))
    return Words(chosen or accepted_lang(tag for tag, quality in request.accept_languages if quality)), Links(chosen)


def _languages(words: Words) -> list[tuple[str, str, bool]]:
    """This page in each language: `(language, href, whether it is the current one)`."""
    here = url_for(request.endpoint, **(request.view_args or {})) if request.endpoint else url_for("pages.home")
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [(lang, f"{here}?{urlencode([*kept, ('lang', lang)])}", lang == words.lang) for lang in LANGS]


def page_links_of(page: Page, asked: SearchRequest, href: Callable[[int], str]) -> list[PageLink]:
    """Links to the pages around this one, `href` of an offset; none if one page holds it all. The farthest starts at
    MAX_OFFSET.
    """
    last = min(max(page.total.value - 1, 0), MAX_OFFSET) // asked.limit
    current = asked.offset // asked.limit
    if last == 0 and current == 0:
        return []
    first_shown = max(0, min(current - MOST_PAGE_LINKS // 2, last - MOST_PAGE_LINKS + 1))
    shown = range(first_shown, min(last, first_shown + MOST_PAGE_LINKS - 1) + 1)
    return [PageLink(n + 1, href(n * asked.limit), n == current) for n in shown]


def _shorter(q: str) -> list[tuple[str, str]]:
    """For a query of plain words: each word, and the query without it."""
    typed = q.split()
    if not 2 <= len(typed) <= MOST_SHORTER or OPERATORS & set(typed):
        return []
    if not all(PLAIN_WORD.fullmatch(word) for word in typed):
        return []
    return [(word, " ".join(typed[:place] + typed[place + 1 :])) for place, word in enumerate(typed)]
