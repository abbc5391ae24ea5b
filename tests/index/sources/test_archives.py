"""Are packed files read like plain ones, and do bombs, damage and hostile names do no harm?"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import zstandard

from index.sources import walk
from index.sources.outcome import UnreadableError
from index.sources.unpack import FLOOR, Meter
from tests.index.sources.conftest import ReadFile

TEXT = "Мост открыли\n\nВ Зареченске открыли мост через Вьюгу.\n"
RECORDS = [{"id": f"a{n}", "title": f"Мост {n}", "text": TEXT * 20} for n in range(300)]
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
NAMES = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstandard"}
PACK: Mapping[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


def tar_of(members: Mapping[str, bytes]) -> bytes:
    """A tar with these members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("suffix", PACK)
def test_a_packed_file_is_read_by_its_content(read_file: ReadFile, suffix: str) -> None:
    articles, skipped = read_file(f"a.jsonl.{suffix}", PACK[suffix](LINES))
    assert (len(articles), skipped) == (300, [])
    articles, _ = read_file("no-suffix", PACK[suffix](LINES))
    assert len(articles) == 300


@pytest.mark.parametrize("suffix", PACK)
def test_articles_before_a_cut_count_and_the_file_keeps_its_old_ones(read_file: ReadFile, suffix: str) -> None:
    noise = random.Random(1)  # noqa: S311 - packs badly, so that the packed file is long
    noisy = b"".join(line[:-1] + b', "x": "%x"}\n' % noise.getrandbits(4000) for line in LINES.splitlines())
    packed = PACK[suffix](noisy)
    articles, skipped = read_file(f"a.jsonl.{suffix}", packed[: len(packed) - 50])
    assert 0 < len(articles) < 300
    assert f"the {NAMES[suffix]} data is damaged" in skipped[-1].reason
    assert skipped[-1].file is not None


def test_streams_one_behind_another_are_one_file(read_file: ReadFile) -> None:
    for suffix, pack in PACK.items():
        half = len(LINES) // 2
        articles, skipped = read_file(f"a.jsonl.{suffix}", pack(LINES[:half]) + pack(LINES[half:]))
        assert (len(articles), skipped) == (300, []), suffix


@pytest.mark.parametrize("make", [tar_of, zip_of], ids=["tar", "zip"])
def test_members_are_read_like_files_of_a_folder(
    read_file: ReadFile, make: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    members = {
        "a/мост.txt": TEXT.encode(),
        "a/b.jsonl.gz": gzip.compress(LINES),
        "__MACOSX/a/._x": b"\0",
        ".DS_Store": b"\0",
        "a/c.bin": b"\0\1",
    }
    articles, [skipped] = read_file("pack", make(members))
    assert len(articles) == 301
    [bridge] = [article for article in articles if article.title == "Мост открыли"]
    assert bridge.id.endswith("/pack!a/мост.txt")
    assert skipped.where.endswith("pack!a/c.bin")
    assert skipped.file is not None
    assert skipped.file.endswith("/pack")


def test_a_packed_tar_is_read(read_file: ReadFile) -> None:
    articles, _ = read_file("a.tgz", gzip.compress(tar_of({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()})))
    assert len(articles) == 2


def test_an_archive_in_an_archive_is_read_and_a_third_is_not(read_file: ReadFile) -> None:
    inner = zip_of({"a.txt": TEXT.encode()})
    articles, skipped = read_file("a.tar", tar_of({"inner.zip": inner}))
    assert (len(articles), skipped) == (1, [])
    assert articles[0].id.endswith("a.tar!inner.zip!a.txt")
    articles, [refused] = read_file("b.zip", zip_of({"c.tar": tar_of({"inner.zip": inner})}))
    assert articles == []
    assert refused.reason == "an archive in an archive in an archive: unpack it first"


@pytest.mark.parametrize("suffix", PACK)
def test_a_bomb_is_refused(read_file: ReadFile, suffix: str) -> None:
    line = b'{"title": "a", "text": "' + b"a" * 1000 + b'"}\n'
    bomb = PACK[suffix](b" " * (FLOOR + (1 << 20)) + line)
    articles, [skipped] = read_file(f"a.jsonl.{suffix}", bomb)
    assert articles == []
    assert "bomb" in skipped.reason


def test_a_bomb_in_a_zip_is_refused_and_counts_over_all_members(read_file: ReadFile) -> None:
    members = {f"{n}.txt": b"a" * (FLOOR // 4) for n in range(6)}
    _, skipped = read_file("a.zip", zip_of(members))
    assert any("bomb" in one.reason for one in skipped)


def test_what_a_meter_counts_has_an_end() -> None:
    meter = Meter(packed_size=10)
    meter.count(FLOOR)
    with pytest.raises(UnreadableError, match="bomb"):
        meter.count(1)


def test_hostile_names_touch_nothing(read_file: ReadFile, tmp_path: Path) -> None:
    members = {"../../outside.txt": TEXT.encode(), "/etc/passwd.txt": TEXT.encode()}
    for name, pack in (("a.tar", tar_of(members)), ("b.zip", zip_of(members))):
        articles, _ = read_file(name, pack)
        assert len(articles) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar", "b.zip"]


def test_links_in_a_tar_are_not_followed(read_file: ReadFile) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("link.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(info)
    articles, [skipped] = read_file("a.tar", out.getvalue())
    assert articles == []
    assert skipped.reason == "not a regular file (a link, a pipe or a device)"


def test_a_cut_tar_gives_the_members_before(read_file: ReadFile) -> None:
    whole = tar_of({"a.txt": TEXT.encode(), "b.txt": TEXT.encode() * 1000})
    articles, skipped = read_file("a.tar", whole[:4000])
    assert articles[0].title == "Мост открыли"
    assert any(one.file for one in skipped)


def test_a_broken_zip_member_costs_only_itself(read_file: ReadFile) -> None:
    pack = bytearray(zip_of({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))
    pack[40] ^= 0xFF
    articles, [skipped] = read_file("a.zip", bytes(pack))
    assert len(articles) == 1
    assert skipped.file is not None


def test_a_cut_zip_is_told(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.zip", zip_of({"a.txt": TEXT.encode()})[:60])
    assert articles == []
    assert skipped.reason.startswith("the zip archive is damaged")


def test_russian_names_of_old_windows_zips_are_read() -> None:
    info = zipfile.ZipInfo("мост.txt".encode("cp866").decode("cp437"))
    assert walk.member_name(info) == "мост.txt"


@pytest.mark.parametrize("member", ["[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml"])
def test_documents_of_office_programs_are_refused_as_such(read_file: ReadFile, member: str) -> None:
    articles, [skipped] = read_file("a.docx", zip_of({member: b"<x/>", "word/document.xml": b"<x/>"}))
    assert articles == []
    assert "save it as text or HTML" in skipped.reason or "convert it to text" in skipped.reason


@pytest.mark.parametrize("make", [tar_of, zip_of], ids=["tar", "zip"])
def test_a_table_of_titles_serves_the_texts_beside_it(
    read_file: ReadFile, make: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    table = "textid\ttextname\tdate\tauthor\ttextrubric\tsource\n"
    table += "m1\tМост открыли\t01.09.2016\tА. Ким\tГород\thttps://v.example/1\n"
    text = "Проезд бесплатный.\nДаже грузовикам."
    pack = make({"metatable.csv": table.encode(), "texts/vestnik_m1.txt": text.encode()})
    [article], skipped = read_file("corpus", pack)
    assert (article.title, article.published, article.author) == ("Мост открыли", "2016-09-01", "А. Ким")
    assert (article.section, article.url, article.holes, skipped) == ("Город", "https://v.example/1", (), [])


def test_a_table_of_titles_without_its_texts_is_told(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.tar", tar_of({"meta.csv": b"textid,title,date\nm1,A,2016-09-01\n"}))
    assert articles == []
    assert skipped.reason == "a table of titles without texts, and none of the texts lies beside it"


def test_a_tar_whose_member_says_that_it_is_endless_is_refused_at_once(read_file: ReadFile) -> None:
    info = tarfile.TarInfo("a.txt")
    info.size = 1 << 60
    articles, [skipped] = read_file("a.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    assert articles == []
    assert "a member of 1,152,921,504,606,846,976 bytes" in skipped.reason
