"""What the vocabulary says of an index is what counting its words by hand says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from weakref import ref

import pytest

from index import Article
from index.analysis import tokens
from search.engine.snapshot import Snapshot
from search.repair import vocabularies_of
from search.repair.words import spelt

from .vocabularies import Listed, distance, snapshot_of

TEXTS = (
    ("Мост у Заречья закрыли", "Мост закрыли до весны. Паром у моста ходит по-прежнему, паром полон."),
    ("Паром «Ласточка» вернулся", "В Заречье вернулся паром. Пароход стоит, паромщик Жабин рад: МОСТА нет."),
    ("Жабин о весне", "Паромщик Жабин сказал, что что-то в Заречье меняется. США тут ни при чём, США далеко."),
)
FORMS = Counter(token.form for title, text in TEXTS for token in (*tokens(title), *tokens(text)))


def articles() -> list[Article]:
    return [
        Article(id=str(number), title=title, text=text, source="Вестник" if number else "Голос Заречья")
        for number, (title, text) in enumerate(TEXTS)
    ]


@pytest.fixture(params=[1, 3], ids=["one segment", "three publishes"])
def snapshot(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshot:
    every = articles()
    batches = [every] if request.param == 1 else [[one] for one in every]
    return snapshot_of(tmp_path / "index", *batches)


def test_frequencies_are_tokens_of_titles_and_texts(snapshot: Snapshot) -> None:
    vocabulary = vocabularies_of(snapshot)(None)
    assert {form: vocabulary.frequency(form) for form in FORMS} == FORMS
    assert vocabulary.frequency("мостик") == 0


@pytest.mark.parametrize("wanted", ["паромм", "мсот", "жабн", "веснеы", "што", "заречья"])
@pytest.mark.parametrize("edits", [1, 2])
def test_near_forms_are_those_within_the_edits(snapshot: Snapshot, wanted: str, edits: int) -> None:
    found = vocabularies_of(snapshot)(None).near(wanted, edits)
    expected = {(form, count, distance(wanted, form)) for form, count in FORMS.items() if form != wanted}
    assert set(found) == {one for one in expected if one[2] <= edits}


@pytest.mark.parametrize("wanted", ["заречи", "паромщк", "жаббин"])
def test_near_roots_are_those_within_the_edits(snapshot: Snapshot, wanted: str) -> None:
    of_tokens = {
        (root, number)
        for number, pair in enumerate(TEXTS)
        for text in pair
        for token in tokens(text)
        for root in token.roots
        if root[0] >= "а"
    }
    expected = {root for root, _ in of_tokens if root != wanted and distance(wanted, root) <= 2}
    assert expected
    assert {one.form for one in vocabularies_of(snapshot)(None).near_roots(wanted, 2)} == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("паромшик", "паромщик"), ("Жабби", "—"), ("щюкина", "щукина"), ("щюкиной", "щукиной"), ("берёзка", "—")],
)
def test_words_are_repaired_that_stand_in_another_form(tmp_path: Path, typed: str, meant: str) -> None:
    article = Article(id="1", title="Вечер", text="О паромщике и о Щукиной говорили до ночи.")
    vocabulary = vocabularies_of(snapshot_of(tmp_path / "index", [article]))(None)
    assert next((choice.text for choice in spelt(typed, vocabulary)), "—") == meant


@pytest.mark.parametrize("prefix", ["п", "паро", "з", "щ", ""])
def test_the_most_frequent_forms_that_begin_so_come_first(snapshot: Snapshot, prefix: str) -> None:
    expected = sorted((-count, form) for form, count in FORMS.items() if form.startswith(prefix))
    assert [(-one.frequency, one.form) for one in vocabularies_of(snapshot)(None).starting(prefix, 4)] == expected[:4]


def test_a_word_in_another_form_is_in_documents(snapshot: Snapshot) -> None:
    vocabulary = vocabularies_of(snapshot)(None)
    assert vocabulary.documents("паромы") > 0
    assert vocabulary.documents("троллейбус") == 0
    assert vocabulary.documents("?!") == 0


def test_together_counts_documents_that_have_all_words(snapshot: Snapshot) -> None:
    vocabulary = vocabularies_of(snapshot)(None)
    assert vocabulary.together(["паром", "мост"]) == 2
    assert vocabulary.together(["паромщик", "США"]) == 1
    assert vocabulary.together(["паром", "троллейбус"]) == 0


def test_following_counts_neighbours_in_order(snapshot: Snapshot) -> None:
    vocabulary = vocabularies_of(snapshot)(None)
    listed = Listed(*(text for pair in TEXTS for text in pair))
    forms = ["жабин", "что", "то", "паром", "моста"]
    for first in ("паромщик", "что", "паром", "у", "нет"):
        assert vocabulary.following(first, forms) == listed.following(first, forms)


@pytest.mark.parametrize(("form", "written"), [("сша", "США"), ("жабин", "Жабин"), ("паромщик", "паромщик")])
def test_words_are_written_as_they_mostly_are(snapshot: Snapshot, form: str, written: str) -> None:
    assert vocabularies_of(snapshot)(None).written(form) == written


def test_each_field_has_its_own_words(snapshot: Snapshot) -> None:
    of = vocabularies_of(snapshot)
    assert of("source").documents("Голос") == 1
    assert of(None).documents("Голос") == 0
    assert of("title").documents("пароход") == 0
    assert of("text").documents("пароход") == 1
    assert of("about").documents("пароход") == 1


def test_a_state_that_nobody_holds_is_let_go(tmp_path: Path) -> None:
    state = snapshot_of(tmp_path / "index", articles())
    vocabulary = vocabularies_of(state)(None)
    assert vocabularies_of(state)(None) is vocabulary
    assert vocabulary.near("паромм", 1)
    held = [ref(part) for part in state.views["article"].parts]
    del state, vocabulary
    assert [one() for one in held] == [None] * len(held)
