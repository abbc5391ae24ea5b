"""Which organisation speaks, where a mention names a body, a document or a press office?

A document's words are those of the body that issued it («в сообщении министерства» → the ministry); a body that is
called by its kind only («ведомство», «компания») is the last one of that kind that the article named more fully.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.analysis.lemma import morph
from index.model import Span
from index.words import word_set

from .cues import CLASS_NOUNS, lemmas
from .declension import fold
from .grammar import Reading, is_known, is_preposition, readings
from .phrases import PLACE_ADJECTIVE, Token, governed_end, looks_like_name, phrase_at, slipped_hyphen, tokenise
from .reporting import AGENCIES
from .role_words import EXPANSIONS, LIGHT, OF_AN_OFFICE

DOCUMENTS = word_set(
    """
    сообщение заявление письмо пресс-релиз релиз обращение отчёт доклад документ материал постановление указ статья
    комментарий справка ответ публикация послание приказ распоряжение резолюция коммюнике меморандум пояснение
    уведомление объявление текст запрос иск жалоба заключение исследование вывод прогноз обзор решение определение
    приговор протокол акт рапорт донесение предупреждение приветствие поздравление телеграмма записка запись твит пост
    блог микроблог страница сайт аккаунт канал телеграм-канал группа-документ отзыв ноте нота петиция манифест листовка
    приложение презентация бюллетень рассылка опрос расследование листок реплика мнение дневник данные информация
    сведение послание представление проект расписание
    """
)
"""What somebody issues: the words are the issuer's."""

RELEASES = word_set(
    "сообщение заявление релиз пресс-релиз документ отчёт доклад комментарий справка пояснение материал"
)
"""Without an owner («говорится в сообщении») these are of the body that spoke right before."""

OWN = word_set("указ распоряжение приказ твит пост запись блог микроблог колонка телеграмма")
"""Without an owner these are of the person who was spoken of right before."""

TITLED = word_set(
    """
    закон законопроект договор соглашение кодекс устав конституция правила постановление указ приказ распоряжение
    закон резолюция положение регламент инструкция протокол
    """
)
"""Documents that «о …» names well enough to stand for themselves: «закон о тишине»."""

NOBODY_ISSUED = word_set(
    """
    надпись плакат лозунг табличка баннер транспарант вывеска заголовок подпись граффити девиз пословица поговорка
    заповедь слоган реклама голос слух эфир интервью беседа разговор
    """
)
"""These speak, and nobody says for whom."""

BODIES = word_set(
    """
    министерство ведомство компания агентство комитет служба комиссия администрация мэрия правительство прокуратура
    полиция управление департамент суд банк фонд партия движение организация ассоциация союз федерация клуб команда
    группа университет институт академия школа больница завод фабрика корпорация холдинг концерн фирма предприятие
    редакция издание газета журнал телеканал телекомпания радиостанция портал сайт дума парламент совет штаб посольство
    консульство церковь епархия музей театр общество центр объединение пресс-служба пресс-центр отдел отделение
    пресс-секретариат руководство правление дирекция бюро палата сенат конгресс коллегия гильдия профсоюз оргкомитет
    офис кабинет аппарат канцелярия представительство инспекция
    госдепартамент застройщик оператор перевозчик авиакомпания производитель регулятор военкомат лаборатория
    гидрометцентр избирком горизбирком облизбирком крайизбирком гордума облдума гордеп горсовет горздрав облздрав
    госавтоинспекция росгвардия водоканал трест милиция ратуша спецслужба вуз
    """
)
SEATS = frozenset(("кремль", "белый дом", "скотланд-ярд", "капитолий", "ватикан", "елисейский дворец", "госдеп"))
"""Seats of power that speak by their own names, in small letters and the nominative."""
INSTITUTIONS = word_set(
    """
    мэрия ратуша прокуратура полиция милиция дума правительство парламент гидрометцентр избирком горизбирком облизбирком
    крайизбирком гордума облдума горсовет горздрав облздрав госавтоинспекция росгвардия епархия водоканал военкомат
    сенат конгресс
    """
)
"""A place or country has one of each: called by their kind alone they are known («в мэрии сообщили»)."""
TOLD_BY_ADJECTIVE = word_set("суд больница музей театр")
"""Of these an adjective tells which one: «городской суд», «краеведческий музей»."""
WITH_A_MATTER = word_set("министерство комитет комиссия управление агентство департамент совет служба")
"""Bodies that «по …» tells from others: «министерство по делам молодёжи»."""
PEOPLE_OF = word_set("член представитель специалист сотрудник аналитик эксперт юрист активист адвокат корреспондент")
"""Several of them speak for the body that they are of: «члены ОНР», «специалисты «Прибоя»»."""
PRESS = word_set("пресс-служба пресс-центр секретариат руководство администрация правление дирекция штаб редакция")
PRESS_OFFICES = word_set("пресс-служба пресс-центр пресс-секретариат")
FIELDS = word_set(
    """
    надзорный военный оборонный внешнеполитический дипломатический следственный антимонопольный налоговый таможенный
    силовой финансовый миграционный природоохранный правоохранительный полицейский спасательный антикоррупционный
    """
)
"""«Надзорное ведомство», «оборонное ведомство»: the body of this field that has been spoken of."""
AGENCIES_OF_A_STATE = frozenset(("ведомство", "спецслужба"))
MEDIA_KINDS = word_set("издание газета журнал агентство портал телеканал")
KIN = {
    "вуз": word_set("университет институт академия консерватория училище"),
    "ведомство": word_set(
        "министерство служба агентство управление комитет департамент прокуратура инспекция комиссия штаб оперштаб"
    ),
    "регулятор": word_set("банк служба комиссия агентство"),
    "издание": word_set("газета журнал портал агентство сайт телеканал"),
    "агентство": word_set("агентство информагентство"),
    "организация": word_set("фонд ассоциация союз движение общество объединение партия федерация центр"),
    "компания": word_set("корпорация концерн холдинг фирма авиакомпания предприятие завод сеть телекомпания магазин"),
    "авиакомпания": word_set("авиакомпания перевозчик"),
    "перевозчик": word_set("авиакомпания компания"),
    "предприятие": word_set("завод фабрика комбинат компания"),
    "парламент": word_set("дума рада сейм конгресс"),
}
ACRONYM = re.compile(r"[А-ЯЁA-Z][А-ЯЁA-Zа-яё]*[А-ЯЁA-Z0-9](?:[-–][\w]+)?$")
SHORTENED = re.compile(r"(?:Мин|Гос|Рос|Глав|Гор|Обл|Край|Центр|Мос|Ген|Рай)[а-яё]{3,}")
OFFICES_SHORT = frozenset(word for word, means in EXPANSIONS.items() if means & {"министерство", "прокуратура", "дума"})
QUOTED = re.compile(r"[«\"„“]([^«»\"„“”]+)[»\"“”]")
OWN_NAME = re.compile(r"[«\"„“A-Za-z]")
WORD_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]+(?:-[^\W\d_]+)?)[ \u00a0]+$")
VAGUE = word_set(
    "местный данный указанный соответствующий любой каждый другой иной последний весь целый общий зарубежный"
)
HIGHEST = frozenset(("верховный", "высший"))  # to the dictionary these are of quality: «Верховный суд»
_MEDIUM = r"(?:[«\"„“]([А-ЯЁA-Z][^«»\"„“”\n]{1,40})[»\"“”]|((?<![\w-])[A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*))"
_PASSES = r"(?:сообща|сообщи|пиш|писал|переда|опубликова|рассказа|утвержда|опровер|выясни|отмеча|цитиру|приводи)[а-яё]*"
PASSES_ON = re.compile(rf"{_MEDIUM}[ \u00a0]{_PASSES}|{_PASSES}[ \u00a0](?:[а-яё]+[ \u00a0])?{_MEDIUM}")
TWO_WORDS = re.compile(r"(?<![\w-])([А-ЯЁ][а-яё]{4,}) ([А-ЯЁа-яё][а-яё]{2,})(?![\w-])")
LEAST_PART = 3  # letters that a contraction keeps of each of two words
CASE_ENDINGS = frozenset(
    ("", *"аяуюеиыойь", "ом", "ем", "ам", "ям", "ах", "ях", "ами", "ями", "ой", "ей", "ью", "ов", "ев")
)
SUBJECT_WITHIN = 3000  # code points before a mention in which a body may have been named more fully
MOSTLY_NOUN = 0.3  # share of a word's readings
MOST_TOKENS = 12
LATIN_NAME = re.compile(r"(?<![\w./-])[A-Z][A-Za-z0-9&]+(?: [A-Z][A-Za-z0-9&]+)*(?![\w./-]\w)")
MOST_NAMED = 3
LEAST_SUBJECTS = 2


def lemma_of(token: Token, case: str) -> str:
    """The lemma of a word in the wanted case, else its likeliest one."""
    found = readings(token.text)
    fitting = [r for r in found if r.pos == "NOUN" and r.case == case]
    return (fitting or list(found))[0].lemma


def head_at(tokens: Sequence[Token], case: str) -> int | None:
    """The index of the first noun in the wanted case."""
    for i, token in enumerate(tokens):
        if _is_unknown_place(token) and i + 1 < len(tokens) and tokens[i + 1].text.islower():
            continue  # «Окольская прокуратура»
        found = readings(token.text) if token.is_word else ()
        nominal = sum(r.score for r in found if r.pos == "NOUN") >= MOSTLY_NOUN or i + 1 == len(tokens)
        if nominal and any(r.pos == "NOUN" and r.case == case for r in found):
            return i
        if token.is_word and not any(r.pos in {"ADJF", "PRTF", "NUMR"} for r in readings(token.text)):
            return i if token.is_capital or token.is_latin else None
    return None


def _is_unknown_place(token: Token) -> bool:
    return token.is_capital and PLACE_ADJECTIVE.search(token.text) is not None and not is_known(token.text)


def body_tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a mention, what stands in quotation marks as one."""
    out: list[Token] = []
    at = start
    for quoted in QUOTED.finditer(text, start, end):
        out += tokenise(text, at, quoted.start())
        out.append(Token(f"«{quoted[1]}»", *quoted.span()))
        at = quoted.end()
    out += tokenise(text, at, end)
    return [part for token in out for part in _parted(token)] if "-" in text[start:end] else out


def _parted(token: Token) -> tuple[Token, ...]:
    """A token; two of one that a slip of the pen ties together («управлении-пресс-службы»)."""
    if "-" not in token.text or token.is_quoted or slipped_hyphen(token.text) is None:
        return (token,)
    first, _, rest = token.text.partition("-")
    middle = token.start + len(first)
    return Token(first, token.start, middle), Token(rest, middle + 1, token.end)


@lru_cache(1 << 12)
def _inflected(word: str, case: str, gender: str | None) -> str:
    """A word of this case in the nominative, letter case kept; an adjective in the noun's gender."""
    if not is_known(word):
        parts = word.split("-")
        if len(parts) > 1:
            return "-".join(_inflected(part, case, gender) for part in parts)
        return _like_its_end(word, case) or _of_unknown_place(word, gender) or word
    for parse in morph().parse(word.lower()):
        tag = parse.tag
        if str(tag.case) not in {case, f"{case[:3]}1", f"{case[:3]}2"} or tag.POS not in {"NOUN", "ADJF", "PRTF"}:
            continue
        grammemes = {"nomn"} | ({str(tag.number)} if tag.number else set())
        if tag.POS != "NOUN" and gender is not None and str(tag.number) == "sing":
            grammemes.add(gender)
        inflected = parse.inflect(grammemes)
        if inflected is not None:
            made: str = inflected.word
            if word.isupper() and len(word) > 1:
                return made.upper()
            return made[:1].upper() + made[1:] if word[:1].isupper() else made
    return word


def _like_its_end(word: str, case: str) -> str | None:
    """A contraction declines as the word that ends it: «Росрыболовстве» → «Росрыболовство»."""
    if SHORTENED.match(word) is None:
        return None
    for at in range(LEAST_PART, len(word) - LEAST_PART):
        end = word[at:]
        if is_known(end):
            known = any(r.pos == "NOUN" and r.case == case and r.number == "sing" for r in readings(end))
            return word[:at] + _inflected(end, case, None) if known else None
    return None


def _of_unknown_place(word: str, gender: str | None) -> str | None:
    """An adjective of a place that no dictionary has, in the nominative: «окольском» → «окольский»."""
    ending = PLACE_ADJECTIVE.search(word)
    if ending is None or gender is None:
        return None
    return word[: ending.start(1)] + {"masc": "ий", "femn": "ая", "neut": "ое"}[gender]


def in_nominative(tokens: Sequence[Token], head: int, case: str) -> str:
    """The phrase with its head and what agrees with it in the nominative, and the rest as it stands."""
    words: list[str] = []
    nouns = [r for r in readings(tokens[head].text) if r.pos == "NOUN" and r.case == case and r.number != "plur"]
    gender = nouns[0].gender if nouns and nouns[0].gender in {"masc", "femn", "neut"} else None
    for i, token in enumerate(tokens):
        if case != "nomn" and i <= head and token.is_word and not _is_fixed(token):
            words.append(_inflected(token.text, case, gender))
        else:
            words.append(token.text)
    out = ""
    for i, word in enumerate(words):
        glue = i and tokens[i].start > tokens[i - 1].end
        out += (" " if glue else "") + word
    return out


def _is_fixed(token: Token) -> bool:
    return token.is_latin or (token.text.isupper() and len(token.text) > 1) or token.text[0].isdigit()


def _quoted_name(token: Token, case: str) -> str:
    """A name in marks that declines («в сообщении «Речного дозора»») in the nominative, any other as it stands."""
    inner = tokenise(token.text, 1, len(token.text) - 1)
    first = readings(inner[0].text) if inner and inner[0].is_word else ()
    head = head_at(inner, case) if any(r.case == case for r in first) else None
    declined = head is not None and not any(r.case == "nomn" for r in first)
    return in_nominative(inner, head, case) if declined and head is not None else token.text[1:-1]


def written_elsewhere(text: str, name: str) -> str:
    """A name in marks that no dictionary has as the text writes it in its shortest form: «Экограда» → «Экоград»."""
    if " " in name or is_known(name) or name.isascii():
        return name
    stem = fold(name)[:-1]
    forms = [
        found[1] for found in QUOTED.finditer(text) if fold(found[1]) in {stem, stem + "ь", stem + "й", stem + "о"}
    ]
    return forms[0] if forms else name


def written_out(text: str, word: str) -> str | None:
    """The two words that one is contracted of, where the text has them: «Нацфронт» → «Национальный фронт»."""
    if len(word) < 2 * LEAST_PART or is_known(word) or not word[0].isupper():
        return None
    short = fold(word)
    for found in TWO_WORDS.finditer(text):
        first, second = fold(found[1]), fold(found[2])
        begins = _shared(first, short)
        ends = _shared(second, short[begins:])
        same = {second[ends:], short[begins + ends :]} <= CASE_ENDINGS
        if min(begins, ends) >= LEAST_PART and same and (name := _agreeing(tokenise(text, *found.span()))) is not None:
            return name
    return None


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _agreeing(tokens: Sequence[Token]) -> str | None:
    """An adjective and its noun in the nominative."""
    if len(tokens) != 2:
        return None
    adjective, noun = (readings(token.text) for token in tokens)
    of_both = {a.case for a in adjective if a.pos == "ADJF"}
    cases = [r.case for r in noun if r.pos == "NOUN" and r.case is not None and r.case in of_both]
    return in_nominative(tokens, 1, cases[0]) if cases else None


def name_of_body(tokens: Sequence[Token], case: str) -> str | None:
    """The name of the body that the tokens name, in the nominative; None where they name only its kind."""
    head = head_at(tokens, case)
    if len(tokens) == 1 and tokens[0].is_quoted:
        return _quoted_name(tokens[0], case)
    if head is None:
        if tokens and (tokens[0].is_latin or ACRONYM.match(tokens[0].text)):
            return in_nominative(tokens, 0, "nomn")
        return None
    if head > 1:
        tokens, head = tokens[head - 1 :], 1  # «известная окольская газета «Маяк»»: one word before the noun is enough
    word = tokens[head].text
    if len(tokens) == 1 and not (tokens[head].is_capital and (ACRONYM.match(word) or tokens[head].is_latin)):
        return None
    return in_nominative(tokens, head, case)


def is_abbreviation(word: str) -> bool:
    """Whether a word is short for a body: «МЧС», «Минтранс», «Росрыболовство»."""
    if ACRONYM.match(word) is not None or fold(word) in EXPANSIONS:
        return True
    return SHORTENED.match(word) is not None and not is_known(word)


def is_body(token: Token) -> bool:
    """Whether a word names a body, by its kind or as an acronym."""
    if ACRONYM.match(token.text) is not None:
        return True
    found = lemmas(token.text) | _first_part(token.text)
    return bool(found & (BODIES | CLASS_NOUNS)) or any(fold(lemma) in OFFICES_SHORT for lemma in found)


def _first_part(word: str) -> frozenset[str]:
    """The lemmas of what a word with a hyphen begins with: «компания-застройщик»."""
    first, hyphen, _ = word.partition("-")
    return frozenset(lemmas(first)) & BODIES if hyphen and len(first) > LEAST_PART else frozenset()


def is_agency(tokens: Sequence[Token]) -> bool:
    """Whether a body of a state is named: «Минтранс», «ГУ МЧС по области», «служба охраны»."""
    first = tokens[0]
    found = {fold(lemma) for lemma in lemmas(first.text)} if first.is_word else set()
    if "агентство" in found and len(tokens) > 1 and (tokens[1].is_latin or tokens[1].is_quoted):
        return False  # of news
    place = any("Geox" in r.marks for r in readings(first.text)) if first.is_word else True
    short = not (first.is_latin or place) and (ACRONYM.match(first.text) or SHORTENED.match(first.text))
    if "ведомство" in found and len(tokens) > 1:  # «военное ведомство Норландии»
        return True
    return bool(short) or bool(found & (OFFICES_SHORT | KIN["ведомство"] | {"полиция", "гидрометцентр"}))


def fuller(text: str, kind: str, at: int) -> str | None:
    """The last body of this kind that the text names more fully before `at`, then behind it."""
    kinds = frozenset((kind,)) | KIN.get(kind, frozenset())
    start, end = max(0, at - SUBJECT_WITHIN), min(len(text), at + SUBJECT_WITHIN)
    found = _last_named(text, kinds, start, at) or _last_named(text, kinds, at, end, first=True)
    if found is None and kind in INSTITUTIONS | TOLD_BY_ADJECTIVE:
        found = _last_named(text, frozenset((kind,)), start, at, adjective=True)
    return found


def medium_before(text: str, kind: str, at: int) -> str | None:
    """The medium that passed on news last before `at`: a name in marks or Latin letters beside such a verb.

    An agency is no paper.
    """
    last = None
    for found in PASSES_ON.finditer(text, max(0, at - SUBJECT_WITHIN), at):
        name = next(name for name in found.groups() if name).rstrip(".")
        if kind == "агентство" or fold(name) not in AGENCIES:
            last = name
    return last


def owners_before(text: str, kind: str, at: int) -> list[Span]:
    """Where a document of this kind is given to an owner («доклад фонда») before `at`, nearest first."""
    kinds = frozenset((kind,))
    found: list[Span] = []
    for word in _stems(kinds).finditer(text, max(0, at - SUBJECT_WITHIN), at):
        if not lemmas(word[0]) & kinds:
            continue
        line = text.find("\n", word.end())
        tokens = body_tokens(text, word.end(), min(line if line >= 0 else len(text), word.end() + 120, at))
        phrase = phrase_at(tokens, 0, "gent") if tokens and not tokens[0].is_quoted else None
        if phrase is not None:
            found.append(phrase.span(tokens))
    return found[::-1]


FIRMS = word_set(
    "компания корпорация фирма предприятие авиакомпания перевозчик холдинг концерн производитель оператор группа"
)
SUBJECT = re.compile(r"(?<![\w-])([A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*|[«\"][^«»\"\n]{2,40}[»\"]) ([а-яё]{4,})")


def main_body(text: str, kind: str) -> str | None:
    """The firm that a text is about: the name in Latin letters or quotation marks that most often does something.

    Only for words for firms, only twice at least, and more often than any other.
    """
    if kind not in FIRMS:
        return None
    count: dict[str, int] = {}
    for found in SUBJECT.finditer(text):
        if readings(found[2])[0].pos == "VERB":
            name = found[1].strip('«»"')
            count[name] = count.get(name, 0) + 1
    best = sorted(count, key=lambda name: count[name], reverse=True)[:2]
    if best and count[best[0]] >= LEAST_SUBJECTS and (len(best) < 2 or count[best[1]] < count[best[0]]):
        return best[0]
    return _most_named(text)


def _most_named(text: str) -> str | None:
    """The name in Latin letters that a text says thrice at least, and twice as often as any other."""
    count: dict[str, int] = {}
    for found in LATIN_NAME.finditer(text):
        count[found[0]] = count.get(found[0], 0) + 1
    best = sorted(count, key=lambda name: count[name], reverse=True)[:2]
    if not best or count[best[0]] < MOST_NAMED or (len(best) > 1 and count[best[0]] < 2 * count[best[1]]):
        return None
    return best[0]


@lru_cache(1 << 10)
def _stems(kinds: frozenset[str]) -> re.Pattern[str]:
    stems = sorted({kind[: max(3, len(kind) - 2)] for kind in kinds}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)


def _last_named(
    text: str, kinds: frozenset[str], start: int, end: int, *, first: bool = False, adjective: bool = False
) -> str | None:
    last: str | None = None
    for found in _stems(kinds).finditer(text, start, end):
        if not lemmas(found[0]) & kinds:
            continue
        line = text.find("\n", found.end())
        tokens = body_tokens(text, found.start(), min(line if line >= 0 else len(text), found.end() + 120))
        name = _with_adjective(text, tokens[0]) if adjective else _named_in_full(text, tokens)
        if name is not None:
            if first:
                return name
            last = name
    return last


def _named_in_full(text: str, tokens: Sequence[Token]) -> str | None:
    """As `_named_from`, with the adjective in capitals that belongs to the name: «*Следственный* комитет Вендии»."""
    name = _named_from(tokens)
    before = WORD_BEFORE.search(text, max(0, tokens[0].start - 40), tokens[0].start)
    if before is None or not before[1][0].isupper() or (name is not None and OWN_NAME.search(name) is not None):
        return name
    inside = re.search(rf"[\w,»][ \u00a0]{re.escape(before[1][:-2])}", text) is not None  # no sentence begins there
    told = _with_adjective(text, tokens[0]) if inside else None
    return told + "".join((name or "").partition(" ")[1:]) if told is not None else name


def press_office_of(text: str, kind: str, at: int) -> str | None:
    """The press office that the text named last before `at`, where it is one of a body of this kind."""
    name = _last_named(text, PRESS_OFFICES, max(0, at - SUBJECT_WITHIN), at)
    words = name.split() if name is not None else []
    return name if len(words) > 1 and kind in lemmas(words[1]) else None


def _named_from(tokens: Sequence[Token]) -> str | None:
    """The name that starts with a body's kind at the first token, in whatever case it stands."""
    nouns: list[Reading] = [r for r in readings(tokens[0].text) if r.pos == "NOUN" and r.case]
    for k, token in enumerate(tokens):
        if k and looks_like_name(token) and not any(r.marks & {"Geox", "Orgn"} for r in readings(token.text)):
            tokens = tokens[:k]
            break
    for reading in nouns:
        case = reading.case or "nomn"
        phrase = phrase_at(tokens[:MOST_TOKENS], 0, case)
        if phrase is not None and phrase.last == 0 and (end := _matter_end(tokens)):
            return in_nominative(tokens[:end], 0, case)
        if phrase is not None and phrase.last > 0:
            return name_of_body(tokens[: phrase.last + 1], case)
    return None


def _matter_end(tokens: Sequence[Token]) -> int:
    """The index behind «по делам молодёжи» that follows a body's kind; 0 without it."""
    if len(tokens) < 3 or tokens[1].text != "по" or not lemmas(tokens[0].text) & WITH_A_MATTER:
        return 0
    end = governed_end(tokens, 1)
    more = phrase_at(tokens, end, "gent") if end < len(tokens) and tokens[end].is_word else None
    if more is None:
        return 0 if tokens[end - 1].text in {"вопросам", "делам"} else end
    return more.last + 1


def _with_adjective(text: str, noun: Token) -> str | None:
    """The kind with an adjective that tells which one: «городской суд»."""
    found = WORD_BEFORE.search(text, max(0, noun.start - 40), noun.start)
    if found is None or found[1].lower() in VAGUE:
        return None
    adjective = Token(found[1], found.start(1), found.end(1))
    for reading in readings(noun.text):
        agreeing = [
            r
            for r in readings(adjective.text)
            if r.pos == "ADJF" and r.case == reading.case and r.number == reading.number and "Apro" not in r.marks
            if r.gender in {None, reading.gender}
        ]
        if reading.pos == "NOUN" and reading.case and reading.number == "sing" and agreeing:
            lemma, quality = agreeing[0].lemma, "Qual" in agreeing[0].marks and agreeing[0].lemma not in HIGHEST
            if lemma in LIGHT or lemma in VAGUE or quality:
                return None
            return in_nominative((adjective, noun), 1, reading.case)
    return None


def without_preposition(tokens: list[Token]) -> list[Token]:
    """The tokens of a mention without «в», «на», «из» before it."""
    while tokens and tokens[0].is_word and is_preposition(tokens[0].text):
        tokens = tokens[1:]
    return tokens


def of_an_office(kind: str) -> bool:
    """Whether the word names a body by its kind only."""
    return kind in BODIES or kind in OF_AN_OFFICE
