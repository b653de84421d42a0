"""`codeassist implementations`: what implements a type or overrides a method."""

from __future__ import annotations

import json


def test_classes_are_shown_with_their_place(indexed, run):
    (indexed / "more.py").write_text(
        "from shop.payments import Gateway\n\n\nclass Fake(Gateway):\n    def charge(self, a, c):\n        pass\n"
    )
    assert "more.py:4  class Fake\n" in run("implementations", "Gateway", cwd=indexed).out
    value = json.loads(run("implementations", "Gateway.charge", "--json", cwd=indexed).out)
    assert value["schema"] == "codeassist.implementations/1"
    assert [d["qualified_name"] for d in value["implementations"]] == ["Fake.charge"]


def test_nothing_found_is_code_1_and_says_why(indexed, run):
    nothing = run("implementations", "authenticate", cwd=indexed)
    assert (nothing.code, nothing.out) == (1, "")
    assert "Nothing in the index extends, implements or overrides 'authenticate'." in nothing.err
    assert "No definition of 'no_such_name' in the index." in run("implementations", "no_such_name", cwd=indexed).err
