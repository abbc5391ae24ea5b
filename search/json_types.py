"""Which JSON does a program get? The shape of every answer, for the type checker and for `/openapi.json`.

What `to_dict` of `results`, `speakers` and `suggest` gives is checked against these; spans are `[start, end)` in code
points of the text that they lie beside, dates are ISO days.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from index.model import QuoteKind, ResolvedBy

HitKind = Literal["article", "quote"]


class SpeakerJson(TypedDict):
    """Who speaks. `label` tells namesakes apart."""

    id: str
    name: str
    label: NotRequired[str]


class MarkedJson(TypedDict):
    """A text with what matched in it. `html` is escaped text in which `<mark>` is the only markup."""

    text: str
    spans: list[list[int]]
    html: str


class SnippetJson(MarkedJson):
    """A passage; `start` is its place in the article's text."""

    start: NotRequired[int]


class QuoteBriefJson(MarkedJson):
    """A matching quote under its article's hit."""

    id: str
    kind: QuoteKind
    speaker: SpeakerJson | None
    mention: str | None


class ArticleHitJson(TypedDict):
    """An article that answers. `match` is the weakest link of the best reading."""

    id: str
    type: Literal["article"]
    score: float
    match: Literal["exact", "lemma", "stem"]
    title: SnippetJson
    snippets: list[SnippetJson]
    published: str | None
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    quotes: list[QuoteBriefJson]
    explain: NotRequired[str]


class ArticlePlaceJson(TypedDict):
    """Where a quote stands: `[start, end)` in the text of its article."""

    id: str
    title: str
    published: str | None
    source: str | None
    url: str | None
    start: int
    end: int


class ReprintsJson(TypedDict):
    """How often a quote was printed: quotes, articles, where, and since when."""

    count: int
    articles: int
    sources: list[str]
    first: str | None


class QuoteHitJson(TypedDict):
    """A quote that answers, and its place. `mention` is the speaker as written."""

    id: str
    type: Literal["quote"]
    score: float
    match: Literal["exact", "lemma", "stem"]
    text: str
    spans: list[list[int]]
    html: str
    kind: QuoteKind
    speaker: SpeakerJson | None
    mention: str | None
    cue: str | None
    resolved_by: ResolvedBy | None
    confidence: float
    article: ArticlePlaceJson
    reprints: ReprintsJson | None
    explain: NotRequired[str]


class TotalJson(TypedDict):
    """How many answer: exactly (`eq`) or at least (`gte`)."""

    value: int
    relation: Literal["eq", "gte"]


class TotalsJson(TypedDict):
    """How many documents of each type answer."""

    article: int
    quote: int


class WarningJson(TypedDict):
    """Something in the query that was read in another way than it was typed; `span` is its place in the query."""

    code: str
    message: str
    span: list[int]


RewriteJson = TypedDict("RewriteJson", {"kind": Literal["layout", "translit", "spelling"], "from": str, "to": str})
RewriteJson.__doc__ = "A repair that was tried because the query as typed found nothing or next to nothing."


class IndexJson(TypedDict):
    """Which published state of the index answered."""

    generation: str
    articles: int
    quotes: int


class CountJson(TypedDict):
    """A value and how many documents have it."""

    value: str
    count: int


class PageJson(TypedDict):
    """One page of answers. `next` is the cursor of the page behind it, null at the end."""

    query: str
    type: HitKind
    interpreted: str
    rewrites: list[RewriteJson]
    warnings: list[WarningJson]
    total: TotalJson
    totals: TotalsJson
    took_ms: float
    index: IndexJson
    hits: list[ArticleHitJson | QuoteHitJson]
    next: str | None
    facets: NotRequired[dict[str, list[CountJson]]]


class StoredQuoteJson(TypedDict):
    """A quote beside its article's text: `start`, `end` and `spans` are offsets into that text."""

    id: str
    text: str
    start: int
    end: int
    spans: list[list[int]]
    kind: QuoteKind
    speaker: SpeakerJson | None
    mention: str | None
    cue: str | None
    resolved_by: ResolvedBy | None
    confidence: float


class ArticleJson(TypedDict):
    """A whole article. `holes` are stretches of its text that readers never saw."""

    id: str
    title: str
    text: str
    holes: list[list[int]]
    published: str | None
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    extra: dict[str, Any]
    quotes: list[StoredQuoteJson]


class RoleJson(TypedDict):
    """A role that articles give a speaker, in how many of them, and when."""

    role: str
    articles: int
    first: str | None
    last: str | None


class SpeakerFoundJson(TypedDict):
    """A speaker of the archive. `merged` are ids that lead here, `namesakes` those of others of the same name."""

    id: str
    name: str
    label: str
    kind: Literal["person", "organisation"]
    names: list[str]
    aliases: list[str]
    roles: list[RoleJson]
    quotes: int
    reported: int
    articles: int
    first: str | None
    last: str | None
    sources: list[CountJson]
    namesakes: list[str]
    merged: list[str]


class SpeakerPageJson(TypedDict):
    """Some of the speakers that the query means."""

    query: str
    total: TotalJson
    index: IndexJson
    speakers: list[SpeakerFoundJson]


class PeriodJson(TypedDict):
    """A year or month, and how many documents answer in it."""

    period: str
    count: int


class TimelineJson(TypedDict):
    """How many documents answer in each year or month; `undated` are in none of them."""

    query: str
    type: HitKind
    by: Literal["year", "month"]
    interpreted: str
    warnings: list[WarningJson]
    total: TotalJson
    undated: int
    index: IndexJson
    periods: list[PeriodJson]


class SuggestionJson(TypedDict):
    """The query completed, by what, and how often that stands in the index."""

    text: str
    kind: Literal["word", "speaker", "source"]
    count: int


class SuggestionsJson(TypedDict):
    """What a reader may be typing, of each kind the most frequent first."""

    query: str
    words: list[SuggestionJson]
    speakers: list[SuggestionJson]
    sources: list[SuggestionJson]
