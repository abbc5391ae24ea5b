"""Which Russian words may stand behind Latin letters, and the reverse? Several schools at once, the likeliest first.

Passports, libraries (ISO 9), GOST 7.79, newspapers in English, German, French and Polish, and what people type without
a Cyrillic keyboard (4elovek). Each reading of some letters has a cost, 0 for what most schools write; the readings of a
word are put together from left to right, and only the cheapest are kept at each letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from heapq import nsmallest
from typing import Final

KEPT: Final = 256  # readings of a word's beginning
MOST: Final = 256  # readings of a word
HARD_TO_SOFT: Final = 0.45  # what it costs to leave ь unwritten
SINGLE: Final = 0.6  # … or to double a letter that is one in Russian

Readings = Mapping[str, tuple[tuple[str, float], ...]]


def _table(rows: str) -> dict[str, tuple[tuple[str, float], ...]]:
    """`latin reading reading:cost …`, a row each; `-` is nothing, a cost that is not written is 0."""
    found = {}
    for row in rows.split("\n"):
        if row.strip():
            letters, *readings = row.split()
            parted = [reading.partition(":") for reading in readings]
            found[letters] = tuple((text.replace("-", ""), float(price or 0)) for text, _, price in parted)
    return found


# `$` ends a row's letters where they must end the word, `^` begins them where they must begin it.
_LATIN: Final[Readings] = _table(
    """
a а я:.8
b б
c ц:.3 к:.4 с:.5
d д
e е э:.5 ъе:.5 ье:.5
^e э:.2 е:.1
^chr хр:.1 кр:.2
f ф
g г ж:.7 дж:.7
h х:.1 г:.5 -:.9
i и й:.4 ы:.6
j й:.1 дж:.3 ж:.3 ь:.35 х:.7
k к
l л
m м
n н
o о е:.7 а:.8
p п
q к:.4 я:.8
r р
s с з:.5 ш:.9
t т
u у ю:.7 а:.9
v в ф:.6
w в:.1 у:.4 ш:.8
w$ в:.05
x кс:.2 х:.3
y ы:.2 й:.2 и:.3 ь:.35 у:.9
z з ц:.4 с:.7
iy$ ий
yy$ ый
ij$ ий
yj$ ый
ii$ ий:.1 ии:.1
y$ ий:.15 ый:.15 и:.3 ы:.2 й:.2
i$ и ий:.3 ы:.6
e$ е э:.5 -:.7
ine$ ине ин:.1
yne$ ын:.1 ыне:.2
iv$ ив:.1 ев:.35 ов:.3
er$ ер эр:.4 р:.3
cki$ цкий:.1 кки:.3
cka$ цкая:.1 кка:.3
kyi$ кий:.1
skyi$ ский
sky$ ский
ski$ ский:.05 ски:.2
skij$ ский
skiy$ ский
tsky$ цкий:.2 тский:.2
tski$ цкий:.2 тский:.2
off$ ов:.1 офф:.3
eff$ ев:.1
ow$ ов:.05 оу:.4 ев:.5
ew$ ев:.05 ью:.4
aia$ ая:.1
aya$ ая
aja$ ая
ia ия:.1 иа:.2 ья:.2 я:.2
ya я ья:.3 ъя:.4
ja я ья:.3 ъя:.4 джа:.5
iya ия
ija ия
ie ие:.1 ье:.2 е:.2 и:.6
ye е ье:.2 ъе:.4 ые:.3
je е:.1 дже:.3 ье:.3 ъе:.4 же:.4
iou ю:.2
ia$ ия:.05 иа:.2 ья:.2 я:.3
io ио:.1 ё:.2 ьо:.4
yo ё йо:.3 ьё:.3
jo ё йо:.2 джо:.2 ьё:.3
iu ю:.1 иу:.3 ью:.3
yu ю ью:.3
ju ю ью:.3 джу:.4
yi ы:.4 ий:.3 и:.4 йи:.4
ei ей:.1 еи:.3 ай:.5
ey ей:.05 ы:.7
ej ей
ai ай:.1 аи:.3 эй:.6 е:.8
ay ай эй:.4
aj ай
oi ой:.2 ои:.3 уа:.6
oy ой
oj ой
ui уй:.3 уи:.3
uy уй
ou у:.3 оу:.3
oo у:.3 оо:.4
ee и:.3 ее:.3
ea и:.5 еа:.3 ея:.5
au ау:.2 ау:.2 о:.6
eu ей:.5 еу:.3 ой:.5 ев:.5
zh ж
kh х
ts ц тс:.2
tz ц:.2
tc ц:.3
cz ч:.2 ц:.2
ch ч:.0 х:.3 ш:.5 к:.6
tch ч:.1 тч:.3
sh ш сх:.6
shch щ шч:.4
chtch щ:.2
sch щ:.2 ш:.2 сч:.4 ж:.4 сх:.5
shh щ
tsch ч:.1
schtsch щ:.1
stch щ:.3
szcz щ:.1
sz ш:.2 с:.5
rz ж:.5 рз:.3
zz цц:.4 дз:.5
dj дж:.1 дь:.4
dzh дж
dz дз
gh г:.3
gu г:.5 гу
ge$ ж:.5 дж:.4 ге:.1
ph ф:.3
th т:.4 с:.8 ф:.7
ck к:.3 цк:.4
qu кв:.3 к:.5
ya$ я
ks кс
gue$ г:.6 ге:.5
cc к:.5 цц:.5 чч:.6
' ь ъ:.2 -:.2
’ ь ъ:.2 -:.2
ʹ ь
ʺ ъ
` ь ъ:.2
y' ы
e' э
`` ъ
č ч
š ш
šč щ
ŝ щ
ž ж
ċ ч
ć ч:.2 ць:.3
ś с:.1 сь:.2
ź з:.1
ż ж
ń н:.2 нь:.1
ł л в:.5
ę ен:.3
ą он:.3
ó у:.2 о:.2
é е:.1 э:.2
è э е:.3
ë ё
ê е:.2
ü ю:.2 у:.4
ö ё:.2 о:.4 е:.3
ä е:.3 я:.3 э:.3
ß сс с:.3
â я
û ю
î и:.3
ï и:.2 й:.2
á а:.1
í и:.1
ú у:.1
ç с:.3 ч:.4
ğ г:.2
ş ш
ý ы:.2 и:.3
4 ч:.2
6 ш:.5 б:.6
"""
)
_CYRILLIC: Final[Readings] = _table(
    """
а a e:.6 u:.6
б b
б$ b be:.3
в v w:.2 wh:.3
г g h:.5 gu:.5
д d
д$ d de:.3
е e ye:.3 a:.6 ie:.5
ж zh j:.3 g:.4
з z s:.4
и i y:.3 ee:.4 ea:.5 ie:.4
й y:.1 i:.2 j:.2 -:.4
к k c:.2 ck:.4 ch:.4
к$ k ke:.3 c:.2 ck:.4
л l ll:.5
м m mm:.5
н n nn:.5
н$ n ne:.3 nn:.5
о o a:.6 oe:.5 au:.5
п p pp:.5
п$ p pe:.3 pp:.5
р r rr:.5
с s c:.4 ss:.5 ce:.4
с$ s es:.3 se:.3 ss:.4 x:.4
т t tt:.5 th:.5
т$ t te:.3 tt:.5
у u w:.4 oo:.3 ou:.4
л$ le:.35 l ll:.5
ф f ph:.4 ff:.5
х h:.1 kh:.1 ch:.5 x:.4
ц ts c:.2 z:.3
ч ch
ш sh
щ sch:.1 shch
ъ -
ы y
ь -
э e a:.4
ю yu u:.3 ew:.5 you:.2
ью u:.3 you:.3 iu:.2
я ya ia:.2
кс x ks:.1
дж j:.1 g:.3
ай i:.4 y:.4 ai:.1 ay:.1
ей a:.4 ay:.4 ey:.1 ei:.1 ai:.4
эй ai:.3 a:.4 ay:.3 ei:.1
ий iy:.1 y:.1
ейс ace:.3 ase:.3
ейк ake:.3
ейм ame:.3
ейн ane:.3 ain:.3
ейт ate:.3 ait:.3
айс ice:.3
айк ike:.3
айм ime:.3
айн ine:.3
айт ite:.3 ight:.3
оук oke:.3
оун one:.3
фон phone:.3
ьюб ube:.2
мак mac mc:.3
"""
)
_LONGEST: Final = 7
_SOFTENED: Final = frozenset("лнтдсрзвмбп")
RUN = re.compile(
    r"(?=[46]?[A-Za-z\u00c0-\u024f])[A-Za-z\u00c0-\u024f'’ʹʺ`46]+"
)  # Latin letters of one word, as people type them


def readings(word: str, dearest: float) -> list[tuple[str, float]]:
    """The Russian words that `word` in Latin letters may stand for at a cost up to `dearest`, in small letters, ё as е,
    and their costs; the cheapest first, MOST at most. [] where a letter says nothing.
    """
    return _read(word.lower(), _LATIN, dearest, soften=True)


def latin_readings(word: str, dearest: float) -> list[tuple[str, float]]:
    """The Latin words that `word` in Cyrillic letters may stand for, as `readings`."""
    return _read(word.lower().replace("ё", "е"), _CYRILLIC, dearest, soften=False)


def _read(word: str, table: Readings, dearest: float, *, soften: bool) -> list[tuple[str, float]]:
    """Ways through the word; ways[at] are the cheapest readings of its first `at` letters."""
    ways: list[dict[str, float]] = [{} for _ in range(len(word) + 1)]
    ways[0] = {"": 0.0}
    for at in range(len(word)):
        begun = nsmallest(KEPT, ways[at].items(), key=lambda way: (way[1], way[0]))
        for end in range(at + 1, min(at + _LONGEST, len(word)) + 1):
            for reading, price in _readings(word, at, end, table):
                reached = ways[end]
                for before, cost in begun:
                    total = cost + price
                    if total > dearest:
                        break  # those behind it cost more
                    after = before + reading
                    if total < reached.get(after, dearest + 1):
                        reached[after] = total
        if soften:
            _soften(word, at + 1, ways[at + 1], dearest)
    best = nsmallest(MOST, ways[-1].items(), key=lambda way: (way[1], way[0]))
    return [(text.replace("ё", "е"), cost) for text, cost in best if text]


def _readings(word: str, at: int, end: int, table: Readings) -> tuple[tuple[str, float], ...]:
    letters = word[at:end]
    found: tuple[tuple[str, float], ...] = ()
    if end == len(word):
        found += table.get(letters + "$", ())
    if not at:
        found += table.get("^" + letters, ())
    found += table.get(letters, ())
    if len(letters) == 2 and letters[0] == letters[1] and letters[0] in table:
        found += tuple((reading, cost + SINGLE) for reading, cost in table[letters[0]])
    return found


def _soften(word: str, end: int, ways: dict[str, float], dearest: float) -> None:
    """ь that was left out: behind a consonant, before another one or at the end."""
    if end < len(word) and word[end] in "aeiouyj'’":
        return
    for text, cost in list(ways.items()):
        soft = text + "ь"
        total = min(ways.get(soft, dearest), cost + HARD_TO_SOFT)
        if text[-1:] in _SOFTENED and total <= dearest:
            ways[soft] = total
