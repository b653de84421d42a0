"""Python files that do not parse: by the project's own Python or ruff's parser, as ours may be older than the project's."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from codeassist.changes.change import ChangedFile
from codeassist.sandbox import confinement
from codeassist.sandbox.folders import scratch_folder
from codeassist.sandbox.interpreter import project_pythons
from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.linters.programs import loaded, output, program
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

SYNTAX = Rule("syntax-error", "SyntaxError", "A changed Python file cannot be parsed.", Severity.ERROR, ("correctness",))

SECONDS = 10
_COMPILE = "import sys; compile(sys.stdin.buffer.read(), 'm', 'exec', 0x400, True)"  # PyCF_ONLY_AST: nothing is run
_TEMPLATE = re.compile(r"\{%-?\s*\w|\{\{[-\s]*[\w.'\"|() -]+[-\s]*\}\}|<%|@@\w+@@|\$\{\w+\}|\{#")
_PYTHON_2 = re.compile(
    r"(?m)^#!.*\bpython2|^\s*print\s+(?:[\"'%\w]|>>)|^\s*exec\s+[\"'\w]|^\s*raise\s+[\w.]+\s*,|\bexcept\s+[\w.()\s,]+,\s*\w+\s*:"
    r"|<>|\bur[\"']|(?<![\w.])0[0-7]+[^\w.]"
)
_MAGIC = re.compile(r"(?m)^\s*[%!][a-zA-Z]")
_OWN_TEST = re.compile(r"^(?:test_.*|.*_tests?|conftest)\.pyi?$")


class Syntax:
    """Reports a syntax error only if a parser that fits the project finds it."""

    name = "syntax"
    rules = (SYNTAX,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed Python files."""
        for file in python_files(facts.change):
            if facts.tree(file.path) is None and not file.lossy:
                yield from _unparsed(facts, file)


def _unparsed(facts: Facts, file: ChangedFile) -> Iterator[Finding]:
    was_parsed = file.old is not None and not file.whole and facts.old_tree(file) is not None
    if (file.old is not None and not file.whole and not was_parsed) or _on_purpose(file, was_parsed=was_parsed):
        return
    found = _error(facts, file)
    if found is None:
        facts.notes.append(
            f"{file.path}: not read by the analysers for Python, as its syntax is newer than Python "
            f"{sys.version_info[0]}.{sys.version_info[1]}"
        )
        return
    line, message, sure = found
    line = min(max(1, line), len(file.new_lines))
    severity = SYNTAX.severity if sure else Severity.NOTE
    yield Finding(SYNTAX.id, severity, file.path, line, line, f"Python cannot parse this: {message}.", 0.95, source="syntax")


def _on_purpose(file: ChangedFile, *, was_parsed: bool) -> bool:
    """Whether a file is not meant to parse as Python 3: a fixture, a template, Python 2 or a notebook."""
    path = PurePosixPath(file.path)
    if is_test_path(file.path) and not _OWN_TEST.match(path.name):
        return True
    if set(path.parts[:-1]) & {"fixtures", "testdata", "test-data", "test_data"}:
        return True
    text = file.new or ""
    if _TEMPLATE.search(file.path) or "cookiecutter" in file.path:
        return True
    return not was_parsed and any(pattern.search(text) for pattern in (_TEMPLATE, _PYTHON_2, _MAGIC))


def _error(facts: Facts, file: ChangedFile) -> tuple[int, str, bool] | None:
    """(line, message, whether a parser that fits the project says so); None if such a parser accepts the file."""
    own = _own_error(file.new or "")
    if own is None:
        return None
    for python in project_pythons(facts.root):
        verdict = _compiled(python, file.new or "")
        if verdict is not None:
            return (*verdict, True) if verdict[1] else None
    ruff = program(facts.root, "ruff")
    if ruff is None:
        return (*own, False)
    command = [*ruff, "check", "--no-cache", "--quiet", "--isolated", "--select", "E9", "--output-format", "json"]
    violations = loaded(output([*command, f"--stdin-filename={file.path}", "-"], facts.root, file.new or ""))
    if violations is None:
        return (*own, False)
    broken = [v for v in violations if v.get("code") in (None, "invalid-syntax", "E999")]
    return (own[0], own[1], True) if broken else None


def _own_error(text: str) -> tuple[int, str] | None:
    try:
        ast.parse(text.removeprefix("\N{BYTE ORDER MARK}"))
    except SyntaxError as error:
        return error.lineno or 1, error.msg
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _compiled(python: str, text: str) -> tuple[int, str] | None:
    """(line, message) of the syntax error that an interpreter finds, (0, "") without one; None if it cannot be run.

    The interpreter is a program in the repository, so it runs confined; where nothing confines it, it does not run.
    """
    try:
        with scratch_folder() as folder:
            done = subprocess.run(
                [*confinement.confined_command([folder]), python, "-I", "-S", "-c", _COMPILE],
                input=text.encode("utf-8", "replace"),
                capture_output=True,
                check=False,
                cwd=folder,
                timeout=SECONDS,
            )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode == 0:
        return 0, ""
    report = done.stderr.decode("utf-8", "replace").strip()
    last = report.rpartition("\n")[2]
    lines = re.findall(r'File "m", line (\d+)', report)
    kind, _, message = last.partition(": ")
    return (int(lines[-1]) if lines else 1, message) if kind.endswith(("SyntaxError", "IndentationError", "TabError")) else None
