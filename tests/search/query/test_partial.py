"""What is left of a query whose words do not all come together anywhere?"""

from __future__ import annotations

import pytest

from search.query.language import parse
from search.query.partial import partial
from search.query.tree import Word


def words_of(query: str) -> list[str]:
    some = partial(parse(query).node)
    assert some is not None
    return [child.text for child in some.children if isinstance(child, Word)]


def test_phrases_and_compounds_fall_apart_into_their_words() -> None:
    assert words_of('"речной вокзал" Ново-Окольск') == ["речной", "вокзал", "Ново", "Окольск"]


@pytest.mark.parametrize("type_", ["Ту-154", "с-400", "F-35", "МиГ-29К", "Т\u201390"])
def test_a_type_is_itself_or_nothing(type_: str) -> None:
    assert words_of(f"крушение {type_}") == ["крушение", type_]


def test_a_number_in_a_longer_word_with_a_hyphen_may_stand_alone() -> None:
    assert words_of("школа Окольск-2") == ["школа", "Окольск", "2"]
