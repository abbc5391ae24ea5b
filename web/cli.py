"""The `molva` command: all commands of the write and the read side, and those that serve: serve, demo."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
from pathlib import Path

import click

from index.errors import NoIndexError
from index.terminal import USAGE, fail, index_option
from search.cli import COMMANDS as SEARCH_COMMANDS
from search.cli import reports_search_errors
from search.errors import IndexUnavailableError
from search.searcher import open_searcher
from search.speakers_cli import COMMANDS as SPEAKER_COMMANDS

INTERRUPTED = 130  # as a shell counts a process that Ctrl-C ended
NEWSPAPER = Path(__file__).parent / "demo" / "vestnik.jsonl"

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads that answer."
)


class Commands(click.Group):
    """Commands of the write side are imported when one of them is asked for: a search need not wait for them."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted({*self.commands, *_write_commands()})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        return self.commands.get(name) or _write_commands().get(name)


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


@click.command()
@index_option
@host_option
@port_option
@workers_option
@reports_search_errors
def serve(index: Path, host: str, port: int, workers: int) -> None:
    """Serve the page and the JSON endpoint on a production WSGI server."""
    try:
        open_searcher(index).close()
    except IndexUnavailableError as error:
        if not isinstance(error.__cause__, NoIndexError):
            raise
        click.echo(f"molva: {error}; until then every question is answered with 503", err=True)
    _serve(index, host, port, workers)


@click.command()
@host_option
@port_option
def demo(host: str, port: int) -> None:
    """Index the bundled newspaper «Зареченский вестник» and serve it."""
    from index.pipeline import sync
    from index.writer import open_writer

    with tempfile.TemporaryDirectory(prefix="molva-demo-") as folder:
        with open_writer(folder) as writer:
            report = sync(writer, [NEWSPAPER])
        live = report.published
        if live:
            click.echo(f"«Зареченский вестник»: {live.articles} articles, {live.quotes} quotes indexed", err=True)
        _serve(Path(folder), host, port, workers=4)


def _serve(index: Path, host: str, port: int, workers: int) -> None:
    from .app import create_app
    from .server import make_server

    try:
        server, address = make_server(create_app(index=index), host=host, port=port, threads=workers)
    except OSError as error:
        raise fail(f"cannot listen at {host}:{port} ({error.strerror or error}); try another --port", USAGE) from error
    click.echo(f"Molva answers at {address} — stop with Ctrl-C", err=True)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # so that a service manager's stop cleans up
    try:
        server.run()
    finally:
        server.close()


for command in (*SEARCH_COMMANDS, *SPEAKER_COMMANDS, serve, demo):
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
    sys.exit(code or 0)


if __name__ == "__main__":
    run()
