"""How well the confidence of `codeassist ask` separates questions that a repository can answer from those it cannot.

    python benchmarks/confidence.py --bench BENCH --repos CHECKOUTS [--indexes FOLDER]

Present: the questions of the retrieval benchmark on their own repositories. Absent: `absent_questions.txt` on each of these
repositories. Repositories alternate between two halves in name order; the threshold with the fewest errors on one half is
evaluated on the other, both ways. Prints the area under the ROC curve and both error rates.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from retrieval import load_tasks

from codeassist.evidence.confidence import confidence
from indexers import Index

ABSENT = Path(__file__).with_name("absent_questions.txt")


def measure(index: Index, questions: list[str]) -> list[float]:
    """The confidence of each question."""
    return [confidence(index, question, index.passages(question, 0)) for question in questions]


def errors(present: np.ndarray, absent: np.ndarray, threshold: float) -> tuple[float, float]:
    """(share of present questions refused, share of absent ones answered)."""
    return float((present < threshold).mean()), float((absent >= threshold).mean())


def best_threshold(present: np.ndarray, absent: np.ndarray) -> float:
    """The threshold with the smallest sum of both error rates."""
    return float(min(np.arange(0.05, 0.96, 0.01), key=lambda t: sum(errors(present, absent, t))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--indexes", type=Path)
    options = parser.parse_args()
    tasks, roots = load_tasks(options.bench)
    absent_questions = ABSENT.read_text(encoding="utf-8").splitlines()
    halves: list[tuple[list[float], list[float]]] = [([], []), ([], [])]
    with tempfile.TemporaryDirectory() as scratch:
        for number, name in enumerate(sorted({task.repo for task in tasks})):
            index_dir = (options.indexes or Path(scratch)) / name
            with Index.build(options.repos / name / roots[name], index_dir=index_dir) as index:
                present, absent = halves[number % 2]
                present += measure(index, [task.query for task in tasks if task.repo == name])
                absent += measure(index, absent_questions)
    arrays = [(np.array(present), np.array(absent)) for present, absent in halves]
    for number, (present, absent) in enumerate(arrays):
        threshold = best_threshold(*arrays[1 - number])
        refused, answered = errors(present, absent, threshold)
        print(
            f"half {number} at the other half's {threshold:.2f}: {refused:.1%} present refused, {answered:.1%} absent answered"
        )
    present = np.concatenate([a for a, _ in arrays])
    absent = np.concatenate([b for _, b in arrays])
    area = (present[:, None] > absent[None, :]).mean() + 0.5 * (present[:, None] == absent[None, :]).mean()
    print(f"area under the curve {area:.4f}; {len(present)} present, {len(absent)} absent")
    for threshold in np.arange(0.1, 0.95, 0.1):
        refused, answered = errors(present, absent, threshold)
        print(f"  threshold {threshold:.2f}: {refused:6.1%} present refused, {answered:6.1%} absent answered")


if __name__ == "__main__":
    main()
