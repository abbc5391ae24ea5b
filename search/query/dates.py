"""Which days does `дата:2015-12..2016-01` mean?

A date names a whole period, and both ends of a range belong to it:

    day    2015-12-15 | 15.12.2015 | 15 декабря 2015
    month  2015-12 | 12.2015 | декабрь 2015              year   2015
    range  A..B | A.. | ..B | A–B                        bound  >=A | >A | <=B | <B | ≥A | =>A | =A

The parts of a date may be joined by `-`, `.` or `/`; a time of day behind it counts for nothing. Names of months have
blanks beside them, so they stand in quotes.
`>A` begins on the day after the period's last, `<B` ends on the day before its first.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

DAY_FIRST = re.compile(r"(?:(?:([0-9]{1,2})[./-])?([0-9]{1,2})[./-])?([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2})(?:[T ][0-9:.+Z-]*)?)?)?")
WITH_MONTH = re.compile(r"(?:([0-9]{1,2}) +)?([а-яё]+) +([0-9]{4})(?: *г(?:\.|ода?)?)?", re.IGNORECASE)
MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
RANGE = re.compile(r"(.*?)(?:\.{2,3}|…|–|—)(.*)")
HYPHENED = re.compile(
    r"([0-9]{4})-([0-9]{4})|([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|([0-9]{1,2}[./][0-9.]+)-([0-9]{1,2}[./][0-9.]+)"
)
BOUND = re.compile(r"(>=|<=|=>|=<|≥|≤|>|<|=)\s*(.+)")
_SIGNS = {"=>": ">=", "≥": ">=", "=<": "<=", "≤": "<="}

Period = tuple[date, date]
Range = tuple[date | None, date | None]


def read_dates(typed: str) -> Range:
    """The first and the last day of what was `typed`, both inclusive; None is open.

    Raises ValueError, whose message (in Russian) says what is wrong.
    """
    if found := BOUND.fullmatch(typed):
        return _bound(_SIGNS.get(found[1], found[1]), found[2])
    if found := RANGE.fullmatch(typed):
        return _range(found[1].strip(), found[2].strip())
    if found := HYPHENED.fullmatch(typed):
        start, end = (part for part in found.groups() if part is not None)
        return _range(start, end)
    return _period(typed)


def _bound(sign: str, typed: str) -> Range:
    first, last = _period(typed)
    try:
        if sign == ">":
            return last + timedelta(days=1), None
        if sign == "<":
            return None, first - timedelta(days=1)
    except OverflowError:
        raise ValueError(f"за «{typed}» нет ни одного дня") from None
    if sign == "=":
        return first, last
    return (first, None) if sign == ">=" else (None, last)


def _range(start: str, end: str) -> Range:
    if not start and not end:
        raise ValueError("у промежутка нет ни начала, ни конца")
    since = _period(start)[0] if start else None
    until = _period(end)[1] if end else None
    if since and until and since > until:
        raise ValueError("начало позже конца")
    return since, until


def _period(typed: str) -> Period:
    if found := YEAR_FIRST.fullmatch(typed):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(typed):
        day, month, year = found.groups()
    elif (found := WITH_MONTH.fullmatch(typed)) and (number := _month_called(found[2])):
        day, month, year = found[1], str(number), found[3]
    else:
        raise ValueError("ожидается 2015, 2015-12, 2015-12-15 или промежуток 2015..2016")
    if int(year) == 0:
        raise ValueError("года 0 не бывает")
    if month is None:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    return _days(int(year), int(month), None if day is None else int(day))


def _month_called(name: str) -> int | None:
    """The number of a month by its name, in the nominative or the genitive."""
    stem = re.sub("[ьйяа]$", "", name.lower())
    return MONTHS.index(stem) + 1 if stem in MONTHS else None


def _days(year: int, month: int, day: int | None) -> Period:
    if not 1 <= month <= 12:
        raise ValueError(f"месяца {month} не бывает")
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        raise ValueError(f"в этом месяце {length} дн., а не {day}" if day else "дня 0 не бывает")
    return date(year, month, day), date(year, month, day)


def write_dates(since: date | None, until: date | None) -> str:
    """The shortest text that read_dates reads as these days; one of the two is given."""
    length = max(_first_length(since), _last_length(until))
    start = since.isoformat()[:length] if since else ""
    end = until.isoformat()[:length] if until else ""
    return start if start == end else f"{start}..{end}"


def _first_length(day: date | None) -> int:
    """How much of the ISO date names a period that begins on `day`: 4 for a year, 7 for a month, 10 for a day."""
    if day is None or (day.month, day.day) == (1, 1):
        return 4
    return 7 if day.day == 1 else 10


def _last_length(day: date | None) -> int:
    if day is None or (day.month, day.day) == (12, 31):
        return 4
    return 7 if day.day == calendar.monthrange(day.year, day.month)[1] else 10
