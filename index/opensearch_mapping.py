"""What does an index on an OpenSearch cluster look like? Mapping and settings of the two kinds of document.

Analysis is ours alone: the cluster is given tokens, never a text to cut. A text field holds one position after another,
parted by blanks, each with all terms of its token, parted by `|`: its roots and its form with its mark. So words,
exact forms, prefixes and phrases mean on a cluster what they mean in our own segments.

    title, text …   «стать|сталь|=стали мир|=мира»         positions; BM25 with the field's own b
    worth           «стать|205 сталь|205 =стали|205 сталь=стали|205 …»
                    terms with their frequency over all plain fields, and roots in a form that may be of several
    title_forms …   «стали|1», «мира|3»                    forms of each text field and how often they stand, as columns
    words           «стали|0», «мира|1»                    forms of title and lead with their letter case, as a column

`worth` is what plain words of a query are scored by: BM25F adds a word's frequencies over fields, each weighted and
divided by its norm, before they saturate (search/engine/scoring.py). That sum depends on the document and on mean
lengths alone; it is kept as the term's frequency, in units of 1/UNIT, in a field without norms. The mean lengths are
fixed when an index is made (`_meta`), since they stand in all of its documents.

`title_forms`, `text_forms` … say which forms of a prefix or a misspelled word are the most frequent ones of a field: a
cluster's dictionary of terms can neither be asked what begins so nor how often a term stands. A column holds a value
once a document, so a value names how often its form stands there; of eight times and more in summands (`summands`), so
that there are few values of one form, which can be listed (`SUMMANDS`).

`words` completes what is being typed: titles and leads have the words that a
reader may mean, and make a small column.

The stored document is the text of its JSON, as our own segments store it; token fields are left out of `_source`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from typing import Any, Final

from . import schema
from .analysis import ANALYSIS_VERSION
from .schema import Kind, TextField

LAYOUT_VERSION: Final = 2  # of this module and of `opensearch_documents`
WORTH: Final = "worth"
WORDS: Final = "words"
FORMS: Final = "{}_forms"  # of a text field
SUMMANDS: Final = (*range(1, 8), *(1 << bit for bit in range(3, 21)))
UNIT: Final = 256  # of a frequency in `worth`: one of 1.0
K1: Final = 1.2  # that of search/engine/scoring.py
TERMS_A_TOKEN: Final = 2.12  # roots and form; 2.08 to 2.14 in titles, texts and quotes of three archives

# Where plain words of a query are looked for, and what each field weighs: search/query/scope.py asks for the same.
PLAIN: Final[dict[Kind, dict[str, float]]] = {
    "article": {"title": 2.5, "text": 1.0},
    "quote": {"quote": 1.0, "speaker": 0.5},
}
# Of Russian news, for an index that is made before any article is known.
USUAL_LENGTHS: Final[dict[Kind, dict[str, float]]] = {
    "article": {"title": 9.0, "text": 250.0},
    "quote": {"quote": 20.0, "speaker": 1.5},
}

Lengths = Mapping[str, float]  # plain field → mean length in tokens

_LONGEST_TOKEN: Final = 1 << 20  # characters of one position with all its terms
_LONGEST_KEY: Final = 8_000  # characters; Lucene refuses terms of 32,766 bytes
_DICTIONARY: Final = "pymorphy3-dicts-ru"


def settings(
    kind: Kind, *, shards: int = 1, replicas: int = 1, refresh: str = "1s", loading: bool = False
) -> dict[str, Any]:
    """The settings of an index. `refresh`: after how long a document is found; `loading`: nobody reads it yet, so it
    has neither replicas nor refreshes.
    """
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": 0 if loading else replicas,
            "refresh_interval": "-1" if loading else refresh,
            "codec": "best_compression",
            "similarity": {
                **{
                    _similarity(field): {"type": "BM25", "k1": k1_of(field.b), "b": _b_of(field.b)}
                    for field in _texts(kind)
                },
                WORTH: {"type": "BM25", "k1": K1 * UNIT, "b": 0.0},
            },
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
                "filter": {
                    "terms": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]},
                    "frequencies": {"type": "delimited_term_freq", "delimiter": "|"},
                },
                "analyzer": {
                    "positions": {"type": "custom", "tokenizer": "blanks", "filter": ["terms"]},
                    "frequencies": {"type": "custom", "tokenizer": "blanks", "filter": ["frequencies"]},
                },
            },
        }
    }


def k1_of(b: float) -> float:
    """The K1 of Lucene with which a field of this b is scored as by ours. A document's length is that of its positions
    there, but the mean length is that of its terms: with these two numbers K1·(1 − b + b·length/mean) is the same.
    """
    return K1 * (1 - b + b * TERMS_A_TOKEN)


def _b_of(b: float) -> float:
    return K1 * b * TERMS_A_TOKEN / k1_of(b)


def live_settings(*, replicas: int = 1, refresh: str = "1s") -> dict[str, Any]:
    """What is set when an index that was loaded is to be read."""
    return {"index": {"number_of_replicas": replicas, "refresh_interval": refresh}}


def mapping(kind: Kind, lengths: Lengths | None = None) -> dict[str, Any]:
    """The mapping of an index, whose documents are made with these mean lengths; fields that nobody declared are
    refused.
    """
    key = {"type": "keyword", "ignore_above": _LONGEST_KEY}
    kept = {"type": "keyword", "index": False, "doc_values": False}
    column = {"type": "keyword", "index": False}
    number = {"type": "long"}
    properties: dict[str, Any] = {
        **{
            field.name: {"type": "text", "analyzer": "positions", "similarity": _similarity(field)}
            for field in _texts(kind)
        },
        WORTH: {
            "type": "text",
            "analyzer": "frequencies",
            "similarity": WORTH,
            "index_options": "freqs",
            "norms": False,
        },
        **{FORMS.format(field.name): column for field in _texts(kind)},
        **dict.fromkeys(schema.KEY_FIELDS, key),
        **{f"facet_{name}": key for name in schema.FACETS},
        "id": key,
        "day": {"type": "integer"},
        "year": {"type": "integer"},
        "month": {"type": "integer"},  # 201512
        "order": number,
        "length": {"properties": {name: {"type": "integer", "index": False} for name in PLAIN[kind]}},
        "sighting": number,
        "stored": kept,
        "checksum": column,  # of the body, by whoever writes it
    }
    if kind == "article":
        properties |= {"quotes": {"type": "integer"}, "quote_ids": kept, "extract": kept}
        properties |= {"origin": column, "digest": column, WORDS: column}
    else:
        properties |= {"article_id": key, "place": {"type": "integer"}}
    texts = [field.name for field in _texts(kind)]
    hidden = [*texts, *map(FORMS.format, texts), WORTH, WORDS]
    return {
        "dynamic": "strict",
        "_meta": meta(kind, lengths),
        "_source": {"excludes": hidden},
        "properties": properties,
    }


def meta(kind: Kind, lengths: Lengths | None = None) -> dict[str, Any]:
    """What an index says of how its documents were made."""
    return {"molva": fingerprint(kind), "lengths": dict(lengths or USUAL_LENGTHS[kind])}


def fingerprint(kind: Kind) -> str:
    """What analysis, weights and layout come to: a reader with another one would look for other terms."""
    told = {
        "layout": LAYOUT_VERSION,
        "schema": schema.SCHEMA_VERSION,
        "analysis": ANALYSIS_VERSION,
        "dictionary": metadata.version(_DICTIONARY),
        "plain": PLAIN[kind],
        "b": {field.name: field.b for field in _texts(kind)},
        "unit": UNIT,
    }
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def mismatch(index: str, kind: Kind, found: Mapping[str, Any]) -> str | None:
    """Why an index whose mapping has this `_meta` cannot be read or written by this version; None where it can."""
    written = found.get("molva")
    if written == fingerprint(kind):
        return None
    if written is None:
        return f"index {index}: its mapping has no mark of ours, expected an index made by molva; choose another prefix"
    return (
        f"index {index}: made by another analysis (found {written}, expected {fingerprint(kind)}), so words would be "
        "looked for under other terms; run: molva reindex PATH…, or search with the version that made it"
    )


def lengths_of(kind: Kind, found: Mapping[str, Any]) -> Lengths:
    """The mean lengths that the documents of an index with this `_meta` are made with."""
    return {name: float(found.get("lengths", {}).get(name, usual)) for name, usual in USUAL_LENGTHS[kind].items()}


def _texts(kind: Kind) -> tuple[TextField, ...]:
    return schema.TEXT_FIELDS[kind]


def _similarity(field: TextField) -> str:
    return f"b{round(field.b * 100)}"
