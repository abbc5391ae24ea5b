"""Do pages that cursors name make up exactly one list, whatever is published between them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, open_writer
from index.speakers import overrides
from index.storage.folder import KEPT
from search import QueryError, Searcher, StaleCursorError, open_searcher
from search.cursors import FORM, PATTERN, cursor_of, read_cursor
from search.documents import DEEP
from search.errors import LateError
from search.request import SearchRequest
from search.results import QuoteHit

TOWNS = ("Зареченск", "Слобода", "Берёзовка", "Левобережье", "Каменка")


def article(number: int) -> Article:
    """Many are alike, so that there are ties; each has a word of its own."""
    town = TOWNS[number % len(TOWNS)]
    words = (
        f"Паром{' и паром' * (number % 4)} из города {town}. «Рейс номер{number} отменён», — сказал мэр Антон Берёзов."
    )
    day = f"{2000 + number % 17}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return Article(
        id=f"a{number}", title=f"Переправа {number % 9}", text=words, published=day if number % 6 else None, source=town
    )


def publish(folder: Path, numbers: Sequence[int]) -> None:
    with open_writer(folder) as writer:
        for number in numbers:
            writer.add(article(number))
        writer.publish()


def walk(searcher: Searcher, q: str, *, limits: Sequence[int] = (7,), **parameters: Any) -> list[str]:
    """The ids of all pages, one behind the other."""
    found: list[str] = []
    page = searcher.search(q, limit=limits[0], **parameters)
    turn = 0
    while True:
        found += [hit.id for hit in page.hits]
        if page.next is None:
            return found
        turn += 1
        page = searcher.search(q, limit=limits[turn % len(limits)], cursor=page.next, **parameters)
        assert page.hits, "no page behind a cursor is empty"


def by_offset(searcher: Searcher, q: str, **parameters: Any) -> list[str]:
    """The same, by offsets."""
    found: list[str] = []
    while hits := searcher.search(q, limit=50, offset=len(found), **parameters).hits:
        found += [hit.id for hit in hits]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cursors") / "index"
    for begin in (0, 120, 260):  # three segments
        publish(home, range(begin, begin + 120))
    return home


@pytest.fixture(scope="module")
def searcher(folder: Path) -> Iterator[Searcher]:
    with open_searcher(folder) as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.sampled_from(
        [
            "",
            "паром",
            "паром город",
            "паром -Слобода",
            "переправа 3 | рейс",
            "номер17",
            "номер3* рейс",
            "gfhjv",
            "Береза",
            "мэр отменил переправу у берегов",
            "спикер:Берёзов",
            "рейс~1 паром",
            "«отменён рейс»",
            "слон",
        ]
    ),
    kind=st.sampled_from(["article", "quote"]),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    source=st.lists(st.sampled_from(TOWNS), max_size=2, unique=True),
    reprints=st.sampled_from(["fold", "all"]),
    limits=st.lists(st.integers(1, 100), min_size=1, max_size=4),
)
def test_pages_by_cursor_are_the_list_by_offset(
    searcher: Searcher, q: str, kind: str, sort: str, source: list[str], reprints: str, limits: list[int]
) -> None:
    asked = {"type": kind, "sort": sort, "source": source, "reprints": reprints}
    found = walk(searcher, q, limits=limits, **asked)
    assert found == by_offset(searcher, q, **asked)
    assert len(found) == searcher.search(q, **asked).total.value
    assert len(set(found)) == len(found)


def test_a_list_longer_than_any_offset_is_walked_to_its_end(tmp_path: Path) -> None:
    many = DEEP + 230
    publish(tmp_path, range(700))
    publish(tmp_path, range(700, many))
    with open_searcher(tmp_path) as searcher:
        for sort in ("relevance", "oldest"):
            found = walk(searcher, "паром", limits=(100, 63), sort=sort)
            assert (len(found), len(set(found))) == (many, many)
            start = [hit.id for hit in searcher.search("паром", limit=100, offset=1000, sort=sort).hits]
            assert found[1000:1100] == start
        page = searcher.search("паром", limit=100)
        scores = [hit.score for hit in page.hits]
        while page.next:
            page = searcher.search("паром", limit=100, cursor=page.next)
            scores += [hit.score for hit in page.hits]
        assert scores == sorted(scores, reverse=True)


def test_publishes_between_pages_change_nothing_of_the_list(tmp_path: Path) -> None:
    publish(tmp_path, range(30))
    with open_searcher(tmp_path) as searcher, open_searcher(tmp_path) as other:
        whole = by_offset(searcher, "паром")
        first = searcher.search("паром")
        publish(tmp_path, range(30, 60))
        assert searcher.search("паром").total.value == 60
        with open_writer(tmp_path) as writer:
            for number in range(20):
                writer.delete(f"a{number}")
            writer.publish()
        second = searcher.search("паром", cursor=first.next)
        assert second.index.generation == first.index.generation != searcher.search("паром").index.generation
        third = other.search("паром", cursor=second.next, limit=100)
        assert [hit.id for page in (first, second, third) for hit in page.hits] == whole, "whoever is asked"
        assert third.next is None
        with open_searcher(tmp_path) as new:
            again = new.search("паром", cursor=first.next)
        assert again.hits == second.hits, "and whenever it was opened"


def test_speakers_of_a_former_state_are_those_of_that_state(tmp_path: Path) -> None:
    publish(tmp_path, range(12))
    with open_searcher(tmp_path) as searcher:
        first = searcher.search("рейс", type="quote", limit=5)
    publish(tmp_path, range(12, 16))
    with open_searcher(tmp_path) as searcher:
        page = searcher.search("рейс", type="quote", limit=5, cursor=first.next)
    speakers = [hit.speaker for hit in page.hits if isinstance(hit, QuoteHit)]
    assert {speaker and speaker.name for speaker in speakers} == {"Антон Берёзов"}


def test_a_cursor_of_a_state_that_is_gone_is_stale(tmp_path: Path) -> None:
    publish(tmp_path, range(20))
    with open_searcher(tmp_path) as searcher:
        cursor = searcher.search("паром").next
        for number in range(KEPT):
            assert len(searcher.search("паром", cursor=cursor).hits) == 10
            publish(tmp_path, [100 + number])
            searcher.search("паром")
        with pytest.raises(StaleCursorError, match="ask again without cursor"):
            searcher.search("паром", cursor=cursor)


def test_a_cursor_is_stale_when_somebody_has_decided_about_speakers(tmp_path: Path) -> None:
    publish(tmp_path, range(20))
    with open_searcher(tmp_path) as searcher:
        cursor = searcher.search("рейс", type="quote").next
    overrides.save(tmp_path, overrides.NONE.with_alias("anton-berezov", "речной мэр"))
    with open_searcher(tmp_path) as searcher, pytest.raises(StaleCursorError):
        searcher.search("рейс", type="quote", cursor=cursor)


@pytest.mark.parametrize(
    "other",
    [
        {"q": "рейс"},
        {"type": "quote"},
        {"sort": "newest"},
        {"source": ["Слобода"]},
        {"from": "2001"},
        {"rewrite": "off"},
        {"reprints": "all"},
        {"strict": True},
    ],
)
def test_a_cursor_answers_only_the_question_that_it_is_of(searcher: Searcher, other: dict[str, Any]) -> None:
    cursor = searcher.search("паром").next
    with pytest.raises(QueryError, match="another question") as caught:
        searcher.search(**{"q": "паром", "cursor": cursor, **other})
    assert (caught.value.code, caught.value.parameter) == ("invalid_parameter", "cursor")


def test_what_is_told_beside_the_list_may_change_from_page_to_page(searcher: Searcher) -> None:
    cursor = searcher.search("паром", limit=10, source=["Слобода", "Каменка"]).next
    page = searcher.search(
        "паром", cursor=cursor, limit=3, facets=["source"], explain=True, snippets=False, source=["Каменка", "Слобода"]
    )
    assert len(page.hits) == 3
    assert page.facets is not None


@given(st.text(max_size=120) | st.from_regex(PATTERN, fullmatch=True))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="cursor: "):
        read_cursor(text, SearchRequest())


@given(place=st.integers(0, 2**32 - 1), at=st.integers(0, 45), q=st.text())
def test_a_cursor_is_read_back_and_not_with_a_letter_changed(place: int, at: int, q: str) -> None:
    request = SearchRequest(q)
    cursor = cursor_of(request, "000042.9f86d0", "", place)
    read = read_cursor(cursor, request)
    assert (read.state, read.place) == ("000042.9f86d0", place)
    changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
    with suppress(QueryError):
        assert read_cursor(changed, request) == read, "only bits behind the last byte"


def test_a_cursor_of_another_form_says_so() -> None:
    assert FORM < 255
    import search.cursors as cursors

    with pytest.MonkeyPatch.context() as newer:
        newer.setattr(cursors, "FORM", FORM + 1)
        cursor = cursor_of(SearchRequest(), "000042.9f86d0", "", 10)
    with pytest.raises(QueryError, match="another version"):
        read_cursor(cursor, SearchRequest())


def test_cursor_and_offset_are_not_given_both(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="beside offset"):
        searcher.search("паром", cursor=searcher.search("паром").next, offset=10)


def test_a_page_that_the_deadline_cuts_off_leads_nowhere(folder: Path) -> None:
    with open_searcher(folder) as whole, open_searcher(folder, deadline=0.0) as late:
        assert late.search("паром город", facets=["source"]).next is None
        with pytest.raises(LateError):
            late.search("паром город", cursor=whole.search("паром город").next)
