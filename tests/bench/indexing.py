"""How fast are documents indexed, in how much memory, into how many bytes? Each build in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from typing import Final

from .engines import FTS5, MOLVA, TANTIVY, TANTIVY_SEGMENTS, WHOOSH, Engine
from .measure import Run, folder_bytes, in_child
from .setting import WHOOSH_SIZE, Setting
from .tables import Cell, Table, ratio

MEGA: Final = 1e6
ONE_ROUND_FROM: Final = 500_000  # documents: a build takes minutes, and each is made once
# What lies in our files, by the beginning of an array's name behind its part.
GROUPS: Final = {
    "postings": ("post.", "big.", "block.", "dense.", "len"),
    "positions": ("pos.at",),
    "forms": ("pos.form", "wide.", "forms.", "spelt."),
    "dictionary": ("terms.",),
    "stored": ("stored.",),
}
# tantivy's file types: https://docs.rs/tantivy/latest/tantivy/index/enum.SegmentComponent.html
SUFFIXES: Final = {
    "idx": "postings",
    "fieldnorm": "postings",
    "pos": "positions",
    "term": "dictionary",
    "store": "stored",
}


def tables(setting: Setting) -> list[Table]:
    """Speed and memory by size; bytes by what they are for."""
    found = []
    for size in setting.sizes:
        found.append(_speed(setting, size))
        found.append(_bytes(setting, size))
    return [*found, *_jobs(setting)]


def _speed(setting: Setting, size: int) -> Table:
    some = (WHOOSH,) if size <= WHOOSH_SIZE else ()
    engines = setting.present(MOLVA, TANTIVY, TANTIVY_SEGMENTS, FTS5, *some)
    runs: dict[str, list[Run]] = {}
    for _ in range(1 if size >= ONE_ROUND_FROM else setting.rounds):
        for engine in engines:
            runs.setdefault(engine.name, []).append(setting.build(engine, "short", size))
    text = setting.documents("short", size).stat().st_size
    cpu = {name: median(run["cpu"] for run in some) for name, some in runs.items()}
    rows: list[dict[str, Cell]] = [
        {
            "engine": name,
            "documents/s of CPU": size / cpu[name],
            "MB/s of CPU": text / cpu[name] / MEGA,
            "documents/s by the clock": size / median(run["wall"] for run in some),
            "peak memory, MB": round(max(run["own"] for run in some) / MEGA),
            "with mapped files": round(max(run["peak"] for run in some) / MEGA),
            "molva ÷ this ×": ratio(cpu[name], cpu.get(MOLVA.name)),
        }
        for name, some in runs.items()
    ]
    notes = ["One thread on one core, title and text with positions, both stored; reading the JSON lines is in it."]
    return Table(f"indexing-{size}", f"Indexing, {size:,} short articles", rows, notes)


def _jobs(setting: Setting) -> list[Table]:
    """Our own processes, by the clock."""
    if not setting.present(MOLVA):
        return []
    size = setting.sizes[-1] if setting.sizes[-1] < ONE_ROUND_FROM else setting.sizes[0]
    documents = setting.documents("short", size)
    walls: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(setting.rounds):
        for jobs in walls:
            folder = setting.work / "jobs"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            walls[jobs].append(in_child("load", str(jobs), str(documents), str(folder), one_core=False)["wall"])
            shutil.rmtree(folder)
    rows: list[dict[str, Cell]] = [
        {
            "jobs": str(jobs),
            "documents/s by the clock": size / median(some),
            "against one ×": ratio(median(walls[1]), median(some)),
        }
        for jobs, some in walls.items()
    ]
    return [Table("jobs", f"Indexing with processes, {size:,} short articles", rows)]


def _bytes(setting: Setting, size: int) -> Table:
    documents = setting.documents("short", size).stat().st_size
    rows: list[dict[str, Cell]] = []
    for engine in setting.present(MOLVA, TANTIVY, FTS5):
        folder = setting.index(engine, "short", size)
        total = folder_bytes(folder)
        by_group = _groups(engine, folder)
        row: dict[str, Cell] = {"engine": engine.name, "MB": total / MEGA, "of the JSON lines ×": total / documents}
        row |= {group: count / MEGA for group, count in by_group.items()}
        if by_group:
            row["rest"] = (total - sum(by_group.values())) / MEGA
        rows.append(row)
    sizes = {str(row["engine"]): row["MB"] for row in rows}
    ours, theirs = sizes.get(MOLVA.name), sizes.get(TANTIVY.name)
    notes = ["MB by what they are for. FTS5 keeps all in one file, and stores the texts as they are."]
    if isinstance(ours, float) and isinstance(theirs, float):
        notes.append(f"Molva takes {ours / theirs:.2f} times the bytes of tantivy, which knows no surface forms.")
    return Table(f"bytes-{size}", f"Index size, {size:,} short articles", rows, notes)


def _groups(engine: Engine, folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    if engine == TANTIVY:
        for path in folder.iterdir():
            group = SUFFIXES.get(path.suffix[1:])
            if group:
                found[group] = found.get(group, 0) + path.stat().st_size
    elif engine == MOLVA:
        from .molva_engine import array_bytes

        for name, count in array_bytes(folder).items():
            group = next((group for group, starts in GROUPS.items() if name.startswith(starts)), None)
            if group:
                found[group] = found.get(group, 0) + count
    return found
