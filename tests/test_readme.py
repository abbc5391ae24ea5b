"""What README.md says works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from search.query.language import parse
from web.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str, containing: str) -> str:
    found = [code for code in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if containing in code]
    assert len(found) == 1
    return str(found[0])


def section(title: str) -> str:
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python", "open_writer"), "README.md", "exec"), {})  # noqa: S102 - our own README
    assert capsys.readouterr().out == "1 {'id': 'arkadii-berezov', 'name': 'Аркадий Берёзов'}\n"


def test_every_command_that_it_names_exists_and_the_reverse() -> None:
    named = set(re.findall(r"`molva ([a-z]+)", README))
    assert named == set(main.list_commands(click.Context(main)))


def test_every_query_in_the_table_is_read_without_a_warning() -> None:
    rows = [row for row in section("Query language").splitlines() if row.startswith("| ") and "`" in row]
    queries = [code for row in rows for code in re.findall(r"`([^`]+)`", row.replace("\\|", "¦").split("|")[2])]
    assert len(queries) >= 20
    for query in queries:
        typed = query.replace("¦", "|")
        if re.fullmatch(r"(\w+: ?)+", typed):
            typed = " ".join(f"{name}прямая" for name in typed.split())
        elif re.fullmatch(r"(>=)?\d{4}[\d.-]*", typed):
            typed = f"дата:{typed}"
        assert parse(typed).warnings == (), typed


def test_its_pictures_and_pages_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
