"""How are figures shown? As Markdown tables with machine, date and versions, and as JSON to compare runs by."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

Cell = str | int | float | None
PACKAGES = ("numpy", "numba", "tantivy", "Whoosh")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind. A column whose name ends in `×` holds ratios; None is shown as a dash."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Cell]]
    notes: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """Title, table, notes."""
        columns = list(dict.fromkeys(column for row in self.rows for column in row))
        lines = [
            f"### {self.title}",
            "",
            "| " + " | ".join(columns) + " |",
            "|" + "|".join("---" if place == 0 else "---:" for place in range(len(columns))) + "|",
            *("| " + " | ".join(shown(row.get(column), column) for column in columns) + " |" for row in self.rows),
        ]
        return "\n".join([*lines, *(["", *(f"- {note}" for note in self.notes)] if self.notes else [])])


def shown(value: Cell, column: str) -> str:
    """A figure with three digits that count."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    digits = 0 if abs(value) >= 100 or isinstance(value, int) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}" + ("×" if column.endswith("×") else "")


def ratio(one: float | None, other: float | None) -> float | None:
    """`one / other`, None where either is missing."""
    return one / other if one is not None and other else None


def about() -> dict[str, str]:
    """Date, machine and versions."""
    found = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "model\t"))]
    return " ".join(reversed(named[:2])) if named else platform.machine()


def save(file: Path, tables: Sequence[Table]) -> None:
    """All figures as JSON: {"about": …, "tables": […]}."""
    found = {"about": about(), "tables": [asdict(table) for table in tables]}
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
