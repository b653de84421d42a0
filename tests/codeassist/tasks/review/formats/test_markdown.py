"""Markdown for a comment on a pull request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.formats.markdown import markdown


def test_findings_by_file_with_evidence_and_suggestions(report: Review) -> None:
    report.findings[0] = replace(report.findings[0], message="'total' changed")
    assert markdown(report).split("\n") == [
        "codeassist has 3 findings for the uncommitted changes.",
        "",
        "#### `shop/cart.py`",
        "",
        "- **error** line 3-4: 'total' changed (`caller-left-behind`)",
        "  - `user.py:5`: `total('x')`",
        "",
        "  ```suggestion",
        "  x = 1",
        "  y = 2",
        "  ```",
        "- **warning** line 9: a warning (`new-rule`)",
        "",
        "  ```suggestion",
        "  ",
        "  ```",
        "",
        "#### `a b,ü.py`",
        "",
        "- note line 1: \\*os\\* is \\<unused\\>\N{REPLACEMENT CHARACTER}\\[2J (`ruff/F401`)",
        "",
        "Left out: 2 already known.",
    ]


@pytest.mark.parametrize(("patch", "fence"), [("x", "```"), ("`x`", "```"), ("```\nx\n```", "````"), ("`````", "``````")])
def test_the_fence_is_longer_than_any_in_the_patch(report: Review, patch: str, fence: str) -> None:
    report.findings[:] = [replace(report.findings[0], patch=patch)]
    lines = markdown(report).split("\n")
    assert f"  {fence}suggestion" in lines
    assert f"  {fence}" in lines


def test_at_most_five_places_are_shown(report: Review) -> None:
    report.findings[:] = [replace(report.findings[0], evidence=report.findings[0].evidence * 6)]
    assert markdown(report).count("`user.py:5`") == 5


def test_without_findings_it_is_one_sentence() -> None:
    assert markdown(Review("main..topic_1")) == "codeassist has no findings for main..topic\\_1."
