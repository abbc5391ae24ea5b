"""Which first names are short for others: «Маша» for Мария, «Джо» for Джозеф?"""

from __future__ import annotations

from functools import lru_cache

from .declension import fold

LEAST = 3  # letters that a foreign short name and the full one share

_SHORT = """
аня анна · даша дарья · дима дмитрий · женя евгений евгения · ира ирина · катя екатерина · костя константин ·
коля николай · ксюша ксения · лена елена · лёша алексей · лиза елизавета · люба любовь · люда людмила · маша мария ·
митя дмитрий · миша михаил · надя надежда · настя анастасия · наташа наталья наталия · оля ольга · паша павел ·
петя пётр · поля полина · рита маргарита · саша александр александра · света светлана · серёжа сергей ·
соня софья софия ·
стас станислав · таня татьяна · тоня антонина · федя фёдор · юля юлия · юра юрий · яша яков · ваня иван · вася василий ·
витя виктор · вова владимир · володя владимир · галя галина · гена геннадий · гоша георгий · боря борис ·
валя валентин валентина · вика виктория · ася анастасия · алёна елена · лера валерия · лёня леонид · слава вячеслав
святослав владислав · толя анатолий · тёма артём · рома роман · макс максим · гриша григорий · даня даниил ·
эдик эдуард · сева всеволод · рая раиса · зина зинаида · нюра анна · шура александр александра
"""
FULL = {fold(words[0]): frozenset(map(fold, words[1:])) for words in map(str.split, _SHORT.split("·"))}


@lru_cache(1 << 14)
def is_short_for(one: str, other: str) -> bool:
    """Whether the first name `one` is `other` made short: by the table, or as its beginning («Джо» – «Джозеф»)."""
    short, full = fold(one), fold(other)
    if short == full:
        return False
    return full in FULL.get(short, frozenset()) or (
        LEAST <= len(short) < len(full) - 1 and full.startswith(short) and short not in FULL
    )
