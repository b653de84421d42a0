"""Definitions, uses and calls of a name."""

from __future__ import annotations

import pytest

from codeassist.tasks.navigate import callees, callers, definitions, near_names
from indexers import Index
from tests.conftest import write


def test_definitions_of_a_name(shop_index):
    result = definitions(shop_index, "charge")
    assert [(d.path, d.qualified_name) for d in result.found] == [("shop/payments.py", "Gateway.charge")]
    value = result.as_json()
    assert (value["schema"], value["name"]) == ("codeassist.symbols/1", "charge")
    assert value["definitions"][0]["path"] == "shop/payments.py"


def test_an_unknown_name_has_no_definitions_uses_or_calls(shop_index):
    assert definitions(shop_index, "NoSuchName").as_json()["definitions"] == []
    assert callers(shop_index, "NoSuchName").as_json()["uses"] == []
    unknown = callees(shop_index, "NoSuchName")
    assert (unknown.calls, unknown.defined) == ([], False)


@pytest.mark.parametrize(("limit", "shown", "more"), [(2, 2, True), (3, 3, False), (9, 3, False)])
def test_uses_beyond_the_limit_are_reported(tmp_path, limit, shown, more):
    uses = "".join(f"\n\ndef user_{n}():\n    return target_of_uses()\n" for n in range(3))
    root = write(tmp_path, {"a.py": f"def target_of_uses():\n    return 1\n{uses}"})
    with Index.build(root) as index:
        result = callers(index, "target_of_uses", limit)
    assert (len(result.uses), result.more) == (shown, more)
    assert [use.by for use in result.uses] == [f"user_{n}" for n in range(shown)]


def test_definitions_beyond_the_limit_are_left_out(tmp_path):
    root = write(tmp_path, {f"m{n}.py": "def same_name():\n    return 1\n" for n in range(3)})
    with Index.build(root) as index:
        assert len(definitions(index, "same_name", 2).found) == 2
        assert len(definitions(index, "same_name").found) == 3


def test_calls_to_other_code_are_listed_on_request(shop_index):
    inside = callees(shop_index, "hash_password")
    assert inside.defined
    assert inside.calls == []
    outside = callees(shop_index, "hash_password", outside=True)
    assert {use.name for use, target in outside.calls if target is None} >= {"sha256"}
    assert all(call["definition"] is None for call in outside.as_json()["calls"])


def test_calls_have_their_definition_and_line(shop_index):
    value = callees(shop_index, "checkout").as_json()
    assert value["schema"] == "codeassist.callees/1"
    called = {call["name"]: call for call in value["calls"]}
    assert called["authenticate"]["definition"]["path"] == "shop/auth.py"
    lines = (shop_index.root / "shop/payments.py").read_text().splitlines()
    assert "authenticate(" in lines[called["authenticate"]["line"] - 1]


def test_uses_of_a_member_of_other_code_are_those_that_write_its_owner(tmp_path):
    code = "import json\n\n\ndef save(value, store):\n    store.dumps(value)\n    return json.dumps(value)\n"
    with Index.build(write(tmp_path, {"a.py": code})) as index:
        assert [use.line for use in callers(index, "json.dumps").uses] == [6]
        assert [use.line for use in callers(index, "dumps").uses] == [5, 6]


def test_a_member_of_a_class_that_is_misspelled_has_no_uses_but_a_similar_name(tmp_path):
    code = (
        "class Client:\n    def send(self):\n        return 1\n\n\ndef go(client):\n    return client.send(), Client().send()\n"
    )
    with Index.build(write(tmp_path, {"a.py": code})) as index:
        assert callers(index, "Client.send").uses
        misspelled = callers(index, "Clientt.send")
        assert (misspelled.uses, misspelled.mentions) == ([], [])
        assert near_names(index, "Clientt.send") == ["Client.send"]
