"""Does an abbreviation also ask for what it stands for, and the reverse? Against a ten-line evaluator of word forms."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.abbreviation_table import save, table_file
from index.abbreviations import Abbreviation
from index.analysis import tokens
from index.analysis.lemma import same_word
from index.model import Span
from search.errors import QueryError
from search.query.compound import widened
from search.query.language import parse
from search.query.tree import And, Field, Node, Not, Or, Phrase, SomeOf, Word
from search.synonyms import (
    MOST,
    MOST_ADDED,
    NO_SYNONYMS,
    SETTING,
    Synonymous,
    Synonyms,
    synonyms_of,
    with_synonyms,
)

RIVERS = Abbreviation("ВРД", "Ведомство речных дел", 3)
FERRIES = Abbreviation("СОПК", "Северо-Окольская паромная компания", 2)
CANCER = Abbreviation("РАК", "Речной академический клуб", 1)
DUMA = Abbreviation("ВРД", "Вольная речная дума", 1)
UNION = Abbreviation("РС", "речсоюз", 1)
BRANCH = Abbreviation("ВРД ЗК", "Ведомство речных дел Заречного края", 1)
TABLE = Synonyms([RIVERS, FERRIES, CANCER, UNION, BRANCH])


def asked(typed: str, synonyms: Synonyms = TABLE) -> Node:
    return with_synonyms(widened(parse(typed).node), synonyms)


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


def finds(node: Node, text: str) -> bool:
    """Whether a text has what `node` asks for, in any form."""
    match node:
        case Word(wanted) | Phrase(wanted):
            words, found = forms(wanted), forms(text)
            here = (found[at : at + len(words)] for at in range(len(found) - len(words) + 1))
            return any(all(map(same_word, words, some)) for some in here)
        case And(children):
            return all(finds(child, text) for child in children)
        case Or(children):
            return any(finds(child, text) for child in children)
        case Not(child) | Field(_, child):
            return finds(child, text) != isinstance(node, Not)
    return True


def synonymous(node: Node) -> list[Synonymous]:
    match node:
        case Synonymous(children):
            return [node, *(one for child in children for one in synonymous(child))]
        case And(children) | Or(children):
            return [one for child in children for one in synonymous(child)]
        case Not(child) | Field(_, child):
            return synonymous(child)
    return []


LONG = "В ведомстве речных дел вчера спорили о пароме."
SHORT = "В ВРД вчера спорили о пароме."


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ВРД", LONG),
        ("врд", LONG),
        ("ВРДа", LONG),
        ("паром ВРД", LONG),
        ("ВРД паром", LONG),
        ("(ВРД | мост) паром", LONG),
        ("текст:ВРД", LONG),
        ('"в ВРД вчера"', LONG),
        ("ведомство речных дел", SHORT),
        ("вчера ведомства речных дел спорили", SHORT),
        ('"ведомства речных дел"', SHORT),
        ('"в ведомстве речных дел вчера"', SHORT),
        ("текст:(ведомство речных дел)", SHORT),
        ("Северо-Окольская паромная компания", "СОПК закрыта"),
        ("Северо‑Окольской паромной компанией", "СОПК закрыта"),
        ("СОПК", "у Северо-Окольской паромной компании"),
        ("С.О.П.К.", "у Северо-Окольской паромной компании"),
        ("РС", "собрание речсоюза"),
        ("речсоюзом", "собрание РС"),
        ("ВРД ЗК", "начальник ведомства речных дел Заречного края"),
        ("ведомство речных дел Заречного края", "начальник ВРД ЗК"),
        ("РАК", "Речной академический клуб открыт"),
    ],
)
def test_either_name_finds_the_other_in_any_form(typed: str, text: str) -> None:
    assert not finds(widened(parse(typed).node), text)
    assert finds(asked(typed), text)


@pytest.mark.parametrize(
    "typed",
    [
        "!ВРД",
        "ВРД*",
        "ВРД~1",
        '!"ведомство речных дел"',
        "паром -ВРД",
        "источник:ВРД",
        "спикер:ВРД",
        "вид:прямая",
        "дата:2016",
        "",
        "паром",
        "рак",  # in small letters an animal
        "Рак",
        "ведомство речных",
        "речных дел ведомство",
        "ведомство -мост речных дел",
        'ведомство "речных дел"',
        "ведомство речных дел-мостов",  # a name ends where a word ends
        "ВРД-мосты",
    ],
)
def test_what_is_asked_for_with_care_or_is_no_name_stays_as_it_is(typed: str) -> None:
    node = widened(parse(typed).node)
    assert with_synonyms(node, TABLE) == node


def test_what_is_as_typed_comes_first_and_other_names_have_its_span() -> None:
    typed = "мост ведомство речных дел"
    node = asked(typed)
    assert isinstance(node, And)
    bridge, name = node.children
    assert bridge == Word("мост", Span(0, 4))
    assert isinstance(name, Synonymous)
    first, other = name.children
    assert isinstance(first, And)
    assert [child.text for child in first.children if isinstance(child, Word)] == ["ведомство", "речных", "дел"]
    assert other == Word("ВРД", Span(5, 25))
    assert typed[5:25] == "ведомство речных дел"


def test_a_whole_query_that_is_a_name_is_no_and_of_one() -> None:
    assert isinstance(asked("ведомство речных дел"), Synonymous)
    assert isinstance(asked("ВРД"), Synonymous)


def test_the_longest_name_counts_where_two_begin_together() -> None:
    (name,) = synonymous(asked("ведомство речных дел Заречного края"))
    assert name.children[1] == Phrase("ВРД ЗК", Span(0, 35))


def test_of_several_expansions_all_are_asked_for_the_first_of_the_table_first_and_few_of_them() -> None:
    others = [Abbreviation("ВРД", f"вольная речная {word}", 1) for word in ("лодка", "бочка", "свая", "пристань")]
    (name,) = synonymous(asked("ВРД", Synonyms([RIVERS, DUMA, *others])))
    texts = [child.text for child in name.children if isinstance(child, Word | Phrase)]
    assert texts[:3] == ["ВРД", "Ведомство речных дел", "Вольная речная дума"]
    assert len(texts) == MOST + 1


def test_any_of_some_words_stays_any_of_them() -> None:
    node = parse("мост ВРД паром").node
    assert isinstance(node, And)
    assert isinstance(with_synonyms(SomeOf(node.children), TABLE), SomeOf)


@given(
    st.lists(st.sampled_from(["ВРД", "врд", "рак", "мост", "ведомство", "речных", "дел", "РС"]), min_size=1, max_size=8)
)
def test_plain_words_concern_the_table_only_where_it_changes_them(words: list[str]) -> None:
    node = widened(parse(" ".join(words)).node)
    assert TABLE.concern(words) == (with_synonyms(node, TABLE) != node)


PIECES = [
    "ВРД", "врд", "СОПК", "РС", "речсоюз", "ведомство", "речных", "дел", "ведомство речных дел", "Северо-Окольская",
    "паромная", "компания", "мост", " ", " ", " ", '"', "(", ")", "|", "-", "!", "*", "~1", "текст:", "источник:",
]  # fmt: skip


def typed_again(node: Node) -> Node:
    """The tree as it was, from the first of all names."""
    match node:
        case Synonymous(children):
            return typed_again(children[0])
        case And(children):
            flat: list[Node] = []
            for child in map(typed_again, children):
                flat += child.children if isinstance(child, And) else [child]
            return And(tuple(flat))
        case Or(children):
            return type(node)(tuple(map(typed_again, children)))
        case Not(child):
            return Not(typed_again(child))
        case Field(name, child, span):
            return Field(name, typed_again(child), span)
    return node


def count(node: Node) -> int:
    """How many leaves a query has."""
    match node:
        case And(children) | Or(children):
            return sum(map(count, children))
        case Not(child) | Field(_, child):
            return count(child)
    return 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_synonyms_only_add_and_few(typed: str) -> None:
    try:
        node = widened(parse(typed).node)
    except QueryError:
        return
    found = with_synonyms(node, TABLE)
    assert typed_again(found) == node
    assert count(found) <= count(node) + MOST_ADDED


@pytest.mark.parametrize(
    "seed", ["ВРД ", '"ВРД мост ВРД" ', "(ВРД | мост) ", "ведомство речных дел ", "текст:(ВРД РС) "]
)
def test_a_long_query_gets_no_more_leaves_than_the_bound(seed: str) -> None:
    node = widened(parse((seed * 1000)[:1000]).node)
    found = with_synonyms(node, TABLE)
    assert found != node

    assert count(found) <= count(node) + MOST_ADDED


def test_a_row_that_says_nothing_is_passed_over() -> None:
    assert not Synonyms([Abbreviation("ВРД", "врд"), Abbreviation("…", "мост"), Abbreviation("М", "—")])
    assert with_synonyms(parse("врд").node, NO_SYNONYMS) == parse("врд").node


# -- the setting


def test_the_saved_table_is_used_where_the_setting_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, [RIVERS])
    monkeypatch.delenv(SETTING, raising=False)
    assert not synonyms_of(tmp_path)
    monkeypatch.setenv(SETTING, "off")
    assert not synonyms_of(tmp_path)
    monkeypatch.setenv(SETTING, "on")
    assert synonyms_of(tmp_path).concern(["ВРД"])
    assert not synonyms_of(tmp_path / "other")


def test_a_broken_table_is_told_and_costs_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table_file(tmp_path).write_text("{", "utf-8")
    monkeypatch.setenv(SETTING, "on")
    with caplog.at_level(logging.WARNING, "molva.search"):
        assert synonyms_of(tmp_path) is NO_SYNONYMS
    assert str(table_file(tmp_path)) in caplog.text
