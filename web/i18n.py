"""In which language does the page speak, and how does that language write numbers, dates and nouns beside numbers?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .strings import MONTHS, MONTHS_ALONE, PLURALS, STRINGS, UNITS

Lang = Literal["ru", "en"]
LANGS: tuple[Lang, ...] = ("ru", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The words, numbers and dates of one language. Templates call it `w`."""

    lang: Lang

    def t(self, key: str, **values: object) -> str:
        """The string `key` with its placeholders filled. Raises KeyError for a key that is not in STRINGS."""
        return STRINGS[key][LANGS.index(self.lang)].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a string: the searcher may give codes that are newer than this page."""
        return key in STRINGS

    def count(self, n: int, noun: str) -> str:
        """`1 статья`, `2 статьи`, `5 статей`; `1 article`, `2 articles`."""
        russian, english = PLURALS[noun]
        word = russian[russian_form(n)] if self.lang == "ru" else english[0 if n == 1 else 1]
        return f"{self.number(n)}\N{NO-BREAK SPACE}{word}"

    def number(self, n: int) -> str:
        """`12 345` (no-break spaces, from five digits) or `12,345`."""
        if self.lang == "en":
            return f"{n:,}"
        return f"{n:,}".replace(",", "\N{NO-BREAK SPACE}") if n >= 10_000 else str(n)

    def date(self, iso: str | date) -> str:
        """`15 декабря 2015 г.` or `15 December 2015`; what is no ISO date stays as it is."""
        try:
            day = date.fromisoformat(iso) if isinstance(iso, str) else iso
        except ValueError:
            return str(iso)
        text = f"{day.day}\N{NO-BREAK SPACE}{MONTHS[self.lang][day.month - 1]} {day.year}"
        return f"{text}\N{NO-BREAK SPACE}г." if self.lang == "ru" else text

    def month(self, period: str) -> str:
        """`2015-12` as `декабрь 2015` or `December 2015`."""
        return f"{MONTHS_ALONE[self.lang][int(period[5:]) - 1]} {period[:4]}"

    def short_month(self, period: str) -> str:
        """`2015-12` as `дек` or `Dec`."""
        return MONTHS_ALONE[self.lang][int(period[5:]) - 1][:3]

    def size(self, octets: int) -> str:
        """`12,3 МБ` or `12.3 MB`: powers of ten, three digits at most."""
        value, unit = float(octets), 0
        while value >= 999.5 and unit < len(UNITS[self.lang]) - 1:
            value, unit = value / 1000, unit + 1
        digits = f"{value:.1f}" if unit and value < 99.5 else f"{value:.0f}"
        return f"{digits.replace('.', ',') if self.lang == 'ru' else digits}\N{NO-BREAK SPACE}{UNITS[self.lang][unit]}"

    def quoted(self, text: str) -> str:
        """`text` in the language's quotation marks."""
        return f"«{text}»" if self.lang == "ru" else f"“{text}”"


def russian_form(n: int) -> int:
    """Which of three forms a Russian noun takes after `n`: 0 as after 1, 1 as after 2, 2 as after 5."""
    if n % 10 == 1 and n % 100 != 11:
        return 0
    if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14):
        return 1
    return 2


def chosen_lang(value: str | None) -> Lang | None:
    """The language that a URL asks for, None if it names none of ours."""
    return next((lang for lang in LANGS if lang == value), None)


def accepted_lang(accepted: Iterable[str]) -> Lang:
    """The first of ours among the languages that a browser accepts, best first; Russian if there is none."""
    for tag in accepted:
        found = chosen_lang(tag.lower().partition("-")[0])
        if found:
            return found
    return "ru"
