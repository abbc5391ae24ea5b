"""What does a person see of speakers? The page of one, the list of all, and a quote with its reprints."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from search.errors import NamesakesError, NotFoundError, QueryError
from search.request import Facet, SearchRequest
from search.speakers import SORTS

from . import parameters
from .caching import content_tag, fresh_or_unchanged, search_tag
from .facets import chips_of
from .gate import answer_to, current_searcher
from .histogram import HEIGHT, PERIODS, WIDTH, charts_of
from .links import Links
from .params import for_speakers, read_quotes_of, read_request, without_filters
from .rendering import page_links_of, reader, refused, render
from .topic import who_is_found

speaker_pages = Blueprint("speakers", __name__)

ON_PAGE: tuple[Facet, ...] = ("source", *PERIODS)
SPEAKERS_ABOUT = parameters.without(parameters.SEARCH, "sort")  # the list has sorts of its own
A_PAGE = 50  # speakers of the list
MOST_ROLES = 6
MOST_SOURCES = 10


@speaker_pages.get("/speakers/<speaker_id>")
def speaker(speaker_id: str) -> Response:
    """A speaker: quotes, the newest first, years, sources, words. `q` narrows the quotes to a topic."""
    words, links = reader()
    searcher = current_searcher()
    try:
        found = searcher.speaker(speaker_id)
    except NamesakesError as error:
        return _namesakes(speaker_id, error.ids)
    except NotFoundError:
        return _meant(speaker_id, links)
    try:
        asked = read_quotes_of(request.args, found.id, lenient=True)
        page = answer_to(replace(asked, facets=ON_PAGE))
    except QueryError as error:
        return refused(error)
    answer = render(
        "speaker.html",
        speaker=found,
        page=page,
        asked=asked,
        topic=asked.q,
        roles=found.roles[:MOST_ROLES],
        sources=found.sources[:MOST_SOURCES],
        charts=charts_of(page.facets, asked, lambda dated: links.speaker(found.id, dated), words),
        chart=(WIDTH, HEIGHT),
        words=searcher.words_of_speaker(found.id),
        page_links=page_links_of(page, asked, lambda offset: links.speaker(found.id, asked, offset=offset)),
    )
    tag = search_tag(page.index.stamp, asked, "speaker", words.lang, request.full_path)
    return fresh_or_unchanged(answer, tag)


def _namesakes(name: str, ids: tuple[str, ...]) -> Response:
    """Several speakers are called so: which is meant?"""
    searcher = current_searcher()
    answer = render("namesakes.html", name=name, speakers=[searcher.speaker(one) for one in ids])
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


def _meant(name: str, links: Links) -> Response:
    """Whom a name means that nobody has just so. Raises NotFoundError where it means nobody."""
    searcher = current_searcher()
    found = searcher.speakers(name, limit=1)
    if not found.speakers:
        raise NotFoundError(f"no speaker has the id {name!r}, and nobody is called so")
    only = found.speakers[0].id if found.total.value == 1 else None
    answer = Response(status=302)
    answer.headers["Location"] = links.speaker(only) if only else links.speakers(SearchRequest(q=name))
    return answer


@speaker_pages.get("/speakers")
def listed() -> Response:
    """All speakers, whom `q` means and who speaks about it; under filters those who speak under them."""
    words, links = reader()
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    number = request.args.get("page", "")
    number_of_page = min(int(number), 10_000) if number.isascii() and number.isdecimal() and int(number) else 1
    searcher = current_searcher()
    try:
        asked = for_speakers(read_request(request.args, SPEAKERS_ABOUT, lenient=True))
        people = who_is_found(searcher, asked)
        totals = searcher.search(replace(asked, limit=1, snippets=False)).totals
    except QueryError as error:
        return refused(error)
    chips = chips_of(asked, links.speakers, words)
    page = searcher.speakers(asked.q, limit=A_PAGE, offset=(number_of_page - 1) * A_PAGE, sort=sort)
    answer = render(
        "speakers.html",
        live=True,
        speakers=people.named if chips else page.speakers,
        people=people,
        totals=totals,
        q=asked.q,
        asked=asked,
        chips=chips,
        unfiltered=without_filters(asked),
        sort=sort,
        sorts=SORTS,
        number=1 if chips else number_of_page,
        pages=1 if chips else -(-page.total.value // A_PAGE),
    )
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@speaker_pages.get("/reprints/<id:quote_id>")
def reprints(quote_id: str) -> Response:
    """A quote and all its reprints, from the first date on."""
    answer = render("reprints.html", quotes=current_searcher().reprints(quote_id))
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)
