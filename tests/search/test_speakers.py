"""Who said what across the archive: `спикер:` by name, initials and role; reprints in one hit; times and words."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index import Article, extracts, open_writer
from index.model import Quote, Span, Speaker
from index.speakers import overrides
from index.storage.format import SegmentFile
from index.storage.segment import open_live
from search import NotFoundError, QueryError, Searcher, SearchRequest, open_searcher
from search.archive import Archive
from search.errors import NamesakesError
from search.results import ArticleHit, QuoteHit
from tests.conftest import Indexed

VESTNIK, OKOLSK = "Зареченский вестник", "Окольские новости"
WORDS = "Мост через Вьюгу мы откроем в срок, и паром уйдёт в музей вместе с капитаном"
CUT = "Мост через Вьюгу мы откроем, и паром уйдет в музей вместе с капитаном"


def article(number: int, text: str, published: str | None = None, source: str | None = None) -> Article:
    return Article(id=f"a{number}", title=f"Новость {number}", text=text, published=published, source=source)


ARCHIVE = [
    article(1, f"«{WORDS}», — сказал министр транспорта Аркадий Берёзов.", "2014-05-01", VESTNIK),
    article(2, f"«{CUT}», — сказал министр транспорта Аркадий Березов.", "2014-05-02", OKOLSK),
    article(3, "«Город ждёт снега, и снег придёт», — сказал мэр Аркадий Берёзов.", "2019-11-01", VESTNIK),
    article(4, "«Снег уберём до утра», — пообещал Аркадий Берёзов.", "2019-12-01", VESTNIK),
    article(5, "«Берёзов обещал убрать снег», — сказала эколог Анна Вайс.", "2019-12-02", OKOLSK),
    article(6, "«Паром мне жаль», — вздохнул капитан Лука Жердев.", None, VESTNIK),
]


@pytest.fixture
def molva(indexed: Indexed) -> Searcher:
    return indexed(ARCHIVE)


def said(molva: Searcher, q: str, **parameters: object) -> list[str]:
    return sorted(hit.id.partition("#")[0] for hit in molva.search(q, type="quote", **parameters).hits)


ALL = ["a1", "a3", "a4"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("спикер:Берёзов", ALL),
        ("speaker:березову", ALL),
        ("спикер:БЕРЁЗОВ", ALL),
        ('спикер:"Аркадий Берёзов"', ALL),
        ('спикер:"Берёзов Аркадий"', ALL),
        ('спикер:"Аркадием Берёзовым"', ALL),
        ('спикер:"А. Берёзов"', ALL),
        ("спикер:А.Берёзов", ALL),
        ("спикер:arkadii-berezov", ALL),
        ('спикер:"Л. Берёзов"', []),
        ("спикер:мэр", ["a3", "a4"]),
        ("спикер:мэру", ["a3", "a4"]),
        ('спикер:"глава города"', ["a3", "a4"]),
        ('спикер:"министр транспорта"', ["a1"]),
        ('спикер:"министр Берёзов"', ["a1"]),
        ('спикер:"министр культуры"', []),
        ("спикер:снег", []),
        ("спикер:(Берёзов | Жердев)", [*ALL, "a6"]),
        ("снег -спикер:Берёзов", ["a5"]),
        ("спикер:Берёзов снег", ["a3", "a4"]),
        ("о:Берёзов", ["a5"]),
        ("спикер:Берёз*", ALL),
    ],
)
def test_a_speaker_is_meant_by_name_initials_id_or_role(molva: Searcher, q: str, found: list[str]) -> None:
    assert said(molva, q, rewrite="off") == sorted(found)


def test_articles_answer_where_the_speaker_speaks_and_show_those_quotes(molva: Searcher) -> None:
    page = molva.search("спикер:мэр снег")
    assert [hit.id for hit in page.hits] == ["a3", "a4"]
    assert all(isinstance(hit, ArticleHit) and hit.quotes for hit in page.hits)


def test_the_filter_takes_a_name_a_label_or_an_id(molva: Searcher) -> None:
    for value in ("Аркадий Берёзов", "аркадий березов", "arkadii-berezov", "Берёзовым", "мэр"):
        assert said(molva, "", speaker=value) == (["a3", "a4"] if value == "мэр" else ALL)


def test_a_quote_and_its_reprints_are_one_hit_with_sources_and_first_date(molva: Searcher) -> None:
    page = molva.search("мост паром", type="quote", facets="source,speaker,year")
    assert page.total.value == page.totals["quote"] == 1
    (hit,) = page.hits
    assert isinstance(hit, QuoteHit)
    assert hit.reprints is not None
    assert hit.reprints.to_dict() == {
        "count": 2,
        "articles": 2,
        "sources": [VESTNIK, OKOLSK],
        "first": "2014-05-01",
    }
    assert page.facets is not None
    assert {one.value: one.count for one in page.facets["source"]} == {VESTNIK: 1, OKOLSK: 1}
    assert [one.count for one in page.facets["speaker"]] == [1]
    assert [(one.value, one.count) for one in page.facets["year"]] == [("2014", 1)]
    assert said(molva, "мост паром", source=OKOLSK) == ["a2"]
    assert said(molva, "мост паром", reprints="all") == ["a1", "a2"]
    assert molva.search("мост паром").totals["quote"] == 1
    assert [one.article.id for one in molva.reprints("a2#q1")] == ["a1", "a2"]
    assert [one.article.id for one in molva.reprints("a6#q1")] == ["a6"]


def test_a_reprint_that_alone_has_the_word_is_shown(molva: Searcher) -> None:
    assert said(molva, "срок") == ["a1"]
    assert said(molva, "«откроем и паром»") == ["a2"]


def test_pages_of_folded_quotes_fit_together(indexed: Indexed) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    nouns = "мост паром река снег город капитан музей утро лёд совет школа вода".split()  # noqa: SIM905 - readable
    rows = []
    for number in range(40):
        words = chance.sample(nouns, 7)
        for again in range(chance.choice([1, 1, 2, 3])):
            text = f"«Мы {' '.join(words)} ждали», — сказал мэр Аркадий Берёзов."
            rows.append(replace(article(1000 * number + again, text), published=f"2014-05-{again + 1:02d}"))
    molva = indexed(rows)
    for q in ("", "мост", "мост | паром", "спикер:Берёзов"):
        for sort in ("relevance", "newest", "oldest"):
            whole = [hit.id for hit in molva.search(q, type="quote", sort=sort, limit=100).hits]
            total = molva.search(q, type="quote", sort=sort).total.value
            parts = [
                hit.id
                for offset in range(0, total + 7, 7)
                for hit in molva.search(q, type="quote", sort=sort, limit=7, offset=offset).hits
            ]
            assert parts == whole
            assert total == len(whole) == molva.search(q).totals["quote"]
            assert len(whole) < len(molva.search(q, type="quote", limit=100, reprints="all").hits)


def test_speakers_are_listed_with_what_is_known_of_them(molva: Searcher) -> None:
    page = molva.speakers()
    assert page.total.value == 3
    first = page.speakers[0].to_dict()
    assert first["id"] == "arkadii-berezov"
    assert (first["quotes"], first["articles"], first["first"], first["last"]) == (3, 4, "2014-05-01", "2019-12-01")
    assert [role["role"] for role in first["roles"]] == ["министр транспорта", "мэр"]
    assert [one.id for one in molva.speakers("мэр").speakers] == ["arkadii-berezov"]
    assert [one.id for one in molva.speakers("вайс").speakers] == ["anna-vais"]
    assert molva.speakers("никто").total.value == 0
    assert [one.id for one in molva.speakers(sort="name", limit=1, offset=1).speakers] == ["arkadii-berezov"]
    assert molva.speaker("Анна Вайс").id == molva.speaker("anna-vais").id
    with pytest.raises(NotFoundError):
        molva.speaker("nobody")
    for wrong in ({"limit": 0}, {"offset": -1}, {"sort": "size"}):
        with pytest.raises(QueryError):
            molva.speakers(**wrong)


def test_namesakes_are_told_apart_and_the_plain_id_names_none(indexed: Indexed) -> None:
    molva = indexed(
        [
            article(1, "«Операция прошла хорошо», — сказал хирург Иван Серов.", "2014-01-01", VESTNIK),
            article(2, "«Матч прошёл хорошо», — сказал вратарь Иван Серов.", "2014-01-02", OKOLSK),
        ]
    )
    surgeon, goalkeeper = (hit for hit in molva.search("хорошо", type="quote", sort="oldest").hits)
    assert isinstance(surgeon, QuoteHit)
    assert isinstance(goalkeeper, QuoteHit)
    assert surgeon.to_dict()["speaker"] == {
        "id": "ivan-serov-medicine",
        "name": "Иван Серов",
        "label": "Иван Серов (хирург)",
    }
    assert said(molva, 'спикер:"Иван Серов"') == ["a1", "a2"]
    assert said(molva, "спикер:ivan-serov-sport") == said(molva, 'спикер:"вратарь Серов"') == ["a2"]
    assert said(molva, "", speaker="Иван Серов (хирург)") == ["a1"]
    page = molva.search("", type="quote", facets="speaker")
    assert page.facets is not None
    assert {one.value for one in page.facets["speaker"]} == {"Иван Серов (хирург)", "Иван Серов (вратарь)"}
    with pytest.raises(NamesakesError) as caught:
        molva.speaker("ivan-serov")
    assert caught.value.ids == ("ivan-serov-medicine", "ivan-serov-sport")


def test_a_merge_and_an_alias_hold_at_the_next_question_and_outlive_a_rebuild(tmp_path: Path) -> None:
    rows = [
        article(1, "«Операция прошла хорошо», — сказал хирург Иван Серов.", "2014-01-01", VESTNIK),
        article(2, "«Матч прошёл хорошо», — сказал вратарь Иван Серов.", "2014-01-02", OKOLSK),
    ]
    for rebuild in (False, True):
        with open_writer(tmp_path, rebuild=rebuild) as writer:
            for row in rows:
                writer.add(row)
            writer.publish()
        with open_searcher(tmp_path) as molva:
            if not rebuild:
                assert molva.speakers().total.value == 2
                before = molva.search("").index.stamp
                decided = overrides.NONE.with_merged("ivan-serov-sport", "ivan-serov-medicine")
                overrides.save(tmp_path, decided.with_alias("ivan-serov-medicine", "железный доктор"))
                assert molva.search("").index.stamp != before
            (only,) = molva.speakers().speakers
            assert (only.id, only.label, only.merged) == ("ivan-serov-medicine", "Иван Серов", ("ivan-serov-sport",))
            assert said(molva, 'спикер:"железному доктору"') == ["a1", "a2"]
            assert molva.speaker("ivan-serov-sport").id == "ivan-serov-medicine"
            assert molva.speaker("ivan-serov").id == "ivan-serov-medicine"


def test_a_file_that_cannot_be_read_decides_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_writer(tmp_path) as writer:
        writer.add(ARCHIVE[0])
        writer.publish()
    (tmp_path / "speakers.json").write_text("{", "utf-8")
    with open_searcher(tmp_path) as molva:
        assert molva.speakers().total.value == 1
    assert "speakers.json" in caplog.text


def test_ids_are_the_same_whatever_the_order_and_the_segments(tmp_path: Path) -> None:
    found = []
    for number, batches in enumerate(([ARCHIVE], [ARCHIVE[:2], ARCHIVE[2:]], [ARCHIVE[::-1][:3], ARCHIVE[::-1][3:]])):
        folder = tmp_path / str(number)
        for batch in batches:
            with open_writer(folder) as writer:
                for row in batch:
                    writer.add(row)
                writer.publish()
        with open_searcher(folder) as molva:
            found.append([one.to_dict() for one in molva.speakers().speakers])
            assert molva.search("мост", type="quote").total.value == 1
    assert found[0] == found[1] == found[2]


def test_a_deleted_article_says_nothing_any_more(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        for row in ARCHIVE:
            writer.add(row)
        writer.publish()
    with open_writer(tmp_path) as writer:
        for gone in ("a1", "a6"):
            writer.delete(gone)
        writer.publish()
    with open_searcher(tmp_path) as molva:
        assert {one.id for one in molva.speakers().speakers} == {"arkadii-berezov", "anna-vais"}
        assert molva.speaker("arkadii-berezov").first == "2014-05-02"
        (hit,) = molva.search("мост паром", type="quote").hits
        assert isinstance(hit, QuoteHit)
        assert hit.reprints is None


def test_the_extract_that_is_kept_says_what_the_articles_say(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        for row in ARCHIVE:
            writer.add(row)
        writer.publish()
    (kept,) = (tmp_path / "extracts").iterdir()
    with open_searcher(tmp_path) as molva:
        told = [one.to_dict() for one in molva.speakers().speakers]
    data = bytearray(kept.read_bytes())
    data[len(data) // 3] ^= 1
    for spoil in (lambda: kept.write_bytes(bytes(data)), kept.unlink):
        spoil()
        with open_searcher(tmp_path) as molva:
            assert [one.to_dict() for one in molva.speakers().speakers] == told


def test_an_extract_of_another_version_is_written_anew_by_the_next_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, open_writer(tmp_path) as writer:
        patched.setattr(extracts, "VERSION", 0)
        writer.add(ARCHIVE[0])
        writer.publish()
    (kept,) = (tmp_path / "extracts").iterdir()
    assert SegmentFile(kept).meta["extract"] == 0
    with open_searcher(tmp_path) as molva:
        assert [one.id for one in molva.speakers().speakers] == ["arkadii-berezov"]
    with open_writer(tmp_path) as writer:
        writer.publish()
    assert SegmentFile(kept).meta["extract"] == extracts.VERSION


def test_reported_speech_makes_nobody_speak_and_is_found_where_it_is_asked_for(tmp_path: Path) -> None:
    row = article(1, "По словам мэра Аркадия Берёзова, снег уберут до утра.", "2014-05-01", VESTNIK)
    words = "снег уберут до утра"
    at = row.text.index(words)
    quote = Quote(
        "a1#q1", "a1", (Span(at, at + len(words)),), words, "indirect", Speaker("x", "Аркадий Берёзов"), "мэра"
    )
    with open_writer(tmp_path) as writer:
        writer.add(row, [quote])
        writer.add(article(2, "«Снег мы ждали», — сказал Лука Жердев."))
        writer.publish()
    with open_searcher(tmp_path) as molva:
        assert [one.id for one in molva.speakers().speakers] == ["luka-zherdev"]
        assert molva.search("спикер:Берёзов").total.value == 0
        assert said(molva, "спикер:Берёзов вид:косвенная") == ["a1"]
        assert said(molva, "", kind="indirect", speaker="Аркадий Берёзов") == ["a1"]
        only_reported = molva.speaker("arkadii-berezov")
        assert (only_reported.quotes, only_reported.reported) == (0, 1)


def test_threads_that_begin_at_different_ends_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        for number, row in enumerate(ARCHIVE * 5):
            writer.add(replace(row, id=f"r{number}"))
        writer.publish()
    for _ in range(10):
        with open_live(tmp_path) as opened:
            archive = Archive(tmp_path, opened.segments)
            ends = ("made", "reprints", "speakers", "in_articles", "who", "rank")
            threads = [threading.Thread(target=_ask, args=(archive, end), daemon=True) for end in ends]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            assert not any(thread.is_alive() for thread in threads)


def _ask(archive: Archive, end: str) -> None:
    found = getattr(archive, end)
    if callable(found):
        found()


def test_a_timeline_counts_what_answers_with_gaps_and_the_undated(molva: Searcher) -> None:
    found = molva.timeline(SearchRequest(type="quote"))
    assert [(one.value, one.count) for one in found.periods if one.count] == [("2014", 1), ("2019", 3)]
    assert [one.value for one in found.periods] == ["2014", "2015", "2016", "2017", "2018", "2019"]
    assert (found.undated, found.total.value) == (1, 5)
    months = molva.timeline(SearchRequest(q="снег спикер:Берёзов", type="quote"), "month")
    assert [(one.value, one.count) for one in months.periods] == [("2019-11", 1), ("2019-12", 1)]
    articles = molva.timeline(SearchRequest(source=(VESTNIK,)))
    assert sum(one.count for one in articles.periods) + articles.undated == articles.total.value == 4


def test_the_words_most_theirs_are_those_that_others_do_not_say(indexed: Indexed) -> None:
    rows = [article(n, f"«Турбина {n} крутится, и город рад», — сказал инженер Тарас Прибой.") for n in range(6)]
    rows += [article(90 + n, f"«Снег {n} растаял, и город рад», — сказал мэр Аркадий Берёзов.") for n in range(6)]
    molva = indexed(rows)
    words = [one.text for one in molva.words_of_speaker("taras-priboi")]
    assert "турбина" in words
    assert not {"город", "снег", "рад"} & set(words)
