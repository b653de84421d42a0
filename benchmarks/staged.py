"""Processor time of `review --staged` over synthetic changes of a large repository, without a model and without running code.

    python benchmarks/staged.py FOLDER [--changes 30] [--seed 1]

FOLDER is a clone that may be changed, with an index. Each change edits one function of one to three modules: another constant,
another name, a new required parameter, another condition, or a new statement. It is staged, reviewed and taken back.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from histories import git, is_test


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    paths = [p for p in git(options.folder, "ls-files", "*.py").splitlines() if not is_test(p)]
    times, findings = [], 0
    while len(times) < options.changes:
        kinds = [
            kind
            for path in chance.sample(paths, chance.choice((1, 1, 2, 3)))
            if (kind := change(options.folder / path, chance))
        ]
        if not kinds:
            continue
        git(options.folder, "add", "-u")
        seconds, found, slowest = reviewed(options.folder)
        times.append(seconds)
        findings += found
        print(f"{seconds:.2f} s  {found} findings  {', '.join(kinds)}  {slowest}", flush=True)
        git(options.folder, "reset", "-q", "--hard")
    times.sort()
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    print(f"{len(times)} changes: median {statistics.median(times):.2f} s, p95 {p95:.2f} s, worst {times[-1]:.2f} s", end="")
    print(f"; {findings} findings")


def change(path: Path, chance: random.Random) -> str:
    """Edit one function of a module; returns the kind and the place, "" if it has none that fits."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return ""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and not n.name.startswith("__")]
    if not functions:
        return ""
    function = chance.choice(functions)
    lines = text.split("\n")
    kind = chance.choice(["name", "parameter", "constant", "condition", "statement"])
    head = function.lineno - 1
    body = function.body[0].lineno - 1
    if kind == "name":
        lines[head] = lines[head].replace(f"def {function.name}(", f"def {function.name}_now(")
    elif kind == "parameter":
        lines[head] = (
            lines[head]
            .replace(f"def {function.name}(self", f"def {function.name}(self, extra")
            .replace(
                f"def {function.name}(", f"def {function.name}(" if "(self" in lines[head] else f"def {function.name}(extra, "
            )
        )
    elif kind in ("constant", "condition"):
        wanted = ast.Constant if kind == "constant" else ast.If
        nodes = [n for n in ast.walk(function) if isinstance(n, wanted) and n.lineno > body]
        if not nodes:
            return ""
        at = chance.choice(nodes).lineno - 1
        lines[at] = lines[at].replace("if ", "if not ", 1) if kind == "condition" else f"{lines[at]}  # other"
    else:
        lines.insert(body, f"{' ' * function.body[0].col_offset}marker = 1")
    if lines == text.split("\n"):
        return ""
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"{kind} {path.name}:{function.name}"


def reviewed(folder: Path) -> tuple[float, int, str]:
    """(processor seconds of the review and its processes, findings, the slowest analysers)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "codeassist",
        "review",
        "--staged",
        "--model",
        "none",
        "--format",
        "json",
        "--timeout",
        "300",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return seconds, 0, done.stderr.strip()[-200:]
    return seconds, len(answer["findings"]), ", ".join(answer["cut_short"])


if __name__ == "__main__":
    sys.exit(main())
