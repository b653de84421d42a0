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
    assert "There are more uses; raise -k to see them." in limited.err
    assert "Showing" not in run("callers", "authenticate", cwd=indexed).err
    assert run("callers", "authenticate", "-k", "1", "-q", cwd=indexed).err == ""


def test_uses_matched_by_name_are_marked_and_counted(indexed, run):
    (indexed / "more.py").write_text(
        "from shop.payments import Gateway\n\n\ndef f(x):\n    x.charge(1)\n    Gateway().charge(2)\n"
    )
    found = run("callers", "Gateway.charge", cwd=indexed)
    assert "more.py:6  call in f\n" in found.out
    assert "more.py:5  call in f (by name)\n" in found.out
    assert "matched by name only" in found.err
    counted = json.loads(run("callers", "Gateway.charge", "--json", cwd=indexed).out)
    assert counted["by_name"] == 1
    assert counted["resolved"] == len(counted["uses"]) - 1


def test_a_name_that_is_only_mentioned_is_not_said_to_be_unused(indexed, run):
    (indexed / "plug.py").write_text("def plug_in():\n    pass\n\n\nENTRY = 'plug:plug_in'\n")
    found = run("callers", "plug_in", cwd=indexed)
    assert found.out == "plug.py:5  mention\n"
    assert "No code in the index is known to use 'plug_in', but these lines mention it." in found.err


def test_an_unused_name_is_code_1(indexed, run):
    unused = run("callers", "no_such_name", "--json", cwd=indexed)
    assert (unused.code, json.loads(unused.out)["uses"], unused.err) == (1, [], "")


def test_similar_names_of_the_class_are_offered_for_a_misspelled_member(indexed, run):
    shown = run("callers", "Gateway.chrage", cwd=indexed)
    assert shown.code == 1
    assert shown.err.strip() == "Nothing in the index uses 'Gateway.chrage'; similar names: Gateway.charge."
