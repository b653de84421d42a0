"""Keep only tests that pass alone, in file order, in other orders, and every time; then measure what they cover."""

from __future__ import annotations

import ast
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.tasks.gen_tests.sandbox import PLUGIN, Sandbox

GENERATED = "test_codeassist_generated.py"


@dataclass(slots=True)
class Coverage:
    """Of the target's lines and branches, how many a set of tests ran. None where nothing could be measured."""

    lines: tuple[int, int] | None = None
    branches: tuple[int, int] | None = None


@dataclass(slots=True)
class Verdict:
    """Which tests are steady, and why the others are not."""

    kept: set[str] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    runs: int = 0


def run_file(box: Sandbox, path: Path, *, order: str, seed: str, alone: bool, seconds: float) -> dict[str, str] | None:
    """The outcome of each test function of a file in one run, or None when the run came to no end."""
    out = box.folder / "outcomes.json"
    out.unlink(missing_ok=True)
    extra = {"CODEASSIST_ORDER": order, "CODEASSIST_ALONE": "1" if alone else "", "CODEASSIST_OUTCOMES": str(out)}
    arguments = [
        "-m",
        "pytest",
        "-q",
        "-p",
        PLUGIN,
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--no-header",
        "--tb=line",
        str(path),
    ]
    box.run(arguments, seed=seed, seconds=seconds, extra=extra)
    try:
        found = json.loads(out.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    merged: dict[str, str] = {}
    for node, outcome in found.items():
        name = re.sub(r"\[.*", "", node.rpartition("::")[2] if "[" not in node else node.partition("[")[0].rpartition("::")[2])
        merged[name] = outcome if merged.get(name, "passed") == "passed" else merged[name]
    return merged


def judge(box: Sandbox, text: str, times: int, until: float) -> Verdict:
    """Run a test file `times` times: with each test in a process of its own, backwards, then in random orders."""
    path = test_path(box)
    names = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name.startswith("test")}
    verdict = Verdict(set(names))
    plans = [("", "0", True), *(("reverse" if n % 2 else f"order {n}", str(n), False) for n in range(1, times))]
    for order, seed, alone in plans:
        path.write_text(text, encoding="utf-8")
        left = max(5.0, until - time.monotonic())
        outcome = run_file(box, path, order=order, seed=seed, alone=alone, seconds=left)
        if outcome is None:
            continue
        verdict.runs += 1
        for name in sorted(verdict.kept):
            if outcome.get(name) != "passed":
                verdict.kept.discard(name)
                verdict.dropped[name] = "fails by itself" if alone else "does not pass every time"
    if not verdict.runs:
        verdict.dropped = dict.fromkeys(names, "the run came to no end")
        verdict.kept = set()
    return verdict


def measure(box: Sandbox, paths: list[Path], seconds: float) -> Coverage:
    """Lines and branches of the target that test files run, by coverage.py of the project's interpreter."""
    if not box.interpreter.coverage or not paths:
        return Coverage()
    data, out = box.folder / "coverage.data", box.folder / "coverage.json"
    for path in (data, out):
        path.unlink(missing_ok=True)
    extra = {"CODEASSIST_OUTCOMES": str(box.folder / "outcomes.json"), "COVERAGE_FILE": str(data)}
    target = str(box.module_path)
    arguments = [
        "-m",
        "coverage",
        "run",
        "--branch",
        "--include",
        target,
        "-m",
        "pytest",
        "-q",
        "-p",
        PLUGIN,
        "-p",
        "no:cacheprovider",
    ]
    if box.run([*arguments, *map(str, paths)], seconds=seconds, extra=extra) is None or not data.exists():
        return Coverage()
    box.run(["-m", "coverage", "json", "-q", "-o", str(out)], seconds=20, extra={"COVERAGE_FILE": str(data)})
    try:
        totals: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))["totals"]
    except (OSError, ValueError, KeyError):
        return Coverage()
    branches = (totals["covered_branches"], totals["num_branches"])
    return Coverage((totals["covered_lines"], totals["num_statements"]), branches)


def test_path(box: Sandbox) -> Path:
    """Where the generated file lies in the scratch copy: beside the project's tests, so that their conftest holds."""
    from codeassist.tasks.gen_tests.project import test_file

    folder = box.copy / test_file(box.target).parent.relative_to(box.target.root)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / GENERATED
