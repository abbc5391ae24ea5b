"""Positions of an index say the same as the words of its texts; places in a text are those of the tokeniser."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import tokens
from index.model import Article
from index.schema import Kind
from index.storage.part import Part
from index.storage.rows import rows_of
from index.writer import SyncState
from search import offsets, places
from search.engine.segment_lists import Deadline
from search.engine.snapshot import View
from search.errors import QueryError
from search.leaves import Leaf, WordPattern, leaves_of
from search.marking import Found, find, only_beside
from search.offsets import bounds_of
from search.places import Places, Postings
from search.query.language import parse
from search.query.scope import SCOPES
from tests.index.storage.naive import build

WRITTEN = (
    *("Лавров", "лавров", "Лаврова", "лавр", "Лаврами", "мост", "Мосты", "моста", "МОСТ", "мо\u0301ст", "мостик"),
    *("и", "не", "МИД", "МИДом", "мид", "Эр-Рига", "банк", "банка", "банки", "ра\u00adтуша", "ратуши", "😀", "𝔸"),
    *("2015", "cлобода", "слобода"),
)
QUERIES = (
    *("лавров", "Лавров", "лаврова", "лавр", "мост", "мосты", "!мосты", "!МОСТ", "мид", "МИД", "МИДом", "Эр-Рига"),
    *("Эр-Риг*", "банк", "банка", "ратуша", "мос*", "лавр*", "!мост*", "мост~", "банк~2", "лавров~", "слобода"),
    *('"мост и"', '"мост лавров"~2', '"и не"~3', '!"мост и"', '"Лавров Лавров"~4', "и", "2015", "заголовок:мост"),
    "текст:банка",
)

texts = st.lists(st.sampled_from(WRITTEN), max_size=40).map(" ".join)
queries = st.lists(st.sampled_from(QUERIES), min_size=1, max_size=4).map(" ".join)


def part_of(*of: str) -> Part:
    """A part of articles with these texts; their titles are the same."""
    articles = [Article(id=f"a{number}", title=text, text=text) for number, text in enumerate(of)]
    return Part(build([rows_of(article, (), SyncState(None, None)) for article in articles]), "article")


def places_in(part: Part, leaves: Sequence[Leaf], *, every: bool = True) -> Places:
    """Where the leaves stand, with every form that a prefix or a misspelled word may mean."""

    def expand(field: str, word: WordPattern) -> list[int]:
        forms = ((number, part.term(number).decode()) for number in part.terms_of(field))
        return [n for n, form in forms if form[0] == "=" and word.level_of_form(form[1:]) is not None]

    return Places(leaves, Postings(part), expand, every=every)


def read_ahead(part: Part, leaves: Sequence[Leaf], *, every: bool = True) -> Places:
    """The same with all documents read at once by a kernel."""
    from search.engine.compiled_words import words_in

    made = places_in(part, leaves, every=every)
    made.words_in = partial(words_in, View("article", [OnePart(part)]), 0)
    made.ahead = list(range(part.docs))[::-1]
    return made


def ahead_or_found(places: Places, doc: int, field: str) -> list[Found]:
    """What is read of a document; of each word the levels are told beside it."""
    words = places.words(doc, field)
    if words is None:
        return places.found(doc, field)
    found = words.found
    seen = [sum({1 << one.level for one in found if one.leaf == leaf}) for leaf in range(len(words.seen))]
    assert list(words.seen) == seen
    return found


@dataclass
class OnePart:
    """A segment of which only articles are read."""

    articles: Part

    def part(self, kind: Kind) -> Part:
        return self.articles

    def live(self, kind: Kind) -> None:
        return None


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), queries)
def test_positions_say_what_reading_every_word_says(of: list[str], query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    here = places_in(part_of(*of), leaves)
    for doc, text in enumerate(of):
        for field in ("title", "text"):
            assert here.found(doc, field) == find(leaves, tokens(text), field)


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), queries)
def test_function_words_may_count_beside_other_words_only(of: list[str], query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    here = places_in(part_of(*of), leaves, every=False)
    for doc, text in enumerate(of):
        some = here.found(doc, "text")
        assert some == find(leaves, tokens(text), "text", every=False)
        others = {at for place in some if not only_beside(leaves[place.leaf]) for at in (place.first, place.last)}
        for place in some:
            if only_beside(leaves[place.leaf]):
                assert {place.first - 1, place.first + 1} & others


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), queries, st.booleans())
def test_a_kernel_reads_what_is_read_document_by_document(of: list[str], query: str, every: bool) -> None:
    pytest.importorskip("numba")
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    part = part_of(*of)
    fast, slow = read_ahead(part, leaves, every=every), places_in(part, leaves, every=every)
    for field in ("title", "text"):
        for doc in range(len(of)):
            assert ahead_or_found(fast, doc, field) == slow.found(doc, field)
        phrases = any(len(leaf.words) > 1 for leaf in leaves if field in leaf.fields)
        assert len(fast._known[field]) == (0 if phrases else len(of))


def test_a_kernel_reads_many_documents_frequencies_and_forms_beyond_a_byte() -> None:
    pytest.importorskip("numba")
    many = " ".join(f"мост{'ик' * (n % 2)} слово{n} и" for n in range(400))
    leaves = leaves_of(parse("мост слово7* и").node, SCOPES["article"])
    part = part_of(*(["мост и река", "паром"] * 150), many, "и мост")
    fast, slow = (make(part, leaves, every=False) for make in (read_ahead, places_in))
    assert [ahead_or_found(fast, doc, "text") for doc in range(302)] == [slow.found(doc, "text") for doc in range(302)]


def test_a_kernel_leaves_books_and_texts_full_of_the_words_to_a_slower_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr(places, "STRIDE", 60)
    monkeypatch.setattr(places, "MOST", 12)
    monkeypatch.setattr(places, "LEAST", 10)
    leaves = leaves_of(parse("мост паром").node, SCOPES["article"])
    texts = ("река " * 70 + "мост", "мост " * 13, "мост " * 12, "река " * 70, "паром")
    fast, slow = (make(part_of(*texts), leaves) for make in (read_ahead, places_in))
    assert [ahead_or_found(fast, doc, "text") for doc in range(5)] == [slow.found(doc, "text") for doc in range(5)]
    assert set(fast._known["text"]) == {2, 3, 4}


def test_a_book_is_looked_through_until_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "STRIDE", 10)
    leaves = leaves_of(parse("мост | паром").node, SCOPES["article"])
    part = part_of("река " * 35 + "мост река мост " + "река " * 10 + "паром")
    assert [found.first for found in places_in(part, leaves).found(0, "text")] == [35, 37]


def test_a_text_full_of_the_words_asked_for_is_looked_at_as_far_as_there_are_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "MOST", 50)
    monkeypatch.setattr(places, "LEAST", 20)
    leaves = leaves_of(parse('мост | "лодка река"').node, SCOPES["article"])
    text = "мост лодка " * 40 + "лодка река " * 40
    found = places_in(part_of(text), leaves).found(0, "text")
    assert found == find(leaves, tokens(text)[:50], "text")
    rare = "мост лодка " * 20 + "дождь " * 200 + "лодка река"
    assert places_in(part_of(rare), leaves).found(0, "text") == find(leaves, tokens(rare), "text")


def test_a_phrase_of_equal_words_finds_room_in_a_text_of_nothing_else() -> None:
    leaves = leaves_of(parse('"' + "мост " * 60 + '"').node, SCOPES["article"])
    found = places_in(part_of("мост " * 5_000), leaves).found(0, "text")
    assert [place.first for place in found] == list(range(places.LEAST - 59))


def test_what_comes_too_late_is_not_found_and_said_to_be_late() -> None:
    leaves = leaves_of(parse("мост").node, SCOPES["article"])
    part = part_of("мост и река")
    here = Places(leaves, Postings(part), lambda field, word: [], clock=Deadline(time.monotonic() - 1))
    assert here.found(0, "text") == []
    assert here.late
    on_time = Places(leaves, Postings(part), lambda field, word: [], clock=Deadline(time.monotonic() + 60))
    assert on_time.found(0, "text") == find(leaves, tokens("мост и река"), "text")
    assert not on_time.late
    late = read_ahead(part, leaves) if find_spec("numba") else here
    late.clock = Deadline(time.monotonic() - 1)
    assert ahead_or_found(late, 0, "text") == []
    assert late.late


def test_frequencies_and_forms_beyond_a_byte_are_read_whole() -> None:
    many = " ".join(f"мост{'ик' * (n % 2)} слово{n}" for n in range(400))
    leaves = leaves_of(parse("мост | слово7* | !мостик").node, SCOPES["article"])
    assert places_in(part_of("мост", many), leaves).found(1, "text") == find(leaves, tokens(many), "text")


def test_many_roots_of_a_prefix_are_found() -> None:
    text = " ".join(f"пре{a}{b}" for a in "абвгд" for b in "клмнпрст")
    leaves = leaves_of(parse("пре*").node, SCOPES["article"])
    part = part_of("предел", text, "начало " + text)
    assert [len(places_in(part, leaves).found(doc, "text")) for doc in range(3)] == [1, 40, 40]


nasty = st.text(st.sampled_from("абв яЁё.-_!\n\u0301\u0300\u00ad\u200b\ufeff1Ⅷ中😀𝔸é"), max_size=60)


def located(text: str, asked: set[int]) -> dict[int, tuple[int, int]]:
    """Where the tokeniser finds some tokens."""
    return {number: token[:2] for number, token in enumerate(tokens(text)) if number in asked}


@given(nasty, st.sets(st.integers(0, 40)))
def test_places_in_a_text_are_those_of_the_tokeniser(text: str, asked: set[int]) -> None:
    expected = located(text, asked)
    wanted = sorted(asked)
    assert bounds_of(text, wanted) == expected
    for reach in (1, 7, 100):
        found = offsets._counted(text, wanted, reach) if wanted else {}
        assert found in (None, expected)
        assert found is not None or reach < len(text)


def test_the_usual_characters_are_classed_as_among_all() -> None:
    usual = offsets.class_of_characters(offsets._USUAL)
    assert usual.tolist() == offsets.class_of_characters()[: len(usual)].tolist()


@settings(deadline=None)
@given(st.text(st.sampled_from("абв яЁё.-_!\n\u0301\u0300\u00ad\u200b\ufeff1Ⅷ中😀𝔸é"), max_size=200), st.data())
def test_kernels_find_the_places_that_numpy_finds(text: str, data: st.DataObject) -> None:
    pytest.importorskip("numba")
    from search.engine.kernels import token_places

    wanted = sorted(data.draw(st.sets(st.integers(0, 60), min_size=1)))
    expected = located(text, set(wanted))
    assert offsets.compiled_bounds()(text, wanted) == expected
    for reach in (1, 7, 40, 500):
        found = offsets._counted_by(token_places, text, wanted, reach)
        assert found in (None, expected)
        assert found is not None or reach < len(text)


def test_a_word_that_goes_on_behind_what_was_read_is_not_taken_for_whole() -> None:
    pytest.importorskip("numba")
    from search.engine.kernels import token_places

    text = "мос\u00ad\u0301т"
    for reach in range(1, len(text)):
        assert offsets._counted_by(token_places, text, [0], reach) is None
    assert offsets._counted_by(token_places, text, [0], len(text)) == {0: (0, len(text))}


@pytest.mark.parametrize("compiled", [False, True])
def test_a_place_far_in_a_long_text_is_found(compiled: bool) -> None:
    if compiled:
        pytest.importorskip("numba")
    text = "слово\u0301, " * 3000 + "конец"
    locate = offsets.compiled_bounds() if compiled else bounds_of
    assert locate(text, [0, 2999, 3000, 3001]) == {
        0: (0, 6),
        2999: (8 * 2999, 8 * 2999 + 6),
        3000: (24_000, 24_005),
    }


def test_the_queries_of_these_tests_are_sound() -> None:
    for query in QUERIES:
        try:
            assert not parse(query).warnings
        except QueryError as error:
            pytest.fail(f"{query}: {error}")
