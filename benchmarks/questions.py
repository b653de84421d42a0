"""How well questions about unfamiliar repositories are answered without a model: the answers, the places, the evidence.

    python benchmarks/questions.py CASES.jsonl --trees FOLDER [--evidence SPANS.jsonl] [--only OWNER/NAME...] [--rows OUT.jsonl]
        [--passages WEIGHTS.json] [--lines WEIGHTS.json]

CASES has one case a line: {"repo", "question", "shape", "gold": [{"path", "start", "end"}], "facts": [...]}; SPANS has
{"repo", "question", "files", "spans": [[path, start, end]]}. FOLDER holds one checkout a repository, named OWNER+NAME, whose
index is made when it is missing. WEIGHTS are the weights for each repository that `training.passages` and `training.lines`
fitted without it (`--left-out`). Means over questions, then by shape, then the standard error over repositories:
  answered   every fact stands in the text of the answer            place1  the first citation overlaps the gold lines
  placed     any citation overlaps the gold lines                   file1   the first citation is in a gold file
  misled     answered, and no citation overlaps the gold lines      refused present questions answered with "not found"
  sure_wrong the same, and the answer does not begin with "Probably" doubted answers that begin with "Probably"
  silent     absent questions answered with "not found"             lines   length of the answer
  mrr        phrase and symbol queries: 1/rank of the first of ten results on the gold lines
  gold@2000  a gold span is within the first 2,000 tokens of evidence
  lines@N    the share of the cited lines within N tokens of evidence; files@10 the share of the files among the first ten
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codeassist.config import Config
from codeassist.evidence import line_score
from codeassist.tasks.ask.extractive import ask
from codeassist.tasks.search import SearchRequest, search
from codeassist.workspace import index_options
from indexers import Index
from indexers.search import passages

MEASURES = (
    "answered",
    "place1",
    "placed",
    "file1",
    "misled",
    "sure_wrong",
    "doubted",
    "refused",
    "silent",
    "lines",
    "mrr",
    "gold@2000",
)
EVIDENCE = ("lines@2000", "lines@6000", "files@10")
BUDGETS = (2_000, 6_000)
Row = dict[str, Any]


def overlaps(place: Any, gold: Iterable[dict[str, Any]]) -> bool:
    """Whether a place with a path and lines overlaps any gold span."""
    return any(place.path == g["path"] and place.start_line <= g["end"] and place.end_line >= g["start"] for g in gold)


def asked(index: Index, case: dict[str, Any], config: Config) -> Row:
    """The measures of one case."""
    gold, shape = case["gold"], case["shape"]
    row: Row = {"repo": case["repo"], "shape": shape, "question": case["question"]}
    if shape in ("phrase", "symbol"):
        hits = search(index, SearchRequest(case["question"])).hits
        return row | {"mrr": next((1 / n for n, hit in enumerate(hits, 1) if overlaps(hit, gold)), 0.0)}
    answer = ask(index, case["question"], places=config.ask.places, threshold=config.ask.threshold)
    row |= {"text": answer.text, "confidence": answer.confidence}
    if shape == "absent":
        return row | {"silent": float(not answer.found)}
    cited = answer.citations if answer.found else []
    doubted = answer.found and answer.text.startswith("Probably")
    placed = any(overlaps(place, gold) for place in cited)
    return row | {
        "refused": float(not answer.found),
        "answered": float(answer.found and all(fact in answer.text for fact in case["facts"])),
        "place1": float(bool(cited) and overlaps(cited[0], gold)),
        "placed": float(placed),
        "file1": float(bool(cited) and cited[0].path in {g["path"] for g in gold}),
        "misled": float(answer.found and not placed),
        "sure_wrong": float(answer.found and not placed and not doubted),
        "doubted": float(doubted),
        "lines": float(len(answer.text.splitlines())),
        "gold@2000": float(any(overlaps(hit, gold) for hit in index.evidence(case["question"], BUDGETS[0]))),
    }


def evidence(index: Index, case: dict[str, Any]) -> Row:
    """The share of the cited lines and files in the evidence for one question."""
    row: Row = {"repo": case["repo"], "shape": "evidence", "question": case["question"]}
    wanted = {(path, line) for path, start, end in case["spans"] for line in range(start, end + 1)}
    for budget in BUDGETS:
        hits = index.evidence(case["question"], budget)
        seen = {(hit.path, line) for hit in hits for line in range(hit.start_line, hit.end_line + 1)}
        if wanted:
            row[f"lines@{budget}"] = len(seen & wanted) / len(wanted)
    files = list(dict.fromkeys(hit.path for hit in hits))[:10]
    return row | {"files@10": sum(path in files for path in case["files"]) / len(case["files"])}


def report(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Print the mean of each measure with its standard error over repositories, then by shape."""
    for name in names:
        values = [row[name] for row in rows if name in row]
        if values:
            by_repository: dict[str, list[float]] = defaultdict(list)
            for row in rows:
                if name in row:
                    by_repository[row["repo"]].append(row[name])
            means = [statistics.fmean(v) for v in by_repository.values()]
            error = statistics.stdev(means) / math.sqrt(len(means)) if len(means) > 1 else 0.0
            print(f"{name:10} {statistics.fmean(values):.3f} ± {error:.3f}  (n={len(values)})")
    for shape in dict.fromkeys(row["shape"] for row in rows):
        some = [row for row in rows if row["shape"] == shape]
        shown = [(n, [row[n] for row in some if n in row]) for n in names]
        print(f"{shape:9} n={len(some):3}", *(f"{n} {statistics.fmean(v):.2f}" for n, v in shown if v))


def use_weights(of_passages: dict[str, float] | None, of_lines: list[float] | None) -> None:
    """Rank with these weights instead of the shipped ones."""
    if of_passages is not None:
        passages.weights = lambda: of_passages  # type: ignore[assignment]
    if of_lines is not None:
        line_score.weights = lambda: np.array(of_lines, dtype=np.float32)  # type: ignore[assignment]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--passages", type=Path)
    parser.add_argument("--lines", type=Path)
    options = parser.parse_args()
    files = [options.cases, *([options.evidence] if options.evidence else [])]
    by_repository: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if not options.only or case["repo"] in options.only:
                by_repository[case["repo"]].append(case)
    config, rows = Config(), list[Row]()
    left_out = [json.loads(file.read_text(encoding="utf-8")) if file else {} for file in (options.passages, options.lines)]
    for repository, cases in sorted(by_repository.items()):
        use_weights(left_out[0].get(repository), left_out[1].get(repository))
        folder = options.trees / repository.replace("/", "+")
        with Index.build(folder, options=index_options(config)) as index:
            rows += [evidence(index, case) if "spans" in case else asked(index, case, config) for case in cases]
        print(repository, len(cases), file=sys.stderr)
    if options.rows:
        options.rows.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    report([row for row in rows if row["shape"] != "evidence"], MEASURES)
    report([row for row in rows if row["shape"] == "evidence"], EVIDENCE)


if __name__ == "__main__":
    main()
