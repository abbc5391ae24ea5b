"""Does `molva analyze` say what really happens to a text?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from index import Article, open_writer
from index.analysis import fold, tokens
from index.analyzed import analyzed, folded, left_out
from search import open_searcher
from web.cli import main

TEXT = "Паромщик Жердев пришёл в УМВД. [quote align=»left»]Лёд тронулся[/quote] Его ждали 21 день."
some_text = st.text(st.sampled_from("абвёйАБВ aoc\u0301\u0306\u00ad-«»[]/quote0129.\n"), max_size=60)


@given(some_text)
def test_words_stand_where_it_says_and_are_folded_as_it_says(text: str) -> None:
    for word in analyzed(text).words:
        assert text[word.start : word.end] == word.text
        assert word.form == fold(word.text)
        assert word.roots
        assert bool(word.folded) == (word.text.lower() != word.form)


@given(some_text)
def test_a_text_without_what_nobody_saw_has_all_its_words(text: str) -> None:
    found = analyzed(text)
    if not found.left_out:
        assert [(w.start, w.end, tuple(root for root, _ in w.roots)) for w in found.words] == [
            (token.start, token.end, token.roots) for token in tokens(text)
        ]
    for start, end in found.left_out:
        assert text[start:end].strip() == text[start:end] != ""


def test_every_word_is_found_under_what_it_says(tmp_path: Path) -> None:
    with open_writer(tmp_path / "index") as writer:
        writer.add(Article(id="ferry", title="Переправа", text=TEXT))
        writer.publish()
    with open_searcher(tmp_path / "index") as molva:
        for word in analyzed(TEXT).words:
            assert molva.search(f"text:!{word.text}").total.value == 1, word
        assert molva.search("text:align").total.value == 0


def test_what_no_reader_saw_is_named() -> None:
    found = analyzed(TEXT)
    assert [TEXT[start:end] for start, end in found.left_out] == ["[quote align=»left»]", "[/quote]"]
    assert "align" not in [word.form for word in found.words]
    assert "тронулся" in [word.form for word in found.words]


def test_blanks_between_what_is_left_out_belong_to_it() -> None:
    assert left_out("а [б] [в] г", "а         г") == ((2, 9),)
    assert left_out("а б", "а б") == ()


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ("Паром", ()),
        ("пере\u00adпра\u00adва", ("invisible characters taken out",)),
        ("Лёд", ("ё as е",)),
        ("Ле\u0308д", ("letters composed", "ё as е")),
        ("мои\u0306", ("letters composed",)),
        ("за\u0301мок", ("marks taken off",)),
        ("cлобода", ("look-alikes made one script",)),
    ],
)
def test_what_folding_did_is_said(written: str, steps: tuple[str, ...]) -> None:
    assert folded(written) == steps


@pytest.mark.parametrize(
    ("written", "case"), [("паром", "small"), ("Паром", "capital"), ("УМВД", "capitals"), ("УМВДу", "mixed")]
)
def test_letter_case_is_said(written: str, case: str) -> None:
    (word,) = analyzed(written).words
    assert word.case == case


@pytest.mark.parametrize(
    ("written", "root", "why"),
    [
        ("паромами", "паром", "lemma"),
        ("людям", "человек", "lemma"),
        ("УМВД", "умвд", "abbreviation"),
        ("УМВДу", "умвд", "abbreviation"),
        ("Жердеву", "жердев", "surname"),
        ("бурмалеями", "бурмале", "stem"),
    ],
)
def test_each_root_comes_with_its_reason(written: str, root: str, why: str) -> None:
    (word,) = analyzed(written).words
    assert dict(word.roots)[root] == why


def test_the_command_prints_the_same_for_people_and_for_programs() -> None:
    run = CliRunner()
    shown = run.invoke(main, ["analyze", TEXT], catch_exceptions=False)
    told = run.invoke(main, ["analyze", TEXT, "--json"], catch_exceptions=False)
    assert "left out: [/quote]" in shown.stdout
    assert "Жердев → жердев → жердев (surname)" in shown.stdout
    assert json.loads(told.stdout) == analyzed(TEXT).to_dict()
