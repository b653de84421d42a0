"""Retrieval quality on the open half of semble's public benchmark (MIT): NDCG@10 by category and language.

    python benchmarks/retrieval.py --bench BENCH --repos CHECKOUTS [--chunks] [--ablate] [--jobs N] [--only NAME...] [--out RUN]

BENCH contains `repos.json` and `annotations/NAME.json`; CHECKOUTS/NAME is each repository at its revision, of which
`benchmark_root` is indexed. The rank of a target is that of the first result in its file that overlaps its lines, if it has
any; NDCG@10 has binary gains and an ideal of min(10, targets) hits (Järvelin & Kekäläinen, 2002). Figures are means over
repositories, as in the published results; the interval is a bootstrap over repositories (2,000 draws, fixed seed).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexers import Index, IndexOptions, WalkRules
from indexers.search.fusion import WEIGHTS
from indexers.search.options import Options

K = 10


@dataclass(frozen=True)
class Target:
    """A file that answers a query, with line numbers where the benchmark has them."""

    path: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Task:
    """One query of the benchmark."""

    repo: str
    language: str
    category: str
    query: str
    targets: tuple[Target, ...]


def load_tasks(bench: Path, only: Sequence[str] = ()) -> tuple[list[Task], dict[str, str]]:
    """All queries, and for each repository the folder to index."""
    repos = {entry["name"]: entry for entry in json.loads((bench / "repos.json").read_text(encoding="utf-8"))}
    tasks = []
    for name, entry in repos.items():
        if only and name not in only:
            continue
        for item in json.loads((bench / "annotations" / f"{name}.json").read_text(encoding="utf-8")):
            targets = tuple(_target(raw) for raw in [*item.get("relevant", []), *item.get("secondary", [])])
            tasks.append(Task(name, entry["language"], item.get("category", "unknown"), item["query"], targets))
    return tasks, {name: entry["benchmark_root"] or "" for name, entry in repos.items()}


def _target(raw: Any) -> Target:
    return Target(raw) if isinstance(raw, str) else Target(raw["path"], raw.get("start_line"), raw.get("end_line"))


def ndcg(results: Sequence[Mapping[str, Any]], targets: Sequence[Target]) -> float:
    """NDCG@10 of results (path, start_line, end_line) for the targets, with binary gains; each rank counts once."""
    ranks = set()
    for target in targets:
        for rank, result in enumerate(results[:K]):
            if _answers(result, target):
                ranks.add(rank)
                break
    ideal = sum(1 / math.log2(i + 2) for i in range(min(K, len(targets))))
    return sum(1 / math.log2(rank + 2) for rank in ranks) / ideal if ideal else 0.0


def _answers(result: Mapping[str, Any], target: Target) -> bool:
    a, b = result["path"], target.path
    if not (a == b or a.endswith("/" + b) or b.endswith("/" + a)):
        return False
    if target.start is None or target.end is None:
        return True
    return bool(result["end_line"] >= target.start and result["start_line"] <= target.end)


def run_repo(
    checkout: Path, root: str, queries: Sequence[str], variants: Mapping[str, Options], encoder: str, kept: str | None
) -> dict[str, list[list[dict[str, Any]]]]:
    """Index one repository and answer its queries with each variant."""
    with tempfile.TemporaryDirectory() as folder:
        index_dir = Path(kept) / checkout.name if kept else Path(folder)
        options = IndexOptions(WalkRules(), encoder, jobs=1)
        with Index.build(checkout / root, index_dir=index_dir, options=options) as index:
            prefix = f"{root}/" if root else ""
            answers: dict[str, list[list[dict[str, Any]]]] = {}
            for name, variant in variants.items():
                answers[name] = [
                    [
                        {"path": prefix + hit.path, "start_line": hit.start_line, "end_line": hit.end_line}
                        for hit in index.search(query, K, options=variant)
                    ]
                    for query in queries
                ]
            return answers


def make_variants(ablate: bool, chunks: bool = False) -> dict[str, Options]:
    """The full configuration, with `chunks` one with several chunks of a file, with `ablate` one without each part."""
    variants = {"full": Options()}
    if chunks:
        variants["several chunks a file"] = Options(all_chunks=True)
    if not ablate:
        return variants
    variants["lexical only"] = Options(dense=False)
    variants["dense only"] = Options(lexical=False)
    variants["several chunks a file"] = Options(all_chunks=True)
    variants["best chunk only, no sum over a file"] = Options(aggregate=False)
    variants["no demotions"] = Options(demote=False)
    for feature in WEIGHTS:
        variants[f"without {feature}"] = Options(weights={k: v for k, v in WEIGHTS.items() if k != feature})
    return variants


def mean_over_repos(scores: Sequence[tuple[Task, float]]) -> tuple[float, dict[str, float]]:
    """The mean over repositories, and the mean of each repository."""
    by_repo: dict[str, list[float]] = defaultdict(list)
    for task, score in scores:
        by_repo[task.repo].append(score)
    repos = {name: statistics.fmean(values) for name, values in by_repo.items()}
    return statistics.fmean(repos.values()), repos


def interval(repos: Mapping[str, float]) -> tuple[float, float]:
    """The 95 % bootstrap interval over repositories."""
    values = np.array(list(repos.values()))
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def report(title: str, scores: Sequence[tuple[Task, float]], detail: bool) -> None:
    """Print the figures of one configuration."""
    total, repos = mean_over_repos(scores)
    low, high = interval(repos)
    print(f"{title:40} NDCG@10 {total:.4f}  [{low:.3f}, {high:.3f}]")
    if not detail:
        return
    for label, key in (
        ("category", lambda t: t.category),
        ("language", lambda t: t.language),
        ("repository", lambda t: t.repo),
    ):
        print(f"  by {label}:")
        groups: dict[str, list[tuple[Task, float]]] = defaultdict(list)
        for task, score in scores:
            groups[key(task)].append((task, score))
        for name, group in sorted(groups.items()):
            print(f"    {name:20} {mean_over_repos(group)[0]:.4f}  n={len(group)}")


def main() -> None:
    """Run the benchmark and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--encoder", default="static")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--chunks", action="store_true", help="measure also with several chunks of a file")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep-indexes", help="folder in which to keep the indexes for repeated runs")
    parser.add_argument("--out", type=Path, help="write the answers as JSON lines")
    options = parser.parse_args()
    started = time.monotonic()
    tasks, roots = load_tasks(options.bench, options.only)
    variants = make_variants(options.ablate, options.chunks)
    names = sorted({task.repo for task in tasks})
    queries = {name: [task.query for task in tasks if task.repo == name] for name in names}
    with ProcessPoolExecutor(options.jobs) as pool:
        futures = {
            name: pool.submit(
                run_repo, options.repos / name, roots[name], queries[name], variants, options.encoder, options.keep_indexes
            )
            for name in names
        }
        answers = {name: future.result() for name, future in futures.items()}
    for variant in variants:
        scores = []
        for name in names:
            repo_tasks = [task for task in tasks if task.repo == name]
            scores += [(t, ndcg(r, t.targets)) for t, r in zip(repo_tasks, answers[name][variant], strict=True)]
        report(variant, scores, detail=variant == "full")
    if options.out:
        with options.out.open("w", encoding="utf-8") as sink:
            for name in names:
                for query, results in zip(queries[name], answers[name]["full"], strict=True):
                    sink.write(json.dumps({"repo": name, "query": query, "results": results}) + "\n")
    print(f"{len(tasks)} queries, {len(names)} repositories, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
