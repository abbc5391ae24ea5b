"""Plain words are asked for as the whole query language would ask for them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, open_writer
from index.analysis.capitals import with_headlines
from search import question as questions
from search.plain import plain_words
from search.question import last_resort_of, partial_of, question_of, read_whole

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


@settings(deadline=None)
@given(texts | st.text("абвАБВ12 ИНЕ", max_size=20) | st.text(max_size=8))
def test_what_is_asked_where_they_find_nothing_is_that_of_the_long_way_too(text: str) -> None:
    if plain_words(text) is not None:
        question = question_of(text)
        fast = partial_of(question), last_resort_of(question)
        with patch.object(questions, "words_of", lambda tree: None):
            assert fast == (partial_of(question), last_resort_of(question))


def test_neither_whoosh_nor_the_grammar_nor_pymorphy_is_imported_for_plain_words(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        writer.add(Article(id="1", title="Паром у Слободы", text="Паром встал. Мост закрыт."), ())
        writer.publish()
    asked = (
        "import sys; from search import open_searcher; "
        f"found = open_searcher({str(tmp_path)!r}).search('мост через реку Бутявку'); "
        "assert [one.code for one in found.warnings] == ['some_words'] and len(found.hits) == 1; "
        "print(sorted({'whoosh', 'urllib.request', 'search.query.language', 'pymorphy3'}.intersection(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("text", ["мост", "мост  и паром ", "где построен новый мост", "Ⅷ век"])
def test_words_and_blanks_are_plain(text: str) -> None:
    assert plain_words(text) == text.split()


@pytest.mark.parametrize("text", ["", " ", "мост*", "а\tб", "Эр-Рига", "мост ИЛИ паром", "НЕ", "я" * 1001, "я " * 65])
def test_all_else_is_not_plain(text: str) -> None:
    assert plain_words(text) is None
