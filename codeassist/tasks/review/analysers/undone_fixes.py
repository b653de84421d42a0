"""Changes that undo an earlier fix: the lines that the fix removed are back, and those it added are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codeassist.changes.change import ChangedFile, Fix
from codeassist.changes.fixes import telling
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import CODE, detect, is_test_path

UNDONE = Rule("undoes-fix", "UndoesFix", "The change undoes an earlier fix.", Severity.WARNING, ("correctness",))
LEAST_LINES = 2
"""Lines that a fix without removed lines must have added for its undoing to be reported."""

LEAST_TEXT = 20
"""Characters that a block must have: short changes, such as `return 0` to `return None`, recur by chance."""

MOSTLY = 0.5
"""The least share of a hunk's lines that are those of the fix."""

_DEFINES = re.compile(r"\s*(?:async\s+)?(?:def|class|func|fn|function|pub|public|private|static|export)\b")


class UndoneFixes:
    """Reports each undone fix once; changes whose message states that they revert it are skipped."""

    name = "undone"
    rules = (UNDONE,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on fixes of the recent history."""
        change = facts.change
        files = [f for f in change.files if f.removed and not f.whole and f.kind in ("modified", "renamed")]
        if not files:
            return
        reverts = [m for m in change.messages if re.search(r"\breverts?\b|\bback(?:s|ed)? out\b", m, re.IGNORECASE)]
        added = {line for f in change.files for line in telling(f.added.values())}
        by_path = {f.old_path: f for f in files}
        reported: set[str] = set()
        for fix in change.fixes(sorted(by_path)):
            file = by_path.get(fix.path)
            if file is None or fix.sha in reported or not _undoes(file, fix, added):
                continue
            if any(len(change.messages) == 1 or fix.subject in m or fix.sha[:7] in m for m in reverts):
                continue
            reported.add(fix.sha)
            line = _where(file, fix)
            restored = bool(fix.removed) and _is_mostly(file, fix)
            yield Finding(
                UNDONE.id,
                Severity.WARNING if restored else Severity.NOTE,
                file.path,
                line,
                line,
                f"This undoes what {fix.sha[:10]} '{fix.subject[:80]}' {'changed' if restored else 'added'} here.",
                0.85 if restored else 0.45,
                source="undone",
            )


def _undoes(file: ChangedFile, fix: Fix, added: set[str]) -> bool:
    """Whether every line that a fix added is gone, and every line that it removed is back.

    `added` are all lines that the change adds, in any file.
    """
    if sum(map(len, (*fix.added, *fix.removed))) < LEAST_TEXT:
        return False
    removed = telling(file.removed.values())
    if is_test_path(file.path) or detect(file.path).role != CODE or _is_kept(file, fix):
        return False
    remaining = {line.strip() for line in file.new_lines}
    if any(line not in removed or line in added or line in remaining for line in fix.added):
        return False  # kept, or moved elsewhere
    if fix.removed:
        restored = telling(file.added.values())
        return all(line in restored for line in fix.removed)
    hunks = [h for h in file.hunks if any(text.strip() in fix.added for text in h.removed.values())]
    whole = any(_DEFINES.match(text) for hunk in hunks for text in hunk.removed.values())
    return len(fix.added) >= LEAST_LINES and not whole  # a fix in a removed definition is not undone


def _is_mostly(file: ChangedFile, fix: Fix) -> bool:
    """Whether the hunks that undo a fix do little else; a rewrite of the place may handle the fault in another way."""
    hunks = [h for h in file.hunks if any(text.strip() in fix.added for text in h.removed.values())]
    removed = [line for h in hunks for line in telling(h.removed.values())]
    added = [line for h in hunks for line in telling(h.added.values())]
    return len(fix.added) >= MOSTLY * len(removed) and len(fix.removed) >= MOSTLY * len(added)


def _is_kept(file: ChangedFile, fix: Fix) -> bool:
    """Whether the names that a fix brought in are still there, in other lines of the same place."""
    words = {w for line in fix.added for w in re.findall(r"\w+", line)} - {
        w for line in fix.removed for w in re.findall(r"\w+", line)
    }
    now = {w for line in file.added.values() for w in re.findall(r"\w+", line)}
    return bool(words) and words <= now


def _where(file: ChangedFile, fix: Fix) -> int:
    """The line of the new version where the lines of the fix were."""
    for hunk in file.hunks:
        if any(text.strip() in fix.added for text in hunk.removed.values()):
            restored = [n for n, text in hunk.added.items() if text.strip() in fix.removed]
            first = min((n for n, text in hunk.removed.items() if text.strip() in fix.added), default=hunk.old_start)
            return restored[0] if restored else max(1, min(hunk.new_start + first - hunk.old_start, len(file.new_lines)))
    return 1
