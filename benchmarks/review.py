"""Detection and false positive rates of `review` without a model, on real commits and on mutated signatures.

    python benchmarks/review.py commits --mirrors FOLDER... --out FOLDER [--half tune|report] [--each 20]
    python benchmarks/review.py signatures --mirrors FOLDER... --out FOLDER [--half tune|report] [--each 40]
    python benchmarks/review.py time --repository FOLDER [--commits 100]
    python benchmarks/review.py read --mirrors FOLDER... --out FOLDER [--commits 25] [--trust]

The mirrors are bare git repositories of Python packages. `commits`: bug-fixing commits (the message contains fix or bug, 1 to 3 source
files and at least one test, at most 40 changed source lines) are reversed, so that the change under review introduces the bug; the
faulty lines are those that the fix removes or changes. The tests of the fix are left out of the change, and the history is not used;
how many changes are reported as undoing a fix in the history is counted separately. Harmless commits have a message without words
like fix, bug, error or revert, touch 1 to 5 Python files, and none of these files is changed by a fix within the next 30 commits.
`signatures`: in the newest tree of each package a function or method with known callers is renamed, gets a required parameter, loses
a parameter, gets a different default, or is removed. Its callers through imports and `self` are the ground truth; an added comment
and an added useless statement are the harmless mutations. Commits are split by the first digit of their hash, functions by their name:
rules were tuned on one half (`--half tune`), the figures are those of the other. `time` and `read`: see `review_processes.py`.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from histories import clone, fixes, git, harmless, log
from mutations import MUTATIONS, mutated, targets
from review_processes import reading, timing

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from codeassist.tasks.review.finding import Severity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["commits", "signatures", "time", "read"])
    parser.add_argument("--mirrors", type=Path, nargs="*", default=[])
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--out", type=Path, default=Path("review-bench"))
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--show", action="store_true", help="print each finding at warning or above")
    parser.add_argument("--trust", action="store_true", help="read: run the changed code too")
    parser.add_argument("--skip", type=int, default=0, help="read: leave out the newest commits")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    {"commits": commits, "signatures": signatures, "time": timing, "read": reading}[options.what](options)


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
            totals["bad reported as taking the fix back"] += any(f.rule == "undoes-fix" for f in undone.every)
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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory():
        main()
