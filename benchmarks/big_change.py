"""Which of ten planted mistakes `review --staged` finds in a generated change of many files, within the time given.

    python benchmarks/big_change.py --out FOLDER [--files 5000] [--timeout 20] [--kind mixed|callers]

The repository has FILES modules of three functions and a caller of each module in another one; the change edits one
function body in every module. `mixed` plants two removed functions, two added required parameters, a renamed class
attribute's method, a syntax error, a debugger call, a secret, a conflict marker and a call that lost its `await`;
`callers` plants ten functions that are removed or need another argument. The places are spread over the listing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

MODULE = '''"""Module {n}."""

from pkg.part{part}.module{other} import total{other}


class Box{n}:
    """A box."""

    def __init__(self, size):
        self.size = size

    def grow(self, by):
        """Grow by some."""
        return self.size + by


def total{n}(values, start):
    """The sum of values."""
    result = start
    for value in values:
        result += value
    return result


def shown{n}(values):
    """The sum, as text."""
    return str(total{other}(values, 0)) + "{n}"


async def fetched{n}(name):
    """A name."""
    return name


async def stored{n}(name):
    """The length of a name."""
    text = await fetched{n}(name)
    return len(text) + 0
'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--kind", choices=["mixed", "callers"], default="mixed")
    options = parser.parse_args()
    folder = options.out / f"big-{options.kind}-{options.files}"
    if not (folder / ".git").exists():
        generate(folder, options.files, options.kind)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "codeassist", "review", "--staged", "--model", "none", "--json"]
    command.append(f"--timeout={options.timeout}")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.stdout:
        sys.exit(done.stderr)
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = json.loads(done.stdout)
    found = {(f["path"], f["rule"]) for f in answer["findings"]}
    expected = planted(options.files, options.kind)
    hits = [p for p in expected if any(path == p[0] and rule == p[2] for path, rule in found)]
    for path, mistake, rule in expected:
        print("found " if (path, mistake, rule) in hits else "MISSED", path, mistake, f"[{rule}]")
    others = {(path, rule) for path, rule in found} - {(p, r) for p, _, r in expected}
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{len(hits)} of {len(expected)} found, {len(others)} other findings, {wall:.1f} s, {used:.1f} s of processor time")
    print("not finished:", ", ".join(answer["cut_short"]) or "nothing")
    for text in answer["unread"] + answer["notes"]:
        print(" ", text[:200])


def planted(count: int, kind: str) -> list[tuple[str, str, str]]:
    """(path, mistake, the rule that should find it) of each planted mistake."""
    mixed = [
        ("removed", "caller-left-behind"),
        ("removed", "caller-left-behind"),
        ("required", "caller-left-behind"),
        ("required", "caller-left-behind"),
        ("renamed", "caller-left-behind"),
        ("syntax", "syntax-error"),
        ("debugger", "debug-leftover"),
        ("secret", "secret"),
        ("conflict", "conflict-marker"),
        ("await", "missing-await"),
    ]
    chosen = mixed if kind == "mixed" else [("removed" if n % 2 else "required", "caller-left-behind") for n in range(10)]
    step = count // len(chosen)
    return [(path_of(step * n + step // 2), mistake, rule) for n, (mistake, rule) in enumerate(chosen)]


def path_of(number: int) -> str:
    return f"pkg/part{number // 100}/module{number}.py"


def module(number: int, count: int) -> str:
    other = (number + 1) % count
    return MODULE.format(n=number, other=other, part=other // 100)


def changed(number: int, text: str, mistake: str) -> str:
    """The module after the change, with a mistake or without one ("")."""
    text = text.replace("result += value", "result = result + value")
    if mistake == "removed":
        start, end = text.index(f"def total{number}("), text.index(f"def shown{number}(")
        return text[:start] + text[end:]
    if mistake == "required":
        return text.replace(f"def total{number}(values, start)", f"def total{number}(values, start, step)")
    if mistake == "renamed":
        return text.replace(f"def total{number}(", f"def summed{number}(")
    if mistake == "syntax":
        return text.replace("    result = start\n", "    result = (start\n")
    if mistake == "debugger":
        return text.replace("    result = start\n", "    breakpoint()\n    result = start\n")
    if mistake == "secret":
        key = "AKIA" + "Q3EGRZ7JN4XK2PWT"  # made up, and in pieces so that no scanner takes it for one
        return text.replace("    result = start\n", f'    key = "{key}"\n    result = start\n')
    if mistake == "conflict":
        return text + "\n\nNAMES = '''\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> other\n'''\n"
    return text.replace(f"await fetched{number}(name)", f"fetched{number}(name)") if mistake == "await" else text


def generate(folder: Path, count: int, kind: str) -> None:
    mistakes = {path: mistake for path, mistake, _ in planted(count, kind)}
    texts = {path_of(n): module(n, count) for n in range(count)}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "Modules")
    for n, (path, text) in enumerate(texts.items()):
        (folder / path).write_text(changed(n, text, mistakes.get(path, "")))
    git(folder, "add", "-A")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
