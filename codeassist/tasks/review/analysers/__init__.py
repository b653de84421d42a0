"""Analysers: each checks one aspect of a change, without a model, and has its own module."""

from __future__ import annotations

from codeassist.tasks.review.analysers.arity import Arity
from codeassist.tasks.review.analysers.awaiting import Awaiting
from codeassist.tasks.review.analysers.base import Analyser, Facts
from codeassist.tasks.review.analysers.changed_constants import ChangedConstants
from codeassist.tasks.review.analysers.changed_values import ChangedValues
from codeassist.tasks.review.analysers.comparisons import Comparisons
from codeassist.tasks.review.analysers.debug_prints import DebugPrints
from codeassist.tasks.review.analysers.duplicated import Duplicated
from codeassist.tasks.review.analysers.left_behind import LeftBehind
from codeassist.tasks.review.analysers.leftovers import Leftovers
from codeassist.tasks.review.analysers.linters import Linters
from codeassist.tasks.review.analysers.lost_awaits import LostAwaits
from codeassist.tasks.review.analysers.lost_locks import LostLocks
from codeassist.tasks.review.analysers.outdated_callers import OutdatedCallers
from codeassist.tasks.review.analysers.outdated_documents import OutdatedDocuments
from codeassist.tasks.review.analysers.project_files import ProjectFiles
from codeassist.tasks.review.analysers.quality import Quality
from codeassist.tasks.review.analysers.removed_members import RemovedMembers
from codeassist.tasks.review.analysers.removed_words import RemovedWords
from codeassist.tasks.review.analysers.slips import Slips
from codeassist.tasks.review.analysers.stale_arguments import StaleArguments
from codeassist.tasks.review.analysers.stale_values import StaleValues
from codeassist.tasks.review.analysers.syntax import Syntax
from codeassist.tasks.review.analysers.uncovered_lines import UncoveredLines
from codeassist.tasks.review.analysers.undone_fixes import UndoneFixes
from codeassist.tasks.review.analysers.unknown_attributes import UnknownAttributes
from codeassist.tasks.review.analysers.uses_by_name import UsesByName

__all__ = ["ANALYSERS", "IN_TURN", "Analyser", "Facts"]

IN_TURN: tuple[Analyser, ...] = (
    Leftovers(),
    DebugPrints(),
    Syntax(),
    OutdatedCallers(),
    Awaiting(),
    LostAwaits(),
    LeftBehind(),
    UsesByName(),
    Arity(),
    RemovedMembers(),
    UnknownAttributes(),
    LostLocks(),
    Slips(),
    Comparisons(),
    ProjectFiles(),
    RemovedWords(),
    ChangedConstants(),
    ChangedValues(),
    OutdatedDocuments(),
    StaleValues(),
    StaleArguments(),
    UncoveredLines(),
    Quality(),
)
"""Analysers that compute in this process, one after another: those whose findings break something first."""

ANALYSERS: tuple[Analyser, ...] = (*IN_TURN, UndoneFixes(), Linters(), Duplicated())
"""All built-in analysers. The last three wait for other programs or the index."""
