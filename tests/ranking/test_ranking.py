"""Does the experiment change what it says it changes? On a handful of judged articles, in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from .__main__ import main, settings_of
from .run import MEASURES, Judgements, Reached, is_kept, reached
from .settings import UnknownSettingError, setting_of

ARTICLES = (
    ("people", "Пристань", "Люди ждали паром до вечера"),
    ("title", "Плотина", "Её построили за одно лето"),
    ("text", "Хроника", "Плотина даёт течь"),
)
QUERIES = (("q1", "человек", "people"), ("q2", "плотина", "text"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    rows = [{"id": name, "title": title, "text": text} for name, title, text in ARTICLES]
    (folder / "docs.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    queries = [{"id": name, "text": text} for name, text, _ in QUERIES]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(query) for query in queries), "utf-8")
    (folder / "qrels.tsv").write_text("\n".join(f"{name}\t{document}\t1" for name, _, document in QUERIES), "utf-8")
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture(scope="module")
def as_it_is(judged: Path, work: Path) -> Reached:
    return reached(Judgements(judged, judged / "docs.jsonl"), {}, work)


@pytest.mark.parametrize(
    ("written", "query", "before", "after"),
    [
        ("roots=snowball", "q1", 1.0, 0.0),  # by the dictionary only one word has both forms
        ("title=0.01", "q2", 0.5, 1.0),  # the title no longer comes before the text
    ],
)
def test_a_setting_changes_what_is_found(
    judged: Path, work: Path, as_it_is: Reached, written: str, query: str, before: float, after: float
) -> None:
    place = MEASURES.index("MRR@10")
    assert as_it_is.of[query][place] == before
    changed = reached(Judgements(judged, judged / "docs.jsonl"), setting_of(written), work)
    assert changed.of[query][place] == after


def test_a_table_has_a_row_for_each_setting_that_there_is(judged: Path, work: Path) -> None:
    arguments = ["--judgements", str(judged), "--work", str(work), "--set", "FORM_WEIGHT=0", "--set", "NO_SUCH=1"]
    shown = CliRunner().invoke(main, arguments, catch_exceptions=False)
    names = [line.split("|")[1].strip() for line in shown.stdout.splitlines()[2:]]
    assert names == ["as it is", "FORM_WEIGHT=0"]
    assert "NO_SUCH: no module of search or index has such a constant" in shown.stderr


def test_a_grid_is_all_pairs_of_its_values() -> None:
    names = [name for name, _ in settings_of(["K1=3"], ["K1=0.5:2", "title=1:2"])]
    assert names[:2] == ["as it is", "K1=3"]
    assert names[2:] == ["K1=0.5, title=1", "K1=0.5, title=2", "K1=2, title=1", "K1=2, title=2"]


@pytest.mark.parametrize("written", ["K1", "=1", "K1=", "K1=viel", "roots=latin", "stopwords=all", "look=on"])
def test_a_setting_that_says_nothing_is_refused(written: str) -> None:
    with pytest.raises(UnknownSettingError):
        setting_of(written)


def test_a_setting_may_change_several_things() -> None:
    assert setting_of("K1=0.9, roots=snowball,b.text=.5") == {"K1": 0.9, "roots": "snowball", "b.text": 0.5}


@given(st.dictionaries(st.text(min_size=1), st.tuples(*[st.floats(0, 1)] * 4), min_size=1))
def test_all_is_what_is_tuned_on_and_what_is_kept(figures: dict[str, tuple[float, ...]]) -> None:
    found = Reached(figures)
    kept = sum(map(is_kept, figures))
    parts = found.mean("MRR@10", kept=True) * kept + found.mean("MRR@10", kept=False) * (len(figures) - kept)
    assert found.mean("MRR@10") == pytest.approx(parts / len(figures))


def test_about_a_third_is_kept() -> None:
    assert 0.28 < sum(is_kept(f"query-{number}") for number in range(3000)) / 3000 < 0.38
