"""Every case of `cases.py` on every engine."""

from __future__ import annotations

import re

import pytest

from search.results import ArticleHit
from tests.conftest import Indexed

from .cases import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, indexed: Indexed) -> None:
    page = indexed(case.articles()).search(case.query, **case.parameters)
    ids = tuple(hit.id for hit in page.hits)
    if case.expect == "in this order":
        assert ids == case.found
    elif case.expect == "first":
        assert ids[: len(case.found)] == case.found
    else:
        assert sorted(ids) == sorted(case.found)
        assert page.total.value == len(case.found)
    codes = {warning.code for warning in page.warnings}
    assert codes == set(case.warnings)
    if case.match is not None:
        assert page.hits[0].match == case.match
    if case.marked is not None:
        hit = page.hits[0]
        assert isinstance(hit, ArticleHit)
        html = hit.title.html + " ".join(snippet.html for snippet in hit.snippets)
        assert tuple(re.findall("<mark>(.*?)</mark>", html)) == case.marked
