"""The short ways to a word before a name give what the long ones give."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from index.quotes.likely_names import EVERY_CASE
from index.quotes.near import REACH, word_before
from index.quotes.roles import has_no_title, roles_before

PATTERN = re.compile(r"(?<![^\W\d_])([а-яё]+)[ \u00a0]+$")
WITH_CAPITAL = re.compile(r"(?<![^\W\d_])([А-ЯЁ]?[а-яё]+)[ \u00a0]+$")

TEXTS = st.text(st.sampled_from("абё АБ\u00a0 -_1.«»a\n"), max_size=60)
WORDS = "мэр мэра города и в с по сказал вчера заведующая клубом А. и. о. — : . , » ( 7-го"


@given(TEXTS, st.integers(0, 60))
@example("слово" * 9 + " ", 46)
def test_the_word_before_a_place_is_what_a_pattern_finds(text: str, at: int) -> None:
    at = min(at, len(text))
    for pattern, capital in ((PATTERN, False), (WITH_CAPITAL, True)):
        found = pattern.search(text, max(0, at - REACH), at)
        assert word_before(text, at, capital=capital) == (found[1] if found else "")


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=5),
    st.sampled_from([EVERY_CASE, frozenset(("nomn",)), frozenset(("gent",))]),
)
@example(["заведующая", "клубом"], frozenset(("nomn",)))
def test_where_the_cheap_look_sees_no_title_there_is_none(before: list[str], cases: frozenset[str]) -> None:
    text = " ".join((*before, "Лунин"))
    at = len(text) - len("Лунин")
    if has_no_title(text, at, cases):
        # a letter before the blank that a title never has keeps the cheap look from deciding
        assert roles_before(text[: at - 1] + "\t" + text[at:], at, cases) == []


def test_a_verb_or_a_full_stop_before_a_name_ends_every_title() -> None:
    for text in ("Мост открыл мэр. ", "О мосте вчера сказал ", "Мэр города — ", "Спорил с "):
        assert has_no_title(text, len(text), EVERY_CASE)
    assert not has_no_title("Мост открыл мэр ", 16, EVERY_CASE)
    assert not has_no_title("Мост открыл А. ", 15, EVERY_CASE)
