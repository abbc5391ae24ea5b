"""Do the figures about words count what they say?"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import Article

from ..conftest import Indexed
from .words import forms_of, main, ours, questions, snowballs, typos

ROWS = (
    *(("день", "день", "NOUN"), ("дня", "день", "NOUN"), ("вино", "вино", "NOUN"), ("вина", "вино", "NOUN")),
    *(("вину", "вина", "NOUN"), ("берёзов", "берёзов", "PROPN"), ("берёзовым", "берёзов", "PROPN")),
)
ARTICLES = (
    Article(id="a", title="Пристань", text="Вчера пристань закрыли на ремонт."),
    Article(id="b", title="Паром", text="Паром ходит до вечера. Пристань откроют в мае."),
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "forms.tsv.gz"
    lines = ["form\tlemma\tupos\tcount", *("\t".join((*row, "1")) for row in ROWS)]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    return file


def test_forms_of_a_lemma_are_counted_in_pairs_and_strangers_apart(table: Path) -> None:
    forms = forms_of(table)
    assert ours(forms).met == {"NOUN": (2, 2), "PROPN": (1, 1)}
    stems = snowballs(forms)
    assert stems.met["NOUN"] == (1, 2)  # день, дня have two stems
    assert stems.wrong == 2  # вину has that of вино and of вина


def test_a_typo_counts_where_its_word_is_there_and_it_is_not(indexed: Indexed) -> None:
    molva = indexed(ARTICLES)
    found = typos(molva, [("пристонь", "пристань"), ("корабель", "корабль"), ("паром", "паром"), ("вчра", "вечера")])
    assert (found.asked, found.right) == (2, 1)
    assert (found.correct, found.changed) == (3, [])
    assert found.missed == ["вчра → —, meant вечера"]


def test_questions_that_are_found_are_not_asked_otherwise(indexed: Indexed) -> None:
    found = questions(indexed(ARTICLES), ["когда закрыли пристань", "пристонь", "слон"])
    assert (found.asked, found.literal, found.rewritten) == (3, 1, [])
    assert found.read == ["пристонь → пристань"]


def test_the_figures_are_printed(table: Path) -> None:
    told = CliRunner().invoke(main, ["--forms", str(table)]).output
    assert "ours: 1.000 of the pairs" in told
    assert "Snowball: " in told
