"""Changed behaviour without a changed test, and changed lines that are not covered."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

UNTESTED = Rule("untested-change", "UntestedChange", "Behaviour changed, but no test did.", Severity.NOTE, ("tests",))
NOT_RUN = Rule(
    "line-not-run", "LineNotRun", "Changed lines are not covered, according to the coverage file.", Severity.NOTE, ("tests",)
)

SHOWN = 6
GLOBS = ("*test*.py", "*tests/*.py", "test*/**/*.py")


class UntestedChanges:
    """At most one finding of each rule per file; no `untested-change` if a test that mentions the name changed too."""

    name = "tests"
    rules = (UNTESTED, NOT_RUN)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on Python code outside tests."""
        changed: dict[str, list[tuple[str, int]]] = {}
        for file in python_files(facts.change):
            if not is_test_path(file.path) and not file.whole:
                if names := list(_behaviour(facts, file)):
                    changed[file.path] = names
                yield from _not_run(facts, file)
        words = sorted({name.rpartition(".")[2] for names in changed.values() for name, _ in names if not name.endswith("__")})
        hits = [h for h in facts.change.find(words, ("*.py",)) if is_test_path(h[0])] if words else []
        tests_changed = {f.path for f in facts.change.files if is_test_path(f.path)}
        for path, names in changed.items():
            bare = {name.rpartition(".")[2] for name, _ in names}
            covering = [Place(p, n, t.strip()[:160]) for p, n, t in hits if any(w in t for w in bare)]
            if tests_changed and (not covering or tests_changed & {p.path for p in covering}):
                continue
            first, line = names[0]
            subject = f"'{first}' and {len(names) - 1} more" if len(names) > 1 else f"'{first}'"
            files = list(dict.fromkeys(p.path for p in covering))
            reason = (
                f"{files[0]}{' and others use' if len(files) > 1 else ' uses'} it but did not change"
                if files
                else "no test mentions it"
            )
            yield Finding(
                UNTESTED.id,
                UNTESTED.severity,
                path,
                line,
                line,
                f"The behaviour of {subject} changed; {reason}.",
                0.6,
                tuple(covering[:SHOWN]),
                source="tests",
            )


def _behaviour(facts: Facts, file: ChangedFile) -> Iterator[tuple[str, int]]:
    """(qualified name, first changed line) of functions whose code, apart from docstrings, changed."""
    new, old = facts.new_tree(file), facts.old_tree(file)
    if new is None or old is None or file.kind == "added":
        return
    before = dict(functions(old))
    for name, node in functions(new):
        if name in before and touches(file, node) and _code(before[name]) != _code(node):
            inside = [n for n in sorted(file.touched) if node.lineno <= n <= (node.end_lineno or node.lineno)]
            yield name, inside[0] if inside else node.lineno


def _code(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    arguments = [(a.arg) for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return "\n".join([str(arguments), *(ast.dump(statement) for statement in body)])


def _not_run(facts: Facts, file: ChangedFile) -> Iterator[Finding]:
    missing = sorted(facts.coverage.get(file.path, frozenset()) & file.touched)
    if missing:
        yield Finding(
            NOT_RUN.id,
            NOT_RUN.severity,
            file.path,
            missing[0],
            missing[-1] if missing[-1] - missing[0] < 40 else missing[0],
            f"{len(missing)} changed line{'s are' if len(missing) > 1 else ' is'} not covered: {_ranges(missing)}.",
            0.85,
            source="tests",
        )


def _ranges(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for n in numbers:
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    shown = [f"{a}-{b}" if a != b else f"{a}" for a, b in parts]
    return ", ".join(shown[:6]) + (" …" if len(shown) > 6 else "")
