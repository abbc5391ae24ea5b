"""What does a long run find? `python -m tests.faults --long`: a line of JSON for each kind of harm."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path

import click

from .archive import articles_of
from .rows import ROWS

SHOWN = 10


@click.command()
@click.option("--long", is_flag=True, help="As many rounds as the figures need; minutes to hours.")
@click.option("--only", type=click.Choice(list(ROWS)), multiple=True)
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), help="Articles to index; else the demo newspaper."
)
@click.option("--articles", "most", type=click.IntRange(1), help="How many of them; each row has its own number else.")
@click.option("--seed", type=int, default=1, show_default=True)
def main(long: bool, only: tuple[str, ...], data: Path | None, most: int | None, seed: int) -> None:
    """Do harm to an index, and see what it costs."""
    logging.getLogger("molva").setLevel(logging.CRITICAL)  # it tells of the harm, as it should
    failed = False
    for name, row in ROWS.items():
        if not only or name in only:
            with tempfile.TemporaryDirectory(prefix="molva-faults-") as home:
                figures, wrong = row.run(Path(home), articles_of(data, most or row.articles), long, seed)
            click.echo(json.dumps({"fault": name, **figures, "wrong": len(wrong)}, ensure_ascii=False))
            for one in wrong[:SHOWN]:
                click.echo(f"  {one}", err=True)
            failed = failed or bool(wrong)
    sys.exit(failed)


if __name__ == "__main__":
    main()
