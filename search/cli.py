"""The commands of the read side: search, suggest, stats, export, eval, abbreviations."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from index.errors import IndexingError
from index.settings import engine
from index.terminal import (
    DAMAGED,
    USAGE,
    IndexingProgress,
    exit_code_of,
    fail,
    index_option,
    json_option,
    print_json,
    print_json_line,
    reports_errors,
)

from .errors import IndexUnavailableError, SearchError
from .export import article_record, quote_records
from .request import SORTS, TYPES, HitType
from .results import ArticleHit, Marked, Page, QuoteHit
from .searcher import open_searcher

if TYPE_CHECKING:  # what only some commands need is imported by them
    from rich.console import Console
    from rich.text import Text

    from index.abbreviations import Abbreviation

    from .evaluation import Evaluation

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = 60.0  # seconds a judged query may take: figures must not depend on how busy the machine is
NAMED = 5  # ids that a note names


def reports_search_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Errors of the read side as a message and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except IndexUnavailableError as error:
            cause = error.__cause__
            raise fail(error, exit_code_of(cause) if isinstance(cause, IndexingError) else DAMAGED) from error
        except SearchError as error:
            raise fail(error, USAGE) from error

    return run


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@index_option
@click.option("--type", "kind", type=click.Choice(TYPES), default="article", show_default=True)
@click.option("--speaker", multiple=True, help="Only quotes of this speaker, articles with such quotes; repeatable.")
@click.option("--source", multiple=True, help="Only of this source; repeatable.")
@click.option("--from", "since", metavar="DATE", help="Published on or after: 2015, 2015-12, 2015-12-15.")
@click.option("--to", "until", metavar="DATE", help="Published on or before.")
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True)
@click.option("--limit", type=int, default=10, show_default=True)
@click.option("--offset", type=int, default=0)
@click.option("--explain", is_flag=True, help="Say why each hit answers.")
@json_option
@reports_search_errors
def search(
    query: tuple[str, ...],
    index: Path,
    kind: str,
    speaker: tuple[str, ...],
    source: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: str,
    limit: int,
    offset: int,
    explain: bool,
    as_json: bool,
) -> None:
    """Search for QUERY (several words need no quotation marks). An empty query lists the newest."""
    with open_searcher(index) as molva:
        page = molva.search(
            " ".join(query),
            type=kind,
            speaker=speaker,
            source=source,
            from_=since,
            to=until,
            sort=sort,
            limit=limit,
            offset=offset,
            explain=explain,
        )
    if as_json:
        print_json(page.to_dict())
    else:
        _print_page(page, offset)


def _print_page(page: Page, offset: int) -> None:
    from rich.console import Console
    from rich.text import Text

    out = Console(highlight=False, soft_wrap=True)
    for warning in page.warnings:
        click.echo(f"внимание: {warning.message}", err=True)
    for rewrite in page.rewrites:
        click.echo(f"искали «{rewrite.after}» вместо «{rewrite.before}»", err=True)
    more = "≥ " if page.total.relation == "gte" else ""
    totals = page.totals
    out.print(
        f"{more}{page.total.value:,} · articles {totals['article']:,}, quotes {totals['quote']:,} · {page.took_ms} ms"
    )
    for number, hit in enumerate(page.hits, offset + 1):
        out.print()
        if isinstance(hit, ArticleHit):
            _print_article(out, number, hit)
        else:
            _print_quote(out, number, hit)
        if hit.explain:
            out.print(Text(f"    {hit.explain}", style="dim"))


def _print_article(out: Console, number: int, hit: ArticleHit) -> None:
    from rich.text import Text

    out.print(Text(f"{number:>3}. ").append_text(_marked(hit.title, "bold")))
    facts = " · ".join(fact for fact in (hit.published, hit.source, hit.section, hit.id) if fact)
    out.print(Text(f"     {facts} · {hit.match} {hit.score:.2f}", style="dim"))
    for snippet in hit.snippets:
        out.print(Text("     ").append_text(_marked(snippet)))
    for quote in hit.quotes:
        who = quote.speaker.name if quote.speaker else quote.mention or "—"
        out.print(Text("     ").append_text(Text(f"{who}: ", style="italic")).append_text(_marked(quote.marked)))


def _print_quote(out: Console, number: int, hit: QuoteHit) -> None:
    from rich.text import Text

    who = hit.speaker.name if hit.speaker else hit.mention or "—"
    out.print(Text(f"{number:>3}. {who}: ", style="bold").append("«").append_text(_marked(hit.marked)).append("»"))
    place = hit.article
    facts = " · ".join(fact for fact in (place.published, place.source, place.title, hit.id) if fact)
    out.print(Text(f"     {facts} · {hit.kind} · {hit.match} {hit.score:.2f}", style="dim"))


def _marked(marked: Marked, style: str = "") -> Text:
    """Text with what matched in it set off; on no terminal it is plain."""
    from rich.text import Text

    text = Text(marked.text.replace("\n", " "), style=style)
    for start, end in marked.spans:
        text.stylize("bold yellow", start, end)
    return text


@click.command()
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True, help="Suggestions of each kind.")
@index_option
@json_option
@reports_search_errors
def suggest(query: tuple[str, ...], limit: int, index: Path, as_json: bool) -> None:
    """What QUERY may be the beginning of: words, speakers and sources of the index."""
    with open_searcher(index) as molva:
        found = molva.suggest(" ".join(query), limit)
    if as_json:
        print_json(found.to_dict())
        return
    for one in (*found.words, *found.speakers, *found.sources):
        click.echo(f"{one.kind:<8} {one.count:>8,}  {one.text}")


@click.command()
@index_option
@json_option
@reports_search_errors
def stats(index: Path, as_json: bool) -> None:
    """What is in the index."""
    with open_searcher(index) as molva:
        found = molva.stats().to_dict()
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        click.echo(f"{name:<11} {value:,}" if isinstance(value, int) else f"{name:<11} {value}")


@click.command()
@click.option("--type", "kind", type=click.Choice(TYPES), default="article", show_default=True)
@click.option("--json", is_flag=True, expose_value=False, hidden=True, help="As every command has it: it prints JSON.")
@index_option
@reports_search_errors
def export(index: Path, kind: HitType) -> None:
    """Print every article, or every quote, as a line of JSON.

    What `molva export` prints `molva index` reads: fields that Molva does not know go out as they came in.
    """
    with open_searcher(index) as molva:
        for stored in molva.articles():
            for record in (article_record(stored.article),) if kind == "article" else quote_records(stored):
                print_json_line(record)


@click.command("eval")
@click.argument("queries", type=click.Path(path_type=Path))
@click.argument("qrels", type=click.Path(path_type=Path))
@index_option
@click.option("--type", "kind", type=click.Choice(TYPES), default="article", show_default=True)
@click.option("--limit", type=click.IntRange(10, 100), default=100, show_default=True, help="Hits asked for.")
@click.option("--rewrite", type=click.Choice(("auto", "off")), default="auto", show_default=True)
@click.option("--each", is_flag=True, help="The figures of every query too.")
@json_option
@reports_search_errors
def evaluation(
    queries: Path, qrels: Path, index: Path, kind: HitType, limit: int, rewrite: str, each: bool, as_json: bool
) -> None:
    """Measure the ranking: nDCG@10, MRR@10, recall@10 and @100 of QUERIES by the judgements QRELS.

    QUERIES: JSON lines {"id", "text"}, or id and text parted by a tab. QRELS: query, document and grade parted by tabs,
    as BEIR has them, or TREC's query, 0, document, grade. Either may have a header and be a .gz.
    """
    from .evaluation import evaluate
    from .judgements import read_judgements, read_queries

    texts, judged = read_queries(queries), read_judgements(qrels)
    with open_searcher(index, deadline=PATIENCE) as molva:
        found = evaluate(
            molva,
            texts,
            judged.grades,
            kind=kind,
            limit=limit,
            rewrite=rewrite == "auto",
            told=_progress_of_queries(),
        )
    _note_left_out(found, judged.twice)
    if as_json:
        print_json(found.to_dict(each=each))
    else:
        _print_evaluation(found, each=each)
    if not found.each:
        raise fail("no query has a relevant document: do the ids of QUERIES and QRELS agree?", USAGE)


def _progress_of_queries() -> Callable[[int, int], None]:
    """Says how far it is, now and then: a short run says nothing."""
    said = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= IndexingProgress.EVERY:
            said = time.monotonic()
            click.echo(f"{done:,} of {of:,} queries", err=True)

    return tell


def _print_evaluation(found: Evaluation, *, each: bool) -> None:
    if each and found.each:
        click.echo("\t".join(("id", *found.each[0].measures, "found", "query", "rewrites")))
        for one in found.each:
            figures = (f"{value:.4f}" for value in one.measures.values())
            text = " ".join(one.text.split())
            rewrites = "; ".join(f"{r.kind}: {r.before} → {r.after}" for r in one.rewrites)
            click.echo("\t".join((one.id, *figures, str(one.total), text, rewrites)))
        click.echo()
    for name, value in found.means.items():
        click.echo(f"{name:<12} {value:.4f}")
    for name, count in (
        ("queries", len(found.each)),
        ("without hits", found.without_hits),
        *found.rewritten.items(),
    ):
        click.echo(f"{name:<12} {count:,}")


def _note_left_out(found: Evaluation, twice: int) -> None:
    for ids, what in (
        (found.refused, "queries were refused and count as finding nothing"),
        (found.unjudged, "queries have no relevant document and are left out"),
        (found.unasked, "judged queries are not among the queries"),
        (found.unknown, "relevant documents are not in the index"),
    ):
        if ids:
            named = ", ".join(ids[:NAMED]) + (", …" if len(ids) > NAMED else "")
            click.echo(f"{len(ids):,} {what}: {named}", err=True)
    if twice:
        click.echo(f"{twice:,} judgements came twice; the higher grade counts", err=True)


@click.command()
@index_option
@click.option("--least", type=click.IntRange(1), default=1, show_default=True, help="Articles that give a pair.")
@click.option("--save", is_flag=True, help="Keep the table beside the index, for searches with MOLVA_SYNONYMS=on.")
@click.option("--force", is_flag=True, help="Write over a table that is kept there, which may have been edited.")
@json_option
@reports_search_errors
@reports_errors
def abbreviations(index: Path, least: int, save: bool, force: bool, as_json: bool) -> None:
    """Which abbreviations do the articles explain themselves, as in «Ведомство речных дел (ВРД)»?

    Prints abbreviation, expansion as most often written, and how many articles give this pair, parted by tabs.
    """
    from index import abbreviation_table as table  # a search need not wait for it

    file = table.table_file(index)
    if save and file.exists() and not force:
        raise fail(f"{file}: is there already and may have been edited; write over it with --force", USAGE)
    rows = [row for row in _mined(index) if row.articles >= least]
    if as_json:
        print_json([row.to_dict() for row in rows])
    else:
        for row in rows:
            click.echo(f"{row.abbreviation}\t{row.expansion}\t{row.articles}")
    if save:
        try:
            index.mkdir(parents=True, exist_ok=True)
            table.save(index, rows)
        except OSError as error:
            raise fail(f"{file}: cannot be written ({error.strerror or error})", USAGE) from error
        click.echo(f"{file}: {len(rows):,} rows", err=True)


def _mined(index: Path) -> list[Abbreviation]:
    if engine() == "embedded":
        from index.abbreviation_table import mined_of_index

        return mined_of_index(index)
    from index.abbreviations import mined

    with open_searcher(index) as molva:
        return mined(f"{one.article.title}\n{one.article.body}" for one in molva.articles())


COMMANDS: tuple[click.Command, ...] = (search, suggest, stats, export, evaluation, abbreviations)
