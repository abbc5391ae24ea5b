from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from index.model import Article, Pull, Span
from search.results import StoredArticle
from web.reading import Block, Match, Piece, blocks_of, pieces_of, title_of

from .newspaper import PULL, SHORTCODE, bridge


@dataclass(frozen=True)
class Words:
    id: str
    kind: str
    spans: tuple[tuple[int, int], ...]


def text_of(block: Block) -> str:
    return "".join(piece.text for piece in block.pieces)


def drawn(block: Block) -> str:
    """A block in notation: `{q1:words}`, `{q1+:words}` for a stretch that goes on."""
    signs = {"close": lambda _: "}", "text": lambda piece: piece.text, "open": opening}
    return "".join(signs[piece.does](piece) for piece in block.pieces)


def opening(piece: Piece) -> str:
    return "{" + piece.quote_id.rpartition("#")[2] + ("" if piece.first else "+") + ":"


def blocks(text: str, *, holes: tuple[Span, ...] = (), pulls: tuple[Pull, ...] = ()) -> list[str]:
    article = Article(id="a", title="Без имени", text=text, holes=holes, pulls=pulls)
    return [("> " if block.pull else "") + text_of(block) for block in blocks_of(StoredArticle(article, ()))]


def test_quotes_nest_and_go_on_over_paragraphs() -> None:
    assert [drawn(block) for block in blocks_of(bridge())] == [
        "Мост через Вьюгу открыли в четверг. «{q1:Ждали долго}, — сказал мэр Аркадий Берёзов. — {q1+:И дождались}».",
        "{q2:" + PULL + "}",
        "По словам вице-мэра Марины Соколовой, {q3:мост назвали «{q4:самым упрямым объектом области}» не зря}. "
        "Дарья Лис написала в дневнике: «{q5:Шли пешком.}",
        "{q5+:Потом бежали}». Кто-то крикнул: «{q6:Ура мосту!}»",
    ]


def test_matches_stand_inside_quotes_and_across_their_edges() -> None:
    text = bridge().article.text

    def match(n: int, words: str) -> Match:
        return Match(f"m{n}", ((text.index(words), text.index(words) + len(words)),))

    found = blocks_of(bridge(), [match(1, "Ждали"), match(2, "долго, — сказал"), match(3, "назвали «самым")])
    assert drawn(found[0]).startswith(
        "Мост через Вьюгу открыли в четверг. «{q1:{m1:Ждали} {m2:долго}}{m2+:, — сказал} мэр"
    )
    assert "{q3:мост {m3:назвали «{q4:самым}}{q4+: упрямым объектом области}» не зря}" in drawn(found[2])


def test_a_title_is_marked_as_its_text_is() -> None:
    pieces = title_of(bridge(), [Match("m1", ((0, 4),))])
    assert drawn(Block(pieces)) == "{m1:Мост} через Вьюгу открыли с третьей попытки"


def test_a_hole_is_not_shown_and_a_pull_quote_stands_aside() -> None:
    found = blocks_of(bridge())
    assert not any(SHORTCODE in text_of(block) for block in found)
    assert [text_of(block) for block in found if block.pull] == [PULL]


def test_a_pull_quote_inside_a_hole_is_still_shown_once() -> None:
    text = "Начало.\n\n[quote]Слова[/quote]\n\nКонец."
    pull = Pull(Span(text.index("Слова"), text.index("Слова") + 5))
    hole = Span(text.index("[quote]"), text.index("\n\nКонец"))
    assert blocks(text, holes=(hole,), pulls=(pull,)) == ["Начало.", "> Слова", "Конец."]


def test_blank_lines_part_paragraphs_and_without_any_each_line_is_one() -> None:
    assert blocks("Раз,\nдва.\n \n\nТри.") == ["Раз,\nдва.", "Три."]
    assert blocks("Раз.\nДва.\n") == ["Раз.", "Два."]
    assert blocks(" \n\n ") == []


def test_a_hole_does_not_turn_lines_into_one_paragraph() -> None:
    text = "Раз.\n[реклама]\nДва.\nТри."
    assert blocks(text, holes=(Span(5, 14),)) == ["Раз.", "Два.", "Три."]


def test_crossing_quotes_are_closed_and_opened_again() -> None:
    quotes = [Words("a#q1", "direct", ((0, 5),)), Words("a#q2", "indirect", ((3, 8),))]
    block = Block(tuple(pieces_of("абвгдежзик", 0, 10, quotes, set())))
    assert drawn(block) == "{q1:абв{q2:гд}}{q2+:ежз}ик"


spans = st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(st.lists(spans, min_size=1, max_size=3), max_size=5), st.integers(0, 10), st.integers(0, 18))
def test_pieces_are_nested_and_cover_just_the_quotes(
    many: list[list[tuple[int, int]]], start: int, length: int
) -> None:
    text = "".join(chr(0x410 + n) for n in range(28))
    quotes = [Words(f"q{n}", "direct", tuple(sorted(found))) for n, found in enumerate(many)]
    end = start + length
    open_now: list[str] = []
    covered: list[tuple[str, set[str]]] = []
    firsts: list[str] = []
    for piece in pieces_of(text, start, end, quotes, set()):
        if piece.does == "open":
            open_now.append(piece.quote_id)
            firsts += [piece.quote_id] if piece.first else []
        elif piece.does == "close":
            open_now.pop()
        else:
            covered += [(letter, set(open_now)) for letter in piece.text]
    assert open_now == []
    assert len(firsts) == len(set(firsts))
    assert covered == [
        (text[at], {q.id for q in quotes if any(s <= at < e for s, e in q.spans)}) for at in range(start, end)
    ]


def test_an_article_without_quotes_is_plain() -> None:
    plain = replace(bridge(), quotes=())
    assert {piece.does for block in blocks_of(plain) for piece in block.pieces} == {"text"}
