"""How fast are the ten best found? Every shape on every engine, on text alone and on title and text, and the number of
all hits; how that grows with the index; what a second thread gives.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from statistics import median
from typing import Any, Final

from .engines import FIELDS, FTS5, MOLVA, NUMPY, TANTIVY, TANTIVY_SEGMENTS, WHOOSH, Engine, Opened
from .measure import Call, interleaved
from .queries import Asked, Words, ask, sample
from .setting import WHOOSH_SIZE, Setting
from .tables import Cell, Table, ratio

FEW: Final = 10  # queries for engines that take their time
TEXT: Final = ("text",)
THREADED: Final = ("frequent term (over 5 %)", "OR of 3", "question of 7 words", "AND of 3", "phrase of 2")
CLOSE: Final = 0.02  # hits may differ so much and still be the same: analyses differ in rare words


def asked_of(setting: Setting, size: int) -> dict[str, list[Asked]]:
    """The queries for an index of this size."""
    documents = setting.documents("short", size)
    return ask(Words(sample(documents, size), setting.same), setting.queries, setting.questions())


def opened(setting: Setting, size: int, *engines: Engine) -> dict[str, Opened]:
    """The installed ones of some engines, open on the short articles."""
    return {one.name: one.open(setting.index(one, "short", size)) for one in setting.present(*engines)}


def tables(setting: Setting) -> list[Table]:
    """Top-10 by size and fields; with counts; growth."""
    found: list[Table] = []
    times: dict[int, dict[str, dict[str, float]]] = {}
    for size in setting.sizes:
        # Stock Whoosh has its turn only where it has an index in reasonable time.
        some = (WHOOSH,) if size <= WHOOSH_SIZE else ()
        engines = opened(setting, size, MOLVA, NUMPY, TANTIVY, TANTIVY_SEGMENTS, FTS5, *some)
        asked = asked_of(setting, size)
        for fields in (TEXT, FIELDS):
            rows = []
            for shape, queries in asked.items():
                row, medians = _row(engines, shape, queries, fields, count=False)
                rows.append(row)
                if fields == TEXT:
                    times.setdefault(size, {})[shape] = medians
            title = f"Top-10, {' + '.join(fields)}, {size:,} short articles, µs of CPU"
            found.append(Table(f"search-{'-'.join(fields)}-{size}", title, rows, _notes(engines)))
        rows = [_row(engines, shape, queries, TEXT, count=True)[0] for shape, queries in asked.items()]
        title = f"Top-10 and the number of all hits, text, {size:,} short articles, µs of CPU"
        found.append(Table(f"search-count-{size}", title, rows))
        for one in engines.values():
            one.close()
    return [*found, *_growth(setting, times)]


def _row(
    engines: dict[str, Opened], shape: str, queries: Sequence[Asked], fields: Sequence[str], *, count: bool
) -> tuple[dict[str, Cell], dict[str, float]]:
    rounds: list[dict[str, Call]] = []
    hits: list[int] = []
    agreed: list[bool] = []
    for number, asked in enumerate(queries):
        calls: dict[str, Call] = {}
        made = {name: one.query(asked, fields) for name, one in engines.items()}
        for name, one in engines.items():
            slow = name in (FTS5.name, WHOOSH.name)
            if made[name] is not None and not (slow and number >= FEW):
                calls[name] = _call(one, made[name], count)
        rounds.append(calls)
        numbers = [one.counted(made[name]) for name, one in engines.items() if name in (MOLVA.name, TANTIVY.name)]
        hits.append(numbers[-1] if numbers else 0)
        agreed.append(max(numbers) - min(numbers) <= CLOSE * max(numbers) if numbers else False)
    medians = interleaved(rounds)
    row: dict[str, Cell] = {"shape": shape, "hits": median(hits)}
    row |= {name: medians.get(name) for name in engines}
    if TANTIVY.name in engines:
        row["tantivy ÷ molva ×"] = ratio(medians.get(TANTIVY.name), medians.get(MOLVA.name))
        row["tantivy ÷ numpy ×"] = ratio(medians.get(TANTIVY.name), medians.get(NUMPY.name))
    if MOLVA.name in engines and TANTIVY.name in engines:
        row["same hits, %"] = round(100 * sum(agreed) / len(agreed))
    return row, medians


def _call(engine: Opened, query: Any, count: bool) -> Call:
    return (lambda: engine.counted(query)) if count else (lambda: engine.top(query))


def _notes(engines: dict[str, Opened]) -> list[str]:
    notes = [
        "Median over the queries of a shape, each the best of three, engines in turn; queries are ready-made objects."
    ]
    segments = {name: str(one.segments) for name, one in engines.items() if hasattr(one, "segments")}
    notes.append(f"Segments: {', '.join(map(' '.join, segments.items()))}.")
    return [
        *notes,
        f"FTS5 and Whoosh answer the first {FEW} queries of each shape. FTS5 was given our stems, and knows no fuzzy.",
        "A misspelling keeps its first letter in Molva; tantivy and Whoosh have no such rule.",
        f"Same hits: their number differs by {CLOSE:.0%} at most between Molva and tantivy.",
    ]


def _growth(setting: Setting, times: dict[int, dict[str, dict[str, float]]]) -> list[Table]:
    if len(setting.sizes) < 2:
        return []
    small, large = setting.sizes[-2:]
    rows: list[dict[str, Cell]] = []
    for shape, before in times[small].items():
        after = times[large][shape]
        rows.append(
            {"shape": shape}
            | {f"{name} ×": ratio(after.get(name), before.get(name)) for name in after if name in before}
        )
    title = f"Growth: {large:,} articles against {small:,} ({large // small} times as many), text"
    return [Table("growth", title, rows)]


def thread_table(setting: Setting) -> list[Table]:
    """Queries a second of two threads over those of one, by the clock, turn about."""
    size = setting.sizes[-1]
    asked = [one for shape, some in asked_of(setting, size).items() if shape in THREADED for one in some]
    rows: list[dict[str, Cell]] = []
    for name, one in opened(setting, size, MOLVA, NUMPY, TANTIVY).items():
        queries = [one.query(query, TEXT) for query in asked]
        rates: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(setting.rounds):
            for threads in rates:
                rates[threads].append(_rate(one, queries, threads, setting.seconds))
        first, second = median(rates[1]), median(rates[2])
        rows.append({"engine": name, "one thread, 1/s": first, "two, 1/s": second, "two ÷ one ×": ratio(second, first)})
        one.close()
    notes = [f"A mix of {', '.join(THREADED)}; wall-clock time, so other work on the machine lowers it."]
    return [Table("threads", f"Two threads, {size:,} short articles, text", rows, notes)]


def _rate(engine: Opened, queries: Sequence[Any], threads: int, seconds: float) -> float:
    done = [0] * threads
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        place = number * len(queries) // threads
        while time.perf_counter() < end:
            engine.top(queries[place % len(queries)])
            place += 1
            done[number] += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - start)
