"""Are folders walked as they should be, and do ids and origins hold?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import SourceError
from index.sources import MAX_TEXT, Loaded, read_paths
from index.sources.outcome import Skipped
from tests.index.sources.conftest import ReadFile, read

TEXT = "Мост открыли\n\nВ Зареченске открыли мост через Вьюгу. Проезд по нему бесплатный.\n"


def test_the_first_line_is_the_title_and_a_hole_in_the_whole_text(read_file: ReadFile) -> None:
    [article], skipped = read_file("bridge.txt", TEXT)
    assert (article.title, article.text, skipped) == ("Мост открыли", TEXT, [])
    assert article.body.strip() == "В Зареченске открыли мост через Вьюгу. Проезд по нему бесплатный."
    assert len(article.body) == len(article.text)


def test_a_text_of_one_paragraph_takes_its_first_sentence_as_the_title(read_file: ReadFile) -> None:
    [article], _ = read_file("one.txt", "Трамвай вернулся в город. Первый рейс ушёл в шесть утра.")
    assert article.title == "Трамвай вернулся в город."
    assert article.holes == ()


def test_an_id_is_the_folder_and_the_path_in_it_on_every_run(tmp_path: Path) -> None:
    root = tmp_path / "архив"
    (root / "2016").mkdir(parents=True)
    (root / "2016" / "мост.txt").write_text(TEXT)
    by_folder, _ = read(root)
    by_file, _ = read(root / "2016" / "мост.txt")
    assert [article.id for article in by_folder] == ["архив/2016/мост.txt"]
    assert [article.id for article in by_file] == ["2016/мост.txt"]
    assert read(root)[0] == by_folder


def test_an_origin_is_the_absolute_path_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    [loaded] = read_paths([Path("bridge.txt")])
    assert isinstance(loaded, Loaded)
    assert loaded.origin == str(tmp_path / "bridge.txt")


def test_files_come_before_folders_and_by_name(tmp_path: Path) -> None:
    for name in ("b/one.txt", "a.txt", "c.txt", "b/a/two.txt"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    articles, _ = read(tmp_path / "root")
    assert [article.id for article in articles] == ["root/a.txt", "root/c.txt", "root/b/one.txt", "root/b/a/two.txt"]


def test_a_path_that_does_not_exist_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere.*check the spelling"):
        read_paths([tmp_path / "nowhere"])


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == ([], [])


def test_hidden_files_and_junk_are_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".git").mkdir()
    for name in (".DS_Store", "__MACOSX/a.txt", ".git/b.txt", "Thumbs.db"):
        (tmp_path / name).write_text(TEXT)
    assert read(tmp_path) == ([], [])


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT)
    (tmp_path / "loop").symlink_to(tmp_path)
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    assert [one.reason for one in skipped] == ["a link to a folder: links are not followed; name the folder itself"]


def test_a_link_to_a_file_is_followed_inside_of_what_was_given_only(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside.txt"
    (home / "below").mkdir(parents=True)
    outside.write_text("Не для всех\n\nТайна.")
    (home / "below" / "a.txt").write_text("Мост\n\nМост открыли.")
    (home / "inside.txt").symlink_to(home / "below" / "a.txt")
    (home / "link.txt").symlink_to(outside)
    articles, [skipped] = read(home)
    assert [one.title for one in articles] == ["Мост", "Мост"]
    assert skipped.reason == "a link to a file outside of this folder: name the file itself"
    assert [one.title for one in read(home / "link.txt")[0]] == ["Не для всех"]


def test_a_link_that_leads_nowhere_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text(TEXT)
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    assert [one.file for one in skipped] == [str(tmp_path / "dead.txt"), str(tmp_path / "self.txt")]


def test_a_pipe_is_skipped_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [one.reason for one in read(tmp_path)[1]] == ["not a regular file (a pipe, a device or a socket)"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    path = tmp_path / "closed.txt"
    path.write_text(TEXT)
    path.chmod(0)
    [skipped] = read(path)[1]
    assert skipped.file == str(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n\t", "empty"),
        ("scan.pdf", b"%PDF-1.7 ...", "a PDF document"),
        ("table.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document"),
        ("data.bin", b"\x00\x01\x02" * 50, "binary"),
        ("noise.txt", bytes(range(1, 256)) * 4, "the encoding is unknown"),
        ("titles.srt", b"1\n00:00:01,000 --> 00:00:02,000\nA\n" * 4, "subtitles"),
        ("tagged.txt", b"# newdoc\n# newpar\n# sent_id = 1\n1\ta\ta\tX\t_\t_\t0\tr\t_\t_\n", "tagged corpus text"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(
    read_file: ReadFile, name: str, content: bytes, reason: str
) -> None:
    articles, [skipped] = read_file(name, content)
    assert articles == []
    assert skipped.reason.startswith(reason)


def test_an_empty_file_lets_its_old_articles_go_and_a_broken_one_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "noise.txt").write_bytes(b"\x00\x01")
    assert [one.file for one in read(tmp_path)[1]] == [None, str(tmp_path / "noise.txt")]


def test_programs_and_licences_are_passed_over_in_a_folder_and_read_when_named(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(TEXT)
    (tmp_path / "build.py").write_text("print('Мост')\n")
    assert read(tmp_path)[0] == []
    assert len(read(tmp_path / "LICENSE")[0]) == 1


def test_one_bad_file_never_costs_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.json").write_text('{"title": "Мост", "text": ')
    (tmp_path / "c.xml").write_text("<rss><channel><item>")
    (tmp_path / "d.gz").write_bytes(b"\x1f\x8b\x08broken")
    (tmp_path / "e.txt").write_text(TEXT)
    outcomes = list(read_paths([tmp_path]))
    assert [isinstance(one, Loaded) for one in outcomes] == [True, False, False, False, True]
    assert all(one.file for one in outcomes if isinstance(one, Skipped))


def test_a_text_beyond_the_limit_is_refused(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("long.txt", b"a" * (MAX_TEXT + 1))
    assert articles == []
    assert "20,000,000" in skipped.reason
