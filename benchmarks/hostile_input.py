"""Hostile input: command lines, configurations, files and systems that must end in one sentence and an exit code, never a traceback.

    python benchmarks/hostile_input.py [--cases 2000] [--seed 1] [--only KIND...] [--processes 0.05] [--case N] [--json FILE]

Each case makes a fresh copy of a small indexed repository with an uncommitted change, spoils it in one way, and runs one command. The kinds
are the functions of `KINDS`. Case N of a seed is always the same; `--case N` runs it alone and prints all of its output. Most cases run
in a forked child of this process, which has the program's modules loaded already; the share `--processes` runs as new processes.
Needs `fork` (Linux, macOS). Some kinds are left out where the system lacks what they need, which is said.

Reported, each with its number and command: a traceback, an exit code outside of 0 to 4 and 128 + a signal, a run over `--seconds`. The
program exits with 1 when there is any.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from hostile_cases import KINDS, make_case
from hostile_repository import Case
from hostile_runs import Runner

SECONDS = 60.0


def main() -> int:
    """Run the cases and report the faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help=f"of {', '.join(kind.__name__ for kind, _ in KINDS)}")
    parser.add_argument("--processes", type=float, default=0.05, help="the share that runs as new processes")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--case", type=int, help="run this case alone and print its output")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    preload()
    faults: list[dict[str, Any]] = []
    codes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        runner = Runner(Path(scratch), options.seconds)
        if not runner.mounts:
            print("left out: full disks, missing inodes and read-only disks (no user namespaces)", file=sys.stderr)
        numbers = range(options.cases) if options.case is None else [options.case]
        for number in numbers:
            case = make_case(options.seed, number, options.only)
            process = random.Random(f"{options.seed}/{number}/process").random() < options.processes
            outcome = runner.run(case, process=process)
            codes[f"{case.kind}: {outcome.code}"] += 1
            if fault := outcome.fault(options.seconds):
                entry = {"case": number, "kind": case.kind, "words": case.words, "condition": case.condition, "fault": fault}
                faults.append(
                    entry | {"environment": case.environment, "files": {k: repr(v[:200]) for k, v in case.files.items() if v}}
                )
                print(f"{number:>5} {case.kind:<22} {shown(case)}\n      {fault[:300]}", flush=True)
            if options.case is not None:
                print(case, outcome.out.decode("utf-8", "replace"), outcome.err.decode("utf-8", "replace"), outcome.crash, outcome.code, sep="\n")  # fmt: skip
    print(f"{len(numbers)} cases, seed {options.seed}: {len(faults)} faults", dict(sorted(codes.items())), flush=True)
    if options.json:
        options.json.write_text(
            json.dumps({"cases": len(numbers), "seed": options.seed, "faults": faults}, indent=1), encoding="utf-8"
        )
    return int(bool(faults))


def preload() -> None:
    """Import what commands import, so that forked children start at once; nothing runs that starts threads."""
    from codeassist.cli import app

    app.make_app()
    for name in ("indexers.index", "indexers.stores.faiss", "indexers.encoders.static", "indexers.search.searcher", "indexers.build.prepare", "codeassist.tasks.review", "codeassist.tasks.ask", "codeassist.tasks.gen_tests", "codeassist.tasks.map", "codeassist.tasks.duplicates", "codeassist.tasks.commit_message", "codeassist.tasks.evaluate", "codeassist.tasks.doctor", "yaml", "jinja2", "jsonschema", "rich.console", "rich.panel", "rich.table", "numpy"):  # fmt: skip
        with contextlib.suppress(ImportError):
            __import__(name)
    gc.collect()
    gc.freeze()  # collections in the children would copy the pages of all modules


def shown(case: Case) -> str:
    """The case on one line."""
    words = " ".join(ascii(w)[:60] for w in case.words)
    return f"[{case.condition}] {words}" if case.condition else words


if __name__ == "__main__":
    sys.exit(main())
