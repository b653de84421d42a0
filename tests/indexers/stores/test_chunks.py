"""Chunks of the catalog: rows and places, filters, by path and by defined name."""

from __future__ import annotations

import pytest

from indexers.stores import chunks as module
from indexers.stores.chunks import (
    chunk_rows,
    chunks_that_define,
    chunks_that_pass,
    first_chunks_of_path,
    kinds,
    places,
    places_of_symbols,
    symbol_of_chunk,
)


def paths(catalog, ids):
    return sorted({place.path for place in places(catalog, [int(i) for i in ids]).values()})


def every(catalog):
    return chunks_that_pass(catalog).tolist()


@pytest.mark.parametrize("batch", [2, 900])
def test_rows_and_places_agree(catalog, monkeypatch, batch):
    monkeypatch.setattr(module, "BATCH", batch)
    ids = every(catalog)
    rows, locations = chunk_rows(catalog, ids), places(catalog, ids)
    assert list(rows) == sorted(ids)
    assert {i: (row.path, row.start, row.end) for i, row in rows.items()} == locations
    assert chunk_rows(catalog, [10**9]) == places(catalog, [10**9]) == {}
    (inventory,) = [row for row in rows.values() if row.name == "Reserve"]
    assert (inventory.path, inventory.language, inventory.flags) == ("stock/inventory.go", "go", 0)


def test_chunks_without_a_main_symbol_are_not_places_of_symbols(catalog):
    rows = chunk_rows(catalog, every(catalog))
    assert set(places_of_symbols(catalog)) == {i for i, row in rows.items() if row.symbol is not None}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"languages": ["go", "javascript"]}, ["shop/web/routes.js", "shop/web/templates.js", "stock/inventory.go"]),
        ({"languages": ["zig"]}, []),
        ({"tests": True}, ["tests/test_payments.py"]),
        ({"tests": False, "languages": ["python"]}, ["shop/auth.py", "shop/payments.py"]),
        ({"kinds": ["class"]}, ["shop/auth.py", "shop/payments.py"]),
        ({"kinds": ["class"], "path": lambda path: path.endswith("auth.py")}, ["shop/auth.py"]),
        ({"path": lambda path: False}, []),
    ],
)
def test_chunks_pass_all_given_filters(catalog, filters, found):
    assert paths(catalog, chunks_that_pass(catalog, **filters)) == found


def test_kinds_are_those_of_chunks_and_symbols(catalog):
    found = kinds(catalog)
    assert found == sorted(set(found))
    assert {"class", "method", "function", "constant"} <= set(found)


@pytest.mark.parametrize(
    ("ending", "found"),
    [("auth.py", ["shop/auth.py"]), ("s.js", ["shop/web/routes.js", "shop/web/templates.js"]), ("auth_py", []), ("%", [])],
)
def test_paths_are_found_by_their_literal_ending(catalog, ending, found):
    rows = first_chunks_of_path(catalog, ending)
    assert sorted(path for _, path in rows) == found
    assert all(places(catalog, [chunk])[chunk].path == path for chunk, path in rows)


def test_a_name_is_found_in_another_case_only_on_request(catalog):
    assert chunks_that_define(catalog, "GATEWAY", any_case=False) == []
    ((chunk, name, qualified, kind),) = chunks_that_define(catalog, "GATEWAY", any_case=True)
    assert (name, qualified, kind) == ("Gateway", "Gateway", "class")
    assert paths(catalog, [chunk]) == ["shop/payments.py"]
    assert [row[2] for row in chunks_that_define(catalog, "charge", any_case=True)] == ["Gateway.charge"]


def test_the_symbol_of_a_chunk_is_of_a_wanted_kind(catalog):
    ((chunk, *_),) = chunks_that_define(catalog, "Gateway", any_case=False)
    row = chunk_rows(catalog, [chunk])[chunk]
    assert symbol_of_chunk(catalog, row, ()).name == "Gateway"
    assert symbol_of_chunk(catalog, row, ("class",)).name == "Gateway"
    assert symbol_of_chunk(catalog, row, ("method",)).qualified_name == "Gateway.charge"
    assert symbol_of_chunk(catalog, row, ("enum",)) is None
    assert symbol_of_chunk(catalog, row._replace(symbol=None), ()) is None
