"""In which words does the page speak to its reader? All of them are here, in Russian and in English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Lang = Literal["ru", "en"]
LANGS: tuple[Lang, ...] = ("ru", "en")

# key → (Russian, English). Placeholders in braces are the same in both.
STRINGS: dict[str, tuple[str, str]] = {
    "brand": ("Молва", "Molva"),
    "tagline": ("что пишут и кто это сказал", "what is written and who said it"),
    "language": ("Язык", "Language"),
    "skip": ("К содержанию", "Skip to content"),
    "help": ("Язык запросов", "Query language"),
    "footer.nav": ("О поиске", "About this search"),
    # the search box
    "search": ("Поиск", "Search"),
    "search.button": ("Найти", "Search"),
    "search.placeholder": ("Слова, «точная фраза», спикер:Имя", "Words, «a phrase», speaker:Name"),
    "search.label": ("Что искать", "What to search for"),
    "try": ("Например:", "For example:"),
    "try.speaker": ('спикер:"{value}"', 'speaker:"{value}"'),
    "try.source": ('источник:"{value}"', 'source:"{value}"'),
    "try.year": ("дата:{value}", "date:{value}"),
    "tabs": ("Что показать", "What to show"),
    "tab.article": ("Статьи", "Articles"),
    "tab.quote": ("Цитаты", "Quotes"),
    # results
    "results": ("Результаты", "Results"),
    "results.for": ("Поиск: {q}", "Search: {q}"),
    "newest.article": ("Новейшие статьи", "Newest articles"),
    "newest.quote": ("Новейшие цитаты", "Newest quotes"),
    "oldest.article": ("Старейшие статьи", "Oldest articles"),
    "oldest.quote": ("Старейшие цитаты", "Oldest quotes"),
    "found": ("Найдено: {count}", "Found: {count}"),
    "found.gte": ("Найдено: не меньше чем {count}", "Found: at least {count}"),
    "found.range": ("показаны {first}–{last}", "showing {first}–{last}"),
    "to_filters": ("Фильтры", "Filters"),
    "sort": ("Что сначала", "What comes first"),
    "sort.relevance": ("лучшие", "best"),
    "sort.newest": ("новые", "newest"),
    "sort.oldest": ("старые", "oldest"),
    "paging": ("Страницы", "Pages"),
    "paging.previous": ("← Назад", "← Previous"),
    "paging.next": ("Дальше →", "Next →"),
    "paging.page": ("Страница {n}", "Page {n}"),
    "untitled": ("Без заголовка", "Untitled"),
    "hit.quotes": ("Цитаты в этой статье", "Quotes in this article"),
    "hit.open_quote": ("В тексте →", "In the article →"),
    "hit.all_by": ("Цитаты: {name}", "Quotes by {name}"),
    "hit.mention": ("в тексте: {mention}", "in the text: {mention}"),
    "hit.original": ("В оригинале ↗", "In the original ↗"),
    "cite": ("Скопировать с источником", "Copy with its source"),
    "cite.copied": ("Скопировано", "Copied"),
    "reprints.first": ("впервые {date}", "first on {date}"),
    "reprints.title": ("Цитата и её перепечатки", "A quote and its reprints"),
    "reprints.text": (
        "{count}: одни и те же слова, с первой публикации. Сокращения и пунктуация могут различаться.",
        "{count}: the same words, from the first publication on. Cuts and punctuation may differ.",
    ),
    # speakers
    "speakers": ("Кто говорит", "Speakers"),
    "speakers.find": ("Имя, инициалы или должность", "A name, initials or a role"),
    "speakers.none": ("Так никого не зовут.", "Nobody is called so."),
    "speakers.sort.quotes": ("больше цитат", "most quotes"),
    "speakers.sort.name": ("по имени", "by name"),
    "speakers.sort.newest": ("новые", "newest"),
    "paging.of": ("{n} из {of}", "{n} of {of}"),
    "speaker.roles": ("Должности", "Roles"),
    "speaker.names": ("В статьях также: {names}", "Also called in articles: {names}"),
    "speaker.namesakes": ("Так зовут не только его или её. Есть ещё:", "Others have the same name:"),
    "speaker.topic": ("О чём", "About what"),
    "speaker.about": ("О спикере", "About the speaker"),
    "speaker.all_quotes": ("все цитаты", "all quotes"),
    "speaker.all_years": ("за все годы", "all years"),
    "speaker.own_words": ("собственные слова", "own words"),
    "speaker.no_quotes": ("Таких цитат нет.", "There are no such quotes."),
    "speaker.table": ("Таблицей", "As a table"),
    "speaker.year": ("Год", "Year"),
    "speaker.words": ("Чаще других говорит", "Says oftener than others"),
    "namesakes.title": ("Кто из них?", "Which of them?"),
    "namesakes.text": ("Так зовут нескольких спикеров.", "Several speakers have this name."),
    "hit.no_speaker": ("Автор слов не назван", "Speaker not named"),
    "kind.direct": ("прямая речь", "direct speech"),
    "kind.partial": ("фрагмент", "fragment"),
    "kind.pull": ("врезка", "pull-quote"),
    "kind.indirect": ("в пересказе", "reported speech"),
    # repairs, warnings, errors of the query
    "rewrite.shown": ("Показаны результаты для", "Showing results for"),
    "rewrite.literally": ("Искать {q} буквально", "Search for {q} literally"),
    "warnings": ("Как прочитан запрос", "How the query was read"),
    "warning.unclosed_quote": ("Кавычка не закрыта: закрыли в конце.", "An open quotation mark was closed at the end."),
    "warning.unclosed_bracket": ("Скобка не закрыта: закрыли в конце.", "An open bracket was closed at the end."),
    "warning.stray_bracket": ("Лишняя скобка пропущена.", "A stray bracket was skipped."),
    "warning.unknown_field": ("Такого поля нет: ищем как текст.", "There is no such field: searched as text."),
    "warning.unknown_kind": ("Такого вида цитат нет.", "There is no such kind of quote."),
    "warning.dangling_operator": ("Оператору не с чем работать: пропущен.", "An operator without words was skipped."),
    "warning.empty_field": (
        "За двоеточием пробел: ищем как текст.",
        "A blank follows the colon: searched as text.",
    ),
    "warning.too_many_terms": ("Слов слишком много: последние пропущены.", "Too many words: the last were skipped."),
    "warning.too_far": (
        "Число за волной слишком велико: уменьшили.",
        "The number behind the tilde is too large: lowered.",
    ),
    "warning.capitals": (
        "Заголовок прописными буквами: «И», «ИЛИ», «НЕ» прочитаны как слова.",
        "A headline in capitals: its conjunctions were read as words.",
    ),
    "warning.negative_number": (
        "Минус перед числом прочитан как знак: число искали.",
        "A minus before a number was read as its sign.",
    ),
    "warning.weight_ignored": ("Вес слова пропущен.", "A word's weight was skipped."),
    "warning.star_ignored": (
        "Звёздочка внутри слова: дальше неё слово не читали.",
        "A star inside a word: what stands behind it was skipped.",
    ),
    "warning.all_words": ("Только со всеми словами", "Only with all of them"),
    "warning.some_words": (
        "Со всеми словами нашлось мало: дальше то, где есть часть из них.",
        "Little has all of the words: what follows has some of them.",
    ),
    "warning.too_deep": ("Слишком много вложенных скобок.", "Too many nested brackets."),
    "error.title": ("Запрос не понят", "The query cannot be read"),
    "error.invalid_date": (
        "Такой даты нет. Дату пишут так: 2015, 2015-12, 2015-12-15 или 2015..2016.",
        "There is no such date. Write 2015, 2015-12, 2015-12-15 or 2015..2016.",
    ),
    "error.only_negative": (
        "Запрос только исключает. Добавьте слово, которое должно найтись.",
        "The query only excludes. Add a word that should be found.",
    ),
    "error.query_too_long": ("Запрос слишком длинный. Сократите его.", "The query is too long. Shorten it."),
    "error.prefix_too_short": (
        "Перед звёздочкой нужны хотя бы три буквы: мост*.",
        "At least three letters must stand before the star: мост*.",
    ),
    "error.invalid_parameter": (
        "Параметр адреса «{parameter}» не читается.",
        "The parameter “{parameter}” of this address cannot be read.",
    ),
    "error.fresh": ("Искать только слова", "Search for the words alone"),
    # nothing found
    "empty.title": ("Ничего не нашлось", "Nothing was found"),
    "empty.no_articles": ("В этом индексе пока нет статей.", "There are no articles in this index yet."),
    "empty.other": ("Зато нашлось: {count}", "But there are: {count}"),
    "empty.without": ("без слова {word}", "without the word {word}"),
    "empty.without_title": ("Попробуйте короче:", "Try fewer words:"),
    "empty.no_filters": ("Убрать все фильтры", "Remove all filters"),
    "empty.tips": ("Что ещё помогает", "What else helps"),
    "empty.tip.words": (
        "Формы слов находятся сами: «мосту» найдёт и «моста».",
        "Word forms are found by themselves: «мосту» finds «моста» too.",
    ),
    "empty.tip.any": ("Любое из слов: мост | переправа", "Any of the words: мост | переправа"),
    "empty.tip.prefix": ("Начало слова: переправ*", "The start of a word: переправ*"),
    "empty.tip.fuzzy": ("Слово с опечаткой: перепрвва~", "A misspelt word: перепрвва~"),
    "empty.newest": ("Смотреть новейшее", "Browse the newest"),
    # filters
    "filters": ("Фильтры", "Filters"),
    "filters.active": ("Выбрано", "Chosen"),
    "filters.remove": ("Убрать фильтр: {value}", "Remove the filter: {value}"),
    "filters.clear": ("Убрать все", "Remove all"),
    "facet.speaker": ("Кто сказал", "Speakers"),
    "facet.source": ("Источники", "Sources"),
    "facet.author": ("Авторы", "Authors"),
    "facet.section": ("Рубрики", "Sections"),
    "facet.kind": ("Вид цитаты", "Kinds of quote"),
    "facet.year": ("Годы", "Years"),
    "facet.year.bar": ("{year}: {count}", "{year}: {count}"),
    "dates.between": ("с {since} по {until}", "{since} – {until}"),
    "dates.since": ("с {since}", "since {since}"),
    "dates.until": ("по {until}", "until {until}"),
    # an article
    "article.back": ("← К результатам", "← Back to results"),
    "article.original": ("Оригинал: {host}", "Original: {host}"),
    "article.quotes": ("Цитаты в статье", "Quotes in this article"),
    "article.no_quotes": ("Цитат в этой статье нет.", "There are no quotes in this article."),
    "article.author": ("Автор: {name}", "By {name}"),
    # pages that are no results
    "error.404": ("Такой страницы нет", "There is no such page"),
    "error.404.text": (
        "Адрес устарел, или статью убрали из индекса.",
        "The address is out of date, or the article was taken out of the index.",
    ),
    "error.405": ("Так эту страницу не открыть", "This page cannot be opened that way"),
    "error.405.text": ("Страницы Молвы только читают.", "Molva's pages are read only."),
    "error.400": ("Запрос не читается", "The request cannot be read"),
    "error.400.text": ("Проверьте адрес или начните с поиска.", "Check the address, or start from the search."),
    "error.500": ("У нас что-то сломалось", "Something broke here"),
    "error.500.text": (
        "Ошибка записана в журнал. Попробуйте ещё раз чуть позже.",
        "The error is in the log. Please try again a little later.",
    ),
    "error.503": ("Индекс ещё не открыт", "The index is not open yet"),
    "error.503.text": (
        "Искать пока не в чем. Страница заработает сама, как только индекс появится.",
        "There is nothing to search in yet. This page will work as soon as the index appears.",
    ),
    # help
    "help.intro": (
        "Можно просто написать слова: найдётся то, где есть все они, в любых формах. Остальное по желанию.",
        "Just type words: what has all of them, in any form, is found. The rest is optional.",
    ),
    "help.meaning": ("Смысл", "Meaning"),
    "help.syntax": ("Как писать", "Syntax"),
    "help.example": ("Пример", "Example"),
    "help.all": ("все слова", "all words"),
    "help.any": ("любое из слов", "any of the words"),
    "help.not": ("без слова", "without the word"),
    "help.group": ("группа", "a group"),
    "help.phrase": ("фраза, в любых формах слов", "a phrase, in any word forms"),
    "help.exact": ("именно эта форма", "this very form"),
    "help.near": ("слова рядом, не дальше пяти", "words near each other, five apart at most"),
    "help.prefix": ("начало слова, от трёх букв", "the start of a word, three letters or more"),
    "help.fuzzy": ("с опечаткой", "misspelt"),
    "help.field.title": ("в заголовке", "in the title"),
    "help.field.text": ("в тексте", "in the text"),
    "help.field.speaker": ("кто сказал", "who said it"),
    "help.field.about": ("о ком или о чём говорят", "whom or what they speak about"),
    "help.field.source": ("источник", "the source"),
    "help.field.author": ("автор статьи", "the article's author"),
    "help.field.section": ("рубрика", "the section"),
    "help.field.kind": ("вид цитаты", "the kind of quote"),
    "help.date": ("дата или промежуток, включительно", "a date or a range, inclusive"),
    "help.or": ("или", "or"),
    "help.fields": ("Поля", "Fields"),
    "help.words": ("Слова", "Words"),
    "help.repairs": ("Если ничего не нашлось", "When nothing is found"),
    "help.repairs.text": (
        "Молва проверит раскладку клавиатуры, запись латиницей и опечатки и скажет, что изменила. "
        "То, что нашлось буквально, исправление не скрывает никогда.",
        "Molva tries another keyboard layout, Latin letters and misspellings, and says what it changed. "
        "A repair never hides what was found literally.",
    ),
    "help.errors": ("Чего нельзя", "What is refused"),
    "help.keyboard": ("Клавиша «/» переводит в строку поиска.", "The key “/” moves to the search box."),
}

# noun → forms: Russian for 1, 2–4, 5–0; English for 1 and more.
PLURALS: dict[str, tuple[tuple[str, str, str], tuple[str, str]]] = {
    "article": (("статья", "статьи", "статей"), ("article", "articles")),
    "reprint": (("перепечатка", "перепечатки", "перепечаток"), ("reprint", "reprints")),
    "speaker": (("спикер", "спикера", "спикеров"), ("speaker", "speakers")),
    "quote": (("цитата", "цитаты", "цитат"), ("quote", "quotes")),
}

# fmt: off
MONTHS: dict[Lang, tuple[str, ...]] = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня",
           "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Words:
    """The words, numbers and dates of one language. Templates call it `w`."""

    lang: Lang

    def t(self, key: str, **values: object) -> str:
        """The string `key` with its placeholders filled. Raises KeyError for a key that is not in STRINGS."""
        return STRINGS[key][LANGS.index(self.lang)].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a string: the searcher may give codes that are newer than this page."""
        return key in STRINGS

    def count(self, n: int, noun: str) -> str:
        """`1 статья`, `2 статьи`, `5 статей`; `1 article`, `2 articles`."""
        russian, english = PLURALS[noun]
        word = russian[russian_form(n)] if self.lang == "ru" else english[0 if n == 1 else 1]
        return f"{self.number(n)}\N{NO-BREAK SPACE}{word}"

    def number(self, n: int) -> str:
        """`12 345` (no-break spaces, from five digits) or `12,345`."""
        if self.lang == "en":
            return f"{n:,}"
        return f"{n:,}".replace(",", "\N{NO-BREAK SPACE}") if n >= 10_000 else str(n)

    def date(self, iso: str | date) -> str:
        """`15 декабря 2015 г.` or `15 December 2015`; what is no ISO date stays as it is."""
        try:
            day = date.fromisoformat(iso) if isinstance(iso, str) else iso
        except ValueError:
            return str(iso)
        text = f"{day.day}\N{NO-BREAK SPACE}{MONTHS[self.lang][day.month - 1]} {day.year}"
        return f"{text}\N{NO-BREAK SPACE}г." if self.lang == "ru" else text

    def quoted(self, text: str) -> str:
        """`text` in the language's quotation marks."""
        return f"«{text}»" if self.lang == "ru" else f"“{text}”"


def russian_form(n: int) -> int:
    """Which of three forms a Russian noun takes after `n`: 0 as after 1, 1 as after 2, 2 as after 5."""
    if n % 10 == 1 and n % 100 != 11:
        return 0
    if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14):
        return 1
    return 2


def chosen_lang(value: str | None) -> Lang | None:
    """The language that a URL asks for, None if it names none of ours."""
    return next((lang for lang in LANGS if lang == value), None)


def accepted_lang(accepted: Iterable[str]) -> Lang:
    """The first of ours among the languages that a browser accepts, best first; Russian if there is none."""
    for tag in accepted:
        found = chosen_lang(tag.lower().partition("-")[0])
        if found:
            return found
    return "ru"
