"""How does a page reach its reader? Templates in the reader's language, links between pages, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from search.errors import QueryError
from search.highlight import mark_html
from search.request import MAX_OFFSET, SearchRequest
from search.results import Page

from .canonical import canonical
from .i18n import LANGS, Words, accepted_lang, chosen_lang
from .links import Links, anchor_of, original_of
from .problems import problem_of
from .strings import STRINGS

MOST_PAGE_LINKS = 7
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of results: its number from 1, and where it is."""

    number: int
    href: str
    current: bool


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page in the reader's language."""
    words, links = reader()
    html = render_template(
        template,
        w=words,
        links=links,
        languages=_languages(words),
        canonical=canonical,
        anchor_of=anchor_of,
        original_of=original_of,
        **{"q": "", "asked": SearchRequest(), "hero": False, "live": False, "status": status, **context},
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


def refused(error: QueryError) -> Response:
    """The search page with the place to blame marked, instead of results."""
    q = request.args.get("q", "")
    place = Markup(mark_html(q, [error.span])) if error.span and q else None  # noqa: S704 - it escapes  # nosec B704
    known = f"error.{error.code}" in STRINGS
    answer = render("refused.html", error=error, known=known, place=place, q=q, asked=SearchRequest(q=q), live=True)
    answer.status_code = 400
    answer.headers["Cache-Control"] = "no-store"
    return answer


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


def _languages(words: Words) -> list[tuple[str, str, bool]]:
    """This page in each language: `(language, href, whether it is the current one)`."""
    here = url_for(request.endpoint, **(request.view_args or {})) if request.endpoint else url_for("pages.home")
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [(lang, f"{here}?{urlencode([*kept, ('lang', lang)])}", lang == words.lang) for lang in LANGS]
