"""Two versions of the program in turns: wall time and CPU time of whole processes, and the ratio of each pair.

    python benchmarks/pairs.py NEW OLD TREE [--pairs 9] [--only index search ask update duplicates] [--work FOLDER]

NEW and OLD are checkouts. Their bytecode is compiled first, as an installation does: without it (`PYTHONDONTWRITEBYTECODE`) a
run measures how many lines are imported. TREE is a repository; each version gets a copy of its own, so that neither changes
the other's index. The order of a pair alternates. CPU time is that of the process and its children, user and system.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMANDS = {
    "index": ["index", "-q", "."],
    "update": ["index", "-q", "."],
    "search": ["search", "session middleware"],
    "ask": ["ask", "where is the csrf token checked"],
    "duplicates": ["duplicates", "--tests", "-q", "--no-refresh", "--json", "--limit", "100000"],
}
COLD = frozenset({"index"})


def run(program: Path, tree: Path, arguments: list[str]) -> tuple[float, float]:
    """(seconds by the clock, CPU seconds) of one process of a version."""
    environment = os.environ | {"PYTHONPATH": str(program)}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-P", "-m", "codeassist", *arguments]
    done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(
            f"{program}: {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-500:]}"
        )
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(name: str, versions: list[tuple[Path, Path]], pairs: int) -> None:
    """Run one command in turns and print the medians of (new, old), and the median of the ratios pair by pair."""
    rows: list[list[tuple[float, float]]] = [[], []]
    for number in range(pairs):
        for version in (0, 1) if number % 2 == 0 else (1, 0):
            program, tree = versions[version]
            if name in COLD:
                shutil.rmtree(tree / ".codeassist", ignore_errors=True)
            rows[version].append(run(program, tree, COMMANDS[name]))
    for column, label in enumerate(("wall", "CPU")):
        new, old = ([row[column] for row in rows[version]] for version in (0, 1))
        ratio = statistics.median(a / b for a, b in zip(new, old, strict=True))
        print(
            f"{name:<11} {label:<5} {statistics.median(new):8.3f} s {statistics.median(old):8.3f} s   {ratio:.2f}", flush=True
        )


def main() -> None:
    """Parse the arguments, copy the tree for each version, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("new", type=Path)
    parser.add_argument("old", type=Path)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--only", nargs="+", choices=COMMANDS, default=["index", "update", "search", "ask"])
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        versions = []
        for label, program in (("new", options.new.resolve()), ("old", options.old.resolve())):
            for package in ("codeassist", "indexers"):
                compileall.compile_dir(program / package, quiet=1)
            tree = Path(work) / label / options.tree.resolve().name
            shutil.copytree(options.tree, tree, symlinks=True, ignore=shutil.ignore_patterns(".codeassist"))
            run(program, tree, ["index", "-q", "."])
            versions.append((program, tree))
        print("command           new        old         new/old")
        for name in options.only:
            measure(name, versions, options.pairs)


if __name__ == "__main__":
    main()
