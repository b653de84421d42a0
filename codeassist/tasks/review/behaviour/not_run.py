"""What of a change is not run: other languages than Python, and all of it in a repository that the user does not trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codeassist.changes.change import Change
from codeassist.tasks.review.behaviour.compare import MOST_MODULES, work_of
from indexers.syntax.languages import CODE, detect, is_test_path

NAMED = 2
"""Files of one language that are named; of more only the number."""


def what_running_adds(change: Change) -> str:
    """One line on what running the change would show, for a repository whose code must not be run; "" if nothing."""
    count = len(work_of(change))
    if not count:
        return ""
    modules = "the changed module" if count == 1 else f"{count} {'or more ' * (count == MOST_MODULES)}changed modules"
    return f"{modules} could be run as before and after the change, in the sandbox: allow it with 'codeassist trust'"


def not_compared(change: Change) -> dict[str, list[str]]:
    """Language -> the changed files with code in it, besides tests; not those in Python, the only one that is run."""
    found: dict[str, list[str]] = {}
    for file in change.files:
        language = detect(file.path)
        if language.role == CODE and language.name != "python" and not is_test_path(file.path) and file.is_text and file.old:
            found.setdefault(language.name, []).append(file.path)
    return found


def not_compared_line(languages: Mapping[str, Sequence[str]]) -> str:
    """One line for people on the languages whose behaviour is not compared; "" if there are none."""
    named = [f"{name} ({', '.join(p) if len(p) <= NAMED else f'{len(p)} files'})" for name, p in languages.items()]
    return f"behaviour was not compared in {', '.join(named)}: only Python is run before and after a change" if named else ""
