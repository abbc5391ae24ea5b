"""What does kill -9 of the writer cost? At random moments of index, reindex, delete and rollback: nothing that was
said to be live, and never the index.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index import Article, maintenance
from index.errors import IndexingError
from index.storage import folder as layout
from index.storage.payload import unpack_article
from index.storage.segment import open_segments
from search import SearchError

from .archive import Archive, State, state_of
from .process import killed_after, run

ACTIONS: Final = ("index", "index", "reindex", "delete", "rollback")


@dataclass
class Killed:
    """Of `rounds`: how many processes were `at_work` when they were killed, and what was wrong afterwards, told."""

    rounds: int = 0
    at_work: int = 0
    took_effect: int = 0  # killed at work, but behind the switch
    lost: list[str] = field(default_factory=list)
    unopenable: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)  # the lock, or files that no state names


def kill(home: Path, articles: Sequence[Article], rounds: int, seed: int) -> Killed:
    """Kill writers over an archive of these articles; all files lie in `home`."""
    chance = random.Random(seed)  # noqa: S311
    archive = Archive(home / "archive", articles, seed)
    index = home / "index"
    run("index", archive.folder, "--index", index)
    lasts = {action: _seconds(action, archive, index) for action in dict.fromkeys(ACTIONS)}
    found = Killed()
    for number in range(rounds):
        _round(found, f"round {number}", archive, index, lasts, chance)
    return found


def _round(
    found: Killed, name: str, archive: Archive, index: Path, lasts: dict[str, float], chance: random.Random
) -> None:
    found.rounds += 1
    action = chance.choice(ACTIONS)
    before = state_of(index)
    after = _aim(action, archive, index, before)
    moment = chance.uniform(0, lasts[action] * 1.05)
    where = f"{name}: {action} after {moment:.3f} s"
    at_work, said = killed_after(moment, *_arguments(action, archive, index, before), whole_group=chance.random() < 0.5)
    found.at_work += at_work
    try:
        now = state_of(index)
    except SearchError as error:
        found.unopenable.append(f"{where}: {error}")
        return
    allowed = [after] if _acknowledged(said) else [before, after]
    if now not in allowed:
        found.lost.append(f"{where}: {len(now)} articles, {_difference(now, allowed[-1])} differ; said {said[-200:]!r}")
    found.took_effect += at_work and now == after != before
    found.unsound += [f"{where}: {problem}" for problem in maintenance.problems(index)]
    try:
        with layout.writer_lock(index):
            layout.sweep(index)
            left = {one.name for one in (index / "segments").iterdir()}
    except IndexingError as error:
        found.held.append(f"{where}: {error}")
        return
    named = {Path(one).name for one in layout.named_files(index) or ()}
    found.held += [f"{where}: {one} is named by no state" for one in left - named]


def _aim(action: str, archive: Archive, index: Path, before: State) -> State:
    """What the index says if the action is carried out."""
    if action == "delete":
        return {name: text for name, text in before.items() if name not in _doomed(before)}
    if action == "rollback":
        return _former(index)
    return archive.change()


def _former(index: Path) -> State:
    """What the state before the live one says; where none is kept a rollback changes nothing."""
    live = layout.live_manifest(index)
    if live.parent not in layout.manifest_numbers(index):
        return state_of(index)
    segments = open_segments(index, layout.read_manifest(index, live.parent or 0))
    former = {}
    for segment in segments:
        for doc in range(segment.docs("article")):
            if segment.deleted is None or not segment.deleted[doc]:
                article = unpack_article(segment.part("article").stored[doc])
                former[article.id] = article.text
    return former


def _doomed(state: State) -> list[str]:
    return sorted(state)[::7]


def _arguments(action: str, archive: Archive, index: Path, state: State) -> list[str | Path]:
    given = {"delete": _doomed(state), "rollback": []}.get(action, [archive.folder])
    return [action, *given, "--index", index, "--json"]


def _acknowledged(said: str) -> bool:
    """Whether the process has told that it was done: then its work is there, whatever came later."""
    try:
        return bool(json.loads(said))
    except ValueError:
        return False


def _seconds(action: str, archive: Archive, index: Path) -> float:
    state = state_of(index)
    if action in ("index", "reindex"):
        archive.change()
    began = time.monotonic()
    code, _, talk = run(*_arguments(action, archive, index, state))
    if code:
        raise RuntimeError(f"molva {action} ended with {code}: {talk}")
    return time.monotonic() - began


def _difference(one: State, other: State) -> int:
    return len(dict(one.items() ^ other.items()))
