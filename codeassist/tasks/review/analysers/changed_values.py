"""Defaults of parameters and values of constants that a change replaces, in languages other than Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.changed_constants import (
    COMMON,
    CONSTANT,
    LONGEST,
    NAMED_OTHERWISE,
    constant_changed,
)
from codeassist.tasks.review.analysers.changed_defaults import DEFAULT, default_changed
from codeassist.tasks.review.analysers.outlines import GLOBS, Definition, Outline, outline_of
from codeassist.tasks.review.analysers.outlines.outline import Use
from codeassist.tasks.review.analysers.outlines.project import Project, Target
from codeassist.tasks.review.analysers.outlines.resolution import refers
from codeassist.tasks.review.finding import Finding, Place, Rule
from indexers.syntax.languages import is_test_path

_PLAIN = re.compile(r"[^(){}\[\]=;\n]+")
"""Values that are shown: literals and short arithmetic such as `30 * time.Second`."""


class ChangedValues:
    """Only uses that imports and declared types resolve: calls that leave the parameter out, and uses in other files."""

    name = "values"
    rules: tuple[Rule, ...] = (DEFAULT, CONSTANT)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one note for each parameter or constant."""
        project = Project(facts.change.read, facts.change.find)
        for file in facts.change.texts():
            if file.suffix not in GLOBS or file.whole or file.old is None or is_test_path(file.path):
                continue
            if not any("=" in text for text in file.removed.values()):
                continue
            old, new = outline_of(file.path, file.old), outline_of(file.path, file.new or "")
            if old is not None and new is not None:
                yield from _of_file(facts, project, file, old, new)


def _of_file(facts: Facts, project: Project, file: ChangedFile, old: Outline, new: Outline) -> Iterator[Finding]:
    for definition in new.definitions:
        before, after = (outline.named(definition.name, definition.owner) for outline in (old, new))
        if len(before) != 1 or len(after) != 1:
            continue
        target = Target(before[0], old, new)
        if _differ(before[0].value, definition.value) and not NAMED_OTHERWISE.search(definition.name):
            places = _places(facts, project, file, target, _is_other)
            if places:
                yield constant_changed(file, definition.name, definition.line, (before[0].value, definition.value), places)
        for position, parameter in enumerate(definition.parameters or ()):
            was = (before[0].parameters or ())[position : position + 1]
            if was and was[0].name == parameter.name and _differ(was[0].default, parameter.default):
                yield from _default(facts, project, file, target, definition, position, was[0].default)


def _default(
    facts: Facts, project: Project, file: ChangedFile, target: Target, definition: Definition, position: int, before: str
) -> Iterator[Finding]:
    """The note on a default, if calls leave the parameter out."""

    def leaves_out(use: Use, path: str) -> bool:
        return use.kind in ("call", "new") and 0 <= use.arguments <= position

    parameter = (definition.parameters or ())[position]
    places = _places(facts, project, file, target, leaves_out)
    if places:
        name = definition.owner if definition.kind == "constructor" else definition.name
        values = (before, parameter.default)
        yield default_changed(file.path, definition.line, name, parameter.name, values, places, "values")


def _is_other(use: Use, path: str) -> bool:
    """Whether a use of a constant reads it, outside tests."""
    return use.kind not in ("import", "case") and not is_test_path(path)


def _places(facts: Facts, project: Project, file: ChangedFile, target: Target, fits: Callable[[Use, str], bool]) -> list[Place]:
    """Where unchanged lines refer to the target, and `fits(use, path)`; uses of a constant in its own file do not count."""
    definition = target.definition
    word = definition.owner if definition.kind == "constructor" else definition.name
    hits = facts.change.find(sorted({word, *(target.public_names if not definition.owner else ())}), GLOBS[file.suffix])
    if len(hits) > COMMON:
        return []
    places: dict[Place, None] = {}
    for path in dict.fromkeys(p for p, _, _ in hits):
        outline, changed = project.outline(path), facts.change.file(path)
        if outline is None or (definition.parameters is None and path == file.path):
            continue
        for use in outline.uses:
            named = use.name == word or (use.name in outline.imports and outline.imports[use.name].name in target.public_names)
            if not named or not fits(use, path) or (changed is not None and use.line in changed.added):
                continue
            if refers(project, target, outline, use):
                places.setdefault(facts.place(path, use.line))
    return list(places)


def _differ(before: str, after: str) -> bool:
    """Whether two values are short, and not the same but for spaces and quotes."""
    if not (before and after) or max(len(before), len(after)) > LONGEST:
        return False
    if not (_PLAIN.fullmatch(before) and _PLAIN.fullmatch(after)):
        return False
    one, other = (re.sub(r"[\s_]+", "", text).replace("'", '"').replace("`", '"') for text in (before, after))
    return one != other
