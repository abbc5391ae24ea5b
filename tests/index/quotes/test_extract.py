"""What holds for every quote, whatever the text: ids, order, spans, holes, pulls, and that nothing is ever raised."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Article, Pull, Span
from index.quotes import explain, extract
from index.quotes.attribute import RULES

from .notation import article

PIECES = st.sampled_from(
    [*"«»„“”\"—–-,.!?…:;()[] \n", " — ", "», — ", ", — ", "сказал", "мэр", "Берёзов", "что", "По словам", "Марина",
     ", что ", "Как", "согласно", "которому", "считает", "добавив",
     "мост", "заявила", "Соколова", "он", "открыли", "\n\n", "Ким", "А.", "№ 7", "\u00a0", "NASA"]
)  # fmt: skip


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = "".join(word + draw(st.sampled_from(["", " "])) for word in draw(st.lists(PIECES, max_size=60)))
    edges = sorted(draw(st.sets(st.integers(0, max(1, len(text))), max_size=6)))
    holes = tuple(Span(a, min(b, len(text))) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < len(text))
    return article(text, holes=holes)


@settings(max_examples=300, deadline=None)
@given(articles())
def test_spans_are_sorted_inside_the_text_and_outside_holes(found: Article) -> None:
    for quote in extract(found):
        at = 0
        for start, end in quote.spans:
            assert at <= start < end <= len(found.text)
            assert all(end <= hole.start or start >= hole.end for hole in found.holes)
            at = end
        assert quote.text.strip() == quote.text != ""
        if quote.mention_span is not None:
            assert found.text[slice(*quote.mention_span)] == quote.mention


@settings(max_examples=100, deadline=None)
@given(articles())
def test_quotes_are_numbered_in_the_order_of_the_text(found: Article) -> None:
    quotes = extract(found)
    assert [q.id for q in quotes] == [f"t#q{n}" for n in range(1, len(quotes) + 1)]
    assert [q.start for q in quotes] == sorted(q.start for q in quotes)


def test_a_pull_has_no_speaker_and_its_marks_are_not_read() -> None:
    text = "«Мост готов», — сказал мэр.\n\nМэр заявил: «Речник, всплывай!»\n\nДождь."
    start = text.index("Мэр заявил")
    pull = Span(start, text.index("\n\nДождь"))
    first, second = extract(article(text, pulls=(Pull(pull),)))
    assert (first.kind, second.kind) == ("direct", "pull")
    assert second.spans == (pull,)
    assert (second.speaker, second.mention, second.cue, second.resolved_by) == (None, None, None, None)


def test_a_hole_inside_a_quote_splits_its_span() -> None:
    text = "«Мост готов [реклама] и ждёт ленточку», — сказал мэр."
    hole = Span(text.index("[реклама]"), text.index(" и ждёт"))
    (quote,) = extract(article(text, holes=(hole,)))
    assert [text[slice(*span)] for span in quote.spans] == ["Мост готов", "и ждёт ленточку"]


def test_pieces_are_joined_as_one_reads_them() -> None:
    rows = [
        ("«Ждали, — сказал мэр, — и дождались».", "Ждали, и дождались"),
        ("«Ждали! — сказал мэр. — И дождались».", "Ждали! И дождались"),
        ("«Ждали, — сказал мэр. — И дождались».", "Ждали. И дождались"),
    ]
    for text, words in rows:
        (quote,) = extract(article(text))
        assert quote.text == words


def test_a_text_without_marks_and_colons_has_no_quotes() -> None:
    assert extract(article("Мэр пришёл на мост, где ждали дети. " * 50)) == ()


def test_each_quote_is_explained_by_the_name_of_a_rule() -> None:
    rows = explain(article("«Мост готов», — сказал мэр. Он добавил, что «дороги пока нет»."))
    names = {rule.__name__ for rule in RULES}
    assert [row.rule for row in rows] == ["said_behind_joint", "said_that"]
    assert {row.rule for row in rows} <= names


@pytest.mark.parametrize("piece", ["«Слово, — ", "«Слово». ", '"Слово, ', "«Мы ждали», — сказал мэр. "])
def test_time_grows_with_the_text_not_with_its_square(piece: str) -> None:
    def seconds(n: int) -> float:
        found = article(piece * n)
        gc.disable()  # collections come by leaps, and look at all that other tests have left
        try:
            started = time.process_time()
            extract(found)
            return time.process_time() - started
        finally:
            gc.enable()

    small = max(min(seconds(300) for _ in range(3)), 0.001)
    assert min(seconds(3000) for _ in range(2)) < 50 * small  # ten times the text; a square would take a hundred times


def test_a_name_behind_a_role_whose_head_lies_far_ahead_is_no_error() -> None:
    text = "…«««Полевая«««« заявил, что глава МИД ««««««« мост закрыли««»Бё"
    assert extract(Article(id="a", title="Город", text=text)) == ()
