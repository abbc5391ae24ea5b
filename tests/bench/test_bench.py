"""Whether the whole run works, on corpora that take a second. Its figures mean nothing there."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.analysis import tokens

from .__main__ import TASKS, main
from .corpus import LONG, TOKENS, kept, long_articles, read, short_articles
from .measure import interleaved
from .queries import SHAPES, Words, ask
from .tables import Table, shown
from .wordforms import surname, syllables


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    work = tmp_path_factory.mktemp("bench")
    arguments = ["--work", str(work), "--data", str(work / "none"), "--docs", "60", "--docs", "300"]
    done = CliRunner().invoke(main, [*arguments, "--queries", "2", "--quick", "--json", str(work / "run.json")])
    assert done.exit_code == 0, done.output
    found = json.loads((work / "run.json").read_text(encoding="utf-8"))
    assert found["about"]["date"]
    return {table["name"]: Table(**table) for table in found["tables"]}


def test_every_task_prints_a_table(tables: dict[str, Table]) -> None:
    wanted = {"indexing-300", "bytes-300", "search-text-300", "search-title-text-300", "search-count-300", "growth"} | {
        "parsing",
        "typed-300",
    }
    assert wanted | (set(TASKS) - {"indexing", "search", "typed"}) <= set(tables)


def test_every_shape_finds_something(tables: dict[str, Table]) -> None:
    found = {row["shape"] for row in tables["search-text-300"].rows}
    assert found == set(SHAPES)


def test_a_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    once = list(islice(short_articles(None), 20))
    file = kept(tmp_path / "short.jsonl", short_articles(None), 20)
    assert list(read(file)) == once


def test_articles_have_about_the_length_that_they_should() -> None:
    short = [len(tokens(document.text)) for document in islice(short_articles(None), 200)]
    assert TOKENS * 0.9 < sum(short) / 200 < TOKENS * 1.15
    long = [len(document.text) for document in islice(long_articles(None), 50)]
    assert LONG * 0.7 < sum(long) / 50 < LONG * 1.3


def test_the_vocabulary_grows_with_the_corpus() -> None:
    documents = list(islice(short_articles(None), 400))
    half = {token.form for document in documents[:200] for token in tokens(document.text)}
    whole = half | {token.form for document in documents[200:] for token in tokens(document.text)}
    assert len(whole) > 1.2 * len(half)


def test_each_number_is_another_word() -> None:
    assert len({syllables(number) for number in range(20_000)}) == 20_000
    assert len({surname(number) for number in range(20_000)}) == 20_000


def test_queries_are_the_same_each_time() -> None:
    documents = list(islice(short_articles(None), 100))
    assert ask(Words(documents), 3) == ask(Words(documents), 3)


def test_every_call_has_its_turn_in_every_round() -> None:
    calls: list[str] = []
    rounds = [{name: lambda name=name: calls.append(name) for name in ("a", "b")}] * 2
    assert set(interleaved(rounds, repeats=2)) == {"a", "b"}
    assert "".join(calls) == "aabb" + "bbaa"


def test_figures_have_three_digits_that_count() -> None:
    assert [shown(value, "µs") for value in (1234.5, 56.78, 0.1234, 7, None)] == ["1,234", "56.8", "0.12", "7", "–"]
    assert shown(2.345, "tantivy ÷ molva ×") == "2.35×"
