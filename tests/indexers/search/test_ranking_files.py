"""Rankings of three small repositories, kept as files that a person can read: a change of ranking is a diff.

A case is a question (`?`), the right place (`=`), then what the search returns: the first ten results with the right one
marked by `*`, and its rank. `UPDATE_CASES=1 pytest tests/indexers/search/test_ranking_files.py` writes the results again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from indexers import Index

CASES = Path(__file__).parents[2] / "cases" / "ranking"


def _questions(text: str) -> list[tuple[str, str]]:
    lines = text.splitlines()
    questions = [line[2:] for line in lines if line.startswith("? ")]
    answers = [line[2:] for line in lines if line.startswith("= ")]
    assert len(questions) == len(answers) > 0
    return list(zip(questions, answers, strict=True))


def _results(index: Index, question: str, answer: str) -> list[str]:
    path, name = answer.split(" ")
    lines, rank = [], "none"
    for position, hit in enumerate(index.search(question, k=10), start=1):
        right = hit.path == path and name in hit.text
        if right and rank == "none":
            rank = str(position)
        lines.append(f"{position:4} {'*' if right else ' '} {hit.path}:{hit.start_line}-{hit.end_line} {hit.name}".rstrip())
    return [f"? {question}", f"= {answer}", *lines, f"rank {rank}", ""]


@pytest.mark.parametrize("case", sorted(CASES.glob("*.ranking")), ids=lambda path: path.stem)
def test_ranking_is_as_recorded(case: Path, tmp_path: Path) -> None:
    repository = shutil.copytree(case.with_suffix(""), tmp_path / case.stem)
    expected = case.read_text(encoding="utf-8")
    with Index.build(repository) as index:
        actual = "\n".join(line for question in _questions(expected) for line in _results(index, *question))
    if os.environ.get("UPDATE_CASES"):
        case.write_text(actual, encoding="utf-8", newline="\n")
    assert case.read_text(encoding="utf-8") == actual
