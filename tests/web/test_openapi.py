"""Is what `/openapi.json` tells what the server takes and gives?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search import json_types
from search.errors import QueryError
from web.openapi import OPERATIONS
from web.parameters import MAX_VALUES, QUOTES_OF, SEARCH, SPEAKERS, SUGGEST, TIMELINE, Parameter, read
from web.problems import is_machine_path
from web.schemas import schema_of

ALL = {one.name + str(one.schema): one for one in (*SEARCH, *TIMELINE, *QUOTES_OF, *SPEAKERS, *SUGGEST)}


class Node(TypedDict):
    """A tree."""

    name: str | None
    below: list[Node]
    more: NotRequired[dict[str, int]]


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.content_type == "application/json; charset=utf-8"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], where: str = "") -> Iterator[str]:
    """What does not fit, and what is not told: a small reading of JSON Schema, enough for the answers."""
    if "$ref" in schema:
        *_, kind, name = schema["$ref"].split("/")
        yield from faults(value, whole["components"][kind][name], whole, where)
    elif "anyOf" in schema:
        ways = [list(faults(value, one, whole, where)) for one in schema["anyOf"]]
        if all(ways):
            yield from min(ways, key=len)
    else:
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_is(value, kind) for kind in kinds):
            yield f"{where}: {value!r:.60} is no {kinds}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r:.60} is none of {schema['enum']}"
        elif isinstance(value, dict):
            told = schema.get("properties", {})
            other = schema.get("additionalProperties")
            yield from (f"{where}: no {name}" for name in schema.get("required", ()) if name not in value)
            for name, inside in value.items():
                if name not in told and other is None and told:
                    yield f"{where}: {name} is not told"
                elif name in told or other:
                    yield from faults(inside, told.get(name, other), whole, f"{where}.{name}")
        elif isinstance(value, list) and "items" in schema:
            for number, inside in enumerate(value):
                yield from faults(inside, schema["items"], whole, f"{where}[{number}]")


def _is(value: Any, kind: str) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "null": (type(None),),
        "array": (list,),
        "object": (dict,),
    }
    return isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool))


def test_every_path_for_programs_is_told_and_no_other(app: Flask, described: dict[str, Any]) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if is_machine_path(rule.rule)} - {"/metrics"}
    assert {one.rule for one in OPERATIONS} == rules
    assert len(described["paths"]) == len(rules)
    assert described["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere_and_every_component_is_used(described: dict[str, Any]) -> None:
    written = json.dumps(described)
    used = set(re.findall(r'"\$ref": "#/components/([^"]+)"', written))
    there = {f"{kind}/{name}" for kind, some in described["components"].items() for name in some}
    assert used == there
    names = [one["get"]["operationId"] for one in described["paths"].values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/v1/search", "/api/v1/search?q=мост&facets=speaker,year,kind&explain=1"),
        ("/api/v1/search", "/api/v1/search?q=вьюга&type=quote&explain=1"),
        ("/api/v1/search", '/api/v1/search?q="мост&limit=2'),
        ("/api/v1/search", "/api/v1/search?q=vjcn"),
        ("/api/v1/articles/{article_id}", "/api/v1/articles/zv-bridge"),
        ("/api/v1/quotes/{quote_id}", "/api/v1/quotes/zv-bridge%23q1"),
        ("/api/v1/reprints/{quote_id}", "/api/v1/reprints/zv-bridge%23q1"),
        ("/api/v1/timeline", "/api/v1/timeline?q=мост&by=month"),
        ("/api/v1/speakers", "/api/v1/speakers?q=Берёзов&sort=newest"),
        ("/api/v1/speakers/{speaker_id}", "/api/v1/speakers/arkadii-berezov"),
        ("/api/v1/speakers/{speaker_id}/quotes", "/api/v1/speakers/arkadii-berezov/quotes?facets=year"),
        ("/api/v1/suggest", "/api/v1/suggest?q=мо"),
        ("/opensearch/suggestions", "/opensearch/suggestions?q=мо"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
        ("/openapi.json", "/openapi.json"),
    ],
)
def test_answers_are_as_they_are_told(client: FlaskClient, described: dict[str, Any], path: str, asked: str) -> None:
    answer = client.get(asked)
    assert answer.status_code == 200
    told = described["paths"][path]["get"]["responses"]["200"]
    (media,) = told["content"]
    assert answer.mimetype == media
    assert list(faults(json.loads(answer.data), told["content"][media]["schema"], described)) == []
    assert all(name in answer.headers for name in told["headers"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search?q=-мост",
        "/api/v1/search?limit=0",
        "/api/v1/articles/nobody",
        "/sitemap-0.xml",
        "/robots.txt?x=1",
        "/search.atom?limit=x",
        "/opensearch.xml?q=a",
    ],
)
def test_problems_are_as_they_are_told(client: FlaskClient, described: dict[str, Any], path: str) -> None:
    answer = client.get(path)
    assert answer.mimetype == "application/problem+json"
    schema = described["components"]["schemas"]["Problem"]
    assert list(faults(json.loads(answer.data), schema, described)) == []


def test_a_changed_answer_would_be_noticed(client: FlaskClient, described: dict[str, Any]) -> None:
    page = json.loads(client.get("/api/v1/search?q=мост").data)
    schema = described["components"]["schemas"]["Page"]
    for change in ({"took_ms": "1"}, {"next": 7}, {"type": "book"}, {"novelty": 1}, {"totals": {"article": 1}}):
        assert list(faults({**page, **change}, schema, described)), change
    del page["hits"][0]["title"]
    assert list(faults(page, schema, described))


# -- parameters

written = (
    st.text(max_size=12) | st.integers(-5, 2_000_000_000_000).map(str) | st.sampled_from(["", "0", "1", "01", "+1"])
)


def fits(value: str, one: Parameter) -> bool:
    """Whether its schema allows what is written, read as a value of its type."""
    schema = one.schema
    if schema["type"] == "integer":
        if not re.fullmatch("-?(0|[1-9][0-9]*)", value, re.ASCII) or value == "-0":
            return False
        number = int(value)
        return number in schema.get("enum", [number]) and schema.get("minimum", number) <= number <= schema.get(
            "maximum", number
        )
    return (
        value in schema.get("enum", [value])
        and len(value) <= schema.get("maxLength", len(value))
        and (one.name in ("from", "to", "cursor") or re.search(schema.get("pattern", ""), value) is not None)
    )


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_schema_allows_is_read_and_nothing_else(name: str, data: st.DataObject) -> None:
    one = ALL[name]
    value = data.draw(written | st.sampled_from([*one.schema.get("enum", ["мост"])]).map(str))
    if one.name == "q":
        return  # any text is one; what it means is looked at behind
    args = MultiDict([(one.name, value)])
    if all(fits(each, one) for each in value.split(",")) if one.listed else fits(value, one):
        assert one.name in read(args, (one,))
    else:
        with pytest.raises(QueryError) as caught:
            read(args, (one,))
        assert caught.value.parameter == one.name


def test_only_what_may_be_given_several_times_is_told_as_a_list(described: dict[str, Any]) -> None:
    told = {one["name"]: one for one in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert list(told) == [one.name for one in SEARCH]
    lists = {name for name, one in told.items() if one["schema"]["type"] == "array"}
    assert lists == {"speaker", "source", "author", "section", "kind", "facets"}
    assert told["speaker"]["schema"]["maxItems"] == MAX_VALUES
    assert (told["facets"]["explode"], told["kind"]["explode"]) == (False, True)
    assert told["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}


# -- types


def test_a_type_may_hold_itself() -> None:
    components: dict[str, Any] = {}
    assert schema_of(Node, components) == {"$ref": "#/components/schemas/Node"}
    assert components["Node"] == {
        "type": "object",
        "description": "A tree.",
        "properties": {
            "name": {"type": ["string", "null"]},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "more": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        "required": ["name", "below"],
    }


def test_either_of_two_hits_is_told_as_such() -> None:
    assert schema_of(json_types.ArticleHitJson | json_types.QuoteHitJson | None, {}) == {
        "anyOf": [
            {"$ref": "#/components/schemas/ArticleHit"},
            {"$ref": "#/components/schemas/QuoteHit"},
            {"type": "null"},
        ]
    }


def test_what_has_no_schema_is_said() -> None:
    with pytest.raises(TypeError, match="no JSON Schema"):
        schema_of(set[int], {})
