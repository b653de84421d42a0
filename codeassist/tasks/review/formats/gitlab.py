"""GitLab's Code Quality report."""

from __future__ import annotations

from codeassist.printable import json_text
from codeassist.tasks.review.engine import Review

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def gitlab(review: Review) -> str:
    """A JSON array with one issue per finding."""
    return json_text(
        [
            {
                "description": f.message,
                "check_name": f.rule,
                "fingerprint": f.fingerprint,
                "severity": SEVERITIES[f.severity.value],
                "location": {"path": f.path, "lines": {"begin": f.start, "end": f.end}},
            }
            for f in review.for_programs
        ]
    )
