"""What a page of answers holds: totals of both kinds, facets under all other filters, quotes, snippets, places."""

from __future__ import annotations

import gc
import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index import Article, open_writer
from index.storage.folder import KEPT
from index.storage.format import SegmentFile
from search import IndexUnavailableError, NotFoundError, QueryError, Searcher, SearchRequest, open_searcher
from search.embedded import EmbeddedSearcher
from search.engine import reference
from search.engine.acceleration import Accelerated
from search.engine.segment_lists import Deadline
from search.results import ArticleHit, QuoteHit
from tests.conftest import Indexed

BRIDGE = Article(
    id="bridge",
    title="Мост открыли",
    text=(
        "Мост через Вьюгу открыли утром. Министр транспорта Камиль Рахимов опоздал.\n\n"
        "«Мост стоит», — сказал мэр Аркадий Берёзов. «Мост не шатается», — добавил Аркадий Берёзов.\n\n"
        "«Мост длинный», — заметил Камиль Рахимов. «Мост широкий», — уточнил Камиль Рахимов."
    ),
    published="2016-09-01",
    source="Зареченский вестник",
    section="Город",
)
FERRY = Article(
    id="ferry",
    title="Паром списан",
    text="Паром отправили в музей, мост победил. «Паром жаль», — вздохнул капитан Лука Жердев.",
    published="2017-05-20",
    source="Окольские новости",
    section="Общество",
)
UNDATED = Article(id="undated", title="Загадка", text="Кто построил мост у Старого Брода, никто не помнит.")


@pytest.fixture
def molva(indexed: Indexed) -> Searcher:
    return indexed([BRIDGE, FERRY, UNDATED])


def ids(molva: Searcher, q: str, **parameters: object) -> list[str]:
    return [hit.id for hit in molva.search(q, **parameters).hits]


def test_totals_count_both_kinds_whichever_is_asked_for(molva: Searcher) -> None:
    for kind in ("article", "quote"):
        assert molva.search("мост", type=kind).totals == {"article": 3, "quote": 4}
    assert molva.search("мост", type="quote").total.value == 4


def test_an_article_hit_carries_three_quotes_at_most(molva: Searcher) -> None:
    (hit,) = molva.search("заголовок:мост").hits
    assert isinstance(hit, ArticleHit)
    found = molva.search("мост", source="Зареченский вестник").hits[0]
    assert isinstance(found, ArticleHit)
    assert found.to_dict()["quotes"][0]["kind"] == "direct"
    assert len(found.quotes) == 3


def test_quotes_under_an_article_obey_the_filters(molva: Searcher) -> None:
    (hit,) = molva.search("мост", speaker="Камиль Рахимов").hits
    assert isinstance(hit, ArticleHit)
    assert {quote.speaker.name for quote in hit.quotes if quote.speaker} == {"Камиль Рахимов"}


def test_a_quote_hit_knows_its_place(molva: Searcher) -> None:
    (hit,) = molva.search("шатается", type="quote").hits
    assert isinstance(hit, QuoteHit)
    place = hit.article
    assert BRIDGE.text[place.start : place.end] == "Мост не шатается"
    assert (place.id, place.title, place.published, place.source) == (
        *("bridge", "Мост открыли", "2016-09-01", "Зареченский вестник"),
    )
    assert hit.marked.html == "Мост не <mark>шатается</mark>"
    assert (hit.mention, hit.cue, hit.resolved_by) == ("Аркадий Берёзов", "добавил", "name")
    assert molva.quote(hit.id).article == place


def test_plain_words_find_the_quotes_of_a_speaker_below_those_that_say_them(molva: Searcher) -> None:
    assert len(ids(molva, "Рахимова", type="quote")) == 2


@pytest.mark.parametrize("value", ["Аркадий Берёзов", "аркадий березов", "Берёзов", "Берёзова", "Берёзовым"])
def test_a_speaker_may_be_named_in_any_form(molva: Searcher, value: str) -> None:
    assert len(ids(molva, "", type="quote", speaker=value)) == 2
    assert len(ids(molva, f'спикер:"{value}"', type="quote")) == 2


def test_several_values_of_a_filter_mean_any_of_them(molva: Searcher) -> None:
    both = ("Зареченский вестник", "Окольские новости")
    assert ids(molva, "мост", source=both[0]) == ["bridge"]
    assert sorted(ids(molva, "мост", source=both)) == ["bridge", "ferry"]
    assert sorted(ids(molva, "мост", section=["Город", "общество"])) == ["bridge", "ferry"]


def test_facets_count_under_all_filters_but_their_own(molva: Searcher) -> None:
    page = molva.search("мост", source="Окольские новости", facets=("source", "year", "speaker", "section", "kind"))
    assert page.facets is not None
    assert {c.value: c.count for c in page.facets["source"]} == {"Зареченский вестник": 1, "Окольские новости": 1}
    assert {c.value: c.count for c in page.facets["year"]} == {"2017": 1}
    assert [c.value for c in page.facets["speaker"]] == ["Лука Жердев"]
    assert {c.value: c.count for c in page.facets["kind"]} == {"direct": 1}


def test_two_spellings_of_a_name_are_one_value(indexed: Indexed) -> None:
    other = replace(BRIDGE, id="b2", text=BRIDGE.text.replace("ё", "е"))
    page = indexed([BRIDGE, other]).search("мост", facets="speaker")
    assert page.facets is not None
    assert {c.value: c.count for c in page.facets["speaker"]} == {"Аркадий Берёзов": 2, "Камиль Рахимов": 2}


def test_the_undated_are_last_in_both_orders_and_in_no_range(molva: Searcher) -> None:
    assert ids(molva, "мост", sort="newest") == ["ferry", "bridge", "undated"]
    assert ids(molva, "мост", sort="oldest") == ["bridge", "ferry", "undated"]
    assert ids(molva, "мост дата:>=1000") == ids(molva, "мост", from_="1000")
    assert "undated" not in ids(molva, "мост дата:>=1000")


def test_pages_do_not_overlap_and_miss_nothing(molva: Searcher) -> None:
    whole = ids(molva, "мост")
    assert [ids(molva, "мост", limit=1, offset=n)[0] for n in range(3)] == whole
    assert ids(molva, "мост", offset=3) == []


def test_kinds_can_be_asked_for(molva: Searcher) -> None:
    assert len(ids(molva, "вид:прямая", type="quote")) == 5
    assert ids(molva, "вид:косвенная", type="quote") == []
    assert len(ids(molva, "", type="quote", kind="direct")) == 5


def test_without_snippets_there_are_ids_and_scores_only(molva: Searcher) -> None:
    hit = molva.search("мост", snippets=False).hits[0]
    assert isinstance(hit, ArticleHit)
    assert hit.score > 0
    assert (hit.snippets, hit.quotes) == ((), ())


def test_explain_says_where_each_word_stands(molva: Searcher) -> None:
    (hit,) = molva.search("мосты Вьюга", explain=True).hits
    assert (
        hit.explain
        == "«мосты»: в заголовке (в другой форме), в тексте ×5 (в другой форме); «Вьюга»: в тексте (в другой форме)"
    )


def test_snippets_lie_where_they_say(molva: Searcher) -> None:
    for hit in molva.search("мост").hits:
        assert isinstance(hit, ArticleHit)
        text = molva.article(hit.id).article.text
        for snippet in hit.snippets:
            assert snippet.start is not None
            assert text[snippet.start : snippet.start + len(snippet.text)] == snippet.text
            assert {snippet.text[a:b].lower() for a, b in snippet.spans} <= {"мост"}


def test_an_article_is_marked_whole_even_where_it_answers_in_part(molva: Searcher) -> None:
    title, text = molva.marked("bridge", "мосты открыть паром")
    assert [title.text[start:end] for start, end in title.spans] == ["Мост", "открыли"]
    assert text.text == BRIDGE.text
    assert [text.text[start:end] for start, end in text.spans] == ["Мост", "открыли", *["Мост"] * 4]
    assert molva.marked("ferry", "")[1].spans == ()
    with pytest.raises(NotFoundError):
        molva.marked("nobody", "мост")


def test_strict_refuses_what_would_be_a_warning(molva: Searcher) -> None:
    assert [warning.code for warning in molva.search('"мост').warnings] == ["unclosed_quote"]
    with pytest.raises(QueryError) as caught:
        molva.search('"мост', strict=True)
    assert caught.value.code == "unclosed_quote"


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "5"},
        {"offset": -1},
        {"offset": True},
        {"type": "author"},
        {"sort": "random"},
        {"facets": "colour"},
        {"kind": "shouted"},
        {"speaker": [1]},
        {"colour": "red"},
    ],
)
def test_wrong_parameters_are_refused_by_name(molva: Searcher, parameters: dict[str, object]) -> None:
    with pytest.raises(QueryError) as caught:
        molva.search("мост", **parameters)
    assert caught.value.code == "invalid_parameter"
    assert caught.value.parameter == next(iter(parameters))


def test_a_range_that_ends_before_it_begins_is_refused(molva: Searcher) -> None:
    with pytest.raises(QueryError, match="later"):
        molva.search("мост", from_="2016", to="2015")


@pytest.mark.parametrize("value", ["Рахимов Камиль", "Камиля Рахимова", "Камилем"])
def test_a_speaker_may_be_named_by_any_words_in_any_order(molva: Searcher, value: str) -> None:
    assert len(ids(molva, "", type="quote", speaker=value)) == 2


def test_a_wrong_date_is_refused(molva: Searcher) -> None:
    with pytest.raises(QueryError) as caught:
        molva.search("мост", from_="2015-13")
    assert (caught.value.code, caught.value.parameter) == ("invalid_date", "from")


def test_what_is_not_there_is_said(molva: Searcher) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        molva.article("nobody")
    with pytest.raises(NotFoundError, match="bridge#q9"):
        molva.quote("bridge#q9")


def test_threads_that_share_a_searcher_get_the_same_answers(molva: Searcher) -> None:
    requests = [
        SearchRequest(q=q, type=t, facets=("speaker",)) for q in ("мост", "паром", "") for t in ("article", "quote")
    ]
    expected = [molva.search(request).hits for request in requests]
    wrong: list[SearchRequest] = []

    def ask() -> None:
        for _ in range(10):
            for request, hits in zip(requests, expected, strict=True):
                if molva.search(request).hits != hits:
                    wrong.append(request)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def publish(folder: Path, *articles: Article, rebuild: bool = False) -> None:
    with open_writer(folder, rebuild=rebuild) as writer:
        for article in articles:
            writer.add(article)
        writer.publish()


def test_questions_while_articles_are_published_see_one_state_each(tmp_path: Path) -> None:
    publish(tmp_path, replace(FERRY, id="f0"))
    wrong: list[tuple[int, int]] = []
    seen: set[int] = set()
    done = threading.Event()

    def ask(molva: Searcher) -> None:
        while not done.is_set():
            page = molva.search("паром", facets="source", reprints="all")
            assert page.facets is not None
            (facet,) = page.facets["source"]
            totals = {page.totals["article"], page.totals["quote"], page.index.articles, facet.count, len(page.hits)}
            seen.add(page.index.articles)
            if len(totals) > 1:
                wrong.append((page.index.articles, page.total.value))

    with open_searcher(tmp_path, deadline=60) as molva:  # four threads ask without a pause
        threads = [threading.Thread(target=ask, args=(molva,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 8):
            publish(tmp_path, replace(FERRY, id=f"f{number}"))
        while molva.search("паром").index.articles < 8:
            pass
        done.set()
        for thread in threads:
            thread.join()
        assert molva.search("паром").total.value == 8
    assert wrong == []
    assert len(seen) > 1


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs a list of mapped files")
def test_the_files_of_a_state_that_is_kept_no_more_are_let_go(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    with open_searcher(tmp_path) as molva:
        for number in range(5):
            publish(tmp_path, replace(FERRY, id=f"f{number}"), rebuild=True)
            assert [hit.id for hit in molva.search("паром").hits] == [f"f{number}"]
        gc.collect()
        mapped = {
            line.split(maxsplit=5)[5] for line in Path("/proc/self/maps").read_text().splitlines() if ".seg" in line
        }
        assert len([path for path in mapped if str(tmp_path) in path]) == KEPT


def test_a_damaged_live_state_is_passed_over_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(tmp_path, BRIDGE)
    before = set((tmp_path / "segments").iterdir())
    publish(tmp_path, FERRY)
    for file in set((tmp_path / "segments").iterdir()) - before:
        file.write_bytes(file.read_bytes()[:-100])
    with caplog.at_level(logging.WARNING), open_searcher(tmp_path) as molva:
        assert ids(molva, "мост") == ["bridge"]
    assert "damaged" in caplog.text


def test_the_state_at_hand_answers_on_where_the_next_one_is_damaged(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    with open_searcher(tmp_path) as molva:
        for file in (tmp_path / "manifests").iterdir():
            file.write_bytes(b"{}")
        (tmp_path / "CURRENT").write_text("000007.abcdef\n")
        assert ids(molva, "мост") == ["bridge"]


def test_what_was_found_until_the_deadline_is_said_to_be_a_part(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    with open_searcher(tmp_path, deadline=-1.0) as molva:
        page = molva.search("мост", facets="source")
    assert page.total.relation == "gte"
    assert [warning.code for warning in page.warnings] == ["deadline"]
    assert page.to_dict()["total"]["relation"] == "gte"


def test_an_answer_is_remembered_and_nobody_can_change_it(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    with EmbeddedSearcher(tmp_path) as molva:
        page = molva.search("мост", facets="source")
        page.totals.clear()
        assert page.facets is not None
        page.facets.clear()
        again = molva.search("мост", facets="source")
        assert again.totals == {"article": 1, "quote": 4}
        assert again.facets
        assert again.hits is page.hits
        publish(tmp_path, FERRY)
        assert molva.search("мост", facets="source").totals["article"] == 2


def test_a_closed_searcher_answers_no_more(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    molva = open_searcher(tmp_path)
    molva.close()
    with pytest.raises(IndexUnavailableError, match="closed"):
        molva.search("мост")


def test_a_deleted_article_and_its_quotes_are_found_nowhere(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE, FERRY)
    with open_writer(tmp_path) as writer:
        assert writer.delete("bridge")
        writer.publish()
    with open_searcher(tmp_path) as molva:
        assert molva.search("мост").totals == {"article": 1, "quote": 0}
        assert ids(molva, "") == ["ferry"]
        assert molva.stats().speakers == 1
        for ask in (lambda: molva.article("bridge"), lambda: molva.quote("bridge#q1")):
            with pytest.raises(NotFoundError):
                ask()


def test_sorting_by_date_keeps_what_hits_are_worth(molva: Searcher) -> None:
    by_worth = {hit.id: hit.score for hit in molva.search("мост").hits}
    by_date = {hit.id: hit.score for hit in molva.search("мост", sort="newest").hits}
    assert by_worth == by_date
    assert min(by_worth.values()) > 0


def test_a_book_is_answered_from_its_first_words_on(indexed: Indexed) -> None:
    book = Article(id="book", title="Книга", text="Река течёт мимо моста. " * 30_000 + "Паром ушёл.")
    molva = indexed([book])
    (hit,) = molva.search("река мост").hits
    assert isinstance(hit, ArticleHit)
    assert [snippet.start for snippet in hit.snippets] == [0, 23]
    (hit,) = molva.search("паром").hits
    assert isinstance(hit, ArticleHit)
    assert hit.snippets[0].html == "<mark>Паром</mark> ушёл."


def test_damaged_text_is_named_and_not_shown(tmp_path: Path) -> None:
    publish(tmp_path, BRIDGE)
    with EmbeddedSearcher(tmp_path) as molva:
        assert molva._live.state is not None
        (part,) = molva._live.state.snapshot.views["article"].parts
        part.stored._data = memoryview(bytes(len(part.stored._data)))
        with pytest.raises(IndexUnavailableError, match="damaged"):
            molva.search("мост")


def test_kernels_never_read_bytes_that_have_changed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.storage.format.WHOLE", 0)  # as in a file that is larger
    with open_writer(tmp_path / "i") as writer:
        for number in range(400):
            words = " ".join(f"слово{(number * step) % 97}" for step in range(1, 15))
            writer.add(Article(id=f"n{number}", title="Номер", text=words), ())
        writer.publish()
    (segment,) = (tmp_path / "i" / "segments").glob("*.seg")
    entry = SegmentFile(segment).entries["article.post.doc"]
    data = bytearray(segment.read_bytes())
    data[entry.offset + 7] ^= 0x80  # a document number beyond all documents
    segment.write_bytes(data)
    with EmbeddedSearcher(tmp_path / "i") as searcher:
        before = searcher._current().evaluator
        searcher._live.use(Accelerated(reference, lambda *given, **named: None))
        assert searcher._current().evaluator is before
        assert "array article.post.doc" in caplog.text
        with pytest.raises(IndexUnavailableError, match=r"array article\.post\.doc"):
            searcher.search("номер", sort="newest")


def test_kernels_are_used_once_every_byte_is_read(indexed: Indexed) -> None:
    searcher = indexed([Article(id="b", title="Мост", text="Мост открыт.")])
    assert isinstance(searcher, EmbeddedSearcher)
    before = searcher._current().evaluator
    searcher._live.use(Accelerated(reference, lambda *given, **named: None))
    assert searcher._current().evaluator is not before
    assert [hit.id for hit in searcher.search("мост").hits] == ["b"]


def test_hits_that_there_is_no_time_to_mark_are_shown_and_said_to_be_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, Article(id="a", title="Мост", text="Мост открыли."))
    monkeypatch.setattr(Deadline, "passed", lambda self: True)
    with open_searcher(tmp_path) as molva:
        page = molva.search("мост")
    (hit,) = page.hits
    assert isinstance(hit, ArticleHit)
    assert (hit.title.spans, [snippet.html for snippet in hit.snippets]) == ((), ["Мост открыли."])
    assert page.total.relation == "gte"
    assert [warning.code for warning in page.warnings] == ["deadline"]
