"""One speaker for all ways to write a name; namesakes apart; nothing depends on the order."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from index.speakers.identity import SILENCE, Sighting
from index.speakers.profiles import Profile, profiles

PLACES = ("Зареченский вестник", "Окольские новости")


def people(*sightings: Sighting) -> dict[str, set[object]]:
    """Id → the articles of a speaker."""
    return {one.id: {sightings[n].article for n in one.sightings} for one in profiles(sightings)}


def test_all_ways_to_write_a_name_are_one_speaker() -> None:
    found = people(
        Sighting("Аркадий Берёзов", 1, roles=("мэр Зареченска",)),
        Sighting("Аркадий Березов", 2),
        Sighting("Аркадий Львович Берёзов", 3),
        Sighting("А. Берёзов", 4),
        Sighting("А.Л. Берёзов", 5),
        Sighting("Берёзов А. Л.", 6),
        Sighting("Берёзов", 7, roles=("мэр",)),
    )
    assert found == {"arkadii-berezov": {1, 2, 3, 4, 5, 6, 7}}


def test_a_mere_surname_needs_a_role_and_another_role_is_another() -> None:
    found = people(
        Sighting("Аркадий Берёзов", 1, roles=("мэр Зареченска",)),
        Sighting("Берёзов", 2),
        Sighting("Берёзов", 3, roles=("вратарь «Речника»",)),
    )
    assert found["arkadii-berezov"] == {1}
    assert {2, 3} == set().union(*(some for one, some in found.items() if one != "arkadii-berezov"))


def test_a_mere_surname_is_whom_the_same_source_has_just_named_if_it_is_nobody_elses() -> None:
    full = Sighting("Аркадий Берёзов", 1, 16_000, PLACES[0])
    short = Sighting("Берёзов", 2, 16_010, PLACES[0])
    assert people(full, short) == {"arkadii-berezov": {1, 2}}
    assert len(people(full, short._replace(source=PLACES[1]))) == 2
    assert len(people(full, short._replace(day=16_400))) == 2
    assert len(people(full, short, Sighting("Антон Берёзов", 3))) == 3


def test_initials_that_fit_two_are_told_by_the_role_or_stay_apart() -> None:
    mayor = Sighting("Аркадий Берёзов", 1, roles=("мэр Зареченска",))
    goalkeeper = Sighting("Антон Берёзов", 2, roles=("вратарь «Речника»",))
    assert people(mayor, goalkeeper, Sighting("А. Берёзов", 3, roles=("мэр",)))["arkadii-berezov"] == {1, 3}
    assert people(mayor, goalkeeper, Sighting("А. Берёзов", 3))["a-berezov"] == {3}


def test_women_and_men_of_one_surname_are_two() -> None:
    found = people(Sighting("Вера Берёзова", 1), Sighting("В. Берёзов", 2))
    assert found == {"vera-berezova": {1}, "v-berezov": {2}}


def test_two_patronymics_are_two_people_and_a_role_tells_who_is_meant() -> None:
    found = people(
        Sighting("Иван Львович Серов", 1, roles=("министр транспорта",)),
        Sighting("Иван Петрович Серов", 2, roles=("министр культуры",)),
        Sighting("Иван Серов", 3, roles=("министр культуры области",)),
        Sighting("И.Л. Серов", 4),
    )
    assert found == {"ivan-serov-lvovich": {1, 4}, "ivan-serov-petrovich": {2, 3}}


def test_two_fields_of_life_are_two_people_and_source_and_date_tell_the_rest() -> None:
    found = people(
        Sighting("Иван Серов", 1, 16_000, PLACES[0], ("хирург больницы",)),
        Sighting("Иван Серов", 2, 16_100, PLACES[1], ("вратарь «Речника»",)),
        Sighting("Иван Серов", 3, 16_101, PLACES[1]),
        Sighting("Иван Серов", 4, 16_001, PLACES[0]),
    )
    assert found == {"ivan-serov-medicine": {1, 4}, "ivan-serov-sport": {2, 3}}


def test_one_article_that_gives_both_roles_makes_them_one_life() -> None:
    assert people(
        Sighting("Иван Серов", 1, roles=("вратарь «Речника»",)),
        Sighting("Иван Серов", 2, roles=("певец",)),
        Sighting("Иван Серов", 3, roles=("певец", "бывший вратарь")),
    ) == {"ivan-serov": {1, 2, 3}}


def test_offices_follow_each_other_in_one_life() -> None:
    assert people(
        Sighting("Камиль Рахимов", 1, 15_000, PLACES[0], ("министр транспорта",)),
        Sighting("Камиль Рахимов", 2, 18_000, PLACES[1], ("губернатор",)),
    ) == {"kamil-rakhimov": {1, 2}}


def test_a_slip_beside_many_offices_makes_no_namesake() -> None:
    sightings = [Sighting("Камиль Рахимов", n, 15_000 + n, PLACES[0], ("губернатор",)) for n in range(6)]
    assert people(*sightings, Sighting("Камиль Рахимов", 9, 15_003, PLACES[0], ("поэт",))) == {
        "kamil-rakhimov": {0, 1, 2, 3, 4, 5, 9}
    }


def test_one_office_in_two_lives_makes_them_one() -> None:
    assert people(
        Sighting("Иван Серов", 1, roles=("судья", "председатель городского суда")),
        Sighting("Иван Серов", 2, roles=("дирижёр", "председатель суда")),
    ) == {"ivan-serov": {1, 2}}


def test_an_office_here_and_a_trade_there_are_two_where_the_sources_have_nothing_in_common() -> None:
    minister = Sighting("Иван Серов", 1, 16_000, PLACES[0], ("министр транспорта",))
    welder = Sighting("Иван Серов", 2, 16_000, PLACES[1], ("сварщик",))
    assert people(minister, welder) == {"ivan-serov-office": {1}, "ivan-serov-work": {2}}
    assert people(minister, welder._replace(source=PLACES[0])) == {"ivan-serov": {1, 2}}


def test_forty_years_of_silence_part_namesakes() -> None:
    found = people(Sighting("Иван Серов", 1, 0), Sighting("Иван Серов", 2, SILENCE + 400))
    assert found == {"ivan-serov-1970s": {1}, "ivan-serov-2010s": {2}}


def test_organisations_are_compared_whole() -> None:
    assert people(Sighting("Министерство мостов", 1), Sighting("министерство  мостов", 2), Sighting("ВРД", 3)) == {
        "ministerstvo-mostov": {1, 2},
        "vrd": {3},
    }


def test_namesakes_are_labelled_and_know_each_other() -> None:
    found = {
        one.id: one
        for one in profiles(
            [Sighting("Иван Серов", 1, roles=("хирург",)), Sighting("Иван Серов", 2, roles=("вратарь «Речника»",))]
        )
    }
    assert {one.label for one in found.values()} == {"Иван Серов (хирург)", "Иван Серов (вратарь «Речника»)"}
    assert found["ivan-serov-sport"].namesakes == ("ivan-serov-medicine",)
    assert {one.name for one in found.values()} == {"Иван Серов"}


NAMES = [
    "Иван Серов",
    "Иван Львович Серов",
    "Иван Ильич Серов",
    "И. Серов",
    "И.Л. Серов",
    "Серов",
    "ВРД",
    "Анна Серова",
]
ROLES = ["хирург", "вратарь «Речника»", "министр транспорта", "министр", "сварщик", "профессор ЗГУ", "житель"]
sightings = st.lists(
    st.builds(
        Sighting,
        st.sampled_from(NAMES),
        st.integers(0, 30),
        st.sampled_from([None, 0, 15_000, 15_001, 18_000]),
        st.sampled_from([None, *PLACES]),
        st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
        st.integers(1, 3),
    ),
    max_size=14,
)


def told(found: list[Profile], rows: list[Sighting]) -> list[object]:
    return [
        (one.id, one.name, one.label, one.names, one.roles, one.namesakes, sorted(rows[n] for n in one.sightings))
        for one in found
    ]


@settings(max_examples=300, deadline=None)
@given(sightings, st.randoms(use_true_random=False))
def test_who_is_who_and_every_id_are_the_same_in_any_order(rows: list[Sighting], chance: random.Random) -> None:
    rows = [row._replace(article=number) for number, row in enumerate(rows)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = profiles(rows), profiles(shuffled)
    assert sorted(n for found in one for n in found.sightings) == list(range(len(rows)))
    assert len({found.id for found in one}) == len(one)
    key = repr
    assert sorted(map(key, told(one, rows))) == sorted(map(key, told(other, shuffled)))
