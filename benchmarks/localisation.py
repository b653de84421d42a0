"""Localisation of real issues: the files that a fix changed, found with the text of the issue alone.

    python benchmarks/localisation.py make --instances LITE.json --mirrors MIRRORS --out CASES [--each N]
    python benchmarks/localisation.py run --cases CASES [--rows ROWS.jsonl] [--jobs N]

LITE.json has the instances of SWE-bench Lite (Jimenez et al., ICLR 2024): `instance_id`, `repo`, `base_commit`,
`problem_statement`, `patch`. MIRRORS contains git directories named OWNER+NAME, which may be forks. `make` checks out each
instance whose number is even, indexes it, and keeps tree and index in CASES/INSTANCE; of each repository at most N
instances, spread over time. `run` searches with the whole text and with the title alone. Figures: file
acc@k, the share of instances whose changed files are all among the first k results over source files (tests and other
languages left out); the same over all files; function recall@10, the share of the changed functions that overlap one of ten
chunks.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from indexers import Index, IndexOptions, WalkRules

KS = (1, 5, 10)
_FILE = re.compile(r"^--- a/(.+)$")
_HUNK = re.compile(r"^@@ -(\d+)")


def changed_lines(patch: str) -> dict[str, set[int]]:
    """The lines of each file, before the patch, that it changes; an insertion counts as the line before it."""
    lines: dict[str, set[int]] = defaultdict(set)
    path, number = "", 0
    for line in patch.splitlines():
        if match := _FILE.match(line):
            path = match[1]
        elif match := _HUNK.match(line):
            number = int(match[1])
        elif line.startswith("-") and not line.startswith("---"):
            lines[path].add(number)
            number += 1
        elif line.startswith("+") and not line.startswith("+++"):
            lines[path].add(max(1, number - 1))
        elif line.startswith(" "):
            number += 1
    return dict(lines)


def git_directory(mirrors: Path, repository: str) -> Path | None:
    """The git directory of a repository or of a fork of it."""
    name = repository.split("/")[1]
    folders = [mirrors / repository.replace("/", "+"), *sorted(mirrors.glob(f"*+{name}"))]
    heads = (head for folder in folders for head in sorted(folder.glob("**/HEAD"))[:20])
    return next((head.parent for head in heads if (head.parent / "objects").is_dir()), None)


def spread(instances: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """At most `most` instances, evenly spread over time."""
    ordered = sorted(instances, key=lambda i: i["created_at"])
    return ordered if len(ordered) <= most else [ordered[i * len(ordered) // most] for i in range(most)]


def make_repository(git: Path, instances: list[dict[str, Any]], out: Path) -> int:
    """Check out and index the instances of one repository, one after the other so that each is a small update."""
    work = out / f"work-{instances[0]['repo'].replace('/', '+')}"
    tree, made = work / "tree", 0
    tree.mkdir(parents=True, exist_ok=True)
    base = ["git", "--git-dir", str(git), "--work-tree", str(tree)]
    environment = {"GIT_INDEX_FILE": str(work / "git-index"), "PATH": "/usr/bin:/bin"}
    for instance in instances:
        target = out / instance["instance_id"]
        command = [*base, "read-tree", "-u", "--reset", instance["base_commit"]]
        if (target / "case.json").exists() or subprocess.run(
            command, env=environment, capture_output=True, check=False
        ).returncode:
            continue
        Index.build(tree, index_dir=work / "index", options=IndexOptions(WalkRules(), jobs=1)).close()
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        subprocess.run(["cp", "-al", str(tree), str(target / "tree")], check=True)  # git replaces files, so links are safe
        shutil.copytree(work / "index", target / "index")
        case = {name: instance[name] for name in ("instance_id", "repo", "problem_statement", "patch")}
        (target / "case.json").write_text(json.dumps(case), encoding="utf-8")
        made += 1
    shutil.rmtree(work)
    return made


def make(instances: Path, mirrors: Path, out: Path, each: int, only: list[str]) -> None:
    """Write the cases."""
    by_repository: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for instance in json.loads(instances.read_text(encoding="utf-8")):
        if int(instance["instance_id"].rsplit("-", 1)[1]) % 2 == 0 and (not only or instance["repo"] in only):
            by_repository[instance["repo"]].append(instance)
    for repository, some in sorted(by_repository.items(), key=lambda entry: len(entry[1])):
        git = git_directory(mirrors, repository)
        made = make_repository(git, spread(some, each), out) if git else 0
        print(repository, f"{made} of {len(some)} instances", "" if git else "(no mirror)", flush=True)


def judge(folder: Path) -> dict[str, Any]:
    """The ranks of one instance."""
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    text = case["problem_statement"]
    wanted = changed_lines(case["patch"])
    row: dict[str, Any] = {"instance": case["instance_id"], "repo": case["repo"]}
    with Index.open(folder / "tree", index_dir=folder / "index") as index:
        source: dict[str, Any] = {"languages": ["python"], "tests": False}
        searches = {"source": (text, source), "all": (text, {}), "title": (text.strip().split("\n")[0], source)}
        for name, (query, filters) in searches.items():
            paths = [hit.path for hit in index.search(query, max(KS), **filters)]
            row[name] = max((paths.index(path) + 1 if path in paths else 99) for path in wanted)
            row[f"{name} paths"] = paths
        functions = {
            (d.path, d.line, d.end_line)
            for path, lines in wanted.items()
            for line in lines
            if (d := index.definition_at(path, line)) and d.kind in ("function", "method", "constructor")
        }
        hits = index.search(text, 10, all_chunks=True, **source)
        seen = [any(h.path == p and h.start_line <= b and h.end_line >= a for h in hits) for p, a, b in functions]
        if seen:
            row["functions"] = statistics.fmean(seen)
    return row


def report(rows: list[dict[str, Any]], label: str) -> None:
    """Print the figures of some instances."""
    figures = [f"{name} {' / '.join(f'{accuracy(rows, name, k):.3f}' for k in KS)}" for name in ("source", "all", "title")]
    recalls = [row["functions"] for row in rows if "functions" in row]
    print(
        f"{label:28} n={len(rows):3}  acc@1/5/10  {'   '.join(figures)}   functions@10 {statistics.fmean(recalls or [0]):.3f}"
    )


def accuracy(rows: list[dict[str, Any]], name: str, k: int) -> float:
    """The share of instances with all files among the first k."""
    return statistics.fmean(row[name] <= k for row in rows)


def main() -> None:
    """Parse the command and run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make")
    maker.add_argument("--instances", type=Path, required=True)
    maker.add_argument("--mirrors", type=Path, required=True)
    maker.add_argument("--out", type=Path, required=True)
    maker.add_argument("--each", type=int, default=16)
    maker.add_argument("--only", nargs="*", default=[])
    runner = commands.add_parser("run")
    runner.add_argument("--cases", type=Path, required=True)
    runner.add_argument("--rows", type=Path)
    runner.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    if options.command == "make":
        make(options.instances, options.mirrors, options.out, options.each, options.only)
        return
    folders = sorted(path.parent for path in options.cases.glob("*/case.json"))
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(judge, folders))
    if options.rows:
        options.rows.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for repository in sorted({row["repo"] for row in rows}):
        report([row for row in rows if row["repo"] == repository], repository)
    report(rows, "all")


if __name__ == "__main__":
    main()
