from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from search.request import SearchRequest
from search.results import FacetCount
from web.histogram import HEIGHT, WIDTH, Chart, charts_of
from web.i18n import Words
from web.params import to_params

COUNTS = st.dictionaries(st.tuples(st.integers(1990, 2030), st.integers(1, 12)), st.integers(1, 10_000), min_size=1)


def charts(counts: dict[tuple[int, int], int], asked: SearchRequest | None = None) -> list[Chart]:
    years: dict[str, int] = {}
    for (year, _), count in sorted(counts.items()):
        years[f"{year}"] = years.get(f"{year}", 0) + count
    facets = {
        "year": tuple(FacetCount(value, count) for value, count in years.items()),
        "month": tuple(FacetCount(f"{year}-{month:02}", count) for (year, month), count in sorted(counts.items())),
    }
    return charts_of(facets, asked or SearchRequest(), lambda dated: repr(to_params(dated)), Words("ru"))


@given(COUNTS)
def test_bars_stand_side_by_side_as_high_as_their_counts(counts: dict[tuple[int, int], int]) -> None:
    for chart in charts(counts):
        highest = max(bar.count for bar in chart.bars)
        for bar, following in zip(chart.bars, chart.bars[1:], strict=False):
            assert abs(bar.x + bar.width - following.x) < 0.1
            assert bar.period < following.period
        for bar in chart.bars:
            assert 0 <= bar.x < WIDTH
            assert bar.height <= HEIGHT
            assert (bar.height > 0) == (bar.count > 0)
            assert bar.count < highest or bar.height == HEIGHT
        assert 1 <= len([bar for bar in chart.bars if bar.tick]) <= 6


@given(COUNTS)
def test_every_document_stands_in_one_bar_of_a_chart(counts: dict[tuple[int, int], int]) -> None:
    for chart in charts(counts):
        assert sum(bar.count for bar in chart.bars) == sum(counts.values())


def test_months_are_shown_of_the_only_year_and_of_one_or_two_chosen_ones() -> None:
    def shown(*years: int, asked: SearchRequest | None = None) -> list[str]:
        return [chart.heading for chart in charts({(year, 5): 3 for year in years}, asked)]

    assert shown(2015) == ["Месяцы, 2015"]
    assert shown(2015, 2017) == ["Годы"]
    assert shown(2015, 2017, asked=SearchRequest(since=date(2015, 1, 1), until=date(2016, 12, 31))) == [
        "Годы",
        "Месяцы, 2015–2016",
    ]
    assert shown(2015, 2017, asked=SearchRequest(since=date(2015, 1, 1))) == ["Годы"]
    assert shown(2015, 2019, asked=SearchRequest(since=date(2015, 1, 1), until=date(2017, 1, 1))) == ["Годы"]


def test_a_bar_leads_to_its_own_time_and_says_whether_it_is_chosen() -> None:
    asked = SearchRequest(q="река", since=date(2015, 5, 1), until=date(2015, 5, 31), offset=20)
    years, months = charts({(2014, 1): 1, (2015, 5): 2, (2015, 6): 4}, asked)
    assert [(bar.period, bar.chosen) for bar in years.bars] == [("2014", False), ("2015", True)]
    assert years.bars[0].href == repr([("q", "река"), ("from", "2014"), ("to", "2014")])
    assert [bar.period for bar in months.bars if bar.chosen] == ["2015-05"]
    assert months.bars[5].href == repr([("q", "река"), ("from", "2015-06"), ("to", "2015-06")])
    assert (months.bars[5].name, months.bars[3].tick) == ("июнь 2015", "апр")
