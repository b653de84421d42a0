"""Run the tests that cover the changed functions on both versions: those that fail only after the change."""

from __future__ import annotations

import ast
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from codeassist.changes.change import Change
from codeassist.evidence.parsed_source import python_functions, syntax_tree
from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.pytest_runs import one_process, plugin_options
from codeassist.sandbox.scratch import PLUGIN, Sandbox
from codeassist.tasks.review.behaviour.compare import Work
from codeassist.tasks.review.behaviour.report import TestReport
from codeassist.tasks.review.behaviour.trees import Trees
from indexers import Index
from indexers.files.reading import read_text
from indexers.syntax.languages import is_test_path

MOST_FILES = 8
"""Test files of one module that are run at once, the most direct first."""

MOST_READ = 300
"""Test files whose words are compared with the change, if more are found than are run."""

_WORD = re.compile(r"[A-Za-z]{4,}")
MOST_STEPS = 2
"""How far fixtures of fixtures are followed."""

SO_FAR = "outcomes.jsonl"
"""The file of the outcomes of a run that may be ended."""

MOST_RED = 20
MOST_OUTPUT = 1_500
LEAST_SECONDS = 3.0
GROUP_SHARE = 0.5
"""Share of the time left that the next group of test files may take, by the time that the last one took."""


_START = "import os, sys, pytest; os.chdir(sys.argv[1]); sys.exit(pytest.main(sys.argv[2:]))"


@dataclass(frozen=True, slots=True)
class Watching:
    """What a run of tests needs besides, to record what they call: options of pytest, the environment, the hash seed."""

    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    seed: str = "0"
    done: Callable[[], None] = lambda: None
    """Called after the run."""


def covering_tests(change: Change, index: Index | None, work: Work) -> list[str]:
    """Paths of the first test files of `reaching_tests`."""
    return reaching_tests(change, index, work)[:MOST_FILES]


def reaching_tests(change: Change, index: Index | None, work: Work) -> list[str]:
    """Paths of test files that may reach the changed code, the most direct first.

    Those that call a changed function come first, as far as an index resolves it; then by name: of the file, of a changed
    function, of the module, of its package. Among these, those that name the rarest callers of what changed within its
    module, those that reach it through other functions, and those that share the rarest words with the changed lines.
    """
    functions = work.functions.names
    names = list(dict.fromkeys(n.rpartition(".")[2] for n in functions if not n.endswith("__")))
    owners = list(dict.fromkeys(n.rpartition(".")[0].rpartition(".")[2] for n in functions if "." in n))
    names += [n.partition(".")[0] for n in functions if n.endswith("__") and "." in n]
    parts = [p for p in PurePosixPath(work.file.path).with_suffix("").parts if p not in ("src", "__init__")]
    module, package = (parts[-1], parts[0]) if parts else ("", "")
    reaching = [t for name in names for t in index.tests_of(name)] if index is not None else []
    resolved = [t.path for t in reaching if _is_run(t.path) and not t.through]
    indirect = {t.path for t in reaching if _is_run(t.path) and t.through}
    if helpers := [t.name.rpartition(".")[2] for t in reaching if not _is_run(t.path)]:
        resolved += _mentions(change, helpers)
    found = _mentions(change, [*names, *owners, module, *([] if helpers else _helpers(change, [*names, module]))])
    if len(found) < MOST_FILES:
        found = _mentions(change, [package]) | found
    for path in indirect:
        found.setdefault(path, set()).add(module)
    stem = module.strip("_")
    shared = _shared_words(change, work, list(found))
    calling = _named_callers(change, work, [*resolved, *found])
    resolved = sorted(dict.fromkeys(resolved), key=lambda p: (not found.get(p, set()) & set(names), -calling[p]))
    order = sorted(
        found,
        key=lambda p: (
            stem not in PurePosixPath(p).name,
            not found[p] & set(owners or names),
            not found[p] & set(names),
            module not in found[p],
            -calling[p],
            p not in indirect,
            -shared[p],
            p,
        ),
    )
    return list(dict.fromkeys([*resolved, *order]))


def recorded_tests(contexts: Path, root: Path, work: Work) -> list[str]:
    """Paths of test files whose tests were seen to call a changed function, those with the most such tests first.

    `contexts` is where it is kept which functions each test calls; a test file that has changed since counts for nothing.
    """
    tests = ContextCache(contexts, root).tests_of(work.file.path, work.functions.names)
    return [path for path, _ in Counter(test.partition("::")[0] for test in tests).most_common()]


def _named_callers(change: Change, work: Work, paths: Sequence[str]) -> dict[str, float]:
    """How many callers of what changed, within its module, each file names: each counts one over the files that name it."""
    uses = {
        name.rpartition(".")[2]: {n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if _is_use(n)}
        for name, node in python_functions(work.new)
    }
    reached = {name.rpartition(".")[2] for name in work.functions.names}
    callers: set[str] = set()
    for _ in range(MOST_STEPS):
        callers |= {name for name, used in uses.items() if used & (reached | {c for c in callers if c.startswith("_")})}
    callers = {name for name in callers - reached if not name.startswith("_")}
    named = {path: callers & set(re.findall(r"\w+", change.read(path) or "")) for path in dict.fromkeys(paths)}
    counts = Counter(name for inside in named.values() for name in inside)
    return {path: sum(1 / counts[name] for name in inside) for path, inside in named.items()}


def _is_use(node: ast.AST) -> TypeGuard[ast.Name | ast.Attribute]:
    return isinstance(node, ast.Name | ast.Attribute)


def _shared_words(change: Change, work: Work, paths: Sequence[str]) -> dict[str, float]:
    """How much test files say about the changed lines: the sum over shared words of one over the files that have the word."""
    if len(paths) <= MOST_FILES:
        return dict.fromkeys(paths, 0.0)
    changed = [*work.file.removed.values(), *work.file.added.values(), *work.functions.names]
    words = {w.lower() for text in changed for w in _WORD.findall(text)}
    found = {path: words & {w.lower() for w in _WORD.findall(change.read(path) or "")} for path in paths[:MOST_READ]}
    counts = Counter(word for inside in found.values() for word in inside)
    return {path: sum(1 / counts[word] for word in found.get(path, ())) for path in paths}


def _is_run(path: str) -> bool:
    """Whether pytest runs a file; others hold helpers and fixtures."""
    name = PurePosixPath(path).name
    return is_test_path(path) and (name.startswith("test") or name.endswith("_test.py"))


def _helpers(change: Change, words: Sequence[str]) -> list[str]:
    """Functions of conftest.py files and of helpers beside tests that use one of the words, or functions that do."""
    found: list[str] = []
    paths = {path for path, _, _ in change.find([w for w in words if w], ["*.py"]) if is_test_path(path) and not _is_run(path)}
    for path in sorted(paths)[:MOST_FILES]:
        tree = syntax_tree(change.read(path) or "")
        functions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)] if tree is not None else []
        used = set(words)
        for _ in range(MOST_STEPS):
            for node in functions:
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {a.arg for a in node.args.args}
                names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                if names & used and node.name not in found:
                    found.append(node.name)
                    used.add(node.name)
    return found


def _mentions(change: Change, words: Sequence[str]) -> dict[str, set[str]]:
    """Test files that contain one of the words, with the words that they contain."""
    found: dict[str, set[str]] = {}
    for path, _, text in change.find([w for w in words if w], ["*test*.py"]):
        if _is_run(path):
            found.setdefault(path, set()).update(w for w in words if w in text)
    return found


def run_in_turn(
    box: Sandbox,
    trees: Trees,
    files: Sequence[str],
    first: int,
    sources: Sequence[str],
    seconds: float,
    watching: Callable[[float], Watching] = lambda _: Watching(),
) -> TestReport:
    """Run test files in groups, the first of `first` files, until one shows a failure or the seconds are spent.

    `watching` makes what a run of so many seconds on the new code needs besides.
    """
    report, end, size, rest = TestReport(), time.monotonic() + seconds, first, list(files)
    while rest and not report.red and (not report.files or end - time.monotonic() > LEAST_SECONDS):
        started = time.monotonic()
        part = run_both(box, trees, rest[:size], sources, end - started, watching(end - started))
        if part.trouble and report.files and not part.ran:
            break
        report.trouble = part.trouble
        report.ran, report.red = report.ran + part.ran, part.red
        report.files, rest = [*report.files, *part.files], rest[size:]
        if part.trouble:
            break
        now = time.monotonic()
        size = max(1, int(size * GROUP_SHARE * (end - now) / max(0.1, now - started)))
    report.left_out = rest
    return report


def run_both(
    box: Sandbox,
    trees: Trees,
    files: Sequence[str],
    sources: Sequence[str],
    seconds: float,
    watching: Watching = Watching(),
) -> TestReport:
    """Run test files after the change; what fails there is run before it, and once more after it.

    `sources` are the folders that imports start from, relative to the trees.
    """
    report = TestReport(files=list(files))
    after = trees.after
    outcomes = run_tests(box, after, [f for f in files if (after / f).is_file()], sources, seconds, watching)
    watching.done()
    if outcomes is None:
        report.trouble = f"the tests did not finish in {seconds:.0f} s"
        outcomes = _outcomes_so_far(box)
    report.ran = len(outcomes)
    failing = [name for name, outcome in outcomes.items() if outcome == "failed"]
    if not failing:
        return report
    if len(failing) > MOST_RED and len(failing) == len(outcomes):
        failing = failing[:MOST_RED]
    old = run_tests(box, trees.before, failing, sources, max(LEAST_SECONDS, seconds)) or {}
    red = [name for name in failing if old.get(name) == "passed"]
    if not red:
        return report
    again = run_tests(box, after, red[:MOST_RED], sources, max(LEAST_SECONDS, seconds)) or {}
    outputs = box.result("reports.json")
    for name in red:
        if again.get(name) == "failed":
            text = outputs.get(name, "") if isinstance(outputs, dict) else ""
            report.red[name] = str(text)[-MOST_OUTPUT:]
    return report


def run_tests(
    box: Sandbox, tree: Path, tests: Sequence[str], sources: Sequence[str], seconds: float, watching: Watching = Watching()
) -> dict[str, str] | None:
    """The outcome of each test by its node id; None when the run did not finish."""
    if not tests:
        return {}
    box.forget("outcomes.json", SO_FAR, "reports.json")
    folders = [str(tree / source) for source in dict.fromkeys([*sources, "src", "."]) if (tree / source).is_dir()]
    extra = {
        "CODEASSIST_OUTCOMES": str(box.out / "outcomes.json"),
        "CODEASSIST_OUTCOMES_SO_FAR": str(box.out / SO_FAR),
        "PYTHONPATH": os.pathsep.join([str(box.tools), *folders]),
    }
    plugins = plugin_options(box, [tree / test.partition("::")[0] for test in tests]) + one_process(box)
    options = [
        "-q",
        "-p",
        PLUGIN,
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--no-header",
        "--continue-on-collection-errors",
    ]
    options += [*plugins, *watching.options]
    arguments = ["-c", _START, str(tree), *options, f"--rootdir={tree}", *tests]
    box.run(arguments, seed=watching.seed, seconds=seconds, extra=extra | watching.environment)
    outcomes = box.result("outcomes.json")
    return {str(k): str(v) for k, v in outcomes.items()} if isinstance(outcomes, dict) else None


def _outcomes_so_far(box: Sandbox) -> dict[str, str]:
    """The outcomes of the tests that ended before a run was ended; lines that the code under test spoiled are skipped."""
    outcomes: dict[str, str] = {}
    try:
        lines = read_text(box.out / SO_FAR, follow=False, errors="replace").splitlines()
    except (OSError, ValueError):
        return {}
    for line in lines:
        try:
            name, outcome = json.loads(line)
        except (ValueError, TypeError):
            continue
        outcomes[str(name)] = str(outcome)
    return outcomes
