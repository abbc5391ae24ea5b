"""How is a type of `search.json_types` told to programs? As a JSON Schema (2020-12), which is what OpenAPI 3.1 holds.

Libraries that do this (msgspec, pydantic) bring a validator and an encoder along; msgspec refuses a list of two kinds
of hits, and nothing here needs more than these few types.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}


def name_of(kind: Any) -> str:
    """The name of a TypedDict among the components: `PageJson` is `Page`."""
    return str(kind.__name__).removesuffix("Json")


def schema_of(kind: Any, components: dict[str, Schema]) -> Schema:
    """The schema of a type; TypedDicts go to `components` by name. Raises TypeError for what it does not know."""
    if is_typeddict(kind):
        return _component(kind, components)
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union([schema_of(one, components) for one in inside])
    if origin is Literal:
        return {"type": "string", "enum": list(inside)}
    if origin is list:
        return {"type": "array", "items": schema_of(inside[0], components)}
    if origin is dict and inside[0] is str:
        return {"type": "object", "additionalProperties": schema_of(inside[1], components)}
    if origin is NotRequired:
        return schema_of(inside[0], components)
    if kind in PLAIN:
        return dict(PLAIN[kind])
    raise TypeError(f"{kind!r}: no JSON Schema is known for this type")


def _component(kind: Any, components: dict[str, Schema]) -> Schema:
    name = name_of(kind)
    if name not in components:
        found = components[name] = {"type": "object"}  # first, for types that hold themselves
        hints = get_type_hints(kind, include_extras=True)
        if kind.__doc__:
            found["description"] = inspect.cleandoc(kind.__doc__)
        found["properties"] = {key: schema_of(of, components) for key, of in hints.items()}
        found["required"] = [key for key, of in hints.items() if get_origin(of) is not NotRequired]
    return {"$ref": f"#/components/schemas/{name}"}


def _union(schemas: list[Schema]) -> Schema:
    """Plain types beside null as JSON Schema writes them shortest: `{"type": ["string", "null"]}`."""
    if all(set(one) == {"type"} for one in schemas):
        return {"type": [one["type"] for one in schemas]}
    return {"anyOf": schemas}
