"""Whole processes of `review` on real commits of one repository: their time, and their findings to be read.

`time`: `review --staged` on each of the last commits, staged on its parent, with the index as the post-checkout hook leaves
it; wall time, and processor time of the process and its children. `read`: `review --commit` on the last commits of each mirror
that change code, checked out and indexed; every warning and error is printed with its evidence and the lines around it, to be
judged by a reader.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from histories import clone, git, log

PROGRAM = (sys.executable, "-m", "codeassist")
CODE = re.compile(r"\.(?:py|jsx?|tsx?|mjs|go|rs|java|cs|c|h|kt|php|rb)$")
AROUND = 3
"""Changed lines before and after a finding that are printed."""


def timing(options: argparse.Namespace) -> None:
    """Print the median, the 95th percentile and the worst of wall and processor time."""
    folder = options.repository
    shas = git(folder, "log", "--no-merges", f"-{options.commits + 1}", "--format=%H").split()
    wall, processor = [], []
    git(folder, "checkout", "-q", "--force", shas[-1])
    for sha in reversed(shas[:-1]):
        git(folder, "checkout", "-q", "--force", f"{sha}^")
        diff = subprocess.run(
            ["git", "-C", str(folder), "diff", "--binary", f"{sha}^", sha], capture_output=True, check=True
        ).stdout
        # The index as the post-checkout hook leaves it; it does not contain the staged change.
        subprocess.run([*PROGRAM, "index", ".", "-q"], cwd=folder, check=True, capture_output=True)
        applied = subprocess.run(["git", "-C", str(folder), "apply", "--index", "-"], input=diff, check=False)
        if applied.returncode:
            continue
        started, before = time.perf_counter(), _used()
        subprocess.run(
            [*PROGRAM, "review", "--staged", "--model", "none", "-q"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        wall.append(time.perf_counter() - started)
        processor.append(_used() - before)
    for what, times in (("wall", sorted(wall)), ("processor", sorted(processor))):
        print(
            f"{len(times)} commits, {what} time: median {statistics.median(times):.2f} s, "
            f"p95 {times[int(len(times) * 0.95)]:.2f} s, worst {times[-1]:.2f} s"
        )


def _used() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def reading(options: argparse.Namespace) -> None:
    """Print what `review --commit` says about the last commits of each mirror."""
    environment = os.environ | {"XDG_CONFIG_HOME": str(options.out.absolute() / "config")}
    for mirror in options.mirrors:
        folder = clone(mirror, options.out)
        code = [sha for sha, _, files in log(folder) if any(CODE.search(path) for path, *_ in files)]
        shas = code[options.skip : options.skip + options.commits]
        if options.trust:
            subprocess.run([*PROGRAM, "trust"], cwd=folder, check=True, capture_output=True, env=environment)
        totals: Counter[str] = Counter()
        for sha in shas:
            git(folder, "checkout", "-q", "--force", sha)
            subprocess.run([*PROGRAM, "index", ".", "-q"], cwd=folder, check=True, capture_output=True, env=environment)
            command = [*PROGRAM, "review", "--commit", sha, "--model", "none", "--json"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
            if not done.stdout:
                print(folder.name, sha[:10], "no review:", done.stderr.strip()[:300], flush=True)
                continue
            totals["commits"] += 1
            _show(folder, sha, json.loads(done.stdout), totals)
        print(folder.name, f"{shas[0][:10]}..{shas[-1][:10]}", dict(totals), flush=True)


def _show(folder: Path, sha: str, review: Mapping, totals: Counter[str]) -> None:
    for note in review["notes"] + review["unread"]:
        if "index" in note or "behaviour was not" in note or "failed" in note:
            totals["notes on what was not checked"] += 1
    for finding in review["findings"]:
        totals[finding["severity"]] += 1
        totals[f"{finding['rule']} ({finding['severity']})"] += 1
        place = f"{finding['path']}:{finding['start_line']}"
        print(f"{folder.name} {sha[:10]} {finding['severity']} {place} [{finding['rule']}] {finding['message']}")
        if finding["severity"] == "note":
            continue
        for evidence in finding.get("evidence", [])[:4]:
            print(f"      {evidence['path']}:{evidence['line']}  {evidence.get('text', '')[:140]}")
        text = subprocess.run(
            ["git", "-C", str(folder), "show", f"{sha}:{finding['path']}"], capture_output=True, text=True, check=False
        ).stdout.split("\n")
        first = max(1, finding["start_line"] - AROUND)
        for number, line in enumerate(text[first - 1 : finding["end_line"] + AROUND], first):
            print(f"      {number:>5} | {line[:140]}")
