"""Keep only tests that pass alone, in file order, in other orders, and every time; then measure what they cover."""

from __future__ import annotations

import ast
import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.sandbox.results import Coverage
from codeassist.sandbox.scratch import MUTATION, PLUGIN, Sandbox
from codeassist.tasks.gen_tests.result import NOT_STEADY

LEAST_SECONDS = 25.0
"""A run of pytest gets this much, whatever the budget left: on a busy machine it takes seconds to start."""

GENERATED = "test_codeassist_generated.py"


OTHER_SURROUNDINGS = {"TZ": "Asia/Kolkata", "COLUMNS": "132", "LANG": "C", "USER": "someone", "LOGNAME": "someone"}
"""What runs in another order also differs in, so that no test leans on it."""


@dataclass(slots=True)
class Mutation:
    """Which mutants of the target a set of tests kills, and what each test adds in the order they stand.

    `tests` maps a test's name to `passed`, `said` (why not), `lines`, `branches` and `kills` (beyond the tests before it).
    """

    killed: frozenset[int] = frozenset()
    total: int = 0
    complete: bool = False
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    conditions: dict[int, int] = field(default_factory=dict)
    """The line of each condition that has two ways."""


@dataclass(slots=True)
class Verdict:
    """Which tests are steady, and why the others are not."""

    kept: set[str] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """What pytest printed of those that failed."""

    runs: int = 0


def run_file(box: Sandbox, path: Path, *, order: str, seed: str, alone: bool, seconds: float) -> dict[str, str] | None:
    """The outcome of each test function of a file in one run, or None when the run came to no end."""
    out = box.out / "outcomes.json"
    box.forget("outcomes.json", "said.json")
    extra = OTHER_SURROUNDINGS if order else {}
    extra = extra | {"CODEASSIST_ORDER": order, "CODEASSIST_ALONE": "1" if alone else "", "CODEASSIST_OUTCOMES": str(out)}
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
        *_no_cov(box),
        str(path),
    ]
    box.run(arguments, seed=seed, seconds=seconds, extra=extra)
    found = box.result("outcomes.json")
    if not isinstance(found, dict):
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
        box.put(path, text)
        left = max(LEAST_SECONDS, until - time.monotonic())
        outcome = run_file(box, path, order=order, seed=seed, alone=alone, seconds=left)
        if outcome is None:
            continue
        verdict.runs += 1
        verdict.said |= {n: text for n, text in said(box).items() if n not in verdict.said}
        for name in sorted(verdict.kept):
            if outcome.get(name) != "passed":
                verdict.kept.discard(name)
                verdict.dropped[name] = "fails by itself" if alone else NOT_STEADY
    if not verdict.runs:
        verdict.dropped = dict.fromkeys(names, "the run came to no end")
        verdict.kept = set()
    return verdict


def said(box: Sandbox) -> dict[str, str]:
    """The reports of failed tests of the last run, by function name."""
    found = box.result("said.json")
    if not isinstance(found, dict):
        return {}
    return {node.partition("[")[0].rpartition("::")[2]: text for node, text in found.items()}


def measure(box: Sandbox, paths: list[Path], seconds: float) -> Coverage:
    """Lines and branches of the target that test files run, by coverage.py of the project's interpreter."""
    if not box.interpreter.coverage or not paths:
        return Coverage()
    data, out = box.out / "coverage.data", box.out / "coverage.json"
    box.forget(data.name, out.name)
    extra = {"CODEASSIST_OUTCOMES": str(box.out / "outcomes.json"), "COVERAGE_FILE": str(data)}
    settings = box.folder / "coveragerc"  # the project's own may leave this module out
    settings.write_text(f"[run]\nbranch = True\ninclude = {box.module_path}\n", encoding="utf-8")
    rc = f"--rcfile={settings}"
    arguments = ["-m", "coverage", "run", rc, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider", *_no_cov(box)]
    if box.run([*arguments, *map(str, paths)], seconds=seconds, extra=extra) is None or not data.exists():
        return Coverage()
    box.run(["-m", "coverage", "json", rc, "-q", "-o", str(out)], seconds=20, extra={"COVERAGE_FILE": str(data)})
    try:
        found: dict[str, Any] = box.result(out.name)
        (file,) = found["files"].values()
        totals, missing = file["summary"], frozenset(file["missing_lines"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return Coverage()
    branches = (totals["covered_branches"], totals["num_branches"])
    return Coverage((totals["covered_lines"], totals["num_statements"]), branches, missing)


def _no_cov(box: Sandbox) -> list[str]:
    """Where the project's settings ask pytest-cov to measure: not now, two measurements stand in each other's way."""
    for name in ("pytest.ini", ".pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"):
        try:
            if re.search(r"--cov\b", (box.copy / name).read_text(encoding="utf-8")):
                return ["--no-cov"]
        except (OSError, ValueError):
            continue
    return []


def mutation(
    box: Sandbox, paths: list[Path], seconds: float, known: frozenset[int] = frozenset(), *, at_import: bool = True
) -> Mutation | None:
    """The mutants that test files kill, besides those `known` to be killed.

    None where it cannot be measured: no fork, no tests, a run that came to no end.
    """
    if not paths or not hasattr(os, "fork") or seconds < 1:
        return None
    job, out = box.folder / "mutants.json", box.out / "mutation.json"
    box.forget(out.name)
    told = {"module": box.target.module, "path": str(box.module_path), "out": str(out), "seconds": seconds}
    job.write_text(json.dumps(told | {"known": sorted(known), "at_import": at_import}), encoding="utf-8")
    arguments = [
        "-m",
        "pytest",
        "-q",
        "-p",
        MUTATION,
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-p",
        "no:xdist",
        *_no_cov(box),
    ]
    box.run([*arguments, *map(str, paths)], seconds=seconds + 15, extra={"CODEASSIST_MUTANTS": str(job)})
    found = box.result(out.name)
    if not isinstance(found, dict):
        return None
    conditions = {int(number): line for number, line in found["conditions"].items()}
    return Mutation(frozenset(found["killed"]), len(found["mutants"]), found["complete"], found["tests"], conditions)


def test_path(box: Sandbox) -> Path:
    """Where the generated file lies in the scratch copy: beside the project's tests, so that their conftest holds."""
    from codeassist.sandbox.project import test_file

    folder = box.copy / test_file(box.target).parent.relative_to(box.target.root)
    return folder / GENERATED
