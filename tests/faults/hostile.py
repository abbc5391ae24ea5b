"""What can an index folder do to whoever opens it? Somebody else made it: pickles, links, pipes, paths that lead out,
numbers that overflow, with checksums that are right. No code of it runs, nothing outside is read, and nobody hangs.

`python -m tests.faults.hostile FOLDER OUTSIDE` opens one and tells as JSON what happened; Python's own audit events say
which files were opened, wherever a link led, and whether anything was unpickled or run.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from index import Article, maintenance, open_writer
from index.errors import IndexingError
from index.storage import manifest as manifests
from index.storage.format import FOOTER, MAGIC, checksum
from search import SearchError, open_searcher

from .process import ROOT

LONGEST: Final = 60.0  # seconds until it hangs; on a quiet machine each takes one
FAR: Final[tuple[Any, ...]] = (-1, 2**31, 2**53 + 1, 2**63 - 1, 2**64, 10**400, 1.5, True, None, "1", [], {})
OUT: Final = ("../outside/secret", "/etc/passwd", "a/b", "..", "", ".", "a\0b", "%2e%2e", "con:aux", "a" * 10_000)
RUNS: Final = ("pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn")


@dataclass
class Hostile:
    """How many folders were opened, how many refused in words; what was wrong, told."""

    folders: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


def open_each(home: Path, articles: Sequence[Article], every: int, seed: int) -> Hostile:
    """Every so many-th of the folders, from `seed` on."""
    sound, outside = home / "sound", home / "outside"
    with open_writer(sound) as writer:
        for one in articles:
            writer.add(one)
        writer.publish()
        writer.delete(articles[0].id)
        writer.publish()
    found = Hostile()
    for name, harm in list(_harms(sound))[seed % every :: every]:
        copy = home / "index"
        shutil.copytree(sound, copy)
        shutil.copytree(sound, outside)
        (outside / "secret").write_text("this must not be read")
        harm(copy, outside)
        _open(found, name, copy, outside)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.rmtree(outside)
    return found


def _open(found: Hostile, name: str, folder: Path, outside: Path) -> None:
    found.folders += 1
    command = [sys.executable, "-W", "ignore", "-m", __name__, str(folder), str(outside)]
    began = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LONGEST, check=False, text=True)
    except subprocess.TimeoutExpired:
        found.wrong.append(f"{name}: hangs")
        return
    if done.returncode or not done.stdout:
        found.wrong.append(
            f"{name}: exit {done.returncode} after {time.monotonic() - began:.0f} s: {done.stderr[-300:]}"
        )
        return
    told = json.loads(done.stdout)
    found.refused += bool(told["refused"])
    found.wrong += [f"{name}: {event}" for event in told["events"]]
    found.wrong += [f"{name}: an error that is none of ours: {error}" for error in told["errors"]]


# -- the process that opens it


def opened(folder: Path, outside: Path) -> dict[str, list[str]]:
    """Ask it, check it, look at its states, all with an ear on what Python does."""
    told: dict[str, list[str]] = {"events": [], "refused": [], "errors": []}
    watching = [True]

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching[0] or not event.startswith(("open", "os.listdir", "os.scandir", *RUNS)):
            return
        if event in RUNS:
            told["events"].append(f"{event} {arguments!r:.200}")
        elif arguments and isinstance(arguments[0], str | bytes | os.PathLike):
            path = Path(os.fsdecode(arguments[0]))
            follows = event != "open" or not arguments[2] & os.O_NOFOLLOW
            real = os.path.realpath(path if follows else path.parent)
            if real.startswith(str(outside)):
                told["events"].append(f"{event} of {real}")

    def search() -> None:
        with open_searcher(folder) as molva:
            for question in ("город", '"в городе"', "спикер:мэр", "мос*", ""):
                molva.search(question)
            molva.speakers(limit=10)
            molva.suggest("го")
            molva.stats()
            next(molva.articles(), None)

    def as_a_server() -> None:
        with open_searcher(folder, accelerate=True) as molva:
            molva.search("город")

    sys.addaudithook(hear)
    steps: tuple[Callable[[], object], ...] = (
        *(search, as_a_server, lambda: maintenance.problems(folder), lambda: maintenance.generations(folder)),
        *(lambda: maintenance.read_states(folder), lambda: maintenance.check(folder, repair=True), search),
    )
    for step in steps:
        try:
            step()
        except (SearchError, IndexingError) as error:
            told["refused"].append(str(error))
        except Exception as error:
            told["errors"].append(repr(error)[:300])
    watching[0] = False
    return told


# -- what is done to a folder


Harm = Callable[[Path, Path], object]
Change = Callable[[dict[str, Any]], object]


def _harms(sound: Path) -> Iterator[tuple[str, Harm]]:
    files = sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file() and path.name != "LOCK")
    for file in [*files, Path("speakers.json"), Path("abbreviations.json")]:
        yield f"{file} is a link", _linked(file)
        yield f"{file} is a pipe", _piped(file)
        yield f"{file} is a folder", _as_folder(file)
        yield f"{file} is a pickle", _pickled(file)
        yield f"{file} is endless", _endless(file)
        yield f"{file} is deep", _filled(file, b"[" * 200_000)
        yield f"{file} is deep in braces", _filled(file, b'{"a":' * 200_000)
        yield f"{file} has a number without end", _filled(file, b'{"version": ' + b"9" * 100_000 + b"}")
    for name in ("manifests", "segments", "extracts", "derived"):
        yield f"{name} is a link", _linked(Path(name))
        yield f"{name} is a file", _filled(Path(name), b"")
    for value in FAR:
        for key in ("number", "parent", "format", "schema", "analysis"):
            yield f"manifest: {key} is {value!r:.30}", _manifest(_put(key, value))
        for key in ("bytes", "articles", "quotes", "deleted", "deleted_quotes", "checksum", "name"):
            yield f"segment: {key} is {value!r:.30}", _manifest(_put("segments", 0, key, value))
    for path in OUT:
        yield f"segment named {path!r:.30}", _manifest(_put("segments", 0, "name", path))
        yield f"deletions named {path!r:.30}", _manifest(_put("segments", 0, "deletions", "file", path))
        yield f"CURRENT names {path!r:.30}", _filled(Path("CURRENT"), path.encode() + b"\n")
        yield f"token {path!r:.30}", _manifest(_put("token", path))
    yield "manifest: segments without end", _manifest(_put("segments", [{"name": "a"}] * 1_000_000))
    yield "manifest: no segments", _manifest(_put("segments", {}))
    for dtype in ("|O", "O", "|V9223372036854775807", "<M8[ns]", "<U999999999", "|S0", "object", "<f8, <O8", 7):
        yield f"an array of {dtype!r}", _directory(0, dtype)
    for value in FAR:
        for at, what in ((1, "items"), (2, "offset"), (3, "bytes")):
            yield f"an array whose {what} are {value!r:.30}", _directory(at, value)
    for value in (2**62, -1, "x", {}):
        for key in ("docs", "fields", "first", "tokens", "mean"):
            yield f"meta: {key} is {value!r}", _forged(_put("meta", "parts", "article", key, value))


def _gone(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _linked(file: Path) -> Harm:
    def harm(folder: Path, outside: Path) -> None:
        _gone(folder / file)
        if not (outside / file).exists():
            (outside / file).write_text('{"version": 1, "merged": [], "aliases": []}')
        (folder / file).symlink_to(outside / file)

    return harm


def _piped(file: Path) -> Harm:
    def harm(folder: Path, outside: Path) -> None:
        _gone(folder / file)
        os.mkfifo(folder / file)

    return harm


def _as_folder(file: Path) -> Harm:
    def harm(folder: Path, outside: Path) -> None:
        _gone(folder / file)
        (folder / file).mkdir()

    return harm


def _endless(file: Path) -> Harm:
    def harm(folder: Path, outside: Path) -> None:
        with (folder / file).open("ab") as opened:
            opened.truncate(1 << 40)  # a hole: it takes no room on the disk

    return harm


class _Runs:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("exit 1",)


def _pickled(file: Path) -> Harm:
    return _filled(file, pickle.dumps(_Runs()))


def _filled(file: Path, content: bytes) -> Harm:
    def harm(folder: Path, outside: Path) -> None:
        _gone(folder / file)
        (folder / file).write_bytes(content)

    return harm


def _live(folder: Path) -> Path:
    return folder / "manifests" / manifests.file_name(int((folder / "CURRENT").read_text().partition(".")[0]))


def _manifest(change: Change) -> Harm:
    """A manifest with other content, and a checksum that is right."""

    def harm(folder: Path, outside: Path) -> None:
        path = _live(folder)
        raw = json.loads(path.read_bytes())
        del raw["checksum"]
        change(raw)
        sealed = checksum(json.dumps(raw, sort_keys=True, separators=(",", ":")).encode()).hex()
        path.write_text(json.dumps({**raw, "checksum": sealed}, indent=1))

    return harm


def _put(*place: Any) -> Change:
    """Puts the last of `place` where the others lead."""

    def change(raw: Any) -> None:
        *way, last, value = place
        for step in way:
            raw = raw[step]
        raw[last] = value

    return change


def _forged(change: Change) -> Harm:
    """A segment with another directory, and every checksum on the way to it right."""

    def harm(folder: Path, outside: Path) -> None:
        path = next((folder / "segments").glob("*.seg"))
        data = path.read_bytes()
        at, length, _, _ = FOOTER.unpack(data[-FOOTER.size :])
        directory = json.loads(data[at : at + length])
        change(directory)
        body = json.dumps(directory, ensure_ascii=False, separators=(",", ":")).encode()
        path.write_bytes(data[:at] + body + FOOTER.pack(at, len(body), checksum(body), MAGIC))
        size, sealed = path.stat().st_size, checksum(body).hex()
        _manifest(lambda raw: raw["segments"][0].update(bytes=size, checksum=sealed))(folder, outside)

    return harm


def _directory(at: int, value: object) -> Harm:
    """An array in the middle, one number or word of whose entry is another."""

    def change(directory: dict[str, Any]) -> None:
        names = sorted(directory["arrays"])
        directory["arrays"][names[len(names) // 2]][at] = value

    return _forged(change)


if __name__ == "__main__":
    print(json.dumps(opened(Path(sys.argv[1]), Path(os.path.realpath(sys.argv[2])))))
