"""Plain words are asked for as the whole query language would ask for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.capitals import with_headlines
from search.plain import plain_words
from search.question import question_of, read_whole

WORDS = (
    *("мост", "Мост", "моста", "Волков", "волков", "ВОЛКОВА", "МИД", "МИДом", "и", "что", "Кто", "не", "Ё", "ёлка"),
    *("2015", "2-", "x", "cлобода", "Ⅷ", "中文", "𝔸", "É", "ı", "й", "ОПЕК", "Рахимовым"),
)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).flatmap(
    lambda words: st.sampled_from([" ", "  "]).map(lambda blank: blank.join(words))
)


@settings(deadline=None)  # the first imports the grammar
@given(texts | st.text("абвАБВ12 ИНЕ", max_size=20) | st.text(max_size=8))
def test_plain_words_ask_for_what_the_long_way_asks_for(text: str) -> None:
    words = plain_words(text)
    if words is not None:
        # Short words of a headline in capitals are read as words, too; the long way reads them as they stand.
        read = with_headlines(text) if text.isupper() else text
        assert question_of(text) == replace(read_whole(read), interpreted=" ".join(words))


@pytest.mark.parametrize("text", ["мост", "мост  и паром ", "где построен новый мост", "Ⅷ век"])
def test_words_and_blanks_are_plain(text: str) -> None:
    assert plain_words(text) == text.split()


@pytest.mark.parametrize("text", ["", " ", "мост*", "а\tб", "Эр-Рига", "мост ИЛИ паром", "НЕ", "я" * 1001, "я " * 65])
def test_all_else_is_not_plain(text: str) -> None:
    assert plain_words(text) is None
