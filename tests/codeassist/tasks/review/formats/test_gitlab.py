"""GitLab's Code Quality report."""

from __future__ import annotations

import json

from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.formats.gitlab import gitlab


def test_one_issue_per_finding(report: Review) -> None:
    issues = json.loads(gitlab(report))
    assert issues[0] == {
        "description": "'total' changed: 100% of\ncallers, all, fail",
        "check_name": "caller-left-behind",
        "fingerprint": "aaaa:1",
        "severity": "critical",
        "location": {"path": "shop/cart.py", "lines": {"begin": 3, "end": 4}},
    }
    assert [issue["severity"] for issue in issues] == ["critical", "info", "major"]


def test_without_findings_the_report_is_an_empty_array() -> None:
    assert json.loads(gitlab(Review("nothing"))) == []
