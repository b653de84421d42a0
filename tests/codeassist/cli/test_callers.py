"""`codeassist callers`: where a name is used."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines


def test_uses_are_shown_with_their_place_kind_and_user(indexed, run):
    assert "shop/payments.py:25  call in checkout" in run("callers", "authenticate", cwd=indexed).out
    assert json.loads(run("callers", "charge", "--json", cwd=indexed).out)["uses"][0]["by"] == "checkout"


def test_a_note_says_that_more_uses_exist(indexed, run):
    limited = run("callers", "authenticate", "-k", "1", cwd=indexed)
    assert len(lines(limited.out)) == 1
    assert "Showing the first 1 uses; raise -k for more." in limited.err
    assert "Showing" not in run("callers", "authenticate", cwd=indexed).err
    assert run("callers", "authenticate", "-k", "1", "-q", cwd=indexed).err == ""


def test_a_qualified_name_is_matched_by_its_last_part_and_says_so(indexed, run):
    found = run("callers", "Gateway.charge", cwd=indexed)
    assert "call in checkout" in found.out
    assert "Matched only by the last part of the name, 'charge'" in found.err


def test_an_unused_name_is_code_1(indexed, run):
    unused = run("callers", "no_such_name", "--json", cwd=indexed)
    assert (unused.code, json.loads(unused.out)["uses"], unused.err) == (1, [], "")
