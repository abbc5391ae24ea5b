"""Are the figures right? Against a slow reference, by hand, and through the command on files as people have them."""

from __future__ import annotations

import gzip
import json
from itertools import permutations
from math import log2
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from index import Article, open_writer
from search import open_searcher
from search.evaluation import evaluate, measures, ndcg, recall, reciprocal_rank
from search.judgements import JudgementError, read_judgements, read_queries
from web.cli import main

DOCUMENTS = ("мост", "паром", "порт", "док", "маяк")
some_grades = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3))
some_ranking = st.lists(st.sampled_from((*DOCUMENTS, "чужой")), max_size=8)

ARTICLES = (
    Article(id="bridge", title="Мост", text="В Окольске открыли мост через Лугу."),
    Article(id="ferry", title="Паром", text="Паром ходил там, где теперь мост."),
    Article(id="school", title="Школа", text="В школе начались каникулы."),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged") / "index"
    with open_writer(folder) as writer:
        for article in ARTICLES:
            writer.add(article)
        writer.publish()
    return folder


def written(folder: Path, queries: str, qrels: str) -> tuple[str, str]:
    (folder / "queries").write_text(queries, "utf-8")
    (folder / "qrels").write_text(qrels, "utf-8")
    return str(folder / "queries"), str(folder / "qrels")


def molva(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def slow_dcg(ranked: list[str], grades: dict[str, int], most: int) -> float:
    total, rank, seen = 0.0, 0, set()
    for document in ranked:
        if document not in seen and rank < most:
            seen.add(document)
            rank += 1
            total += (2 ** grades.get(document, 0) - 1) / log2(rank + 1)
    return total


@given(some_ranking, some_grades, st.integers(1, 6))
def test_ndcg_is_the_share_of_the_best_of_all_orders(ranked: list[str], grades: dict[str, int], most: int) -> None:
    best = max(slow_dcg(list(order), grades, most) for order in permutations(grades))
    expected = slow_dcg(ranked, grades, most) / best if best else 0.0
    assert ndcg(ranked, grades, most) == pytest.approx(expected)


@given(some_ranking, some_grades, st.integers(1, 6))
def test_recall_and_reciprocal_rank_count_documents_one_by_one(
    ranked: list[str], grades: dict[str, int], most: int
) -> None:
    first: list[str] = []
    for document in ranked:
        if document not in first and len(first) < most:
            first.append(document)
    relevant = [document for document, grade in grades.items() if grade]
    found = [place for place, document in enumerate(first, 1) if document in relevant]
    assert recall(ranked, grades, most) == (len(found) / len(relevant) if relevant else 0)
    assert reciprocal_rank(ranked, grades, most) == (1 / found[0] if found else 0)


def test_figures_worked_out_by_hand() -> None:
    grades = {"мост": 2, "паром": 1, "порт": 0, "док": 1}
    ranked = ["порт", "мост", "маяк", "паром"]
    # gains 0, 3, 0, 1 over log2 of 2, 3, 4, 5; at best 3, 1, 1 over log2 of 2, 3, 4
    expected = (3 / log2(3) + 1 / log2(5)) / (3 + 1 / log2(3) + 1 / 2)
    assert measures(ranked, grades, 100) == pytest.approx(
        {"nDCG@10": expected, "MRR@10": 1 / 2, "recall@10": 2 / 3, "recall@100": 2 / 3}
    )


def test_a_document_that_comes_twice_counts_once() -> None:
    assert ndcg(["мост", "мост"], {"мост": 1, "паром": 1}) == pytest.approx(1 / (1 + 1 / log2(3)))
    assert recall(["мост", "мост", "паром"], {"мост": 1, "паром": 1}, 2) == 1


@pytest.mark.parametrize(
    "queries",
    [
        '{"id": "q1", "text": "мост"}\n{"id": "q2", "text": "паром"}\n',
        '{"_id": "q1", "text": "мост"}\r\n\r\n{"_id": "q2", "text": "паром"}',
        "q1\tмост\nq2\tпаром\n",
        "query-id\ttext\nq1\tмост\nq2\tпаром",
        "\ufeffid\tquery\nq1\t мост \nq2\tпаром\n\n",
        "q1\tмост\nq2\tпаром\nq1\tмост\n",
    ],
)
def test_queries_are_read_as_people_write_them(tmp_path: Path, queries: str) -> None:
    file, _ = written(tmp_path, queries, "")
    assert read_queries(Path(file)) == {"q1": "мост", "q2": "паром"}


@pytest.mark.parametrize(
    "qrels",
    [
        "query-id\tcorpus-id\tscore\nq1\tи мост\t2\nq1\tпаром\t0\n",
        "q1\tи мост\t2\r\nq1\tпаром\t-1\r\n",
        "q1\t0\tи мост\t2\nq1\t0\tпаром\t0\n",
        "query_id\titeration\tdoc_id\trelevance\nq1\t0\tи мост\t2\nq1\t0\tпаром\t0",
    ],
)
def test_judgements_are_read_as_people_write_them(tmp_path: Path, qrels: str) -> None:
    _, file = written(tmp_path, "", qrels)
    assert read_judgements(Path(file)).grades == {"q1": {"и мост": 2, "паром": 0}}


def test_trec_judgements_may_be_parted_by_blanks_and_packed(tmp_path: Path) -> None:
    file = tmp_path / "qrels.gz"
    file.write_bytes(gzip.compress("q1 0 мост 1\nq1  0  паром  2\nq2 0 порт 1\n".encode()))
    assert read_judgements(file).grades == {"q1": {"мост": 1, "паром": 2}, "q2": {"порт": 1}}


def test_of_two_grades_of_a_document_the_higher_counts(tmp_path: Path) -> None:
    _, file = written(tmp_path, "", "q1\tмост\t2\nq1\tмост\t1\nq1\tпаром\t1\nq1\tпаром\t1\n")
    found = read_judgements(Path(file))
    assert (found.grades, found.twice) == ({"q1": {"мост": 2, "паром": 1}}, 2)


@pytest.mark.parametrize(
    ("queries", "says"),
    [
        ('{"id": "q1", "text": "мост"}\n{"id": "q2"\n', ["queries, line 2", '{"id": "q2"', '{"id": …, "text": …}']),
        ('{"id": "q1"}\n', ["line 1", "expected"]),
        ('{"id": true, "text": "мост"}\n', ["line 1"]),
        ("мост\n", ["line 1", "'мост'", "parted by a tab"]),
        ("q1\tмост\n\nq1\tпаром\n", ["line 3", "'q1' of line 1", "each id once"]),
        ("id\ttext\n", ["no query"]),
        ("", ["no query"]),
    ],
)
def test_queries_that_cannot_be_read_are_said_with_their_line(tmp_path: Path, queries: str, says: list[str]) -> None:
    file, _ = written(tmp_path, queries, "")
    with pytest.raises(JudgementError) as error:
        read_queries(Path(file))
    assert all(words in str(error.value) for words in says), str(error.value)


@pytest.mark.parametrize(
    ("qrels", "says"),
    [
        ("q1\tмост\t1\nq1\tпаром\n", ["qrels, line 2", "'q1\\tпаром'", "whole number"]),
        ("q1\tмост\t1\nq1\tпаром\tда\n", ["line 2", "grade 'да'"]),
        ("q1\tмост\t0.5\n", ["line 1", "'0.5'"]),
        ("q1\tмост\t1000000000\n", ["line 1", "'1000000000'", "up to 30"]),
        ("q1\t\t1\n", ["line 1"]),
        ("q1\tмост\t1\nquery-id\tcorpus-id\tscore\n", ["line 2"]),
        ("query-id\tcorpus-id\tscore\n", ["no judgement"]),
    ],
)
def test_judgements_that_cannot_be_read_are_said_with_their_line(tmp_path: Path, qrels: str, says: list[str]) -> None:
    _, file = written(tmp_path, "", qrels)
    with pytest.raises(JudgementError) as error:
        read_judgements(Path(file))
    assert all(words in str(error.value) for words in says), str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "No such file"), (b"q1\tx\n\xff\n", "line 2: found bytes that are no UTF-8"), (b"\x1f\x8b\x08", "file")],
)
def test_a_file_that_is_none_of_text_is_said(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "queries"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(JudgementError, match=says):
        read_queries(file)


def test_what_cannot_be_evaluated_is_counted_and_named(index: Path) -> None:
    queries = {"good": "мост", "refused": "-мост", "nothing": "архипелаг", "unjudged": "школа", "naught": "паром"}
    judgements = {
        "good": {"bridge": 2, "ferry": 1},
        "refused": {"school": 1},
        "nothing": {"sunk": 1},
        "naught": {"ferry": 0},
        "stranger": {"bridge": 1},
    }
    told: list[tuple[int, int]] = []
    with open_searcher(index) as molva:
        found = evaluate(molva, queries, judgements, rewrite=False, told=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [one.id for one in found.each] == ["good", "refused", "nothing"]
    assert found.unjudged == ("unjudged", "naught")
    assert found.unasked == ("stranger",)
    assert found.unknown == ("sunk",)
    assert found.refused == ("refused",)
    assert found.each[1].refused == "only_negative"
    assert found.without_hits == 2
    assert found.each[0].ranked == ("bridge", "ferry")
    assert found.means["nDCG@10"] == pytest.approx(1 / 3)


def test_the_command_prints_what_evaluate_finds(index: Path, tmp_path: Path) -> None:
    files = written(tmp_path, "q1\tпаром\nq2\tшкола\n", "q1\tbridge\t1\nq2 0 school 1\n")
    shown = molva("eval", *files, "--index", index, "--each")
    assert shown.exit_code == 0, shown.stderr
    header, first, second, _, *figures = shown.stdout.splitlines()
    assert header.split("\t")[:5] == ["id", "nDCG@10", "MRR@10", "recall@10", "recall@100"]
    assert first.split("\t")[:2] == ["q1", "0.0000"]
    assert second.split("\t")[:2] == ["q2", "1.0000"]
    assert dict(line.rsplit(maxsplit=1) for line in figures) == {
        "nDCG@10": "0.5000",
        "MRR@10": "0.5000",
        "recall@10": "0.5000",
        "recall@100": "0.5000",
        "queries": "2",
        "without hits": "0",
    }


def test_the_command_prints_json(index: Path, tmp_path: Path) -> None:
    files = written(tmp_path, "q1\tпаром\n", "q1\tferry\t3\nq1\tlost\t1\nq1\tlost\t1\n")
    shown = molva("eval", *files, "--index", index, "--json", "--each", "--limit", "50")
    found: dict[str, Any] = json.loads(shown.stdout)
    assert set(found["measures"]) == {"nDCG@10", "MRR@10", "recall@10", "recall@50"}
    assert found["measures"]["recall@50"] == 0.5
    assert found["unknown"] == ["lost"]
    assert found["each"][0]["ranked"] == ["ferry"]
    assert "1 relevant documents are not in the index: lost" in shown.stderr
    assert "1 judgements came twice" in shown.stderr


def test_queries_that_were_read_in_another_way_are_counted(index: Path, tmp_path: Path) -> None:
    files = written(tmp_path, "q1\tgfhjv\nq2\tirjkf\nq3\tмост\n", "q1\tferry\t1\nq2\tschool\t1\nq3\tbridge\t1\n")
    shown = json.loads(molva("eval", *files, "--index", index, "--json", "--each").stdout)
    assert shown["rewritten"] == {"layout": 2}
    assert shown["each"][0]["rewrites"] == [{"kind": "layout", "from": "gfhjv", "to": "паром"}]
    off = json.loads(molva("eval", *files, "--index", index, "--json", "--rewrite", "off").stdout)
    assert (off["rewritten"], off["without_hits"]) == ({}, 2)


def test_quotes_are_judged_by_their_ids(tmp_path: Path) -> None:
    with open_writer(tmp_path / "index") as writer:
        text = "«Мост выдержит любой лёд», — сказал инженер Пётр Гущин."
        writer.add(Article(id="ice", title="Ледоход", text=text))
        writer.publish()
    files = written(tmp_path, "q1\tлёд\n", "q1\tice#q1\t1\n")
    shown = molva("eval", *files, "--index", tmp_path / "index", "--json", "--type", "quote")
    assert json.loads(shown.stdout)["measures"]["nDCG@10"] == 1.0


def test_files_that_do_not_belong_together_are_a_mistake(index: Path, tmp_path: Path) -> None:
    shown = molva("eval", *written(tmp_path, "q1\tпаром\n", "q7\tferry\t1\n"), "--index", index)
    assert shown.exit_code == 2
    assert "do the ids of QUERIES and QRELS agree?" in shown.stderr


def test_a_mistake_in_a_file_is_a_message_and_an_exit_code(index: Path, tmp_path: Path) -> None:
    shown = molva("eval", *written(tmp_path, "q1\tпаром\n", "q1\tferry\n"), "--index", index)
    assert shown.exit_code == 2
    assert "qrels, line 1: found 'q1\\tferry', expected" in shown.stderr
