"""A neighbour that agrees with one reading of a form only says which word is meant."""

from __future__ import annotations

import pytest

from index.analysis import fold
from index.analysis.lemma import morph
from search.agreement import Grammar, _grammar, is_another


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


WORDS = """стали банка банки вина суда мыла печь лет его моей моего вышедшая открыт открыта идёт шёл пойдём ёлка все всё
    двое трёх сорок это который по на три мост мостов лучше вести данные рабочий столовая попов иванова шахты гулять"""


def said_by_pymorphy(form: str) -> set[Grammar]:
    said = set()
    for parse in morph().parse(form):
        tag = parse.tag
        if parse.score >= 0.005:
            said.add(Grammar(fold(parse.normal_form), tag.POS, tag.case, tag.number, tag.gender, tag.tense, tag.person))
    return said


def test_what_a_form_may_be_is_what_pymorphy_says() -> None:
    for form in map(fold, WORDS.split()):
        assert set(_grammar(form)) == said_by_pymorphy(form), form


UNKNOWN = "бутявкой снегирёвка окольчанская радиомостом выгуглил чуйку xiv usb 2015 кот-баюн №"


def test_what_an_unknown_form_may_be_is_what_pymorphy_guesses() -> None:
    for form in map(fold, UNKNOWN.split()):
        assert set(_grammar(form)) == said_by_pymorphy(form), form
