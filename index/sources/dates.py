"""On which day was this published, whatever way the date is written?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1500, 2200
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "янв jan",
            "фев feb",
            "мар mar",
            "апр apr",
            "мая май may",
            "июн jun",
            "июл jul",
            "авг aug",
            "сен sep",
            "окт oct",
            "ноя nov",
            "дек dec",
        ),
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")  # its first day stands for a year or a month
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?$")
DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
WORDS = re.compile(
    r"(?:[a-zа-я]{2,11}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|-го)?[\s-]+([a-zа-я]{3,9})\.?,?[\s-]+(\d{4})(?!\d)"
)
WORDS_MONTH_FIRST = re.compile(r"(?:[a-z]{2,9},?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?$|\d{12,13}$")
SECONDS, MILLISECONDS, MICROSECONDS = 1e8, 1e11, 1e14  # an epoch from here on counts these; 1e8 s is March 1973


def iso_date(value: object) -> str | None:
    """The day as `YYYY-MM-DD`, or None where it cannot be read or is no day.

    Known: ISO 8601, RFC 2822, `15.12.2015` (day first, as Russians write), `2015/12/15`, «15 декабря 2015»,
    «December 15, 2015», epoch seconds, milliseconds or microseconds (their day in UTC). A time zone is not applied:
    the day is the one that the source names.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _from_text(value.strip().lower()) if isinstance(value, str) and len(value) < 100 else None


@lru_cache(maxsize=1 << 12)
def _from_text(text: str) -> str | None:
    if found := ISO.match(text):
        return _day(found[1], found[3], found[4], sure=True)
    if found := PARTIAL.fullmatch(text):
        return _day(found[1], found[2] or 1, 1)
    if EPOCH.match(text):
        return _from_epoch(float(text))
    if found := COMPACT.match(text):
        return _day(found[1], found[2], found[3])
    if found := DAY_FIRST.match(text):
        return _day_first(found[1], found[3], found[4])
    if found := WORDS.match(text):
        return _day(found[3], MONTHS.get(found[2][:3], 0), found[1])
    if found := WORDS_MONTH_FIRST.match(text):
        return _day(found[3], MONTHS.get(found[1][:3], 0), found[2])
    return None


def _day_first(day: str, month: str, year: str) -> str | None:
    if len(year) == 2:
        year = ("19" if year >= "70" else "20") + year
    return _day(year, month, day) or _day(year, day, month)  # 12/31/2015 can only be an American's


def _from_epoch(value: int | float) -> str | None:
    for unit, size in ((MICROSECONDS, 1e6), (MILLISECONDS, 1e3), (SECONDS, 1.0)):
        if value >= unit:
            try:
                return datetime.fromtimestamp(value / size, UTC).date().isoformat()
            except (OverflowError, ValueError, OSError):
                return None
    return None


def _day(year: str | int, month: str | int, day: str | int, *, sure: bool = False) -> str | None:
    """An ISO day; years that no newspaper has are taken only where the form is `sure` to be a date."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if sure or FIRST_YEAR <= found.year <= LAST_YEAR else None
