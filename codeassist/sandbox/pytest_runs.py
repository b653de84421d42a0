"""Run a project's tests with pytest in a sandbox: outcomes of one file, failure reports, coverage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codeassist.deadline import Deadline
from codeassist.sandbox.results import Coverage
from codeassist.sandbox.scratch import PLUGIN, Sandbox
from indexers.files.reading import SMALL_BYTES, read_text

RARE_PLUGINS = {"langsmith_plugin": "langsmith", "schemathesis": "schemathesis", "hypothesispytest": "hypothesis"}
"""Plug-ins that take most of pytest's start (0.6 to 1.1 s each), with the word without which no test needs them."""

SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini")
CONTINUE = "--continue-on-collection-errors"
"""Of several test files one that cannot be imported, such as for want of a package, does not keep the others from running."""

UNSETTLED = "pytest does not start with the project's own options and filters of warnings: the tests were run without them"

GENERATED = "test_codeassist_generated.py"

REFUSED = (3, 4)
"""Exit codes of pytest that an option or a warning filter of the project may cause: an internal error, wrong usage."""

WITHOUT_SETTINGS = ("--override-ini=addopts=", "--override-ini=filterwarnings=")
"""Options that switch off those of the project and its filters of warnings."""


OTHER_ENVIRONMENT = {"TZ": "Asia/Kolkata", "COLUMNS": "132", "LANG": "C", "USER": "someone", "LOGNAME": "someone"}
"""Set for runs in another order, to expose tests that depend on the time zone, the terminal width or the user."""


def run_pytest(
    box: Sandbox,
    arguments: Sequence[str],
    out: Path,
    *,
    seconds: float,
    program: Sequence[str] = ("-m", "pytest"),
    seed: str = "0",
    extra: dict[str, str] | None = None,
    folder: Path | None = None,
) -> int | None:
    """Run pytest with `arguments`; returns its exit code, None on timeout. `out` is the file that tells that it started.

    Where it refuses to start and starts without the project's own options and filters of warnings, it is run without them,
    and from then on in this sandbox (`box.without_settings`).
    """
    deadline = Deadline(seconds)

    def once(settings: Sequence[str]) -> int | None:
        command = [*program, *settings, *arguments]
        return box.run(command, seed=seed, seconds=deadline.left, extra=extra, folder=folder)

    code = once(WITHOUT_SETTINGS if box.without_settings else ())
    if code in REFUSED and not box.without_settings and not out.exists():
        code = once(WITHOUT_SETTINGS)
        box.without_settings = code is not None and code not in REFUSED
    return code


def run_test_file(
    box: Sandbox,
    path: Path,
    *,
    order: str,
    seed: str,
    isolated: bool,
    seconds: float,
    folder: Path | None = None,
    parallel: bool = False,
) -> dict[str, str] | None:
    """The outcome of each test function of a file in one run, or None if the run did not finish.

    It is started in a `folder` of the copy (default: its top); with `parallel` in two processes, if pytest-xdist is installed.
    """
    out = box.out / "outcomes.json"
    box.forget("outcomes.json", "reports.json")
    extra = OTHER_ENVIRONMENT if order else {}
    extra = extra | {"CODEASSIST_ORDER": order, "CODEASSIST_ISOLATED": "1" if isolated else "", "CODEASSIST_OUTCOMES": str(out)}
    options = ["-p", PLUGIN, "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", *plugin_options(box, [path])]
    options += ["-p", "xdist", "-n", "2"] if parallel and box.interpreter.xdist else []
    run_pytest(box, ["-q", *options, str(path)], out, seconds=seconds, seed=seed, extra=extra, folder=folder)
    outcomes = box.result("outcomes.json")
    if not isinstance(outcomes, dict):
        return None
    merged: dict[str, str] = {}
    for node, outcome in outcomes.items():
        name = re.sub(r"\[.*", "", node.rpartition("::")[2] if "[" not in node else node.partition("[")[0].rpartition("::")[2])
        merged[name] = outcome if merged.get(name, "passed") == "passed" else merged[name]
    return merged


def failure_reports(box: Sandbox) -> dict[str, str]:
    """The failure reports of the last run, by function name."""
    reports = box.result("reports.json")
    if not isinstance(reports, dict):
        return {}
    return {node.partition("[")[0].rpartition("::")[2]: text for node, text in reports.items()}


def measure_coverage(box: Sandbox, paths: list[Path], seconds: float) -> Coverage:
    """The target's line and branch coverage by some test files, measured with the coverage.py of the project's interpreter."""
    if not box.interpreter.coverage or not paths:
        return Coverage()
    data, out, outcomes = box.out / "coverage.data", box.out / "coverage.json", box.out / "outcomes.json"
    box.forget(data.name, out.name, outcomes.name)
    extra = {"CODEASSIST_OUTCOMES": str(outcomes), "COVERAGE_FILE": str(data)}
    settings = box.folder / "coveragerc"  # the project's settings may exclude this module
    settings.write_text(f"[run]\nbranch = True\ninclude = {box.module_path}\n", encoding="utf-8")
    rc = f"--rcfile={settings}"
    program = ["-m", "coverage", "run", rc, "-m", "pytest"]
    options = ["-q", "-p", PLUGIN, "-p", "no:cacheprovider", CONTINUE, *plugin_options(box, paths), *map(str, paths)]
    if run_pytest(box, options, outcomes, seconds=seconds, program=program, extra=extra) is None or not data.exists():
        return Coverage()
    box.run(["-m", "coverage", "json", rc, "-q", "-o", str(out)], seconds=20, extra={"COVERAGE_FILE": str(data)})
    try:
        report: dict[str, Any] = box.result(out.name)
        (file,) = report["files"].values()
        totals, missing = file["summary"], frozenset(file["missing_lines"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return Coverage()
    branches = (totals["covered_branches"], totals["num_branches"])
    return Coverage((totals["covered_lines"], totals["num_statements"]), branches, missing)


def plugin_options(box: Sandbox, paths: Sequence[Path]) -> list[str]:
    """Pytest's options that leave out installed plug-ins which slow a run of these test files down or disturb it.

    `--no-cov` if the project's settings enable pytest-cov: it would interfere with our measurement. Of `RARE_PLUGINS` those
    that neither the project's settings and requirements nor the test files name.
    """
    settings = "".join(_text(box.copy / name) for name in SETTINGS)
    options = ["--no-cov"] if box.interpreter.pytest_cov and re.search(r"--cov\b", settings) else []
    named = settings + "".join(
        map(_text, [*sorted(box.copy.glob("requirements*.txt")), *box.copy.glob("*/conftest.py"), *paths])
    )
    for plugin, word in RARE_PLUGINS.items():
        options += ["-p", f"no:{plugin}"] if word not in named else []
    return options


def one_process(box: Sandbox) -> list[str]:
    """Options that switch pytest-xdist off, also where the project's settings ask for processes."""
    settings = "".join(_text(box.copy / name) for name in SETTINGS)
    asked = box.interpreter.xdist and re.search(r"[\s\"']-n\b|--numprocesses|--dist\b", settings)
    return ["-p", "xdist", "-n", "0"] if asked else ["-p", "no:xdist"]


def _text(path: Path) -> str:
    """The text of a small file; "" when it cannot be read."""
    try:
        return read_text(path, limit=SMALL_BYTES)
    except (OSError, ValueError):
        return ""


def generated_path(box: Sandbox) -> Path:
    """The path of the generated file in the scratch copy: beside the project's tests, so that their conftest.py applies."""
    folder = box.copy / box.layout.file_of(box.target).parent.relative_to(box.target.root)
    return folder / GENERATED


def last_error(log: str) -> str:
    """The last line of pytest's output that names an error; "" when there is none."""
    lines = [line.strip() for line in log.splitlines()]
    errors = [line for line in lines if re.match(r"(?:ERROR:?|E |.+: error:|[\w.]*(?:Error|Exception)\b.*:)\s*\S", line)]
    said = [re.sub(r"^(?:ERROR:?|E)\s+", "", line) for line in errors]
    telling = [text for text in said if " " in text] or said  # pytest's summary names the file alone
    return telling[-1][:300] if telling else ""
