"""How much of an answer's lines `Index.evidence` shows within a budget of tokens.

    python benchmarks/evidence.py --trees TREES CASES.jsonl... [--left-out WEIGHTS.json] [--only OWNER/NAME...]

CASES hold one question a line with `repo`, `question` and either `gold` ([{"path", "start", "end"}]) or `spans` ([[path, start,
end]]) and `files`; TREES holds a checkout of each repository, named OWNER+NAME. Figures, means over questions: the share of the
cited lines within each budget, the share of questions with any right line, and the share of the cited files among the first ten
files of the passages. `--left-out` takes the file that `python -m training.passages --left-out` writes: each repository is then
measured with weights that were fitted without it. Budgets are counted as four characters a token.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from indexers import Index
from indexers.search import passages, searcher

BUDGETS = (2_000, 6_000)
Lines = set[tuple[str, int]]


def lines_of(spans: list[tuple[str, int, int]]) -> Lines:
    """The single lines of some spans."""
    return {(path, number) for path, start, end in spans for number in range(start, end + 1)}


def measure(index: Index, case: dict[str, Any]) -> dict[str, float]:
    """The figures of one question."""
    gold = [(g["path"], g["start"], g["end"]) for g in case.get("gold", ())] or [tuple(s) for s in case.get("spans", ())]
    wanted = lines_of(gold)
    row: dict[str, float] = {}
    for budget in BUDGETS if wanted else ():
        hits = index.evidence(case["question"], budget)
        seen = lines_of([(hit.path, hit.start_line, hit.end_line) for hit in hits])
        row[f"lines@{budget}"] = len(seen & wanted) / len(wanted)
        row[f"gold@{budget}"] = float(bool(seen & wanted))
    files = list(dict.fromkeys(p.row.path for p in index.passages(case["question"], 0).passages))[:10]
    named = case.get("files") or sorted({path for path, _, _ in gold})
    row["files@10"] = statistics.fmean(path in files for path in named)
    return row


def report(label: str, rows: list[dict[str, float]]) -> None:
    """Print the means."""
    names = [f"{kind}@{budget}" for budget in BUDGETS for kind in ("lines", "gold")] + ["files@10"]
    figures = [f"{name} {statistics.fmean(r[name] for r in rows if name in r):.3f}" for name in names]
    print(f"{label:28} n={len(rows):3}  {'  '.join(figures)}", flush=True)


def main() -> None:
    """Measure every question and print the figures by repository and by file of cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--left-out", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    weights = json.loads(options.left_out.read_text(encoding="utf-8")) if options.left_out else {}
    for file in options.cases:
        by_repository = defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case.get("shape") != "absent" and (not options.only or case["repo"] in options.only):
                by_repository[case["repo"]].append(case)
        rows = []
        for repository, cases in sorted(by_repository.items()):
            own = weights.get(repository) or passages.weights()
            passages.weights = searcher.weights = lambda own=own: own
            with Index.build(options.trees / repository.replace("/", "+")) as index:
                some = [measure(index, case) for case in cases]
            report(repository, some)
            rows += some
        report(file.name, rows)


if __name__ == "__main__":
    main()
