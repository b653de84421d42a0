"""Values against JSON schemas: nothing is fetched, and a reference that leads nowhere is a fault with its name."""

from __future__ import annotations

import socket

import pytest

from codeassist.models.answers import parse
from codeassist.models.json_schema import fault_in_schema, fault_in_value

OWN = {"$ref": "#/$defs/name", "$defs": {"name": {"type": "string"}}}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_own_parts_and_published_schemas_may_be_referred_to():
    assert fault_in_schema(OWN) == ""
    assert fault_in_schema({"$ref": "http://json-schema.org/draft-07/schema#"}) == ""
    assert fault_in_value("a", OWN) == ("", "")
    assert fault_in_value(1, OWN) == ("the value", "1 is not of type 'string'")


@pytest.mark.parametrize("reference", ["http://127.0.0.1:1/x", "file:///etc/passwd", "#/missing", "other.json"])
def test_what_is_not_in_a_schema_is_not_fetched(reference):
    schema = {"type": "object", "properties": {"a": {"$ref": reference}}}
    assert fault_in_schema(schema) == f"it refers to {reference!r}, which is not in it; nothing is fetched"
    assert "which is not in it" in fault_in_value({"a": 1}, schema)[1]
    assert "which is not in it" in parse('{"a": 1}', schema)[1]


def test_a_reference_below_another_name_is_seen_when_it_is_used():
    schema = {"properties": {"a": {"$id": "https://example.org/a", "$ref": "#/$defs/b", "$defs": {"b": {"type": "string"}}}}}
    assert fault_in_schema(schema) == ""
    assert fault_in_value({"a": "x"}, schema) == ("", "")
    assert fault_in_value({"a": 1}, schema) == ("a", "1 is not of type 'string'")


def test_a_wrong_schema_and_an_endless_one_are_faults():
    assert "is not valid under any" in fault_in_schema({"type": "nonsense"})
    assert fault_in_value("a", {"$ref": "#"}) == ("schema", "it or the value is nested too deep")
