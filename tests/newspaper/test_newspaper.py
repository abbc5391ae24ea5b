"""The bundled newspaper is what its annotated source says, and Molva finds in it what its gold says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from index.model import Article
from index.prepare import prepare
from index.schema import exact_key
from index.sources import Loaded, read_paths
from tests.newspaper import build
from web.cli import NEWSPAPER

Place = tuple[str, tuple[tuple[int, int], ...]]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    items = list(read_paths([NEWSPAPER]))
    assert all(isinstance(item, Loaded) for item in items)
    return {item.article.id: item.article for item in items if isinstance(item, Loaded)}


def gold_places(kind: str) -> dict[Place, str | None]:
    found: dict[Place, str | None] = {}
    for line in (NEWSPAPER.parent / "gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for quote in row["quotes"]:
            if quote["kind"] == kind:
                found[row["id"], tuple((a, b) for a, b in quote["spans"])] = quote["speaker_name"]
    return found


def found_places(articles: dict[str, Article], kind: str) -> dict[Place, str | None]:
    return {
        (article.id, tuple((span.start, span.end) for span in quote.spans)): quote.speaker.name
        if quote.speaker
        else None
        for article in articles.values()
        for quote in prepare(article)[1]
        if quote.kind == kind
    }


def test_the_bundled_files_are_built_from_the_annotated_source() -> None:
    for name, content in build.outputs().items():
        assert (build.OUT / name).read_text("utf-8") == content, f"run: python -m tests.newspaper.build ({name})"


def test_it_is_as_large_as_promised(articles: dict[str, Article]) -> None:
    kinds = Counter({kind: len(gold_places(kind)) for kind in ("direct", "partial", "indirect", "pull")})
    assert len(articles) >= 80
    assert kinds["direct"] >= 300
    assert min(kinds.values()) > 10
    assert {(article.published or "")[:4] for article in articles.values()} == {str(y) for y in range(2012, 2026)}


@pytest.mark.parametrize(
    ("article_id", "title", "section", "source"),
    [
        ("zv-2015-08-27-museum-night", "Ночь в музее закончилась утром", "Культура", "Окольские новости"),
        ("zv-2024-10-10-goose", "Гуся-нарушителя вернули хозяину", "Новости", "Окольск-информ"),
    ],
)
def test_crawl_noise_is_cleaned(
    articles: dict[str, Article], article_id: str, title: str, section: str, source: str
) -> None:
    article, _ = prepare(articles[article_id])
    assert (article.title, article.section, article.source) == (title, section, source)
    assert "[quote" not in article.body
    assert ".example" not in article.body


def test_every_pull_block_is_told_once(articles: dict[str, Article]) -> None:
    assert found_places(articles, "pull") == gold_places("pull")


def test_direct_quotes_are_found_where_they_stand(articles: dict[str, Article]) -> None:
    gold, found = gold_places("direct"), found_places(articles, "direct")
    right = gold.keys() & found.keys()
    assert len(right) / len(found) >= 0.98, "precision"
    assert len(right) / len(gold) >= 0.98, "recall"


def test_a_named_speaker_is_the_right_one(articles: dict[str, Article]) -> None:
    gold, found = gold_places("direct"), found_places(articles, "direct")
    named = [place for place in gold.keys() & found.keys() if found[place] is not None]
    assert len(named) / len(gold.keys() & found.keys()) > 0.8
    # An article may write Березов; «ё» is the spelling of the gold.
    wrong = [(p, found[p], gold[p]) for p in named if exact_key(found[p] or "") != exact_key(gold[p] or "")]
    assert len(wrong) / len(named) <= 0.07, wrong


def test_the_notation_is_refused_where_it_is_broken(tmp_path: Path) -> None:
    head = "id: a\n---\n"
    for body, words in [
        ("«⟦1 Да», — сказал мэр.\n===\n1 direct", "never closed"),
        ("«⟦Да⟧»\n===\n1 direct", "without a number"),
        ("«⟦1 Да⟧»\n===\n", "no line behind"),
        ("«⟦1 Да⟧»\n===\n1 direct | Пётр Снегирёв | role", "has no"),
        ("«⟦1  Да⟧»\n===\n1 direct", "blanks"),
    ]:
        with pytest.raises(build.NotationError, match=words):
            build.parse(head + body, "a.txt")
