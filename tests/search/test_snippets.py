"""Snippets are whole sentences around what was found, the same as if all of the text had been split."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.sentences import sentences
from index.model import Span
from search import snippets as module
from search.marking import Reading, leaves_of, read
from search.query.language import parse
from search.query.scope import SCOPES
from search.snippets import LONGEST, _Splitter, snippets

PIECES = (
    "Мост открыли. ",
    "Мэр г. Окольска А. Б. Берёзов молчал. ",
    "Ул. Речная, д. 5! ",
    "И т. д. Паром ушёл? ",
    "слово ",
    "\n",
    "        ",
    "… ",
    "«Мост стоит.» Паром! ",
    "А.",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)


def marked(text: str, query: str) -> list[str]:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    return [shown.html for shown in snippets(read(leaves, text, "text"), leaves, [1.0] * len(leaves))]


@settings(max_examples=300)
@given(texts, st.lists(st.integers(0, 600), min_size=1, max_size=6), st.sampled_from([1, 5, 40, 400]))
def test_the_sentence_around_a_place_is_that_of_the_whole_text(text: str, places: list[int], reach: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "REACH", reach)
        expected = sentences(text)
        start = 0
        for line in text.split("\n"):
            split = _Splitter(text, Span(start, start + len(line)))
            for at in sorted(p for p in places if start <= p < start + len(line) and not text[p].isspace()):
                assert split.around(at) == next(Span(a, b) for a, b in expected if a <= at < b)
            start += len(line) + 1


@settings(max_examples=300)
@given(texts, st.sampled_from(["мост", "мост паром", "слово стоит мост", "и т что", '"мост паром"~3 речная']))
def test_the_sentences_shown_are_the_best_of_all(text: str, query: str) -> None:
    leaves = leaves_of(parse(query).node, SCOPES["article"])
    weights = [1.0 + number / 3 for number in range(len(leaves))]
    reading = read(leaves, text, "text")
    ranked = []
    for start, end in sentences(text):
        inside = [place for place in reading.found if start <= reading.bounds[place.first].start < end]
        value = module._value(inside, module._worths(leaves, weights)) if inside else 0
        if value > 0:
            ranked.append((-value, start, end))
    expected = [Span(start, end) for _, start, end in sorted(ranked)[: module.MOST]] or sentences(text)[:1]
    shown = snippets(reading, leaves, weights)
    assert [one.start for one in shown] == sorted(span.start for span in expected)


def test_sentences_with_more_of_the_words_are_shown_first() -> None:
    text = "Мост стоит. Паром ушёл. Мост и паром. Река. Паром у моста."
    assert marked(text, "мост паром") == [
        "<mark>Мост</mark> и <mark>паром</mark>.",
        "<mark>Паром</mark> у <mark>моста</mark>.",
    ]


def test_function_words_never_choose_a_sentence() -> None:
    assert marked("И что? И кто? Мост.", "что и мост") == ["<mark>Мост</mark>."]


def test_without_words_the_beginning_is_shown() -> None:
    assert marked("\n  Река течёт. Мост стоит.", "паром") == ["Река течёт."]
    assert marked(" \n", "паром") == []


def test_a_text_without_full_stops_is_cut_around_what_was_found() -> None:
    text = "слово " * 20_000 + "мост " + "слово " * 20_000
    (shown,) = marked(text, "мост")
    assert "<mark>мост</mark>" in shown
    assert len(shown) < LONGEST + 20


def test_only_the_neighbourhood_of_what_was_found_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Река течёт. " * 50_000 + "Мост стоит. " + "Река течёт. " * 50_000
    leaves = leaves_of(parse("мост").node, SCOPES["article"])
    reading = read(leaves, text, "text")
    split: list[int] = []

    def counted(whole: str, start: int, end: int) -> list[Span]:
        split.append(end - start)
        return sentences(whole, start, end)

    monkeypatch.setattr(module, "sentences", counted)
    (shown,) = snippets(Reading(text, reading.found), leaves, [1.0])
    assert shown.text == "Мост стоит."
    assert sum(split) < 5_000
