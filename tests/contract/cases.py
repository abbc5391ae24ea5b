"""How must search behave? As data: documents, a query, what is found. Run on every engine there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from index import Article

Expect = Literal["in this order", "in any order", "first"]


@dataclass(frozen=True)
class Case:
    """`docs`: id → text, or id → (title, text). `found`: ids. `marked`: what stands in <mark> of the first hit."""

    name: str
    docs: Mapping[str, str | tuple[str, str]]
    query: str
    found: tuple[str, ...]
    expect: Expect = "in any order"
    parameters: dict[str, Any] = field(default_factory=dict)
    marked: tuple[str, ...] | None = None
    match: str | None = None
    warnings: tuple[str, ...] = ()

    def articles(self) -> list[Article]:
        made = []
        for number, (name, content) in enumerate(self.docs.items()):
            title, text = content if isinstance(content, tuple) else ("Без заголовка", content)
            made.append(Article(id=name, title=title, text=text, published=f"2015-01-{number + 1:02d}"))
        return made


_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэю"

VOLKOV = {
    "instr": "Депутаты встретились с Волковым в здании вокзала",
    "gen": "Это решение начальника УМВД Романа Волкова",
    "wolf": "В лесу видели, как волк выл на луну",
}
MAYOR = {
    "phrase": "Глава города открыл мост",
    "apart": "Глава полиции приехал в центр города",
    "form": "Решение главы города обжаловали",
}

TALK = {
    "said": "«Мост откроют в мае», — сказал Антон Ким.",
    "told": "Антон Ким заявил, что мост откроют в мае.",
}

# 65 words, more than the 64 forms that a prefix or a misspelled word stands for.
*_MANY, LAST = [f"мара{one}{two}" for one in "бвгджлмнрст" for two in "аеиоуя"][:65]
MANY_TWICE = " ".join(_MANY * 2)
_PLACES = ("м", "ст"), ("мо", "т"), ("мос", "")  # of another letter
_WORDS = dict.fromkeys(f"{begin}{one}{end}" for begin, end in _PLACES for one in _LETTERS)
*_ALIKE, LAST_ALIKE = [*_WORDS][:65]
ALIKE_TWICE = " ".join(_ALIKE * 2)

CASES = (
    Case("reported speech is not among quotes", TALK, "мост", ("said#q1",), parameters={"type": "quote"}),
    Case("reported speech by a field", TALK, "вид:косвенная мост", ("told#q1",), parameters={"type": "quote"}),
    Case(
        "reported speech by a filter", TALK, "мост", ("told#q1",), parameters={"type": "quote", "kind": ("indirect",)}
    ),
    Case(
        "both kinds by a filter",
        TALK,
        "мост",
        ("said#q1", "told#q1"),
        parameters={"type": "quote", "kind": ("direct", "indirect")},
    ),
    Case(
        "reported speech or not",
        TALK,
        "(вид:прямая | вид:косвенная) мост",
        ("said#q1", "told#q1"),
        parameters={"type": "quote"},
    ),
    Case("articles are found by all their words", TALK, "мост", ("said", "told")),
    Case("surname in other cases", VOLKOV, "Волков", ("instr", "gen"), match="lemma"),
    Case("a wolf is no Volkov", VOLKOV, "волк", ("wolf",), match="exact"),
    Case("small letters may mean either", VOLKOV, "волков", ("gen", "instr", "wolf")),
    Case("the exact form comes first", VOLKOV, "Волковым", ("instr", "gen"), "first", match="exact"),
    Case("the wolf is a last resort", {"wolf": VOLKOV["wolf"]}, "Волков", ("wolf",), match="stem"),
    Case("capital letters do not matter", VOLKOV, "ВОЛКОВА", ("gen",), "first"),
    Case("only the exact form", VOLKOV, "!Волковым", ("instr",), match="exact"),
    Case("yo and ye meet", {"a": "Полёт над рекой"}, "полета", ("a",), marked=("Полёт",)),
    Case("stress marks are not seen", {"a": "Старый за\u0301мок"}, "замок", ("a",), marked=("за\u0301мок",)),
    Case(
        "soft hyphens are marked whole",
        {"a": "пере\u00adпра\u00adва у моста"},
        "переправа",
        ("a",),
        marked=("пере\u00adпра\u00adва",),
    ),
    Case("Latin look-alikes meet Cyrillic", {"a": "в cлободе"}, "слобода", ("a",)),
    Case("hyphenated word as two", {"a": "Играл оркестр Бой-Жилинского"}, "бой жилинский", ("a",)),
    Case("hyphenated word as typed", {"a": "оркестр Бой-Жилинского", "b": "жилинский бой"}, "Бой-Жилинский", ("a",)),
    Case("all words are needed", MAYOR, "глава моста", ("phrase",)),
    Case("any word", MAYOR, "полиции | мост", ("phrase", "apart")),
    Case("any word in Russian", MAYOR, "полиции ИЛИ мост", ("phrase", "apart")),
    Case("a word left out", MAYOR, "глава -мост", ("apart", "form")),
    Case("a word left out in Russian", MAYOR, "глава НЕ мост", ("apart", "form")),
    Case("group", MAYOR, "глава (мост | полиции)", ("phrase", "apart")),
    Case(
        "phrase in other forms", MAYOR, '"глава города"', ("phrase", "form"), "in this order", marked=("Глава города",)
    ),
    Case("phrase in guillemets", MAYOR, "«главы города»", ("form", "phrase"), "in this order"),
    Case("exact phrase", MAYOR, '!"главы города"', ("form",)),
    Case("near in any order", MAYOR, '"города глава"~4', ("phrase", "apart", "form")),
    Case("near, but not so near", MAYOR, '"глава города"~1', ("phrase", "form")),
    Case("neighbours first", MAYOR, "глава города", ("phrase", "form", "apart"), "in this order"),
    Case(
        "negation stays in a phrase",
        {"a": "Мы стремимся к миру", "b": "Мы не стремимся к славе"},
        '"не стремимся"',
        ("b",),
    ),
    Case("phrase of function words", {"a": "Так что же это такое было"}, '"что же это"', ("a",)),
    Case("function words need not occur", {"a": "Ремонт моста начнётся в мае"}, "когда начнётся ремонт моста", ("a",)),
    Case("function words alone are looked for", {"a": "Кто где", "b": "Мост"}, "кто", ("a",)),
    Case("prefix", {"a": "зареченские вечера", "b": "заречье", "c": "река"}, "зареч*", ("a", "b")),
    Case("fuzzy", {"a": "ремонт переправы"}, "перепрвы~", ("a",)),
    Case(
        "a prefix of more forms than are taken",
        {"often": MANY_TWICE, "once": f"в списке {LAST}"},
        "мара*",
        ("often",),
        warnings=("too_many_forms",),
    ),
    Case("a prefix of as many forms as are taken", {"often": MANY_TWICE, "other": "река"}, "мара*", ("often",)),
    Case(
        "a prefix takes the most frequent forms of each field",
        {"often": MANY_TWICE, "once": f"в списке {LAST}", "titled": (f"Имя {LAST}", "Тихо")},
        "мара*",
        ("often", "titled"),
        warnings=("too_many_forms",),
    ),
    Case(
        "how often a form stands is counted in tokens, not in documents",
        {"often": MANY_TWICE, "thrice": f"{LAST}, ещё раз {LAST} и снова {LAST}"},
        "мара*",
        ("often", "thrice"),
        warnings=("too_many_forms",),
    ),
    Case(
        "a misspelled word of more forms than are taken",
        {"often": ALIKE_TWICE, "once": f"в списке {LAST_ALIKE}"},
        "мост~",
        ("often",),
        warnings=("too_many_forms",),
    ),
    Case(
        "a prefix that is not wanted leaves out what was taken alone",
        {"often": f"река {MANY_TWICE}", "once": f"река {LAST}", "none": "река"},
        "река -мара*",
        ("none", "once"),
    ),
    Case(
        "title above text",
        {"text": ("Новости", "мост"), "title": ("Мост", "новости")},
        "мост",
        ("title", "text"),
        "in this order",
    ),
    Case("title only", {"text": ("Новости", "мост"), "title": ("Мост", "новости")}, "заголовок:мост", ("title",)),
    Case("text only", {"text": ("Новости", "мост"), "title": ("Мост", "новости")}, "text:мост", ("text",)),
    Case("date of a day", MAYOR, "дата:2015-01-02", ("apart",)),
    Case("date range", MAYOR, "глава дата:2015-01-02..2015-02", ("apart", "form")),
    Case("date from", MAYOR, "date:>=2015-01-03", ("form",)),
    Case("from and to", MAYOR, "глава", ("apart",), parameters={"from_": "2015-01-02", "to": "2015-01-02"}),
    Case("newest first", MAYOR, "глава", ("form", "apart", "phrase"), "in this order", {"sort": "newest"}),
    Case("oldest first", MAYOR, "глава", ("phrase", "apart", "form"), "in this order", {"sort": "oldest"}),
    Case("an empty query browses the newest", MAYOR, "", ("form", "apart", "phrase"), "in this order"),
    Case("empty quotation marks browse too", MAYOR, "«»", ("form", "apart", "phrase"), "in this order"),
    Case(
        "an unclosed quotation mark is closed", MAYOR, '"глава города', ("phrase", "form"), warnings=("unclosed_quote",)
    ),
    Case(
        "an unclosed bracket is closed",
        MAYOR,
        "(полиции ИЛИ",
        ("apart",),
        warnings=("unclosed_bracket", "dangling_operator"),
    ),
    Case("an unknown field is text", {"a": "сорт мост", "b": "мост"}, "сорт:мост", ("a",), warnings=("unknown_field",)),
    Case("punctuation alone finds nothing", MAYOR, "-", ()),
    Case("what is not seen is not there", MAYOR, "\u200b", ("form", "apart", "phrase"), "in this order"),
    Case("of alternatives the best is the match", MAYOR, "города | мостов", ("phrase", "apart", "form"), match="exact"),
    Case("a time is text", {"a": "в 12:30 на вокзале", "b": "в 12:45"}, "12:30", ("a",)),
    Case("short abbreviation", {"a": "борьба с ИГ", "b": "монгольское иго"}, "ИГ", ("a",), "first", match="exact"),
    Case("abbreviation in small letters", {"a": "глава УМВД"}, "умвд", ("a",)),
    Case("abbreviation with an ending", {"a": "представитель МЧСа"}, "МЧС", ("a",)),
    Case(
        "words of a pull block are found",
        {"a": "Мост открыли.\n[quote align=»left»]\nПаром ушёл навсегда\n[/quote]\nКонец."},
        "навсегда",
        ("a",),
        marked=("навсегда",),
    ),
    Case("shortcodes are not found", {"a": "Мост.\n[quote align=»left»]\nПаром ушёл\n[/quote]"}, "align", ()),
    Case("й is not и", {"a": "мой дом"}, "!мои", ()),
)
