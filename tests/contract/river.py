"""What is asked of a small archive, and what is answered. As data: run on every engine there is.

An answer is named by its place in the JSON: `facets.source.0.value`, `hits.*.id` (of each). What is not named may be
anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from index import Article

# In two papers.
SAME = "«Мост простоит ещё сто лет, и ремонт ему не нужен до весны», — сказал мэр Заречного Антон Берёзов."
ARTICLES: Final = (
    Article(
        "bridge-1",
        "Мост закрыли на ремонт",
        SAME + " Рабочие приехали вечером. Паром ждут к среде.",
        published="2019-03-04",
        source="Вестник Заречья",
        author="Пётр Лугов",
        section="Город",
    ),
    Article(
        "bridge-2",
        "Мэр о мосте",
        "Вчера говорили о переправе. " + SAME,
        published="2019-03-05",
        source="Голос пристани",
        section="Город",
    ),
    Article(
        "ferry",
        "Паром идёт к острову",
        "Паром отходит в семь. «Билеты подорожают», — заявила Глафира Щукина, "
        "директор пристани. По словам Щукиной, новый паром построят за год.",
        published="2020-07-11",
        source="Голос пристани",
        author="Пётр Лугов",
        section="Река",
    ),
    Article(
        "school",
        "Школу № 5 открыли",
        "Ученики пришли утром. «Мы ждали этого три года», — сказала Вера Лугова.",
        published="2020-09-01",
        source="Вестник Заречья",
        section="Школа",
    ),
    Article(
        "fair",
        "Ярмарка",
        "На площади продавали мёд и стеклянные банки. Мост украсили лентами.",
        published="2021-05-09",
        source="Вестник заречья",
        section="Город",
    ),
    Article(
        "mayor",
        "Берёзов ушёл",
        "Антон Берёзов больше не мэр. «Дело сделано», — сказал Антон Берёзов.",
        published="2021-12-30",
        source="Вестник Заречья",
        author="Вера Ким",
        section="Город",
    ),
    Article("undated", "Старая открытка", "На открытке мост и паром у Берёзовой рощи.", section="Архив"),
    Article(
        "ice",
        "Лёд на реке",
        "Лёд у моста сошёл рано. Ремонтники ждут тепла, паромщики ждут воды.",
        published="2021-04-02",
        source="Голос пристани",
        section="Река",
    ),
)


@dataclass(frozen=True)
class Ask:
    """`method` of a searcher, what it is given, and what its answer says. `refused`: the code of the error instead."""

    name: str
    method: str
    given: tuple[Any, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None


def search(name: str, q: str, told: Mapping[str, Any], **parameters: Any) -> Ask:
    return Ask(name, "search", (q,), parameters, told)


ASKED: Final = (
    # -- filters
    search("of a source", "мост", {"hits.*.id": ["bridge-2", "ice"], "totals.article": 2}, source="голос пристани"),
    search("a source in any letter case", "мост", {"total.value": 2}, source="вестник заречья"),
    search("of an author", "паром", {"hits.*.id": ["ferry", "bridge-1"]}, author="Пётр Лугов"),
    search("of one of two sections", "ждут", {"total.value": 2}, section=("Город", "Река")),
    search("all filters at once", "паром", {"hits.*.id": ["ferry"]}, author="Пётр Лугов", section="Река", from_="2020"),
    search("what nobody wrote", "мост", {"total.value": 0, "hits": []}, author="Никто"),
    search(
        "articles with own words of somebody",
        "",
        {"hits.*.id": ["mayor", "bridge-2", "bridge-1"]},
        speaker="Антон Берёзов",
    ),
    search("a speaker by his id", "", {"total.value": 3}, speaker="anton-berezov"),
    search(
        "somebody who is only reported there does not speak", "", {"hits.*.id": ["ferry"]}, speaker="Глафира Щукина"
    ),
    search("articles with quotes of a kind", "", {"hits.*.id": ["ferry"]}, kind="indirect"),
    search("a field of the query", "мост источник:пристани", {"total.value": 2}),
    search("an author by a word", "автор:Лугов паром", {"hits.*.id": ["ferry", "bridge-1"]}),
    search("a section by a word", "рубрика:река", {"hits.*.id": ["ice", "ferry"]}),
    # -- dates
    search("of a year", "мост", {"total.value": 2}, from_="2019", to="2019"),
    search("of a month", "", {"hits.*.id": ["bridge-2", "bridge-1"]}, from_="2019-03", to="2019-03"),
    search("undated ones are in no range", "открытка", {"total.value": 0}, from_="1990"),
    search("undated ones come last", "", {"hits.7.id": "undated", "total.value": 8}, sort="newest"),
    search("and last from the oldest on", "", {"hits.0.id": "bridge-1", "hits.7.id": "undated"}, sort="oldest"),
    search("a date in the query", "дата:>=2021-12", {"hits.*.id": ["mayor"]}),
    search("a query sorts itself", "мост sort:date", {"hits.*.id": ["fair", "ice", "bridge-2", "bridge-1", "undated"]}),
    # -- facets
    search(
        "values that a filter takes for one are one",
        "мост",
        {
            "facets.source": [{"value": "Вестник Заречья", "count": 2}, {"value": "Голос пристани", "count": 2}],
            "facets.section": [
                {"value": "Город", "count": 3},
                {"value": "Архив", "count": 1},
                {"value": "Река", "count": 1},
            ],
            "facets.year": [{"value": "2019", "count": 2}, {"value": "2021", "count": 2}],
            "facets.month": [
                {"value": "2019-03", "count": 2},
                {"value": "2021-04", "count": 1},
                {"value": "2021-05", "count": 1},
            ],
        },
        facets="source,section,year,month",
    ),
    search(
        "a facet counts under all filters but its own",
        "мост",
        {"total.value": 2, "facets.source.*.count": [2, 2], "facets.section.*.count": [1, 1]},
        source="голос пристани",
        facets="source,section",
    ),
    search(
        "speakers of articles",
        "",
        {
            "facets.speaker": [
                {"value": "Антон Берёзов", "count": 3},
                {"value": "Вера Лугова", "count": 1},
                {"value": "Глафира Щукина", "count": 1},
            ]
        },
        facets="speaker",
    ),
    search(
        "a quote and its reprint count once",
        "",
        {"total.value": 4, "facets.speaker.0": {"value": "Антон Берёзов", "count": 2}},
        type="quote",
        facets="speaker",
    ),
    search(
        "kinds",
        "",
        {"facets.kind": [{"value": "direct", "count": 4}, {"value": "indirect", "count": 1}]},
        type="quote",
        facets="kind",
    ),
    # -- quotes and reprints
    search(
        "a quote and its reprints are one hit",
        "мост",
        {
            "hits.*.id": ["bridge-1#q1"],
            "hits.0.reprints.count": 2,
            "hits.0.reprints.sources": ["Вестник Заречья", "Голос пристани"],
        },
        type="quote",
    ),
    search(
        "taken apart they are two",
        "мост",
        {"hits.*.id": ["bridge-1#q1", "bridge-2#q1"], "total.value": 2},
        type="quote",
        reprints="all",
    ),
    search(
        "of reprints the one that passes", "мост", {"hits.*.id": ["bridge-2#q1"]}, type="quote", source="Голос пристани"
    ),
    search("both are counted as one beside articles", "мост", {"totals": {"article": 5, "quote": 1}}),
    search(
        "what somebody says", "спикер:Берёзов", {"hits.*.id": ["mayor#q1", "bridge-1#q1"]}, type="quote", sort="newest"
    ),
    search(
        "by a role", "спикер:мэр", {"hits.0.speaker": {"id": "anton-berezov", "name": "Антон Берёзов"}}, type="quote"
    ),
    search(
        "reported speech where it is asked for",
        "паром",
        {"hits.*.id": ["ferry#q2"], "hits.0.speaker.name": "Глафира Щукина"},
        type="quote",
        kind="indirect",
    ),
    search("quotes by the title of their article", "заголовок:школу", {"hits.*.id": ["school#q1"]}, type="quote"),
    search(
        "a quote knows its place",
        "билеты",
        {"hits.0.article.id": "ferry", "hits.0.article.published": "2020-07-11"},
        type="quote",
    ),
    # -- what is shown
    search(
        "the best quotes stand under their article",
        "подорожают",
        {"hits.0.quotes.*.id": ["ferry#q1"], "hits.0.quotes.0.spans": [[7, 17]]},
    ),
    search(
        "quotes under an article pass the filters",
        "подорожают",
        {"hits.0.id": "ferry", "hits.0.quotes": []},
        kind="indirect",
    ),
    search(
        "snippets say where they stand",
        "рабочие",
        {"hits.0.snippets.0.text": "Рабочие приехали вечером.", "hits.0.snippets.0.spans": [[0, 7]]},
    ),
    search(
        "titles are marked", "школа", {"hits.0.title.html": "<mark>Школу</mark> № 5 открыли", "hits.0.match": "lemma"}
    ),
    search(
        "markup in a text is no markup", "лентами", {"hits.0.snippets.0.html": "Мост украсили <mark>лентами</mark>."}
    ),
    search("ids and scores only", "лентами", {"hits.0.snippets": [], "hits.0.quotes": []}, snippets=False),
    search("a form that two words have is told by its neighbour", "стеклянная банка", {"hits.*.id": ["fair"]}),
    # -- ranking
    search("title above text", "паром", {"hits.0.id": "ferry", "total.value": 3}),
    search("neighbours first", "закрыли на ремонт", {"hits.0.id": "bridge-1"}),
    search(
        "any of the words, where all find little",
        "лёд сошёл с моста вчера ночью",
        {"hits.0.id": "ice", "warnings.*.code": ["some_words"]},
    ),
    # -- repairs
    search("keyboard layout", "gfhjv", {"total.value": 3, "rewrites.*.kind": ["layout"], "rewrites.0.to": "паром"}),
    search("spelling", "рмонт", {"rewrites": [{"kind": "spelling", "from": "рмонт", "to": "ремонт"}]}),
    search("Latin letters", "beryozov", {"rewrites.0.kind": "translit", "hits.0.id": "mayor"}),
    search("no repair where none is wanted", "gfhjv", {"total.value": 0, "rewrites": []}, rewrite="off"),
    search("a prefix", "паромщ*", {"hits.*.id": ["ice"], "hits.0.snippets.0.spans": [[23, 32]]}),
    search("a misspelled word", "паромщеки~", {"hits.*.id": ["ice"]}),
    search("two edits", "ярмака~2", {"hits.*.id": ["fair"]}),
    # -- paging
    search("the second page", "", {"hits.*.id": ["ferry", "bridge-2"], "total.value": 8}, limit=2, offset=4),
    search("a page behind the end", "мост", {"hits": [], "total.value": 5, "next": None}, offset=100),
    # -- what is refused
    Ask("no such date", "search", ("дата:2019-13",), {}, {}, "invalid_date"),
    Ask("only what is not wanted", "search", ("-мост",), {}, {}, "only_negative"),
    Ask("too short a prefix", "search", ("мо*",), {}, {}, "prefix_too_short"),
    Ask("too long a query", "search", ("мост " * 300,), {}, {}, "query_too_long"),
    Ask("no such sort", "search", ("мост",), {"sort": "worst"}, {}, "invalid_parameter"),
    Ask("warnings are errors where it is strict", "search", ('"мост',), {"strict": True}, {}, "unclosed_quote"),
    Ask("no such cursor", "search", ("мост",), {"cursor": "x" * 50}, {}, "invalid_parameter"),
    # -- whole documents
    Ask(
        "an article with its quotes",
        "article",
        ("ferry",),
        {},
        {"title": "Паром идёт к острову", "quotes.*.id": ["ferry#q1", "ferry#q2"]},
    ),
    Ask(
        "a quote",
        "quote",
        ("bridge-2#q1",),
        {},
        {"speaker.id": "anton-berezov", "reprints.count": 2, "article.id": "bridge-2"},
    ),
    # -- speakers
    Ask(
        "all speakers", "speakers", (), {}, {"total.value": 3, "speakers.0.id": "anton-berezov", "speakers.0.quotes": 2}
    ),
    Ask(
        "whom a name means",
        "speakers",
        ("щукиной",),
        {},
        {"speakers.*.id": ["glafira-shchukina"], "speakers.0.reported": 1},
    ),
    Ask(
        "speakers by name",
        "speakers",
        (),
        {"sort": "name"},
        {"speakers.*.name": ["Антон Берёзов", "Вера Лугова", "Глафира Щукина"]},
    ),
    Ask(
        "a speaker",
        "speaker",
        ("anton-berezov",),
        {},
        {"articles": 3, "first": "2019-03-04", "last": "2021-12-30", "roles.0.role": "мэр Заречного"},
    ),
    Ask("a list of speakers is sorted in three ways", "speakers", (), {"sort": "worst"}, {}, "invalid_parameter"),
    # -- suggestions
    Ask("a word that begins so", "suggest", ("ремо",), {}, {"words.*.text": ["ремонт", "Ремонтники"]}),
    Ask(
        "a source that begins so",
        "suggest",
        ("источник:гол",),
        {},
        {"sources.*.text": ['источник:"Голос пристани"'], "sources.0.count": 3},
    ),
    Ask("a speaker that begins so", "suggest", ("щук",), {}, {"speakers.*.text": ["Глафира Щукина"]}),
    Ask("in the other layout", "suggest", ("zhvfh",), {}, {"words.0.text": "Ярмарка"}),
    Ask("nothing begins so", "suggest", ("ыыы",), {}, {"words": [], "speakers": [], "sources": []}),
)
TIMES: Final = (
    ("мост", "year", {"2019": 2, "2020": 0, "2021": 2}, 1),
    ("паром", "year", {"2019": 1, "2020": 1}, 1),
    ("мост источник:голос", "month", None, 0),
)
LISTS: Final = (
    {"q": "", "sort": "newest"},
    {"q": "мост"},
    {"q": "мост ИЛИ паром"},
    {"q": "лёд сошёл с моста вчера ночью"},
    {"q": "", "type": "quote"},
    {"q": "", "type": "quote", "reprints": "all", "sort": "oldest"},
)
