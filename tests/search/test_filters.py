"""Filters and facets over columns are what counting document by document gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index import schema
from index.model import Article, Quote, Span, Speaker
from index.schema import Kind
from index.storage.rows import Row, rows_of
from index.storage.segment import Segment
from index.writer import SyncState
from search.archive import Archive
from search.engine.snapshot import Snapshot
from search.facets import OWN_FILTER, Facets
from search.filters import Filters, Memory
from search.people import People
from search.request import FACETS, SearchRequest
from tests.index.storage.naive import build

NAMES = ("Аркадий Берёзов", "Аркадий Березов", "Камиль Рахимов", "Лука Жердев", "Вера Рахимова", "Лавр Мостов")
SOURCES = (None, "Зареченский вестник", "зареченский Вестник", "Окольские новости")
SECTIONS = (None, "Город", "Спорт, отдых")
DAYS = (None, "2015-12-31", "2016-01-01", "2016-09-01", "1999-02-03")
KINDS = ("direct", "partial", "indirect")

speakers = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(KINDS)), max_size=3)
articles = st.tuples(st.sampled_from(SOURCES), st.sampled_from(SECTIONS), st.sampled_from(DAYS), speakers)
corpora = st.lists(st.lists(articles, min_size=1, max_size=6), min_size=1, max_size=3)
requests = st.builds(
    SearchRequest,
    source=st.sampled_from([(), ("Зареченский вестник",), ("Окольские новости", "никакой")]),
    section=st.sampled_from([(), ("город",), ("Спорт отдых",)]),
    speaker=st.sampled_from([(), ("Аркадий Берёзов",), ("Рахимов",), ("Рахимовым", "Жердев Лука"), ("никто",), ("!",)]),
    kind=st.sampled_from([(), ("direct",), ("direct", "partial"), ("indirect",), ("indirect", "direct")]),
    since=st.sampled_from([None, date(2016, 1, 1)]),
    until=st.sampled_from([None, date(2016, 1, 1)]),
)


def snapshot_of(
    corpus: Sequence[Sequence[tuple[str | None, str | None, str | None, list[tuple[str, str]]]]],
) -> tuple[Snapshot, Archive, dict[Kind, list[list[Row]]]]:
    """Segments of invented articles, who is who in them, and their rows."""
    segments, rows = [], []
    for number, batch in enumerate(corpus):
        made = []
        for place, (source, section, day, said) in enumerate(batch):
            article = Article(
                id=f"a{number}-{place}", title="Мост", text="Мост", source=source, section=section, published=day
            )
            quotes = [
                Quote(f"{article.id}#{n}", article.id, (Span(0, 4),), "Мост", kind, Speaker(name, name))  # type: ignore[arg-type]
                for n, (name, kind) in enumerate(said)
            ]
            made.append(rows_of(article, quotes, SyncState(None, None)))
        rows.append(made)
        segments.append(Segment(build(made), f"s{number}"))
    of_kind: dict[Kind, list[list[Row]]] = {
        "article": [[one.article for one in batch] for batch in rows],
        "quote": [[quote for one in batch for quote in one.quotes] for batch in rows],
    }
    return Snapshot(segments), Archive(Path("nowhere"), segments), of_kind


def passes(row: Row, request: SearchRequest, everyone: set[str], but: str = "") -> bool:
    """By the definition of each filter."""

    def speaks(value: str) -> bool:
        exact = schema.exact_key(value)
        if exact in everyone:
            return exact in row.keys.get("speaker_key", ())
        return any(words_of(value) <= words_of(" ".join(row.keys.get("speaker_key", ()))) for _ in "1") and bool(
            words_of(value)
        )

    def words_of(text: str) -> set[str]:
        return {word.strip("!").removesuffix("ым").removesuffix("а") for word in schema.exact_key(text).split()} - {""}

    day = schema.day_date(row.day)
    checks = {
        "source": not request.source
        or bool({schema.exact_key(v) for v in request.source} & set(row.keys.get("source_key", ()))),
        "section": not request.section
        or bool({schema.exact_key(v) for v in request.section} & set(row.keys.get("section_key", ()))),
        "speaker": not request.speaker or any(map(speaks, request.speaker)),
        "kind": bool(set(request.kind) & set(row.keys.get("kind", ()))) if request.kind else not is_retold(row),
        "date": (not request.since and not request.until)
        or (day is not None and (request.since or day) <= day <= (request.until or day)),
    }
    return all(passed for name, passed in checks.items() if name != but)


def is_retold(row: Row) -> bool:
    """Whether a quote in reported speech, which passes only where it is asked for."""
    return "quote" in row.texts and list(row.keys.get("kind", ())) == [schema.RETOLD]


def counted(rows: Sequence[Row], facet: str, spelling_of_all: Mapping[str, str]) -> list[tuple[str, int]]:
    """A facet's values, counted one by one; a speaker has one spelling in the whole archive."""
    if facet in ("year", "month"):
        days = [day.isoformat() for row in rows if (day := schema.day_date(row.day))]
        return sorted(Counter(day[: 4 if facet == "year" else 7] for day in days).items())
    if facet == "speaker":
        said = Counter(key for row in rows for key in row.keys.get("speaker_key", ()))
        found = [(spelling_of_all[key], count) for key, count in said.items()]
        return sorted(found, key=lambda item: (-item[1], item[0]))
    counts = Counter(value for row in rows for value in row.facets.get(facet, ()))
    joined: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for value, count in sorted(counts.items(), key=lambda item: (-item[1], -item[0].count("ё"), item[0])):
        joined[spelling.setdefault(schema.exact_key(value), value)] += count
    return sorted(joined.items(), key=lambda item: (-item[1], item[0]))


@settings(max_examples=120, deadline=None)
@given(corpora, requests, st.sampled_from(schema.KINDS))
def test_filters_and_facets_are_what_counting_one_by_one_gives(
    corpus: list[list[tuple[str | None, str | None, str | None, list[tuple[str, str]]]]],
    request: SearchRequest,
    kind: Kind,
) -> None:
    snapshot, archive, of_kind = snapshot_of(corpus)
    view, rows = snapshot.views[kind], of_kind[kind]
    everyone = {key for batch in rows for row in batch for key in row.keys.get("speaker_key", ())}
    filters, facets = Filters(request, Memory(view, People(lambda: archive))), Facets(view, archive)
    names = sorted({name for batch in of_kind["quote"] for row in batch for name in row.facets.get("speaker", ())})
    spelt = {schema.exact_key(name): name for name in names}  # ё comes behind е
    everything = [np.arange(part.docs, dtype=np.uint32) for part in view.parts]
    masks = filters.passing()
    for number, batch in enumerate(rows):
        expected = [passes(row, request, everyone) for row in batch]
        assert [True] * len(batch) == expected if masks is None else masks[number].astype(bool).tolist() == expected
    for facet in FACETS:
        own = OWN_FILTER[facet]
        kept = [row for batch in rows for row in batch if passes(row, request, everyone, but=own)]
        found = facets.count(facet, everything, filters.passing(but=own), fold=False)
        assert [(one.value, one.count) for one in found] == counted(kept, facet, spelt)


def test_a_mask_is_made_once_and_forgotten_in_time() -> None:
    snapshot, archive, _ = snapshot_of([[(SOURCES[1], None, None, [])]])
    memory = Memory(snapshot.views["article"], People(lambda: archive))
    first = Filters(SearchRequest(source=("Зареченский вестник",)), memory).passing()
    again = Filters(replace(SearchRequest(), source=("зареченский вестник",)), memory).passing()
    assert first is not None
    assert again is not None
    assert first[0] is again[0]


def test_a_query_may_ask_for_reported_speech_itself() -> None:
    said = [("Камиль Рахимов", "direct"), ("Камиль Рахимов", "indirect")]
    snapshot, archive, _ = snapshot_of([[(SOURCES[1], None, None, said)]])
    memory = Memory(snapshot.views["quote"], People(lambda: archive))
    (own_words,) = Filters(SearchRequest(), memory).passing() or ()
    assert own_words.tolist() == [1, 0]
    assert Filters(SearchRequest(), memory, retold=True).passing() is None
