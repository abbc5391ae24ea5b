"""What was published stays, what was not is gone, of an id the last article counts, and one writer at a time writes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, IndexingError, LockedError, Quote, Span, Speaker, open_writer
from index.errors import DamagedIndexError, InvalidArticleError, NoIndexError, UnsupportedIndexError
from index.storage import background, gathering, held, manifest
from index.storage import folder as layout
from index.storage.builder import SegmentBuilder
from index.storage.embedded_writer import EmbeddedWriter
from index.storage.held import HeldSegment
from index.storage.payload import pack_article, pack_quote, pack_state, unpack_article, unpack_quote
from index.writer import SyncState

from .writing import BRIDGE, article, files, found, publish, quotes, segments, stored

FERRY = Article(id="b", title="Паром", text="Паром снова ходит.")
QUOTE = Quote("b#q1", "b", (Span(0, 4), Span(11, 16)), "Мост Вьюгу", "direct", Speaker("a-b", "А. Берёзов"), "мэр")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment for each article."""
    monkeypatch.setattr(gathering, "LOOK_EVERY", 1)
    monkeypatch.setattr(EmbeddedWriter, "_share", property(lambda self: 0, lambda self, value: None), raising=False)


@pytest.fixture(params=["one segment", "a segment each"])
def flush(request: pytest.FixtureRequest) -> None:
    """Both ways of gathering."""
    if request.param == "a segment each":
        request.getfixturevalue("tiny")


def test_articles_and_quotes_come_back_as_they_went_in(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        published = writer.publish()
    assert (published.articles, published.quotes) == (1, 1)
    assert stored(tmp_path / "i") == [BRIDGE]
    assert quotes(tmp_path / "i") == [QUOTE]


def test_payload_keeps_every_field() -> None:
    extra = {"лайки": 5, "пути": ["a\\b", '"', "\n\t\x01", None]}
    full = Article(
        "i", 't "q"', "те\\кст\n\r\x00", "2016-01-01", "s", "a", "r", "https://x.example", extra, (Span(0, 1),)
    )
    assert unpack_article(pack_article(full)) == full
    quote, of = unpack_quote(pack_quote(QUOTE, BRIDGE))
    assert quote == QUOTE
    assert of["title"] == "Мост"


@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_text_is_stored_as_json(text: str, other: str | None) -> None:
    try:
        text.encode()
        (other or "").encode()
    except UnicodeEncodeError:
        return
    assert json.loads(pack_state(text, other, text)) == [text, other, text]
    assert unpack_article(pack_article(Article(text, text, text, url=other))) == Article(text, text, text, url=other)


@pytest.mark.usefixtures("flush")
def test_the_same_id_again_replaces_the_article_and_its_quotes(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        writer.publish()
        writer.add(FERRY, ())
        published = writer.publish()
    assert (published.articles, published.quotes) == (1, 0)
    assert found(tmp_path / "i", "мост") == []
    assert found(tmp_path / "i", "пар") == ["b"]
    assert quotes(tmp_path / "i") == []


@pytest.mark.usefixtures("flush")
def test_of_the_same_id_twice_in_a_batch_the_last_counts(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE, article(1), article(2), FERRY)
    assert found(tmp_path / "i", "пар") == ["b"]
    assert found(tmp_path / "i", "мост") == ["n1", "n2"]


@pytest.mark.usefixtures("flush")
def test_added_and_deleted_in_one_batch_is_gone(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        assert writer.delete("b")
        assert not writer.delete("b")
        assert not writer.delete("nobody")
        published = writer.publish()
    assert (published.articles, published.quotes) == (0, 0)
    assert stored(tmp_path / "i") == []


@pytest.mark.usefixtures("flush")
def test_deleted_and_added_again_is_there(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE, article(1))
    with open_writer(tmp_path / "i") as writer:
        assert writer.delete("b")
        writer.add(FERRY, ())
        writer.publish()
    assert sorted(one.title for one in stored(tmp_path / "i")) == ["Номер 1", "Паром"]


def test_what_was_not_published_is_lost_and_the_rest_stays(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_writer(tmp_path / "i") as writer:
        writer.add(article(1), ())
        writer.delete("b")
    assert stored(tmp_path / "i") == [BRIDGE]


def test_states_come_back(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, (), state=SyncState("/archive/b.txt", "d1"))
        writer.publish()
    with open_writer(tmp_path / "i") as writer:
        writer.add(article(1), ())
        assert list(writer.states()) == [("b", SyncState("/archive/b.txt", "d1"))]


def test_a_second_writer_is_told_who_holds_the_index(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    code = (
        "import sys; from index import open_writer\n"
        "with open_writer(sys.argv[1]):\n print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "i")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {other.pid} "):
            open_writer(tmp_path / "i")
        other.kill()
    publish(tmp_path / "i", article(1))  # the lock went with the process
    assert found(tmp_path / "i", "мост") == ["b", "n1"]


def test_a_rebuild_is_seen_only_when_it_is_published(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_writer(tmp_path / "i", rebuild=True) as writer:
        assert list(writer.states()) == []
        writer.add(article(1), ())
        assert found(tmp_path / "i", "мост") == ["b"]
        writer.publish()
        assert found(tmp_path / "i", "мост") == ["n1"]


@pytest.mark.usefixtures("flush")
def test_an_abandoned_run_leaves_nothing_behind(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    before = files(tmp_path / "i")
    for rebuild in (True, False):
        with open_writer(tmp_path / "i", rebuild=rebuild) as writer:
            writer.add(article(1), ())
            writer.add(article(2), ())
        assert files(tmp_path / "i") == before


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    for name in ("0123456789abcdef.seg", "0123456789abcdef.seg.tmp"):
        (tmp_path / "i" / "segments" / name).write_bytes(b"half")
    publish(tmp_path / "i", article(1))
    assert not [name for name in files(tmp_path / "i") if "0123456789abcdef" in name]


def test_a_rebuilt_index_that_does_not_read_back_never_goes_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "i", BRIDGE)
    before = files(tmp_path / "i")
    monkeypatch.setattr(held.HeldSegment, "problems", lambda self: ["x.seg: array article.day: has changed"])
    with pytest.raises(DamagedIndexError, match=r"old one stays live: x\.seg"):
        publish(tmp_path / "i", article(1), rebuild=True)
    assert stored(tmp_path / "i") == [BRIDGE]
    assert files(tmp_path / "i") == before


WRONG = [
    (Article(id="", title="t", text="x"), "id is ''"),
    (Article(id="a", title="t", text="  "), "text is"),
    (Article(id="a", title="t", text="x", published="вчера"), "published is 'вчера'"),
    (Article(id="a", title="t", text="x \ud800"), "surrogate"),
    (Article(id="a", title="t", text=5), "text is 5"),  # type: ignore[arg-type]
    (Article(id="a", title="t", text="x", source=7), "source is 7"),  # type: ignore[arg-type]
    (Article(id="a", title="t", text="x", extra={"when": object()}), "extra"),
    (Article(id="a", title="t", text="x", extra={"text": "\ud83d"}), "extra"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_a_wrong_article_is_refused_and_the_batch_goes_on(tmp_path: Path, wrong: Article, words: str) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE)
        for quoted in (None, ()):
            with pytest.raises(InvalidArticleError, match=words):
                writer.add(wrong, quoted)
        assert writer.publish().articles == 1


def test_a_wrong_quote_is_refused_with_its_article(tmp_path: Path) -> None:
    wrong = Quote("b#q1", "b", (Span(0, 4),), "Мост \ud800", "direct")
    with open_writer(tmp_path / "i") as writer:
        with pytest.raises(InvalidArticleError, match="'b': cannot be stored"):
            writer.add(BRIDGE, [wrong])
        assert writer.publish().articles == 0


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Дорогая редакция!")
    with pytest.raises(NoIndexError, match=r"letter\.txt"):
        open_writer(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_an_index_of_another_schema_is_refused_and_can_be_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "i", BRIDGE)
    monkeypatch.setattr(manifest, "SCHEMA_VERSION", 99)
    with pytest.raises(UnsupportedIndexError, match="molva reindex"):
        open_writer(tmp_path / "i")
    open_writer(tmp_path / "i", rebuild=True).close()  # the lock was let go


def test_a_first_index_is_one_segment(tmp_path: Path, tiny: None) -> None:
    publish(tmp_path / "i", *(article(n) for n in range(12)))
    assert segments(tmp_path / "i") == 1
    assert [one.id for one in stored(tmp_path / "i")] == [f"n{n}" for n in range(12)]
    assert len(files(tmp_path / "i" / "segments")) == 1


def test_many_small_publishes_leave_few_segments_in_the_order_of_coming(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        for number in range(40):
            writer.add(article(number), ())
            writer.publish()
    assert segments(tmp_path / "i") < 20
    assert [one.id for one in stored(tmp_path / "i")] == [f"n{n}" for n in range(40)]


@pytest.fixture
def merging_beside(monkeypatch: pytest.MonkeyPatch, tiny: None) -> None:
    """A merge begins as soon as three segments wait."""
    monkeypatch.setattr(background, "_waiting", lambda: 3)
    monkeypatch.setattr(background, "_ready", lambda: True)


def test_segments_merge_beside_a_run_and_what_is_deleted_meanwhile_stays_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merging_beside: None
) -> None:
    go = threading.Event()
    merge = held.merged

    def slow(*arguments: Any) -> list[HeldSegment]:
        made = merge(*arguments)
        assert go.wait(20)
        return made

    monkeypatch.setattr(background, "merged", slow)
    with open_writer(tmp_path / "i") as writer:
        for number in range(3):
            writer.add(article(number), ())
        assert writer.delete("n1")
        go.set()
        writer.add(article(0, "Паром снова ходит."), ())
        for number in range(3, 9):
            writer.add(article(number), ())
        writer.publish()
    assert [one.id for one in stored(tmp_path / "i")] == ["n2", "n0", *(f"n{n}" for n in range(3, 9))]
    assert found(tmp_path / "i", "мост") == [f"n{n}" for n in range(2, 9)]
    assert len(files(tmp_path / "i" / "segments")) == 1


def test_a_full_builder_waits_for_the_merge_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merging_beside: None
) -> None:
    order: list[str] = []
    merge, build = held.merged, SegmentBuilder.build

    def slow(*arguments: Any) -> list[HeldSegment]:
        order.append("merge")
        made = merge(*arguments)
        time.sleep(0.1)
        order.append("merged")
        return made

    def building(self: Any, **how: Any) -> Any:
        order.append("segment")
        return build(self, **how)

    monkeypatch.setattr(background, "merged", slow)
    monkeypatch.setattr(SegmentBuilder, "build", building)
    publish(tmp_path / "i", *(article(n) for n in range(9)))
    begun = [at for at, what in enumerate(order) if what == "merge"]
    assert begun
    assert all(order[at + 1] == "merged" for at in begun)


def test_a_merge_beside_a_run_that_fails_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merging_beside: None
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(background, "merged", full)
    with pytest.raises(IndexingError, match="No space left on device"):
        publish(tmp_path / "i", *(article(n) for n in range(9)))
    assert not files(tmp_path / "i" / "segments")


def test_a_run_that_is_abandoned_while_segments_merge_leaves_nothing(tmp_path: Path, merging_beside: None) -> None:
    with open_writer(tmp_path / "i") as writer:
        for number in range(9):
            writer.add(article(number), ())
    assert not files(tmp_path / "i" / "segments")


def test_a_full_disk_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: None) -> None:
    publish(tmp_path / "i", BRIDGE)
    before = files(tmp_path / "i")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, open_writer(tmp_path / "i") as writer:
        writer.add(article(1), ())
        patched.setattr(layout, "add_segment", full)
        with pytest.raises(IndexingError, match=r"No space left on device.*stays as it was"):
            writer.add(article(2), ())
        with pytest.raises(IndexingError, match="broke off"):
            writer.publish()
    assert stored(tmp_path / "i") == [BRIDGE]
    assert files(tmp_path / "i") == before
    publish(tmp_path / "i", article(1))


def test_ctrl_c_in_the_middle_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "i", BRIDGE, *(article(n) for n in range(5, 9)))
    before = files(tmp_path / "i")

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    for name in ("add_segment", "add_deletions", "publish"):
        with monkeypatch.context() as patched:
            patched.setattr(layout, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                publish(tmp_path / "i", FERRY, article(1))
        assert stored(tmp_path / "i")[0] == BRIDGE
        assert files(tmp_path / "i") == before


def test_an_index_made_anew_has_other_names_for_its_states(tmp_path: Path) -> None:
    names = set()
    for place in "ab":
        with open_writer(tmp_path / place) as writer:
            names.add(writer.publish().generation)
    assert len(names) == 2


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.just(0)),
        st.tuples(st.sampled_from(("publish", "reopen", "rebuild")), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, every=st.sampled_from((1, 3, 100)), waiting=st.sampled_from((2, 3, 100)))
def test_an_index_is_what_was_added_and_not_deleted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], every: int, waiting: int
) -> None:
    folder = tmp_path_factory.mktemp("i") / "i"
    live: dict[str, int] = {}
    coming: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gathering, "LOOK_EVERY", every)
        patched.setattr(background, "_waiting", lambda: waiting)
        patched.setattr(background, "_ready", lambda: True)
        writer: Any = EmbeddedWriter(folder)
        writer._gathering._share = 0
        for what, number, count in (*steps, ("publish", 0, 0)):
            if what == "add":
                one = article(number, "Мост. " * (count + 1))
                spoken = [Quote(f"{one.id}#q{n}", one.id, (Span(0, 4),), "Мост", "direct") for n in range(count)]
                writer.add(one, spoken)
                coming[one.id] = count
            elif what == "delete":
                assert writer.delete(f"n{number}") == (f"n{number}" in coming)
                coming.pop(f"n{number}", None)
            elif what == "publish":
                published = writer.publish()
                live = dict(coming)
                assert (published.articles, published.quotes) == (len(live), sum(live.values()))
                assert {one.id: one.text.count("Мост") - 1 for one in stored(folder)} == live
                assert found(folder, "мост") == sorted(live)
                assert len(quotes(folder)) == sum(live.values())
            else:
                writer.close()
                writer = EmbeddedWriter(folder, rebuild=what == "rebuild")
                writer._gathering._share = 0
                coming = {} if what == "rebuild" else dict(live)
        writer.close()
