"""What is sent to a model: how many of the lines that answer a question are in the context, and how many tokens it takes.

    python benchmarks/context.py --cases CASES.jsonl --trees FOLDER [--budget 4000] [--only NAME...] [--keep FOLDER]

`CASES` has a question with its gold lines a line (`repo`, `question`, `gold`: paths with start and end); `FOLDER` has a
checkout of each repository as OWNER+NAME. For each question the context of `ask` is gathered without a model. A gold line
counts as shown when a block contains it completely, not folded. `--keep` keeps the indexes for another run. Token counts are
estimates (`codeassist.models.token_estimate`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from codeassist.config import Config
from codeassist.evidence.blocks import Packed
from codeassist.evidence.packing import Source
from codeassist.models.token_estimate import estimate
from codeassist.tasks.ask.retrieval import context_for
from codeassist.workspace import index_options
from indexers import Index


def shown(packed: Packed, gold: list[dict[str, object]]) -> tuple[float, bool]:
    """(the share of the gold lines that are in blocks, whether one of them is)."""
    blocks: dict[str, set[int]] = defaultdict(set)
    for block in packed.blocks:
        for start, end in block.shown:
            blocks[block.path].update(range(start, end + 1))
    wanted = {(str(g["path"]), n) for g in gold for n in range(int(str(g["start"])), int(str(g["end"])) + 1)}
    held = sum(n in blocks[path] for path, n in wanted)
    return (held / len(wanted), held > 0) if wanted else (0.0, False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--budget", type=int, nargs="*", default=[4_000])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=Path, default=Path("context-indexes"))
    options = parser.parse_args()
    cases = defaultdict(list)
    for line in options.cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["gold"] and (not options.only or case["repo"] in options.only):
            cases[case["repo"]].append(case)
    rows: dict[int, list[tuple[str, float, bool, int]]] = defaultdict(list)
    for repo in sorted(cases):
        tree = options.trees / repo.replace("/", "+")
        with Index.build(tree, options=index_options(Config()), index_dir=options.keep / tree.name) as index:
            for case in cases[repo]:
                for budget in options.budget:
                    packed = context_for(index, Source(index), case["question"], budget, estimate)
                    rows[budget].append((repo, *shown(packed, case["gold"]), packed.tokens))
        print(repo, *(f"{statistics.fmean(r[1] for r in rows[b] if r[0] == repo):.3f}" for b in options.budget), flush=True)
    print("budget  questions  gold lines shown  any shown  tokens: mean  median")
    for budget, found in rows.items():
        tokens = [r[3] for r in found]
        print(
            f"{budget:>6} {len(found):>10} {statistics.fmean(r[1] for r in found):>17.3f} "
            f"{statistics.fmean(r[2] for r in found):>10.3f} {statistics.fmean(tokens):>13.0f} "
            f"{statistics.median(tokens):>7.0f}"
        )


if __name__ == "__main__":
    main()
