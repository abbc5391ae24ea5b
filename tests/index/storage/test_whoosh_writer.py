"""What was published stays, what was not is gone, and one writer at a time writes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import Article, LockedError, Quote, Span, Speaker, open_writer
from index.errors import DamagedIndexError, InvalidArticleError, NoIndexError, UnsupportedIndexError
from index.maintenance import check
from index.storage import folder as layout
from index.storage import whoosh_writer
from index.storage.payload import pack_article, pack_quote, unpack_article, unpack_quote
from index.writer import SyncState
from search import IndexUnavailableError, open_searcher

BRIDGE = Article(id="b", title="Мост", text="Мост через Вьюгу открыли утром.", published="2016-09-01", source="Вестник")
QUOTE = Quote("b#q1", "b", (Span(0, 4), Span(11, 16)), "Мост Вьюгу", "direct", Speaker("a-b", "А. Берёзов"), "мэр")


def article(number: int, text: str = "Снова про мост.") -> Article:
    return Article(id=f"n{number}", title=f"Номер {number}", text=text)


def publish(folder: Path, *articles: Article, rebuild: bool = False) -> None:
    with open_writer(folder, rebuild=rebuild) as writer:
        for one in articles:
            writer.add(one, ())
        writer.publish()


def found(folder: Path, query: str) -> list[str]:
    with open_searcher(folder) as searcher:
        return sorted(hit.id for hit in searcher.search(query, limit=100).hits)


def test_articles_and_quotes_come_back_as_they_went_in(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        published = writer.publish()
    assert (published.articles, published.quotes) == (1, 1)
    with open_searcher(tmp_path / "i") as searcher:
        stored = searcher.article("b")
    assert stored.article == BRIDGE
    assert stored.quotes == (QUOTE,)


def test_payload_keeps_every_field() -> None:
    full = Article("i", "t", "текст", "2016-01-01", "s", "a", "r", "https://x.example", {"лайки": 5}, (Span(0, 1),), ())
    assert unpack_article(pack_article(full)) == full
    quote, of = unpack_quote(pack_quote(QUOTE, BRIDGE))
    assert quote == QUOTE
    assert of["title"] == "Мост"


def test_the_same_id_again_replaces_the_article_and_its_quotes(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        writer.publish()
        writer.add(Article(id="b", title="Паром", text="Паром снова ходит."), ())
        published = writer.publish()
    assert (published.articles, published.quotes) == (1, 0)
    assert found(tmp_path / "i", "мост") == []
    assert found(tmp_path / "i", "паром") == ["b"]


@pytest.mark.parametrize("flush", [1, 2, 500])
def test_of_the_same_id_twice_in_a_batch_the_last_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flush: int
) -> None:
    monkeypatch.setattr(whoosh_writer, "FLUSH", flush)
    publish(tmp_path / "i", BRIDGE, article(1), article(2), Article(id="b", title="Паром", text="Паром ходит."))
    assert found(tmp_path / "i", "паром") == ["b"]
    assert found(tmp_path / "i", "мост") == ["n1", "n2"]


@pytest.mark.parametrize("flush", [1, 500])
def test_added_and_deleted_in_one_batch_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flush: int) -> None:
    monkeypatch.setattr(whoosh_writer, "FLUSH", flush)
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, [QUOTE])
        assert writer.delete("b")
        assert not writer.delete("nobody")
        published = writer.publish()
    assert (published.articles, published.quotes) == (0, 0)


def test_what_was_not_published_is_lost_and_the_rest_stays(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_writer(tmp_path / "i") as writer:
        writer.add(article(1), ())
    assert found(tmp_path / "i", "мост") == ["b"]


def test_states_come_back(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE, (), state=SyncState("/archive/b.txt", "d1"))
        writer.publish()
    with open_writer(tmp_path / "i") as writer:
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
        writer.add(article(1), ())
        assert found(tmp_path / "i", "мост") == ["b"]
        writer.publish()
        assert found(tmp_path / "i", "мост") == ["n1"]


def test_an_abandoned_rebuild_leaves_nothing_behind(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_writer(tmp_path / "i", rebuild=True) as writer:
        writer.add(article(1), ())
    assert [home.name for home in (tmp_path / "i" / "generations").iterdir()] == ["000001"]


def test_what_a_killed_rebuild_left_is_swept_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    (tmp_path / "i" / "generations" / "000002").mkdir()
    publish(tmp_path / "i", article(1), rebuild=True)
    assert sorted(home.name for home in (tmp_path / "i" / "generations").iterdir()) == ["000001", "000003"]


def test_an_open_searcher_follows_publishes_and_rebuilds(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_searcher(tmp_path / "i") as searcher:
        assert searcher.search("мост").total.value == 1
        publish(tmp_path / "i", article(1))
        assert searcher.search("мост").total.value == 2
        publish(tmp_path / "i", article(2), article(3), article(4), rebuild=True)
        assert searcher.search("мост").total.value == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Article(id="", title="t", text="x"), "id is ''"),
        (Article(id="a", title="t", text="  "), "text is"),
        (Article(id="a", title="t", text="x", published="вчера"), "published is 'вчера'"),
        (Article(id="a", title="t", text="x \ud800"), "surrogate"),
        (Article(id="a", title="t", text=5), "text is 5"),  # type: ignore[arg-type]
        (Article(id="a", title="t", text="x", source=7), "source is 7"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_article_is_refused_and_the_batch_goes_on(tmp_path: Path, wrong: Article, words: str) -> None:
    with open_writer(tmp_path / "i") as writer:
        writer.add(BRIDGE)
        with pytest.raises(InvalidArticleError, match=words):
            writer.add(wrong)
        assert writer.publish().articles == 1


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Дорогая редакция!")
    with pytest.raises(NoIndexError, match=r"letter\.txt"):
        open_writer(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="molva index PATH"):
        open_searcher(tmp_path / "nowhere")


def test_an_index_of_another_schema_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "i", BRIDGE)
    monkeypatch.setattr(layout, "SCHEMA_VERSION", 99)
    with pytest.raises(UnsupportedIndexError, match="molva reindex"):
        open_writer(tmp_path / "i")


def largest_file(folder: Path, number: str) -> Path:
    files = [p for p in (folder / "generations" / number).iterdir() if p.name != "manifest.json" and p.stat().st_size]
    return max(files, key=lambda p: p.stat().st_size)


def test_one_flipped_bit_is_found_and_its_file_named(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    assert check(tmp_path / "i", repair=False).sound
    victim = largest_file(tmp_path / "i", "000001")
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    result = check(tmp_path / "i", repair=False)
    assert not result.sound
    assert victim.name in result.problems[0]


def test_repair_falls_back_to_the_newest_sound_generation(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    publish(tmp_path / "i", article(1), rebuild=True)
    largest_file(tmp_path / "i", "000002").unlink()
    result = check(tmp_path / "i", repair=True)
    assert result.sound
    assert str(result.generation).startswith("000001.1.")
    assert found(tmp_path / "i", "мост") == ["b"]


def test_repair_never_takes_away_the_live_generation(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    (tmp_path / "i" / "generations" / "000001" / "manifest.json").unlink()
    assert not check(tmp_path / "i", repair=False).sound
    result = check(tmp_path / "i", repair=True)
    assert result.sound
    assert "lost its manifest" in result.repaired[0]
    assert found(tmp_path / "i", "мост") == ["b"]


def test_a_writer_that_closes_without_publishing_says_nothing(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    with open_writer(tmp_path / "i") as writer:
        assert not writer.delete("nobody")
    publish(tmp_path / "i", article(1))


def test_repair_without_a_sound_generation_says_so(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    largest_file(tmp_path / "i", "000001").unlink()
    result = check(tmp_path / "i", repair=True)
    assert not result.sound
    assert "molva reindex" in result.repaired[0]


def test_a_pointer_that_points_nowhere_is_damage_not_a_missing_index(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    (tmp_path / "i" / "CURRENT").write_text("../../etc\n")
    with pytest.raises(DamagedIndexError, match="CURRENT"):
        open_writer(tmp_path / "i")
    (tmp_path / "i" / "CURRENT").unlink()
    assert check(tmp_path / "i", repair=True).sound


def test_adding_articles_again_changes_no_score_and_no_order(tmp_path: Path) -> None:
    batch = [article(n, "Про мост. " * n + "Про реку.") for n in range(1, 8)]
    with open_writer(tmp_path / "i") as writer:
        for one in batch:
            writer.add(one, ())
        writer.publish()
    before = scores(tmp_path / "i")
    for _ in range(2):
        publish(tmp_path / "i", *batch)
    after = scores(tmp_path / "i")
    assert [i for i, _ in after] == [i for i, _ in before]
    assert all(score > 0 for _, score in after)


def scores(folder: Path) -> list[tuple[str, float]]:
    with open_searcher(folder) as searcher:
        return [(hit.id, hit.score) for hit in searcher.search("мост", limit=100).hits]


def test_a_second_version_in_a_batch_is_never_seen_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit a publish: a reader that opens at any time sees the old state or the new one."""
    monkeypatch.setattr(whoosh_writer, "FLUSH", 1)
    commits: list[int] = []
    commit = whoosh_writer._Segment._commit_toc

    def counted(self: whoosh_writer._Segment, segments: list[object]) -> None:
        commits.append(len(segments))
        commit(self, segments)

    monkeypatch.setattr(whoosh_writer._Segment, "_commit_toc", counted)
    publish(tmp_path / "i", BRIDGE, Article(id="b", title="Паром", text="Паром ходит."), article(1))
    assert len(commits) == 1
    assert found(tmp_path / "i", "") == ["b", "n1"]


def test_an_article_with_unstorable_extras_is_refused_at_once(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        for extra in ({"when": object()}, {"text": "\ud83d"}):
            with pytest.raises(InvalidArticleError, match="extra"):
                writer.add(Article(id="a", title="t", text="x", extra=extra), ())
        with pytest.raises(InvalidArticleError, match="published"):
            writer.add(Article(id="a", title="t", text="x", published="вчера"), ())
        writer.add(BRIDGE, [QUOTE])
        assert writer.publish().articles == 1


def test_a_writer_that_died_between_commit_and_manifest_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "i", BRIDGE)
    with monkeypatch.context() as patched, open_writer(tmp_path / "i") as writer:
        patched.setattr(layout, "write_manifest", killed)
        writer.add(article(1), ())
        with pytest.raises(KeyboardInterrupt):
            writer.publish()
    result = check(tmp_path / "i", repair=False)
    assert "died while it published" in result.problems[0]
    assert check(tmp_path / "i", repair=True).sound
    assert found(tmp_path / "i", "мост") == ["b", "n1"]
    publish(tmp_path / "i", article(2))
    assert check(tmp_path / "i", repair=False).sound


def killed(*arguments: object) -> layout.Manifest:
    raise KeyboardInterrupt


def test_an_index_made_anew_has_other_names_for_its_states(tmp_path: Path) -> None:
    names = set()
    for _ in range(2):
        publish(tmp_path / "i", BRIDGE)
        with open_searcher(tmp_path / "i") as searcher:
            names.add(searcher.stats().generation)
        shutil.rmtree(tmp_path / "i")
    assert len(names) == 2


def test_a_manifest_that_points_elsewhere_is_damage(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    manifest = tmp_path / "i" / "generations" / "000001" / "manifest.json"
    raw = json.loads(manifest.read_text("utf-8"))
    raw["files"]["../../../secret"] = [1, "00"]
    manifest.write_text(json.dumps(raw), "utf-8")
    result = check(tmp_path / "i", repair=False)
    assert "no file name" in result.problems[0]


def test_ctrl_c_waits_until_a_publish_is_whole() -> None:
    steps: list[str] = []

    def publishes() -> None:
        with layout.uninterrupted():
            signal.raise_signal(signal.SIGINT)
            steps.append("whole")

    with pytest.raises(KeyboardInterrupt):
        publishes()
    assert steps == ["whole"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc, which is Linux's")
def test_killed_with_its_processes_running_a_writer_frees_the_lock(tmp_path: Path) -> None:
    rows = "".join(
        f'{{"id": "n{n}", "title": "Т", "text": "{"«Да, это так», — сказал мастер Пётр Снегирёв. " * 300}"}}\n'
        for n in range(400)
    )
    (tmp_path / "a.jsonl").write_text(rows, "utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "web.cli", "index", str(tmp_path / "a.jsonl"), "--jobs", "2"]
    with subprocess.Popen([*command, "--index", str(tmp_path / "i")], stdout=subprocess.DEVNULL) as writer:
        lock = tmp_path / "i" / "LOCK"
        while not (lock.exists() and lock.read_bytes()):
            time.sleep(0.02)
        while len(workers := children_of(writer.pid)) < 2:
            time.sleep(0.02)
        writer.kill()
    publish(tmp_path / "i", BRIDGE)
    assert found(tmp_path / "i", "") == ["b"]
    for _ in range(200):
        if not any(alive(worker) for worker in workers):
            break
        time.sleep(0.05)
    assert [worker for worker in workers if alive(worker)] == []


def children_of(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(process: int) -> bool:
    """Running, not a zombie that its new parent has not buried yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
