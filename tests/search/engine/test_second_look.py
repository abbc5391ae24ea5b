"""Does a second look see what a reader of the texts would see, and does it change the order of the best alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, open_writer
from index.analysis import tokens
from index.storage.segment import open_live
from search import Searcher, open_searcher
from search.closer import sought
from search.engine import second_look
from search.engine.second_look import KIN, LEAD, LOOKED_AT, WINDOW, Wanted, look, ranked
from search.engine.snapshot import Snapshot, View
from search.question import read_whole
from tests.conftest import Indexed

# «паромный», «паромщик» and «паром» are kin by their first letters, «мост» is too short to have any.
VOCABULARY = ("паром", "паромный", "паромщик", "мост", "мостик", "переправа", "переправить", "река", "2016", "и")
WORDS = [
    Wanted(("паром".encode(),), ("паром".encode(),)),
    Wanted(("мост".encode(), "мостик".encode()), ()),
    Wanted(("переправа".encode(),), ("переп".encode(),)),
    Wanted(("пристань".encode(),), ("прист".encode(),)),
    Wanted((b"2016",), ()),
]
texts = st.lists(st.sampled_from(VOCABULARY), max_size=3 * WINDOW).map(" ".join)
titled = st.tuples(st.lists(st.sampled_from(VOCABULARY), max_size=4).map(" ".join), texts)


def view_of(folder: Path, articles: Sequence[Article], portion: int) -> View:
    """Of an index that is published after each `portion` articles, so that it may have several segments."""
    for start in range(0, len(articles), portion):
        with open_writer(folder) as writer:
            for article in articles[start : start + portion]:
                writer.add(article)
            writer.publish()
    return Snapshot(open_live(folder).segments).views["article"]


def seen_by_reading(view: View, words: Sequence[Wanted], title: str, text: str) -> tuple[list[bool], ...]:
    """Whether each word itself, it or a kindred one, and either at the beginning, stands in an article; read token by
    token.
    """
    itself, anywhere, beginning = [], [], []
    for word in words:
        roots, kin = set(word.roots), word.kin
        own = [[not roots.isdisjoint(r.encode() for r in t.roots) for t in tokens(part)] for part in (title, text)]
        akin = [
            [any(root.encode().startswith(kin) for root in t.roots) for t in tokens(part)] if kin else []
            for part in (title, text)
        ]
        itself.append(any(own[0]) or any(own[1]))
        anywhere.append(itself[-1] or any(akin[0]) or any(akin[1]))
        beginning.append(any(own[0]) or any(akin[0]) or any(own[1][:LEAD]) or any(akin[1][:LEAD]))
    return itself, anywhere, beginning


def together_by_reading(view: View, words: Sequence[Wanted], title: str, text: str) -> float:
    """The share of the words' weight in the best stretch."""
    idf = [max(view.df(field, root) for field in ("title", "text") for root in word.roots) for word in words]
    weights = [view.idf(df) for df in idf]
    found = [t.roots for t in tokens(text)]
    stretches = [found[start : start + WINDOW] for start in range(len(found))]
    stretches.append([t.roots for t in tokens(title)])

    def worth(stretch: Sequence[Sequence[str]]) -> float:
        here = {root.encode() for roots in stretch for root in roots}
        return sum(weight for weight, word in zip(weights, words, strict=True) if not here.isdisjoint(word.roots))

    return max(map(worth, stretches)) / sum(weights)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(titled, min_size=1, max_size=8), st.integers(1, 8), st.sampled_from([0, 1 << 15]))
def test_a_look_sees_what_reading_sees(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, str]], portion: int, most: int
) -> None:
    articles = [Article(id=f"a{n}", title=title or "О", text=text or "о") for n, (title, text) in enumerate(written)]
    view = view_of(tmp_path_factory.mktemp("look") / "i", articles, portion)
    words = WORDS if most else [Wanted(word.roots, ()) for word in WORDS]
    found = look(view, words, np.arange(len(articles))[::-1])
    assert found.docs.tolist() == list(range(len(articles)))
    for doc, article in enumerate(articles):
        itself, anywhere, beginning = seen_by_reading(view, words, article.title, article.text)
        assert found.itself[:, doc].tolist() == itself
        assert found.anywhere[:, doc].tolist() == anywhere
        assert found.beginning[:, doc].tolist() == beginning
        assert found.together[doc] == pytest.approx(together_by_reading(view, words, article.title, article.text))
    assert (found.worth > 0).all()
    if find_spec("numba"):
        from search.engine.compiled_look import looked_into

        for mine, its in zip(found, look(view, words, np.arange(len(articles)), looked_into), strict=True):
            np.testing.assert_array_equal(mine, its)


def test_without_room_for_kindred_words_a_word_stands_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [
        Article(id="a", title="О", text="Паромщик пришёл."),
        Article(id="b", title="О", text="Паром пришёл. Паром полон."),
    ]
    view = view_of(tmp_path / "i", articles, 2)
    assert look(view, WORDS[:1], np.arange(2)).anywhere.tolist() == [[True, True]]
    monkeypatch.setattr(second_look, "MOST_POSTINGS", 0)
    few = look(view, WORDS[:1], np.arange(2))
    assert (few.anywhere.tolist(), few.itself.tolist()) == ([[False, True]], [[False, True]])


def test_the_newest_of_equal_ones_comes_first_and_the_undated_last(tmp_path: Path) -> None:
    days = ("2016-09-01", None, "2019-02-03", "2016-09-01")
    articles = [Article(id=f"a{n}", title="О", text="Паром ушёл.", published=day) for n, day in enumerate(days)]
    view = view_of(tmp_path / "i", articles, 4)
    docs = np.arange(4)
    order, scores = ranked(view, look(view, WORDS[:1], docs), docs, np.ones(4))
    assert order.tolist() == [2, 0, 3, 1]
    assert len(set(scores.tolist())) == 1


# -- whole answers

FILLER = "Дождь шёл всю неделю, и улицы опустели к вечеру. " * 12


@pytest.mark.parametrize(
    ("what", "better", "worse"),
    [
        (
            "at the beginning of the text",
            "Паром сел на мель у пристани. " + FILLER,
            FILLER + "Паром сел на мель у пристани.",
        ),
        (
            "close together",
            FILLER + "Паром сел на мель у пристани. " + FILLER,
            "Паром. " + FILLER + "Сел на мель. " + FILLER + "Дошёл до пристани.",
        ),
        ("in a short text", "Паром сел на мель у пристани.", "Паром сел на мель у пристани. " + FILLER),
    ],
)
def test_words_are_worth_more(indexed: Indexed, what: str, better: str, worse: str) -> None:
    molva = indexed([Article(id="worse", title="Вести", text=worse), Article(id="better", title="Вести", text=better)])
    assert [hit.id for hit in molva.search("паром мель пристань").hits] == ["better", "worse"]


def test_a_kindred_word_is_better_than_none(indexed: Indexed) -> None:
    texts = {"none": "Старый мост закрыт до весны", "kin": "Паромный мост закрыт до весны"}
    molva = indexed([Article(id=name, title="Вести", text=text) for name, text in texts.items()])
    hits = molva.search("мост закрыт весна паромщик").hits
    assert [hit.id for hit in hits] == ["kin", "none"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("second") / "i"
    with open_writer(folder) as writer:
        for number in range(3 * LOOKED_AT):
            text = f"Паром номер {number} сел на мель у пристани. " + "Дождь не кончался. " * (number * 7 % 40)
            writer.add(Article(id=f"a{number}", title="Вести с реки", text=text))
        writer.publish()
    with open_searcher(folder, deadline=60) as molva:
        yield molva


@pytest.mark.parametrize("limit", [7, 10, 50, 60])
def test_pages_join_without_a_gap_or_a_repeat(archive: Searcher, limit: int) -> None:
    whole = [hit.id for hit in archive.search("паром мель пристань", limit=100).hits]
    paged: list[str] = []
    while len(paged) < 100:
        page = archive.search("паром мель пристань", limit=limit, offset=len(paged))
        assert page.total.value == 3 * LOOKED_AT
        paged += [hit.id for hit in page.hits]
    assert paged[:100] == whole
    assert len(set(paged)) == len(paged)


def test_scores_fall_through_the_ranking(archive: Searcher) -> None:
    scores = [hit.score for hit in archive.search("паром мель пристань", limit=100).hits]
    assert scores == sorted(scores, reverse=True)


def test_an_explanation_says_what_the_look_saw(indexed: Indexed) -> None:
    molva = indexed([Article(id="a", title="Вести", text="Паромщик сел на мель у пристани.")])
    (hit,) = molva.search("паромы мель пристань", explain=True).hits
    said = hit.to_dict()["explain"]
    assert said.endswith(
        "в заголовке или первых 40 словах: «паромы», «мель», «пристань»; только однокоренное: «паромы»; "
        f"вместе стоит {said.rpartition('стоит ')[2]}"
    )
    assert 0 < int(said.rpartition("стоит ")[2].split(" ")[0]) < 100


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("паром сел на мель", ["паром", "сел", "мель"]),
        ("паром мель", []),
        ("паром | мель | пристань", []),
        ('"паром сел на мель" пристань', []),
        ("паром мель !пристань", []),
        ("паром мель пристань -дождь", ["паром", "мель", "пристань"]),
        ("паром паром мель", []),  # one word, twice
    ],
)
def test_a_look_is_for_three_words_and_more(query: str, names: list[str]) -> None:
    found, wanted = sought(read_whole(query), "article")
    assert found == names
    assert len(wanted) == len(names)
    assert sought(read_whole(query), "quote") == ([], [])


def test_kindred_words_begin_with_the_same_letters() -> None:
    _, wanted = sought(read_whole("переправа мост Covid19"), "article")
    assert [word.kin for word in wanted] == [("переправа"[:KIN].encode(),), (), ()]
