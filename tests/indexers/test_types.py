"""The documented JSON forms and the health of an index."""

from __future__ import annotations

import json

import pytest

from indexers.types import Health, Hit, Use


def test_json_form(shop_index):
    assert list(shop_index.search("charge")[0].as_json()) == [
        "path",
        "start_line",
        "end_line",
        "score",
        "name",
        "kind",
        "language",
        "text",
    ]


def test_a_score_is_rounded_in_the_json_form():
    hit = Hit("a.py", 3, 5, 0.123456, "f", "function", "python", "def f(): ...", chunk_id=7, reasons={"dense": 1.0})
    assert hit.as_json() == {
        "path": "a.py",
        "start_line": 3,
        "end_line": 5,
        "score": 0.1235,
        "name": "f",
        "kind": "function",
        "language": "python",
        "text": "def f(): ...",
    }


def test_json_form_of_a_definition_and_of_a_use(shop_index):
    (definition,) = shop_index.definitions("Gateway.charge")
    assert definition.as_json() == {
        "path": "shop/payments.py",
        "start_line": 11,
        "end_line": 17,
        "name": "charge",
        "qualified_name": "Gateway.charge",
        "kind": "method",
        "language": "python",
        "signature": definition.signature,
        "documentation": "Charge an account and return the receipt number.",
    }
    assert Use("a.py", 2, "f", "call", "Box.run", is_test=True).as_json() == {
        "path": "a.py",
        "line": 2,
        "kind": "call",
        "by": "Box.run",
        "is_test": True,
        "resolution": "by name",
        "target": "",
    }


def test_json_form_of_statistics_contains_plain_counts(shop_index):
    form = json.loads(json.dumps(shop_index.statistics().as_json()))
    assert form["languages"]["go"] == {"files": 1, "lines": 15, "chunks": form["languages"]["go"]["chunks"], "symbols": 3}
    assert form["skipped"] == {"empty": 1}


@pytest.mark.parametrize(
    ("chunks", "vectors", "database", "ok"),
    [(3, 3, "ok", True), (0, 0, "ok", True), (3, 2, "ok", False), (3, 3, "row 1 missing from index", False)],
)
def test_an_index_is_intact_when_chunks_and_vectors_match_and_the_database_is(chunks, vectors, database, ok):
    assert Health(chunks, vectors, database).ok is ok
