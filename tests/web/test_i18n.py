from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from flask.testing import FlaskClient

import search.query
import web
from search.request import FILTERS
from web.i18n import LANGS, Words, accepted_lang, chosen_lang
from web.strings import PLURALS, STRINGS

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", STRINGS)
def test_every_string_is_in_both_languages_with_the_same_placeholders(key: str) -> None:
    russian, english = STRINGS[key]
    assert russian.strip()
    assert english.strip()
    assert placeholders(russian) == placeholders(english)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(template: Path) -> None:
    found = set(CYRILLIC.findall(template.read_text("utf-8"))) - {"Русский"}  # a language is named in itself
    assert found == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_strings_that_exist(template: Path) -> None:
    used = re.findall(r"w\.t\(\s*[\"']([a-z0-9_.]+)[\"']\s*[,)]", template.read_text("utf-8"))
    assert set(used) <= set(STRINGS)
    starts = re.findall(r"w\.t\(\s*[\"']([a-z0-9_.]+\.)[\"']\s*~", template.read_text("utf-8"))
    assert all(any(key.startswith(start) for key in STRINGS) for start in starts)


def test_no_string_is_left_over() -> None:
    sources = [*TEMPLATES, *(path for path in FOLDER.glob("*.py") if path.name != "strings.py")]
    text = "".join(path.read_text("utf-8") for path in sources)
    text = text.replace("'", '"')
    starts = tuple(set(re.findall(r'"([a-z_.]+\.)["{]', text)))  # of keys that are put together
    assert [key for key in STRINGS if f'"{key}"' not in text and not key.startswith(starts)] == []


def test_every_filter_has_a_heading() -> None:
    assert {f"facet.{name}" for name in (*FILTERS, "year")} <= set(STRINGS)


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [
        (0, "0 статей", "0 articles"),
        (1, "1 статья", "1 article"),
        (2, "2 статьи", "2 articles"),
        (4, "4 статьи", "4 articles"),
        (5, "5 статей", "5 articles"),
        (11, "11 статей", "11 articles"),
        (12, "12 статей", "12 articles"),
        (21, "21 статья", "21 articles"),
        (22, "22 статьи", "22 articles"),
        (111, "111 статей", "111 articles"),
        (1002, "1002 статьи", "1,002 articles"),
        (12345, "12 345 статей", "12,345 articles"),
    ],
)
def test_numbers_and_nouns_agree(n: int, russian: str, english: str) -> None:
    assert Words("ru").count(n, "article").replace("\xa0", " ") == russian
    assert Words("en").count(n, "article").replace("\xa0", " ") == english


def test_every_noun_has_all_its_forms() -> None:
    assert all(all(forms) for russian, english in PLURALS.values() for forms in (russian, english))


def test_dates_are_written_as_the_language_does() -> None:
    assert Words("ru").date("2015-12-15").replace("\xa0", " ") == "15 декабря 2015 г."
    assert Words("en").date(date(2015, 12, 15)).replace("\xa0", " ") == "15 December 2015"
    assert Words("ru").date("в декабре") == "в декабре"


def test_months_and_sizes_are_written_as_the_language_does() -> None:
    assert (Words("ru").month("2015-03"), Words("en").month("2015-12")) == ("март 2015", "December 2015")
    assert (Words("ru").short_month("2015-05"), Words("en").short_month("2015-05")) == ("май", "May")
    sizes = [Words("ru").size(n).replace("\xa0", " ") for n in (0, 999, 1000, 1_234_567, 123_456_789, 999_600, 10**16)]
    assert sizes == ["0 Б", "999 Б", "1,0 кБ", "1,2 МБ", "123 МБ", "1,0 МБ", "10000 ТБ"]
    assert Words("en").size(1_234_567) == "1.2\xa0MB"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.3,ru;q=0.8", "ru"),
        ("de,en;q=0.5", "en"),
        ("de", "ru"),
        ("en;q=0", "ru"),
        ("", "ru"),
        ("ы,,;q=я", "ru"),
    ],
)
def test_the_page_speaks_the_readers_language(client: FlaskClient, header: str, lang: str) -> None:
    answer = client.get("/", headers={"Accept-Language": header.encode("utf-8").decode("latin-1")})
    assert f'<html lang="{lang}">' in answer.text
    assert answer.headers["Content-Language"] == lang
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_language_of_the_url_wins_and_is_kept_in_links(client: FlaskClient) -> None:
    page = client.get("/search?q=мост&lang=en", headers={"Accept-Language": "ru"}).text
    assert '<html lang="en">' in page
    own = [
        href
        for href in re.findall(r'href="(/[^"]*)"', page)
        if not href.startswith(("/static", "/opensearch", "/search.atom"))
    ]
    assert own
    assert all(("lang=en" in href or "lang=ru" in href) for href in own)
    assert '<input type="hidden" name="lang" value="en">' in page


def test_languages_are_chosen_from_ours_only() -> None:
    assert [chosen_lang(lang) for lang in (*LANGS, "fr", "", None)] == ["ru", "en", None, None, None]
    assert accepted_lang(["FR", "EN-us"]) == "en"


def test_every_warning_of_the_query_language_has_words_on_the_page() -> None:
    sources = (Path(search.query.__file__).parent / name for name in ("lexer.py", "language.py"))
    codes = {code for path in sources for code in re.findall(r'arn(?:ing)?\(\s*"([a-z_]+)"', path.read_text("utf-8"))}
    assert len(codes) >= 9
    assert {code for code in codes if f"warning.{code}" not in STRINGS} == set()
