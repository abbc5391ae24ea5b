"""Which kinds of harm are done, how often in short and at length, and what is promised of each?

A row gives its figures, and what was wrong, told: nothing, if the promise holds. Times are looked at by long runs only,
on a machine that does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from index import Article

from . import (
    asked,
    bombs,
    clients,
    crowd,
    damaged,
    documents,
    hostile,
    killed,
    loaded,
    markup,
    places,
    power,
    rebuilt,
    refused,
)

Found = tuple[dict[str, Any], list[str]]
SOON: Final = 0.3  # seconds within which 99 of 100 answers come under load
AT_ONCE: Final = 0.1  # … within which somebody is refused
BESIDE: Final = 1.2  # times as long may a good client wait beside slow ones
GROWTH: Final = 1.05


class Row(NamedTuple):
    """`run` takes a folder of its own, articles, whether it is a long run, and a seed."""

    promise: str
    articles: int
    run: Callable[[Path, Sequence[Article], bool, int], Found]


def _killed(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = killed.kill(home, articles, 1_000 if long else 30, seed)
    figures = {"rounds": found.rounds, "killed at work": found.at_work, "behind the switch": found.took_effect}
    counts = {"lost": len(found.lost), "unopenable": len(found.unopenable), "unsound": len(found.unsound)}
    wrong = [*found.lost, *found.unopenable, *found.unsound, *found.held]
    return figures | counts, wrong if found.at_work else [*wrong, "nobody was killed at work: nothing was tried"]


def _power(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = power.cut(home, 500 if long else 6, seed)
    figures: dict[str, Any] = {"cuts": found.cuts, "published": found.published, "one ahead": found.ahead}
    return figures | ({"skipped": found.skipped} if found.skipped else {}), found.wrong


def _refused(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = refused.refuse(home / "calls", articles, 1 if long else 15, seed)
    rationed = refused.ration(home / "rationed", articles, 200 if long else 4, seed)
    wrong = [one for of in (found, rationed) for one in (*of.lost, *of.unclear, *of.left, *of.stuck)]
    return {
        "refused calls": found.runs,
        "told": found.refused,
        "rationed runs": rationed.runs,
        "told there": rationed.refused,
    }, wrong


def _damaged(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = damaged.damage(home, articles, 10_000 if long else 150, seed)
    return {
        "rounds": found.rounds,
        "fell back": found.fell_back,
        "refused by name": found.named,
        "harmless": found.harmless,
        "wrong answers": len(found.wrong),
        "unnoticed": len(found.unnoticed),
        "unmended": len(found.unmended),
    }, [*found.wrong, *found.unnoticed, *found.unmended]


def _hostile(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = hostile.open_each(home, articles, 1 if long else 15, seed)
    return {"folders": found.folders, "refused": found.refused}, found.wrong


def _writers(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = crowd.write_at_once(home, articles, 20, seed)
    return {"exit codes": dict(sorted(found.codes.items()))}, found.wrong


def _readers(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = crowd.read_while_writing(home, articles, 1_800 if long else 8, 4 if long else 2, seed)
    return {"answers": found.answers, "published": found.published, "states seen": found.states}, found.wrong


def _documents(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = documents.index_bad_among_good(home, articles, 1_000, seed)
    return {
        "documents": found.documents,
        "bad": found.bad,
        "refused by line": found.told,
        "MB": found.megabytes,
    }, found.wrong


def _bombs(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = bombs.burst(home, timed=long)
    return {
        "files": found.files,
        "refused": found.refused,
        "longest": found.seconds,
        "most MB": found.megabytes,
    }, found.wrong


def _asked(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = asked.ask(home, articles, 100_000 if long else 1_500, seed, timed=long)
    return {
        "requests": found.requests,
        "statuses": dict(sorted(found.statuses.items())),
        "slowest": found.slowest,
    }, found.wrong


def _load(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    figures: dict[str, Any] = {}
    wrong: list[str] = []
    for count in (20, 200):
        found = loaded.load(home / f"of {count}", articles, count, 1_800 if long else 2)
        figures[f"{count} clients"] = dict(sorted(found.statuses.items()))
        figures[f"p99 of {count}"] = found.answered.within(0.99)
        figures[f"refusals of {count}"] = found.refused.within(0.99)
        figures[f"MB of {count}"] = [held >> 20 for held in found.memory]
        wrong += found.wrong
        if not found.answered:
            wrong.append(f"nobody of {count} was answered")
        if found.handles[1] > found.handles[0] + count:
            wrong.append(f"handles of {count}: {found.handles}")
        if count == 200 and not found.refused:
            wrong.append("nobody was refused: nothing was tried")
        if long and count == 20 and found.answered.within(0.99) > SOON:
            wrong.append(f"p99 of {count}: {found.answered.within(0.99):.3f} s")
        if long and found.refused.within(0.99) > AT_ONCE:
            wrong.append(f"refusals of {count}: {found.refused.within(0.99):.3f} s")
        if long and found.memory[1] > GROWTH * found.memory[0]:
            wrong.append(f"memory of {count}: {found.memory}")
    return figures, wrong


def _beside(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    figures: dict[str, Any] = {}
    wrong: list[str] = []
    for name, run in (("dear questions", loaded.dear), ("slow clients", _slow)):
        alone, beside = run(home / name, articles, 120 if long else 2)
        figures[name] = {"p99 alone": alone.answered.within(0.99), "p99 beside": beside.answered.within(0.99)}
        wrong += alone.wrong + beside.wrong
        if not beside.answered:
            wrong.append(f"{name}: nobody was answered")
        most = SOON if run is loaded.dear else max(BESIDE * alone.answered.within(0.99), 0.02)
        if long and beside.answered.within(0.99) > most:
            wrong.append(f"{name}: {figures[name]}, expected {most:.3f} beside")
    return figures, wrong


def _slow(home: Path, articles: Sequence[Article], seconds: float) -> tuple[clients.Seen, clients.Seen]:
    return loaded.slow(home, articles, 200, seconds)


def _leaks(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = loaded.leak(home, articles, 10_000 if long else 300, publishes=1_000 if long else 3)
    wrong = list(found.wrong)
    if found.handles[1] > found.handles[0] + crowd.HANDLES:
        wrong.append(f"handles: {found.handles}")
    if long and found.memory[1] > GROWTH * found.memory[0]:
        wrong.append(f"memory: {found.memory}")
    return {"answers": dict(found.statuses), "handles": found.handles, "memory": found.memory}, wrong


def _markup(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = markup.show(home, long, seed)
    return {"pages": found.pages, "payloads": found.payloads, "skipped": found.skipped}, found.wrong


def _places(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = places.visit(home, articles, every=long)
    return {"places": found.tried, "skipped": found.skipped}, found.wrong


def _rebuilt(home: Path, articles: Sequence[Article], long: bool, seed: int) -> Found:
    found = rebuilt.rebuild(home, articles, 30 if long else 2, seed)
    times = {f"p{share:.0%}".rstrip("%"): f"{found.quantile(share) * 1000:.0f} ms" for share in (0.5, 0.99)}
    wrong = [*found.errors, *found.mixed]
    if found.answers <= len(found.states):
        wrong.append("hardly anything was asked")
    return {"answers": found.answers, "states": len(found.states), **times}, wrong


ROWS: Final[dict[str, Row]] = {
    "killed": Row("kill -9 leaves the old state or the new one, whole; the lock is free", 89, _killed),
    "power": Row("what was said to be live is there behind a power cut, on a real file system", 1, _power),
    "refused": Row(
        "where a call is refused the old state answers, the message is clear, nothing is left", 24, _refused
    ),
    "damaged": Row("bytes that changed are named; a kept state answers, or nobody: never anything else", 40, _damaged),
    "hostile": Row("no code of an index folder runs, nothing outside it is read, nobody hangs", 20, _hostile),
    "rebuilt": Row("a server answers whole states while its index is rebuilt", 89, _rebuilt),
    "readers": Row("every answer is one state's, in every process; handles and memory stay flat", 40, _readers),
    "writers": Row("of writers at once one wins, and the others are told who has the index", 24, _writers),
    "documents": Row("bad documents are listed with reasons, and the others are indexed", 89, _documents),
    "bombs": Row("hostile files are refused with a reason, or cost what harmless ones cost", 1, _bombs),
    "asked": Row("whatever is asked: 200 or a refusal, soon, never an error", 89, _asked),
    "load": Row("twenty clients are answered; of two hundred some are told when to come again", 89, _load),
    "beside": Row("dear questions and slow clients hardly disturb anybody", 89, _beside),
    "leaks": Row("handles and memory stay flat over questions and publishes", 40, _leaks),
    "markup": Row("markup stays text on every page, and no link leads to a script", 1, _markup),
    "places": Row("it works in odd places and at odd times", 20, _places),
}
