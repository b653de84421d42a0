"""`codeassist symbols`: the definitions of a name."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines


def test_a_definition_is_shown_with_its_place_and_kind(indexed, run):
    assert run("symbols", "Gateway.charge", cwd=indexed).out.startswith("shop/payments.py:11  method of Gateway: def charge")
    assert json.loads(run("symbols", "charge", "--json", cwd=indexed).out)["definitions"][0]["kind"] == "method"


def test_a_kind_that_the_signature_names_is_not_repeated(indexed, run):
    assert run("symbols", "Gateway", cwd=indexed).out.startswith("shop/payments.py:8  class Gateway")


def test_the_limit_and_an_unknown_name(indexed, run):
    assert len(lines(run("symbols", "authenticate", "-k", "1", cwd=indexed).out)) == 1
    unknown = run("symbols", "no_such_name", "--json", cwd=indexed)
    assert (unknown.code, json.loads(unknown.out)["definitions"], unknown.err) == (1, [], "")
    assert run("symbols", "charge", "-k", "0", cwd=indexed).code == 2


def test_definitions_that_only_contain_a_name_are_said_to(indexed, run):
    partly, whole = run("symbols", "authenticat", cwd=indexed), run("symbols", "Gateway.charge", cwd=indexed)
    assert partly.out.startswith("shop/")
    assert partly.err == "No definition is called 'authenticat': these contain it.\n"
    assert whole.err == ""
    assert run("symbols", "authenticat", "--json", cwd=indexed).err == ""
