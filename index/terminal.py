"""How does the command line talk? Data to stdout, talk and progress to stderr; errors become exit codes.

0 ok · 1 some inputs were rejected (`check`: the live state is sound, a kept one beside it is not) · 2 usage ·
3 index damaged, or its cluster out of reach · 4 another writer holds the index
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar

import click

from .errors import ClusterError, DamagedIndexError, IndexingError, LockedError, SettingsError, UnsupportedIndexError
from .settings import index_folder

if TYPE_CHECKING:  # imported where there is a bar to draw
    from rich.progress import Progress

REJECTED: Final = 1
KEPT_DAMAGED: Final = 1
USAGE: Final = 2
DAMAGED: Final = 3
LOCKED: Final = 4

P = ParamSpec("P")
R = TypeVar("R")


def fail(message: object, code: int) -> click.exceptions.Exit:
    """Say on stderr what went wrong; the caller raises what this returns."""
    click.echo(f"molva: {message}", err=True)
    return click.exceptions.Exit(code)


def exit_code_of(error: IndexingError) -> int:
    """The exit code that an error of the write side means."""
    if isinstance(error, LockedError):
        return LOCKED
    return DAMAGED if isinstance(error, (ClusterError, DamagedIndexError, UnsupportedIndexError)) else USAGE


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Errors of the write side as a message and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except IndexingError as error:
            raise fail(error, exit_code_of(error)) from error

    return run


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--index DIR`, given to the command as `index: Path`."""
    return click.option(
        "--index",
        type=click.Path(path_type=Path),
        callback=lambda context, parameter, value: _folder(value),
        metavar="DIR",
        help="Folder of the index (default: MOLVA_INDEX, else ./molva-index).",
    )(command)


def _folder(given: Path | None) -> Path:
    try:
        return index_folder(given)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`, given to the command as `as_json: bool`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """One JSON document on stdout, readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    """One JSON document on one line of stdout."""
    click.echo(json.dumps(value, ensure_ascii=False))


class IndexingProgress:
    """A bar with rate and time left on a terminal; elsewhere a plain line now and then, so that logs stay short."""

    EVERY: Final = 5.0  # seconds between plain lines

    def __init__(self, total_bytes: int) -> None:
        self.total = max(total_bytes, 1)
        self.began = self.said = time.monotonic()
        self.written = False
        self.bar: Progress | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            columns = ("{task.description}", BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"))
            self.bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("0 articles", total=self.total, rate="")

    def show(self, articles: int, done_bytes: int, *, publishing: bool = False, compiling: bool = False) -> None:
        """Called for each article; cheap. `compiling`: a process beside this one compiles, once for this machine."""
        if publishing:
            self._publishing(articles)
            return
        now = time.monotonic()
        if now - self.said < (0.1 if self.bar else self.EVERY):
            return
        self.said = now
        elapsed = max(now - self.began, 1e-9)
        rate = f"{articles / elapsed:,.0f} articles/s" + (", compiling (once)" if compiling else "")
        if self.bar:
            self.bar.update(self.task, completed=min(done_bytes, self.total), rate=rate)
            self.bar.update(self.task, description=f"{articles:,} articles")
            return
        share = min(done_bytes / self.total, 1.0)
        left = f", {elapsed * (1 - share) / share:,.0f} s left" if share > 0 else ""
        click.echo(f"{articles:,} articles, {share:.0%}, {rate}{left}", err=True)

    def _publishing(self, articles: int) -> None:
        """Said once: from here on there is no telling how long it takes."""
        if self.written:
            return
        self.written = True
        if self.bar:
            self.bar.update(self.task, total=None, rate="", description=f"{articles:,} articles read, writing")
        elif time.monotonic() - self.began > self.EVERY:
            click.echo(f"{articles:,} articles read, writing", err=True)

    def __enter__(self) -> Self:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()
