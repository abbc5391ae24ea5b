"""Do JSON, JSON Lines and tables become articles, whatever their fields are called?"""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.dates import iso_date
from index.sources.records import sane
from tests.index.sources.conftest import ReadFile

TEXT = "В Зареченске открыли мост через Вьюгу."


def test_fields_of_jsonl_become_the_article(read_file: ReadFile) -> None:
    line = {
        "id": "a1",
        "title": "Мост открыли",
        "text": TEXT,
        "date": "2016-09-01T10:00:00+03:00",
        "url": "https://vestnik.example/1",
        "source": "Зареченский вестник",
        "author": "Надежда Орловская",
        "section": "Город",
        "views": 7,
        "tags": ["мост"],
    }
    [article], _ = read_file("a.jsonl", json.dumps(line, ensure_ascii=False))
    assert (article.id, article.title, article.text, article.published) == ("a1", "Мост открыли", TEXT, "2016-09-01")
    assert (article.source, article.author, article.section) == ("Зареченский вестник", "Надежда Орловская", "Город")
    assert article.url == "https://vestnik.example/1"
    assert article.extra == {"views": 7, "tags": ["мост"]}


def test_a_broken_line_costs_only_itself(read_file: ReadFile) -> None:
    lines = ['{"title": "Мост", "text": "Открыт."}', '{"title": ', "", '{"title": "Трамвай", "text": "Вернулся."}', "7"]
    articles, skipped = read_file("a.jsonl", "\n".join(lines))
    assert [article.title for article in articles] == ["Мост", "Трамвай"]
    assert [one.where.rpartition(":")[2] for one in skipped] == ["line 2", "line 5"]
    assert skipped[0].file is not None
    assert skipped[1].file is None


@pytest.mark.parametrize(
    "shape",
    [
        lambda record: [record],
        lambda record: record,
        lambda record: {"articles": [record]},
        lambda record: {"status": "ok", "data": {"total": 1, "items": [record]}},
        lambda record: {"title": "Лента", "description": "Все новости", "items": [record]},
        lambda record: {"article": record},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_any_shape_gives_its_article(read_file: ReadFile, shape: object, indent: int | None) -> None:
    assert callable(shape)
    value = shape({"title": "Мост открыли", "text": TEXT, "tags": [{"name": "мост"}]})
    [article], skipped = read_file("a.json", json.dumps(value, ensure_ascii=False, indent=indent))
    assert (article.title, article.text, skipped) == ("Мост открыли", TEXT, [])


@pytest.mark.parametrize(
    "record",
    [
        {"headline": "Мост", "body": TEXT, "pubDate": "Thu, 01 Sep 2016 10:00:00 +0300", "authors": ["А. Ким"]},
        {"Заголовок": "Мост", "Текст": TEXT, "Дата": "01.09.2016", "Автор": "А. Ким"},
        {
            "title": {"rendered": "Мост"},
            "content": {"rendered": f"<p>{TEXT}</p>"},
            "date": 1472716800,
            "byline": "А. Ким",
        },
        {"name": "Мост", "articleBody": TEXT, "datePublished": "2016-09-01", "author": {"name": "А. Ким"}},
    ],
)
def test_fields_go_by_many_names(read_file: ReadFile, record: dict[str, object]) -> None:
    [article], _ = read_file("a.json", json.dumps(record))
    assert (article.title, article.text, article.published, article.author) == ("Мост", TEXT, "2016-09-01", "А. Ким")


def test_an_unreadable_date_stays_in_extra(read_file: ReadFile) -> None:
    [article], _ = read_file("a.json", json.dumps({"title": "Мост", "text": TEXT, "date": "вчера"}))
    assert article.published is None
    assert article.extra == {"date": "вчера"}


def test_an_id_without_id_is_the_url_else_a_digest_that_rows_before_do_not_change(read_file: ReadFile) -> None:
    one = json.dumps({"title": "Мост", "text": TEXT})
    two = json.dumps({"title": "Трамвай", "text": "Вернулся.", "url": "https://vestnik.example/2"})
    [first, second], _ = read_file("a.jsonl", f"{one}\n{two}\n")
    [again], _ = read_file("a.jsonl", f"{one}\n")
    assert second.id == "https://vestnik.example/2"
    assert first.id.partition("#")[0].endswith("/a.jsonl")
    assert again.id == first.id


def test_a_record_without_text_is_refused_with_its_fields(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.jsonl", '{"city": "Зареченск", "size": 180000}')
    assert articles == []
    assert skipped.reason == "no text: expected a field «text», found city, size"


def test_a_headline_without_text_is_its_own_text(read_file: ReadFile) -> None:
    [article], _ = read_file("a.jsonl", '{"title": "Мост открыт", "text": ""}')
    assert article.text == "Мост открыт"


def test_half_characters_and_nul_are_replaced_one_for_one(read_file: ReadFile) -> None:
    [article], _ = read_file("a.jsonl", '{"title": "Мост", "text": "а\\ud800б\\u0000в", "x": ["\\udfff"]}')
    assert article.text == "а\ufffdб\ufffdв"
    assert article.extra == {"x": ["\ufffd"]}


def test_json_nested_without_end_is_refused(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.json", '{"a":' * 200_000)
    assert articles == []
    assert skipped.file is not None
    articles, [skipped] = read_file("b.json", "[" * 200_000 + "]" * 200_000)
    assert "too deep" in skipped.reason


def test_not_a_number_is_no_value(read_file: ReadFile) -> None:
    [article], _ = read_file("a.jsonl", '{"title": "Мост", "text": "Открыт.", "rate": NaN}')
    assert article.extra == {"rate": None}


def test_jsonl_may_be_cp1251_or_utf16(read_file: ReadFile) -> None:
    lines = "\n".join(json.dumps({"title": f"Мост {n}", "text": TEXT}, ensure_ascii=False) for n in range(3))
    for encoding in ("cp1251", "utf-16", "utf-8-sig"):
        articles, skipped = read_file("a.jsonl", lines.encode(encoding))
        assert [article.title for article in articles] == ["Мост 0", "Мост 1", "Мост 2"], (encoding, skipped)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_table_is_read_by_its_separator(read_file: ReadFile, mark: str) -> None:
    rows = [
        ["date", "title", "text", "likes"],
        ["2016-09-01", "Мост", '"В Зареченске, 1 сентября; мост\n|открыли\t"', "3"],
    ]
    [article], _ = read_file("a.csv", "\n".join(mark.join(row) for row in rows))
    assert (article.title, article.published) == ("Мост", "2016-09-01")
    assert article.text.startswith("В Зареченске, 1 сентября; мост\n|открыли")
    assert article.extra == {"likes": "3"}


def test_a_table_is_told_by_its_header_under_any_name(read_file: ReadFile) -> None:
    [article], _ = read_file("table.dat", "url\ttitle\ttext\nhttps://vestnik.example/1\tМост\tОткрыт.\n")
    assert article.id == "https://vestnik.example/1"


def test_a_map_says_which_column_is_which(read_file: ReadFile) -> None:
    table = "head,txt,title\nМост,Открыт.,7\n"
    [article], _ = read_file("a.csv", table, csv_map={"title": "head", "text": "txt"})
    assert (article.title, article.text, article.extra) == ("Мост", "Открыт.", {"column_title": "7"})


def test_a_map_to_a_column_that_is_missing_lists_the_columns(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.csv", "head,txt\nМост,Открыт.\n", csv_map={"title": "headline"})
    assert articles == []
    assert skipped.reason == "--map names the column headline; the columns are head, txt"


def test_a_map_of_an_unknown_field_is_an_error(read_file: ReadFile) -> None:
    with pytest.raises(SourceError, match=r"titel.*it has id, title, text, date"):
        read_file("a.csv", "a,b\n", csv_map={"titel": "a"})


def test_a_table_without_text_says_what_to_do(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.csv", "id,headline,words\n1,Мост,Открыт.\n")
    assert articles == []
    assert "the columns are id, headline, words" in skipped.reason
    assert "--map text=" in skipped.reason


def test_line_breaks_that_an_export_turned_into_n_come_back(read_file: ReadFile) -> None:
    text = (
        "В Зареченске открыли мост через Вьюгу, сообщили в мэрии.nn«Ждали четыре года», — сказал Берёзов.nПроезд по "
        "нему останется бесплатным для всех, в том числе и для грузовиков."
    )
    [article], _ = read_file("a.csv", f"title,text\nМост,{text.replace(',', ';')}\n")
    assert article.text.count("\n") == 3
    assert len(article.text) == len(text)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2015-12-15", "2015-12-15"),
        ("2015-12-15 23:59:00", "2015-12-15"),
        ("2015-12-15T23:30:00-11:00", "2015-12-15"),
        ("2015/12/15", "2015-12-15"),
        ("20151215", "2015-12-15"),
        ("15.12.2015", "2015-12-15"),
        ("5.1.15", "2015-01-05"),
        ("12/31/2015", "2015-12-31"),
        ("15 декабря 2015", "2015-12-15"),
        ("15 декабря 2015 г., 10:00", "2015-12-15"),
        ("15 Дек. 2015", "2015-12-15"),
        ("вторник, 15 декабря 2015", "2015-12-15"),
        ("Tue, 15 Dec 2015 10:00:00 GMT", "2015-12-15"),
        ("December 15, 2015", "2015-12-15"),
        (1450137600, "2015-12-15"),
        (1450137600000, "2015-12-15"),
        ("1450137600", "2015-12-15"),
        ("31.02.2015", None),
        ("2015", "2015-01-01"),
        ("2015-12", "2015-12-01"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31"),
        ("вчера", None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (None, None),
    ],
)
def test_a_day_is_read_as_it_is_written(value: object, day: str | None) -> None:
    assert iso_date(value) == day


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_survives_every_way_of_writing_it(day: date) -> None:
    ways = (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}", f"{day:%a, %d %b %Y} 10:00:00 +0300")
    assert {iso_date(way) for way in ways} == {day.isoformat()}


@given(st.text(alphabet=st.characters(), max_size=40))
def test_a_text_made_sane_can_be_stored_and_is_as_long(text: str) -> None:
    assert len(sane(text)) == len(text)
    assert "\0" not in sane(text)
    sane(text).encode()


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.lists(st.integers())))
def test_no_value_breaks_the_reading_of_dates(value: object) -> None:
    day = iso_date(value)
    assert day is None or date.fromisoformat(day)


@pytest.mark.parametrize(
    "row", ['1,"Мост","Мост открыли. {}{}"\n', "1,Мост,{}" + ",м" * 400 + "\n", '1,"{}\n{}\n{}",м\n']
)
def test_a_row_longer_than_an_article_ends_the_table_and_the_rows_before_count(
    read_file: ReadFile, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    monkeypatch.setattr("index.sources.csv_files.ROW_LIMIT", 500)
    good = "0,Мост,Мост открыли.\n"
    articles, [skipped] = read_file("a.csv", "id,title,text\n" + good + row.replace("{}", "м" * 300) * 2 + good)
    assert [one.id for one in articles][:1] == ["0"]
    assert "a row of more than 500 characters" in skipped.reason
