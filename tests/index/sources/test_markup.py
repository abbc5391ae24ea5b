"""Is the text of HTML and Markdown what a reader sees?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.html_text import after_prolog, rendered, rendered_field, without_comments
from tests.index.sources.conftest import ReadFile

MARKDOWN = """---
title: Мост открыли
date: 2016-09-01
author: [Надежда Орловская, Игорь Лёвин]
section: Город
tags: [мост, Вьюга]
---

В **Зареченске** открыли [мост](https://vestnik.example/bridge) через *Вьюгу*.

- проезд бесплатный;
- грузовикам тоже.

<blockquote class="pull">Ждали четыре года</blockquote>

> «Ждали четыре года, и вот дождались», — сказал Берёзов.

![Фото](bridge.jpg)
"""

PAGE = """<!DOCTYPE html><html lang="ru"><head><title>Мост открыли — Зареченский вестник</title>
<meta property="og:site_name" content="Зареченский вестник"><meta property="og:title" content="Мост открыли">
<meta name="author" content="Надежда Орловская">
<meta property="article:published_time" content="2016-09-01T10:00:00+03:00">
<link rel="canonical" href="https://vestnik.example/2016/09/01/bridge">
<script>document.write("Не текст")</script></head>
<body><nav><a href="/">Главная</a> <a href="/city">Город</a></nav><article><h1>Мост открыли</h1>
<p>В Зареченске 1 сентября открыли автомобильный мост через Вьюгу. Ленточку перерезали мэр города Аркадий Берёзов
и министр транспорта области Камиль Рахимов.</p>
<blockquote class="pull">Дважды мы назначали день и дважды краснели</blockquote>
<p>«Ждали четыре года, и вот дождались», — сказал Берёзов. Архитектор моста на открытие не приехал, но прислал
телеграмму, которую зачитали под аплодисменты собравшихся горожан.</p></article>
<footer>© Зареченский вестник</footer></body></html>"""


def test_markdown_leaves_no_marks_in_the_text(read_file: ReadFile) -> None:
    [article], _ = read_file("bridge.md", MARKDOWN)
    assert "В Зареченске открыли мост через Вьюгу." in article.text
    assert not set("*[]_#>") & set(article.text)
    assert "проезд бесплатный;\nгрузовикам тоже." in article.text


def test_front_matter_gives_the_fields_and_the_rest_is_kept(read_file: ReadFile) -> None:
    [article], _ = read_file("bridge.md", MARKDOWN)
    assert (article.title, article.published, article.section) == ("Мост открыли", "2016-09-01", "Город")
    assert article.author == "Надежда Орловская, Игорь Лёвин"
    assert article.extra == {"tags": ["мост", "Вьюга"]}
    assert article.id.endswith("/bridge.md")


def test_a_pull_quote_in_markdown_is_a_hole_and_a_pull(read_file: ReadFile) -> None:
    [article], _ = read_file("bridge.md", MARKDOWN)
    [pull] = article.pulls
    assert article.text[slice(*pull.span)] == "Ждали четыре года"
    assert article.holes == (pull.span,)
    assert "вот дождались" in article.body


def test_front_matter_may_be_toml(read_file: ReadFile) -> None:
    [article], _ = read_file("a.md", '+++\ntitle = "Трамвай"\ndate = 2025-05-01\n+++\nТрамвай вернулся.\n')
    assert (article.title, article.published, article.text) == ("Трамвай", "2025-05-01", "Трамвай вернулся.")


def test_the_first_heading_is_the_title_and_a_hole(read_file: ReadFile) -> None:
    [article], _ = read_file("a.md", "# Трамвай *вернулся*\n\nПервый рейс ушёл в шесть утра.\n")
    assert article.title == "Трамвай вернулся"
    assert article.body.strip() == "Первый рейс ушёл в шесть утра."


@pytest.mark.parametrize("mark", ["draft: true", "published: false"])
def test_a_draft_is_no_article(read_file: ReadFile, mark: str) -> None:
    articles, [skipped] = read_file("a.md", f"---\ntitle: Трамвай\n{mark}\n---\nТекст.\n")
    assert articles == []
    assert skipped.reason == "a draft, by its front matter"


def test_aliases_in_front_matter_are_refused_before_they_blow_up(read_file: ReadFile) -> None:
    fields = "a0: &a0 [х, х]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 12))
    articles, [skipped] = read_file("a.md", f"---\n{fields}title: *a11\n---\nМост открыли.\n")
    assert articles == []
    assert "an alias" in skipped.reason


def test_broken_front_matter_is_told(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.md", "---\ntitle: [мост\n---\nТекст.\n")
    assert articles == []
    assert skipped.reason.startswith("the front matter is broken")


def test_a_page_gives_its_main_text_and_who_wrote_it_when(read_file: ReadFile) -> None:
    [article], _ = read_file("page.html", PAGE)
    assert article.title == "Мост открыли"
    assert (article.published, article.source) == ("2016-09-01", "Зареченский вестник")
    assert article.author == "Надежда Орловская"
    assert article.id == article.url == "https://vestnik.example/2016/09/01/bridge"
    assert "Ждали четыре года" in article.text
    assert "Не текст" not in article.text
    assert "Главная" not in article.text


def test_a_pull_quote_of_a_page_is_a_hole_and_a_pull(read_file: ReadFile) -> None:
    [article], _ = read_file("page", PAGE)  # no suffix: told by its content
    assert [article.text[slice(*pull.span)] for pull in article.pulls] == ["Дважды мы назначали день и дважды краснели"]
    assert "краснели" not in article.body


def test_a_page_in_koi8_is_read_as_it_says(read_file: ReadFile) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="koi8-r">').replace("—", "-").replace("«", '"').replace("»", '"')
    [article], _ = read_file("page.html", page.encode("koi8-r"))
    assert "Аркадий Берёзов" in article.text


def test_a_page_without_text_is_refused(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.html", "<html><body><script>1</script></body></html>")
    assert articles == []
    assert skipped.reason == "a page without text"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Мост\nоткрыт.</p><p>Проезд&nbsp;бесплатный.</p>", "Мост открыт.\n\nПроезд\xa0бесплатный."),
        ("Мост<br>открыт<br/><br/>Ура", "Мост\nоткрыт\n\nУра"),
        ("<p>Мост <b>через</b> <a href='#'>Вьюгу</a>.</p><script>no()</script>", "Мост через Вьюгу."),
        ("<ul><li>раз</li><li>два</li></ul>", "раз\nдва"),
        ("<p><q>Ждали</q>, — сказал он.</p>", "«Ждали», — сказал он."),
        ("&laquo;Мост&raquo; &#8212; открыт", "«Мост» — открыт"),
        ("<p>5 &lt; 6 и <…> он</p>", "5 < 6 и <…> он"),
        ("Первый <i>абзац</i>.\n\nВторой абзац.", "Первый абзац.\n\nВторой абзац."),
        ("Он [мэр] сказал: «Мост <…> открыт»", "Он [мэр] сказал: «Мост <…> открыт»"),
    ],
)
def test_a_field_of_html_is_read_as_seen(markup: str, text: str) -> None:
    assert rendered_field(markup).text == text


def test_a_pull_quote_leaves_out_who_said_it() -> None:
    page = rendered(
        '<p>Раз.</p><figure class="wp-block-pullquote"><blockquote><p>Ждали долго</p><cite>Мэр</cite></blockquote>'
        "</figure><p>Два.</p>"
    )
    [pull], [hole] = page.pulls, page.holes
    assert page.text[slice(*pull.span)] == "Ждали долго"
    assert page.text[slice(*hole)] == "Ждали долго\n\nМэр"


@given(st.text(alphabet="<>/ pbrqiv\"='класс&;!-\n", max_size=120))
def test_any_markup_is_rendered_and_spans_stay_inside(markup: str) -> None:
    page = rendered(markup)
    assert all(0 <= hole.start <= hole.end <= len(page.text) for hole in page.holes)


@given(st.text(alphabet="<!->?xml doctype[]", max_size=80))
def test_prologs_and_comments_end(markup: str) -> None:
    assert markup.endswith(after_prolog(markup))
    assert "<!--" not in without_comments(without_comments(markup)) or "<!--" in without_comments(markup)
