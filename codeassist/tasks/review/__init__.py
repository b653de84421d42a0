"""Review of a change: findings that name lines, say why with evidence, and were checked.

`change` reads what changed, `analysers` find without a model, `modelled` asks one, `engine` joins and ranks, `formats` write.
"""

from __future__ import annotations

from codeassist.changes.change import Change, ChangedFile
from codeassist.changes.reading import Wanted, read_change
from codeassist.tasks.review.engine import Review, review
from codeassist.tasks.review.finding import Finding, Severity

__all__ = ["Change", "ChangedFile", "Finding", "Review", "Severity", "Wanted", "read_change", "review"]
