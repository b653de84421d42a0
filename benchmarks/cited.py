"""How much of what is sent an answer cites, with answers that a person wrote from the contexts.

    python benchmarks/cited.py --trees FOLDER [--answers benchmarks/results/cited_answers.jsonl] [--budget 4000]

The answers cite lines as `[path:first-last]`; FOLDER has a checkout of each repository as OWNER+NAME. Of each context: the
share of its tokens that are in the cited lines, and the share that are in blocks with a cited line. Citations of lines that the
context does not show count as nothing. Token counts are estimates (`codeassist.models.token_estimate`).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from codeassist.config import Config
from codeassist.evidence.blocks import Packed
from codeassist.evidence.packing import Source
from codeassist.models.token_estimate import estimate
from codeassist.tasks.ask.retrieval import context_for
from codeassist.workspace import index_options
from indexers import Index

CITED = re.compile(r"\[([^\[\]\s:]+):(\d+)-(\d+)\]")


def shares(packed: Packed, answer: str) -> tuple[float, float]:
    """(the share of the tokens in cited lines, the share in blocks with a cited line)."""
    cited = {(path, n) for path, first, last in CITED.findall(answer) for n in range(int(first), int(last) + 1)}
    lines = blocks = 0
    for block in packed.blocks:
        texts = iter(block.text.split("\n"))
        tokens = {}
        for number, (first, last) in enumerate(block.shown):
            if number:
                next(texts, "")
            tokens |= {n: estimate(f"{n} {next(texts, '')}\n") for n in range(first, last + 1)}
        here = [count for n, count in tokens.items() if (block.path, n) in cited]
        lines += sum(here)
        blocks += estimate(block.render()) if here else 0
    return lines / max(1, packed.tokens), blocks / max(1, packed.tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--answers", type=Path, default=Path(__file__).parent / "results" / "cited_answers.jsonl")
    parser.add_argument("--budget", type=int, default=4_000)
    parser.add_argument("--keep", type=Path, default=Path("context-indexes"))
    options = parser.parse_args()
    found = []
    for line in options.answers.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        tree = options.trees / case["repo"].replace("/", "+")
        with Index.build(tree, options=index_options(Config()), index_dir=options.keep / tree.name) as index:
            packed = context_for(index, Source(index), case["question"], options.budget, estimate)
        found.append((*shares(packed, case["answer"]), packed.tokens))
        print(f"{found[-1][0]:.3f} {found[-1][1]:.3f} {packed.tokens:>5} {case['repo']}: {case['question'][:70]}", flush=True)
    lines, blocks, tokens = ([row[n] for row in found] for n in range(3))
    print(f"median of {len(found)}: cited lines {statistics.median(lines):.3f}, cited blocks {statistics.median(blocks):.3f}")
    print(f"tokens: mean {statistics.fmean(tokens):.0f}")


if __name__ == "__main__":
    main()
