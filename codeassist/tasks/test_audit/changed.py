"""Which functions a change edits, which tests call them, and what is known about each changed line."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from pathlib import Path

from codeassist.printable import counted
from codeassist.sandbox.contexts import function_at, function_spans
from codeassist.tasks.test_audit.result import AuditResult, ChangedLine
from codeassist.tasks.test_audit.trials import Trials
from codeassist.tasks.test_audit.verdicts import starts_processes
from indexers.files.reading import read_text
from indexers.syntax.languages import is_test_path

MOST_TESTS = 3
"""Tests of an edited function that are tried in a hook."""


def edited_functions(path: Path, lines: frozenset[int]) -> set[str]:
    """The qualified names of the functions on some lines; "" for lines outside functions."""
    return set(_functions_of_lines(path, lines))


def _outside(path: Path, lines: frozenset[int]) -> int:
    """How many lines are in no function."""
    return _functions_of_lines(path, lines).count("")


def _functions_of_lines(path: Path, lines: frozenset[int]) -> list[str]:
    """The function of each line that is neither blank, a comment nor an import."""
    try:
        text = read_text(path)
        spans, inside = function_spans(text), _inside_strings(text)
    except (OSError, ValueError, SyntaxError, RecursionError, tokenize.TokenError):
        return [""]
    nothing = {n for n, line in enumerate(text.split("\n"), 1) if re.match(r"\s*(?:#|$|import |from |class |@)", line)}
    return [function_at(spans, line) for line in sorted(lines - (nothing - inside))]


def _inside_strings(text: str) -> set[int]:
    """The lines that start inside a string: what looks like a comment there is text."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {line for token in tokens for line in range(token.start[0] + 1, token.end[0] + 1)}


def calls_edited(trials: Trials, test: str, edited: Mapping[str, set[str]]) -> bool:
    """Whether a test called an edited function, or any function of a file that was edited outside of functions."""
    context = trials.contexts.get(test)
    functions = context.functions if context is not None else {}
    return any(path in functions and ("" in names or names & set(functions[path])) for path, names in edited.items())


def fastest(trials: Trials, tests: Sequence[str], touched: Mapping[str, frozenset[int]], root: Path) -> list[str]:
    """For each edited function the fastest of the tests that call it, and all tests of edited test files."""
    chosen = {test for test in tests if test.partition("::")[0] in touched}
    order = sorted(tests, key=lambda test: trials.contexts[test].seconds if test in trials.contexts else 0.0)
    for path, lines in touched.items():
        for name in edited_functions(root / path, lines):
            files = {test.partition("::")[0] for test in chosen}  # fewer files are collected faster
            calling = [test for test in order if calls_edited(trials, test, {path: {name}})]
            chosen |= set(sorted(calling, key=lambda test: test.partition("::")[0] not in files)[:MOST_TESTS])
    return [test for test in order if test in chosen]


def judge_lines(
    result: AuditResult, trials: Trials, touched: Mapping[str, frozenset[int]], root: Path, tests: Sequence[str], *, every: bool
) -> None:
    """Say of each changed line of a module whether a test runs it, and whether a fault on it would be seen.

    `tests` are the paths of the test files. `every`: whether it is known what every test calls.
    """
    outside = {p: n for p, lines in touched.items() if not is_test_path(p) and (n := _outside(root / p, lines))}
    for name, count in outside.items():
        where = counted(count, "changed line")
        result.incomplete.append(f"{name}: {where} outside functions, where no fault is tried")
    for name, record in trials.modules.items():
        covered = {line for records in trials.records.values() if name in records for line in records[name].lines}
        for line in sorted(touched.get(name, frozenset()) & set(record.lines)):
            mutants = [m for m, _, at in record.mutants if at == line and m in set(record.tried)]
            seen = any(m in set(record.killed) for m in mutants) if mutants else None
            if line in covered or (record.all_ran and not trials.partial):  # else another test may run it
                result.changed.append(ChangedLine(name, line, line in covered, seen if line in covered else None))
    if every:
        known = {(line.path, line.line) for line in result.changed}
        for name, lines in touched.items():
            uncalled = () if is_test_path(name) else _uncalled(trials, name, root / name)
            result.changed += [ChangedLine(name, n, False, None) for n in uncalled if n in lines and (name, n) not in known]
    _leave_out_unseen(result, root, tests)
    result.changed.sort(key=lambda line: (line.path, line.line))


def _leave_out_unseen(result: AuditResult, root: Path, tests: Sequence[str]) -> None:
    """Drop lines that seem to be run by no test where tests, or their module, may run code in another process."""
    by_module: dict[str, list[ChangedLine]] = {}
    for line in result.changed:
        if not line.covered:
            by_module.setdefault(line.path, []).append(line)
    by_tests = bool(by_module) and any(_starts_processes(root / test) for test in tests)
    for name, lines in by_module.items():
        if by_tests or _starts_processes(root / name):
            result.changed = [line for line in result.changed if line not in lines]
            where = counted(len(lines), "changed line")
            result.incomplete.append(f"{name}: whether a test runs {where} is not known, as processes are started")


def _starts_processes(path: Path) -> bool:
    try:
        return starts_processes(read_text(path, errors="replace"))
    except (OSError, ValueError):
        return False


def _uncalled(trials: Trials, name: str, path: Path) -> list[int]:
    """The lines of statements in functions that no test calls."""
    called = {function for context in trials.contexts.values() for function in context.functions.get(name, ())}
    try:
        text = read_text(path)
        tree, spans = ast.parse(text), function_spans(text)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return []
    lines = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    }
    return sorted(line for line in lines if (function := function_at(spans, line)) and function not in called)
