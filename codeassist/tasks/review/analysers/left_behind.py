"""Uses left behind in languages other than Python: of names that are gone or hidden, and calls that no longer fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import gap_at
from codeassist.tasks.review.analysers.outlines import GLOBS, Definition, Outline, Use, outline_of
from codeassist.tasks.review.analysers.outlines.certainty import does_not_compile, is_expected
from codeassist.tasks.review.analysers.outlines.project import Project, Target
from codeassist.tasks.review.analysers.outlines.resolution import refers
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

ARITY = Rule(
    "arity-changed",
    "ArityChanged",
    "Calls elsewhere pass a number or an order of arguments that the changed function does not take.",
    Severity.WARNING,
    ("correctness",),
)
REMOVED = Rule(
    "use-left-behind",
    "UseLeftBehind",
    "A name is used elsewhere that the change removes, renames or hides.",
    Severity.WARNING,
    ("correctness",),
)
SHOWN = 8
COMMON = 400
"""Names that occur on more lines than this are skipped: resolving their uses would take too long."""

LENIENT = frozenset({".js", ".jsx", ".mjs", ".cjs"})
"""Files in which calls with more or fewer arguments are allowed; findings on them are only notes."""

_DECLARED_RECEIVERS = frozenset({".java", ".cs", ".ts", ".tsx"})
"""Files in which a receiver of an interface's type has only the members that the interface declares."""


@dataclass(frozen=True, slots=True)
class _Changed:
    """A definition whose uses elsewhere may be wrong. `how` is removed, hidden, arity or order."""

    file: ChangedFile
    target: Target
    how: str
    line: int
    old: tuple[Definition, ...] = ()
    new: tuple[Definition, ...] = ()
    renamed_to: str = ""

    @property
    def word(self) -> str:
        """The name by which uses are found: that of the class for a constructor."""
        definition = self.target.definition
        return definition.owner if definition.kind == "constructor" else definition.name


class LeftBehind:
    """Resolves uses in TypeScript, JavaScript, Go, Rust, Java, C# and C; what cannot be resolved is not reported."""

    name = "left-behind"
    rules: tuple[Rule, ...] = (ARITY, REMOVED)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each changed definition, with its uses as evidence."""
        project = Project(facts.change.read, facts.change.find)
        for file in facts.change.texts():
            if file.suffix not in GLOBS or file.whole or file.old is None or file.kind not in ("modified", "renamed"):
                continue
            old, new = outline_of(file.path, file.old), outline_of(file.path, file.new or "")
            if old is not None and new is not None:
                changed = [*_removed(project, file, old, new), *_resigned(file, old, new)]
                for one in changed:
                    yield from _uses(facts, project, one)


def _removed(project: Project, file: ChangedFile, old: Outline, new: Outline) -> Iterator[_Changed]:
    """Definitions that are gone or no longer exported."""
    owners = {d.name for d in new.definitions if d.kind == "type"} | {""}
    fresh = [d for d in new.definitions if not old.named(d.name, d.owner)]
    for definition in old.definitions:
        if definition.owner not in owners and file.suffix != ".go":
            continue  # its class is gone
        target = Target(definition, old, new)
        remaining = new.named(definition.name, definition.owner)
        if not remaining:
            if _is_elsewhere(project, target):
                continue
            renamed = [d for d in fresh if _is_alike(definition, d)]
            same = renamed[0].name if len(renamed) == 1 else ""
            yield _Changed(file, target, "removed", gap_at(file, definition.line), renamed_to=same)
        elif _is_hidden(target, remaining):
            yield _Changed(file, target, "hidden", remaining[0].line)


def _is_alike(one: Definition, other: Definition) -> bool:
    """Whether a new definition may be an old one under another name."""
    same = one.kind == other.kind and one.owner == other.owner
    return (
        same and (one.parameters is None or one.arity == other.arity) and one.end - one.line <= 2 * (other.end - other.line) + 2
    )


def _is_hidden(target: Target, remaining: list[Definition]) -> bool:
    """Whether a definition was exported and is not any more."""
    if target.public_names and not target.definition.owner:
        return not target.public_names & target.new.exports.keys() and not target.new.macros
    return target.definition.exported and not target.old.exports and not any(d.exported for d in remaining)


def _is_elsewhere(project: Project, target: Target) -> bool:
    """Whether a name that left its place can still be had: from another file of the package, a base class or a re-export."""
    definition, new, suffix = target.definition, target.new, PurePosixPath(target.path).suffix
    if not definition.owner and target.public_names and target.public_names <= new.exports.keys():
        return True
    if (
        new.macros
        or definition.name in new.reexports
        or (suffix in (".ts", ".js", ".tsx", ".rs") and new.stars and _is_public(target))
    ):
        return True
    if definition.name in new.imports and suffix == ".rs":
        return True
    if definition.owner and new.bases.get(definition.owner) and suffix != ".go":
        return definition.kind in ("method", "field", "property", "constructor")
    if definition.owner and definition.kind == "method" and definition.prototype and suffix not in _DECLARED_RECEIVERS:
        return True  # of a trait, or of an interface whose implementations say nothing about it
    if suffix == ".go" or suffix in (".c", ".h") or definition.kind == "type" or (suffix == ".rs" and definition.owner):
        for other in project.files_with(definition.name, suffix):
            near = suffix != ".go" or PurePosixPath(other.path).parent == PurePosixPath(target.path).parent
            if near and any(
                d.kind == definition.kind and not d.prototype for d in other.named(definition.name, definition.owner)
            ):
                return True
    if suffix == ".go" and definition.owner:
        return f"{definition.owner}.{definition.name}" in new.fields or bool(new.bases.get(definition.owner))
    return False


def _is_public(target: Target) -> bool:
    return not target.definition.owner


def _resigned(file: ChangedFile, old: Outline, new: Outline) -> Iterator[_Changed]:
    """Functions that take other arguments than before."""
    seen: set[tuple[str, str]] = set()
    for definition in new.definitions:
        key = (definition.name, definition.owner)
        before, after = old.named(*key), new.named(*key)
        if key in seen or definition.parameters is None or not before or any(d.parameters is None for d in (*before, *after)):
            continue
        seen.add(key)
        target = Target(replace(before[0], exported=True), old, new)
        if {d.arity for d in before} != {d.arity for d in after}:
            yield _Changed(file, target, "arity", definition.line, tuple(before), tuple(after))
        elif len(before) == len(after) == 1 and _is_reordered(before[0], after[0]):
            yield _Changed(file, target, "order", definition.line, tuple(before), tuple(after))


def _is_reordered(before: Definition, after: Definition) -> bool:
    was, now = [p.name for p in before.parameters or ()], [p.name for p in after.parameters or ()]
    return was != now and sorted(was) == sorted(now) and len(set(was)) == len(was)


def _uses(facts: Facts, project: Project, changed: _Changed) -> Iterator[Finding]:
    """The finding on a changed definition, if uses of it do not fit."""
    target = changed.target
    words = sorted({changed.word, *target.public_names} if not target.definition.owner else {changed.word})
    hits = facts.change.find(words, GLOBS[changed.file.suffix])
    if len(hits) > COMMON:
        return
    misfits: dict[tuple[str, int], Place] = {}
    broken: dict[tuple[str, int], Place] = {}
    lenient = True
    for path in dict.fromkeys(p for p, _, _ in hits):
        outline = project.outline(path)
        for use in outline.uses if outline is not None else ():
            if outline is None or not _is_named(outline, use, changed) or not _is_wrong(facts, path, use, changed):
                continue
            if refers(project, target, outline, use) and not is_expected((facts.change.read(path) or "").split("\n"), use):
                found = broken if does_not_compile(target, outline, use, changed.how) else misfits
                found.setdefault((path, use.line), facts.place(path, use.line))
                lenient &= PurePosixPath(path).suffix in LENIENT
    if broken or misfits:
        severity = Severity.ERROR if broken else Severity.WARNING
        if lenient and changed.how in ("arity", "order"):
            severity = Severity.NOTE
        yield _finding(changed, list((broken | {k: p for k, p in misfits.items() if k not in broken}).values()), severity)


def _is_named(user: Outline, use: Use, changed: _Changed) -> bool:
    """Whether a use has the name of the changed definition, one that it is exported under, or an alias of these."""
    text = use.name.strip("'\"`") if use.kind == "case" else use.name
    names = {changed.word, *changed.target.public_names}
    return text in names or (text in user.imports and user.imports[text].name in names)


def _is_wrong(facts: Facts, path: str, use: Use, changed: _Changed) -> bool:
    """Whether a use would be wrong if it refers to the changed definition, and was not written by the same change."""
    file = facts.change.file(path)
    if file is not None and any(use.line <= n <= use.end for n in file.added):
        return False
    if changed.how == "removed":
        return True
    if changed.how == "hidden":
        return path != changed.target.path
    if use.kind not in ("call", "new"):
        return False
    if changed.how == "order":
        return use.arguments > 1 and use.arguments == len(changed.new[0].parameters or ())
    passed = use.arguments if use.arguments >= 0 else _results_passed(facts, use, changed.old)
    extra = {d: int(d.receives and use.qualified) for d in (*changed.old, *changed.new)}
    fitted = any(d.arity[0] + extra[d] <= passed <= d.arity[1] + extra[d] for d in changed.old)
    return fitted and not any(d.arity[0] + extra[d] <= passed <= d.arity[1] + extra[d] for d in changed.new)


def _results_passed(facts: Facts, use: Use, old: tuple[Definition, ...]) -> int:
    """How many results `f(g())` passes: as many as f took, since it compiled, if g was not changed; -1 when unknown."""
    taken = {number for d in old for number in d.arity}
    if not use.results_of or len(taken) != 1:
        return -1
    for file in facts.change.texts():
        outline = outline_of(file.path, file.new or "") if file.suffix == ".go" else None
        for d in outline.definitions if outline is not None else ():
            if d.name == use.results_of and any(d.line <= n <= d.end for n in file.added):
                return -1
    return taken.pop()


def _finding(changed: _Changed, places: list[Place], severity: Severity) -> Finding:
    definition = changed.target.definition
    name = f"{definition.owner}.{definition.name}" if definition.owner and definition.kind != "constructor" else changed.word
    rule = ARITY if changed.how in ("arity", "order") else REMOVED
    also = f" ({len(places)} uses)" if len(places) > 1 else ""
    return Finding(
        rule.id,
        severity,
        changed.file.path,
        changed.line,
        changed.line,
        f"{_what(changed, name)} {places[0]} {_how(changed)}{also}.",
        0.9,
        tuple(places[:SHOWN]),
        reach=len(places),
        source="left-behind",
    )


def _what(changed: _Changed, name: str) -> str:
    if changed.how == "removed":
        return f"'{name}' was renamed to '{changed.renamed_to}', but" if changed.renamed_to else f"'{name}' was removed, but"
    if changed.how == "hidden":
        return f"'{name}' is no longer exported, but"
    if changed.how == "order":
        return f"The parameters of '{name}' have another order now, but"
    arities = sorted({d.arity for d in changed.new})
    takes = " or ".join(f"{least}" if least == most else f"{least} to {most}" for least, most in arities).replace(
        " to 99", " or more"
    )
    return f"'{name}' now takes {takes} argument{'s' * (takes != '1')}, but"


def _how(changed: _Changed) -> str:
    if changed.how == "order":
        return "still passes them in the old order"
    return "passes another number" if changed.how == "arity" else "still uses it"
