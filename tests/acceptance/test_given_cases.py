"""Does Molva do what the given cases ask? Run where their file is; cases of quotes that come later are listed.

Cases say in words what they expect; what is checked for a word, or for a case that says it in its own way, is here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from index import Article
from search import Page, QueryError, Searcher
from search.marking import read, spans_of
from search.question import question_of
from search.results import ArticleHit
from tests.conftest import Indexed

SHARED: Final = Path(os.environ.get("MOLVA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FILE: Final = SHARED / "data" / "acceptance" / "cases.jsonl"
SEED: Final = SHARED / "data" / "seed" / "article.txt"
WHY_SKIPPED: Final = "the given cases are not beside this checkout (MOLVA_SHARED names their folder)"

Given = dict[str, Any]
CASES: Final[list[Given]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()] if FILE.exists() else []
LATER: Final = {
    "q-speaker": "a speaker by full name for every quote",
    "q-speaker-form": "the same in another case of the name",
    "q-role": "quotes of «он» and of an office",
    "q-not-about": "who is named and never speaks",
    "q-about": "whom a quote is about",
    "q-nested": "titles in quotation marks that are no quotes",
    "q-shortcode": "blocks beside the text",
    "q-indirect": "reported speech",
    "q-ellipsis": "a quote that shows what was left out",
    "q-dedupe": "reprints of a quote",
    "q-link": "a link to a quote's place",
}
"""Cases of quotes, which come with the next step, and what they need."""

# Decided here, where a case leaves it open.
DECLARED: Final[dict[str, str]] = {
    "adj-noun": "not found",  # a relational adjective is another word than its noun
    "overst4": "not found",
    "bad3": "answered",  # an operator alone is answered without an error
    "bad4": "warned",  # an unknown field is text, which then has to occur
}


def asked(searcher: Searcher, query: str, **parameters: Any) -> Page:
    return searcher.search(query, **parameters)


def of(texts: list[str]) -> list[Article]:
    days = (f"2016-03-{number:02d}" for number in range(1, 28))
    return [
        Article(id=str(n), title="Заметка", text=text, published=day)
        for n, (text, day) in enumerate(zip(texts, days, strict=False))
    ]


def seed() -> Article:
    title, _, text = SEED.read_text("utf-8").partition("\n")
    return Article(id="seed", title=title, text=text, published="2015-12-15")


def marks(query: str, text: str) -> list[str]:
    """All that is marked for a query in a whole text."""
    leaves = question_of(query).leaves["article"]
    return [text[start:end] for start, end in spans_of(read(leaves, text, "text"), leaves)]


@pytest.mark.skipif(not CASES, reason=WHY_SKIPPED)
def test_every_case_is_checked_or_comes_later() -> None:
    known = {case["id"] for case in CASES if case["kind"] == "match"} | set(CHECKS) | set(LATER)
    assert {case["id"] for case in CASES} == known


@pytest.mark.skipif(not CASES, reason=WHY_SKIPPED)
@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] == "match"], ids=lambda case: case["id"])
def test_match(case: Given, indexed: Indexed) -> None:
    searcher = indexed(of([case["doc"]]))
    page = asked(searcher, case["query"])
    expect = DECLARED.get(case["id"]) or ("found" if case["expect"] == "found" else "not found")
    match expect:
        case "found":
            assert [hit.id for hit in page.hits] == ["0"]
        case "not found":
            assert [hit.id for hit in page.hits if hit.match != "stem"] == []
        case "warned":
            assert page.warnings
        case "answered":
            assert page.total.value in (0, 1)


@pytest.mark.skipif(not CASES, reason=WHY_SKIPPED)
@pytest.mark.parametrize(
    "case", [case for case in CASES if case["kind"] not in ("match", "quotes")], ids=lambda case: case["id"]
)
def test_other_cases(case: Given, indexed: Indexed) -> None:
    CHECKS[case["id"]](case, indexed)


# -- order


def in_given_order(case: Given, indexed: Indexed) -> None:
    page = asked(indexed(of(case["doc"])), case["query"])
    assert [hit.id for hit in page.hits] == ["0", "1"]


def first_or_alone(case: Given, indexed: Indexed) -> None:
    page = asked(indexed(of(case["doc"])), case["query"])
    assert page.hits[0].id == "0"
    assert page.hits[0].match != "stem"
    assert [hit.match for hit in page.hits[1:]] in ([], ["stem"])


def title_first(case: Given, indexed: Indexed) -> None:
    word, other = case["query"], "Заметка о реке"
    articles = [
        Article(id="text", title=other, text=f"{other}. Здесь {word}."),
        Article(id="title", title=word, text=f"{word}\n\n{word}\n\n{other}."),
    ]
    page = asked(indexed(articles), word)
    assert [hit.id for hit in page.hits] == ["title", "text"]
    again = [Article(id="once", title=word, text=f"{other}."), articles[1]]
    once, thrice = sorted(asked(indexed(again), word).hits, key=lambda hit: hit.id)
    assert once.score == pytest.approx(thrice.score, rel=0.2)  # a title that is printed again adds nothing


def newest_first(case: Given, indexed: Indexed) -> None:
    word = case["query"].split()[0]
    articles = [Article(id="undated", title="Заметка", text=word)]
    articles += [Article(id=year, title="Заметка", text=word, published=f"{year}-05-01") for year in ("2014", "2015")]
    page = asked(indexed(articles), word, sort="newest")
    assert [hit.id for hit in page.hits] == ["2015", "2014", "undated"]


# -- marks


def all_forms(case: Given, indexed: Indexed) -> None:
    found = marks(case["query"], seed().text)
    assert sorted(found, key=len) == ["Лавров"] * 6 + ["Лаврова", "Лавровым"]


def whole_words(case: Given, indexed: Indexed) -> None:
    text = seed().text
    found = marks(case["query"], text)
    assert set(found) <= {"Сирии", "Сирию", "СириюСША"}
    assert len(found) == sum(text.count(word) for word in ("Сирии", "Сирию"))


def phrases_only(case: Given, indexed: Indexed) -> None:
    assert [mark.lower() for mark in marks(case["query"], seed().text)] == ["главы мид", "глава мид", "главы мид"]


def letters_kept(case: Given, indexed: Indexed) -> None:
    assert "Соединённые" in " ".join(marks(case["query"], seed().text))
    assert "Штаты" in " ".join(marks(case["query"], seed().text))


def hyphens_inside(case: Given, indexed: Indexed) -> None:
    assert marks(case["query"], case["doc"]) == [case["doc"]]


def escaped(case: Given, indexed: Indexed) -> None:
    (hit,) = asked(indexed(of([case["doc"]])), case["query"]).hits
    assert isinstance(hit, ArticleHit)
    assert hit.snippets[0].html == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>текст</mark>"


def offsets(case: Given, indexed: Indexed) -> None:
    (hit,) = asked(indexed([seed()]), case["query"]).hits
    assert isinstance(hit, ArticleHit)
    assert hit.snippets
    for snippet in hit.snippets:
        assert snippet.spans
        assert {snippet.text[start:end] for start, end in snippet.spans} == {case["query"]}


def short_i_kept(case: Given, indexed: Indexed) -> None:
    assert asked(indexed(of([case["doc"]])), f"!{case['query']}", rewrite="off").hits == ()


# -- repairs, errors, filters


def repaired_as(kind: str, becomes: str) -> Callable[[Given, Indexed], None]:
    def check(case: Given, indexed: Indexed) -> None:
        searcher = indexed([seed()])
        page = asked(searcher, case["query"])
        assert [hit.id for hit in page.hits] == ["seed"]
        assert [(one.kind, one.before, one.after.lower()) for one in page.rewrites] == [(kind, case["query"], becomes)]
        assert asked(searcher, case["query"], rewrite="off").hits == ()

    return check


def repair_switched_off(case: Given, indexed: Indexed) -> None:
    name = case["query"].split()[0]
    searcher = indexed(of(["Путин прибыл в Кремль"]))
    assert asked(searcher, name, rewrite="off").hits == ()
    assert [one.kind for one in asked(searcher, name).rewrites] == ["translit"]


def refused_as(code: str, **parameters: Any) -> Callable[[Given, Indexed], None]:
    def check(case: Given, indexed: Indexed) -> None:
        with pytest.raises(QueryError) as error:
            asked(indexed(of(["Мост закрыт"])), case["query"], **parameters)
        assert error.value.code == code
        assert error.value.span is not None

    return check


def unknown_field(case: Given, indexed: Indexed) -> None:
    page = asked(indexed(of([case["query"].replace(":", " ")])), case["query"])
    assert [warning.code for warning in page.warnings] == ["unknown_field"]
    assert len(page.hits) == 1
    refused_as("unknown_field", strict=True)(case, indexed)


def both_ends(case: Given, indexed: Indexed) -> None:
    days = ("2015-11-30", "2015-12-01", "2015-12-15", "2016-01-31", "2016-02-01")
    searcher = indexed([Article(id=day, title="Мост", text="Мост", published=day) for day in days])
    for query, expected in (
        (case["query"], days[1:4]),
        ("date:2015-12-15", days[2:3]),
        ("date:>=2015", days),
        ("дата:>=2016", days[3:]),
    ):
        assert sorted(hit.id for hit in asked(searcher, query).hits) == list(expected)


def browsed(case: Given, indexed: Indexed) -> None:
    page = asked(indexed(of(["Мост закрыт", "Мост открыт"])), case["query"])
    assert ([hit.id for hit in page.hits], page.total.value) == (["1", "0"], 2)


CHECKS: Final[dict[str, Callable[[Given, Indexed], None]]] = {
    "rank-exact": in_given_order,
    "rank-lemma-over-stem": in_given_order,  # its second text holds a form that both words have
    "rank-adj": first_or_alone,
    "rank-title": title_first,
    "rank-phrase": in_given_order,
    "rank-date": newest_first,
    "hl-forms": all_forms,
    "hl-whole": whole_words,
    "hl-phrase": phrases_only,
    "hl-yo": letters_kept,
    "hl-soft": hyphens_inside,
    "hl-xss": escaped,
    "hl-offsets": offsets,
    "yo-keep": short_i_kept,
    "didyoumean": repaired_as("spelling", "переговоры"),
    "layout-note": repaired_as("layout", "лавров"),
    "translit-off": repair_switched_off,
    "unk-field": unknown_field,
    "bad-date": refused_as("invalid_date"),
    "neg-only": refused_as("only_negative"),
    "empty": browsed,
    "date-range": both_ends,
}
