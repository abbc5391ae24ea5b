"""What happens where many want the index at once? Of writers one gets it and the others are told who has it; readers in
other processes see whole states only, however fast these are published, merged and gone back from, and hold no more
files and memory in the end than in the beginning.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from index import Article, open_writer
from index.errors import NoIndexError
from index.storage import folder as layout

from .archive import Archive, state_of
from .process import PATIENCE, ROOT, run, start

HELD: Final = 4  # exit code
HANDLES: Final = 24  # that may come to what it holds: three states of some segments, each file mapped once
GROWTH: Final = 1.05  # of a reader's memory from its first third to its end
ROOM: Final = 8 << 20  # bytes that a reader may grow by in any case: what it remembers of questions


@dataclass
class Writers:
    """Exit codes of writers that began at once, and what was wrong, told."""

    codes: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def write_at_once(home: Path, articles: Sequence[Article], writers: int, seed: int) -> Writers:
    """Let so many processes index the same files into the same folder."""
    archive = Archive(home / "archive", articles, seed)
    folder = home / "index"
    started = [start("index", archive.folder, "--index", folder) for _ in range(writers)]
    pids = {process.pid for process in started}
    found = Writers()
    for process in started:
        _, talk = process.communicate(timeout=PATIENCE)
        found.codes[process.returncode] += 1
        named = {int(number) for number in re.findall(r"\b\d{2,}\b", talk)}
        if process.returncode == HELD and not named & (pids - {process.pid}):
            found.wrong.append(f"told nobody's number: {talk!r}")
        elif process.returncode not in (0, HELD):
            found.wrong.append(f"exit {process.returncode}: {talk!r}")
    if not found.codes[0]:
        found.wrong.append("nobody got the index")
    if state_of(folder) != archive.state:
        found.wrong.append("not what the files say")
    code, _, talk = run("check", "--index", folder)
    if code:
        found.wrong.append(f"check: exit {code}: {talk!r}")
    return found


@dataclass
class Readers:
    """What reading processes saw: answers, states, and what was wrong, told."""

    answers: int = 0
    states: int = 0
    published: int = 0
    wrong: list[str] = field(default_factory=list)


def read_while_writing(home: Path, articles: Sequence[Article], seconds: float, readers: int, seed: int) -> Readers:
    """Publish, merge, rebuild and go back for so long, while processes read.

    Every article of a state holds the state's word, «выпуск17», so that an answer of two states shows.
    """
    folder = home / "index"
    chance = random.Random(seed)  # noqa: S311
    _publish(folder, articles, 0, rebuild=True)
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.reader", str(folder), str(seconds)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(readers)
    ]
    found = Readers()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found.published += 1
        if chance.random() < 0.2:
            try:
                layout.rollback(folder)
            except NoIndexError:
                continue
        else:
            _publish(folder, articles, found.published, rebuild=chance.random() < 0.3)
    for process in started:
        said, talk = process.communicate(timeout=PATIENCE)
        if process.returncode:
            found.wrong.append(f"a reader ended with {process.returncode}: {talk[-500:]}")
            continue
        told: dict[str, Any] = json.loads(said)
        found.answers += told["answers"]
        found.states = max(found.states, told["states"])
        found.wrong += told["wrong"]
        if told["handles"][1] > told["handles"][0] + HANDLES:
            found.wrong.append(f"handles: {told['handles']}")
        if told["memory"][1] > max(GROWTH * told["memory"][0], told["memory"][0] + ROOM):
            found.wrong.append(f"memory: {told['memory']}")
    return found


def _publish(folder: Path, articles: Sequence[Article], number: int, *, rebuild: bool) -> None:
    """A state in which every article is of this issue."""
    with open_writer(folder, rebuild=rebuild) as writer:
        for one in articles:
            writer.add(replace(one, text=f"выпуск{number}. {one.text}"), ())
        writer.publish()
