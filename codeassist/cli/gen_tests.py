"""`codeassist gen-tests`: unit tests that were run, are stable, and catch faults."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Quiet, Repo, load_config, note, print_json, safe
from codeassist.errors import CodeassistError, UsageError

if TYPE_CHECKING:
    from codeassist.config import Config
    from codeassist.tasks.gen_tests import Report
    from codeassist.tasks.gen_tests.harness import Coverage
    from indexers import Index


def gen_tests(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH[::NAME]...", help="Modules, or functions and classes of them.")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="The Python modules that differ from --base.")] = False,
    base: Annotated[str, typer.Option("--base", help="What --changed compares with.")] = "HEAD",
    budget: Annotated[float, typer.Option("--budget", min=5, help="Seconds for each module.")] = 60.0,
    python: Annotated[
        str | None, typer.Option("--python", help="The interpreter that runs the project (default: its environment's).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write to where the project keeps its tests.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed finds other inputs.")] = 1,
    repo: Repo = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Generate a pytest file for a module by running it in a sandbox: only tests that pass every time are kept.

    Prints the file, and a table of what it is worth; nothing is written without --write or --out.
    """
    from codeassist.tasks.gen_tests import find_interpreter, find_target, generate

    root, config = load_config(repo)
    wanted = list(paths or ())
    if changed:
        wanted += _changed(root, base)
        if not wanted:
            note(f"No Python module differs from {base}.")
            raise typer.Exit(0)
    if not wanted:
        raise UsageError("Name a module, or use --changed.")
    if out is not None and len(wanted) > 1:
        raise UsageError("--out takes the tests of one module.")
    targets = [find_target(spelled, root) for spelled in wanted]
    reports: list[Report] = []
    failures: list[tuple[str, CodeassistError]] = []
    for spelled, target in zip(wanted, targets, strict=True):
        interpreter = find_interpreter(target.root, python)
        with _index(root, config, target.path) as index:
            try:
                say = None if quiet or not sys.stderr.isatty() else lambda words, s=spelled: note(f"{s}: {words} …")
                report = generate(target, interpreter, index, budget, seed, out, say)
            except CodeassistError as error:
                failures.append((spelled, error))
                continue
        reports.append(report)
        if not as_json:
            _show(report, quiet=quiet, shown=not (write or out))
        if (write or out) and report.text:
            _write(report)
    if as_json:
        failed = [{"path": spelled, "error": str(said)} for spelled, said in failures]
        print_json({"schema": "codeassist.gen-tests/1", "modules": [r.as_json() for r in reports], "failed": failed})
    for spelled, said in failures:
        note(f"codeassist: {spelled}: {said}")
    if failures or not any(r.tests for r in reports):
        raise typer.Exit(failures[0][1].exit_code if failures else 1)


def _index(root: Path, config: Config, path: Path) -> AbstractContextManager[Index | None]:
    """The repository's index when it has one: how the module is used elsewhere. Making one would cost more than it gives."""
    from codeassist import workspace
    from indexers import IndexerError

    if root not in path.parents:
        return nullcontext(None)
    try:
        return workspace.open_index(root, config)
    except IndexerError:
        return nullcontext(None)


def _changed(root: Path, base: str) -> list[str]:
    from indexers.git import SAFE_GIT, git_environment

    done = subprocess.run(
        [*SAFE_GIT, "-C", str(root), "diff", "--name-only", "--diff-filter=d", "-z", base, "--", "*.py"],
        capture_output=True, check=False, timeout=60, env=git_environment(),
    )  # fmt: skip
    if done.returncode:
        raise UsageError(f"git cannot compare with '{base}': {done.stderr.decode('utf-8', 'replace').strip().splitlines()[0]}.")
    from indexers.languages import is_test_path

    names = done.stdout.decode("utf-8", "replace").split("\0")
    return [
        str(root / name)
        for name in names
        if name and not is_test_path(name) and Path(name).name not in ("setup.py", "conftest.py")
    ]


def _write(report: Report) -> None:
    try:
        report.path.parent.mkdir(parents=True, exist_ok=True)
        report.path.write_text(report.text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {report.path}: {error.strerror or error}.") from error
    note(f"Wrote {len(report.tests)} tests to {report.path}.")


def _show(report: Report, *, quiet: bool, shown: bool) -> None:
    if shown and report.text:
        print(report.text)
    if quiet:
        return
    kept = len(report.tests)
    note(f"{report.module}: {kept} tests kept" + "".join(f", {n} dropped ({why})" for why, n in report.dropped.items()))
    note(f"  lines      {_of(report.before, 'lines')} -> {_of(report.after, 'lines')}")
    note(f"  branches   {_of(report.before, 'branches')} -> {_of(report.after, 'branches')}")
    killed, total = report.mutants
    note(f"  mutants    {killed} of {total} killed ({killed / total:.0%})" if total else "  mutants    none")
    note(f"  time       {report.seconds:.1f} s; flaky 0")
    if report.untouched:
        note(f"  nothing steady was seen of {', '.join(safe(t) for t in report.untouched[:8])}")
    for suspicion in report.suspicions[:8]:
        note(f"  suspicious: {safe(suspicion['target'])} {safe(suspicion['what'])} (line {suspicion['line']})")
        for line in suspicion["code"].split("\n"):
            note(f"      {safe(line)}")


def _of(measured: Coverage, what: str) -> str:
    counted = getattr(measured, what)
    if counted is None:
        return "none"
    covered, total = counted
    return f"{covered} of {total} ({covered / total:.0%})" if total else "none"
