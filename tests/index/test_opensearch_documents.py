"""Do documents for a cluster hold the tokens, worths and keys that our own segments hold?"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import schema
from index.analysis import tokens
from index.errors import InvalidArticleError
from index.extracts import said_in
from index.model import Article
from index.opensearch_documents import (
    LONGEST_ID,
    LONGEST_TERM,
    Documents,
    begin_of_term,
    document_id,
    documents_of,
    packed_said,
    sighting,
    summands,
    term,
    term_in_form,
    unpacked_said,
)
from index.opensearch_mapping import (
    PLAIN,
    SUMMANDS,
    TERMS_A_TOKEN,
    UNIT,
    USUAL_LENGTHS,
    fingerprint,
    lengths_of,
    mapping,
    meta,
    mismatch,
    settings,
)
from index.prepare import prepare
from index.storage.payload import packed_text, unpack_article, unpack_quote
from index.writer import SyncState
from search.engine import scoring
from search.query.scope import SCOPES

TEXT = (
    "«Мост построим к осени», — заявил мэр Заречного Иван Петрович Берёзов. "
    "По словам главного инженера Анны Соколовой, работы идут ночью."
)


def made(text: str = TEXT, **fields: Any) -> Documents:
    article, quotes = prepare(
        Article(**{"id": "a1", "title": "Мост", "text": text, "published": "2015-12-05"} | fields)
    )
    return documents_of(article, quotes, SyncState("a.jsonl", "d1"), order=7, lengths=USUAL_LENGTHS)


def terms_at(body: dict[str, Any], field: str) -> list[list[str]]:
    return [position.split("|") for position in body[field].split()]


def worths(body: dict[str, Any]) -> dict[str, int]:
    return {text: int(worth) for text, worth in (one.split("|") for one in body["worth"].split())}


@given(st.text(max_size=60))
def test_each_position_has_the_terms_of_its_token(text: str) -> None:
    try:
        body = made(text="Слово " + text).article.body
    except InvalidArticleError:
        return
    stored = unpack_article(packed_text(body["stored"]))
    assert terms_at(body, "text") == [[term(one) for one in token.terms] for token in tokens(stored.readable)]


def test_a_position_of_two_lemmas_has_both_and_the_form() -> None:
    assert terms_at(made(text="Они стали писать").article.body, "text")[1] == ["стать", "сталь", "=стали"]


def test_worth_is_the_frequency_over_plain_fields_weighted_and_normed() -> None:
    body = made(title="Мост", text="Мост и мост").article.body
    title = 2.5 / (1 - 0.3 + 0.3 * 1 / USUAL_LENGTHS["article"]["title"])
    text = 2 / (1 - 0.75 + 0.75 * 3 / USUAL_LENGTHS["article"]["text"])
    assert worths(body)["мост"] == round((title + text) * UNIT)
    assert worths(body)["=мост"] == worths(body)["мост"]


def test_a_form_of_several_words_is_told_by_its_root() -> None:
    found = worths(made(title="", text="Они стали писать").article.body)
    assert {"стать", "сталь", "=стали", "стать=стали", "сталь=стали", "=писать"} <= found.keys()
    assert "писать=писать" not in found
    assert term_in_form("сталь", "стали") == "сталь=стали"
    assert term_in_form("писать", "писать") == "=писать"


@given(st.sampled_from([0.0, 0.3, 0.5, 0.75]), st.integers(1, 5000), st.floats(1, 2000), st.integers(1, 99))
def test_lucene_scores_a_field_as_we_do_though_its_mean_length_is_that_of_terms(
    b: float, length: int, mean: float, times: int
) -> None:
    told = next(one for name, one in _similarities().items() if name == f"b{round(b * 100)}")
    norm = told["k1"] * (1 - told["b"] + told["b"] * length / (mean * TERMS_A_TOKEN))
    x = times / (1 - b + b * length / mean)
    assert times / (times + norm) == pytest.approx(scoring.saturated(x) / (scoring.K1 + 1))


def _similarities() -> dict[str, Any]:
    return {name: one for kind in schema.KINDS for name, one in settings(kind)["index"]["similarity"].items()}


def test_plain_fields_and_numbers_are_those_that_a_search_asks_for() -> None:
    from index.opensearch_mapping import K1

    for kind in schema.KINDS:
        assert dict(SCOPES[kind].plain) == PLAIN[kind]
    assert scoring.K1 == K1


def test_every_field_of_a_document_is_in_the_mapping() -> None:
    found = made(source="Вестник Заречья", author="Пётр Лугов", section="Город")
    assert len(found.quotes) == 2
    declared = mapping("article")["properties"].keys()
    assert found.article.body.keys() <= declared
    for quote in found.quotes:
        assert quote.body.keys() <= mapping("quote")["properties"].keys()


def test_token_fields_are_left_out_of_the_source() -> None:
    for kind in schema.KINDS:
        hidden = mapping(kind)["_source"]["excludes"]
        texts = [field.name for field in schema.TEXT_FIELDS[kind]]
        assert {"worth", "words", *texts, *(f"{name}_forms" for name in texts)} == set(hidden)


def test_what_is_stored_comes_back_whole() -> None:
    extra = {"число": 10**30, "знак": "\u2028 ≠ 1.10", "список": [1.5, None]}
    article, quotes = prepare(Article("a1", "Мост ≈", TEXT + " ✓", published="2015-12-05", extra=extra))
    found = documents_of(article, quotes, SyncState(None, None), order=1, lengths=USUAL_LENGTHS)
    assert unpack_article(packed_text(found.article.body["stored"])) == article
    json.loads(found.article.body["stored"])
    assert [unpack_quote(packed_text(one.body["stored"]))[0] for one in found.quotes] == list(quotes)


def test_keys_facets_and_dates() -> None:
    body = made(source="Вестник  Заречья", section="Город").article.body
    assert body["source_key"] == ["вестник заречья"]
    assert body["facet_source"] == ["Вестник  Заречья"]
    assert (body["year"], body["month"], body["order"], body["quotes"]) == (2015, 201512, 7, 2)
    assert "day" not in made(published=None).article.body


def test_words_to_complete_are_those_of_title_and_lead_in_their_letter_case() -> None:
    body = made(title="Мост ООН", text="Мост открыт. " + "река " * 50 + "паром").article.body
    assert {"мост|1", "оон|2", "открыт|0", "река|0"} == set(body["words"])


@given(st.lists(st.sampled_from(["мост", "мосты", "река"]), min_size=1, max_size=80))
def test_columns_of_forms_add_up_to_tokens(words: list[str]) -> None:
    values = made(title="Паром", text=" ".join(words)).article.body["text_forms"]
    assert len(set(values)) == len(values)
    found: Counter[str] = Counter()
    for form, summand in (value.split("|") for value in values):
        found[form] += int(summand)
    assert found == Counter(words)


@given(st.integers(1, (1 << 21) - 1))
def test_any_count_is_a_sum_of_few_numbers(count: int) -> None:
    found = summands(count)
    assert sum(found) == count
    assert len(set(found)) == len(found)
    assert set(found) <= set(SUMMANDS)


def test_columns_of_forms_name_a_long_form_as_its_term() -> None:
    long = "мост" * 60
    (value,) = made(title=long).article.body["title_forms"]
    assert value == f"{term('=' + long)[1:]}|1"
    assert made().article.body.keys() & {"author_forms", "source_forms"} == set()


def test_a_quote_and_its_article_share_the_number_of_the_speaker() -> None:
    found = made()
    said = [quote for quote in found.quotes if quote.body["kind"] == ["direct"]]
    assert said[0].body["sighting"] == sighting("a1", "Иван Петрович Берёзов")
    assert found.article.body["sighting"] == [said[0].body["sighting"]]  # who is only reported does not speak there


def test_what_an_extract_takes_of_an_article_is_kept() -> None:
    article, quotes = prepare(Article("a1", "Мост", TEXT))
    said = said_in(quotes, lambda: article.body)
    back = unpacked_said(packed_said(said))
    assert back.names == said.names
    assert back.roles == said.roles
    assert (back.sighting, back.sort) == (said.sighting, said.sort)
    assert [words.tolist() for words in back.words] == [words.tolist() for words in said.words]


@given(
    st.text(min_size=1, max_size=2_000).filter(
        lambda text: text.isascii() or not any("\ud800" <= c < "\ue000" for c in text)
    )
)
def test_ids_fit_and_differ(told: str) -> None:
    assert len(document_id(told).encode()) <= 512
    assert document_id(told) != document_id(told + "1")


def test_a_long_word_keeps_its_place_and_its_beginning() -> None:
    word = "а" * (LONGEST_TERM + 1)
    found = terms_at(made(text=f"слово {word} слово").article.body, "text")
    assert len(found) == 3
    assert found[1][-1] == term("=" + word)
    assert found[1][-1].startswith(begin_of_term("=" + word))
    assert term(word) != term(word + "б")


def test_long_ids_are_cut_to_what_a_cluster_takes() -> None:
    assert document_id("б" * 250) == "б" * 250
    assert len(document_id("б" * 600).encode()) <= LONGEST_ID


def test_half_a_surrogate_pair_is_refused_and_named() -> None:
    with pytest.raises(InvalidArticleError, match="a1"):
        documents_of(Article("a1", "Мост", "сло\ud800во"), (), SyncState(None, None), order=1, lengths=USUAL_LENGTHS)


def test_an_index_says_how_its_documents_were_made() -> None:
    lengths = {"title": 3.0, "text": 40.5}
    told = mapping("article", lengths)["_meta"]
    assert mismatch("molva-articles", "article", told) is None
    assert lengths_of("article", told) == lengths
    assert lengths_of("quote", meta("quote")) == USUAL_LENGTHS["quote"]
    assert fingerprint("article") != fingerprint("quote")


def test_an_index_of_another_analysis_is_refused_with_what_to_do() -> None:
    told = mapping("article")["_meta"] | {"molva": "0123456789abcdef"}
    assert "molva reindex" in str(mismatch("molva-articles", "article", told))
    assert "no mark of ours" in str(mismatch("molva-articles", "article", {}))


def test_an_index_that_is_loaded_has_neither_replicas_nor_refreshes() -> None:
    index = settings("article", shards=3, replicas=2, loading=True)["index"]
    assert (index["number_of_shards"], index["number_of_replicas"], index["refresh_interval"]) == (3, 0, "-1")


def test_quotes_know_their_article_and_place() -> None:
    found = made()
    assert [(one.body["article_id"], one.body["place"]) for one in found.quotes] == [("a1", 0), ("a1", 1)]
