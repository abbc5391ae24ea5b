"""How are the fields, the kinds of quotes, the operators and the options spelt in a query?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from index.model import QuoteKind

from .tree import FieldName

FieldKey = FieldName | Literal["date"]
Operator = Literal["and", "or", "not"]
Sort = Literal["relevance", "newest", "oldest"]
Repair = Literal["layout", "translit", "spelling"]

# The Russian name, which to_text writes, stands before the English one.
SPELLINGS: tuple[tuple[FieldKey, str, str], ...] = (
    ("title", "заголовок", "title"),
    ("text", "текст", "text"),
    ("speaker", "спикер", "speaker"),
    ("about", "о", "about"),
    ("source", "источник", "source"),
    ("author", "автор", "author"),
    ("section", "рубрика", "section"),
    ("kind", "вид", "kind"),
    ("date", "дата", "date"),
)
FIELDS: Mapping[str, FieldKey] = MappingProxyType({name: key for key, *names in SPELLINGS for name in names})
FIELD_TEXT: Mapping[FieldKey, str] = MappingProxyType({key: russian for key, russian, _ in SPELLINGS})

KINDS: Mapping[str, QuoteKind] = MappingProxyType(
    {
        "direct": "direct",
        "прямая": "direct",
        "partial": "partial",
        "частичная": "partial",
        "фрагмент": "partial",
        "indirect": "indirect",
        "косвенная": "indirect",
        "pull": "pull",
        "врезка": "pull",
    }
)
KIND_TEXT: Mapping[str, str] = MappingProxyType(
    {"direct": "прямая", "partial": "частичная", "indirect": "косвенная", "pull": "врезка"}
)

# In capitals only: «или» and «не» in small letters are words of the sentence that somebody pasted.
OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {"И": "and", "AND": "and", "ИЛИ": "or", "OR": "or", "НЕ": "not", "NOT": "not"}
)

# What people type into the box though it has controls of its own: `sort:date`, `rewrite:off`, `транслит:нет`.
SORT_NAMES: Final = frozenset({"sort", "сортировка", "порядок"})
SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        "date": "newest",
        "newest": "newest",
        "new": "newest",
        "дата": "newest",
        "дате": "newest",
        "новые": "newest",
        "свежие": "newest",
        "oldest": "oldest",
        "old": "oldest",
        "старые": "oldest",
        "relevance": "relevance",
        "релевантность": "relevance",
        "релевантности": "relevance",
    }
)
SORT_TEXT: Mapping[Sort, str] = MappingProxyType({"newest": "новые", "oldest": "старые", "relevance": "релевантность"})
_EVERY_REPAIR: Final[frozenset[Repair]] = frozenset({"layout", "translit", "spelling"})
REPAIR_NAMES: Mapping[str, frozenset[Repair]] = MappingProxyType(
    {
        "rewrite": _EVERY_REPAIR,
        "исправления": _EVERY_REPAIR,
        "layout": frozenset({"layout"}),
        "раскладка": frozenset({"layout"}),
        "translit": frozenset({"translit"}),
        "транслит": frozenset({"translit"}),
        "spelling": frozenset({"spelling"}),
        "опечатки": frozenset({"spelling"}),
    }
)
SWITCHES: Mapping[str, bool] = MappingProxyType(
    {"off": False, "no": False, "нет": False, "выкл": False, "on": True, "auto": True, "да": True, "вкл": True}
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a query asks for besides words: an order, and repairs that shall not be tried."""

    sort: Sort | None = None
    without: frozenset[Repair] = frozenset()

    def with_option(self, name: str, value: str) -> Options | None:
        """These and `name:value`; None where that is no option. The last of two that contradict wins."""
        name, value = name.lower(), value.lower()
        if name in SORT_NAMES and value in SORTS:
            return replace(self, sort=SORTS[value])
        if name in REPAIR_NAMES and value in SWITCHES:
            repairs = REPAIR_NAMES[name]
            return replace(self, without=self.without - repairs if SWITCHES[value] else self.without | repairs)
        return None

    def to_text(self) -> str:
        """As they are typed; empty where nothing is asked for."""
        written = [f"сортировка:{SORT_TEXT[self.sort]}"] if self.sort else []
        if self.without == _EVERY_REPAIR:
            written.append("исправления:нет")
        else:
            written += [f"{name}:нет" for name in _REPAIR_TEXT if REPAIR_NAMES[name] <= self.without]
        return " ".join(written)


NO_OPTIONS: Final = Options()
_REPAIR_TEXT: Final = ("раскладка", "транслит", "опечатки")
