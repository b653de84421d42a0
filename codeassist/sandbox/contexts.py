"""Coverage contexts: which functions of the project each test calls, measured in the sandbox."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from codeassist.sandbox.pytest_runs import last_error, one_process, plugin_options, run_pytest
from codeassist.sandbox.results import UNREADABLE
from codeassist.sandbox.scratch import Sandbox
from indexers.files.decoding import source_text
from indexers.files.reading import read_text

CONTEXTS_PLUGIN = "_codeassist_contexts"
PLUGIN_FILE = Path(__file__).parent / "contexts_plugin.py"
MODULE = ""
"""Stands for the code of a module outside its functions."""


class TestContext(msgspec.Struct):
    """One test function, with all its parameter sets: its outcome, its seconds, and the functions it calls by path.

    `outcome` is that of its best row: passed before xfailed, failed and skipped. Names are qualified: `Shop.price`.
    """

    __test__ = False
    outcome: str
    seconds: float
    functions: dict[str, list[str]]


class FileContexts(msgspec.Struct):
    """The tests of one file by identifier (without parameters); `broken` says why the file cannot be collected."""

    tests: dict[str, TestContext] = {}
    broken: str = ""


def record_contexts(box: Sandbox, files: Sequence[str], seconds: float) -> tuple[dict[str, FileContexts], str]:
    """Run test files (paths relative to the project); returns what their tests call, and why the run is not complete or "".

    Files that were not reached are left out.
    """
    out = box.out / "contexts.jsonl"
    box.forget(out.name)
    copies = [box.copy / file for file in files]
    options = ["-q", "-p", CONTEXTS_PLUGIN, "-p", "no:cacheprovider", "-p", "no:randomly", "--continue-on-collection-errors"]
    options += [*one_process(box), *plugin_options(box, copies), f"--rootdir={box.copy}"]
    extra = {"CODEASSIST_CONTEXTS": str(out), "CODEASSIST_PROJECT": str(box.copy)}
    code = run_pytest(box, [*options, *map(str, copies)], out, seconds=seconds, extra=extra)
    found = _read(box, out)
    if code is None:
        last = next(reversed(found), "")
        found.pop(last, None)  # it may lack tests
        return found, f"the tests did not end within {seconds:.0f} s"
    if not found and code:
        return {}, f"pytest says: {last_error(box.tail()) or 'nothing'}"
    return {file: found.get(file, FileContexts()) for file in files}, ""


def _read(box: Sandbox, out: Path) -> dict[str, FileContexts]:
    """The records of the plugin; lines that the code under test spoiled are skipped."""
    places: dict[int, tuple[str, int]] = {}
    rows: list[dict[str, Any]] = []
    found: dict[str, FileContexts] = {}
    lines: list[str] = []
    with suppress(*UNREADABLE):
        lines = read_text(out, follow=False, errors="replace").splitlines()
    for line in lines:
        with suppress(*UNREADABLE):
            record = json.loads(line)
            if "function" in record:
                path, first = record["function"]
                places.setdefault(int(record["number"]), (_inside(str(path).replace(os.sep, "/")), int(first)))
            elif "test" in record:
                rows.append(record)
            else:
                found.setdefault(str(record["broken"]).partition("::")[0], FileContexts()).broken = str(record["why"])
    names = _names(box, places)
    for row in rows:
        with suppress(*UNREADABLE):
            _add(found, row, names)
    return found


def _inside(path: str) -> str:
    """A path relative to the project, which the code under test may have forged. Raises `ValueError` for one outside."""
    if path.startswith("/") or ".." in path.split("/") or "\0" in path:
        raise ValueError(path)
    os.fsencode(path)
    return path


def _names(box: Sandbox, places: Mapping[int, tuple[str, int]]) -> dict[int, tuple[str, str]]:
    """(path, qualified name) of numbered functions that are given by their first line."""
    spans: dict[str, list[tuple[int, int, str]]] = {}
    named = {}
    for number, (path, line) in places.items():
        if path not in spans:
            try:
                spans[path] = function_spans(source_text(box.copy / path))
            except UNREADABLE:
                spans[path] = []
        named[number] = (path, function_at(spans[path], line))
    return named


def function_spans(source: str) -> list[tuple[int, int, str]]:
    """(first line with decorators, last line, qualified name) of the functions of a module. Raises `SyntaxError`."""
    found: list[tuple[int, int, str]] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                    found.append((first, child.end_lineno or child.lineno, name))
                visit(child, f"{name}.")
            else:
                visit(child, prefix)

    visit(ast.parse(source), "")
    return found


def function_at(spans: Sequence[tuple[int, int, str]], line: int) -> str:
    """The innermost function at a line; MODULE outside functions."""
    around = [span for span in spans if span[0] <= line <= span[1]]
    return max(around)[2] if around else MODULE


def _add(found: dict[str, FileContexts], row: Mapping[str, Any], names: Mapping[int, tuple[str, str]]) -> None:
    node = str(row["test"]).partition("[")[0]
    file = found.setdefault(node.partition("::")[0], FileContexts())
    outcome, seconds = str(row["outcome"]), float(row["seconds"])
    test = file.tests.setdefault(node, TestContext(outcome, 0.0, {}))
    order = ("passed", "xfailed", "failed", "skipped")
    test.outcome = min(test.outcome, outcome, key=lambda o: order.index(o) if o in order else len(order))
    test.seconds = round(test.seconds + seconds, 4)
    for number in row["calls"]:
        if int(number) not in names:  # its record was spoiled
            continue
        path, name = names[int(number)]
        functions = test.functions.setdefault(path, [])
        if name not in functions:
            functions.append(name)
