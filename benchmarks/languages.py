"""Questions in other languages about English code: NDCG@10 of translated questions compared with the English originals.

    python benchmarks/languages.py --bench BENCH --repos CHECKOUTS [--encoder NAME]

`translated/LANGUAGE.json` contains questions of the open retrieval benchmark, each with a translation written for this project
(repository, query, translation). Prints, for each language, the NDCG@10 in English and in that language, and their ratio.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from retrieval import load_tasks, mean_over_repos, ndcg, run_repo

from indexers.search.options import Options

TRANSLATED = Path(__file__).with_name("translated")


def main() -> None:
    """Run the benchmark and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--encoder", default="static")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    tasks, roots = load_tasks(options.bench)
    by_query = {(task.repo, task.query): task for task in tasks}
    languages = sorted(path.stem for path in TRANSLATED.glob("*.json"))
    entries = {code: json.loads((TRANSLATED / f"{code}.json").read_text(encoding="utf-8")) for code in languages}
    by_repository: dict[str, list[tuple[str, str, str]]] = {}
    for code, questions in entries.items():
        for entry in questions:
            by_repository.setdefault(entry["repository"], []).append((code, entry["query"], entry["translation"]))
    with ProcessPoolExecutor(options.jobs) as pool:
        futures = {
            name: pool.submit(
                run_repo,
                options.repos / name,
                roots[name],
                [text for _, query, translation in rows for text in (query, translation)],
                {"full": Options()},
                options.encoder,
                None,
            )
            for name, rows in by_repository.items()
        }
        answers = {name: future.result()["full"] for name, future in futures.items()}
    for code in languages:
        english, foreign = [], []
        for name, rows in by_repository.items():
            for position, (language, query, _) in enumerate(rows):
                if language == code:
                    task = by_query[name, query]
                    english.append((task, ndcg(answers[name][2 * position], task.targets)))
                    foreign.append((task, ndcg(answers[name][2 * position + 1], task.targets)))
        a, b = mean_over_repos(english)[0], mean_over_repos(foreign)[0]
        print(f"{code}  n={len(english):4}  English {a:.4f}  translated {b:.4f}  ratio {b / a:.3f}")


if __name__ == "__main__":
    main()
