"""How often is a speaker right, by what told it and by how sure Molva says it is? `python -m tests.speakers --help`.

Shares are counted on two thirds of the articles, by a hash of their ids; bands of confidence are shown for these and
for the third that is kept aside. What is printed under «shares» belongs into index/quotes/confidence.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import click

from .judged import Judgement, is_kept, judge, read

BANDS = (0.95, 0.9, 0.8, 0.7, 0.0)


@click.command()
@click.argument("golds", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--signs/--no-signs", default=True, help="Also the share right of each sign.")
def main(golds: tuple[Path, ...], signs: bool) -> None:
    """Count over the articles of GOLDS (JSON lines with text and quotes)."""
    judged = [judgement for path in golds for judgement in judge(read(path))]
    tuned = [judgement for judgement in judged if not is_kept(judgement.article)]
    kept = [judgement for judgement in judged if is_kept(judgement.article)]
    if signs:
        click.echo("shares")
        for sign, right, told in by_sign(tuned):
            click.echo(f'    "{sign}": {(right + 1) / (told + 2):.2f},  # {right} of {told}')
    for name, rows in (("tuned", tuned), ("kept aside", kept)):
        click.echo(f"bands, {name}")
        for low, high, right, told in bands(rows):
            share = f"{right / told:.3f}" if told else "–"
            click.echo(f"    {low:.2f}–{high:.2f}  {right:>4} of {told:>4}  {share}")
        left = [row for row in rows if not row.sign]
        click.echo(f"    nobody     {sum(row.right for row in left):>4} of {len(left):>4}  rightly left open")


def by_sign(rows: Iterable[Judgement]) -> list[tuple[str, int, int]]:
    """Sign, how many were right, how many it told; the most frequent first."""
    count: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.sign:
            count[row.sign].append(row.right)
    return sorted(((sign, sum(rights), len(rights)) for sign, rights in count.items()), key=lambda row: -row[2])


def bands(rows: Iterable[Judgement]) -> list[tuple[float, float, int, int]]:
    """Bands of confidence, each with how many speakers in it were right, and how many there are."""
    found = []
    high = 1.0
    named = [row for row in rows if row.sign]
    for low in BANDS:
        inside = [row.right for row in named if low <= row.confidence < high or (high == 1.0 and row.confidence == 1.0)]
        found.append((low, high, sum(inside), len(inside)))
        high = low
    return found


if __name__ == "__main__":
    main()
