"""The commands of the write side: index, delete, reindex, quotes, analyze, check, generations, rollback."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from . import compiling, maintenance
from .analyzed import analyzed
from .collecting import collect_rarely
from .errors import InvalidArticleError, SourceError
from .model import Article, Quote
from .pipeline import Report, dry_run, rebuild, sync
from .prepare import prepare
from .settings import engine
from .sources import Skipped, read_paths
from .terminal import (
    DAMAGED,
    KEPT_DAMAGED,
    REJECTED,
    IndexingProgress,
    fail,
    index_option,
    json_option,
    print_json,
    print_json_line,
    reports_errors,
)
from .writer import open_writer

LISTED = 20  # rejected inputs that are listed one by one on a terminal; --json lists all

paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
map_option = click.option(
    "--map",
    "csv_map",
    callback=lambda context, parameter, value: _csv_map(value),
    metavar="FIELD=COLUMN,…",
    help="Which CSV column is which field: title=headline,text=body.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: min(4, os.cpu_count() or 1),
    show_default="cores, 4 at most",
    help="Processes that prepare articles and write segments.",
)
memory_option = click.option(
    "--memory",
    type=click.IntRange(64, 1 << 20),
    default=512,
    show_default=True,
    metavar="MB",
    help="What all processes together may gather before they write; they take about twice as much in all.",
)


def _csv_map(value: str | None) -> dict[str, str] | None:
    if value is None:
        return None
    pairs = [pair.partition("=") for pair in value.split(",")]
    if not all(name.strip() and sign and column.strip() for name, sign, column in pairs):
        raise click.BadParameter(f"found {value!r}, expected field=column pairs like title=headline,text=body")
    return {name.strip(): column.strip() for name, _, column in pairs}


@click.command()
@paths_argument
@index_option
@map_option
@jobs_option
@memory_option
@click.option("--keep-missing", is_flag=True, help="Keep articles that have vanished from these paths.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--watch", is_flag=True, help="Stay, and index again whenever a file under these paths changes.")
@json_option
@reports_errors
def index(
    paths: tuple[Path, ...],
    index: Path,
    csv_map: dict[str, str] | None,
    jobs: int,
    memory: int,
    keep_missing: bool,
    dry: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """Make the index agree with PATHS: new and changed articles in, vanished ones out.

    Articles of other paths stay. The index keeps answering meanwhile.
    """
    collect_rarely()

    def once() -> Report:
        with _progress(paths) as shown:
            options: dict[str, Any] = {"csv_map": csv_map, "keep_missing": keep_missing, "jobs": jobs}
            if dry:
                return dry_run(maintenance.read_states(index), paths, **options, progress=shown.report)
            with open_writer(index, memory_mb=memory) as writer:
                return sync(writer, paths, **options, progress=shown.report)

    report = once()
    _tell(report, as_json=as_json, dry_run=dry)
    if watch:
        from watchfiles import DefaultFilter
        from watchfiles import watch as changes

        click.echo("watching; stop with Ctrl-C", err=True)
        own = DefaultFilter(ignore_paths=[index])
        for _ in changes(*paths, watch_filter=own, raise_interrupt=False):
            try:
                _tell(once(), as_json=as_json, dry_run=dry)
            except SourceError as error:  # the folder is being moved or mounted: the next change finds it again
                click.echo(f"molva: {error}", err=True)
    if report.rejected:
        raise click.exceptions.Exit(REJECTED)


@click.command()
@paths_argument
@index_option
@map_option
@jobs_option
@memory_option
@json_option
@reports_errors
def reindex(
    paths: tuple[Path, ...], index: Path, csv_map: dict[str, str] | None, jobs: int, memory: int, as_json: bool
) -> None:
    """Rebuild the whole index from PATHS beside the live one, check it, and switch in one step."""
    collect_rarely()
    live = maintenance.readable_states(index)
    with open_writer(index, rebuild=True, memory_mb=memory) as writer, _progress(paths) as shown:
        report = rebuild(writer, live, paths, csv_map=csv_map, jobs=jobs, progress=shown.report)
    _tell(report, as_json=as_json, dry_run=False)
    if report.rejected:
        raise click.exceptions.Exit(REJECTED)


class _Progress(IndexingProgress):
    """Shows what the pipeline reports."""

    def report(self, report: Report) -> None:
        """Called for each article."""
        self.show(report.seen, report.done_bytes, publishing=report.publishing, compiling=compiling.running())


def _progress(paths: Sequence[Path]) -> _Progress:
    return _Progress(sum(_size(path) for path in paths))


def _size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; what cannot be looked at counts nothing."""
    try:
        if path.is_file():
            return path.stat().st_size
        return sum((Path(home) / name).lstat().st_size for home, _, names in os.walk(path) for name in names)
    except OSError:
        return 0


def _tell(report: Report, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print_json(_report_dict(report, dry_run=dry_run))
        return
    for skipped in report.rejected[:LISTED]:
        click.echo(f"rejected: {skipped.where}: {skipped.reason}", err=True)
    if len(report.rejected) > LISTED:
        click.echo(f"rejected: {len(report.rejected) - LISTED:,} more; --json lists them all", err=True)
    for skipped in report.passed_over[:LISTED]:
        click.echo(f"passed over: {skipped.where}: {skipped.reason}", err=True)
    if len(report.passed_over) > LISTED:
        click.echo(f"passed over: {len(report.passed_over) - LISTED:,} more; --json lists them all", err=True)
    done = (
        f"{report.added:,} added, {report.updated:,} changed, {report.unchanged:,} unchanged, "
        f"{report.deleted:,} deleted, {len(report.rejected):,} rejected"
    )
    if report.unreadable_dates:
        click.echo(
            f"{report.unreadable_dates:,} articles have a date that cannot be read; they are indexed without one",
            err=True,
        )
    for article_id in list(report.repeated)[:LISTED]:
        click.echo(f"the id {article_id!r} came more than once in this run; its last article counts", err=True)
    if dry_run:
        click.echo(f"would be: {done}")
    elif report.published is None:
        click.echo(f"{done}; nothing to publish")
    else:
        live = report.published
        click.echo(f"{done}; live: {live.articles:,} articles, {live.quotes:,} quotes, generation {live.generation}")
    if report.seen == 0 and not report.rejected:
        click.echo("no article was found under these paths (molva index --help lists the formats)", err=True)


def _report_dict(report: Report, *, dry_run: bool) -> dict[str, Any]:
    live = report.published
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "deleted": report.deleted,
        "rejected": [{"where": s.where, "reason": s.reason} for s in report.rejected],
        "passed_over": [{"where": s.where, "reason": s.reason} for s in report.passed_over],
        "repeated_ids": list(report.repeated),
        "unreadable_dates": report.unreadable_dates,
        "dry_run": dry_run,
        "generation": live.generation if live else None,
        "articles": live.articles if live else None,
        "quotes": live.quotes if live else None,
    }


@click.command()
@click.argument("ids", nargs=-1, required=True)
@index_option
@json_option
@reports_errors
def delete(ids: tuple[str, ...], index: Path, as_json: bool) -> None:
    """Take articles out by id, with their quotes."""
    maintenance.require_index(index)
    with open_writer(index) as writer:
        gone = [article_id for article_id in ids if writer.delete(article_id)]
        if gone:
            writer.publish()
    missing = [article_id for article_id in ids if article_id not in gone]
    if as_json:
        print_json({"deleted": gone, "missing": missing})
    else:
        click.echo(f"{len(gone):,} deleted")
        for article_id in missing:
            click.echo(f"rejected: no article has the id {article_id!r}", err=True)
    if missing:
        raise click.exceptions.Exit(REJECTED)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@map_option
@json_option
@reports_errors
def quotes(files: tuple[Path, ...], csv_map: dict[str, str] | None, as_json: bool) -> None:
    """Extract the quotes of FILES without any index; with --json one JSON object an article."""
    collect_rarely()
    rejected = False
    for item in read_paths(files, csv_map=csv_map):
        if isinstance(item, Skipped):
            rejected = rejected or not item.by_design
            click.echo(f"{'passed over' if item.by_design else 'rejected'}: {item.where}: {item.reason}", err=True)
            continue
        try:
            article, found = prepare(item.article)
        except InvalidArticleError as error:
            rejected = True
            click.echo(f"rejected: {item.origin}: {error}", err=True)
            continue
        if as_json:
            print_json_line(quotes_dict(article, found))
        else:
            _print_quotes(article, found)
    if rejected:
        raise click.exceptions.Exit(REJECTED)


def quotes_dict(article: Article, found: Sequence[Quote]) -> dict[str, Any]:
    """What `molva quotes --json` prints of one article: offsets into its text as decoded."""
    return {
        "id": article.id,
        "quotes": [
            {
                "start": quote.start,
                "end": quote.end,
                **({"spans": [list(span) for span in quote.spans]} if len(quote.spans) > 1 else {}),
                "text": quote.text,
                "kind": quote.kind,
                "speaker": quote.mention,
                "speaker_name": quote.speaker.name if quote.speaker else None,
                "cue": quote.cue,
            }
            for quote in found
        ],
    }


def _print_quotes(article: Article, found: Sequence[Quote]) -> None:
    click.echo(f"{article.id}: {article.title} ({len(found)} quotes)")
    for quote in found:
        who = quote.speaker.name if quote.speaker else quote.mention or "—"
        click.echo(f"  {quote.start:>6} {quote.kind:<8} {who}: «{quote.text}»")


@click.command()
@click.argument("text")
@json_option
def analyze(text: str, as_json: bool) -> None:
    """Show what becomes of TEXT on its way into the index: what clean-up leaves out, its words with their offsets,
    folded forms and letter case, the roots that they are found under, and why.
    """
    found = analyzed(text)
    if as_json:
        print_json(found.to_dict())
        return
    for start, end in found.left_out:
        click.echo(f"     {f'{start}–{end}':<9} left out: {' '.join(text[start:end].split())}")
    for word in found.words:
        roots = ", ".join(f"{root} ({why})" for root, why in word.roots)
        span = f"{word.start}–{word.end}"
        click.echo(f"{word.position:>3}  {span:<9} {word.text} → {word.form} → {roots}")
        notes = [*word.folded, f"letters: {word.case}"]
        if word.asked.roots != tuple(root for root, _ in word.roots):
            notes.append(f"a query asks for {', '.join(word.asked.roots)}")
        if word.asked.doubtful:
            notes.append(f"hardly for {', '.join(word.asked.doubtful)}")
        if word.asked.last_resort:
            notes.append(f"as last resort for {', '.join(word.asked.last_resort)}")
        click.echo(f"{'':<15}{'; '.join(notes)}")


@click.command()
@click.option("--repair", is_flag=True, help="Fall back to the newest sound generation; sweep leftovers.")
@click.option(
    "--deep", is_flag=True, help="Build all again from the stored articles, and compare; as long as indexing."
)
@index_option
@json_option
@reports_errors
def check(repair: bool, deep: bool, index: Path, as_json: bool) -> None:
    """Say whether every byte of the index is sound and its arrays fit together.

    Exit code 3 where the live generation is damaged, 1 where it is sound and a kept one is not, or a file that follows
    from one.
    """
    found = maintenance.check(index, repair=repair, deep=deep)
    kept = ", ".join(f"{number:06d}" for number in found.damaged)
    if as_json:
        print_json(
            {
                "sound": found.sound,
                "live_sound": found.live_sound,
                "generation": found.generation,
                "problems": found.problems,
                "kept_problems": found.kept_problems,
                "derived_problems": found.derived_problems,
                "damaged": found.damaged,
                "repaired": found.repaired,
            }
        )
    else:
        for problem in (*found.problems, *found.kept_problems, *found.derived_problems):
            click.echo(problem, err=True)
        for step in found.repaired:
            click.echo(step)
        if found.live_sound:
            parts = "shards" if engine() == "opensearch" else "files"
            click.echo(f"sound: generation {found.generation}, {found.files:,} {parts}, {found.bytes:,} bytes")
    if not found.live_sound:
        raise fail("the index is damaged" + ("" if repair else "; try: molva check --repair"), DAMAGED)
    if not found.sound and not found.damaged and engine() == "opensearch":
        raise fail("the live generation is whole and answers; copies of it are missing", KEPT_DAMAGED)
    if not found.sound and not found.damaged:
        raise fail(
            "every generation is sound and every answer right; what is damaged beside them only saves readers time; "
            "molva check --repair writes it anew",
            KEPT_DAMAGED,
        )
    if not found.sound:
        raise fail(
            f"the live generation is sound and answers; damaged beside it: {kept}, to which nobody can go back; "
            "molva check --repair takes what is damaged away",
            KEPT_DAMAGED,
        )


@click.command()
@index_option
@json_option
@reports_errors
def generations(index: Path, as_json: bool) -> None:
    """List the kept states of the index, the newest first."""
    found = maintenance.generations(index)
    if as_json:
        print_json({"generations": [asdict(one) for one in found]})
        return
    for one in found:
        mark = "live" if one.live else "    "
        if one.name is None:
            click.echo(f"{mark} {one.number:06d}: {one.problem}")
            continue
        state = "" if one.problem is None else f"; cannot be opened: {one.problem}"
        click.echo(
            f"{mark} {one.name} {one.created}: {one.articles:,} articles, {one.quotes:,} quotes, "
            f"{one.bytes:,} bytes{state}"
        )


@click.command()
@index_option
@json_option
@reports_errors
def rollback(index: Path, as_json: bool) -> None:
    """Go back to the state before the live one; the next publish takes the state that was left away."""
    live = maintenance.rollback(index)
    if as_json:
        print_json({"generation": live.generation, "articles": live.articles, "quotes": live.quotes})
    else:
        click.echo(f"live: generation {live.generation}, {live.articles:,} articles, {live.quotes:,} quotes")


COMMANDS: tuple[click.Command, ...] = (index, delete, reindex, quotes, analyze, check, generations, rollback)
