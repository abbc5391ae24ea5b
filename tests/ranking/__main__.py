"""What is each ingredient of the ranking worth, and which weights are best? `python -m tests.ranking --help`.

Two thirds of the queries, by a hash of their ids, are there to choose weights on (`tune`), one third to believe the
choice (`keep`).
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path
from typing import Final

import click

from .run import MEASURES, Judgements, reached
from .settings import Setting, UnknownSettingError, setting_of

BASE: Final = "as it is"
ABLATION: Final[tuple[tuple[str, Setting], ...]] = (
    (BASE, {}),
    ("Snowball in place of dictionary and names", {"roots": "snowball"}),
    ("names and stems without the dictionary", {"roots": "guessed"}),
    ("all words needed", {"partial": "off"}),
    ("no repairs", {"repairs": "off"}),
    ("no weight of the exact form", {"FORM_WEIGHT": 0.0}),
    ("no weight of neighbours", {"ADJACENT_WEIGHT": 0.0}),
    ("no last resort", {"LAST_RESORT_WEIGHT": 0.0}),
    ("function words like any other", {"stopwords": "none"}),
    ("title weighs as text", {"title": 1.0}),
    ("K1 .9", {"K1": 0.9}),
    ("K1 1.6", {"K1": 1.6}),
    ("b of the text .5", {"b.text": 0.5}),
    ("b of the text .9", {"b.text": 0.9}),
    ("b of the title .75", {"b.title": 0.75}),
    ("no second look", {"look": "off"}),
    ("no weight of standing anywhere", {"ANYWHERE": 0.0}),
    ("no weight of the beginning", {"BEGINNING": 0.0}),
    ("no weight of standing together", {"TOGETHER": 0.0}),
    ("no weight of brevity", {"BREVITY": 0.0}),
    ("no kindred words", {"MOST_POSTINGS": 0.0}),
)


@click.command(context_settings={"max_content_width": 120})
@click.option(
    "--judgements",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with queries.jsonl, qrels.tsv and docs.jsonl or docs.jsonl.gz.",
)
@click.option("--docs", type=click.Path(path_type=Path, exists=True), help="The articles, where they are elsewhere.")
@click.option("--untitled", is_flag=True, help="Leave titles out: they may be the queries.")
@click.option("--limit", type=click.IntRange(10, 100), default=100, show_default=True, help="Hits asked for.")
@click.option("--share", type=click.FloatRange(0, 1), default=1.0, help="Of the queries, to be done sooner.")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE,…", help="Try this setting; repeatable.")
@click.option("--grid", multiple=True, metavar="NAME=A:B:C", help="Try all of these values; repeatable: all pairs.")
@click.option("--work", type=click.Path(path_type=Path), help="Where indexes are made, and kept.")
def main(
    folder: Path,
    docs: Path | None,
    untitled: bool,
    limit: int,
    share: float,
    given: Sequence[str],
    grid: Sequence[str],
    work: Path | None,
) -> None:
    """Without --set and --grid: the ablation, what each ingredient is worth."""
    judgements = Judgements(folder, docs or _articles(folder), untitled, limit, share)
    try:
        settings = settings_of(given, grid)
    except UnknownSettingError as error:
        raise click.UsageError(str(error)) from None
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        _print(judgements, settings, work)
        return
    with tempfile.TemporaryDirectory(prefix="molva-ranking-") as made:
        _print(judgements, settings, Path(made))


def _articles(folder: Path) -> Path:
    for name in ("docs.jsonl", "docs.jsonl.gz"):
        if (folder / name).exists():
            return folder / name
    raise click.UsageError(f"{folder}: no docs.jsonl or docs.jsonl.gz; give the articles by --docs")


def settings_of(given: Sequence[str], grid: Sequence[str]) -> list[tuple[str, Setting]]:
    """What is to be tried, with its name; the ablation where nothing is given. Raises UnknownSettingError."""
    if not given and not grid:
        return list(ABLATION)
    found: list[tuple[str, Setting]] = [(BASE, {}), *((written, setting_of(written)) for written in given)]
    axes = []
    for written in grid:
        name, _, values = written.partition("=")
        axes.append([f"{name}={value}" for value in values.split(":")])
    if axes:
        found += [(", ".join(point), setting_of(",".join(point))) for point in itertools.product(*axes)]
    return found


def _print(judgements: Judgements, settings: Iterable[tuple[str, Setting]], work: Path) -> None:
    """A row as soon as it is known; the second column is what changed against the first row."""
    click.echo(f"| {judgements.name} | nDCG@10 tune | Δ | keep | Δ | all | MRR@10 | recall@10 | recall@100 |")
    click.echo("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    base: tuple[float, float] | None = None
    for name, setting in settings:
        try:
            found = reached(judgements, setting, work)
        except UnknownSettingError as error:
            click.echo(f"{name}: {error}", err=True)
            continue
        tune, keep = (found.mean("nDCG@10", kept=kept) for kept in (False, True))
        base = base or (tune, keep)
        means = [found.mean(measure) for measure in MEASURES]
        rest = " | ".join("–" if isnan(mean) else f"{mean:.4f}" for mean in means)
        click.echo(
            f"| {name} | {tune:.4f} | {tune - base[0]:+.4f} | {keep:.4f} | {keep - base[1]:+.4f} | {rest} |",
        )


if __name__ == "__main__":
    main()
