"""Weaknesses and changed lines as SARIF for code scanning."""

from __future__ import annotations

import json

from codeassist.tasks.test_audit import AuditResult, ChangedLine, Weakness
from codeassist.tasks.test_audit.result import KINDS
from codeassist.tasks.test_audit.sarif import RULES, sarif

RESULT = AuditResult(
    weaknesses=[
        Weakness("tests/test_a b.py", 3, "test_x", "asserts-nothing", "It asserts nothing."),
        Weakness("tests/test_a b.py", 9, "test_y", "reaches-nothing", "It runs no line."),
    ],
    changed=[ChangedLine("a.py", 1, True, True), ChangedLine("a.py", 2, False, None), ChangedLine("a.py", 3, True, False)],
)


def test_each_weakness_and_each_badly_tested_line_is_a_result_of_a_known_rule():
    (run,) = json.loads(sarif(RESULT))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found = [(r["ruleId"], r["level"], r["locations"][0]["physicalLocation"]) for r in run["results"]]
    assert [rule for rule, _, _ in found] == [
        "test-audit/asserts-nothing",
        "test-audit/reaches-nothing",
        "test-audit/changed-not-covered",
        "test-audit/changed-not-seen",
    ]
    assert [level for _, level, _ in found] == ["warning", "note", "warning", "warning"]
    assert found[0][2] == {
        "artifactLocation": {"uri": "tests/test_a%20b.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3},
    }
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])


def test_fingerprints_do_not_depend_on_the_line_of_a_test():
    moved = AuditResult(weaknesses=[Weakness("tests/test_a b.py", 30, "test_x", "asserts-nothing", "It asserts nothing.")])
    first, other = (json.loads(sarif(r))["runs"][0]["results"] for r in (RESULT, moved))
    assert first[0]["partialFingerprints"] == other[0]["partialFingerprints"]
    assert len({r["partialFingerprints"]["codeassist/v1"] for r in first}) == len(first)


def test_every_kind_of_weakness_has_a_rule():
    assert set(KINDS) <= set(RULES)
