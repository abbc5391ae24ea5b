"""What does a disk that lies cost? Bits that flip, sectors of zeros, files cut short, swapped or gone, in every file of
an index: the harm is named by `molva check`, and a searcher answers as one of the kept states does, or says what is
wrong. It never tells anything else. Every other round a server asks files that it takes for large ones, which opening
does not read.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from index import Article, maintenance, open_writer
from index.errors import IndexingError
from index.storage import folder as layout
from index.storage.checking import Checker
from index.storage.format import WHOLE
from search import SearchError, open_searcher

SECTOR: Final = 512
QUESTIONS: Final[tuple[dict[str, Any], ...]] = (
    {"q": "город"},
    {"q": "мост закрыт", "explain": True},
    {"q": '"в городе"'},
    {"q": "мос* | река", "sort": "newest"},
    {"q": "сказал", "type": "quote", "facets": ("speaker", "year")},
    {"q": "", "limit": 100},
    {"q": "спикер:мэр", "type": "quote"},
    {"q": "деревня -дом"},
)
Answers = tuple[str, ...]


@dataclass
class Damaged:
    """Of `rounds`: what searchers answered with, and what was wrong, told."""

    rounds: int = 0
    named: int = 0  # a searcher refused, and said which file
    fell_back: int = 0
    harmless: int = 0  # every byte that counts is as it was
    wrong: list[str] = field(default_factory=list)  # an answer that no kept state gives, or an error that names nothing
    unnoticed: list[str] = field(default_factory=list)  # by `molva check`
    unmended: list[str] = field(default_factory=list)  # by `molva check --repair`


def damage(home: Path, articles: Sequence[Article], rounds: int, seed: int) -> Damaged:
    """Harm an index of these articles so many times, a fresh copy each time."""
    chance = random.Random(seed)  # noqa: S311
    sound = home / "sound"
    _three_states(sound, articles)
    states = _answers_of_states(sound, home / "state")
    files = sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file() and path.name != "LOCK")
    found = Damaged()
    for number in range(rounds):
        copy = home / "harmed"
        shutil.copytree(sound, copy)
        file = files[number % len(files)]
        harm = chance.choice(HARMS)
        told = harm(copy / file, [copy / other for other in files if other != file], chance)
        serves = bool(number // len(files) % 2)
        with patch("index.storage.format.WHOLE", 0 if serves else WHOLE):
            _look(found, f"round {number}: {file}: {told}", sound, copy, file, states, serves=serves)
        shutil.rmtree(copy)
    return found


def _three_states(folder: Path, articles: Sequence[Article]) -> None:
    """Two segments, deletions in the first, and every article told anew in the last state but one."""
    half = len(articles) // 2
    with open_writer(folder) as writer:
        for one in articles[:half]:
            writer.add(one)
        writer.publish()
        for one in articles[half:]:
            writer.add(one)
        writer.publish()
        for one in articles[: half // 2 : 3]:
            writer.delete(one.id)
        for one in articles[half::5]:
            writer.add(replace(one, text=one.text + "\n\nПозже деревня и город рассказали то же ещё раз."))
        writer.publish()


def _answers_of_states(folder: Path, scratch: Path) -> dict[Answers, int]:
    found: dict[Answers, int] = {}
    for number in reversed(layout.manifest_numbers(folder)):
        shutil.copytree(folder, scratch)
        layout.switch_to(scratch, layout.read_manifest(scratch, number))
        found[_answers(scratch)] = number
        shutil.rmtree(scratch)
    if len(found) < layout.KEPT:
        raise RuntimeError("two states answer alike: which of them answers would not show")
    return found


def _answers(folder: Path, *, serves: bool = False) -> Answers:
    """What a searcher says to all questions. Raises SearchError."""
    with open_searcher(folder, deadline=60, accelerate=serves) as molva:
        told: list[dict[str, Any]] = [{**molva.search(**question).to_dict()} for question in QUESTIONS]
        told += [{**molva.speakers(limit=100).to_dict()}]
        told += [{**molva.article(stored.article.id).to_dict()} for stored in list(molva.articles())[::7]]
    for one in told:
        one.pop("took_ms", None)
    return tuple(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in told)


def _look(
    found: Damaged, where: str, sound: Path, copy: Path, file: Path, states: dict[Answers, int], *, serves: bool
) -> None:
    found.rounds += 1
    same = (copy / file).is_file() and (copy / file).read_bytes() == (sound / file).read_bytes()
    # Without the oldest state's manifest nothing says that there was one.
    may_be_missing = not (copy / file).exists() and (
        file.parts[0] in ("extracts", "derived") or file.name == min(map(_name, sound.glob("manifests/*")))
    )
    found.harmless += same or may_be_missing
    try:
        answers = _answers(copy, serves=serves)
    except SearchError as error:
        found.named += 1
        if str(copy) not in str(error):
            found.wrong.append(f"{where}: {type(error).__name__}: {error}")
    except Exception as error:
        found.wrong.append(f"{where}: {error!r}")
    else:
        if answers not in states:
            found.wrong.append(f"{where}: no kept state answers so")
        else:
            found.fell_back += states[answers] != max(states.values())
    problems = _problems(copy)
    if not (same or may_be_missing) and not any(file.stem in problem for problem in problems):
        found.unnoticed.append(f"{where}: {problems}")
    if _has_sound_state(copy):
        maintenance.check(copy, repair=True)
        if _problems(copy) or _answers(copy) not in states:
            found.unmended.append(f"{where}: {_problems(copy)}")


def _name(path: Path) -> str:
    return path.name


def _problems(folder: Path) -> list[str]:
    try:
        return maintenance.problems(folder)
    except IndexingError as error:
        return [str(error)]


def _has_sound_state(folder: Path) -> bool:
    checker = Checker(folder)
    return any(not checker.problems(state) for state in layout.fallbacks(folder))


# -- harm


def _flip(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    if not data:
        return "is empty"
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    path.write_bytes(data)
    return f"bit {bit} of byte {at} flipped"


def _zero(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data) // SECTOR + 1) * SECTOR
    data[at : at + SECTOR] = bytes(len(data[at : at + SECTOR]))
    path.write_bytes(data)
    return f"a sector of zeros at {at}"


def _cut(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    size = chance.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.truncate(size)
    return f"cut to {size} bytes"


def _grow(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    with path.open("ab") as file:
        file.write(chance.randbytes(1 + chance.randrange(SECTOR)))
    return "bytes behind its end"


def _swap(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    other = chance.choice([one for one in others if one.suffix == path.suffix] or list(others))
    one, two = path.read_bytes(), other.read_bytes()
    path.write_bytes(two)
    other.write_bytes(one)
    return f"swapped with {other.name}"


def _lose(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    path.unlink()
    return "lost"


def _garble(path: Path, others: Sequence[Path], chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    data[at : at + 64] = chance.randbytes(len(data[at : at + 64]))
    path.write_bytes(data)
    return f"64 strange bytes at {at}"


HARMS: Final[tuple[Callable[[Path, Sequence[Path], random.Random], str], ...]] = (
    *(_flip, _flip, _flip, _zero, _zero, _cut, _grow, _swap, _lose, _garble),
)
