"""Compare the two versions of each changed module in one sandbox, within a time budget."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import msgspec

from codeassist.changes.change import Change, ChangedFile
from codeassist.evidence.parsed_source import syntax_tree
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.review.behaviour.changed_functions import ChangedFunctions, changed_functions, code_differs
from codeassist.tasks.review.behaviour.engine import SearchEngine
from codeassist.tasks.review.behaviour.meant import mentioned_in
from codeassist.tasks.review.behaviour.report import FileReport, ShownDifference
from codeassist.tasks.review.behaviour.reproducer import module_names, reproducer
from codeassist.tasks.review.behaviour.test_bodies import programs
from codeassist.tasks.review.behaviour.trees import Trees
from codeassist.tasks.review.behaviour.worker.protocol import PROGRAM, Comparison, Difference, Job, Version
from indexers.syntax.languages import is_test_path

WORKER = "_codeassist_behaviour"
ENGINE = "_codeassist_search"
START_SECONDS = 25.0
"""The most that importing both versions, and importing them again for the confirmation, may add to the search."""

NOT_IMPORTED = ("setup.py", "conftest.py", "__main__.py", "conf.py")
"""Modules that are scripts: importing them does their work."""

MOST_MODULES = 20
"""Changed modules that are run: the riskiest, since a change is in the order of its risk."""

LEAST_SECONDS = 2.0
LONGEST_CONSTANT = 400
"""Characters of a text, or bits of a number, that are used as an input."""

LONGEST_CALL = 100
"""Characters of a program that is shown as a whole; of a longer one the last expression."""


@dataclass(frozen=True, slots=True)
class Work:
    """One changed module and what of it is to be run."""

    file: ChangedFile
    old: ast.Module
    new: ast.Module
    functions: ChangedFunctions

    @property
    def constants(self) -> list[str | int]:
        """The texts and numbers on changed lines of both versions."""
        found: dict[str | int, None] = {}
        for tree, lines in ((self.old, self.file.removed), (self.new, self.file.added)):
            for node in (n for n in ast.walk(tree) if isinstance(n, ast.Constant)):
                if type(node.value) in (str, int) and not lines.keys().isdisjoint(_span(node)):
                    found[node.value] = None  # type: ignore[index]
        return [value for value in found if is_short(value)]

    @property
    def source_folder(self) -> str:
        """The folder in which imports start, if that is not the top of the repository."""
        return "src" if self.file.path.startswith("src/") else ""


def is_short(constant: object) -> bool:
    """Whether a constant is short enough to be an input: numbers of thousands of digits cannot be written as JSON."""
    length = constant.bit_length() if isinstance(constant, int) else len(constant) if isinstance(constant, str) else 0
    return length <= LONGEST_CONSTANT


def _span(node: ast.Constant) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def work_of(change: Change, most: int = MOST_MODULES) -> list[Work]:
    """The first changed Python modules with a version before and after, and changed functions; in the order of the change."""
    return list(islice(_works(change), most))


def _works(change: Change) -> Iterator[Work]:
    for file in change.files:
        name = file.path.rpartition("/")[2]
        if file.suffix != ".py" or not file.is_text or file.old is None or file.whole or file.lossy:
            continue
        if is_test_path(file.path) or name in NOT_IMPORTED:
            continue
        old, new = syntax_tree(file.old), syntax_tree(file.new)
        if old is not None and new is not None and code_differs(old, new):
            yield Work(file, old, new, changed_functions(file, old, new))


def _call(difference: Difference) -> str:
    """The call, with the statements before it if they are few."""
    steps = [step for step in difference.steps if not step.startswith(("import ", "from "))]
    program = "; ".join([*steps, difference.final])
    return program if len(program) <= LONGEST_CALL and "\n" not in program else difference.final


def module_target(path: Path, tree: Path) -> Target | None:
    """The module in a file: its name counts from the first folder that is not a package. None if it cannot have a name."""
    source_root = path.parent
    parts = [] if path.stem == "__init__" else [path.stem]
    while (source_root / "__init__.py").exists() and source_root != tree:
        parts.insert(0, source_root.name)
        source_root = source_root.parent
    usable = bool(parts) and all(part.isidentifier() for part in parts)
    return Target(path, ".".join(parts), source_root, tree) if usable else None


def _version(
    target: Target, tree: Path, functions: ChangedFunctions, lines: Sequence[int], spans: Mapping[str, list[int]]
) -> Version:
    names = list(functions.names)
    through = list(functions.through)
    place = str(tree), str(target.source_root), target.module, str(target.path)
    return Version(*place, names, through, list(lines), dict(spans))


def shown_difference(difference: Difference, work: Work, change: Change, program: str) -> ShownDifference:
    """A difference at its place in the changed module; `program` shows it again."""
    function = difference.function or difference.target
    function = "" if function == PROGRAM else function
    if function not in work.functions.places:
        function = next((n for n in work.functions.places if n.startswith(f"{function}.__")), function)
    start, end = work.functions.places.get(function, work.functions.place)
    return ShownDifference(
        work.file.path,
        start,
        end,
        function,
        _call(difference),
        difference.before,
        difference.after,
        "crashes" if difference.kind == "now raises" and not difference.deliberate else difference.kind,
        program,
        mentioned_in(change, function) if function else "",
        difference.count,
    )


class Comparing:
    """Runs the works of one change in a sandbox whose trees are laid out."""

    def __init__(
        self, box: Sandbox, trees: Trees, change: Change, engine: SearchEngine, tests: Mapping[str, Sequence[Path]]
    ) -> None:
        """`tests`: changed module -> files of tests, in the tree after the change, from which calls are read."""
        self.box, self.before, self.after = box, trees.before, trees.after
        self.change, self.engine, self.tests = change, engine, tests

    def compare(self, work: Work, seconds: float, limit: float) -> FileReport:
        """Run both versions of one module: `seconds` for the search, at most `limit` with starting the processes."""
        report = FileReport(work.file.path, list(work.functions.names))
        old, new = (
            module_target(self.before / work.file.old_path, self.before),
            module_target(self.after / work.file.path, self.after),
        )
        if old is None or new is None:
            report.trouble = "its path is not that of a module"
            return report
        tests = self.tests[work.file.path]
        calls = [
            list(call)
            for call in [*self.engine.calls(new, tests), *programs(tests, work.functions.names, self.after, new.module)]
        ]
        job = Job(
            _version(old, self.before, work.functions, work.functions.before_lines, work.functions.before_spans),
            _version(new, self.after, work.functions, work.functions.after_lines, work.functions.after_spans),
            [str(folder) for folder in self.box.writable_folders],
            max(LEAST_SECONDS, seconds),
            min(limit, seconds + START_SECONDS),
            calls=calls,
            constants=work.constants,
            functions=work.functions.code,
        )
        comparison = self._run(job)
        if comparison is None:
            report.trouble = "it did not finish"
        elif comparison.error:
            report.trouble = self._trouble(comparison)
        else:
            report.inputs, report.mutants, report.unstable = comparison.inputs, comparison.mutants, comparison.unstable
            report.reached = sum(comparison.reached.values())
            names = module_names(work.new)
            report.differences = [
                shown_difference(d, work, self.change, reproducer(new.module, names, d.steps, d.final, work.source_folder))
                for d in comparison.differences
            ]
        return report

    def _run(self, job: Job) -> Comparison | None:
        path = self.box.folder / "behaviour.json"
        path.write_text(json.dumps(asdict(job)), encoding="utf-8")
        self.box.forget("comparison.json", "comparison.part")
        arguments = ["-m", WORKER, str(path), str(self.box.out / "comparison.json")]
        self.box.run(arguments, seconds=job.limit + 1)
        try:
            return msgspec.convert(self.box.result("comparison.json"), Comparison, strict=False)
        except msgspec.ValidationError:  # no result was written, or the code under test overwrote it
            return None

    def _trouble(self, comparison: Comparison) -> str:
        side = {"after": " after the change, though it can before it", "before": " before the change"}.get(comparison.only, "")
        error = comparison.error.replace(f"{self.before}/", "").replace(f"{self.after}/", "")
        if comparison.imported:
            return error
        return f"it cannot be imported{side} ({error})"
