"""Stored symbols and names: definitions by place and by name, uses, references between files."""

from __future__ import annotations

import pytest

from indexers.stores import symbols


def test_innermost_definition_at_a_line_and_outline(shop_index):
    assert shop_index.definition_at("shop/payments.py", 15).qualified_name == "Gateway.charge"
    assert shop_index.definition_at("shop/payments.py", 1) is None
    assert [d.name for d in shop_index.outline("shop/auth.py")] == ["AuthError", "hash_password", "authenticate"]


def test_names_are_found_exactly_in_any_case_and_by_a_part(catalog):
    def names(found):
        return sorted(d.qualified_name for d in found)

    assert names(symbols.definitions_named(catalog, "charge")) == ["Gateway.charge"]
    assert names(symbols.definitions_named(catalog, "CHARGE")) == []
    assert names(symbols.definitions_in_any_case(catalog, "CHARGE")) == ["Gateway.charge"]
    assert names(symbols.definitions_containing(catalog, "AUTHE")) == ["AuthError", "authenticate"]
    assert names(symbols.definitions_containing(catalog, "hash_pass")) == ["hash_password"]
    assert names(symbols.definitions_containing(catalog, "hash%pass")) == []
    assert names(symbols.definitions_containing(catalog, "hashXpass")) == []


def test_definitions_of_a_file_by_lines(catalog):
    every = [d.qualified_name for d in symbols.definitions_of_file(catalog, "shop/payments.py")]
    assert every == ["RETRIES", "Gateway", "Gateway.charge", "Gateway.send", "checkout"]
    span = symbols.definitions_in_span(catalog, "shop/payments.py", 8, 19)
    assert [d.name for d in span] == ["Gateway", "charge", "send"]
    around = symbols.definitions_around(catalog, "shop/payments.py", 13)
    assert [d.name for d in around] == ["charge", "Gateway"]
    assert symbols.definitions_of_file(catalog, "none.py") == []


def test_uses_of_a_name_and_in_a_file(catalog):
    uses = symbols.uses_of_name(catalog, "checkout")
    assert {(use.path, use.kind, use.line, use.is_test) for use in uses} == {
        ("tests/test_payments.py", "import", 1, True),
        ("tests/test_payments.py", "call", 6, True),
    }
    assert set(uses) <= set(symbols.uses_in_file(catalog, "tests/test_payments.py"))
    assert symbols.uses_of_name(catalog, "nobody") == symbols.uses_in_file(catalog, "none.py") == []


@pytest.mark.parametrize(
    ("name", "known", "defined"),
    [("Gateway", True, True), ("gateway", False, True), ("TimeoutError", True, False), ("walrus", False, False)],
)
def test_known_and_defined_names(catalog, name, known, defined):
    assert symbols.is_known_name(catalog, name) is known
    assert symbols.is_defined(catalog, name) is defined


def test_references_between_files_without_ambiguous_and_excluded_names(catalog):
    paths = symbols.paths_by_id(catalog)
    assert list(paths.values()) == sorted(paths.values())
    assert "shop/__init__.py" not in paths.values()

    def references(most, but):
        return {(paths[a], paths[b]): n for a, b, n in symbols.file_references(catalog, most, but)}

    found = references(6, [])
    assert found["shop/payments.py", "shop/auth.py"] == 2
    assert found["tests/test_payments.py", "shop/payments.py"] == 2
    assert all(one != other for one, other in found)
    assert ("shop/payments.py", "shop/auth.py") not in references(6, ["authenticate"])
    assert references(0, []) == {}


def test_a_text_that_is_longer_than_any_name_is_in_none(catalog):
    assert symbols.definitions_containing(catalog, "x" * 60_000) == []
