"""Does a query find the same thing written in another way? Against a ten-line evaluator of folded words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import fold
from index.analysis.tokenise import tokenise
from index.words import word_set
from search.errors import QueryError
from search.query.compound import MOST, MOST_ADDED, has_other_writings, widened, writings
from search.query.language import parse
from search.query.logic import leaves
from search.query.tree import And, DateRange, Field, Node, Not, Or, Phrase, Word, Writings


def forms(text: str) -> list[str]:
    return [fold(text[start:end]) for start, end in tokenise(text)]


def finds(node: Node, text: str) -> bool:
    """Whether a text has what `node` asks for, word forms aside."""
    match node:
        case Word(asked) | Phrase(asked):
            wanted, found = forms(asked), forms(text)
            return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))
        case And(children):
            return all(finds(child, text) for child in children)
        case Or(children):
            return any(finds(child, text) for child in children)
        case Not(child) | Field(_, child):
            return finds(child, text) != isinstance(node, Not)
    return True


def found(typed: str, text: str) -> bool:
    return finds(widened(parse(typed).node), text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("вице-капитан", "вице капитан порта"),
        ("вице-капитан", "вицекапитан порта"),
        ("вице\u2011капитан", "вице-капитан порта"),
        ("вице-капитан порта", "порта вицекапитан"),
        ('"вице-капитан порта"', "вицекапитан порта"),
        ("Усть-Вьюга", "УСТЬВЬЮГА"),
        ("д’Артуа", "д'Артуа"),
        ("д`Артуа", "Дартуа"),
        ("О'Нил", "Онил"),
        ("1000000", "долг в 1 000 000 рублей"),
        ("1000000", "долг в 1.000.000 рублей"),
        ("1 000 000", "долг в 1000000 рублей"),
        ("1 000 000 рублей", "1,000,000 рублей"),
        ("1\u00a0000\u00a0000", "1000000"),
        ("1.000.000", "1000000"),
        ("34 100", "34100 человек"),
        ("34 100", "100 лодок и 34 плота"),
        ('"34 100 человек"', "34100 человек"),
        ("7500", "7 500 шагов"),
        ("3,5 млн", "3.5 млн"),
        ("21-й", "21 марта"),
        ("21-й век", "21 век"),
        ("21й век", "21-го века век"),
        ('"21-й век"', "21 век"),
        ('"21 век"', "21-й век"),
        ('"21 марта"', "21-го марта"),
        ("34-х", "из 34 стран"),
        ('"из 34 стран"', "из 34-х стран"),
        ("№5", "дом № 5"),
        ("№ 5", "дом №5"),
        ("Covid-19", "COVID19"),
        ("COVID19", "covid-19"),
        ("Т72", "танк Т-72"),
        ("2016г", "в 2016 г. весной"),
        ("С.Ж.Д.", "линия СЖД"),
        ("15.09.2016", "15 сентября 2016 года"),
        ("15.09.2016", "2016-09-15"),
        ("15 сентября 2016", "на плане 15.09.2016"),
        ("5 сентября 2016", "на плане 05.09.2016"),
        ("2016-09-05", "5 сентября 2016"),
        ('"5 сентября 2016 года"', "5.09.2016 года"),
        ("заголовок:вице-капитан", "вицекапитан"),
        ("паром | вице-капитан", "вицекапитан"),
        ("вице-кап*", "вице кап"),
    ],
)
def test_the_same_written_otherwise_is_found(typed: str, text: str) -> None:
    assert found(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("вице-капитан", "капитан и вице"),
        ("!вице-капитан", "вицекапитан"),
        ('!"21 век"', "21-й век"),
        ("1000000", "1 000"),
        ("1 000 000", "000 000 1"),
        ("2016", "2 016"),
        ("2м", "2 дома"),
        ("м2", "м 2"),
        ("т.е.", "те"),
        ("3.500.1", "35001"),
        ("15.13.2016", "15 января 2016"),
        ('"21 век"', "21 новый век"),
        ("паром -вице-капитан", "паром и вицекапитан"),
        ("15 сентября 2016", "15 2016"),
    ],
)
def test_what_is_not_the_same_is_not_found(typed: str, text: str) -> None:
    assert not found(typed, text)


def test_what_was_typed_stands_first() -> None:
    node = widened(parse("вице-капитан").node)
    assert isinstance(node, Writings)
    assert node.children[0] == parse("вице-капитан").node


def test_a_word_that_can_be_written_in_one_way_only_stays_as_it_is() -> None:
    for typed in ("мост паром", "Берёзов | Орловская", "-2016 мост", "т.е.", "50%", "дата:2016 вид:прямая", "навиг*"):
        assert widened(parse(typed).node) == parse(typed).node


def test_all_ways_have_the_place_of_what_was_typed() -> None:
    typed = "паром 1 000 000 вице-капитан"
    spans = {typed[slice(*leaf.span)] for leaf in leaves(widened(parse(typed).node)) if isinstance(leaf, Word | Phrase)}
    assert spans == {"паром", "1 000 000", "вице-капитан"}


def test_numbers_that_stand_apart_stay_apart() -> None:
    assert widened(parse("1, 000").node) == parse("1, 000").node
    assert widened(parse("34 | 100").node) == parse("34 | 100").node


@pytest.mark.parametrize("typed", ["мост паром", "2016 год", "м2", "15 сентября", "Берёзов"])
def test_plain_words_without_other_writings_need_no_widening(typed: str) -> None:
    assert not has_other_writings(typed.split())


PLAIN_WORDS = word_set("мост 1 34 100 000 2016 7500 Т72 covid19 21й 2м м2 15 сентября мая 1000000")
PLAIN = st.lists(st.sampled_from(sorted(PLAIN_WORDS)), min_size=1)


@given(PLAIN)
def test_plain_words_are_widened_only_where_it_is_said_so(words: list[str]) -> None:
    node = parse(" ".join(words[:20])).node
    if not has_other_writings(words[:20]):
        assert widened(node) == node


PIECES = ["вице-капитан", "21-й", "21 ", "1 000 ", "1000000", "15.09.2016", "С.Ж.Д.", "Т72", "О’Нил", "мост", " ", " "]
PIECES += [
    '"',
    "«",
    "»",
    "(",
    ")",
    " | ",
    " -",
    "!",
    "*",
    "~",
    "~2",
    "спикер:",
    "дата:2016",
    "вид:прямая",
    "-",
    ".",
    "’",
]


def typed_again(node: Node) -> Node:
    """The tree as it was, from the first of all writings; numbers that became one are told apart no more."""
    match node:
        case Writings(children):
            return typed_again(children[0])
        case And(children):
            flat: list[Node] = []
            for child in map(typed_again, children):
                flat += child.children if isinstance(child, And) else [child]
            return And(tuple(flat))
        case Or(children):
            return Or(tuple(map(typed_again, children)))
        case Not(child):
            return Not(typed_again(child))
        case Field(name, child, span):
            return Field(name, typed_again(child), span)
    return node


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_widening_only_adds(typed: str) -> None:
    try:
        node = parse(typed).node
    except QueryError:
        return
    wide = widened(node)
    count, more = (len([x for x in leaves(tree) if not isinstance(x, DateRange)]) for tree in (node, wide))
    assert more <= count + MOST_ADDED
    if not any(isinstance(leaf, Phrase) and "000" in leaf.text for leaf in leaves(wide)):
        assert typed_again(wide) == node


@given(st.text(max_size=45))
def test_any_text_has_few_writings_and_is_the_first_of_them(text: str) -> None:
    found = writings(text)
    assert found[0] == text
    assert len(found) == len(set(found)) <= MOST


@pytest.mark.parametrize("seed", ["а-б ", '"а-б 1 в" ', "1 000 ", "21-й ", "15.09.2016 ", "(1-а "])
def test_a_long_query_gets_no_more_leaves_than_the_bound(seed: str) -> None:
    node = parse((seed * 1000)[:1000]).node
    assert len(list(leaves(widened(node)))) <= len(list(leaves(node))) + MOST_ADDED


def test_a_phrase_of_many_compounds_is_asked_for_as_typed() -> None:
    phrase = '"' + "а-б " * 200 + '"'
    assert widened(parse(phrase).node) == parse(phrase).node
