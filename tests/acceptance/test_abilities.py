"""Does Molva do what a Russian reader expects? Every ability by several cases, over one index for most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from index import open_writer
from search import Page, QueryError, Searcher, open_searcher
from search.results import ArticleHit
from tests.conftest import Indexed

from .ability import Ability, Case, Found, Marked, Missed, Ordered, Refused, Repaired, Warned
from .language import QUERY_LANGUAGE
from .letters import LETTERS
from .order import ORDER, REPAIRS
from .words import WORDS

TOGETHER = (*WORDS, *LETTERS, *QUERY_LANGUAGE, *ORDER)
LEAST = 5  # cases of an ability


def cases(abilities: tuple[Ability, ...]) -> list[tuple[str, Case]]:
    return [named for ability in abilities for named in ability.named()]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """All texts of all cases that need no index of their own: each case looks at its own, by their source."""
    folder = tmp_path_factory.mktemp("acceptance") / "index"
    with open_writer(folder) as writer:
        for name, case in cases(TOGETHER):
            for article in case.articles(name):
                writer.add(article)
        writer.publish()
    with open_searcher(folder, deadline=60) as searcher:
        yield searcher


@pytest.mark.parametrize("ability", [*TOGETHER, *REPAIRS], ids=lambda ability: ability.name)
def test_an_ability_has_cases_enough(ability: Ability) -> None:
    assert len(ability.cases) >= LEAST


def test_abilities_have_names_of_their_own() -> None:
    names = [ability.name for ability in (*TOGETHER, *REPAIRS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "case"), cases(TOGETHER), ids=lambda value: value if isinstance(value, str) else "")
def test_ability(name: str, case: Case, together: Searcher) -> None:
    check(together, name, case, source=name)


@pytest.mark.parametrize(("name", "case"), cases(REPAIRS), ids=lambda value: value if isinstance(value, str) else "")
def test_repair(name: str, case: Case, indexed: Indexed) -> None:
    check(indexed(case.articles(name)), name, case)


def check(searcher: Searcher, name: str, case: Case, **kept: str) -> None:
    """Ask `case` and see whether what comes is expected."""
    expected = [article.id for article in case.articles(name)]
    asked = {"rewrite": "off" if kept else "auto", **kept, **case.parameters}
    if isinstance(case, Refused):
        with pytest.raises(QueryError) as error:
            searcher.search(case.query, **asked)
        assert error.value.code == case.code
        return
    page = searcher.search(case.query, **asked)
    match case:
        case Found():
            _check_found(page, expected, case)
        case Missed():
            assert [hit.id for hit in page.hits if hit.match != "stem"] == []
            assert page.rewrites == ()
        case Ordered():
            _check_order(page, expected, case.stems)
        case Marked():
            assert _marks(page) == case.marks
        case Repaired():
            assert [hit.id for hit in page.hits] == expected
            assert {one.kind for one in page.rewrites} == {case.kind}
            assert " ".join(one.after.lower() for one in page.rewrites) == case.becomes
            assert searcher.search(case.query, rewrite="off").hits == ()
        case Warned():
            assert [hit.id for hit in page.hits] == expected
            assert sorted(warning.code for warning in page.warnings) == sorted(case.codes)
            for warning in page.warnings:
                assert 0 <= warning.span[0] <= warning.span[1] <= len(case.query)
                assert warning.message
        case _:
            raise AssertionError(f"{name}: nothing is expected")


def _check_found(page: Page, expected: list[str], case: Found) -> None:
    ids = [hit.id for hit in page.hits]
    sort = case.parameters.get("sort")
    if sort is not None:
        assert ids == (expected[::-1] if sort == "newest" else expected)
    else:
        assert sorted(ids) == sorted(expected)
    assert page.total.value == len(expected)
    assert case.match is None or page.hits[0].match == case.match


def _check_order(page: Page, expected: list[str], stems: int | None) -> None:
    sure = expected if stems is None else expected[:stems]
    ids = [hit.id for hit in page.hits]
    assert ids[: len(sure)] == sure
    assert ids[len(sure) :] in ([], expected[len(sure) :])
    assert all((hit.match == "stem") == (hit.id not in sure) for hit in page.hits)
    assert page.rewrites == ()


def _marks(page: Page) -> tuple[str, ...]:
    """What is marked, by offsets; the HTML says the same, and nothing in it but `<mark>` is markup."""
    (hit,) = page.hits
    assert isinstance(hit, ArticleHit)
    found: list[str] = []
    for shown in (hit.title, *hit.snippets):
        marks = [shown.text[start:end] for start, end in shown.spans]
        assert [unescape(text) for text in re.findall("<mark>(.*?)</mark>", shown.html, re.DOTALL)] == marks
        assert not re.search("<(?!/?mark>)", shown.html)
        assert unescape(re.sub("</?mark>", "", shown.html)) == shown.text
        found += marks
    return tuple(found)
