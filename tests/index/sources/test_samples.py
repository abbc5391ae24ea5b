"""Are real files read? An extra for those who have the samples beside the project; it is skipped elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.sources.conftest import read

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "importers"
EXPECTED = {
    "ria.json.gz": 10,
    "lenta-ru-news.csv.gz": 1,
    "lenta-ru-news.csv.bz2": 1,
    "ods": 63,
    "buriy": 45,
    "Persons-1000.zip": 1,
    "annot.opcorpora.xml.byfile.zip": 2,
    "ruwiki-latest-pages-articles.xml.bz2": 1,
    "taiga/Arzamas.tar.gz": 1,
    "taiga/Fontanka.tar.gz": 1,
    "taiga/Interfax.tar.gz": 1,
    "taiga/KP.tar.gz": 1,
    "taiga/Lenta.tar.gz": 1,
    "taiga/Magazines.tar.gz": 1,
    "taiga/NPlus1.tar.gz": 2,
    "taiga/proza_ru.zip": 1,
    "taiga/stihi_ru.zip": 1,
    "taiga/Subtitles.tar.gz": 0,
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_its_articles_and_reasons_for_the_rest(name: str) -> None:
    articles, skipped = read(SAMPLES / name)
    assert len(articles) == EXPECTED[name]
    assert all(article.title and article.text.strip() for article in articles)
    assert all(one.reason for one in skipped)
    assert articles or skipped
