"""The command line, end to end: what one types and what one sees, in real processes and on real files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli import NEWSPAPER, main

COMMAND = [sys.executable, "-W", "ignore", "-m", "web.cli"]
ROOT = Path(__file__).parent.parent
CRAWLED = """\
Паром «Упрямый» продали

Паром «Упрямый» продали Общество

«Мне за него не стыдно», — сказал капитан Лука Жердев.
[quote align=»left»]

Мост: как это былоМост: как это было

[/quote]
Источник: Окольские новости

Okolsknews.example
"""


def molva(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("newspaper") / "index"
    assert molva("index", NEWSPAPER, "--index", index).exit_code == 0
    return index


def test_index_search_and_quotes_of_a_crawled_text_in_a_real_process(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "parom.txt").write_text(CRAWLED, "utf-8")
    environment = {**os.environ, "MOLVA_INDEX": str(tmp_path / "index"), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            check=True,
        )
        return done.stdout

    assert "1 added" in run("index", str(tmp_path / "archive"))
    assert "1 unchanged" in run("index", str(tmp_path / "archive"))
    page = json.loads(run("search", "упрямого", "--json"))
    (hit,) = page["hits"]
    assert hit["title"]["html"] == "Паром «<mark>Упрямый</mark>» продали"
    assert (hit["section"], hit["source"]) == ("Общество", "Окольские новости")
    direct, pull = json.loads(run("quotes", str(tmp_path / "archive" / "parom.txt"), "--json"))["quotes"]
    assert (direct["speaker"], direct["speaker_name"]) == ("капитан Лука Жердев", "Лука Жердев")
    assert direct["cue"] == "сказал"
    assert CRAWLED[direct["start"] : direct["end"]] == "Мне за него не стыдно"
    assert (pull["kind"], CRAWLED[pull["start"] : pull["end"]]) == ("pull", "Мост: как это было")


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C"}, {}]
)
def test_cyrillic_goes_in_and_out_in_any_locale(newspaper: Path, locale: dict[str, str]) -> None:
    environment = {"PATH": os.environ["PATH"], **locale}  # no HOME either
    command = [*COMMAND, "search", "мэр", "--index", str(newspaper), "--json"]
    done = subprocess.run(command, capture_output=True, env=environment, check=True, cwd=ROOT)
    page = json.loads(done.stdout.decode())
    assert page["query"] == "мэр"
    assert page["total"]["value"] > 10


def test_a_closed_pipe_is_no_failure(newspaper: Path) -> None:
    command = [*COMMAND, "search", "мэр", "--limit", "100", "--index", str(newspaper)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_json_of_search_is_the_page_of_the_contract(newspaper: Path) -> None:
    page = data(molva("search", "--type", "quote", "мост", "--index", newspaper, "--json", "--limit", "3"))
    assert page["type"] == "quote"
    assert len(page["hits"]) == 3
    assert set(page) == {
        *("query", "type", "interpreted", "rewrites", "warnings", "total", "totals", "took_ms", "index", "hits", "next")
    }
    assert set(page["hits"][0]["article"]) == {"id", "title", "published", "source", "url", "start", "end"}


def test_search_for_people_shows_speaker_and_article(newspaper: Path) -> None:
    result = molva("search", "--type", "quote", "спикер:Берёзова", "--index", newspaper)
    assert result.exit_code == 0
    assert "Аркадий Берёзов: «" in result.stdout


def test_search_takes_a_leading_minus_as_part_of_the_query(newspaper: Path) -> None:
    with_it = data(molva("search", "мост", "--index", newspaper, "--json"))["total"]["value"]
    without = data(molva("search", "мост", "-мэр", "--index", newspaper, "--json"))["total"]["value"]
    assert 0 < without < with_it


def test_stats_count_the_newspaper(newspaper: Path) -> None:
    stats = data(molva("stats", "--index", newspaper, "--json"))
    assert stats["articles"] == 89
    assert set(stats) == {
        *("articles", "quotes", "speakers", "segments", "bytes", "generation", "created", "schema", "engine")
    }


def test_check_says_sound_and_then_what_is_not(tmp_path: Path, newspaper: Path) -> None:
    assert molva("check", "--index", newspaper).stdout.startswith("sound:")
    molva("index", NEWSPAPER, "--index", tmp_path / "i")
    (victim,) = (tmp_path / "i" / "segments").glob("*.seg")
    victim.write_bytes(victim.read_bytes()[:-100])
    result = molva("check", "--index", tmp_path / "i")
    assert result.exit_code == 3
    assert victim.name in result.stderr


def test_delete_takes_out_and_names_what_is_not_there(tmp_path: Path) -> None:
    molva("index", NEWSPAPER, "--index", tmp_path / "i")
    result = molva("delete", "zv-2016-09-01-bridge", "nobody", "--index", tmp_path / "i")
    assert result.exit_code == 1
    assert "1 deleted" in result.stdout
    assert "'nobody'" in result.stderr
    assert data(molva("stats", "--index", tmp_path / "i", "--json"))["articles"] == 88


def test_reindex_makes_a_new_generation(tmp_path: Path) -> None:
    molva("index", NEWSPAPER, "--index", tmp_path / "i")
    assert data(molva("reindex", NEWSPAPER, "--index", tmp_path / "i", "--json"))["generation"].startswith("000002.")


def test_analyze_shows_form_and_roots() -> None:
    (token,) = data(molva("analyze", "Волковым", "--json"))["tokens"]
    assert (token["form"], token["roots"][0], token["why"]["волков"]) == ("волковым", "волков", "surname")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "мост", "--index", "{tmp}/nowhere"], 2, "molva index PATH"),
        (["stats", "--index", "{tmp}"], 2, "no index"),
        (["delete", "x", "--index", "{tmp}/nowhere"], 2, "no such folder"),
        (["check", "--index", "{tmp}/nowhere"], 2, "no such folder"),
        (["index", "{tmp}/missing.txt", "--index", "{tmp}/i"], 2, "missing.txt"),
        (["index", "{tmp}/letter.txt", "--index", "{tmp}"], 2, "holds other files"),
        (["index", "{tmp}/letter.txt", "--map", "title", "--index", "{tmp}/i"], 2, "title=headline"),
        (["index"], 2, "Missing argument"),
        (["quotes", "{tmp}/empty.txt"], 1, "empty"),
        (["quotes", "{tmp}/binary.txt"], 1, "binary"),
    ],
)
def test_mistakes_get_a_clear_message_and_an_exit_code(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "letter.txt").write_text("Письмо\n\nДорогая редакция, пишет вам читатель.", "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    result = molva(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert result.exit_code == code
    assert words in result.stderr


@pytest.mark.parametrize(("query", "words"), [("-мост", "только исключает"), ("дата:2015-13", "2015-13"), ("а*", "а*")])
def test_a_refused_query_says_why(newspaper: Path, query: str, words: str) -> None:
    result = molva("search", query, "--index", newspaper)
    assert result.exit_code == 2
    assert words in result.stderr


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = molva("index", tmp_path / "empty", "--index", tmp_path / "i")
    assert result.exit_code == 0
    assert "no article was found" in result.stderr


def test_a_locked_index_is_exit_code_four(tmp_path: Path) -> None:
    from index import open_writer

    with open_writer(tmp_path / "i"):
        result = molva("index", NEWSPAPER, "--index", tmp_path / "i")
    assert result.exit_code == 4
    assert f"process {os.getpid()}" in result.stderr


def test_serve_waits_for_an_index(tmp_path: Path) -> None:
    command = [*COMMAND, "serve", "--port", "0", "--index", str(tmp_path / "later")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr is not None
        try:
            assert "503" in process.stderr.readline()
            told = re.search(r"http://([0-9.]+):([0-9]+)/", process.stderr.readline())
            assert told is not None
            address = (told[1], int(told[2]))
            assert ask(address, b"/readyz")[0] == 503
            molva("index", NEWSPAPER, "--index", tmp_path / "later")
            assert ask(address, b"/readyz")[0] == 200
        finally:
            process.terminate()


def test_what_came_twice_and_dates_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "Первая версия статьи.", "date": "2019-11-88"},
        {"id": "a", "text": "Вторая версия статьи.", "date": "2019-11"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    result = molva("index", tmp_path / "a.jsonl", "--index", tmp_path / "i")
    assert "'a' came more than once" in result.stderr
    assert "1 articles have a date that cannot be read" in result.stderr
    found = data(molva("search", "дата:2019-11", "--index", tmp_path / "i", "--json"))
    assert found["hits"][0]["published"] == "2019-11-01"


def test_a_draft_is_passed_over_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "draft.md").write_text("---\ndraft: true\n---\nНе готово.", "utf-8")
    (tmp_path / "a" / "LICENSE").write_text("Права принадлежат редакции.", "utf-8")
    (tmp_path / "a" / "done.md").write_text("# Готово\n\nТекст о мосте.", "utf-8")
    result = molva("index", tmp_path / "a", "--index", tmp_path / "i")
    assert result.exit_code == 0
    assert "1 added" in result.stdout
    assert result.stderr.count("passed over: ") == 2


def test_a_bad_record_does_not_stop_quotes(tmp_path: Path) -> None:
    rows = [{"id": "..", "text": "Текст о мосте."}, {"id": "b", "text": "«Мост стоит», — сказал Пётр Снегирёв."}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    result = molva("quotes", tmp_path / "a.jsonl", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["id"] == "b"
    assert "browsers" in result.stderr


def test_a_path_that_vanished_takes_its_articles_with_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Мост\n\nТекст о мосте.", "utf-8")
    molva("index", tmp_path / "a.txt", "--index", tmp_path / "i")
    (tmp_path / "a.txt").unlink()
    assert data(molva("index", tmp_path / "a.txt", "--index", tmp_path / "i", "--json"))["deleted"] == 1
    assert molva("index", tmp_path / "typo.txt", "--index", tmp_path / "i").exit_code == 2


def test_ctrl_c_is_said_and_leaves_the_index_sound(tmp_path: Path, newspaper: Path) -> None:
    shutil.copytree(newspaper, tmp_path / "i")
    rows = "".join(f'{{"id": "n{n}", "text": "Текст номер {n} о мосте."}}\n' for n in range(50_000))
    (tmp_path / "a.jsonl").write_text(rows, "utf-8")
    command = [*COMMAND, "index", str(tmp_path / "a.jsonl"), "--jobs", "1", "--index", str(tmp_path / "i")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        lock = tmp_path / "i" / "LOCK"
        while not lock.read_bytes():
            time.sleep(0.02)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in said
    assert data(molva("stats", "--index", tmp_path / "i", "--json"))["articles"] == 89
    assert molva("check", "--index", tmp_path / "i").exit_code == 0


def test_an_unreadable_file_is_listed_and_the_rest_indexed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.txt").write_text("Хлеб подешевел\n\nВ пекарне снизили цены.", "utf-8")
    (tmp_path / "a" / "bad.txt").symlink_to(tmp_path / "a" / "gone.txt")
    result = molva("index", tmp_path / "a", "--index", tmp_path / "i")
    assert result.exit_code == 1
    assert "bad.txt" in result.stderr
    assert "1 added" in result.stdout


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[str, int]]:
    """`molva demo` in a process of its own; gives its address."""
    command = [*COMMAND, "demo", "--host", "localhost", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr is not None
        try:
            assert "89 articles" in process.stderr.readline()
            told = re.search(r"http://(localhost):([0-9]+)/", process.stderr.readline())
            assert told is not None
            yield told[1], int(told[2])
        finally:
            process.terminate()
    assert process.returncode == 0, "a service manager's stop is no failure"


def ask(address: tuple[str, int], target: bytes) -> tuple[int, Any]:
    """Status and JSON of a GET, its target sent byte for byte, as curl sends what one types."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_the_demo_answers_over_http(demo: tuple[str, int]) -> None:
    status, page = ask(demo, b"/api/v1/search?q=%D0%BC%D1%8D%D1%80")
    assert status == 200
    assert page["total"]["value"] > 10


def test_cyrillic_in_an_address_needs_no_percent_signs(demo: tuple[str, int]) -> None:
    status, page = ask(demo, "/api/v1/search?q=Берёзов&type=quote&facets=speaker".encode())
    assert (status, page["query"]) == (200, "Берёзов")
    assert page["facets"]["speaker"][0]["value"] == "Аркадий Берёзов"


def test_bytes_that_are_no_text_are_no_failure(demo: tuple[str, int]) -> None:
    assert ask(demo, b"/api/v1/search?q=\xff\xfe")[0] == 200
    assert ask(demo, b"/api/v1/articles/\xff")[0] == 404


def test_a_taken_port_is_said(demo: tuple[str, int], newspaper: Path) -> None:
    command = [*COMMAND, "serve", "--port", str(demo[1]), "--host", "localhost", "--index", str(newspaper)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2
    assert "another --port" in done.stderr


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_is_exported_makes_the_same_index_again(newspaper: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "parom.txt").write_text(CRAWLED, "utf-8")
    (archive / "more.jsonl").write_text(
        json.dumps(
            {"id": "м1", "text": "Паром ушёл.\nПаром вернулся.", "date": "вчера", "views": [7], "headline": "Паром"}
        ),
        "utf-8",
    )
    first, second, copy = tmp_path / "first", tmp_path / "second", tmp_path / "copy.jsonl"
    assert molva("index", NEWSPAPER, archive, "--index", first).exit_code == 0
    exported = molva("export", "--index", first)
    copy.write_text(exported.stdout, "utf-8")
    assert molva("index", copy, "--index", second).exit_code == 0

    articles = lines(exported)
    assert len(articles) == data(molva("stats", "--index", newspaper, "--json"))["articles"] + 2
    assert {"id": "м1", "views": [7], "date": "вчера"}.items() <= next(a for a in articles if a["id"] == "м1").items()
    for kind in ("article", "quote"):
        once, again = (lines(molva("export", "--type", kind, "--index", folder)) for folder in (first, second))
        assert sorted(once, key=str) == sorted(again, key=str)


def test_exported_quotes_point_into_the_exported_texts_and_deleted_articles_are_gone(tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert molva("index", NEWSPAPER, "--index", index).exit_code == 0
    texts = {one["id"]: one["text"] for one in lines(molva("export", "--index", index))}
    gone = min(texts)
    assert molva("delete", gone, "--index", index).exit_code == 0
    quotes = lines(molva("export", "--type", "quote", "--index", index))
    assert gone not in {one["id"] for one in lines(molva("export", "--index", index))}
    assert len(quotes) == data(molva("stats", "--index", index, "--json"))["quotes"]
    for quote in quotes:
        assert quote["article"]["id"] != gone
        start, end = quote["spans"][0]
        assert quote["text"].startswith(texts[quote["article"]["id"]][start:end].split("\n")[0].strip())


def test_speakers_are_listed_merged_split_and_given_names(tmp_path: Path) -> None:
    index = tmp_path / "index"
    rows = [
        ("1", "«Операция прошла хорошо», — сказал хирург Иван Серов."),
        ("2", "«Матч прошёл хорошо», — сказал вратарь Иван Серов."),
    ]
    lines = [json.dumps({"id": n, "title": f"Новость {n}", "text": text}, ensure_ascii=False) for n, text in rows]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    assert molva("index", tmp_path / "a.jsonl", "--index", index).exit_code == 0
    listed = data(molva("speakers", "list", "Серов", "--json", "--index", index))
    assert [one["id"] for one in listed["speakers"]] == ["ivan-serov-medicine", "ivan-serov-sport"]
    both = ("ivan-serov-medicine", "ivan-serov-sport")
    assert data(molva("speakers", "merge", *both, "--json", "--index", index))["quotes"] == 2
    assert molva("speakers", "merge", *both, "--index", index).exit_code == 2
    named = data(molva("speakers", "alias", both[0], "железный  доктор", "--json", "--index", index))
    assert named["aliases"] == ["железный доктор"]
    found = data(molva("search", "спикер:доктор", "--type", "quote", "--json", "--index", index))
    assert found["total"]["value"] == 2
    assert molva("reindex", tmp_path / "a.jsonl", "--index", index).exit_code == 0
    assert len(data(molva("speakers", "list", "--json", "--index", index))["speakers"]) == 1
    assert data(molva("speakers", "alias", both[0], "железный доктор", "--remove", "--json", "--index", index))
    assert data(molva("speakers", "split", both[0], "--json", "--index", index))["quotes"] == 1
    assert molva("speakers", "split", both[0], "--index", index).exit_code == 2
    assert "ivan-serov-sport" in molva("speakers", "list", "--index", index).stdout
    unknown = molva("speakers", "merge", "nobody", both[0], "--index", index)
    assert (unknown.exit_code, "nobody" in unknown.stderr) == (2, True)
    ambiguous = molva("speakers", "alias", "ivan-serov", "доктор", "--index", index)
    assert (ambiguous.exit_code, both[1] in ambiguous.stderr) == (2, True)


def test_processes_that_help_import_no_commands() -> None:
    code = "import sys, web.main; print([name for name in ('web.cli', 'click', 'search') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
