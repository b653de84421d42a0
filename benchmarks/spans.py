"""Finding the right lines, not only the right file: questions with line ranges as answers, for codeassist and other tools.

    python benchmarks/spans.py make --bench BENCH --mirrors MIRRORS --repos CHECKOUTS --out CASES
    python benchmarks/spans.py run --cases CASES [--semble PYTHON] [--minilm FOLDER] [--only NAME...]

Three kinds of questions, generated from repositories that are not in the training data of the shipped model.
`documentation`: a definition's own documentation, removed from the source. `commit`: the subject of a commit; the answers
are the functions that it changed, in the tree of its parent. `error`: the text of an error as a user would paste it; the
answer is the function that raises it. MIRRORS contains a git folder `OWNER+NAME/repo` for each repository of BENCH. A
result is correct when it is in the right file and its lines overlap those of the answer. MRR@10 and recall@k are means over
questions; the interval is a bootstrap over repositories. `tokens` is the number of tokens a reader has read, results in
order, when the answer appears (characters / 4; ten results at most).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from span_cases import make
from span_engines import Engine, Result, bm25, codeassist, grep, minilm, semble

sys.path.insert(0, str(Path(__file__).parents[1]))
from indexers.files.decoding import split_lines
from indexers.search.options import Options


def rank_of(results: Sequence[Result], answers: Sequence[Sequence[Any]]) -> int:
    """The rank (from 1) of the first result that overlaps an answer, or 0."""
    for rank, (path, start, end) in enumerate(results, 1):
        if any(path == a[0] and start <= a[2] and end >= a[1] for a in answers):
            return rank
    return 0


def tokens_read(folder: Path, results: Sequence[Result], rank: int) -> int:
    """Characters / 4 of the results up to `rank`, or of all results when `rank` is 0."""
    total = 0
    for path, start, end in results[: rank or None]:
        lines = split_lines((folder / path).read_text(encoding="utf-8", errors="replace"))
        total += sum(len(line) + 1 for line in lines[start - 1 : end])
    return total // 4


def run(cases_folder: Path, engines: dict[str, Engine], only: Sequence[str]) -> None:
    """Run every question on every engine and print the figures by kind."""
    ranks: dict[str, dict[str, list[tuple[str, int, int]]]] = {name: defaultdict(list) for name in engines}
    for file in sorted(cases_folder.glob("*.json")):
        if only and file.stem not in only:
            continue
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for case in json.loads(file.read_text(encoding="utf-8")):
            groups[case["folder"]].append(case)
        for folder, cases in groups.items():
            for name, engine in engines.items():
                answers = engine(Path(folder), [case["query"] for case in cases])
                if not answers:  # the engine skipped this folder; the column `questions` shows it
                    continue
                for case, results in zip(cases, answers, strict=True):
                    rank = rank_of(results, case["answers"])
                    ranks[name][case["kind"]].append((file.stem, rank, tokens_read(Path(folder), results, rank)))
    print(f"{'':26}{'questions':>10}{'MRR@10':>8}{'':>18}{'R@1':>7}{'R@5':>7}{'R@10':>7}{'tokens':>8}")
    for kind in ("documentation", "commit", "error", "all"):
        for name in engines:
            results = [r for k, rows in ranks[name].items() if kind in (k, "all") for r in rows]
            if results:
                print(f"{name:16}{kind:14}", *_figures(results))


def _figures(rows: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    by_repo: dict[str, list[float]] = defaultdict(list)
    for repo, rank, _ in rows:
        by_repo[repo].append(1 / rank if rank else 0.0)
    sums = np.array([(sum(v), len(v)) for v in by_repo.values()])
    draws = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    means = sums[draws].sum(axis=1)
    low, high = np.percentile(means[:, 0] / means[:, 1], [2.5, 97.5])
    yield f"{len(rows):6}{sums[:, 0].sum() / sums[:, 1].sum():8.3f}  [{low:.3f}, {high:.3f}]"
    for k in (1, 5, 10):
        yield f"{sum(0 < rank <= k for _, rank, _ in rows) / len(rows):6.3f}"
    yield f"{statistics.fmean(tokens for _, _, tokens in rows):7.0f}"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    for name in ("bench", "mirrors", "repos", "out"):
        making.add_argument(f"--{name}", type=Path, required=True)
    running = commands.add_parser("run")
    running.add_argument("--cases", type=Path, required=True)
    running.add_argument("--semble", help="the Python interpreter of an environment with semble")
    running.add_argument("--minilm", help="the folder of all-MiniLM-L6-v2")
    running.add_argument("--only", nargs="*", default=())
    running.add_argument("--ours-only", action="store_true")
    options = parser.parse_args()
    if options.command == "make":
        make(options.bench, options.mirrors, options.repos, options.out)
        return
    engines: dict[str, Engine] = {"codeassist": codeassist(), "all chunks": codeassist(options=Options(all_chunks=True))}
    if not options.ours_only:
        engines |= {"bm25s": bm25, "ripgrep, files": grep}
        if options.semble:
            engines["semble"] = semble(options.semble)
        if options.minilm:
            engines["MiniLM, dense"] = minilm(options.minilm)
    run(options.cases, engines, options.only)


if __name__ == "__main__":
    main()
