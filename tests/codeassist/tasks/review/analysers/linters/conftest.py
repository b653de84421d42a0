"""Reviews of which only the findings of one linter are kept."""

from __future__ import annotations

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review


def findings_of(root, prefix, *, project_tools=True):
    """(rule, severity, path, line) of the findings on the uncommitted changes whose rule starts with a prefix."""
    config = ReviewConfig(max_findings=0, profile="strict", project_tools=project_tools)
    result = review(root, read_change(root, ChangeSelection()), config)
    assert not result.unread
    return [(f.rule, f.severity.value, f.path, f.start) for f in result.every if f.rule.startswith(prefix)]
