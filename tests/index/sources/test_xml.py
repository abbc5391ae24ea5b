"""Are WordPress exports, feeds, wikis and OpenCorpora read, and are hostile documents refused?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.wikitext import readable
from tests.index.sources.conftest import ReadFile

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Зареченский вестник</title>
<wp:author><wp:author_login>orlova</wp:author_login>
<wp:author_display_name><![CDATA[Надежда Орловская]]></wp:author_display_name></wp:author>
{items}
</channel></rss>"""
ITEM = """<item><title>Мост &amp; трамвай</title><link>https://vestnik.example/{n}</link>
<pubDate>Fri, 02 Sep 2016 00:00:00 +0000</pubDate><dc:creator><![CDATA[orlova]]></dc:creator>
<excerpt:encoded><![CDATA[Не то]]></excerpt:encoded>
<content:encoded><![CDATA[<!-- wp:paragraph -->
<p>Мост&nbsp;открыли &laquo;по-тихому&raquo;.</p>
<!-- /wp:paragraph --><!--more-->
<!-- wp:pullquote -->
<figure class="wp-block-pullquote"><blockquote><p>Ждали четыре года</p><cite>Мэр</cite></blockquote>
</figure><!-- /wp:pullquote -->
Старый абзац с [gallery ids="1,2"] и <em>курсивом</em>.

Новый абзац.]]></content:encoded>
<wp:post_id>{n}</wp:post_id><wp:post_date>2016-09-01 23:00:00</wp:post_date><wp:status>{status}</wp:status>
<wp:post_type>{type}</wp:post_type><wp:post_password>{password}</wp:post_password>
<category domain="post_tag" nicename="m">мост</category><category domain="category" nicename="city">Город</category>
<category domain="category" nicename="all">Всё</category></item>"""


def item(n: int = 1, status: str = "publish", kind: str = "post", password: str = "") -> str:
    """A post of an export."""
    return ITEM.format(n=n, status=status, type=kind, password=password)


def test_a_published_post_is_an_article_as_readers_saw_it(read_file: ReadFile) -> None:
    [article], skipped = read_file("export.xml", WXR.format(items=item()))
    assert (article.title, article.published, article.section) == ("Мост & трамвай", "2016-09-01", "Город")
    assert (article.author, article.source) == ("Надежда Орловская", "Зареченский вестник")
    assert article.id == article.url == "https://vestnik.example/1"
    assert article.extra == {"tags": ["мост"]}
    assert article.body.split("\n\n")[0] == "Мост\xa0открыли «по-тихому»."
    assert article.body.rstrip().endswith('Старый абзац с [gallery ids="1,2"] и курсивом.\n\nНовый абзац.')
    assert [article.text[slice(*pull.span)] for pull in article.pulls] == ["Ждали четыре года"]
    assert "wp:" not in article.text
    assert "Не то" not in article.text
    assert skipped == []


@pytest.mark.parametrize("status", ["draft", "private", "future", "pending", "trash", "auto-draft", "inherit"])
def test_what_readers_never_saw_is_no_article(read_file: ReadFile, status: str) -> None:
    articles, [skipped] = read_file("export.xml", WXR.format(items=item(status=status)))
    assert articles == []
    assert skipped.reason == f"not published (status «{status}»): Мост & трамвай"
    assert skipped.file is None


def test_a_post_behind_a_password_is_no_article(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("export.xml", WXR.format(items=item(password="тайна")))  # noqa: S106
    assert articles == []
    assert skipped.reason.startswith("behind a password")


def test_pages_count_and_what_wordpress_keeps_for_itself_does_not(read_file: ReadFile) -> None:
    kinds = ("page", "attachment", "revision", "nav_menu_item", "product", "product")
    items = "".join(item(number, kind=kind) for number, kind in enumerate(kinds))
    articles, [skipped] = read_file("export.xml", WXR.format(items=items))
    assert [article.id for article in articles] == ["https://vestnik.example/0"]
    assert skipped.reason == "2 items of the type «product»: only posts and pages are articles"


def test_posts_before_the_damage_count(read_file: ReadFile) -> None:
    whole = WXR.format(items=item(1) + item(2))
    articles, [skipped] = read_file("export.xml", whole[: whole.index("</item>") + 40])
    assert [article.id for article in articles] == ["https://vestnik.example/1"]
    assert skipped.reason.startswith("the XML is broken")
    assert skipped.file is not None


def test_control_characters_do_not_stop_an_export(read_file: ReadFile) -> None:
    articles, _ = read_file("export.xml", WXR.format(items=item().replace("Новый", "Но\x0b\x01вый")))
    assert articles[0].text.endswith("Новый абзац.")


@pytest.mark.parametrize(
    "feed",
    [
        """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Вестник</title><item>
        <title>Мост открыли</title><link>https://vestnik.example/1</link><guid isPermaLink="false">77</guid>
        <description>&lt;p&gt;В Зареченске &lt;b&gt;открыли&lt;/b&gt; мост.&lt;/p&gt;</description>
        <pubDate>Thu, 01 Sep 2016 10:00:00 +0300</pubDate><dc:creator>А. Ким</dc:creator><category>Город</category>
        </item></channel></rss>""",
        """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Вестник</title><entry>
        <title type="html">Мост &lt;i&gt;открыли&lt;/i&gt;</title><link rel="self" href="https://vestnik.example/self"/>
        <link href="https://vestnik.example/1"/><id>urn:1</id><published>2016-09-01T10:00:00Z</published>
        <author><name>А. Ким</name></author><category term="Город"/><summary>Кратко.</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>В Зареченске <b>открыли</b> мост.</p></div>
        </content></entry></feed>""",
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Вестник</title></channel><item>
        <title>Мост открыли</title><link>https://vestnik.example/1</link><dc:date>2016-09-01</dc:date>
        <dc:creator>А. Ким</dc:creator><dc:subject>Город</dc:subject>
        <description>В Зареченске открыли мост.</description></item></rdf:RDF>""",
    ],
    ids=["rss", "atom", "rdf"],
)
def test_an_item_of_a_feed_is_an_article(read_file: ReadFile, feed: str) -> None:
    [article], skipped = read_file("feed", feed)
    assert (article.title, article.text) == ("Мост открыли", "В Зареченске открыли мост.")
    assert (article.id, article.published, article.author) == ("https://vestnik.example/1", "2016-09-01", "А. Ким")
    assert (article.source, article.section, skipped) == ("Вестник", "Город", [])


def test_a_feed_in_cp1251_says_so_itself(read_file: ReadFile) -> None:
    feed = (
        '<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item><title>Мост</title>'
        "<description>Открыт.</description></item></channel></rss>"
    )
    [article], _ = read_file("feed.xml", feed.encode("cp1251"))
    assert (article.title, article.text) == ("Мост", "Открыт.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_with_entities_of_its_own_is_refused(read_file: ReadFile, encoding: str) -> None:
    bomb = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [<!ENTITY a0 "мост">{bomb}]><rss><channel><item>'
    articles, [skipped] = read_file("a.xml", f"{text}<title>&a29;</title></item></channel></rss>".encode(encoding))
    assert articles == []
    assert "declares entities" in skipped.reason


def test_a_declaration_longer_than_what_tells_a_format_is_refused_too(read_file: ReadFile) -> None:
    begin = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"мост" * 9_000}">]>'
    articles, [skipped] = read_file("a.txt", f"{begin}<rss><channel><item><title>&a;</title></item></channel></rss>")
    assert articles == []
    assert "declares entities" in skipped.reason


def test_the_title_of_a_feed_is_found_wherever_it_stands_before_its_items(read_file: ReadFile) -> None:
    item = "<item><title>Мост {}</title><description>Мост открыли.</description></item>"
    told = "<title>Вестник</title>"
    for place in (0, 1):
        items = [item.format(n) for n in range(300)]
        items.insert(place, told)
        articles, _ = read_file("a.xml", f"<rss><channel>{''.join(items)}</channel></rss>")
        assert {one.source for one in articles[place:]} == {"Вестник"}


def test_no_file_of_the_machine_is_pulled_in(read_file: ReadFile, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("тайна")
    feed = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss><channel><item><title>а</title><description>&x;'
    articles, skipped = read_file("a.xml", feed + "</description></item></channel></rss>")
    assert articles == []
    assert "тайна" not in str(skipped)


def test_xml_of_an_unknown_root_says_which_formats_are_read(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.xml", "<urlset><url>1</url></urlset>")
    assert articles == []
    assert skipped.reason.startswith("XML with the root <urlset>")


def test_xml_nested_without_end_is_refused(read_file: ReadFile) -> None:
    articles, [skipped] = read_file("a.xml", "<rss>" + "<channel>" * 100_000)
    assert articles == []
    assert skipped.file is not None


def test_a_wiki_gives_its_articles_and_no_other_pages(read_file: ReadFile) -> None:
    page = "<page><title>{}</title><ns>{}</ns><id>7</id>{}<revision><timestamp>2019-03-28T14:43:29Z</timestamp>"
    page += "<text>{}</text></revision></page>"
    text = "{{Река|длина=120}}\n'''Вью́га''' — [[река]] в [[Окольск|Окольском]] крае.&lt;ref&gt;Атлас&lt;/ref&gt;"
    dump = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><siteinfo><sitename>Энциклопедия</sitename>'
        "<base>https://wiki.example/wiki/Главная</base></siteinfo>"
        + page.format("Вьюга (река)", 0, "", text)
        + page.format("Вьюга", 0, '<redirect title="Вьюга (река)"/>', "#REDIRECT")
        + page.format("Обсуждение:Вьюга", 1, "", "Спор.")
        + "</mediawiki>"
    )
    [article], _ = read_file("dump.xml", dump)
    assert (article.title, article.text) == ("Вьюга (река)", "Вьюга — река в Окольском крае.")
    assert (article.source, article.published) == ("Энциклопедия", None)
    assert article.extra == {"revised": "2019-03-28"}
    assert article.url is not None
    assert article.url.startswith("https://wiki.example/wiki/%D0%92")


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        ("Мост {{nobr|120 м}} длиной{{sfn|Ким}}.", "Мост 120 м длиной."),
        ("{| class=x\n|-\n| таблица {{a|}}\n|}\nТекст.", "Текст."),
        ("[[Файл:a.jpg|thumb|Подпись с [[ссылкой]]]]Текст.", "Текст."),
        ("[https://wiki.example Сайт] и [https://wiki.example]", "Сайт и"),
        ("== История ==\n* раз\n* два", "История\n\nраз\nдва"),
        ("А<ref name=x/> Б<ref>сноска</ref> В<!-- тайна -->", "А Б В"),
        ("незакрытая {{скобка", "незакрытая {{скобка"),
        ("А <ref>без конца", "А без конца"),
    ],
)
def test_wikitext_is_read_as_seen(wikitext: str, text: str) -> None:
    assert readable(wikitext) == text


@given(st.text(alphabet="[]{}|='*#<>ref/ !-\nкот:&", max_size=150))
def test_any_wikitext_is_read(wikitext: str) -> None:
    assert len(readable(wikitext)) <= len(wikitext) + 20


def test_opencorpora_gives_sentences_without_tagging(read_file: ReadFile) -> None:
    corpus = (
        '<annotation><text id="1" name="Корень"/><text id="7" parent="1" name="00021 Мост открыли"><tags>'
        "<tag>url:https://vestnik.example/21</tag><tag>Год:2016</tag><tag>Дата:01/09</tag><tag>Автор:А. Ким</tag>"
        "</tags><paragraphs><paragraph><sentence><source>Мост открыли</source><tokens><token text='Мост'/></tokens>"
        "</sentence><sentence><source>Проезд бесплатный.</source></sentence></paragraph></paragraphs></text>"
        "</annotation>"
    )
    [article], _ = read_file("corpus.xml", corpus)
    assert (article.title, article.text) == ("Мост открыли", "Мост открыли\n\nПроезд бесплатный.")
    assert (article.published, article.author, article.id) == ("2016-09-01", "А. Ким", "https://vestnik.example/21")
