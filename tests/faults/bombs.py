"""What does a hostile file cost that somebody indexes? Bombs, entities, nesting, loops, devices, names that climb: each
is refused with a reason, or is read as the harmless text that it is, in less than 10 s and 200 MB, and nothing outside
of what was given is read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import shutil
import socket
import stat
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import zstandard

from index.sources import Loaded, read_paths

MEMORY: Final = 200 << 20  # bytes more than the process had, which is 300 MB in all for one that just began
SECONDS: Final = 10.0
SECRET: Final = "совсекретно-471"  # noqa: S105 - stands in a file outside of what is given
LINE: Final = b"\xd0\x9c\xd0\xbe\xd1\x81\xd1\x82 \xd0\xbe\xd1\x82\xd0\xba\xd1\x80\xd1\x8b\xd1\x82. "
MEGABYTE: Final = 1 << 20


@dataclass
class Bombs:
    """How many files were read, the dearest of them, and what was wrong, told."""

    files: int = 0
    refused: int = 0
    seconds: tuple[float, str] = (0.0, "")
    megabytes: tuple[int, str] = (0, "")
    wrong: list[str] = field(default_factory=list)


def burst(home: Path, only: str = "", *, timed: bool = True) -> Bombs:
    """Read each of them in a process of its own; `timed`: in less than SECONDS."""
    outside = home / "outside.txt"
    outside.write_text(f"{SECRET}\n\nНикому не показывать.\n", "utf-8")
    found = Bombs()
    for name, (must_refuse, make) in bombs(outside).items():
        if only not in name:
            continue
        folder = home / "bomb"
        folder.mkdir()
        made = make(folder / name)
        path = made or folder / name
        seconds, memory, said = _read_apart(path)
        found.files += 1
        found.seconds = max(found.seconds, (round(seconds, 2), name))
        found.megabytes = max(found.megabytes, (memory // MEGABYTE, name))
        if said is None:
            found.wrong.append(f"{name}: the reader died or hung")
            shutil.rmtree(folder)
            continue
        texts, reasons = said
        found.refused += bool(reasons)
        if (timed and seconds > SECONDS) or memory > MEMORY:
            found.wrong.append(f"{name}: {seconds:.1f} s, {memory // MEGABYTE} MB")
        if must_refuse and not reasons:
            found.wrong.append(f"{name}: taken as {len(texts)} articles: {str(texts)[:200]}")
        if any(SECRET in text for text in texts):
            found.wrong.append(f"{name}: reads what was not given: {texts}")
        if any(not reason.strip() for reason in reasons):
            found.wrong.append(f"{name}: a reason that says nothing")
        shutil.rmtree(folder)
    return found


# -- reading


def _read_apart(path: Path) -> tuple[float, int, tuple[list[str], list[str]] | None]:
    """Seconds, bytes of memory at most, and the beginnings of texts and the reasons that were told."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_read, args=(path, theirs))
    began = time.monotonic()
    process.start()
    said = ours.recv() if ours.poll(6 * SECONDS) else None
    seconds = time.monotonic() - began
    process.kill() if said is None else None
    process.join()
    if said is None:
        return seconds, 0, None
    texts, reasons, memory = said
    return seconds, memory, (texts, reasons)


def _read(path: Path, told: Connection) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # forget the parent's most
    begun = _memory("VmRSS")
    texts: list[str] = []
    reasons: list[str] = []
    try:
        for outcome in read_paths([path]):
            if isinstance(outcome, Loaded):
                if len(texts) < 1_000:
                    texts.append((outcome.article.title + "\n" + outcome.article.text)[:2_000])
            else:
                reasons.append(outcome.reason)
    except Exception as error:
        reasons.append(f"{type(error).__name__}: {error}"[:300])
    told.send((texts, reasons[:100], _memory("VmHWM") - begun))


def _memory(name: str) -> int:
    """Bytes, as the system counts them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


# -- what is read

Make = Callable[[Path], Path | None]


def bombs(outside: Path) -> dict[str, tuple[bool, Make]]:
    """Name → whether it must be refused, and what writes it (and may say which path is to be read instead)."""
    return dict(_packed()) | dict(_markup(outside)) | dict(_nested()) | dict(_large()) | dict(_places(outside))


def _bytes(data: bytes) -> Make:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def _pieces(piece: bytes, times: int, first: bytes = b"") -> Make:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(first)
            for _ in range(times):
                file.write(piece)

    return write


PACKED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


def _packed_pieces(pack: Callable[[bytes], bytes], data: bytes, path: Path) -> None:
    _pieces(pack(data), 250)(path)


def _packed() -> Iterator[tuple[str, tuple[bool, Make]]]:
    zeros = bytes(16 * MEGABYTE)
    words = LINE * (16 * MEGABYTE // len(LINE))
    for suffix, pack in PACKED.items():
        yield f"zeros.txt.{suffix}", (True, partial(_packed_pieces, pack, zeros))
        yield f"words.txt.{suffix}", (True, partial(_packed_pieces, pack, words))
        yield f"cut.jsonl.{suffix}", (True, _bytes(pack(LINE * 1_000)[:-9]))
    packed = LINE * 1_000
    for _ in range(30):
        packed = gzip.compress(packed)
    yield "matryoshka.gz", (True, _bytes(packed))
    yield "window.zst", (True, _bytes(b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00" + bytes(40)))
    yield "dictionary.xz", (True, _bytes(_lzma_alone()))
    yield "many.zip", (True, lambda path: _zip(path, {f"{n}.txt": zeros for n in range(100)}))
    yield "overlapping.zip", (True, _overlapping)
    yield "members.zip", (False, lambda path: _zip(path, {f"{n}.txt": b"" for n in range(20_000)}))
    yield "climbing.zip", (False, lambda path: _zip(path, {"../../climbed.txt": LINE, "/etc/climbed.txt": LINE}))
    yield "zip.zip", (True, _zips)
    yield "huge-member.tar", (True, _tar_of_size)
    yield "devices.tar", (True, _tar_of_devices)


def _lzma_alone() -> bytes:
    """A stream in the old format that asks for a dictionary of 4 GB."""
    return b"\x5d" + struct.pack("<I", 0xFFFFFFFF) + struct.pack("<Q", 1 << 40) + bytes(64)


def _zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in members.items():
            pack.writestr(name, data)


def _overlapping(path: Path) -> None:
    """One packed member that the directory names a thousand times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.txt", bytes(40 * MEGABYTE))
        (info,) = pack.filelist
        pack.filelist = [info] * 1_000
    path.write_bytes(out.getvalue())


def _zips(path: Path) -> None:
    inner = path.with_name("inner.zip")
    _zip(inner, {f"{n}.txt": bytes(4 * MEGABYTE) for n in range(50)})
    for _ in range(6):
        data = inner.read_bytes()
        _zip(inner, {f"{n}.zip": data for n in range(9)})
    inner.rename(path)


def _tar_of_size(path: Path) -> None:
    info = tarfile.TarInfo("a.txt")
    info.size = 1 << 60
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + LINE * 100)


def _tar_of_devices(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        for number, kind in enumerate((tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.SYMTYPE)):
            info = tarfile.TarInfo(f"{number}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)


def _markup(outside: Path) -> Iterator[tuple[str, tuple[bool, Make]]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    item = "<item><title>{}</title><description>Мост открыт, сообщили в мэрии.</description></item>"
    rss = '<?xml version="1.0"?>{}<rss version="2.0"><channel><title>т</title>{}</channel></rss>'
    attributes = " ".join(f'a{n}="1"' for n in range(200_000))
    docs = {
        "laughs.xml": rss.format(f'<!DOCTYPE r [<!ENTITY l0 "ха">{laughs}]>', item.format("&l11;")),
        "quadratic.xml": rss.format(f'<!DOCTYPE r [<!ENTITY a "{"а" * 100_000}">]>', item.format("&a;" * 20_000)),
        "file.xml": rss.format(f'<!DOCTYPE r [<!ENTITY a SYSTEM "{outside.as_uri()}">]>', item.format("&a;")),
        "http.xml": rss.format('<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>', item.format("&a;")),
        "dtd.xml": rss.format(f'<!DOCTYPE r SYSTEM "{outside.as_uri()}">', item.format("а")),
        "parameter.xml": rss.format(f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{outside.as_uri()}"> %p;]>', item.format("а")),
        "deep.xml": rss.format("", "<a>" * 200_000),
        "wide.xml": rss.format("", "<item/>" * 60_000),
        "attributes.xml": rss.format("", f"<item {attributes}/>"),
    }
    harmless = {"wide.xml", "attributes.xml", "dtd.xml"}
    for name, text in docs.items():
        yield name, (name not in harmless, _bytes(text.encode()))
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{outside.as_uri()}" parse="text"/>'
    yield "include.xml", (False, _bytes(rss.format("", f"<item><title>а</title>{included}</item>").encode()))
    yield "utf16.xml", (True, _bytes(docs["laughs.xml"].encode("utf-16")))
    head = "<html><head><title>Мост</title></head><body>"
    yield "deep.html", (False, _bytes((head + "<div>" * 200_000 + "Мост открыт.").encode()))
    yield "fonts.html", (False, _bytes((head + "<b><i><font><p>Мост" * 20_000).encode()))
    yield "tables.html", (False, _bytes((head + "<table><tr><td>" * 20_000 + "Мост").encode()))
    yield "attribute.html", (False, _bytes((head + f'<p title="{"а" * 20_000_000}">Мост открыт.</p>').encode()))
    yield "comments.html", (False, _bytes((head + "<!--" * 500_000).encode()))
    yield "object.html", (False, _bytes((head + f'<iframe src="{outside.as_uri()}"></iframe>Мост').encode()))


def _nested() -> Iterator[tuple[str, tuple[bool, Make]]]:
    yield "deep.json", (True, _bytes(b"[" * 500_000))
    yield "deep-objects.json", (True, _bytes(b'{"a":' * 500_000))
    yield "deep-field.jsonl", (True, _bytes(b'{"id":"a","title":"b","text":"c","x":' + b"[" * 100_000 + b"\n"))
    yield "number.jsonl", (True, _bytes(b'{"id":' + b"9" * 2_000_000 + b',"text":"c"}\n'))
    yield "float.jsonl", (False, _bytes(b'{"id":"a","title":"b","text":"c","x":1e999999999}\n'))
    yield "keys.jsonl", (True, _bytes(json.dumps({f"k{n}": n for n in range(200_000)}).encode() + b"\n"))
    yield "quotes.md", (False, _bytes(b"> " * 20_000 + LINE))
    yield "lists.md", (False, _bytes(b"".join(b" " * n + b"- a\n" for n in range(2_000))))
    yield "brackets.md", (False, _bytes(b"[" * 50_000 + LINE))
    yield "links.md", (False, _bytes(b"[a](" * 20_000 + LINE))
    yield "stars.md", (False, _bytes(b"*a **b " * 20_000))
    yield "ticks.md", (False, _bytes(b"".join(b"`" * n + b"a" for n in range(1, 1_500))))
    aliases = "a0: &a0 [х, х]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 12))
    yield "aliases.md", (False, _bytes(f"---\n{aliases}title: *a11\n---\nМост открыт.\n".encode()))
    yield "object.md", (False, _bytes("---\ntitle: !!python/object/apply:os.getpid []\n---\nМост.\n".encode()))
    yield "pickle.jsonl", (True, _bytes(pickle.dumps({"id": 1, "text": "Мост"})))


def _large() -> Iterator[tuple[str, tuple[bool, Make]]]:
    yield "sparse.txt", (True, _sparse)
    yield "line.jsonl", (True, _pieces(b'{"id":"a","text":"' + LINE * 40_000, 300))
    yield "field.csv", (True, _pieces(b'1,a,"' + LINE.replace(b" ", b"_") * 40_000, 300, first=b"id,title,text\n"))
    yield "columns.csv", (True, _bytes(b",".join(b"c%d" % n for n in range(500_000)) + b"\n1\n"))
    yield "random.bin", (True, _bytes(os.urandom(5 * MEGABYTE)))
    yield "zeros.txt", (True, _bytes(bytes(5 * MEGABYTE)))
    yield "letters.txt", (False, _bytes("а".encode() * (20 * MEGABYTE)))
    yield "accents.txt", (False, _bytes("Мост ".encode() + "\u0301".encode() * MEGABYTE))


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20 << 30)


def _places(outside: Path) -> Iterator[tuple[str, tuple[bool, Make]]]:
    def loop(path: Path) -> None:
        path.mkdir()
        (path / "again").symlink_to(path)
        (path / "a.txt").write_text("Мост открыт.\n", "utf-8")

    def link(path: Path) -> None:
        path.mkdir()
        (path / "link.txt").symlink_to(outside)

    def deep(path: Path) -> None:
        path.mkdir()
        here = os.open(path, os.O_RDONLY)
        for _ in range(400):  # longer than a path may be
            os.mkdir("d" * 12, dir_fd=here)
            below = os.open("d" * 12, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(here)

    def pipe(path: Path) -> None:
        path.mkdir()
        os.mkfifo(path / "pipe.txt")

    def listening(path: Path) -> None:
        path.mkdir()
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path / "s.txt"))

    def device(path: Path) -> Path:
        if os.geteuid() == 0:
            try:
                os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
                return path
            except OSError:
                pass
        return Path("/dev/zero")

    def strange(path: Path) -> None:
        path.mkdir()
        for name in (b"\xff\xfe.txt", b"line\nbreak.txt", "имя с пробелом\u202e.txt".encode()):
            Path(os.fsdecode(os.fsencode(path) + b"/" + name)).write_text("Мост открыт.\n", "utf-8")

    yield "loop", (False, loop)
    yield "link", (False, link)
    yield "depth", (False, deep)
    yield "pipe", (True, pipe)
    yield "socket", (True, listening)
    yield "device.txt", (True, device)
    yield "names", (False, strange)
    yield "itself", (True, lambda path: path.symlink_to(path))
