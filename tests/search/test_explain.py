"""Does an explanation say where the words of a query stand, and how?"""

from __future__ import annotations

import pytest

from index import Article
from search.results import ArticleHit
from tests.conftest import Indexed

ARTICLES = (
    Article(id="beside", title="Новый мост", text="Открыли новый мост. Мосты здесь строили и раньше."),
    Article(id="apart", title="Хроника", text="Мост стар, новый паром ещё не пришёл."),
    Article(id="stem", title="О погоде", text="Ракету Маска унесло ветром."),
    Article(id="capitals", title="Сводка", text="Суды и цены: всё как всегда."),
)


@pytest.mark.parametrize(
    ("query", "article", "says"),
    [
        (
            "новый мост",
            "beside",
            "«новый»: в заголовке (как в запросе, рядом с «мост»), в тексте (как в запросе, рядом с «мост»); "
            "«мост»: в заголовке (как в запросе), в тексте ×2 (как в запросе)",
        ),
        ("новый мост", "apart", "«новый»: в тексте (как в запросе); «мост»: в тексте (как в запросе)"),
        ("мосту", "apart", "«мосту»: в тексте (в другой форме)"),
        ("Маск", "stem", "«Маск»: в тексте (совпала только основа)"),
        ("СУДА СВОДКА", "capitals", "«СУДА»: в тексте (в другой форме); «СВОДКА»: в заголовке (как в запросе)"),
        ("паром | причал", "apart", "«паром»: в тексте (как в запросе); «причал»: здесь не стоит"),
    ],
)
def test_each_word_of_the_query_has_its_clause(indexed: Indexed, query: str, article: str, says: str) -> None:
    hits = {hit.id: hit for hit in indexed(ARTICLES).search(query, explain=True).hits}
    assert hits[article].explain == says


def test_nothing_is_explained_that_nobody_asked(indexed: Indexed) -> None:
    (hit,) = indexed(ARTICLES[:1]).search("мост").hits
    assert isinstance(hit, ArticleHit)
    assert hit.explain is None
    assert "explain" not in hit.to_dict()
