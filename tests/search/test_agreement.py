"""A neighbour that agrees with one reading of a form only says which word is meant."""

from __future__ import annotations

import pytest

from search.agreement import is_another


@pytest.mark.parametrize(
    ("before", "form", "behind", "asked"),
    [
        ("стеклянная", "банка", "", "банк"),
        ("", "вина", "доказана", "вино"),
        ("новые", "суда", "", "суд"),
        ("нержавеющей", "стали", "", "стать"),
        ("трехлитровой", "банки", "", "банк"),
    ],
)
def test_a_neighbour_that_agrees_with_the_other_reading_alone_refutes_the_asked_one(
    before: str, form: str, behind: str, asked: str
) -> None:
    assert is_another(form, {asked}, before, behind)


@pytest.mark.parametrize(
    ("before", "form", "behind", "asked"),
    [
        ("филиал", "банка", "", "банк"),
        ("крупного", "банка", "закрыт", "банк"),
        ("красного", "вина", "налили", "вино"),
        ("", "вина", "", "вино"),
        ("коммерческие", "банки", "выросли", "банк"),
        ("", "стали", "", "сталь"),
        ("", "мост", "", "мост"),
    ],
)
def test_a_reading_that_no_neighbour_refutes_stays(before: str, form: str, behind: str, asked: str) -> None:
    assert not is_another(form, {asked}, before, behind)
