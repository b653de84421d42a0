"""Which test files may reach the changed functions, the most direct first."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from codeassist.changes.change import Change
from codeassist.evidence.parsed_source import python_functions, syntax_tree
from codeassist.printable import counted
from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.python_tests import PythonTests, without_tests
from codeassist.tasks.review.behaviour.compare import Work
from indexers import Index
from indexers.syntax.languages import is_test_path

MOST_FILES = 8
"""Test files of one module that are run at once, the most direct first."""

MOST_READ = 300
"""Test files whose words are compared with the change, if more are found than are run."""

_WORD = re.compile(r"[A-Za-z]{4,}")
MOST_STEPS = 2
"""How far fixtures of fixtures are followed."""


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
    tests = _tests_of(change)
    run = {path: tests.has(path) for path in {t.path for t in reaching}}
    resolved = [t.path for t in reaching if run[t.path] and not t.through]
    indirect = {t.path for t in reaching if run[t.path] and t.through}
    if helpers := [t.name.rpartition(".")[2] for t in reaching if not run[t.path]]:
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


def why_none(change: Change) -> str:
    """Why no test file was found for a change: there is none, none holds tests, or none names what changed."""
    paths = {path for path, _, _ in change.find(["def", "class"], ["*test*.py"]) if is_test_path(path)}
    tests = _tests_of(change)
    holding = [path for path in paths if tests.has(path)]
    if holding:
        what = "names the changed module, its package or a changed function"
        return f"none of {counted(len(holding), 'test file')} {what}"
    looked = without_tests(paths)
    return f"{looked}; none holds tests" if looked else "the repository has no Python test files"


def recorded_tests(contexts: Path, root: Path, work: Work) -> list[str]:
    """Paths of test files whose tests were seen to call a changed function, those with the most such tests first.

    `contexts` is where it is kept which functions each test calls; a test file that has changed since counts for nothing.
    """
    tests = ContextCache(contexts, root).tests_of(work.file.path, work.functions.names)
    return [path for path, _ in Counter(test.partition("::")[0] for test in tests).most_common()]


def _tests_of(change: Change) -> PythonTests:
    def names(folder: str) -> list[str]:
        return [path for path, _, _ in change.find(["def", "class"], [f":(glob){folder}/*test*.py"])]

    return PythonTests(change.read, names)


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


def _helpers(change: Change, words: Sequence[str]) -> list[str]:
    """Functions of conftest.py files and of helpers beside tests that use one of the words, or functions that do."""
    found: list[str] = []
    paths = {path for path, _, _ in change.find([w for w in words if w], ["*.py"]) if is_test_path(path)}
    tests = _tests_of(change)
    for path in [p for p in sorted(paths) if not tests.has(p)][:MOST_FILES]:
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
        if is_test_path(path):
            found.setdefault(path, set()).update(w for w in words if w in text)
    tests = _tests_of(change)
    return {path: words for path, words in found.items() if tests.has(path)}
