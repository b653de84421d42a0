"""What `review` shows by running the old and the new code of real commits, without a model.

    python benchmarks/behaviour.py fixes --mirrors FOLDER... --out FOLDER --python PYTHON [--half tune|report] [--each 5]
    python benchmarks/behaviour.py refactorings --mirrors FOLDER... --out FOLDER --python PYTHON [--each 15]
    python benchmarks/behaviour.py boundaries --mirrors FOLDER... --out FOLDER --python PYTHON [--each 10]

`fixes`: the reversed bug fixes of `benchmarks/review.py`, chosen in the same way and halved by the first digit of the hash. The
test files are those before the fix, so that no test written for the fault is there; `--with-tests` keeps those of the fix. A
fault counts as shown when a difference is reported or a test fails only after the change: the change under review contains
nothing but the fault. `refactorings`: commits whose message says that they only move or rewrite code; each difference is printed,
to be read. `boundaries`: in the newest commit one comparison is changed at its boundary (`>=` to `>`, and so on). Changes that cannot be run (missing dependencies, no changed function that can be called) are counted apart. PYTHON is
an interpreter with pytest and the dependencies of the repositories.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from histories import clone, fixes, git, is_test, log

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE, calls_in_tests
from codeassist.tasks.review.behaviour import Behaviour, BehaviourReport, SearchEngine
from codeassist.tasks.review.engine import Analysis, review

REFACTORING = re.compile(
    r"^\W*refactor|\brefactor(?:ed|ing)?\b|\bsimplif(?:y|ied)\b|\bclean ?up\b|\brewrite\b|\bno functional change", re.IGNORECASE
)
CHANGING = re.compile(
    r"fix|bug|add|support|error|drop|remove|deprecat|feature|break|chang(?!elog)|improv|faster|updat|new ", re.IGNORECASE
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fixes", "refactorings", "boundaries"])
    parser.add_argument("--mirrors", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=Path("behaviour-bench"))
    parser.add_argument("--python", required=True)
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    parser.add_argument("--each", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=7, help="which commits are drawn")
    parser.add_argument("--since", default="", help="commits since a date, which newer dependencies suit")
    parser.add_argument("--with-tests", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    totals: Counter[str] = Counter()
    generator = random.Random(options.seed)
    for mirror in options.mirrors:
        folder = clone(mirror, options.out)
        history = log(folder)
        if options.since:
            recent = set(git(folder, "log", "origin/HEAD", f"--since={options.since}", "--format=%H").split())
            history = [entry for entry in history if entry[0] in recent]
        if options.what == "boundaries":
            git(folder, "checkout", "-q", "--force", "origin/HEAD")
            chosen = boundaries(folder)
        else:
            chosen = fixes(history, options.half) if options.what == "fixes" else refactorings(history)
        generator.shuffle(chosen)
        for sha, paths in chosen[: options.each]:
            started = time.monotonic()
            try:
                how = {"fixes": reversed_fix, "refactorings": as_it_is, "boundaries": moved_boundary}[options.what]
                report = how(folder, sha, paths, options)
            except Exception as error:
                report, outcome = None, f"failed: {type(error).__name__}: {error}"
            else:
                outcome = verdict(report)
            totals[outcome.partition(":")[0]] += 1
            print(
                f"{folder.name} {sha if options.what == 'boundaries' else sha[:10]} {outcome} ({time.monotonic() - started:.0f} s)",
                flush=True,
            )
            if report is not None:
                show(report)
        print(folder.name, len(chosen), "commits", dict(totals), flush=True)
    run = sum(n for outcome, n in totals.items() if outcome not in ("could not be run", "failed", "nothing to run"))
    print(json.dumps(dict(totals), indent=1))
    shown = totals["difference"] + totals["test"]
    print(f"shown: {shown} of {sum(totals.values())}, {shown} of {run} that could be run")


def refactorings(history: list) -> list[tuple[str, list[str]]]:
    """Commits that say they refactor and name no change of behaviour."""
    chosen = []
    for sha, message, files in history:
        subject = message.strip().split("\n")[0]
        source = [f for f in files if f[0].endswith(".py") and not is_test(f[0])]
        if (
            REFACTORING.search(subject)
            and not CHANGING.search(subject)
            and 1 <= len(source) <= 4
            and sum(a + r for _, a, r in source) <= 200
        ):
            chosen.append((sha, [f[0] for f in source]))
    return chosen


def boundaries(folder: Path) -> list[tuple[str, list[str]]]:
    """(`path:line:column:operator`, [path]) of each comparison in a function of the checked out package."""
    found = []
    for path in git(folder, "ls-files", "*.py").splitlines():
        if is_test(path) or re.search(r"setup|docs?/|example|bench|vendor|script|tools?/", path):
            continue
        try:
            tree = ast.parse((folder / path).read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError):
            continue
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
            for node in (n for n in ast.walk(function) if isinstance(n, ast.Compare) and len(n.ops) == 1):
                left, right = node.left, node.comparators[0]
                if type(node.ops[0]).__name__ in NEIGHBOURS and left.end_lineno == right.lineno:
                    found.append((f"{path}:{right.lineno}:{left.end_col_offset}:{right.col_offset}", [path]))
    return sorted(dict(found).items())


NEIGHBOURS = {"Lt": ("<", "<="), "LtE": ("<=", "<"), "Gt": (">", ">="), "GtE": (">=", ">")}


def moved_boundary(folder: Path, place: str, paths: list[str], options: argparse.Namespace) -> BehaviourReport:
    """A change of one comparison of the checked out commit."""
    git(folder, "reset", "-q", "--hard")
    path, line, start, end = place.rsplit(":", 3)
    lines = (folder / path).read_bytes().split(b"\n")
    text = lines[int(line) - 1]
    operator = text[int(start) : int(end)].decode()
    old, new = next(pair for pair in sorted(NEIGHBOURS.values(), key=lambda p: -len(p[0])) if pair[0] in operator)
    lines[int(line) - 1] = text[: int(start)] + operator.replace(old, new).encode() + text[int(end) :]
    print("    ", text.decode().strip()[:120], "->", new)
    (folder / path).write_bytes(b"\n".join(lines))
    return run(folder, ChangeSelection(), options)


def checkout(folder: Path, sha: str) -> None:
    git(folder, "reset", "-q", "--hard")
    git(folder, "clean", "-qfd")
    git(folder, "checkout", "-q", "--force", sha)


def reversed_fix(folder: Path, sha: str, paths: list[str], options: argparse.Namespace) -> BehaviourReport:
    diff = git(folder, "diff", sha, f"{sha}^", "--", *paths)
    checkout(folder, sha)
    if not options.with_tests:
        tests = [p for p in git(folder, "diff", "--name-only", f"{sha}^", sha).splitlines() if is_test(p)]
        for path in tests:
            if subprocess.run(
                ["git", "-C", str(folder), "checkout", "-q", f"{sha}^", "--", path], check=False, capture_output=True
            ).returncode:
                (folder / path).unlink(missing_ok=True)
    return run(folder, ChangeSelection(diff=diff), options)


def as_it_is(folder: Path, sha: str, paths: list[str], options: argparse.Namespace) -> BehaviourReport:
    checkout(folder, sha)
    return run(folder, ChangeSelection(commit=sha), options)


def run(folder: Path, selection: ChangeSelection, options: argparse.Namespace) -> BehaviourReport:
    analyser = Behaviour(SearchEngine(SEARCH_ENGINE, calls_in_tests), options.seconds, options.python)
    reviewed = review(folder, read_change(folder, selection), ReviewConfig(max_findings=0), analysis=Analysis((analyser,)))
    for note in [*reviewed.unread, *[n for n in reviewed.notes if "was not compared" in n]]:
        print("   ", note[:300])
    return analyser.report


def verdict(report: BehaviourReport) -> str:
    if report.tests.red:
        kind = "a difference and " if report.differences else ""
        return f"test: {kind}{len(report.tests.red)} tests" if not report.differences else "difference: and red tests"
    if report.differences:
        return "difference: " + report.differences[0].kind
    if not report.files:
        return "nothing to run: no changed function"
    if any("cannot be imported after" in f.trouble for f in report.files):
        return "difference: it cannot be imported"
    if all(f.trouble for f in report.files):
        return f"could not be run: {report.files[0].trouble[:160]}"
    if not any(f.reached for f in report.files):
        return "not reached: " + ", ".join(n for f in report.files for n in f.functions)[:160]
    return "same: " + ", ".join(n for f in report.files for n in f.functions)[:160]


def show(report: BehaviourReport) -> None:
    tests = report.tests
    ran = f"{tests.ran} tests of {len(tests.files)} files{f' ({tests.trouble})' if tests.trouble else ''}"
    print(f"    {ran}; " + "; ".join(f"{f.path}: {f.reached} calls alone, {f.in_tests} in tests" for f in report.files))
    for d in report.differences:
        print(
            f"    {d.path}:{d.line} [{d.kind}{', meant' if d.meant else ''}] {d.call} {d.test} {d.altered}  |  {d.before[:120]}  ->  {d.after[:120]}"
        )
    for name in list(report.tests.red)[:3]:
        print(f"    red: {name}")


if __name__ == "__main__":
    sys.exit(main())
