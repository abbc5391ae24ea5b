"""How are the fields, the kinds of quotes and the operators spelt in a query?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from index.model import QuoteKind

from .tree import FieldName

FieldKey = FieldName | Literal["date"]
Operator = Literal["and", "or", "not"]

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
