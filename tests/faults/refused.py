"""What does it cost when the system says no? No room, no right, a broken disk, no handle left: at each call that
changes the index, and in whole processes whose files or handles are rationed. The state before answers, the message is
clear, nothing is left behind, and the next run does the work.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from index import Article, maintenance, open_writer
from index.errors import IndexingError
from index.storage import disk
from index.storage import folder as layout

from .archive import State, state_of
from .process import run

CALLS: Final = ("create", "write", "sync", "close", "rename", "sync_folder", "remove", "make_folder")
LEAST: Final = 5  # handles: with fewer Python itself does not start
ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EACCES)
Action = Callable[[Path, Sequence[Article]], object]


@dataclass
class Refused:
    """Of `runs` with one refused call each, or rationed: what was wrong, told."""

    runs: int = 0
    refused: int = 0  # runs that said so; the others did without what was refused
    lost: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)  # messages that are no message
    left: list[str] = field(default_factory=list)  # files that no state names
    stuck: list[str] = field(default_factory=list)  # the next run does not do the work


# -- one call


def refuse(home: Path, articles: Sequence[Article], every: int, seed: int) -> Refused:
    """Refuse each `every`-th call of each action once, with each error."""
    start = random.Random(seed).randrange(every)  # noqa: S311
    sound = home / "sound"
    index(sound, articles[::2])
    index(sound, articles[: len(articles) // 2])
    before = state_of(sound)
    found = Refused()
    for name, action in ACTIONS.items():
        shutil.copytree(sound, done := home / "done")
        calls = _calls(action, done, articles)
        after = state_of(done)
        shutil.rmtree(done)
        for number in range(start % max(calls, 1), calls, every):
            for code in ERRORS:
                shutil.copytree(sound, copy := home / "copy")
                where = f"{name}: call {number} of {calls}: {os.strerror(code)}"
                _try(found, where, action, copy, articles, number, code, before, after)
                shutil.rmtree(copy)
    return found


def index(folder: Path, articles: Sequence[Article]) -> None:
    """Add these articles."""
    with open_writer(folder) as writer:
        for one in articles:
            writer.add(one)
        writer.publish()


def _adds(folder: Path, articles: Sequence[Article]) -> None:
    index(folder, [replace(one, text=one.text + " Дополнено.") for one in articles[::3]])


def _rebuilds(folder: Path, articles: Sequence[Article]) -> None:
    with open_writer(folder, rebuild=True) as writer:
        for one in articles[1::2]:
            writer.add(one)
        writer.publish()


def _deletes(folder: Path, articles: Sequence[Article]) -> None:
    with open_writer(folder) as writer:
        for one in articles[::4]:
            writer.delete(one.id)
        writer.publish()


def _goes_back(folder: Path, articles: Sequence[Article]) -> None:
    layout.rollback(folder)


ACTIONS: Final[dict[str, Action]] = {
    "index": _adds,
    "reindex": _rebuilds,
    "delete": _deletes,
    "rollback": _goes_back,
}


class _Refuser:
    """Lets the calls of `disk` through, counts them, and refuses one."""

    def __init__(self, number: int, code: int) -> None:
        self.count = 0
        self.number, self.code = number, code

    def around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            number, self.count = self.count, self.count + 1
            if number == self.number:
                if name == "close":  # the system lets go of a handle, whatever it says
                    real(*arguments)
                raise OSError(self.code, os.strerror(self.code))
            return real(*arguments)

        return call

    def patches(self) -> Iterator[Any]:
        for name in CALLS:
            yield patch.object(disk, name, self.around(name, getattr(disk, name)))


def _refusing(action: Action, folder: Path, articles: Sequence[Article], number: int, code: int) -> tuple[int, object]:
    """How many calls there were, and what was raised."""
    refuser = _Refuser(number, code)
    patches = list(refuser.patches())
    for one in patches:
        one.start()
    try:
        action(folder, articles)
    except Exception as error:
        return refuser.count, error
    finally:
        for one in patches:
            one.stop()
    return refuser.count, None


def _calls(action: Action, folder: Path, articles: Sequence[Article]) -> int:
    count, error = _refusing(action, folder, articles, -1, 0)
    if error is not None:
        raise RuntimeError(f"fails by itself: {error!r}")
    return count


def _try(
    found: Refused,
    where: str,
    action: Action,
    folder: Path,
    articles: Sequence[Article],
    number: int,
    code: int,
    before: State,
    after: State,
) -> None:
    _, error = _refusing(action, folder, articles, number, code)
    found.runs += 1
    found.refused += error is not None
    if error is not None and not _is_clear(error, folder):
        found.unclear.append(f"{where}: {error!r}")
    now = state_of(folder)
    if now not in ((before, after) if error is not None else (after,)):
        found.lost.append(f"{where}: {len(now)} articles, raised {error!r}")
    found.lost += [f"{where}: {problem}" for problem in maintenance.problems(folder)]
    if error is not None and now == before:
        action(folder, articles)
        if state_of(folder) != after:
            found.stuck.append(where)
    with layout.writer_lock(folder):
        layout.sweep(folder)
    found.left += [f"{where}: {name}" for name in _unnamed(folder)]


def _is_clear(error: object, folder: Path) -> bool:
    return isinstance(error, IndexingError | OSError) and (str(folder) in str(error) or isinstance(error, OSError))


def _unnamed(folder: Path) -> set[str]:
    named = layout.named_files(folder) or set()
    return {one.name for one in (folder / "segments").iterdir()} - named


# -- rationed processes


def ration(home: Path, articles: Sequence[Article], rounds: int, seed: int) -> Refused:
    """Run `molva` with ever so few handles, and with files no longer than this: as on a full disk."""
    from .archive import Archive

    chance = random.Random(seed)  # noqa: S311
    archive = Archive(home / "archive", articles, seed)
    folder = home / "index"
    run("index", archive.folder, "--index", folder)
    largest = max(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    found = Refused()
    for number in range(rounds):
        before = state_of(folder)
        after = archive.change()
        action = ("index", "reindex")[number % 2]
        limits = (
            {resource.RLIMIT_FSIZE: chance.randrange(largest)}
            if number % 4 < 2
            else {resource.RLIMIT_NOFILE: LEAST + chance.randrange(30)}
        )
        where = f"{action} with {limits}"
        code, _, talk = run(action, archive.folder, "--index", folder, limits=limits)
        found.runs += 1
        found.refused += code != 0
        if code and ("Traceback" in talk or not talk.strip()):
            found.unclear.append(f"{where}: exit {code}: {talk[-300:]!r}")
        now = state_of(folder)
        if now != (before if code else after):
            found.lost.append(f"{where}: exit {code}, {len(now)} articles: {talk[-300:]!r}")
        found.lost += [f"{where}: {problem}" for problem in maintenance.problems(folder)]
        code, _, talk = run(action, archive.folder, "--index", folder)
        if code or state_of(folder) != after:
            found.stuck.append(f"{where}: then {code}: {talk[-300:]!r}")
        found.left += [f"{where}: {name}" for name in _unnamed(folder)]
    return found
