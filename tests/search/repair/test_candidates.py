"""Which queries are tried for one that finds nothing: words repaired in their places, the rest as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from search.question import understood
from search.repair import Repair, repairs
from search.repair.vocabulary import Vocabulary

from .vocabularies import Listed

TEXTS = Listed(
    "паромщик жабин рассказал про объезд у моста",
    "старый мост закрыт, паром вернулся в заречье",
    "что то меняется в заречье, говорит вице мэр",
    "жизнь у реки: холод и microsoft",
    "недалеко от моста нашли клад",
    "the ferry of paromix",
)
SPEAKERS = Listed("матвей жабин", "глафира щукина")


def of(field: str | None) -> Vocabulary:
    return SPEAKERS if field == "speaker" else TEXTS


def tried(query: str) -> list[Repair]:
    return repairs(query, understood(query).node, of)


def first(query: str) -> str | None:
    return next((repair.query for repair in tried(query)), None)


@pytest.mark.parametrize(
    ("query", "repaired"),
    [
        # the other layout
        ("gfhjvobr", "паромщик"),
        ("[jkjl", "холод"),
        (";bpym", "жизнь"),
        ("ьшскщыщае", "microsoft"),
        ("cnfhsq vjcn", "старый мост"),
        ("d pfhtxmt", "в заречье"),
        ('"cnfhsq vjcn"~3', '"старый мост"~3'),
        ("vjcn -lfxf", "мост -lfxf"),
        ("gfhjv | nhfvdfq", "паром | nhfvdfq"),
        ("gfhj* vjcn", "паро* мост"),
        ("спикер:;f,by мост", "спикер:жабин мост"),
        ("спикер:(of,by | ;f,by)", "спикер:(of,by | жабин)"),
        ("microsoft vjcn", "microsoft мост"),
        # Latin letters
        ("paromshchik", "паромщик"),
        ("Zhabin", "Жабин"),
        ("zarech'e", "заречье"),
        ("speaker:shchukina", "speaker:щукина"),
        ("(parom | most) zarechye", "(паром | мост) заречье"),
        # spelling
        ("парамщик", "паромщик"),
        ("старый мосст", "старый мост"),
        ('"парамщик жабин"', '"паромщик жабин"'),
        ("«парамщик жабин»", "«паромщик жабин»"),
        ("заголовок:парамщик", "заголовок:паромщик"),
        ("!мост парамщик -объезд", "!мост паромщик -объезд"),
        ("дата:2015 парамщик", "дата:2015 паромщик"),
        ("спикер:Щюкина", "спикер:Щукина"),
        ("чтото меняется", "что-то меняется"),
        ("вицемэр", "вице-мэр"),
        ("не далеко от моста", "недалеко от моста"),
        # several at once
        ("zhabin парамщик", "жабин паромщик"),
    ],
)
def test_words_are_repaired_in_their_places(query: str, repaired: str) -> None:
    assert first(query) == repaired


@pytest.mark.parametrize(
    "query",
    [
        "!парамщик",
        '!"парамщик жабин"',
        "!gfhjv",
        "мост -парамщик",
        "http://gfhjv.ru/vjcn",
        "paromshchik@zarechye.ru",
        "вид:прямая",
        "дата:2015..2016",
        "парамщик~2",
        "троллейбус",
        "kremlin",
        "2015",
        "",
        "мост",
        "паром | мост",
        "МЧГ",
    ],
)
def test_what_may_be_meant_as_typed_is_left_alone(query: str) -> None:
    assert tried(query) == []


def test_each_rewrite_is_named_with_what_it_replaced() -> None:
    repair = tried("zhabin парамщик")[0]
    assert [rewrite.to_dict() for rewrite in repair.rewrites] == [
        {"kind": "translit", "from": "zhabin", "to": "жабин"},
        {"kind": "spelling", "from": "парамщик", "to": "паромщик"},
    ]
    assert [rewrite.kind for rewrite in tried("gfhjv")[0].rewrites] == ["layout"]


@pytest.mark.parametrize(
    ("query", "sure"),
    [
        ("парамщик", True),
        ("старый парамщик", True),
        ("cnfhsq vjcn", True),
        ("Zhabin", True),
        ("у моста Жабинн", False),
        ("у моста Zhabin", False),
    ],
)
def test_a_name_inside_a_query_is_never_surely_another_one(query: str, sure: bool) -> None:
    assert tried(query)[0].sure is sure


@pytest.mark.parametrize("query", ["мост vjc", "мост RTH", "у моста зен"])
def test_a_short_word_beside_words_of_one_layout_is_not_of_the_other(query: str) -> None:
    every = Listed("мост и моста у", "мос", "кер", "pty")
    kinds = [r.kind for repair in repairs(query, understood(query).node, lambda _: every) for r in repair.rewrites]
    assert "layout" not in kinds


def test_a_layout_comes_before_latin_letters_and_these_before_spelling() -> None:
    every = Listed("дом", "лжв", "ljb")  # what «ljv» may stand for in each way
    found = repairs("ljv", understood("ljv").node, lambda _: every)
    assert [(repair.rewrites[0].kind, repair.query) for repair in found] == [("layout", "дом"), ("translit", "лжв")]


def test_a_word_that_the_index_has_stays_where_another_one_is_repaired() -> None:
    assert first("ferry vjcn") == "ferry мост"


@given(
    st.lists(st.sampled_from([*'()|-!"«»*~', " ", "парамщик", "gfhjv", "zhabin", "спикер:", "дата:2015", "мост", "'"]))
)
def test_any_query_has_a_bounded_number_of_others(parts: list[str]) -> None:
    query = "".join(parts)
    try:
        node = understood(query).node
    except QueryError:
        return
    found = repairs(query, node, of)
    assert len(found) <= 6
    assert len({repair.query for repair in found}) == len(found)
    for repair in found:
        assert repair.query != query
        assert repair.rewrites
        assert all(rewrite.before in query and rewrite.after in repair.query for rewrite in repair.rewrites)
