"""Does clean-up take out what no reader saw, and nothing else?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleanup import clean, told_once
from index.model import Article, Pull, Span

TITLE = "Мэр и тренер на встрече в Зареченске договорились построить каток"
CRAWLED = f"""{TITLE}

{TITLE} Новости

Мэр Марина Соколова и тренер Николай Черных договорились построить каток.

{TITLE}

«Каток нужен городу, [он] ждёт его <…> давно […]», — сказала Соколова.
[quote align=»left»]

Лёд за счёт бюджетаЛёд за счёт бюджета

[/quote]
Тренер с мэром согласился.

[quote align=»right»]

Каток откроют зимой. Город ждёт его двадцать летКаток откроют зимой

[/quote]
Строить начнут в апреле.

Источник: Окольские новости

Vestnik-okolsk.example
"""


def article(text: str, title: str = TITLE, section: str | None = None, source: str | None = None) -> Article:
    """An article with this text."""
    return Article(id="a", title=title, text=text, section=section, source=source)


def pulls(cleaned: Article) -> list[str]:
    """The words of its pulls."""
    return [cleaned.text[slice(*pull.span)] for pull in cleaned.pulls]


def test_a_crawled_page_becomes_its_article() -> None:
    cleaned = clean(article(CRAWLED))
    assert (cleaned.section, cleaned.source) == ("Новости", "Окольские новости")
    assert pulls(cleaned) == ["Лёд за счёт бюджета", "Каток откроют зимой. Город ждёт его двадцать лет"]
    assert [line for line in cleaned.body.split("\n") if line.strip()] == [
        "Мэр Марина Соколова и тренер Николай Черных договорились построить каток.",
        "«Каток нужен городу, [он] ждёт его <…> давно […]», — сказала Соколова.",
        "Тренер с мэром согласился.",
        "Строить начнут в апреле.",
    ]
    assert cleaned.text == CRAWLED


def test_what_is_known_already_stays() -> None:
    cleaned = clean(article(CRAWLED, section="Спорт", source="Вестник"))
    assert (cleaned.section, cleaned.source) == ("Спорт", "Вестник")


@pytest.mark.parametrize(
    "line",
    [
        f"{TITLE}.",
        TITLE.upper(),
        f"  {TITLE}  ",
        f"12.01.2015, 14:00 {TITLE}",
        f"«{TITLE}»",
        f"{TITLE} | Спорт",
        f"{TITLE} Происшествия",
        f"{TITLE} В мире",
        f"{TITLE} Окраина",
    ],
)
def test_the_title_again_is_a_hole(line: str) -> None:
    cleaned = clean(article(f"Каток построят.\n{line}\nОткроют зимой."))
    assert cleaned.body.split() == ["Каток", "построят.", "Откроют", "зимой."]


def test_the_letter_yo_does_not_hide_a_title() -> None:
    cleaned = clean(article("Берёзов ушел в отставку\nМэр Аркадий Берёзов ушёл.", "Березов ушёл в отставку"))
    assert cleaned.body.strip() == "Мэр Аркадий Берёзов ушёл."


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}, сообщили в мэрии.\nКаток откроют зимой.",
        f"{TITLE} и открыть его зимой.\nТак решили в среду.",
        f"— {TITLE}?\n— Да, договорились.",
        TITLE,
        "Он сказал: «[Да]», — и вышел.\nИсточник воды пересох.",
        "Так говорит [источник] в мэрии […] и [прим. ред.].\nИсточник — река, которая течёт под землёй.",
        "Первый абзац.\nЧитайте также в школах и дома, советует учительница.",
        "Первый абзац.\nПоделиться опытом решили все тренеры области.",
        "Первый абзац.\nОб этом пишет портал vestnik.example",
        "Массив a[i] и ссылка [1], см. [Ким, 2015].\nВторой абзац.",
        "Тег [video] в тексте и [sic] тоже.\nВторой абзац.",
        "Пять < шесть, а <он> больше.\nВторой абзац.",
        "vestnik.example",
        "Источник: Вестник",
    ],
)
def test_a_good_article_stays_as_it_is(text: str) -> None:
    assert clean(article(text)) == article(text)


def test_a_short_title_over_a_part_is_a_subheading() -> None:
    text = "Каток построят.\n\nКаток\n\nОткроют зимой."
    assert clean(article(text, "Каток")).holes == ()
    assert clean(article(f"Каток\n\n{text}", "Каток")).holes == (Span(0, 5),)


def test_the_words_of_a_caption_are_a_pull() -> None:
    code = '[caption id="a" align="left"]<img src="a.jpg"/> Мост, фото Кима[/caption]'
    cleaned = clean(article(f"Каток построят.\n{code}\nОткроют зимой."))
    assert cleaned.body.split() == ["Каток", "построят.", "Откроют", "зимой."]
    assert [cleaned.text[slice(*pull.span)] for pull in cleaned.pulls] == ["Мост, фото Кима"]


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("[gallery ids=»1,2,3»]", ""),
        ('[gallery ids="1,2,3"]', ""),
        ("[gallery]", ""),
        ("[embed]https://video.example/1[/embed]", ""),
        ('[video width="640" mp4="a.mp4"][/video]', ""),
        ('[vc_row][vc_column width="1/2"]Текст колонки.[/vc_column][/vc_row]', "Текст колонки."),
        ('[su_box title="Кстати"]Текст рамки.[/su_box]', "Текст рамки."),
        ("[b]Жирный[/b]", "Жирный"),
        ("[url=https://vestnik.example]Ссылка[/url]", "Ссылка"),
        ("<!-- wp:paragraph -->", ""),
        ('[quote align="left" автор', '[quote align="left" автор'),
        ("[quote align=»left»] без конца", "без конца"),
    ],
)
def test_shortcodes_are_holes_and_leave_the_text_that_they_frame(code: str, left: str) -> None:
    cleaned = clean(article(f"Каток построят.\n{code}\nОткроют зимой."))
    assert cleaned.body.split() == ["Каток", "построят.", *left.split(), "Откроют", "зимой."]
    assert cleaned.pulls == ()


@pytest.mark.parametrize(
    "block",
    [
        "[quote align=»left»]Лёд за счёт бюджета[/quote]",
        "[quote align=«right»]\n\nЛёд за счёт бюджета\n[/quote]",
        '[pullquote align="left"]Лёд за счёт бюджета[/pullquote]',
        "[quote]Лёд за счёт бюджета[/quote]",
        '<blockquote class="pull">Лёд за счёт бюджета</blockquote>',
        '<blockquote class="left pullquote"><p>Лёд за счёт бюджета</p></blockquote>',
    ],
)
def test_a_pull_quote_is_a_hole_and_a_pull(block: str) -> None:
    cleaned = clean(article(f"Каток построят.\n{block}\nОткроют зимой."))
    assert pulls(cleaned) == ["Лёд за счёт бюджета"]
    assert cleaned.body.split() == ["Каток", "построят.", "Откроют", "зимой."]


@pytest.mark.parametrize(
    ("caption", "once"),
    [
        ("Лёд за счёт бюджетаЛёд за счёт бюджета", "Лёд за счёт бюджета"),
        ("Лёд за счёт бюджета\n\nЛёд за счёт бюджета", "Лёд за счёт бюджета"),
        ("Лёд за счёт бюджета. Ждали летЛёд за счёт бюджета", "Лёд за счёт бюджета. Ждали лет"),
        ("Лёд за счёт бюджетаЛёд за счёт бюджета. Ждали лет", "Лёд за счёт бюджета. Ждали лет"),
        ("Каток, каток и ещё раз каток", "Каток, каток и ещё раз каток"),
        ("Ура! Ура!", "Ура! Ура!"),
        ("  ", None),
    ],
)
def test_a_doubled_caption_is_told_once(caption: str, once: str | None) -> None:
    span = told_once(caption, Span(0, len(caption)))
    assert (None if span is None else caption[slice(*span)]) == once


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Источник: RT", "RT"),
        ("Источник: «Окольск-информ»", "Окольск-информ"),
        ("Источник — Окольские новости", "Окольские новости"),
        ("Источник: https://vestnik.example/1", "vestnik.example"),
        ("Source: Okolsk News", "Okolsk News"),
        ("По материалам: Окольские новости.", "Окольские новости"),
        ("Читайте также: Мост открыли с третьей попытки", None),
        ("Читайте также:\n- Мост открыли\n- Трамвай вернулся", None),
        ("Поделиться", None),
        ("Поделиться в социальных сетях:", None),
        ("Подписывайтесь на наш канал", None),
        ("www.vestnik.example", None),
        ("Вестник.рф", None),
    ],
)
def test_closing_lines_of_the_page_are_holes(line: str, source: str | None) -> None:
    cleaned = clean(article(f"Каток построят.\n\nОткроют зимой.\n\n{line}\n"))
    assert cleaned.body.split() == ["Каток", "построят.", "Откроют", "зимой."]
    assert cleaned.source == source


def test_holes_and_pulls_of_a_source_stay() -> None:
    held = Article(
        id="a", title="Каток", text="Лёд готов.\nОткроют зимой.", holes=(Span(0, 10),), pulls=(Pull(Span(0, 9)),)
    )
    assert clean(held) == held


PIECES = st.sampled_from(
    [
        *(
            TITLE,
            "Новости",
            "[quote align=»left»]",
            "[/quote]",
            "[b]",
            "[/b]",
            "[gallery]",
            "[он]",
            "[",
            "]",
            "«",
            "»",
            "<!--",
        ),
        *(
            "-->",
            '<blockquote class="pull">',
            "</blockquote>",
            "Источник: RT",
            "Site.example",
            "Читайте также:",
            "\n",
            "\n\n",
        ),
        *("Поделиться", " ", ". ", "Мэр сказал.", "Лёд за счёт бюджета", "Лёд за счёт бюджета", "12.01.2015 ", "ё"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from([TITLE, "Каток", ""]))
def test_cleaning_keeps_lengths_and_order_and_is_done_once(text: str, title: str) -> None:
    cleaned = clean(article(text, title))
    assert cleaned.text == text
    assert len(cleaned.body) == len(text)
    ends = [0, *(place for hole in cleaned.holes for place in hole), len(text)]
    assert ends == sorted(ends)
    assert all(hole.start < hole.end for hole in cleaned.holes)
    assert all(0 <= pull.span.start < pull.span.end <= len(text) for pull in cleaned.pulls)
    assert clean(cleaned) == cleaned


@given(st.text(max_size=200))
def test_any_text_is_cleaned(text: str) -> None:
    assert len(clean(article(text, text[:20])).body) == len(text)


SEED = Path(__file__).resolve().parents[3] / "shared" / "data" / "seed" / "article.txt"


@pytest.mark.skipif(not SEED.is_file(), reason="the sample article is not here")
def test_the_sample_article_is_clean() -> None:
    text = SEED.read_text()
    cleaned = clean(article(text, text.split("\n")[0]))
    assert (cleaned.section, cleaned.source, len(cleaned.pulls)) == ("Новости", "RT", 2)
    assert "align" not in cleaned.body
    assert "Stockinfocus" not in cleaned.body
    assert all(words and text.count(words) >= 1 for words in pulls(cleaned))
