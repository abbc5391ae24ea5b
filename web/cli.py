"""The `molva` command: all commands of the write and the read side, and those that serve: serve, demo."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import NoIndexError
from index.terminal import USAGE, fail, index_option
from search.cli import COMMANDS as SEARCH_COMMANDS
from search.cli import reports_search_errors
from search.errors import IndexUnavailableError
from search.searcher import open_searcher

if TYPE_CHECKING:  # Flask is imported by those who serve
    from .logs import Format

INTERRUPTED = 130  # as a shell counts a process that Ctrl-C ended
NEWSPAPER = Path(__file__).parent / "demo" / "vestnik.jsonl"

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
SERVING_OPTIONS = (
    click.option(
        "--workers",
        type=click.IntRange(0, 256),
        default=1,
        show_default=True,
        help="Processes that answer; 0: one for each core.",
    ),
    click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads of a process."),
    click.option(
        "--grace",
        type=click.FloatRange(0, 3600),
        default=10,
        show_default=True,
        help="Seconds that requests have to come to their end when the server is stopped.",
    ),
    click.option(
        "--log-format",
        type=click.Choice(["plain", "json", "none"]),
        default="plain",
        show_default=True,
        help="A line on stderr for each request, or none.",
    ),
    click.option("--log-queries", is_flag=True, help="Say in the log what was asked for."),
    click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address that answers /metrics."),
    click.option(
        "--metrics-port",
        type=click.IntRange(1, 65535),
        envvar="MOLVA_METRICS_PORT",
        help="Port that answers /metrics (Prometheus); none by default.",
    ),
)


class Commands(click.Group):
    """Commands of the write side, and those about speakers, are imported when one of them is asked for: a search need
    not wait for them.
    """

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted({*self.commands, *_speaker_commands(), *_write_commands()})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        return self.commands.get(name) or _speaker_commands().get(name) or _write_commands().get(name)


def _speaker_commands() -> dict[str, click.Command]:
    from search.speakers_cli import COMMANDS

    return {command.name or "": command for command in COMMANDS}


def _write_commands() -> dict[str, click.Command]:
    from index import compiling
    from index.cli import COMMANDS
    from search.engine.acceleration import KERNELS

    if KERNELS not in compiling.MODULES:  # a long indexing run compiles what a server will need
        compiling.MODULES.append(KERNELS)
    return {command.name or "": command for command in COMMANDS}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="molva", prog_name="molva")
def main() -> None:
    """Molva: full-text search for Russian articles and the quotes in them."""


def serving_options(command: Callable[..., None]) -> Callable[..., None]:
    """How a server runs."""
    for option in reversed(SERVING_OPTIONS):
        command = option(command)
    return command


@click.command()
@index_option
@host_option
@port_option
@serving_options
@reports_search_errors
def serve(index: Path, host: str, port: int, workers: int, **how: Any) -> None:
    """Serve the page and the JSON endpoint on a production WSGI server.

    \b
    Settings of the environment: MOLVA_PUBLIC_URL (where people reach it), MOLVA_PROXIES (how many
    reverse proxies stand before it), MOLVA_CORS_ORIGINS, MOLVA_REQUESTS_A_MINUTE (of one address).
    """
    try:
        open_searcher(index).close()
    except IndexUnavailableError as error:
        if not isinstance(error.__cause__, NoIndexError):
            raise
        click.echo(f"molva: {error}; until then every question is answered with 503", err=True)
    _serve(index, host, port, workers or _cores(), **how)


@click.command()
@host_option
@port_option
def demo(host: str, port: int) -> None:
    """Index the bundled newspaper «Зареченский вестник» and serve it."""
    import tempfile  # it brings more than a search needs

    from index.pipeline import sync
    from index.writer import open_writer

    with tempfile.TemporaryDirectory(prefix="molva-demo-") as folder:
        with open_writer(folder, engine="embedded") as writer:
            report = sync(writer, [NEWSPAPER])
        live = report.published
        if live:
            click.echo(f"«Зареченский вестник»: {live.articles} articles, {live.quotes} quotes indexed", err=True)
        _serve(Path(folder), host, port, log_format="none")


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(
    index: Path,
    host: str,
    port: int,
    workers: int = 1,
    *,
    threads: int = 4,
    grace: float = 10,
    log_format: Format = "plain",
    log_queries: bool = False,
    metrics_host: str = "127.0.0.1",
    metrics_port: int | None = None,
) -> None:
    from . import logs
    from .server import address_of, listening
    from .settings import SettingError, settings_of
    from .workers import Serving, answer, answer_with

    try:
        settings = replace(settings_of(), log_queries=log_queries)
    except SettingError as error:
        raise fail(error, USAGE) from error
    metrics_at = None if metrics_port is None else (metrics_host, metrics_port)
    serving = Serving(index, settings, threads, grace, log_format, metrics_at)
    logs.configure(log_format)
    try:
        sockets = listening(host, port)
    except OSError as error:
        raise fail(f"cannot listen at {host}:{port} ({error.strerror or error}); try another --port", USAGE) from error
    click.echo(f"Molva answers at {address_of(host, sockets)} — stop with Ctrl-C", err=True)
    try:
        code = answer(sockets, serving) if workers == 1 else answer_with(workers, sockets, serving)
    except OSError as error:
        where = f"{metrics_host}:{metrics_port}"
        raise fail(f"cannot serve ({error.strerror or error}); is {where} free for --metrics-port?", USAGE) from error
    if code:
        raise click.exceptions.Exit(code)


for command in (*SEARCH_COMMANDS, serve, demo):
    main.add_command(command)


def run() -> None:
    """The `molva` script. Whatever the locale (C, none at all), Cyrillic goes in and out as UTF-8, never as a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            plain = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            stream.reconfigure(encoding="utf-8" if plain else None, errors="backslashreplace")
    arguments = [os.fsencode(argument).decode("utf-8", "surrogateescape") for argument in sys.argv[1:]]
    try:
        code = main.main(arguments, prog_name="molva", standalone_mode=False)
    except click.exceptions.Exit as asked:
        code = asked.exit_code
    except click.ClickException as mistake:
        mistake.show()
        code = mistake.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("molva: stopped; what was not published is not in the index", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that closing stdout fails no more
        code = 0
    except OSError as error:
        click.echo(f"molva: the system refused it: {error}; what was not published is not in the index", err=True)
        code = USAGE
    sys.exit(code or 0)


if __name__ == "__main__":
    run()
