"""The commands of the read side: search, stats."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from index.errors import IndexingError
from index.terminal import DAMAGED, USAGE, exit_code_of, fail, index_option, json_option, print_json

from .errors import IndexUnavailableError, SearchError
from .request import SORTS, TYPES
from .results import ArticleHit, Marked, Page, QuoteHit
from .searcher import open_searcher

if TYPE_CHECKING:  # opened when there is something to print with it
    from rich.console import Console
    from rich.text import Text

P = ParamSpec("P")
R = TypeVar("R")


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


COMMANDS: tuple[click.Command, ...] = (search, stats)
