"""A change that undoes an earlier fix: what the fix took out is back, and what it put in is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codeassist.changes.change import ChangedFile, Fix
from codeassist.changes.fixes import telling
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Rule, Severity

UNDONE = Rule(
    "undoes-fix", "UndoesFix", "The change takes back what an earlier commit fixed.", Severity.WARNING, ("correctness",)
)
LEAST_LINES = 2
"""Lines that a fix must have added for their mere absence to count."""

LEAST_TEXT = 20
"""Characters that a block must have: `return None` for `return 0` comes and goes by chance."""


_DEFINES = re.compile(r"\s*(?:async\s+)?(?:def|class|func|fn|function|pub|public|private|static|export)\b")


class Undone:
    """One finding a fix, where lines of the fix were removed; a change that says it reverts something is left alone."""

    name = "undone"
    rules = (UNDONE,)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings from the recent history."""
        change = facts.change
        files = [f for f in change.files if f.removed and not f.whole and f.kind in ("modified", "renamed")]
        if not files:
            return
        meant = [m for m in change.messages if re.search(r"\breverts?\b|\bback(?:s|ed)? out\b", m, re.IGNORECASE)]
        came = {line for f in change.files for line in telling(f.added.values())}
        by_path = {f.old_path: f for f in files}
        told: set[str] = set()
        for fix in change.fixes(sorted(by_path)):
            file = by_path.get(fix.path)
            if file is None or fix.sha in told or not _undoes(file, fix, came):
                continue
            if any(len(change.messages) == 1 or fix.subject in m or fix.sha[:7] in m for m in meant):
                continue
            told.add(fix.sha)
            line = _where(file, fix)
            restored = bool(fix.removed)
            yield Finding(
                UNDONE.id,
                Severity.WARNING if restored else Severity.NOTE,
                file.path,
                line,
                line,
                f"This takes back what {fix.sha[:10]} '{fix.subject[:80]}' {'changed' if restored else 'added'} here.",
                0.85 if restored else 0.65,
                source="undone",
            )


def _undoes(file: ChangedFile, fix: Fix, came: set[str]) -> bool:
    """Whether every line that a block of a fix added is gone, and every line that it removed is back."""
    if sum(map(len, (*fix.added, *fix.removed))) < LEAST_TEXT:
        return False
    gone = telling(file.removed.values())
    left = {line.strip() for line in file.new_lines}
    if any(line not in gone or line in came or line in left for line in fix.added):
        return False  # kept, or moved elsewhere
    if fix.removed:
        back = telling(file.added.values())
        return all(line in back for line in fix.removed)
    with_it = [h for h in file.hunks if any(text.strip() in fix.added for text in h.removed.values())]
    whole = any(_DEFINES.match(text) for hunk in with_it for text in hunk.removed.values())
    return len(fix.added) >= LEAST_LINES and not whole  # a definition that goes takes its fixes with it


def _where(file: ChangedFile, fix: Fix) -> int:
    """The line of the new version where the lines of the fix were."""
    for hunk in file.hunks:
        if any(text.strip() in fix.added for text in hunk.removed.values()):
            back = [n for n, text in hunk.added.items() if text.strip() in fix.removed]
            kept = min((n for n, text in hunk.removed.items() if text.strip() in fix.added), default=hunk.old_start)
            return back[0] if back else max(1, min(hunk.new_start + kept - hunk.old_start, len(file.new_lines)))
    return 1
