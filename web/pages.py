"""What does a person see? First page, results, an article, pages about Molva, rendered from what a program gets."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, current_app, request

from index.schema import RETOLD
from search.errors import QueryError, SearchError
from search.request import Facet, SearchRequest
from search.results import QUOTES_A_HIT, ArticleHit, QuoteHit, StoredArticle
from search.searcher import Searcher

from .advice import Advice, advice_on
from .caching import content_tag, fresh_or_unchanged, search_tag
from .examples import Table, first_queries, fixed_table, table_of
from .facets import COUNTED, chips_of, groups_of
from .gate import answer_to, current_searcher
from .histogram import HEIGHT, PERIODS, WIDTH, charts_of
from .links import host_of, safe_url
from .params import read_request, without_filters
from .problems import TITLES
from .reading import Match, blocks_of, title_of
from .rendering import page_links_of, reader, refused, render
from .topic import who_is_found

pages = Blueprint("pages", __name__)

CHART: Final = (WIDTH, HEIGHT)
ON_FIRST_PAGE: Final[tuple[Facet, ...]] = ("speaker", "source", *PERIODS)
NEWEST_ARTICLES: Final = 6
NEWEST_QUOTES: Final = 5
QUOTES_LOOKED_AT: Final = 40  # for so many of different articles
MOST_LISTED: Final = 10  # speakers and sources of the first page
EXAMPLES: Final = "molva.examples"


@pages.get("/")
def home() -> Response:
    """The search box, and what is new below it: quotes, articles, who speaks, sources, years."""
    words, links = reader()
    searcher = current_searcher()
    asked = SearchRequest(limit=NEWEST_ARTICLES, facets=ON_FIRST_PAGE)
    page = searcher.search(asked)
    answer = render(
        "home.html",
        hero=True,
        live=True,
        page=page,
        quotes=_newest_quotes(searcher),
        speakers=searcher.speakers(limit=MOST_LISTED).speakers,
        sources=(page.facets or {}).get("source", ())[:MOST_LISTED],
        charts=charts_of(page.facets, SearchRequest(), lambda dated: links.search(dated), words),
        chart=CHART,
        examples=first_queries(page, words),
    )
    return fresh_or_unchanged(answer, search_tag(page.index.stamp, asked, words.lang, request.full_path))


@pages.get("/search")
def search() -> Response:
    """Results, with the same parameters as the endpoint; what it does not know is skipped."""
    words, links = reader()
    searcher = current_searcher()
    try:
        asked = read_request(request.args, lenient=True)
        page = answer_to(replace(asked, facets=COUNTED[asked.type], snippets=True))
        people = who_is_found(searcher, asked)
    except QueryError as error:
        return refused(error)
    in_part = any(warning.code == "some_words" for warning in page.warnings)
    read_as = page.rewrites[-1].after if page.rewrites else asked.q
    answer = render(
        "search.html",
        live=True,
        page=page,
        asked=asked,
        q=asked.q,
        read_as=read_as,
        chips=chips_of(asked, links.search, words),
        groups=groups_of(page, asked, links, words),
        charts=charts_of(page.facets, asked, lambda dated: links.search(dated), words),
        chart=CHART,
        people=people,
        page_links=page_links_of(page, asked, lambda offset: links.search(asked, offset=offset)),
        advice=Advice() if page.hits and not in_part else advice_on(replace(asked, q=read_as), searcher),
        unfiltered=without_filters(asked),
        brief_quotes=QUOTES_A_HIT,
    )
    return fresh_or_unchanged(answer, search_tag(page.index.stamp, asked, words.lang, request.full_path))


@pages.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """An article with its quotes; `q` is the search that led here, what answers it is marked."""
    searcher = current_searcher()
    stored = searcher.article(article_id)
    url = safe_url(stored.article.url)
    q = request.args.get("q", "")
    in_title, in_text = _matches(searcher, stored, q)
    answer = render(
        "article.html",
        article=stored.article,
        title_pieces=title_of(stored, in_title),
        blocks=blocks_of(stored, in_text),
        matches=[match.id for match in (*in_title, *in_text)],
        quotes=[quote for quote in stored.quotes if quote.kind not in ("pull", RETOLD)],
        url=url,
        host=host_of(url) if url else None,
        q=q,
    )
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@pages.get("/help")
def help_page() -> Response:
    """The query language, with examples that run on this index, and what is refused."""
    answer = render("help.html", table=_examples(), errors=list(TITLES))
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@pages.get("/about")
def about() -> Response:
    """What Molva is, and what is in its index."""
    words, links = reader()
    searcher = current_searcher()
    page = searcher.search(SearchRequest(limit=1, facets=("source", *PERIODS)))
    answer = render(
        "about.html",
        stats=searcher.stats(),
        days=_days(searcher),
        sources=(page.facets or {}).get("source", ()),
        charts=charts_of(page.facets, SearchRequest(), lambda dated: links.search(dated), words),
        chart=CHART,
    )
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@pages.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask without having seen a page, as beside JSON."""
    return current_app.send_static_file("favicon.svg")


def _newest_quotes(searcher: Searcher) -> list[QuoteHit]:
    """The newest whole utterances of known speakers, of each article one."""
    page = searcher.search(SearchRequest(type="quote", kind=("direct",), limit=QUOTES_LOOKED_AT))
    found: dict[str, QuoteHit] = {}
    for hit in page.hits:
        if isinstance(hit, QuoteHit) and hit.speaker:
            found.setdefault(hit.article.id, hit)
    return list(found.values())[:NEWEST_QUOTES]


def _matches(searcher: Searcher, stored: StoredArticle, q: str) -> tuple[list[Match], list[Match]]:
    """What answers `q` in the title and in the text, numbered from the first on."""
    if not q.strip():
        return [], []
    try:
        title, text = searcher.marked(stored.article.id, q)
    except QueryError:
        return [], []
    found = [Match(f"m{n}", (span,)) for n, span in enumerate((*title.spans, *text.spans), 1)]
    return found[: len(title.spans)], found[len(title.spans) :]


def _days(searcher: Searcher) -> tuple[str, str] | None:
    """The first and the last day of publication."""
    ends = []
    for sort in ("oldest", "newest"):
        hits = searcher.search(sort=sort, limit=1).hits
        ends += [hit.published for hit in hits if isinstance(hit, ArticleHit) and hit.published]
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _examples() -> Table:
    """Looked for once in a state of the index."""
    kept: dict[str, Table] = current_app.extensions.setdefault(EXAMPLES, {})
    try:
        searcher = current_searcher()
        generation = searcher.stats().generation
        if generation not in kept:
            table = table_of(searcher)
            kept.clear()
            kept[generation] = table
        return kept[generation]
    except SearchError:
        return fixed_table()
