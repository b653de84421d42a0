"""How many questions about absent and about present things are refused, on repositories that nothing was fitted on.

    python benchmarks/absent.py absent_held.txt --trees FOLDER [--only OWNER/NAME...] [--rows OUT.jsonl]

The file has a line `# OWNER/NAME` before the questions about a repository; `-` begins a question about something that it does
not have, `+` one about something that it has. FOLDER holds a checkout of each repository, named OWNER+NAME. No model.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from codeassist.config import Config
from codeassist.tasks.ask.extractive import ask
from codeassist.workspace import index_options
from indexers import Index


def questions(file: Path) -> dict[str, list[tuple[bool, str]]]:
    """(whether the thing is there, the question), by repository."""
    found: dict[str, list[tuple[bool, str]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark == "#":
            some = found.setdefault(text, [])
        elif text:
            some.append((mark == "+", text))
    return found


def asked(tree: Path, some: list[tuple[bool, str]], config: Config) -> Iterator[dict[str, Any]]:
    """The answers of one repository."""
    with Index.build(tree, options=index_options(config)) as index:
        for present, question in some:
            answer = ask(index, question, places=config.ask.places, threshold=config.ask.threshold)
            doubted = answer.found and answer.text.startswith("Probably")
            yield {
                "question": question,
                "present": present,
                "refused": not answer.found,
                "doubted": doubted,
                "text": answer.text,
            }


def shares(rows: list[dict[str, Any]]) -> str:
    """The shares of present and absent things that are refused, and of those that are answered without a doubt."""
    parts = []
    for name, present in (("absent", False), ("present", True)):
        some = [row for row in rows if row["present"] == present]
        refused, doubted = fmean(row["refused"] for row in some), fmean(row["doubted"] for row in some)
        parts.append(
            f"{name} ({len(some)}): refused {refused:.3f}, probably {doubted:.3f}, answered {1 - refused - doubted:.3f}"
        )
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--rows", type=Path)
    options = parser.parse_args()
    config, every = Config(), list[dict[str, Any]]()
    for repository, some in questions(options.file).items():
        if options.only and repository not in options.only:
            continue
        rows = [{"repo": repository, **row} for row in asked(options.trees / repository.replace("/", "+"), some, config)]
        print(repository, shares(rows), flush=True)
        every += rows
        if options.rows:
            options.rows.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in every), encoding="utf-8")
    print("all", shares(every))


if __name__ == "__main__":
    main()
