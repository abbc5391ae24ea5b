"""Which days does a date of the query language mean, and is what we write read back?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.dates import read_dates, write_dates


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("02.2015", "2015-02-01", "2015-02-28"),
        ("15.12.2015", "2015-12-15", "2015-12-15"),
        ("2016..2019-06", "2016-01-01", "2019-06-30"),
        ("2016..", "2016-01-01", None),
        ("1/9/2016", "2016-09-01", "2016-09-01"),
        ("2016.09", "2016-09-01", "2016-09-30"),
        ("≤2016-09", None, "2016-09-30"),
        ("май 2016", "2016-05-01", "2016-05-31"),
        ("3 Мая 2016 г.", "2016-05-03", "2016-05-03"),
        ("2016-09-01-2016-09-05", "2016-09-01", "2016-09-05"),
        ("2016-09-01 10:30", "2016-09-01", "2016-09-01"),
        ("..2016", None, "2016-12-31"),
        (">=2016-09", "2016-09-01", None),
        (">2016-09", "2016-10-01", None),
        ("<=2016-09", None, "2016-09-30"),
        ("<2016-09", None, "2016-08-31"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("0001", "0001-01-01", "0001-12-31"),
    ],
)
def test_a_date_is_its_whole_period(typed: str, since: str | None, until: str | None) -> None:
    expected = tuple(day and date.fromisoformat(day) for day in (since, until))
    assert read_dates(typed) == expected


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2016-13", "месяца 13 не бывает"),
        ("2015-02-29", "в этом месяце 28 дн., а не 29"),
        ("2015-02-00", "дня 0 не бывает"),
        ("0000", "года 0 не бывает"),
        ("2019..2016", "начало позже конца"),
        ("..", "у промежутка нет ни начала, ни конца"),
        (">9999", "за «9999» нет ни одного дня"),
        ("<0001", "за «0001» нет ни одного дня"),
        ("мартобрь 2016", "ожидается 2015, 2015-12, 2015-12-15 или промежуток 2015..2016"),
        ("31 июня 2016", "в этом месяце 30 дн., а не 31"),
        ("вчера", "ожидается 2015, 2015-12, 2015-12-15 или промежуток 2015..2016"),
        ("٢٠١٥", "ожидается 2015, 2015-12, 2015-12-15 или промежуток 2015..2016"),
    ],
)
def test_what_is_no_date_says_why(typed: str, reason: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_dates(typed)
    assert str(refused.value) == reason


@given(st.lists(st.one_of(st.none(), st.dates()), min_size=2, max_size=2))
def test_written_dates_are_read_back(days: list[date | None]) -> None:
    since, until = days
    if since and until and since > until:
        since, until = until, since
    if since or until:
        assert read_dates(write_dates(since, until)) == (since, until)


@given(st.text(alphabet="0123456789.-<>=…–", max_size=24))
def test_any_digits_and_dots_are_dates_or_refused(typed: str) -> None:
    try:
        since, until = read_dates(typed)
    except ValueError:
        return
    assert since or until
    assert not (since and until) or since <= until
