"""Which id does a speaker's name get?

Letters are written in Latin after the table below (close to that of passports, й as i), `ё` as `е` so that both
spellings of one name meet, signs are dropped, everything else becomes a single hyphen: «Сергей Лавров» →
`sergei-lavrov`, «Анна-Мария Вайс» → `anna-mariya-vais`.
"""

from __future__ import annotations

import re

_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
        "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
        "я": "ya", "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u",
    }
)  # fmt: skip
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """The id of a speaker called `name`: lower-case Latin letters, digits and single hyphens; never empty."""
    found = _OTHER.sub("-", name.lower().translate(_LATIN)).strip("-")
    return found or "-".join(f"u{ord(char):x}" for char in name if not char.isspace()) or "nobody"
