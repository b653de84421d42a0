"""Detection and false positive rates of `review` without a model, on real commits and on mutated signatures.

    python benchmarks/review.py commits --mirrors FOLDER... --out FOLDER [--half tune|report] [--each 20]
    python benchmarks/review.py signatures --mirrors FOLDER... --out FOLDER [--half tune|report] [--each 40]
    python benchmarks/review.py time --repository FOLDER [--commits 100]

The mirrors are bare git repositories of Python packages. `commits`: bug-fixing commits (the message contains fix or bug, 1 to 3 source
files and at least one test, at most 40 changed source lines) are reversed, so that the change under review introduces the bug; the
faulty lines are those that the fix removes or changes. The tests of the fix are left out of the change, and the history is not used;
how many changes are reported as undoing a fix in the history is counted separately. Harmless commits have a message without words
like fix, bug, error or revert, touch 1 to 5 Python files, and none of these files is changed by a fix within the next 30 commits.
`signatures`: in the newest tree of each package a function or method with known callers is renamed, gets a required parameter, loses
a parameter, gets a different default, or is removed. Its callers through imports and `self` are the ground truth; an added comment
and an added useless statement are the harmless mutations. Commits are split by the first digit of their hash, functions by their name:
rules were tuned on one half (`--half tune`), the figures are those of the other.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from codeassist.tasks.review.finding import Severity

MAX_LINES = 40
FIX_MESSAGE = re.compile(r"\bfix(?:e[sd])?\b|\bbug\b", re.IGNORECASE)
TROUBLE_MESSAGE = re.compile(r"fix|bug|error|revert|regress|broke|typo|lint|format", re.IGNORECASE)
SINCE = "2016-01-01"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, errors="replace", check=True)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["commits", "signatures", "time"])
    parser.add_argument("--mirrors", type=Path, nargs="*", default=[])
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--out", type=Path, default=Path("review-bench"))
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--show", action="store_true", help="print each finding at warning or above")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    {"commits": commits, "signatures": signatures, "time": timing}[options.what](options)


def clone(mirror: Path, out: Path) -> Path:
    name = mirror.parent.name if mirror.name == "repo" else mirror.name
    folder = out / name
    if not folder.exists():
        subprocess.run(["git", "clone", "-q", "--shared", str(mirror), str(folder)], check=True)
    return folder


def of_half(sha: str, half: str) -> bool:
    return (sha[0] in "01234567") == (half == "tune")


def is_test(path: str) -> bool:
    return bool(re.search(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$", path))


def log(folder: Path) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """(hash, message, [(path, added, removed)]) of all commits except merges, newest first."""
    text = git(folder, "log", "origin/HEAD", "--no-merges", f"--since={SINCE}", "--numstat", "--format=%x1e%H%x1f%B%x1f")
    history = []
    for record in text.split("\x1e")[1:]:
        sha, message, stat = record.split("\x1f")
        files = []
        for line in stat.strip().splitlines():
            parts = line.split("\t")
            if len(parts) == 3 and parts[0].isdigit() and "=>" not in parts[2]:
                files.append((parts[2], int(parts[0]), int(parts[1])))
        history.append((sha, message, files))
    return history


def fixes(history: list, half: str) -> list[tuple[str, list[str]]]:
    chosen = []
    for sha, message, files in history:
        source = [
            f for f in files if f[0].endswith(".py") and not is_test(f[0]) and not re.search(r"setup|docs?/|example", f[0])
        ]
        small = sum(a + r for _, a, r in source) <= MAX_LINES
        if (
            FIX_MESSAGE.search(message)
            and 1 <= len(source) <= 3
            and small
            and any(is_test(f[0]) for f in files)
            and of_half(sha, half)
        ):
            chosen.append((sha, [f[0] for f in source]))
    return chosen


def harmless(history: list, half: str) -> list[str]:
    later: dict[str, list[tuple[int, bool]]] = {}
    for position, (_, message, files) in enumerate(history):
        for path, *_ in files:
            later.setdefault(path, []).append((position, bool(FIX_MESSAGE.search(message))))
    chosen = []
    for position, (sha, message, files) in enumerate(history):
        python = [f[0] for f in files if f[0].endswith(".py")]
        if TROUBLE_MESSAGE.search(message) or not 1 <= len(python) <= 5 or not of_half(sha, half):
            continue
        if sum(a + r for _, a, r in files) > 200 or len(files) > 10:
            continue
        fixed_soon = [is_fix for path in python for other, is_fix in later[path] if position - 30 <= other < position]
        if not any(fixed_soon):
            chosen.append(sha)
    return chosen


def commits(options: argparse.Namespace) -> None:
    generator = random.Random(7)
    totals: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    noise: Counter[str] = Counter()
    for mirror in options.mirrors:
        folder = clone(mirror, options.out)
        history = log(folder)
        bad, good = fixes(history, options.half), harmless(history, options.half)
        generator.shuffle(bad)
        generator.shuffle(good)
        for sha, paths in bad[: options.each]:
            diff = git(folder, "diff", sha, f"{sha}^", "--", *paths)
            git(folder, "checkout", "-q", "--force", sha)
            try:
                change = read_change(folder, ChangeSelection(diff=diff))
            except Exception as error:
                print("skipped", sha, error, file=sys.stderr)
                continue
            result = review(folder, change, ReviewConfig(max_findings=0))
            faulty = {(f.path, n) for f in change.files for n in f.touched}
            detected = [f for f in result.every if any((f.path, n) in faulty for n in range(f.start, f.end + 1))]
            totals["bad"] += 1
            totals["findings in bad"] += len(result.every)
            totals["bad with a finding on a faulty line"] += bool(detected)
            totals["bad with a warning on a faulty line"] += any(f.severity is not Severity.NOTE for f in detected)
            for rule in {f.rule for f in detected}:
                hits[rule] += 1
            subprocess.run(["git", "-C", str(folder), "apply"], input=diff.encode(), check=True)
            undone = review(folder, read_change(folder, ChangeSelection()), ReviewConfig(max_findings=0))
            totals["bad told as taking the fix back"] += any(f.rule == "undoes-fix" for f in undone.every)
            git(folder, "checkout", "-q", "--force", sha)
            show(options, mirror, sha, "bad", detected)
        for sha in good[: options.each]:
            git(folder, "checkout", "-q", "--force", sha)
            result = review(folder, read_change(folder, ChangeSelection(commit=sha)), ReviewConfig(max_findings=0))
            loud = [f for f in result.every if f.severity is not Severity.NOTE]
            totals["good"] += 1
            totals["findings in good"] += len(result.every)
            totals["good with a warning"] += bool(loud)
            totals["good with anything"] += bool(result.every)
            for rule in {f.rule for f in result.every}:
                by_rule[rule] += 1
            for rule in {f.rule for f in loud}:
                noise[rule] += 1
            show(options, mirror, sha, "good", loud)
        print(mirror.parent.name, len(bad), "fixes", len(good), "harmless", dict(totals), flush=True)
    print(json.dumps(dict(totals), indent=1))
    print(f"noise: {totals['good with a warning'] / max(1, totals['good']):.1%} of harmless changes have a warning or an error")
    recall = totals["bad with a finding on a faulty line"] / max(1, totals["bad"])
    loud_recall = totals["bad with a warning on a faulty line"] / max(1, totals["bad"])
    print(f"recall: {recall:.1%} of reversed fixes have a finding on a faulty line, {loud_recall:.1%} a warning or an error")
    print(
        f"findings per change: {totals['findings in bad'] / max(1, totals['bad']):.2f} reversed, {totals['findings in good'] / max(1, totals['good']):.2f} harmless"
    )
    print("rule, share of reversed fixes hit, share of harmless changes with it, with it as warning")
    for rule in sorted({*hits, *by_rule}, key=lambda r: -hits[r] - by_rule[r]):
        print(
            f"  {rule:<26} {hits[rule] / max(1, totals['bad']):6.1%} {by_rule[rule] / max(1, totals['good']):6.1%} {noise[rule] / max(1, totals['good']):6.1%}"
        )


def show(options: argparse.Namespace, mirror: Path, sha: str, kind: str, findings: list) -> None:
    for f in findings if options.show else ():
        print(f"    {kind} {mirror.parent.name} {sha[:10]} {f.path}:{f.start} {f.severity.value} [{f.rule}] {f.message}")


MUTATIONS = ("rename", "required", "removed parameter", "default", "remove", "comment", "body")


def signatures(options: argparse.Namespace) -> None:
    """Print precision and recall of changes with a finding, and the share of reported call sites that are real callers."""
    generator = random.Random(11 if options.half == "report" else 5)
    rows: dict[str, Counter[str]] = {m: Counter() for m in MUTATIONS}
    for mirror in options.mirrors:
        folder = clone(mirror, options.out)
        branch = git(folder, "rev-parse", "origin/HEAD").strip()
        git(folder, "checkout", "-q", "--force", branch)
        candidates = [c for c in targets(folder) if (sum(map(ord, c[0] + c[1])) % 2 == 0) == (options.half == "tune")]
        generator.shuffle(candidates)
        for path, name, node, truth in candidates[: options.each]:
            kind = generator.choice(MUTATIONS)
            text = (folder / path).read_text(encoding="utf-8")
            mutation = mutated(text, node, name, kind)
            if mutation is None:
                continue
            (folder / path).write_text(mutation[0], encoding="utf-8")
            try:
                result = review(folder, read_change(folder, ChangeSelection()), ReviewConfig(max_findings=0))
            finally:
                git(folder, "checkout", "-q", "--force", branch)
            broken = {use for use in truth if mutation[1](use)}
            rule = "default-changed" if kind == "default" else "caller-left-behind"
            findings = [
                f for f in result.every if (f.rule == rule and f.path == path and f"'{name}'" in f.message) or f.rule == rule
            ]
            reported = {(p.path, p.line) for f in findings for p in f.evidence}
            real = {(p, line) for p, line, _ in broken}
            row = rows[kind]
            row["changes"] += 1
            row["with callers"] += bool(real)
            row["found"] += bool(real) and bool(findings)
            row["false"] += bool(findings) and not real
            row["places named"] += len(reported)
            row["places right"] += len(reported & real)
            if options.show and ((bool(real) and not findings) or (findings and not real)):
                print(
                    f"    {kind} {mirror.parent.name} {path} {name} real={sorted(real)[:3]} messages={[f.message for f in findings][:2]}"
                )
    total: Counter[str] = Counter()
    for kind, row in rows.items():
        total.update(row)
        print(f"{kind:<18} {dict(row)}")
    precision = total["found"] / max(1, total["found"] + total["false"])
    print(
        f"precision {precision:.3f} of changes with a finding, recall {total['found'] / max(1, total['with callers']):.3f}, "
        f"reported call sites that are callers {total['places right'] / max(1, total['places named']):.3f}"
    )


def targets(folder: Path) -> list:
    """(path, name, node, callers) of top-level functions with known callers, and of methods called through `self`."""
    trees = {}
    for file in sorted(folder.rglob("*.py")):
        relative = file.relative_to(folder).as_posix()
        try:
            trees[relative] = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
    names: Counter[str] = Counter(
        n.name for t in trees.values() for n in ast.walk(t) if isinstance(n, ast.FunctionDef | ast.ClassDef)
    )
    rows = []
    for path, tree in trees.items():
        if is_test(path) or "/" not in path:
            continue
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef)
                and names[node.name] == 1
                and not node.decorator_list
                and not node.name.startswith("__")
            ):
                callers = callers_of(trees, path, node.name)
                if callers:
                    rows.append((path, node.name, node, callers))
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and names[method.name] == 1 and not method.decorator_list:
                        calls = [
                            (path, c.lineno, c)
                            for c in ast.walk(node)
                            if isinstance(c, ast.Call)
                            and isinstance(c.func, ast.Attribute)
                            and c.func.attr == method.name
                            and isinstance(c.func.value, ast.Name)
                            and c.func.value.id == "self"
                        ]
                        if calls and not method.name.startswith("__"):
                            rows.append((path, f"{node.name}.{method.name}", method, calls))
    return rows


def callers_of(trees: dict, path: str, name: str) -> list:
    """Imports of the name from its module, and its calls in the importing files and in its own file."""
    stem = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    uses = []
    for other, tree in trees.items():
        imported = other == path
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == stem:
                for alias in node.names:
                    if alias.name == name and alias.asname is None:
                        imported = True
                        uses.append((other, node.lineno, node))
        if imported:
            uses += [
                (other, c.lineno, c)
                for c in ast.walk(tree)
                if isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id == name
            ]
    return uses


def mutated(text: str, node: ast.FunctionDef, name: str, kind: str):  # noqa: ANN201
    """(new text, predicate of the uses it breaks); None when the mutation does not apply."""
    lines = text.split("\n")
    bare = node.name
    head = lines[node.lineno - 1]
    own = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    method = "." in name
    arguments = [a.arg for a in (*node.args.posonlyargs, *node.args.args)][method:]
    required = len(arguments) - len(node.args.defaults)

    def is_call(use):  # noqa: ANN001, ANN202
        return isinstance(use[2], ast.Call)

    def starred(use):  # noqa: ANN001, ANN202
        return is_call(use) and (
            any(isinstance(a, ast.Starred) for a in use[2].args) or any(k.arg is None for k in use[2].keywords)
        )

    if kind == "rename":
        lines[node.lineno - 1] = head.replace(f"def {bare}", f"def {bare}_renamed", 1)
        return "\n".join(lines), lambda use: use[1] not in own
    if kind == "remove":
        start = node.lineno - 1
        filler = [" " * node.col_offset + "pass"] if method else []
        return "\n".join(lines[:start] + filler + lines[node.end_lineno :]), lambda use: use[1] not in own
    signature = re.match(rf"(\s*def {bare}\()(.*)(\).*:\s*)$", head)
    if kind in ("required", "removed parameter", "default") and (signature is None or re.search(r"[\[({]", signature[2])):
        return None  # commas inside brackets are not handled here
    if kind == "required":
        if node.args.vararg or node.args.kwarg or node.args.kwonlyargs:
            return None
        first = [a.strip() for a in signature[2].split(",") if a.strip()]
        first.insert(int(method) + required, "needed_now")
        lines[node.lineno - 1] = f"{signature[1]}{', '.join(first)}{signature[3]}"

        def misses(use):  # noqa: ANN001, ANN202
            if not is_call(use) or starred(use):
                return False
            passed = len(use[2].args) + sum(k.arg in arguments for k in use[2].keywords)
            positional = len(use[2].args)
            return positional <= required and passed >= required

        return "\n".join(lines), misses
    if kind == "removed parameter":
        if (
            not arguments
            or node.args.vararg
            or node.args.kwarg
            or "," in (signature[2].split("=")[-1] if "=" in signature[2] else "")
        ):
            return None
        dropped = arguments[-1]
        remaining = [a for a in signature[2].split(",") if not re.match(rf"\s*{dropped}\b", a)]
        lines[node.lineno - 1] = f"{signature[1]}{','.join(remaining)}{signature[3]}"
        position = len(arguments) - 1
        return (
            "\n".join(lines),
            lambda use: (
                is_call(use)
                and not starred(use)
                and (len(use[2].args) > position or any(k.arg == dropped for k in use[2].keywords))
            ),
        )
    if kind == "default":
        if (
            not node.args.defaults
            or not isinstance(node.args.defaults[-1], ast.Constant)
            or node.args.defaults[-1].value == 12345
        ):
            return None
        last = node.args.defaults[-1]
        if last.lineno != node.lineno:
            return None
        lines[node.lineno - 1] = head[: last.col_offset] + "12345" + head[last.end_col_offset :]
        changed, position = arguments[-1], len(arguments) - 1
        return (
            "\n".join(lines),
            lambda use: (
                is_call(use)
                and not starred(use)
                and len(use[2].args) <= position
                and not any(k.arg == changed for k in use[2].keywords)
            ),
        )
    body = node.body[0].lineno - 1
    indent = " " * (node.body[0].col_offset)
    if node.body[0].lineno == node.lineno:
        return None
    added = f"{indent}# a comment that changes nothing" if kind == "comment" else f"{indent}unused_here = 1"
    return "\n".join([*lines[:body], added, *lines[body:]]), lambda use: False


def timing(options: argparse.Namespace) -> None:
    """Time the whole process `review --staged` on real commits, one after the other, in an indexed repository."""
    folder = options.repository
    shas = git(folder, "log", "--no-merges", f"-{options.commits + 1}", "--format=%H").split()
    times = []
    git(folder, "checkout", "-q", "--force", shas[-1])
    for sha in reversed(shas[:-1]):
        git(folder, "checkout", "-q", "--force", f"{sha}^")
        diff = subprocess.run(
            ["git", "-C", str(folder), "diff", "--binary", f"{sha}^", sha], capture_output=True, check=True
        ).stdout
        # The index as the post-checkout hook leaves it; it does not contain the staged change.
        subprocess.run([sys.executable, "-m", "codeassist", "index", ".", "-q"], cwd=folder, check=True, capture_output=True)
        applied = subprocess.run(["git", "-C", str(folder), "apply", "--index", "-"], input=diff, check=False)
        if applied.returncode:
            continue
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "codeassist", "review", "--staged", "--model", "none", "-q"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        times.append(time.perf_counter() - started)
    times.sort()
    print(
        f"{len(times)} commits: median {statistics.median(times):.2f} s, p95 {times[int(len(times) * 0.95)]:.2f} s, worst {times[-1]:.2f} s"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory():
        main()
