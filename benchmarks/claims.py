"""Measure the check of answers on the sentences in `tests/cases/claims`, by kind.

    python benchmarks/claims.py CHECKOUTS FILE ...

CHECKOUTS contains each repository as OWNER+NAME. A line of a result says how many false sentences were caught, how many true
ones were flagged, and how many answers of three true sentences got any mark. A file without blocks is for `codeassist check`:
its sentences are checked as texts, and besides it is said how many true ones are borne out, and how many false ones pass
without a word.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.evidence.blocks import Block, digest
from codeassist.evidence.claims.answer import check
from codeassist.evidence.packing import Source
from codeassist.tasks.check_text import check_text
from indexers import Index

CASES = Path(__file__).parents[1] / "tests" / "cases" / "claims"
ANSWER = 3


@dataclass
class Repository:
    """A repository of a case file."""

    name: str
    spans: list[tuple[int, str, int, int]] = field(default_factory=list)
    sentences: list[tuple[bool, str, str]] = field(default_factory=list)


def read(path: Path) -> list[Repository]:
    """The repositories of a case file, with their blocks and sentences: (true, kind, text)."""
    found: list[Repository] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            found.append(Repository(line[2:]))
        elif line.startswith("["):
            number, _, place = line[1:].partition("] ")
            file, _, lines = place.rpartition(":")
            start, end = map(int, lines.split("-"))
            found[-1].spans.append((int(number), file, start, end))
        elif line.startswith(("T ", "F ")):
            head, _, text = line.partition(" | ")
            found[-1].sentences.append((head[0] == "T", head[2:], text.replace("\\n", "\n")))
    return found


def blocks(index: Index, repository: Repository) -> list[Block]:
    """The blocks of a repository, as a prompt would show them."""
    source, made = Source(index), []
    for number, path, start, end in repository.spans:
        inside = index.definition_at(path, start)
        passage = source.span(path, start, end, index.language_of(path), inside.qualified_name if inside else "")
        assert passage is not None, f"{repository.name}: {path}:{start}-{end} does not exist"
        head = "\n".join((*passage.imports, *passage.headers))
        made.append(
            Block(
                number, path, start, end, passage.language, passage.text, passage.name, head=head, digest=digest(passage.text)
            )
        )
    return made


def main(checkouts: Path, files: list[str]) -> None:
    for file in files:
        caught, false, flagged, true = Counter(), Counter(), Counter(), Counter()
        answers = marked = borne_out = silent = 0
        for repository in read(CASES / file):
            root = checkouts / repository.name.replace("/", "+")
            with tempfile.TemporaryDirectory() as folder, Index.build(root, index_dir=folder) as index:
                shown = blocks(index, repository)
                marks = []
                for is_true, kind, text in repository.sentences:
                    if shown:
                        wrong = not check(index, text, shown).clean
                    else:
                        result = check_text(index, text)
                        wrong = bool(result.wrong)
                        borne_out += is_true and not wrong and bool(result.compared) and not result.open
                        silent += not is_true and not wrong and not result.open
                    (true if is_true else false)[kind] += 1
                    (flagged if is_true else caught)[kind] += wrong
                    if is_true:
                        marks.append(wrong)
                    if wrong == is_true:
                        print(f"  {'flagged' if is_true else 'missed':8} {kind:12} {text!r}")
            groups = [marks[i : i + ANSWER] for i in range(0, len(marks) - ANSWER + 1, ANSWER)]
            answers += len(groups)
            marked += sum(map(any, groups))
        print(f"{file}: caught {caught.total()} of {false.total()} ({caught.total() / false.total():.3f}), ", end="")
        print(f"flagged {flagged.total()} of {true.total()} true ({flagged.total() / true.total():.3f}), ", end="")
        print(f"{marked} of {answers} answers with a mark")
        if borne_out or silent:
            print(f"  borne out: {borne_out} of {true.total()} true; ", end="")
            print(f"accepted without a word: {silent} of {false.total()} false")
        print("  caught:  " + ", ".join(f"{kind} {caught[kind]}/{n}" for kind, n in sorted(false.items())))
        print("  flagged: " + ", ".join(f"{kind} {flagged[kind]}/{n}" for kind, n in sorted(true.items()) if flagged[kind]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["seen.txt", "unseen.txt", "fresh.txt", "negations.txt"])
