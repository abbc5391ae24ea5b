"""What do articles call a speaker? A role: «министр иностранных дел России», «хирург», «капитан команды».

A role is compared by its head, the noun that says what somebody is, and by its words in any form; ways to say the
same («глава МИД», «министр иностранных дел») have words in common. The head has a *field* of life: a surgeon and a
goalkeeper of one name are two people, while anybody may come into office.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.analysis import fold
from index.analysis.lemma import readings
from index.words import word_set

OFFICE: Final = "office"
BUSINESS: Final = "business"
CITIZEN: Final = "citizen"
OPEN: Final = frozenset({OFFICE, BUSINESS, CITIZEN})
"""Fields that people of another field come into: they tell two people apart only with other evidence."""
SPECIALISTS: Final = frozenset({"medicine", "science", "law", "army"})
"""Fields out of which offices are filled: «министр» and «хирург» may be one everywhere."""
KIN: Final = (frozenset({"science", "medicine"}), frozenset({"science", "law"}), frozenset({"science", "arts"}))
"""Fields that one life may have: a professor who writes, or heals."""

FIELDS: Final[dict[str, frozenset[str]]] = {
    OFFICE: word_set(
        """
        президент экс-президент вице-президент премьер премьер-министр вице-премьер министр экс-министр замминистра
        губернатор вице-губернатор экс-губернатор мэр вице-мэр экс-мэр глава замглавы градоначальник бургомистр
        староста депутат экс-депутат сенатор конгрессмен парламентарий спикер вице-спикер канцлер король королева
        принц принцесса император монарх шейх эмир султан аятолла премьерша госсекретарь секретарь пресс-секретарь
        генсек представитель постпред полпред посол консул дипломат уполномоченный омбудсмен комиссар еврокомиссар
        советник помощник чиновник политик лидер председатель зампред сопредседатель координатор руководитель
        начальник замначальника директор замдиректора заместитель зам заведующий управляющий куратор инспектор префект
        градозащитник кандидат партиец оппозиционер
        """
    ),
    CITIZEN: word_set(
        """
        пенсионер пенсионерка житель жительница студент студентка школьник школьница ученик ученица выпускник
        выпускница домохозяйка очевидец очевидица свидетель свидетельница прохожий пассажир пассажирка покупатель
        покупательница сосед соседка турист туристка болельщик волонтёр волонтёрка ветеран
        """
    ),
    BUSINESS: word_set(
        """
        бизнесмен предприниматель владелец совладелец основатель сооснователь учредитель инвестор банкир миллиардер
        миллионер ресторатор застройщик гендиректор менеджер топ-менеджер маркетолог акционер торговец продюсер
        """
    ),
    "medicine": word_set(
        """
        врач главврач хирург нейрохирург кардиохирург терапевт педиатр вирусолог эпидемиолог инфекционист кардиолог
        онколог невролог психиатр психотерапевт нарколог стоматолог офтальмолог гинеколог акушер акушерка реаниматолог
        анестезиолог травматолог ортопед дерматолог иммунолог фельдшер медсестра медбрат санитар санитарка доктор
        медик фармацевт провизор диетолог патологоанатом ветеринар
        """
    ),
    "sport": word_set(
        """
        тренер футболист вратарь голкипер нападающий защитник полузащитник форвард хоккеист баскетболист волейболист
        теннисист теннисистка боксёр борец дзюдоист самбист гимнаст гимнастка фигурист фигуристка лыжник лыжница
        биатлонист биатлонистка пловец пловчиха легкоатлет легкоатлетка бегун бегунья велосипедист велогонщик
        автогонщик гонщик шахматист шахматистка гроссмейстер спортсмен спортсменка чемпион чемпионка экс-чемпион
        рекордсмен рекордсменка олимпиец капитан арбитр прыгун прыгунья метатель тяжелоатлет штангист регбист
        гандболист вингер альпинист альпинистка каратист
        """
    ),
    "arts": word_set(
        """
        актёр актриса режиссёр кинорежиссёр драматург сценарист певец певица музыкант композитор дирижёр пианист
        пианистка скрипач скрипачка виолончелист гитарист барабанщик рэпер диджей солист солистка вокалист
        концертмейстер тромбонист балерина танцор танцовщик хореограф балетмейстер художник художница скульптор
        архитектор дизайнер модельер фотограф писатель писательница поэт поэтесса романист прозаик переводчик
        журналист журналистка корреспондент редактор главред обозреватель колумнист телеведущий телеведущая
        радиоведущий блогер публицист критик кинокритик шоумен юморист комик артист артистка клоун дрессировщик
        """
    ),
    "science": word_set(
        """
        учёный профессор академик доцент историк археолог физик химик биолог математик астроном астрофизик геолог
        географ филолог лингвист философ социолог психолог экономист политолог востоковед американист этнограф эколог
        зоолог ботаник орнитолог генетик синоптик метеоролог климатолог инженер программист разработчик космонавт
        астронавт эксперт аналитик специалист исследователь исследовательница учитель учительница преподаватель
        преподавательница педагог воспитатель воспитательница ректор проректор декан завуч краевед библиотекарь
        лаборант аспирант
        """
    ),
    "law": word_set(
        """
        прокурор генпрокурор следователь полицейский участковый сыщик оперативник адвокат юрист нотариус судья
        правозащитник правозащитница криминалист пристав шериф детектив
        """
    ),
    "army": word_set(
        """
        генерал полковник подполковник майор адмирал маршал генерал-майор генерал-лейтенант генерал-полковник сержант
        солдат офицер командир командующий главнокомандующий главком десантник лётчик летчик пилот контр-адмирал
        вице-адмирал пограничник моряк боец ополченец снайпер
        """
    ),
    "church": word_set(
        """
        патриарх митрополит архиепископ епископ архиерей священник протоиерей иерей игумен игуменья монах монахиня
        диакон протодиакон имам муфтий раввин пастор кардинал настоятель батюшка проповедник
        """
    ),
    "work": word_set(
        """
        слесарь токарь сварщик электрик монтёр монтажник строитель каменщик маляр водитель таксист дальнобойщик
        машинист кондуктор проводник проводница пекарь повар шеф-повар кондитер официант официантка бармен продавец
        продавщица кассир парикмахер швея уборщица дворник сантехник лесник егерь рыбак рыбачка охотник фермер
        комбайнёр тракторист агроном доярка пастух пчеловод шахтёр нефтяник бригадир мастер сборщик сборщица почтальон
        курьер грузчик сторож вахтёр вахтёрша диспетчер пожарный спасатель паромщик матрос боцман
        """
    ),
}
RELATIVES: Final = word_set(
    """
    сын дочь брат сестра отец мать муж жена вдова вдовец внук внучка дед бабушка дядя тётя племянник племянница супруг
    супруга друг подруга
    """
)
_RELATIVES: Final = frozenset(map(fold, RELATIVES))
_FIELD_OF: Final = {fold(word): field for field, words in FIELDS.items() for word in words}

# What an abbreviation stands for, and what else a head is called: general knowledge of Russian officialese.
EXPANSIONS: Final[dict[str, tuple[str, ...]]] = {
    "рф": ("россия",),
    "российский": ("россия",),
    "сша": ("америка",),
    "американский": ("сша", "америка"),
    "мид": ("министерство", "иностранный", "дело"),
    "мвд": ("министерство", "внутренний", "дело"),
    "мчс": ("министерство", "чрезвычайный", "ситуация"),
    "минобороны": ("министерство", "оборона"),
    "минфин": ("министерство", "финансы"),
    "минздрав": ("министерство", "здравоохранение"),
    "минюст": ("министерство", "юстиция"),
    "минэкономразвития": ("министерство", "экономический", "развитие"),
    "минобрнауки": ("министерство", "образование", "наука"),
    "минобразования": ("министерство", "образование"),
    "минпросвещения": ("министерство", "просвещение"),
    "минтранс": ("министерство", "транспорт"),
    "минэнерго": ("министерство", "энергетика"),
    "минпромторг": ("министерство", "промышленность", "торговля"),
    "минсельхоз": ("министерство", "сельский", "хозяйство"),
    "минкультуры": ("министерство", "культура"),
    "минкульт": ("министерство", "культура"),
    "минспорт": ("министерство", "спорт"),
    "минтруд": ("министерство", "труд"),
    "минстрой": ("министерство", "строительство"),
    "минприроды": ("министерство", "природный", "ресурс"),
    "минцифры": ("министерство", "цифровой", "развитие"),
    "госдума": ("государственный", "дума"),
    "горсовет": ("городской", "совет"),
    "госдеп": ("государственный", "департамент"),
    "госдепартамент": ("государственный", "департамент"),
    "совфед": ("совет", "федерация"),
    "центробанк": ("центральный", "банк"),
    "цб": ("центральный", "банк"),
    "пентагон": ("министерство", "оборона", "сша"),
    "кабмин": ("правительство",),
}
# Head → what else it is called (heads), and words that it has in it.
HEADS: Final[dict[str, tuple[str, str]]] = {
    "министр": ("глава руководитель", "министерство"),
    "госсекретарь": ("глава", "государственный департамент секретарь"),
    "премьер-министр": ("премьер глава председатель", "правительство"),
    "премьер": ("премьер-министр глава председатель", "правительство"),
    "мэр": ("глава градоначальник", "город"),
    "градоначальник": ("мэр глава", "город"),
    "губернатор": ("глава", "область регион"),
    "президент": ("глава", "государство"),
    "директор": ("глава руководитель", ""),
    "гендиректор": ("директор глава руководитель", "генеральный"),
    "начальник": ("глава руководитель", ""),
    "руководитель": ("глава", ""),
    "глава": ("руководитель", ""),
    "генсек": ("секретарь", "генеральный"),
    "генпрокурор": ("прокурор", "генеральный"),
    "главврач": ("врач", "главный"),
    "главред": ("редактор", "главный"),
    "главком": ("главнокомандующий", ""),
    "замминистра": ("заместитель", "министр"),
    "замглавы": ("заместитель", "глава"),
    "зампред": ("заместитель", "председатель"),
    "замдиректора": ("заместитель", "директор"),
    "зам": ("заместитель", ""),
    "экс-мэр": ("", "бывший мэр"),
    "экс-президент": ("", "бывший президент"),
    "экс-министр": ("", "бывший министр"),
    "экс-губернатор": ("", "бывший губернатор"),
}
_MINISTERS: Final = frozenset({"глава", "руководитель"})  # of a ministry
_WORD: Final = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*")
VAGUE: Final = word_set("политик чиновник дипломат парламентарий лидер кандидат")
"""Heads of somebody in any office."""
LONGEST: Final = 120  # characters of a role that is kept


@dataclass(frozen=True, slots=True)
class Role:
    """A role as written, its head (a lemma; empty where none is known), all its words, and the head's field.

    `heads` are the head and what else it is called; `words` are lemmas, with what heads and abbreviations stand for;
    `said` those that are not the head's.
    """

    text: str
    head: str
    heads: frozenset[str]
    words: frozenset[str]
    said: frozenset[str]
    field: str | None

    def answers(self, asked: Role) -> bool:
        """Whether somebody who is called this is `asked`: its head by whatever name, and all its words."""
        if not asked.head or asked.head not in self.heads:
            return False
        return all(word in self.words or _all_of(word, self.words) for word in asked.own_words)

    @property
    def own_words(self) -> frozenset[str]:
        """Its words behind the head, as written."""
        return frozenset(_lemma(word) for word in _words(self.text)) - {self.head}

    def is_like(self, other: Role) -> bool:
        """Whether both may be one office: heads that are called the same, and a word in common if both have more."""
        if self.heads.isdisjoint(other.heads):
            return False
        return not self.said or not other.said or not self.said.isdisjoint(other.said)


@lru_cache(maxsize=50_000)
def role(text: str) -> Role:
    """A role read."""
    found = [_lemma(word) for word in _words(text)]
    head = next((word for word in found if word in _FIELD_OF or word in _RELATIVES), "")
    words = set(found)
    for word in found:
        words.update(EXPANSIONS.get(word, ()))
    said = words - {head}
    heads = {head} if head else set()
    if head in _MINISTERS and "министерство" in words:
        heads.add("министр")
    for one in tuple(heads):
        others, inside = HEADS.get(one, ("", ""))
        heads.update(others.split())
        words.update(inside.split())
    return Role(text, head, frozenset(heads), frozenset(words | heads), frozenset(said), _FIELD_OF.get(head))


def is_head(word: str) -> bool:
    """Whether a word, in any form, says what somebody is."""
    return _lemma(word) in _FIELD_OF


def are_kin(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether fields on both sides may be one life's."""
    others = set(others)
    return any(one == other or {one, other} in KIN for one in some for other in others)


def fields_of(roles: Iterable[Role]) -> frozenset[str]:
    """The fields of some roles."""
    return frozenset(one.field for one in roles if one.field)


def _all_of(word: str, words: frozenset[str]) -> bool:
    """Whether what an abbreviation stands for is there."""
    expansion = EXPANSIONS.get(word)
    return expansion is not None and words.issuperset(expansion)


def _words(text: str) -> list[str]:
    return [fold(word).replace("‑", "-") for word in _WORD.findall(text)]


def lemmas(form: str) -> frozenset[str]:
    """The lemmas of a folded form in the dictionary; of another word itself: what would be guessed is no head."""
    return frozenset(one.lemma for one in readings(form)) or frozenset((form,))


@lru_cache(maxsize=50_000)
def _lemma(form: str) -> str:
    """One lemma of a folded form: the one that is a head where there is such, else the first by name.

    A form that is a trade and a craft («политики», «физике») is no head.
    """
    form = fold(form)
    before, hyphen, last = form.rpartition("-")
    found = sorted(lemmas(last))
    options = [before + hyphen + one for one in found]
    heads = (one for one in options if one in _FIELD_OF or one in _RELATIVES)
    known = [one for one in heads if one == form or one + "а" not in options]
    if known:
        return known[0]
    if form in EXPANSIONS or form in _FIELD_OF:
        return form
    no_heads = [one for one in options if one not in _FIELD_OF]
    return next((one for one in no_heads if one in EXPANSIONS), no_heads[0] if no_heads else form)
