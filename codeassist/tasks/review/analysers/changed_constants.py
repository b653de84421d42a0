"""Constants of Python modules whose value a change replaces, while other modules use them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.outdated_callers import is_touched
from codeassist.tasks.review.analysers.resolving import CERTAIN, uses
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

CONSTANT = Rule(
    "constant-changed",
    "ConstantChanged",
    "A constant that other files use has another value.",
    Severity.NOTE,
    ("correctness",),
)
SHOWN = 8
COMMON = 400
"""Names that occur on more lines than this are skipped: resolving their uses would take too long."""

LONGEST = 40
"""Characters of a value that is shown."""

NAMED_OTHERWISE = re.compile(
    r"^__|version|copyright|revision|build|date|year|author|license|url|doc|help|message", re.IGNORECASE
)
"""Constants that are meant to change, or that only people read."""

_ASSIGNMENT = re.compile(r"^([A-Za-z_]\w*)\s*(?::[^=]+)?=[^=]")


class ChangedConstants:
    """Only values that are literals, and only uses in other files that imports resolve; not in tests."""

    name = "constants"
    rules: tuple[Rule, ...] = (CONSTANT,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one note for each constant."""
        for file in python_files(facts.change):
            if file.whole or file.old is None or is_test_path(file.path) or not _assigned(file):
                continue
            old, new = facts.old_tree(file), facts.new_tree(file)
            if old is not None and new is not None:
                yield from _changed(facts, file, _literals(old), _literals(new))


def _assigned(file: ChangedFile) -> set[str]:
    """Names at the top level to which both a removed and an added line assign."""
    before, after = ({m[1] for text in side.values() if (m := _ASSIGNMENT.match(text))} for side in (file.removed, file.added))
    return before & after


def _literals(tree: ast.Module) -> dict[str, tuple[int, str, object]]:
    """(line, source, value) of the names that a module assigns once, to a literal other than a list or mapping."""
    found: dict[str, tuple[int, str, object]] = {}
    several: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if not isinstance(target, ast.Name):
                continue
            value = getattr(node, "value", None)
            several |= {target.id} & found.keys()
            try:
                known = ast.literal_eval(value) if value is not None else None
            except (ValueError, TypeError, SyntaxError, RecursionError):
                several.add(target.id)
                continue
            if value is not None and isinstance(known, int | float | str | bytes | bool | tuple | None):
                found[target.id] = node.lineno, ast.unparse(value), known
    return {name: one for name, one in found.items() if name not in several}


def _changed(
    facts: Facts, file: ChangedFile, old: dict[str, tuple[int, str, object]], new: dict[str, tuple[int, str, object]]
) -> Iterator[Finding]:
    for name in old.keys() & new.keys():
        (_, before, was), (line, after, now) = old[name], new[name]
        if (type(was) is type(now) and was == now) or NAMED_OTHERWISE.search(name) or max(len(before), len(after)) > LONGEST:
            continue
        places = _uses(facts, file, name)
        if places:
            yield constant_changed(file, name, line, (before, after), places)


def constant_changed(file: ChangedFile, name: str, line: int, values: tuple[str, str], places: list[Place]) -> Finding:
    """The note on a constant, with the uses in other files as evidence."""
    rely = "1 line of another file uses" if len(places) == 1 else f"{len(places)} lines of other files use"
    return Finding(
        CONSTANT.id,
        CONSTANT.severity,
        file.path,
        line,
        line,
        f"'{name}' changed from {values[0]} to {values[1]}; {rely} it, first {places[0]}.",
        0.8,
        tuple(places[:SHOWN]),
        reach=len(places),
        source="constants",
    )


def _uses(facts: Facts, file: ChangedFile, name: str) -> list[Place]:
    hits = facts.change.find([name], ("*.py",))
    if len(hits) > COMMON:
        return []
    places: dict[Place, None] = {}
    for path in dict.fromkeys(path for path, _, _ in hits):
        if path == file.path or is_test_path(path):
            continue
        tree = facts.tree(path)
        for use in uses(tree, path, file.path, name, "", unique=False) if tree is not None else ():
            if use.kind != "import" and use.certainty >= CERTAIN and not is_touched(facts, path, use.node):
                places.setdefault(facts.place(path, use.line))
    return list(places)
