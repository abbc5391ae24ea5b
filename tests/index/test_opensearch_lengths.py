"""Mean lengths are those of the documents that are made."""

from __future__ import annotations

import pytest

from index import Article, opensearch_lengths
from index.opensearch_documents import documents_of
from index.opensearch_lengths import MeanLengths, lengths_in
from index.opensearch_mapping import USUAL_LENGTHS
from index.prepare import prepare
from index.schema import KINDS, Kind
from index.writer import SyncState

SOME = [
    Article(id=f"a{n}", title="Мост " * n, text="«Мост откроют», — сказал Антон Ким. " + "Река течёт. " * n * n)
    for n in range(1, 30)
]


def test_they_are_those_of_the_documents() -> None:
    found = MeanLengths()
    bodies: dict[Kind, list[dict[str, int]]] = {kind: [] for kind in KINDS}
    for article, quotes in map(prepare, SOME):
        found.add(article, quotes)
        made = documents_of(article, quotes, SyncState(None, None), order=0, lengths=USUAL_LENGTHS)
        bodies["article"].append(made.article.body["length"])
        bodies["quote"] += [quote.body["length"] for quote in made.quotes]
    for kind, some in bodies.items():
        for name, mean in found.means()[kind].items():
            assert mean == pytest.approx(sum(one[name] for one in some) / len(some))


def test_of_what_is_not_prepared_they_are_near() -> None:
    exact = MeanLengths()
    for article in SOME:
        exact.add(*prepare(article))
    found = lengths_in([*SOME, Article(id="bad", title="", text=None)], prepare)  # type: ignore[arg-type]
    assert found["article"] == pytest.approx(exact.means()["article"], rel=0.02)
    assert found["quote"] == pytest.approx(exact.means()["quote"], rel=0.15)


def test_without_documents_they_are_the_usual_ones() -> None:
    assert MeanLengths().means() == USUAL_LENGTHS
    assert lengths_in([], prepare) == USUAL_LENGTHS


def test_no_more_are_counted_than_are_worth_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_lengths, "SAMPLE", 3)
    assert lengths_in(SOME, prepare)["article"]["title"] == 2.0
    assert lengths_in(SOME[:2], prepare)["article"]["title"] == 1.5
