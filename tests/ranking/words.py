"""Do forms of one word meet, and is what people mistype understood? `python -m tests.ranking.words --help`.

forms: pairs of forms of a lemma, the first as a query's word, the second as a text's; and pairs of forms that have no
lemma in common and meet all the same, beside Snowball's. typos: what was mistyped and is found nowhere, whose right
word is; the first repair must be that word, and a right word must not be repaired. questions: none that is found as it
stands may be asked otherwise; the others that are get printed, to be read.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

import click

from index import open_writer
from index.analysis import fold, query_roots
from index.analysis.roots import roots, stem
from index.sources import Loaded, read_paths
from search import Searcher, open_searcher

NEAR: Final = 2  # letters: mistakes of more are other words
MANY: Final = 1_000  # questions


class Form(NamedTuple):
    """A row of the table: a form, its lemma and part of speech."""

    form: str
    lemma: str
    sort: str

    @property
    def written(self) -> str:
        """As a text writes it."""
        return self.form.capitalize() if self.sort == "PROPN" else self.form


Words = Callable[[Form], Iterable[str]]


def forms_of(file: Path) -> list[Form]:
    """A table of form, lemma, upos, gzipped, with a head."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Form(fold(row["form"]), fold(row["lemma"]), row["upos"]) for row in rows]


def meeting(
    forms: list[Form], asked: Callable[[Form], Iterable[str]], kept: Callable[[Form], Iterable[str]]
) -> Meeting:
    """Which of these meet, where a query's word looks for `asked` and a text's is kept under `kept`."""
    of = {one: (frozenset(asked(one)), frozenset(kept(one))) for one in dict.fromkeys(forms)}
    families: dict[tuple[str, str], list[Form]] = defaultdict(list)
    for one in of:
        families[one.lemma, one.sort].append(one)
    met: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_, sort), family in families.items():
        for one, other in combinations(family, 2):
            met[sort][0] += bool(of[one][0] & of[other][1])
            met[sort][1] += 1
    lemmas: dict[str, set[str]] = defaultdict(set)
    under: dict[str, set[str]] = defaultdict(set)
    for one, (_, terms) in of.items():
        lemmas[one.form].add(one.lemma)
        for term in terms:
            under[term].add(one.form)
    wrong = {
        frozenset((one, other))
        for together in under.values()
        for one, other in combinations(sorted(together), 2)
        if not lemmas[one] & lemmas[other]
    }
    return Meeting({sort: (right, all_of) for sort, (right, all_of) in met.items()}, len(wrong))


class Meeting(NamedTuple):
    """`met`: pairs that meet, and all, by part of speech; `wrong`: pairs that should not."""

    met: dict[str, tuple[int, int]]
    wrong: int

    @property
    def share(self) -> float:
        """Of all pairs."""
        return sum(right for right, _ in self.met.values()) / max(1, sum(all_of for _, all_of in self.met.values()))


def ours(forms: list[Form]) -> Meeting:
    """By our own analysis."""
    return meeting(
        forms,
        lambda one: query_roots(one.form, written=one.written).roots,
        lambda one: roots(one.form, written=one.written),
    )


def snowballs(forms: list[Form]) -> Meeting:
    """By stems alone."""
    return meeting(forms, lambda one: (stem(one.form),), lambda one: (stem(one.form),))


# -- mistakes


class Typos(NamedTuple):
    """Of `asked` mistyped words `right` were understood at once; of `correct` words `changed` were repaired."""

    asked: int
    right: int
    correct: int
    changed: list[str]
    missed: list[str]


def typos(molva: Searcher, pairs: Iterable[tuple[str, str]]) -> Typos:
    """`pairs` of what was typed and what was meant, near each other."""
    asked = right = 0
    correct: dict[str, bool] = {}
    missed = []
    for typed, meant in pairs:
        if not _found(molva, f"!{meant}"):  # in this very form, or nobody could know it
            continue
        if meant not in correct:
            correct[meant] = bool(molva.search(meant, snippets=False).rewrites)
        if _found(molva, typed):
            continue
        asked += 1
        rewrites = molva.search(typed, snippets=False).rewrites
        understood = rewrites[0].after if rewrites else ""
        right += fold(understood) == fold(meant)
        if fold(understood) != fold(meant):
            missed.append(f"{typed} → {understood or '—'}, meant {meant}")
    return Typos(asked, right, len(correct), [word for word, changed in correct.items() if changed], missed)


def near_pairs(file: Path) -> Iterator[tuple[str, str]]:
    """A table of misspelled, correct, count, edit_distance."""
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE):
            if int(row["edit_distance"]) <= NEAR:
                yield row["misspelled"], row["correct"]


class Questions(NamedTuple):
    """`literal`: found as they stand; `rewritten` of these; `read` otherwise of the rest, with what was asked."""

    asked: int
    literal: int
    rewritten: list[str]
    read: list[str]


def questions(molva: Searcher, texts: Iterable[str]) -> Questions:
    """Ask each as it stands, and as one usually asks."""
    asked = literal = 0
    rewritten, read = [], []
    for text in texts:
        asked += 1
        rewrites = molva.search(text, snippets=False).rewrites
        told = f"{text} → {rewrites[-1].after}" if rewrites else ""
        if _found(molva, text):
            literal += 1
            rewritten += [told] if told else []
        else:
            read += [told] if told else []
    return Questions(asked, literal, rewritten, read)


def _found(molva: Searcher, text: str) -> bool:
    return molva.search(text, rewrite=False, snippets=False, limit=1).total.value > 0


@click.command()
@click.option("--forms", "table", type=click.Path(path_type=Path, exists=True), help="form, lemma, upos; .tsv.gz")
@click.option("--typos", "pairs", type=click.Path(path_type=Path, exists=True), help="misspelled, correct, …; .tsv")
@click.option("--questions", "asked", type=click.Path(path_type=Path, exists=True), help="number, question; .tsv")
@click.option("--articles", type=click.Path(path_type=Path, exists=True), help="To ask them over.")
def main(table: Path | None, pairs: Path | None, asked: Path | None, articles: Path | None) -> None:
    """Print what each table gives."""
    if table:
        forms = forms_of(table)
        for name, found in (("ours", ours(forms)), ("Snowball", snowballs(forms))):
            click.echo(f"{name}: {found.share:.3f} of the pairs of one lemma meet, {found.wrong} others do")
            for sort, (right, all_of) in sorted(found.met.items(), key=lambda one: -one[1][1]):
                click.echo(f"  {sort} {right / all_of:.3f} of {all_of}") if all_of else None
    if not articles:
        return
    with tempfile.TemporaryDirectory() as home:
        with open_writer(Path(home) / "index") as writer:
            for outcome in read_paths([articles]):
                if isinstance(outcome, Loaded):
                    writer.add(outcome.article, ())
            writer.publish()
        with open_searcher(Path(home) / "index") as molva:
            if pairs:
                mistyped = typos(molva, near_pairs(pairs))
                click.echo(f"typos: {mistyped.right / max(1, mistyped.asked):.3f} of {mistyped.asked} right at once")
                click.echo(f"correct words changed: {len(mistyped.changed)} of {mistyped.correct} {mistyped.changed}")
                click.echo("".join(f"  {one}\n" for one in mistyped.missed), nl=False)
            if asked:
                lines = asked.read_text(encoding="utf-8").splitlines()[:MANY]
                answered = questions(molva, (line.partition("\t")[2] for line in lines))
                click.echo(f"questions: {answered.literal} of {answered.asked} found as they stand")
                click.echo(f"of these asked otherwise: {len(answered.rewritten)}; of the others: {len(answered.read)}")
                click.echo("".join(f"  {one}\n" for one in (*answered.rewritten, *answered.read)), nl=False)


if __name__ == "__main__":
    main()
