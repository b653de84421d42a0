"""Changed behaviour without a changed test, and changed lines that are not covered."""

from __future__ import annotations

from tests.codeassist.conftest import rules


def test_changed_behaviour_without_a_changed_test(findings):
    before = {
        "m.py": "def price(x):\n    return x * 2\n",
        "tests/test_m.py": "from m import price\n\n\ndef test_price():\n    assert price(1) == 2\n",
    }
    after = {"m.py": "def price(x):\n    return x * 3\n"}
    [finding] = [f for f in findings(before, after).every if f.rule == "untested-change"]
    assert "tests/test_m.py uses it but did not change" in finding.message
    assert finding.start == 2


def test_changed_behaviour_with_a_changed_test_is_not_reported(findings):
    before = {
        "m.py": "def price(x):\n    return x * 2\n",
        "tests/test_m.py": "from m import price\n\n\ndef test_price():\n    assert price(1) == 2\n",
    }
    after = {"m.py": "def price(x):\n    return x * 3\n", "tests/test_m.py": before["tests/test_m.py"].replace("== 2", "== 3")}
    assert not [f for f in findings(before, after).every if f.rule == "untested-change"]


def test_uncovered_changed_lines(findings):
    result = findings({"m.py": "x = 1\n"}, {"m.py": "x = 1\ny = 2\nz = 3\n"}, coverage={"m.py": frozenset({1, 3})})
    assert ("line-not-run", "note", 3) in rules(result)


def test_a_changed_docstring_is_no_changed_behaviour(findings):
    before = 'def price(x):\n    """Old."""\n    return x\n'
    result = findings({"m.py": before}, {"m.py": before.replace("Old", "New")})
    assert "untested-change" not in [r for r, *_ in rules(result)]


def test_behaviour_that_no_test_mentions_is_reported_once_for_a_file(findings):
    before = "def price(x):\n    return x * 2\n\n\nclass A:\n    def cost(self):\n        return 1\n"
    result = findings({"m.py": before}, {"m.py": before.replace("2", "3").replace("return 1", "return 4")})
    [finding] = [f for f in result.every if f.rule == "untested-change"]
    assert finding.message == "The behaviour of 'price' and 1 more changed; no test mentions it."


def test_lines_that_are_not_covered_are_named_by_ranges(findings):
    text = "".join(f"x{n} = {n}\n" for n in range(1, 8))
    result = findings({"m.py": "y = 0\n"}, {"m.py": text}, coverage={"m.py": frozenset({2, 3, 4, 7, 99})})
    [finding] = [f for f in result.every if f.rule == "line-not-run"]
    assert finding.message == "4 changed lines are not covered: 2-4, 7."
    assert (finding.start, finding.end) == (2, 7)
