"""reviewdog's diagnostic format."""

from __future__ import annotations

import json

from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.formats.rdjsonl import rdjsonl


def test_one_diagnostic_per_line(report: Review) -> None:
    diagnostics = [json.loads(line) for line in rdjsonl(report).split("\n")]
    span = {"start": {"line": 3}, "end": {"line": 4}}
    assert diagnostics[0] == {
        "message": "'total' changed: 100% of\ncallers, all, fail",
        "location": {"path": "shop/cart.py", "range": span},
        "severity": "ERROR",
        "source": {"name": "codeassist"},
        "code": {"value": "caller-left-behind"},
        "suggestions": [{"range": span, "text": "x = 1\ny = 2"}],
    }
    assert [d["severity"] for d in diagnostics] == ["ERROR", "INFO", "WARNING"]


def test_a_patch_that_deletes_is_suggested_and_no_patch_is_not(report: Review) -> None:
    _, without, deleting = (json.loads(line) for line in rdjsonl(report).split("\n"))
    assert "suggestions" not in without
    assert [s["text"] for s in deleting["suggestions"]] == [""]


def test_without_findings_the_report_is_empty() -> None:
    assert rdjsonl(Review("nothing")) == ""
