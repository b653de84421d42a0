"""The questions of benchmarks/spans.py, made from repositories: documentation, commits and errors."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from indexers.build.parsing import parse_file
from indexers.files.decoding import split_lines
from indexers.syntax.languages import CODE, MINOR_KINDS, detect, is_test_path
from indexers.syntax.words import query_terms
from training.queries import make_repository

COMMITS_A_REPOSITORY = 4
ERRORS_A_REPOSITORY = 8
LONGEST_ANSWER = 150
"""In lines; a longer function is too easy to hit by chance."""
_RAISES = re.compile(
    r"""(?:raise|throw|panic!?|errors\.New|fmt\.Errorf|bail!|fail|error|abort|Err)\b[^"'`\n]{0,60}["'`]([^"'`\n]{18,120})["'`]"""
)
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{[^}]*\}|%[-\d.]*[a-z]|#\{[^}]*\}|\\\(.*?\)")
_DULL = re.compile(
    r"^(?:merge|bump|release|update (?:dep|readme|change)|chore|ci|docs?|style|test|fix (?:typo|lint)|prepare|v?\d)",
    re.IGNORECASE,
)


def _git(mirror: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", f"--git-dir={mirror}", *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    return done.stdout


def _functions(path: str, text: str) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of the definitions in a file."""
    parsed = parse_file(path, detect(path), text.encode("utf-8", "replace"))
    return [(s.name, s.start_line, s.end_line) for s in parsed.symbols if s.kind not in MINOR_KINDS]


def _innermost(functions: Sequence[tuple[str, int, int]], line: int) -> tuple[str, int, int] | None:
    enclosing = [f for f in functions if f[1] <= line <= f[2]]
    return min(enclosing, key=lambda f: f[2] - f[1], default=None)


def _archive(mirror: Path, revision: str, root: str, target: Path) -> bool:
    target.mkdir(parents=True, exist_ok=True)
    command = ["git", f"--git-dir={mirror}", "archive", revision, *([root] if root else [])]
    packed = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    unpacked = subprocess.run(["tar", "-x", "-C", str(target)], stdin=packed.stdout, check=False)
    return packed.wait() == 0 and unpacked.returncode == 0


def _changed_lines(diff: str) -> dict[str, list[int]]:
    """Map each path to the lines of the old file that a diff changes or deletes, without pure insertions."""
    changed: dict[str, list[int]] = defaultdict(list)
    path, header = "", False
    for row in diff.splitlines():
        if row.startswith("diff --git "):
            path, header = "", True
        elif header and row.startswith("--- "):
            path = row[6:] if row.startswith("--- a/") else ""
        elif hunk := re.match(r"@@ -(\d+)(?:,(\d+))? ", row):
            header = False
            first, count = int(hunk[1]), int(hunk[2] or 1)
            changed[path].extend(range(first, first + count))
    return {path: lines for path, lines in changed.items() if path and lines}


def commit_cases(mirror: Path, revision: str, root: str, target: Path) -> list[dict[str, Any]]:
    """Questions from commits up to `revision`; the tree of each parent is written below `target`."""
    cases: list[dict[str, Any]] = []
    log = _git(mirror, "log", "--no-merges", "-n", "600", "--format=%H%x09%P%x09%s", revision, "--", *([root] if root else []))
    for line in log.splitlines():
        if len(cases) >= COMMITS_A_REPOSITORY:
            break
        sha, parent, subject = line.split("\t", 2)
        subject = re.sub(r"\s*\(#\d+\)|^\w+(?:\([^)]*\))?!?:\s*|#\d+", "", subject).strip()
        if not 4 <= len(subject.split()) <= 16 or _DULL.match(subject) or " " in parent:
            continue
        answers = []
        diff = _git(mirror, "diff", "--unified=0", "--no-renames", parent, sha, "--", *([root] if root else []))
        changed = _changed_lines(diff)
        code = [p for p in changed if detect(p).role == CODE and detect(p).queries and not is_test_path(p)]
        if not 1 <= len(code) <= 3 or sum(len(changed[p]) for p in code) > 80:
            continue
        for path in code:
            functions = _functions(path, _git(mirror, "show", f"{parent}:{path}"))
            answers.extend({(path, f[1], f[2]) for n in changed[path] if (f := _innermost(functions, n))})
        if not 1 <= len(answers) <= 5 or any(end - start > LONGEST_ANSWER for _, start, end in answers):
            continue
        folder = target / sha[:10]
        if _archive(mirror, parent, root, folder):
            cases.append(
                {
                    "kind": "commit",
                    "query": subject,
                    "folder": str(folder / root),
                    "answers": [[p[len(root) + 1 :] if root else p, a, b] for p, a, b in sorted(answers)],
                }
            )
    return cases


def error_cases(folder: Path, name: str) -> list[dict[str, Any]]:
    """Questions from error texts, with placeholders replaced by values that a user would see."""
    generator = random.Random(name)
    cases = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        language = detect(path.name)
        if (
            not path.is_file()
            or language.role != CODE
            or not language.queries
            or is_test_path(relative)
            or path.stat().st_size > 300_000
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        functions = None
        for number, line in enumerate(split_lines(text), 1):
            if (raised := _RAISES.search(line)) and len(query_terms(raised[1])) >= 3 and " " in raised[1]:
                functions = functions or _functions(relative, text)
                if place := _innermost(functions, number):
                    query = _PLACEHOLDER.sub(lambda _: generator.choice(("42", "foo", "'name'", "/tmp/x")), raised[1])
                    cases.append(
                        {"kind": "error", "query": query, "folder": str(folder), "answers": [[relative, place[1], place[2]]]}
                    )
    generator.shuffle(cases)
    by_query = {case["query"]: case for case in cases}
    return list(by_query.values())[:ERRORS_A_REPOSITORY]


def _everything(folder: Path) -> str:
    """All text below a folder in lower case with whitespace folded, to drop questions that it still contains verbatim."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return " ".join(" ".join(path.read_text(encoding="utf-8", errors="replace").split()) for path in files).lower()


def make(bench: Path, mirrors: Path, repos: Path, out: Path) -> None:
    """Write the questions of every repository to `out`/NAME.json, and the trees to search next to it."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for entry in json.loads((bench / "repos.json").read_text(encoding="utf-8")):
        name, root = entry["name"], entry["benchmark_root"] or ""
        mirror = mirrors / entry["github"].replace("/", "+") / "repo"
        checkout = repos / name / root
        cases = commit_cases(mirror, entry["revision"], root, out / name)
        cases += error_cases(checkout, name)
        stripped = out / name / "documentation"
        source_text = ""
        for question in make_repository(checkout, stripped):
            source_text = source_text or _everything(stripped)
            if (
                question.kind == "span"
                and question.end - question.start <= LONGEST_ANSWER
                and question.text.lower() not in source_text
            ):
                cases.append(
                    {
                        "kind": "documentation",
                        "query": question.text,
                        "folder": str(stripped),
                        "answers": [[question.path, question.start, question.end]],
                    }
                )
        for case in cases:
            case["repo"] = name
        (out / f"{name}.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1), encoding="utf-8")
        print(name, {kind: sum(c["kind"] == kind for c in cases) for kind in ("documentation", "commit", "error")}, flush=True)
