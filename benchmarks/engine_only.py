"""The search engine alone on drawn packages, for a fixed CPU time: comparable between versions also on a busy machine.

    python benchmarks/engine_only.py --out FOLDER --program CHECKOUT --seconds 10 PACKAGE...

FOLDER is that of `wild_tests.py setup`, CHECKOUT a checkout of this repository. The engine runs outside the sandbox, under its
own guard, with a clock that shows its CPU time (and a twelfth of the time that passes, so that waiting ends). Printed are the
tests it selects and its own counts of lines, branches and mutants. Run it only on packages that you would run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

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
from _codeassist_search.instrument import Instrumenter
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
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()
    draws = {d["package"]: d for d in json.loads((options.out / "draws.json").read_text()) if "module" in d}
    for name in options.packages:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name:20} {measure(draws[name], options, Path(folder))}", flush=True)


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
    counted = [python, "-c", COUNT, job["path"]]
    total = subprocess.run(counted, env=environment, capture_output=True, text=True, check=True).stdout.split()
    return result["error"] or summary(result, int(total[0]), int(total[1]))


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
