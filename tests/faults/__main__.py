"""What does a long run find? `python -m tests.faults --long`: a line of JSON for each kind of harm."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from index import Article

from .archive import articles_of
from .killed import kill
from .rebuilt import rebuild

Row = Callable[[Path, Sequence[Article], bool, int], tuple[dict[str, Any], list[str]]]


def killed(home: Path, articles: Sequence[Article], long: bool, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Writers killed at random moments."""
    found = kill(home, articles, 1_000 if long else 60, seed)
    figures = {"rounds": found.rounds, "killed at work": found.at_work, "behind the switch": found.took_effect}
    wrong = [*found.lost, *found.unopenable, *found.unsound, *found.held]
    return figures | {
        "lost": len(found.lost),
        "unopenable": len(found.unopenable),
        "unsound": len(found.unsound),
    }, wrong


def rebuilt(home: Path, articles: Sequence[Article], long: bool, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Clients that ask during rebuilds."""
    found = rebuild(home, articles, 30 if long else 3, seed)
    times = {f"p{share:.0%}".rstrip("%"): f"{found.quantile(share) * 1000:.0f} ms" for share in (0.5, 0.99)}
    return {"answers": found.answers, "states": len(found.states), **times}, [*found.errors, *found.mixed]


ROWS: Final[dict[str, Row]] = {"killed": killed, "rebuilt": rebuilt}
SHOWN: Final = 10


@click.command()
@click.option("--long", is_flag=True, help="As many rounds as the figures need; minutes to hours.")
@click.option("--only", type=click.Choice(list(ROWS)), multiple=True)
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), help="Articles to index; else the demo newspaper."
)
@click.option("--articles", "most", type=click.IntRange(1), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(long: bool, only: tuple[str, ...], data: Path | None, most: int, seed: int) -> None:
    """Do harm to an index, and see what it costs."""
    articles = articles_of(data, most)
    failed = False
    for name, row in ROWS.items():
        if not only or name in only:
            with tempfile.TemporaryDirectory(prefix="molva-faults-") as home:
                figures, wrong = row(Path(home), articles, long, seed)
            click.echo(json.dumps({"fault": name, **figures, "wrong": len(wrong)}, ensure_ascii=False))
            for one in wrong[:SHOWN]:
                click.echo(f"  {one}", err=True)
            failed = failed or bool(wrong)
    sys.exit(failed)


if __name__ == "__main__":
    main()
