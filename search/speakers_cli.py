"""The command `molva speakers`: who speaks in the archive, and what a person decides about them.

What is decided goes to `speakers.json` beside the index (`index.speakers.overrides`), and holds at the next question: a
running server looks for it, too, and reindexing leaves it alone. Over an OpenSearch cluster it lies in the index
folder of the machine that serves.
"""

from __future__ import annotations

from pathlib import Path

import click

from index.settings import engine
from index.speakers import overrides
from index.speakers.overrides import Overrides, OverridesError
from index.terminal import USAGE, fail, index_option, json_option, print_json

from .cli import reports_search_errors
from .searcher import open_searcher
from .speakers import SORTS, SpeakerFound


@click.group()
def speakers() -> None:
    """Who speaks in the archive: list them, join those that are one, give them names."""


@speakers.command("list")
@click.argument("query", nargs=-1)
@click.option("--sort", type=click.Choice(SORTS), default="quotes", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@index_option
@json_option
@reports_search_errors
def list_speakers(query: tuple[str, ...], sort: str, limit: int, offset: int, index: Path, as_json: bool) -> None:
    """The speakers whom QUERY means by name, initials or role; all of them without one."""
    with open_searcher(index) as molva:
        found = molva.speakers(" ".join(query), limit=limit, offset=offset, sort=sort)
    if as_json:
        print_json(found.to_dict())
        return
    click.echo(f"{found.total.value:,} speakers", err=True)
    for one in found.speakers:
        click.echo(_line(one))


def _years(one: SpeakerFound) -> str:
    first, last = (one.first or "")[:4], (one.last or "")[:4]
    return first if first == last else f"{first}–{last}"


def _told(one: SpeakerFound) -> str:
    """Roles, other names, what was joined."""
    told = [role.role for role in one.roles[:3]]
    told += [f"= {name}" for name in (*one.names[1:], *one.aliases)]
    told += [f"← {speaker_id}" for speaker_id in one.merged]
    return "; ".join(told)


@speakers.command()
@click.argument("into")
@click.argument("others", nargs=-1, required=True)
@index_option
@json_option
@reports_search_errors
def merge(into: str, others: tuple[str, ...], index: Path, as_json: bool) -> None:
    """OTHERS are the same speaker as INTO (ids, as `molva speakers list` gives them)."""
    with open_searcher(index) as molva:
        target = molva.speaker(into).id
        ids = [molva.speaker(other).id for other in others]
    decided = _saved(index)
    try:
        for other in ids:
            decided = decided.with_merged(other, target)
    except OverridesError as error:
        raise fail(error, USAGE) from error
    _save(index, decided)
    _show(index, target, as_json)


@speakers.command()
@click.argument("speaker")
@index_option
@json_option
@reports_search_errors
def split(speaker: str, index: Path, as_json: bool) -> None:
    """Undo every merge into SPEAKER, or of it into another one."""
    before = _saved(index)
    after = before.without(speaker)
    if after == before:
        raise fail(f"{overrides.overrides_file(index)}: no merge names {speaker!r}; see molva speakers list", USAGE)
    _save(index, after)
    _show(index, speaker, as_json)


@speakers.command()
@click.argument("speaker")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the name away again.")
@index_option
@json_option
@reports_search_errors
def alias(speaker: str, name: str, remove: bool, index: Path, as_json: bool) -> None:
    """SPEAKER is also called NAME: found by it, and one with whoever articles give that name alone."""
    name = " ".join(name.split())
    if not name:
        raise fail("the name is empty; expected words", USAGE)
    before = _saved(index)
    with open_searcher(index) as molva:
        target = molva.speaker(speaker).id
    after = before.without_alias(target, name) if remove else before.with_alias(target, name)
    if remove and after == before:
        raise fail(f"{overrides.overrides_file(index)}: {target} has no alias {name!r}", USAGE)
    _save(index, after)
    _show(index, target, as_json)


def _saved(index: Path) -> Overrides:
    try:
        return overrides.saved(index)
    except OverridesError as error:
        raise fail(error, USAGE) from error


def _save(index: Path, decided: Overrides) -> None:
    file = overrides.overrides_file(index)
    on_cluster = engine() == "opensearch"
    try:
        if on_cluster:  # then the folder holds nothing but what a person has decided
            index.mkdir(parents=True, exist_ok=True)
        overrides.save(index, decided)
    except OSError as error:
        raise fail(f"{file}: cannot be written ({error.strerror or error})", USAGE) from error
    if not on_cluster:
        from index.voices import keep_if_free  # brings what works it out, which no other command here needs

        keep_if_free(index)


def _show(index: Path, speaker: str, as_json: bool) -> None:
    """What the speaker is now."""
    with open_searcher(index) as molva:
        found = molva.speaker(speaker)
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo(_line(found))


def _line(one: SpeakerFound) -> str:
    return "\t".join((one.id, f"{one.quotes:,}", _years(one), one.label, _told(one)))


COMMANDS: tuple[click.Command, ...] = (speakers,)
