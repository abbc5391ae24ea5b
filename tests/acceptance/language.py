"""What may be typed besides words, and what comes of what nobody meant to type?"""

from __future__ import annotations

from typing import Final

from .ability import Ability, Found, Refused, Warned, found, missed

MONTHS: Final = ("Мост закрыт", "Мост чинят", "Мост открыт")  # published on 1, 2 and 3 March 2016
QUERY_LANGUAGE: Final[tuple[Ability, ...]] = (
    found(
        "a phrase keeps its function words",
        ('"не ходил больше туда"', "Старик не ходил больше туда, где был паром"),
        ('"что же это"', "Так что же это было?"),
        ('"ни для кого"', "Это ни для кого не тайна"),
        ('"и не только"', "Рыба, смола и не только они"),
        ('"по ту сторону"', "Деревня по ту сторону реки"),
    ),
    missed(
        "a phrase keeps its negation",
        ('"не согласны"', "Рыбаки согласны с решением"),
        ('"не боятся"', "Дети боятся темноты"),
        ('"не построен"', "Причал построен весной"),
        ('"без парома"', "Остров ждал парома"),
        ('"никогда не тонул"', "Катер тонул дважды"),
    ),
    found(
        "function words of a question need not stand in the answer",
        ("что такое криптография", "Учебник криптографии издан в Окольске"),
        ("кто такая Гордеева", "Гордеева приехала утром"),
        ("о которых паромах", "Паром ушёл"),
        ("какому мосту", "Мост закрыт"),
        ("чьими лодками", "Лодки унесло"),
        ("почему у нашего парома", "Паром стоит"),
        ("из-за чего стоит паром", "Паром стоит с утра"),
        ("кто-нибудь видел паром", "Паром видел сторож"),
    ),
    found(
        "all quotation marks mean a phrase",
        ("«речного вокзала»", "Крыша речного вокзала течёт"),
        ("„речного вокзала“", "Крыша речного вокзала течёт"),
        ("“речного вокзала”", "Крыша речного вокзала течёт"),
        ('"речного вокзала"', "Крыша речного вокзала течёт"),
        ("”речного вокзала”", "Крыша речного вокзала течёт"),
    ),
    missed(
        "the words of a phrase stand side by side",
        ("«речного вокзала»", "У речного порта нет вокзала"),
        ("„речного вокзала“", "Дорога от вокзала до речного порта"),
        ("“новый мост”", "Новый каменный мост"),
        ('"глава города"', "Глава полиции приехал в центр города"),
        ("«остров Долгий»", "Долгий день на острове"),
    ),
    found(
        "a phrase is found in other forms",
        ('"речной вокзал"', "Крыша речного вокзала течёт"),
        ('"новая школа"', "Дети рады новой школе"),
        ('"глава города"', "Решение главы города обжаловали"),
        ('"спасательный круг"', "Не хватает спасательных кругов"),
        ('"построить мост"', "Здесь построят мост"),
        ('"Лука Жердев"', "Встреча с Лукой Жердевым"),
    ),
    found(
        "what an editor left out does not part a phrase",
        ('"рыбаки поддерживают"', "И фермеры, и рыбаки <…> поддерживают проект"),
        ('"рыбаки поддерживают"', "И фермеры, и рыбаки <...> поддерживают проект"),
        ('"рыбаки поддерживают"', "И фермеры, и рыбаки […] поддерживают проект"),
        ('"рыбаки поддерживают"', "И фермеры, и рыбаки (…) поддерживают проект"),
        ('"рыбаки поддерживают"', "И фермеры, и рыбаки… поддерживают проект"),
    ),
    found(
        "a prefix finds all words that begin so",
        ("зареч*", "Зареченские вечера"),
        ("переправ*", "О переправах забыли"),
        ("ГОРД*", "Слово дали Гордееву"),
        ("водо*", "Водолазы отдыхают"),
        ("щёт*", "Палубу чистили щетками"),
    ),
    Ability(
        "what is typed wrong is understood",
        (
            Warned('"ремонт моста', ("Начался ремонт моста",), codes=("unclosed_quote",)),
            Warned("«ремонт моста", ("Начался ремонт моста",), codes=("unclosed_quote",)),
            Warned("(мост", ("Начался ремонт моста",), codes=("unclosed_bracket",)),
            Warned("(паром ИЛИ", ("Паром ушёл",), codes=("dangling_operator", "unclosed_bracket")),
            Warned("мост AND", ("Начался ремонт моста",), codes=("dangling_operator",)),
            Warned("сорт:яблоки", ("Лучший сорт: яблоки с дачи",), codes=("unknown_field",)),
        ),
    ),
    found(
        "brackets and marks around words do no harm",
        ("мост)))", "Начался ремонт моста"),
        ('мост "" ()', "Начался ремонт моста"),
        ("мост?!", "Начался ремонт моста"),
        ("…мост, паром…", "Паром и мост"),
        ("[мост]", "Начался ремонт моста"),
        ("мост / паром", "Паром и мост"),
    ),
    missed(
        "punctuation alone finds nothing",
        ("-", "Паром ушёл - и не вернулся"),
        ("?!", "Паром ушёл?!"),
        ("...", "Паром ушёл..."),
        ("+", "Паром + мост"),
        ("—", "Паром — старый"),
        ("%", "Паром заполнен на 90 %"),
    ),
    Ability(
        "times, links and titles with a colon are text",
        (
            Warned("18:45", ("Паром отходит в 18:45",)),
            Warned("https://okolsk.example", ("Подробности: https://okolsk.example",)),
            Warned("12:30 паром", ("Паром в 12:30",)),
            Warned("http://okolsk.example паром", ("О пароме http://okolsk.example",)),
            Warned("okolsk.example", ("Подробности: okolsk.example",)),
        ),
    ),
    Ability(
        "an unknown field is an error only where one asks for errors",
        (
            Warned("цена:дом", ("Какова цена? Дом не продан",), codes=("unknown_field",)),
            Refused("цена:дом", ("Дом",), {"strict": True}, code="unknown_field"),
            Refused("(мост", ("Мост",), {"strict": True}, code="unclosed_bracket"),
            Refused('"мост', ("Мост",), {"strict": True}, code="unclosed_quote"),
            Refused("мост ИЛИ", ("Мост",), {"strict": True}, code="dangling_operator"),
        ),
    ),
    Ability(
        "dates that are none are refused",
        (
            Refused("дата:2016-13", MONTHS, code="invalid_date"),
            Refused("date:2016-02-30", MONTHS, code="invalid_date"),
            Refused("мост дата:вчера", MONTHS, code="invalid_date"),
            Refused("мост", MONTHS, {"from_": "2016-00"}, code="invalid_date"),
            Refused("мост", MONTHS, {"from_": "2017", "to": "2016"}, code="invalid_date"),
        ),
    ),
    Ability(
        "what only excludes is refused",
        (
            Refused("-мост", MONTHS, code="only_negative"),
            Refused("НЕ мост", MONTHS, code="only_negative"),
            Refused('-"новый мост"', MONTHS, code="only_negative"),
            Refused("-мост -паром", MONTHS, code="only_negative"),
            Refused("-(мост ИЛИ паром)", MONTHS, code="only_negative"),
        ),
    ),
    Ability(
        "ranges of dates hold both their ends",
        (
            Found("дата:2016-03-01..2016-03-02", MONTHS[:2]),
            Found("мост дата:2016-02..2016-03", MONTHS),
            Found("дата:2016-03", MONTHS),
            Found("date:>=2016-03-01", MONTHS),
            Found("date:<=2016-03-03 мост", MONTHS),
            Found("дата:2016-03-01", MONTHS[:1]),
            Found("мост", MONTHS, {"from_": "2016-03-01", "to": "2016-03-03"}),
        ),
    ),
    Ability(
        "an empty query shows what there is",
        tuple(Found(query, MONTHS) for query in ("", "«»", '""', "   ", "()", "\u200b")),
    ),
)
