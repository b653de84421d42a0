"""The search engine alone on drawn packages, for a fixed CPU time: comparable between versions also on a busy machine.

    python benchmarks/engine_only.py --out FOLDER --program CHECKOUT --seconds 10 PACKAGE...

FOLDER is that of `wild_tests.py setup`, CHECKOUT a checkout of this repository. The engine runs outside the sandbox, under its
own guard, with a clock that shows its CPU time (and a twelfth of the time that passes, so that waiting ends). Printed are the
tests it selects and its own counts of lines, branches and mutants. Run it only on packages that you would run.

With `--tests FOLDER` the test files are written there too, with what gives the same result in another process, and run with the
package's own pytest: tests that fail at first are left out, as the command does; then the file is run in four other ways (as a
module, from its own folder, with another time zone, locale and hash seed, in reverse order) and the failing tests are counted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from codeassist.tasks.gen_tests.search_engine.protocol import EngineResult, Observation, Raised
from codeassist.tasks.gen_tests.writing.test_file import Test, write_file, write_tests

RUN = """
import runpy, sys, time
spent, passed = time.process_time, time.monotonic
start = passed()
time.monotonic = lambda: spent() + (passed() - start) / 12
sys.argv[0] = "engine"
runpy.run_module("_codeassist_search", run_name="__main__", alter_sys=True)
"""
COUNT = """
import ast, sys
from pathlib import Path
from _codeassist_search.running.instrument import Instrumenter
instrumenter = Instrumenter()
instrumenter.run(ast.parse(Path(sys.argv[1]).read_text()))
print(2 * len(instrumenter.conditions), len(instrumenter.lines))
"""
ATTEMPTS = 4
"""How often the engine is started again without the call that ended its process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--program", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--tests", type=Path)
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()
    draws = {d["package"]: d for d in json.loads((options.out / "draws.json").read_text()) if "module" in d}
    rows = []
    for name in options.packages:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(draws[name], options, Path(folder)))
            print(f"{name:20} {rows[-1]}", flush=True)
    for key in ("branches", "mutants"):
        shares = [int(found[1]) if (found := re.search(rf"{key} \d+/\d+ = (\d+) %", row)) else 0 for row in rows]
        known = statistics.median(imported(rows, shares))
        print(f"median {key}: {statistics.median(shares)} %, of those that can be imported: {known} %")


def imported(rows: list[str], shares: list[int]) -> list[int]:
    return [share for row, share in zip(rows, shares, strict=True) if "cannot be imported" not in row] or [0]


def measure(draw: dict, options: argparse.Namespace, folder: Path) -> str:
    home, tools, copy = options.out / draw["package"], folder / "tools", folder / "copy"
    shutil.copytree(options.program / "codeassist/tasks/gen_tests/search_engine", tools / "_codeassist_search")
    shutil.copy(options.program / "codeassist/sandbox/guard.py", tools / "_codeassist_guard.py")
    shutil.copytree(home / "project", copy)
    job = {"mode": "search", "module": draw["module"], "path": str(copy / draw["path"]), "now": str(folder / "now")}
    job |= {"scratch": [str(folder)], "cpu_seconds": int(3 * options.seconds) + 60, "seconds": options.seconds, "skip": []}
    job |= {"names": [], "calls": [], "documents": [], "candidates": [], "have": None}
    environment = os.environ | {"PYTHONPATH": f"{tools}{os.pathsep}{copy}", "HOME": str(folder), "TMPDIR": str(folder)}
    python, files = str((home / "venv" / "bin" / "python").absolute()), [folder / "job.json", folder / "result.json"]
    for _ in range(ATTEMPTS):
        files[0].write_text(json.dumps(job))
        command = [python, "-c", RUN, *map(str, files)]
        subprocess.run(command, env=environment, cwd=copy, capture_output=True, check=False, timeout=40 * options.seconds + 60)
        if files[1].exists():
            break
        job["skip"].append((folder / "now").read_bytes().partition(b"\0")[0].decode() if (folder / "now").exists() else "")
    else:
        return "the process ended each time"
    result = json.loads(files[1].read_text())
    kept = checked(job, result, files, [python, "-c", RUN], environment, copy) if options.tests else []
    counted = [python, "-c", COUNT, job["path"]]
    total = subprocess.run(counted, env=environment, capture_output=True, text=True, check=True).stdout.split()
    if result["error"]:
        return result["error"]
    written = f"; {run_tests(draw, result, kept, options.tests, copy, python)}" if options.tests else ""
    return summary(result, int(total[0]), int(total[1])) + written


def checked(job: dict, result: dict, files: list[Path], command: list[str], environment: dict, copy: Path) -> list[dict]:
    """The calls that give the same result in another process with another hash seed, run in a copy of the project."""
    if not result["tests"]:
        return []
    again = files[0].parent / "again.json"
    files[0].write_text(json.dumps(job | {"mode": "verify", "candidates": result["tests"]}))
    environment = environment | {"PYTHONHASHSEED": "4242"}
    subprocess.run(
        [*command, str(files[0]), str(again)], env=environment, cwd=copy, capture_output=True, check=False, timeout=600
    )
    signatures = json.loads(again.read_text())["signatures"] if again.exists() else []
    return [test for test, s in zip(result["tests"], signatures, strict=False) if s == test["signature"]]


def run_tests(draw: dict, result: dict, kept: list[dict], folder: Path, copy: Path, python: str) -> str:
    """Write the test file, leave out what fails in a first run, and count what fails when it is started in other ways."""
    entries = [Observation(**test | {"raised": Raised(**test["raised"]) if test["raised"] else None}) for test in kept]
    found = EngineResult(names=result["names"], parameters=result["parameters"])
    tests = write_tests(entries, found.parameters, set())
    errors = {e.raised.name: e.raised.module for e in entries if e.raised}
    path = copy / "tests" / f"test_{draw['module'].rpartition('.')[2]}.py"
    path.parent.mkdir(exist_ok=True)
    places = [(copy, {}, []), (path.parent, {}, []), (copy, {"TZ": "Asia/Kolkata", "LANG": "C", "PYTHONHASHSEED": "7"}, ["-s"])]
    write = lambda chosen: path.write_text(write_file(draw["module"], chosen, found.names, errors), encoding="utf-8")  # noqa: E731
    write(tests)
    bad = failing(path, copy, {}, [], copy, python)
    tests = [t for t in tests if t.name not in bad]
    bad = set()
    if tests:
        write(tests)
        bad = {name for cwd, extra, flags in places for name in failing(path, cwd, extra, flags, copy, python)}
        write(list[Test](reversed(tests)))
        bad |= failing(path, copy, {}, [], copy, python)
        write(tests)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / f"test_{draw['package'].replace('-', '_')}.py")
    return f"{len(tests)} test functions, {len(bad)} fail in other circumstances"


def failing(path: Path, cwd: Path, extra: dict, flags: list[str], copy: Path, python: str) -> set[str]:
    """The names of the test functions that fail in one run of a file; a run that does not end counts for all."""
    environment = os.environ | {"PYTHONPATH": str(copy)} | extra
    command = [python, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", *flags, str(path)]
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, errors="replace", check=False)
    names = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE))
    return names or (set() if done.returncode in (0, 5) else {"the run failed"})


def summary(result: dict, conditions: int, lines: int) -> str:
    tests = result["tests"]
    branches = len({tuple(b) for test in tests for b in test["branches"] if b[0] > 0})
    killed = len({m for test in tests for m in test["kills"]})
    ran = len({line for test in tests for line in test["lines"]})
    share = f"branches {branches}/{conditions} = {100 * branches / max(1, conditions):.0f} %"
    mutants = f"mutants {killed}/{result['mutants']} = {100 * killed / max(1, result['mutants']):.0f} %"
    return f"tests {len(tests)}, lines {ran}/{lines}, {share}, {mutants}"


if __name__ == "__main__":
    main()
