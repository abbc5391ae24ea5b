"""Which queries does a cluster get for a question?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq

from index.analysis import FORM_MARK, tokens
from index.opensearch_documents import LONGEST_TERM, term, term_in_form
from index.opensearch_mapping import UNIT, k1_of
from search.engine import plan
from search.engine.scoring import EXPANSIONS, FORM_WEIGHT, K1, idf
from search.errors import NotOnThisEngineError, QueryError
from search.opensearch_query import MOST_TERMS, Sightings, Taken, matching_terms, patterns_of, query_of, terms_of
from search.question import question_of

SATURATED = (K1 + 1) / (K1 * UNIT + 1)


class Known:
    """Frequencies as a test says them; every other term stands in ten documents."""

    def __init__(self, of: Mapping[str, int] | None = None, documents: int = 1000, forms: Sequence[str] = ()) -> None:
        self._of = of or {}
        self._documents = documents
        self._forms = forms

    def taken(self, field: str, pattern: plan.Prefixed | plan.Fuzzy) -> Taken:
        """All forms, in all fields: each in a hundred documents, in 150 together, of 900 that have the field."""
        terms = tuple(FORM_MARK + form for form in self._forms)
        return Taken(terms, False, 150, 100, 900) if terms else Taken(())

    def documents(self) -> int:
        return self._documents

    def of(self, term: str) -> int:
        return self._of.get(term, 10)


def asked(q: str, kind: Any = "article", frequencies: Known | None = None, *, legacy: bool = True) -> dict[str, Any]:
    return query_of(question_of(q).plans[kind], kind, frequencies or Known(), legacy=legacy)


def every(query: Any, name: str) -> list[Any]:
    """Everything under this key, anywhere in a query."""
    if isinstance(query, list):
        return [found for one in query for found in every(one, name)]
    if not isinstance(query, dict):
        return []
    return [value for key, value in query.items() if key == name] + [
        found for value in query.values() for found in every(value, name)
    ]


def test_a_plain_word_is_its_root_over_the_plain_fields_and_worth_more_in_its_form() -> None:
    found = asked("писать", frequencies=Known({"писать": 100, "=писать": 25}))
    (must,), (should,) = found["bool"]["must"], found["bool"]["should"]
    assert must["term"]["worth"]["value"] == "писать"
    assert must["term"]["worth"]["boost"] == pytest.approx(SATURATED)
    assert should["term"]["worth"]["value"] == "=писать"
    wanted = SATURATED * FORM_WEIGHT * idf(1000, 100) / idf(1000, 25)
    assert should["term"]["worth"]["boost"] == pytest.approx(wanted)


def test_a_form_that_stands_nowhere_is_not_asked_for() -> None:
    assert asked("писать", frequencies=Known({"=писать": 0})) == {
        "term": {"worth": {"value": "писать", "boost": pytest.approx(SATURATED)}}
    }


def test_a_form_of_several_words_is_asked_for_in_each_of_them() -> None:
    values = {one["worth"]["value"] for one in every(asked("мукой"), "term")}
    assert values == {"мука", term_in_form("мука", "мукой")}


def test_boosts_make_up_for_the_bm25_of_newer_clusters() -> None:
    (old,), (new,) = (every(asked("заголовок:мост", legacy=legacy), "bool")[0]["must"] for legacy in (True, False))
    assert new["term"]["title"]["boost"] == pytest.approx(old["term"]["title"]["boost"] * (k1_of(0.3) + 1))


def test_words_side_by_side_are_positions_behind_each_other() -> None:
    for near in every(asked('"городской совет"'), "span_near"):
        assert (near["slop"], near["in_order"], len(near["clauses"])) == (0, True, 2)
    assert {next(iter(one)) for one in every(asked('"городской совет"'), "span_term")} == {"title", "text"}


def test_words_in_a_window_stand_in_any_order_each_by_itself() -> None:
    rules = every(asked('"совет города"~3'), "all_of")
    assert {(rule["mode"], rule["max_gaps"], len(rule["intervals"])) for rule in rules} == {
        ("unordered_no_overlap", 3, 2)
    }


def test_a_prefix_is_the_forms_that_it_stands_for_scored_as_one_word() -> None:
    found = asked("рек*", frequencies=Known(forms=("река", "реке")))
    (title,) = [one["title"] for one in every(found, "match") if "title" in one]
    (text,) = [one["text"] for one in every(found, "match") if "text" in one]
    assert title["query"] == text["query"] == "=река|=реке"
    rarity = idf(1000, 150) / idf(900, 100)
    assert text["boost"] == pytest.approx(rarity * (K1 + 1) / (k1_of(0.75) + 1))
    assert title["boost"] == pytest.approx(rarity * (K1 + 1) / (k1_of(0.3) + 1) * 2.5)
    assert every(found, "prefix") == []


def test_a_prefix_that_no_word_begins_with_finds_nothing() -> None:
    assert len(every(asked("рек*"), "match_none")) == 2


def test_patterns_of_a_query_are_asked_for_together() -> None:
    found = patterns_of(question_of("мост рек* -сов* ремнот~2").plans["article"])
    assert set(found) == {
        (field, pattern)
        for field in ("title", "text")
        for pattern in (plan.Prefixed("=рек".encode()), plan.Prefixed("=сов".encode()), plan.Fuzzy("=ремнот", 2, 2))
    }


@pytest.mark.parametrize(("forms", "places"), [(("совет", "совета"), ["=совет", "=совета"]), ((), ["=сов"])])
def test_a_prefix_near_another_word_stands_at_the_places_of_its_forms(forms: Sequence[str], places: list[str]) -> None:
    words = plan.Blend("text", plan.Prefixed("=сов".encode())), plan.Term("text", "город".encode())
    known = Known(forms=forms)
    side_by_side = query_of(plan.Near(words, 0, 0.0), "article", known)
    (clauses,) = [one["clauses"] for one in every(side_by_side, "span_or")]
    assert [one["span_term"]["text"] for one in clauses] == places
    in_any_order = query_of(plan.Near(words, 3, 0.0), "article", known)
    (rules,) = every(in_any_order, "any_of")
    assert [one["match"]["query"] for one in rules["intervals"]] == places


def test_more_places_than_a_cluster_takes_are_refused_by_name() -> None:
    many = Known(forms=[f"рек{number}" for number in range(EXPANSIONS)])
    asked(" ".join(f"рек{letter}*" for letter in "абвгдежзийклмнопрст"), frequencies=many)  # as one term each
    words = [plan.Blend("text", plan.Prefixed(f"=рек{letter}".encode())) for letter in "абвгдежзийклмно"]
    query_of(plan.Near(tuple(words[:14]), 3, 0.0), "article", many)
    with pytest.raises(NotOnThisEngineError, match=r"more than 900 forms.*ask for fewer"):
        query_of(plan.Near(tuple(words), 3, 0.0), "article", many)


def test_what_only_filters_scores_nothing() -> None:
    found = asked("источник:вестник мост дата:2015")
    filters = [one["constant_score"] for one in found["bool"]["must"] if "constant_score" in one]
    assert [one["boost"] for one in filters] == [0.0, 0.0]
    (days,) = every(found, "range")
    assert days["day"]["lte"] - days["day"]["gte"] == 364


def test_what_is_not_wanted_is_left_out() -> None:
    found = asked("мост -паром")
    values = {one["worth"]["value"] for one in every(found["bool"]["must_not"], "term")}
    assert "паром" in values


def test_speakers_are_numbers_in_documents_however_many() -> None:
    many = Sightings(range(MOST_TERMS + 1))
    found = query_of(plan.Chosen(many), "quote", Known())  # type: ignore[arg-type]
    assert sorted(number for some in every(found, "sighting") for number in some) == list(range(MOST_TERMS + 1))
    assert query_of(plan.Chosen(Sightings()), "quote", Known()) == {"match_none": {}}  # type: ignore[arg-type]
    assert matching_terms("id", ["a"]) == {"constant_score": {"filter": {"terms": {"id": ["a"]}}, "boost": 0.0}}


def test_frequencies_are_asked_for_of_every_word_that_has_a_form() -> None:
    assert set(terms_of(question_of("писать письмо").plans["article"])) == {"писать", "=писать", "письмо", "=письмо"}


def test_very_long_words_are_asked_for_as_they_are_kept() -> None:
    word = "а" * (LONGEST_TERM + 50)
    values = {one["worth"]["value"] for one in every(asked(word), "term") if "worth" in one}
    assert term(tokens(word)[0].roots[0]) in values
    assert max(map(len, values)) <= LONGEST_TERM


def test_what_only_whoosh_evaluates_is_named() -> None:
    with pytest.raises(NotOnThisEngineError, match="embedded"):
        query_of(plan.Stock(wq.Every()), "article", Known())
    with pytest.raises(NotOnThisEngineError, match="Expansion"):
        query_of(plan.Expansion("text", plan.Listed((b"a",))), "article", Known())


@given(st.text(alphabet='мост "«»()|-!*~:20.спикерисочн\n', max_size=40))
def test_every_question_has_a_query_in_json(q: str) -> None:
    import json

    try:
        question = question_of(q)
    except QueryError:
        return
    for kind in ("article", "quote"):
        query = query_of(question.plans[kind], kind, Known())
        assert len(query) == 1  # an object of one kind of query, as the cluster wants it
        assert json.loads(json.dumps(query)) == query
