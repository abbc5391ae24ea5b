"""How long does the endpoint hold? `python -m tests.endpoint --examples 2000`: what schemathesis says in the end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tests.faults.process import run, served

from .asked import ask

NEWSPAPER = Path(__file__).parents[2] / "web" / "demo" / "vestnik.jsonl"


@click.command()
@click.option("--examples", type=click.IntRange(1), default=2000, show_default=True, help="Cases of each operation.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--data", type=click.Path(exists=True, path_type=Path), default=NEWSPAPER, help="Articles to index.")
def main(examples: int, seed: int, data: Path) -> None:
    """Ask a server over an index whatever its description allows, and what it does not."""
    with tempfile.TemporaryDirectory(prefix="molva-endpoint-") as folder:
        home = Path(folder)
        code, _, talk = run("index", data, "--index", home / "index")
        if code:
            raise click.ClickException(talk)
        with served(home / "index") as address:
            found = ask(address, home, examples, seed)
    click.echo(found.told)
    raise SystemExit(found.code)


if __name__ == "__main__":
    main()
