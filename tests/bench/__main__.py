"""What does a run print? `python -m tests.bench`: all tables, as Markdown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from . import endpoint, indexing, opening, searching, showing, typed
from .engines import ENGINES, MOLVA
from .measure import in_child
from .setting import Setting
from .tables import Table, about, save

TASKS: Final[dict[str, Callable[[Setting], list[Table]]]] = {
    "indexing": indexing.tables,
    "search": searching.tables,
    "typed": typed.tables,
    "showing": showing.tables,
    "endpoint": endpoint.tables,
    "opening": opening.tables,
    "threads": searching.thread_table,
}
DATA: Final = Path(__file__).parents[3] / "shared" / "data" / "scale"
SIZES: Final = (10_000, 100_000, 1_000_000)
LONG: Final = 30_000
QUICK: Final = (2_000, 10_000)


@click.command(context_settings={"max_content_width": 120})
@click.option("--data", type=click.Path(path_type=Path), default=DATA, help="Folder of the files to make articles of.")
@click.option("--work", type=click.Path(path_type=Path), help="Where corpora and indexes are made, and kept.")
@click.option("--docs", type=click.IntRange(1), multiple=True, help="Short articles; may be given again.")
@click.option("--queries", type=click.IntRange(1), default=40, show_default=True, help="Queries a shape.")
@click.option("--only", type=click.Choice(list(TASKS)), multiple=True, help="Some of the tables.")
@click.option("--without", type=click.Choice(list(ENGINES)), multiple=True, help="Leave an engine out.")
@click.option("--fresh", is_flag=True, help="Build Molva's indexes anew; those of other engines are kept in any case.")
@click.option("--quick", is_flag=True, help="Small corpora, few queries: to see that it runs.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="The figures, to compare with others.")
def main(
    data: Path,
    work: Path | None,
    docs: tuple[int, ...],
    queries: int,
    only: tuple[str, ...],
    without: tuple[str, ...],
    fresh: bool,
    quick: bool,
    json_file: Path | None,
) -> None:
    """Measure Molva against tantivy, SQLite FTS5 and stock Whoosh."""
    sizes = sorted(set(docs)) or (QUICK if quick else SIZES)
    work = work or Path(tempfile.gettempdir()) / "molva-bench"
    setting = Setting(
        work=work,
        data=data if data.is_dir() else None,
        sizes=sizes,
        long=min(LONG, sizes[-1]),
        queries=min(queries, 8) if quick else queries,
        rounds=1 if quick else 3,
        seconds=0.1 if quick else 2.0,
        fresh=fresh,
        without=without,
    )
    click.echo("\n".join(f"- {name}: {value}" for name, value in about().items()))
    if setting.present(MOLVA):
        in_child("warm", one_core=False)
    tables: list[Table] = []
    for name, task in TASKS.items():
        if not only or name in only:
            for table in task(setting):
                tables.append(table)
                click.echo("\n" + table.markdown())
    if json_file is not None:
        save(json_file, tables)


if __name__ == "__main__":
    main()
