"""reviewdog's diagnostic format, one JSON object per line."""

from __future__ import annotations

from typing import Any

from codeassist.printable import json_text
from codeassist.tasks.review.engine import Review

LEVELS = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def rdjsonl(review: Review) -> str:
    """One line per finding; ranges have no columns and so cover whole lines."""
    lines = []
    for finding in review.for_programs:
        span = {"start": {"line": finding.start}, "end": {"line": finding.end}}
        diagnostic: dict[str, Any] = {
            "message": finding.message,
            "location": {"path": finding.path, "range": span},
            "severity": LEVELS[finding.severity.value],
            "source": {"name": "codeassist"},
            "code": {"value": finding.rule},
        }
        if finding.patch is not None:
            diagnostic["suggestions"] = [{"range": span, "text": finding.patch}]
        lines.append(json_text(diagnostic, indent=None))
    return "\n".join(lines)
