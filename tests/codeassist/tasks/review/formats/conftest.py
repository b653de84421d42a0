"""A review with one finding of each severity and text that has to be escaped."""

from __future__ import annotations

from collections import Counter

import pytest

from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.finding import Finding, Place, Severity

FINDINGS = [
    Finding(
        "caller-left-behind",
        Severity.ERROR,
        "shop/cart.py",
        3,
        4,
        "'total' changed: 100% of\ncallers, all, fail",
        0.97,
        (Place("user.py", 5, "total(`x`)"),),
        patch="x = 1\ny = 2",
        fingerprint="aaaa:1",
    ),
    Finding("ruff/F401", Severity.NOTE, "a b,ü.py", 1, 1, "*os* is <unused>\x1b[2J", 0.9, fingerprint="bbbb:1"),
    Finding("new-rule", Severity.WARNING, "shop/cart.py", 9, 9, "a warning", 0.5, patch="", fingerprint="cccc:1"),
]


@pytest.fixture
def report() -> Review:
    """The findings above; two others are left out."""
    return Review("the uncommitted changes", list(FINDINGS), Counter({"already known": 2}))
