"""How do programs learn what the endpoint takes and gives? `/openapi.json`, OpenAPI 3.1.

It is made of what the server itself goes by: the parameters that read a URL (`parameters`), the types that `to_dict` is
checked against (`search.json_types`), and the problems (`problems`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any, Final, Literal, TypedDict

from flask import Blueprint, Response, request

from search import json_types

from . import parameters
from .caching import content_tag, fresh_or_unchanged, molva_version
from .gate import public_root
from .parameters import MAX_VALUES, NONE, Parameter, Parameters, read
from .problems import PROBLEM_JSON, ProblemJson, json_answer
from .schemas import Schema, schema_of

openapi = Blueprint("openapi", __name__)

JSON: Final = "application/json"
EVERYWHERE: Final = (429, 500)
OF_THE_INDEX: Final = (*EVERYWHERE, 501, 503)


class ReprintsListJson(TypedDict):
    """A quote and all its reprints, from the first date on."""

    count: int
    quotes: list[json_types.QuoteHitJson]


class SpeakerWordJson(TypedDict):
    """A word that a speaker says oftener than others do, and in how many of their quotes."""

    word: str
    quotes: int


class SpeakerWholeJson(json_types.SpeakerFoundJson):
    """A speaker, and the words that are most theirs."""

    words: list[SpeakerWordJson]


class SpeakerQuotesJson(json_types.PageJson):
    """A page of the quotes of one speaker."""

    speaker: json_types.SpeakerFoundJson


class AliveJson(TypedDict):
    """The process answers."""

    status: Literal["alive"]


class ReadyJson(TypedDict):
    """The index is open: which one."""

    status: Literal["ready"]
    generation: str
    articles: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One path. `rule` is Flask's; `answer` a TypedDict, or None where `media` is no JSON; `place` tells the parameter
    in the path.
    """

    rule: str
    name: str
    says: str
    answer: Any = None
    takes: Parameters = NONE
    media: str = JSON
    problems: tuple[int, ...] = (400, *OF_THE_INDEX)
    place: Mapping[str, str] = field(default_factory=dict)
    cached: bool = True

    @property
    def path(self) -> str:
        """As OpenAPI writes it: `/api/v1/articles/{article_id}`."""
        found = self.rule
        for name in self.place:
            for kind in ("id:", "int:", ""):
                found = found.replace(f"<{kind}{name}>", f"{{{name}}}")
        return found


_ID: Final = "Percent-encoded as a whole, slashes too."
OPERATIONS: Final = (
    Operation(
        "/api/v1/search",
        "search",
        "One page of the articles or quotes that answer a question",
        json_types.PageJson,
        parameters.SEARCH,
        problems=(400, 410, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/articles/<id:article_id>",
        "article",
        "A whole article with its quotes",
        json_types.ArticleJson,
        place={"article_id": f"The id of an article. {_ID}"},
        problems=(400, 404, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/quotes/<id:quote_id>",
        "quote",
        "One quote and its place",
        json_types.QuoteHitJson,
        place={"quote_id": f"The id of a quote. {_ID}"},
        problems=(400, 404, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/reprints/<id:quote_id>",
        "reprints",
        "A quote and all its reprints, from the first date on",
        ReprintsListJson,
        place={"quote_id": f"The id of a quote. {_ID}"},
        problems=(400, 404, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/timeline",
        "timeline",
        "How many documents answer a question in each year or month",
        json_types.TimelineJson,
        parameters.TIMELINE,
    ),
    Operation(
        "/api/v1/speakers",
        "speakers",
        "Who speaks in the archive",
        json_types.SpeakerPageJson,
        parameters.SPEAKERS,
    ),
    Operation(
        "/api/v1/speakers/<speaker_id>",
        "speaker",
        "One speaker, by id or by a name that is nobody else's",
        SpeakerWholeJson,
        place={"speaker_id": "The id or a name of a speaker."},
        problems=(400, 404, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/speakers/<speaker_id>/quotes",
        "quotes_of_speaker",
        "The quotes of one speaker, the newest first unless words are asked for",
        SpeakerQuotesJson,
        parameters.QUOTES_OF,
        place={"speaker_id": "The id or a name of a speaker."},
        problems=(400, 404, 410, *OF_THE_INDEX),
    ),
    Operation(
        "/api/v1/suggest",
        "suggest",
        "What a reader may be about to type",
        json_types.SuggestionsJson,
        parameters.SUGGEST,
    ),
    Operation(
        "/search.atom",
        "atom",
        "The answers as an Atom feed, the newest first unless sort says otherwise",
        None,
        parameters.FEED,
        "application/atom+xml",
        problems=(400, 410, *OF_THE_INDEX),
    ),
    Operation(
        "/opensearch/suggestions",
        "opensearch_suggestions",
        "What a reader may be about to type, as browsers take it: typed, completed, told of each, address of each",
        list[Any],
        parameters.SUGGEST,
        "application/x-suggestions+json",
    ),
    Operation(
        "/opensearch.xml",
        "opensearch",
        "How a browser asks this server (OpenSearch 1.1)",
        media="application/opensearchdescription+xml",
        problems=(400, *EVERYWHERE),
    ),
    Operation("/sitemap.xml", "sitemaps", "The parts of the sitemap", media="application/xml"),
    Operation(
        "/sitemap-<int:number>.xml",
        "sitemap",
        "The addresses of some articles",
        media="application/xml",
        place={"number": "Which part, from 1 on."},
        problems=(400, 404, *OF_THE_INDEX),
    ),
    Operation("/robots.txt", "robots", "What crawlers may read", media="text/plain", problems=(400, *EVERYWHERE)),
    Operation("/healthz", "alive", "Whether the process answers", AliveJson, problems=(400, *EVERYWHERE), cached=False),
    Operation("/readyz", "ready", "Whether the index is open, and which", ReadyJson, cached=False),
    Operation("/openapi.json", "openapi", "This description", dict[str, Any], problems=(400, *EVERYWHERE)),
)


@openapi.get("/openapi.json")
def described() -> Response:
    """The description of the endpoint."""
    read(request.args, NONE)
    answer = json_answer({**_description(), "servers": [{"url": public_root()}]})
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@cache
def _description() -> dict[str, Any]:
    components: dict[str, Schema] = {}
    problem = schema_of(ProblemJson, components)
    paths = {one.path: {"get": _operation(one, components)} for one in OPERATIONS}
    statuses = sorted({status for one in OPERATIONS for status in one.problems})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Molva",
            "version": molva_version(),
            "summary": "Full-text search for Russian articles and the quotes in them",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {_problem_name(status): _problem(status, problem) for status in statuses},
            "headers": {
                "ETag": {"description": "Names this very answer.", "schema": {"type": "string"}},
                "X-Request-Id": {
                    "description": "As it was sent, or made.",
                    "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
                },
            },
        },
    }


def _operation(one: Operation, components: dict[str, Schema]) -> dict[str, Any]:
    content: dict[str, Any] = {
        one.media: {"schema": {"type": "string"} if one.answer is None else schema_of(one.answer, components)}
    }
    names = ("ETag", "X-Request-Id") if one.cached else ("X-Request-Id",)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    answers: dict[str, Any] = {"200": {"description": one.says, "headers": headers, "content": content}}
    if one.cached:
        answers["304"] = {"description": "As it was: If-None-Match names this answer", "headers": headers}
    answers |= {str(status): {"$ref": f"#/components/responses/{_problem_name(status)}"} for status in one.problems}
    return {
        "operationId": one.name,
        "summary": one.says,
        "parameters": [
            *(_place(one.rule, name, says) for name, says in one.place.items()),
            *(_parameter(parameter) for parameter in one.takes),
        ],
        "responses": answers,
    }


def _place(rule: str, name: str, says: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if f"<int:{name}>" in rule else {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": says, "schema": schema}


def _parameter(one: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "in": "query", "description": one.says}
    if one.several:
        several = {"type": "array", "items": one.schema, "minItems": 1, "maxItems": MAX_VALUES}
        return {**found, "style": "form", "explode": True, "schema": several}
    if one.listed:
        several = {"type": "array", "items": one.schema, "minItems": 1}  # what is named twice counts once
        return {**found, "style": "form", "explode": False, "schema": several}
    return {**found, "schema": one.schema}


def _problem_name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _problem(status: int, schema: Schema) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {PROBLEM_JSON: {"schema": schema}},
    }
    if status in (429, 503):
        found["headers"]["Retry-After"] = {"description": "In seconds.", "schema": {"type": "string"}}
    return found
