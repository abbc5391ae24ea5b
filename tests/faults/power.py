"""What does a power cut cost? On a real file system, on a disk that is a file: its journal is cut off at a random
moment, in which nothing that was not synced reaches the disk, and it is mounted again.

Only root may do so, where there are loop devices and ext4; the same in a model, at every call: tests/index/storage.
`python -m tests.faults.power INDEX FIRST` is the writer that loses its disk.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index import Article, maintenance, open_writer
from index.errors import IndexingError
from search import SearchError

from .archive import State, state_of
from .process import PATIENCE, ROOT

MEGABYTES: Final = 96
# EXT4_IOC_SHUTDOWN of Linux's include/uapi/linux/ext4.h, and its flags: without and with what waits for the journal.
SHUTDOWN: Final = 0x8004587D
WITHOUT_JOURNAL, WITH_JOURNAL = 2, 1
MOUNTED: Final = ("data=ordered", "data=writeback")  # the second promises less about bytes and names
LONGEST: Final = 0.4  # seconds from what is told first to the cut
KEPT: Final = 24  # articles that live at once
MANY: Final = 300  # publishes behind which a new index is begun


@dataclass
class Cut:
    """Of `cuts`: in how many the state behind the last one told was there, too; what was wrong, told."""

    cuts: int = 0
    published: int = 0
    ahead: int = 0
    skipped: str = ""
    wrong: list[str] = field(default_factory=list)


def cut(home: Path, cuts: int, seed: int) -> Cut:
    """Cut the power so many times under a writer that publishes without a pause."""
    chance = random.Random(seed)  # noqa: S311
    found = Cut()
    home.mkdir(parents=True, exist_ok=True)
    disk, place = home / "disk", home / "mounted"
    place.mkdir()
    if os.geteuid() or not _made(disk):
        found.skipped = "a disk in a file needs root and mkfs.ext4"
        return found
    index, first = place / "index", 0
    for number in range(cuts):
        options = MOUNTED[number % len(MOUNTED)]
        with _mounted(disk, place, options) as is_mounted:
            if not is_mounted:
                found.skipped = "nothing can be mounted here"
                return found
            if first > MANY:
                subprocess.run(["rm", "-rf", str(index)], check=True)
                first = 0
            told = _written_until_cut(index, first, chance)
        where = f"cut {number}, {options}"
        if told is None:
            found.wrong.append(f"{where}: the writer ended before")
            return found
        with _mounted(disk, place, options):
            found.cuts += 1
            found.published += told - first + 1
            now = _looked_at(found, where, index, told)
        if now is None:
            return found
        first = now + 1
    return found


def expected(number: int) -> State:
    """What the index says behind publish `number`, counted from 0."""
    lived = range(max(0, number + 1 - KEPT), number + 1)
    return {"same": f"Мост открыли в {number}-й раз."} | {f"p{one}": _text(one) for one in lived}


def _text(number: int) -> str:
    return f"На площади у вокзала прошла ярмарка номер {number}. " * (1 + number % 40)


def write(index: Path, first: int) -> None:
    """Publish from `first` on, telling the number of each that is done, until something fails."""
    with open_writer(index) as writer:
        for number in itertools.count(first):
            writer.add(Article(id="same", title="Мост", text=f"Мост открыли в {number}-й раз."), ())
            writer.add(Article(id=f"p{number}", title="Ярмарка", text=_text(number)), ())
            if number >= KEPT:
                writer.delete(f"p{number - KEPT}")
            writer.publish()
            print(number, flush=True)


def _written_until_cut(index: Path, first: int, chance: random.Random) -> int | None:
    """The last publish that was told before the cut."""
    command = [sys.executable, "-W", "ignore", "-m", __name__, str(index), str(first)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said: list[str] = [process.stdout.readline()]
    if not said[0]:
        process.wait(PATIENCE)
        return None
    # What was told before the moment of the cut counts: a line that is read later may have been told behind it.
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()))
    reader.start()
    time.sleep(chance.uniform(0, LONGEST))
    known = len(said)
    _shut_down(index.parent, chance.choice((WITHOUT_JOURNAL, WITHOUT_JOURNAL, WITH_JOURNAL)))
    time.sleep(0.01)
    process.kill()
    process.wait(PATIENCE)
    reader.join(PATIENCE)
    process.stdout.close()
    return int(said[known - 1])


def _looked_at(found: Cut, where: str, index: Path, told: int) -> int | None:
    """Which publish the index stands at; None where something is wrong."""
    try:
        state = state_of(index)
        now = int("".join(filter(str.isdecimal, state["same"])))
        # A writer goes on while a line waits to be read: three publishes at the very most.
        if now < told or now > told + 3 or state != expected(now):
            found.wrong.append(f"{where}: told {told}, stands at {now}: {len(state)} articles")
            return None
        found.wrong += [f"{where}: {problem}" for problem in maintenance.problems(index)]
    except (SearchError, IndexingError, KeyError, ValueError) as error:
        found.wrong.append(f"{where}: told {told}: {error!r}")
        return None
    found.ahead += now > told
    return now


def _shut_down(place: Path, flag: int) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", flag))
    finally:
        os.close(handle)


def _made(disk: Path) -> bool:
    with disk.open("wb") as file:
        file.truncate(MEGABYTES << 20)
    try:
        return not subprocess.run(["mkfs.ext4", "-q", "-F", str(disk)], capture_output=True, check=False).returncode
    except OSError:
        return False


@contextmanager
def _mounted(disk: Path, place: Path, options: str) -> Iterator[bool]:
    command = ["mount", "-o", f"loop,{options}", str(disk), str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        for _ in range(50):  # a process that was killed lets go of its files in a moment
            if not subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode:
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{place} is still in use")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
