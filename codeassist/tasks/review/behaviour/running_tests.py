"""Run test files on both versions: which tests fail only after the change, and which files could not be run."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.sandbox.pytest_runs import CONTINUE, REFUSED, WITHOUT_SETTINGS, one_process, plugin_options
from codeassist.sandbox.scratch import PLUGIN, UNCOLLECTED, Sandbox
from codeassist.tasks.review.behaviour.report import TestReport
from codeassist.tasks.review.behaviour.trees import Trees
from indexers.files.reading import read_text

SO_FAR = "outcomes.jsonl"
"""The file of the outcomes of a run that may be ended."""

MOST_RED = 20
MOST_OUTPUT = 1_500
LONGEST_ERROR = 4_000
"""Characters of the first line of an error: it may compare long values."""

IN_FULL = "-vvv"
"""The option with which pytest writes compared values in full."""

LEAST_SECONDS = 3.0
GROUP_SHARE = 0.5
"""Share of the time left that the next group of test files may take, by the time that the last one took."""

LONGEST_REASON = 160
"""Characters of a reason why tests did not run."""

OPTIONS = ("-q", "-p", PLUGIN, "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", CONTINUE)
_START = "import os, sys, pytest; os.chdir(sys.argv[1]); sys.exit(pytest.main(sys.argv[2:]))"
_ERROR = re.compile(r"(?:^E +)?((?:[\w.]*(?:Error|Exception)|Skipped|pytest: error|ERROR)\b.*)")


@dataclass(frozen=True, slots=True)
class Watching:
    """What a run of tests needs besides, to record what they call: options of pytest, the environment, the hash seed."""

    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    seed: str = "0"
    done: Callable[[], None] = lambda: None
    """Called after the run."""


@dataclass(slots=True)
class TestRun:
    """What one run of tests showed.

    `outcomes` are those of the tests by node id, `unusable` why files could not be collected, `trouble` why the run did not
    end by itself.
    """

    __test__ = False
    outcomes: dict[str, str] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


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
        report.unusable |= part.unusable
        report.failing += part.failing
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
    run = run_tests(box, after, [f for f in files if (after / f).is_file()], sources, seconds, watching)
    watching.done()
    outcomes, report.trouble, report.unusable = run.outcomes, run.trouble, run.unusable
    report.ran = len(outcomes)
    failing = [name for name, outcome in outcomes.items() if outcome == "failed"]
    if not failing:
        return report
    if len(failing) > MOST_RED and len(failing) == len(outcomes):
        failing = failing[:MOST_RED]
    old = run_tests(box, trees.before, failing, sources, max(LEAST_SECONDS, seconds)).outcomes
    report.failing = [name for name in failing if old.get(name) == "failed"]
    red = [name for name in failing if old.get(name) == "passed"]
    if not red:
        return report
    again = run_tests(box, after, [IN_FULL, *red[:MOST_RED]], sources, max(LEAST_SECONDS, seconds)).outcomes
    outputs = box.result("reports.json")
    for name in red:
        if again.get(name) == "failed":
            text = outputs.get(name, "") if isinstance(outputs, dict) else ""
            report.red[name] = _output(str(text))
    return report


def _output(text: str) -> str:
    """The end of what a failed test printed, behind the line with its error if that comes earlier."""
    end = text[-MOST_OUTPUT:]
    error = next((line for line in text.split("\n") if line.startswith("E ")), "")[:LONGEST_ERROR]
    return end if error in end[end.find("\n") + 1 :] or not error else f"{error}\n{end}"


def run_tests(
    box: Sandbox, tree: Path, tests: Sequence[str], sources: Sequence[str], seconds: float, watching: Watching = Watching()
) -> TestRun:
    """Run tests, or files of tests, in one of the trees.

    Where pytest refuses the project's own options, as those of a plug-in that is missing, it is run without them.
    """
    if not tests:
        return TestRun()
    end = time.monotonic() + seconds
    code = _pytest(box, tree, tests, sources, seconds, watching)
    if code in REFUSED and not isinstance(box.result("outcomes.json"), dict):
        code = _pytest(box, tree, [*WITHOUT_SETTINGS, *tests], sources, max(1.0, end - time.monotonic()), watching)
    outcomes = box.result("outcomes.json")
    if isinstance(outcomes, dict):
        return TestRun({str(k): str(v) for k, v in outcomes.items()}, _uncollected(box, tree))
    so_far = _outcomes_so_far(box)
    if code is None:
        return TestRun(so_far, trouble=f"the tests did not finish in {seconds:.0f} s")
    if so_far or code == 0:
        return TestRun(so_far, trouble="the tests did not finish, as one of them ended the run")
    return TestRun(trouble=f"pytest could not run them: {_reason(box.printed(), tree) or f'exit {code}'}")


def _pytest(
    box: Sandbox, tree: Path, tests: Sequence[str], sources: Sequence[str], seconds: float, watching: Watching
) -> int | None:
    """Run pytest on tests in one of the trees; its exit code, None if it did not finish."""
    box.forget("outcomes.json", SO_FAR, "reports.json", UNCOLLECTED)
    folders = [str(tree / source) for source in dict.fromkeys([*sources, "src", "."]) if (tree / source).is_dir()]
    extra = {
        "CODEASSIST_OUTCOMES": str(box.out / "outcomes.json"),
        "CODEASSIST_OUTCOMES_SO_FAR": str(box.out / SO_FAR),
        "PYTHONPATH": os.pathsep.join([str(box.tools), *folders]),
        "PYTHONDONTWRITEBYTECODE": "",  # the trees are run again
    }
    files = [tree / test.partition("::")[0] for test in tests if not test.startswith("-")]
    options = [*OPTIONS, *plugin_options(box, files), *one_process(box), *watching.options]
    arguments = [box.interpreter.path, "-c", _START, str(tree), *options, f"--rootdir={tree}", *tests]
    return box.command(arguments, seed=watching.seed, seconds=seconds, extra=extra | watching.environment, output=True)


def _uncollected(box: Sandbox, tree: Path) -> dict[str, str]:
    """Why files of tests gave no tests: they cannot be imported, or skip themselves."""
    found = box.result(UNCOLLECTED)
    if not isinstance(found, dict):
        return {}
    return {str(path): _reason(str(text), tree) or "it cannot be imported" for path, text in found.items()}


def _reason(text: str, tree: Path) -> str:
    """The last error that an output of pytest names, in one line; "" if it names none."""
    found = [match[1] for line in text.split("\n") if (match := _ERROR.match(line.strip())) is not None]
    return found[-1].replace(f"{tree}/", "")[:LONGEST_REASON].rstrip() if found else ""


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
