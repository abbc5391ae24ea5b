from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search.errors import QueryError
from search.request import FACETS, KINDS, SORTS, TYPES, SearchRequest
from web.params import read_request, to_params, with_value, without_filters, without_value

names = st.lists(st.text(min_size=1).filter(str.strip), max_size=3, unique=True).map(lambda found: tuple(sorted(found)))
days = st.none() | st.dates()


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    since, until = draw(days), draw(days)
    if since and until and since > until:
        since, until = until, since
    return SearchRequest(
        q=draw(st.text()),
        type=draw(st.sampled_from(TYPES)),
        limit=draw(st.integers(1, 100)),
        offset=draw(st.integers(0, 1000)),
        sort=draw(st.sampled_from(SORTS)),
        since=since,
        until=until,
        speaker=draw(names),
        source=draw(names),
        author=draw(names),
        section=draw(names),
        kind=tuple(sorted(draw(st.sets(st.sampled_from(KINDS))))),
        facets=tuple(facet for facet in FACETS if draw(st.booleans())),
        rewrite=draw(st.booleans()),
        strict=draw(st.booleans()),
        explain=draw(st.booleans()),
    )


def read(*params: tuple[str, str]) -> SearchRequest:
    return read_request(MultiDict(params))


@given(requests())
def test_what_is_written_is_read_back(request: SearchRequest) -> None:
    assert read_request(MultiDict(to_params(request))) == request


def test_nothing_asks_for_the_newest_ten_articles() -> None:
    assert read() == SearchRequest()
    assert to_params(SearchRequest()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "١٢"),
        ("limit", "1_000"),
        ("limit", "+5"),
        ("limit", " 5"),
        ("limit", "5.0"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "-1"),
        ("limit", "05"),
        ("limit", ""),
        ("limit", "9" * 5000),
        ("offset", "1001"),
        ("offset", "-1"),
        ("type", "book"),
        ("type", "Article"),
        ("sort", "random"),
        ("facets", "speaker,city"),
        ("facets", ""),
        ("kind", "rumour"),
        ("rewrite", "1"),
        ("strict", "true"),
        ("explain", "yes"),
        ("speaker", " "),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_read_names_its_parameter(name: str, value: str) -> None:
    with pytest.raises(QueryError) as caught:
        read((name, value))
    assert (caught.value.code, caught.value.parameter) == ("invalid_parameter", name)
    assert len(str(caught.value)) < 400


def test_a_single_parameter_given_twice_is_refused() -> None:
    with pytest.raises(QueryError, match="given 2 times; expected once"):
        read(("limit", "5"), ("limit", "6"))


def test_too_many_values_are_refused() -> None:
    with pytest.raises(QueryError, match="given 51 values"):
        read(*(("source", f"Газета {n}") for n in range(51)))
    with pytest.raises(QueryError, match="given 51 values"):
        read(*(("source", "Газета") for n in range(51)))


def test_a_value_that_is_given_twice_counts_once() -> None:
    assert read(("facets", "year,kind,year")).facets == ("year", "kind")
    assert read(("source", "Газета"), ("source", "Вестник"), ("source", "Газета")).source == ("Газета", "Вестник")


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015-12-15", date(2015, 12, 15), date(2015, 12, 15)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_year_or_month_is_meant_whole(written: str, first: date, last: date) -> None:
    asked = read(("from", written), ("to", written))
    assert (asked.since, asked.until) == (first, last)


@pytest.mark.parametrize("written", ["2015-13", "2015-02-30", "15", "0000", "2015-1-1", "٢٠١٥", "2015-12-15T10:00", ""])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(("to", written))
    assert (caught.value.code, caught.value.parameter) == ("invalid_date", "to")


def test_from_after_to_is_refused() -> None:
    with pytest.raises(QueryError, match="later than"):
        read(("from", "2016"), ("to", "2015"))


def test_the_page_skips_what_it_does_not_know_and_what_a_form_left_empty() -> None:
    args = MultiDict([("q", "мост"), ("utm_source", "x"), ("lang", "en"), ("speaker", ""), ("limit", "")])
    assert read_request(args, lenient=True) == SearchRequest(q="мост")
    with pytest.raises(QueryError):
        read_request(MultiDict([("limit", "много")]), lenient=True)


def test_filters_are_added_and_taken_out_from_the_first_page() -> None:
    asked = SearchRequest(q="мост", offset=20, speaker=("Дарья Лис",))
    wider = with_value(asked, "speaker", "Антон Ким")
    assert (wider.speaker, wider.offset) == (("Дарья Лис", "Антон Ким"), 0)
    assert with_value(wider, "speaker", "Антон Ким") == wider
    assert without_value(wider, "speaker", "Дарья Лис").speaker == ("Антон Ким",)
    assert without_filters(wider) == SearchRequest(q="мост")
