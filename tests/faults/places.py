"""Does it work in odd places? A clock that goes back, other time zones, the first and the last year, an index that may
only be read, no locale, no home, a strict umask, spaces and Cyrillic in paths.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from index import Article, open_writer
from index.storage import folder as layout
from search import SearchRequest, open_searcher

from .process import MOLVA, PATIENCE, ROOT


@dataclass
class Places:
    """How many were tried, which could not be, and what was wrong, told."""

    tried: int = 0
    skipped: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def visit(home: Path, articles: Sequence[Article], *, every: bool) -> Places:
    """Index and search in each of them, or in every fifth of those that are an environment or a path."""
    found = Places()
    files = home / "articles.jsonl"
    rows = ({"id": one.id, "title": one.title, "text": one.text, "date": one.published} for one in articles)
    files.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    step = 1 if every else 5
    for name, environment in list(ENVIRONMENTS.items())[::step]:
        folder = home / name / "index"
        folder.parent.mkdir()
        _works(found, name, files, folder, environment)
    for name in ("с пробелом и кириллицей", 'quote\'s "and" %41 $HOME', "a" * 200, "-begins-so")[::step]:
        folder = home / "paths" / name
        copy = home / "given" / name / "статьи за год.jsonl"
        copy.parent.mkdir(parents=True)
        shutil.copy(files, copy)
        _works(found, f"path {name[:20]!r}", copy, folder, {})
    _strict_umask(found, files, home / "umask")
    _read_only(found, home / "с пробелом", files)
    _years(found, home / "years", articles)
    _clock_back(found, home / "clock", articles)
    return found


ENVIRONMENTS: Final[dict[str, Mapping[str, str | None]]] = {
    "locale C": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "locale POSIX": {"LC_ALL": "POSIX", "LANG": None, "LC_CTYPE": None},
    "unknown locale": {"LC_ALL": "xx_YY.KOI8-X"},
    "no HOME": {"HOME": None, "XDG_CACHE_HOME": None, "USER": None, "LOGNAME": None},
    "HOME that is not there": {"HOME": "/nonexistent"},
    "TZ with summer time": {"TZ": "America/New_York"},
    "TZ far ahead": {"TZ": "Pacific/Kiritimati"},
    "unknown TZ": {"TZ": "Nowhere/Town"},
    "no temporary folder": {"TMPDIR": "/nonexistent"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}


def _molva(*arguments: str | Path, environment: Mapping[str, str | None] | None = None) -> tuple[int, str, str]:
    changed = {**os.environ, **(environment or {})}
    kept = {name: value for name, value in changed.items() if value is not None}
    done = subprocess.run(
        [*MOLVA, *map(str, arguments)], cwd=ROOT, env=kept, capture_output=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")


def _works(
    found: Places, name: str, files: Path, folder: Path, environment: Mapping[str, str | None]
) -> dict[str, Any] | None:
    """Whether an index is made and answers there; the answer."""
    found.tried += 1
    for command in (["index", files], ["check"]):
        code, _, talk = _molva(*command, "--index", folder, environment=environment)
        if code:
            found.wrong.append(f"{name}: {command[0]}: exit {code}: {talk[-300:]!r}")
            return None
    return _answers(found, name, folder, environment)


def _answers(found: Places, name: str, folder: Path, environment: Mapping[str, str | None]) -> dict[str, Any] | None:
    code, said, talk = _molva("search", "город", "--index", folder, "--json", environment=environment)
    if code or not json.loads(said)["hits"]:
        found.wrong.append(f"{name}: search: exit {code}: {said[-100:]!r} {talk[-300:]!r}")
        return None
    answer: dict[str, Any] = json.loads(said)
    code, said, talk = _molva("search", "город", "--index", folder, environment=environment)
    if code or "город" not in said.lower():
        found.wrong.append(f"{name}: search as text: exit {code}: {said[-200:]!r} {talk[-300:]!r}")
    return answer


def _strict_umask(found: Places, files: Path, folder: Path) -> None:
    old = os.umask(0o077)
    try:
        _works(found, "umask 077", files, folder, {})
    finally:
        os.umask(old)


def _read_only(found: Places, home: Path, files: Path) -> None:
    """An index on a disk that may only be read answers and can be checked; who wants to write is told."""
    home.mkdir()
    folder = home / "index"
    if not _works(found, "before it is read-only", files, folder, {}):
        return
    with _mounted_read_only(folder) as is_mounted:
        if not is_mounted:
            found.skipped.append("read-only disk: nothing can be mounted here")
            return
        found.tried += 1
        _answers(found, "read-only disk", folder, {})
        code, _, talk = _molva("check", "--index", folder)
        if code:
            found.wrong.append(f"read-only disk: check: exit {code}: {talk[-300:]!r}")
        for command in (["reindex", files], ["delete", "x"], ["rollback"], ["check", "--repair"]):
            code, _, talk = _molva(*command, "--index", folder)
            if not code or "Traceback" in talk or "read-only" not in talk.lower():
                found.wrong.append(f"read-only disk: {command[0]}: exit {code}: {talk[-300:]!r}")


@contextmanager
def _mounted_read_only(folder: Path) -> Iterator[bool]:
    def mount(*arguments: str) -> bool:
        try:
            return not subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode
        except OSError:
            return False

    if os.geteuid() or not mount("--bind", str(folder), str(folder)):
        yield False
        return
    try:
        yield mount("-o", "remount,ro,bind", str(folder))
    finally:
        subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def _years(found: Places, folder: Path, articles: Sequence[Article]) -> None:
    """The first and the last day that a date can be."""
    found.tried += 1
    days = ("0001-01-01", "9999-12-31", "1969-12-31", "2038-01-20", "2024-02-29", None)
    with open_writer(folder) as writer:
        for number, (one, day) in enumerate(zip(articles, days, strict=False)):
            writer.add(replace(one, id=f"d{number}", title="Календарь", published=day), ())
        writer.publish()
    with open_searcher(folder) as molva:
        newest = [hit.id for hit in molva.search("календарь", sort="newest").hits]
        oldest = [hit.id for hit in molva.search("календарь", sort="oldest").hits]
        first = molva.search("календарь дата:0001").total.value
        last = molva.search("календарь дата:>=9999").total.value
        years = molva.timeline(SearchRequest("календарь"), "year")
    if newest[:2] != ["d1", "d3"] or oldest[:2] != ["d0", "d2"] or newest[-1] != "d5" or oldest[-1] != "d5":
        found.wrong.append(f"years: {newest} {oldest}")
    if (first, last) != (1, 1):
        found.wrong.append(f"years: {first} in the first, {last} in the last")
    if sum(period.count for period in years.periods) != 5 or len(years.periods) > 10_000:
        found.wrong.append(f"years: a timeline of {len(years.periods)}")


def _clock_back(found: Places, folder: Path, articles: Sequence[Article]) -> None:
    """Each state is published years before the one before it."""
    found.tried += 1
    for number, time in enumerate(("2030-01-01T00:00:00Z", "2010-10-31T02:30:00Z", "1970-01-01T00:00:00Z")):
        with patch.object(layout, "now", lambda time=time: time), open_writer(folder) as writer:
            writer.add(replace(articles[0], id=f"c{number}"), ())
            writer.publish()
        with open_searcher(folder) as molva:
            if molva.stats().articles != number + 1:
                found.wrong.append(f"clock: {molva.stats()}")
    if layout.rollback(folder).number != 2:
        found.wrong.append("clock: went back to another state")
