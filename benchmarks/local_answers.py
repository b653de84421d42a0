"""Answers of a local model on open answer cases: facts shown, and sentences that pass the check.

    python benchmarks/local_answers.py --cases CASES.jsonl --trees FOLDER --model local:FILE.gguf [--limit 20] [--skip 0]
        [--context 1500] [--output 160] [--keep FOLDER] [--log FILE] [--base-url URL --server PID]

`CASES` has a question with its gold lines and facts a line (`repo`, `question`, `gold`, `facts`: strings of a right answer);
`FOLDER` has a checkout of each repository as OWNER+NAME. The cases are taken in turn from the repositories; `--skip` leaves out
the first ones. `--log` receives each answer with its cited blocks and the sentences that pass unmarked, to be judged by a
person. A model behind a server on this machine (`--model openai:NAME --base-url URL`) is timed by the CPU seconds of the
process `--server`. The totals are printed after every case, so that a run may be stopped at any time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from msgspec.structs import replace

from codeassist.config import Config
from codeassist.evidence.claims.sentences import split
from codeassist.models.loaded import LoadedModels
from codeassist.models.session import open_session
from codeassist.prompts import Library
from codeassist.tasks.ask import AskContext, ask_question
from codeassist.workspace import index_options
from indexers import Index

TICKS = os.sysconf("SC_CLK_TCK")
TIMEOUT = 1_800.0
"""Seconds for one answer: a busy machine is slow."""


def chosen(path: Path, limit: int, skip: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Cases `skip` to `limit` of those with gold lines and facts, from each repository in turn, with their numbers."""
    by_repository = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        case = json.loads(line)
        if case["gold"] and case["facts"]:
            by_repository[case["repo"]].append((number, case))
    rounds = zip_longest(*(by_repository[repo] for repo in sorted(by_repository)))
    yield from [case for turn in rounds for case in turn if case is not None][skip:limit]


def cpu_seconds(server: int) -> float:
    """The CPU seconds of this process so far, and of the server's if there is one."""
    if not server:
        return time.process_time()
    fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--context", type=int, default=1_500)
    parser.add_argument("--output", type=int, default=160)
    parser.add_argument("--keep", type=Path, default=Path("context-indexes"))
    parser.add_argument("--log", type=Path)
    parser.add_argument("--base-url", default="")
    parser.add_argument("--server", type=int, default=0)
    options = parser.parse_args()
    config = Config()
    config = replace(
        config,
        model=replace(
            config.model,
            name=options.model,
            base_url=options.base_url,
            max_output_tokens=options.output,
            timeout=TIMEOUT,
            cache=False,
        ),
        ask=replace(config.ask, context_tokens=options.context, strategy="direct"),
    )
    models = LoadedModels()
    totals: dict[str, float] = defaultdict(float)
    for number, case in chosen(options.cases, options.limit, options.skip):
        tree = options.trees / case["repo"].replace("/", "+")
        with Index.build(tree, options=index_options(config), index_dir=options.keep / tree.name) as index:
            session = open_session(config, "ask", models=models)
            assert session is not None
            started = cpu_seconds(options.server)
            result = ask_question(index, case["question"], AskContext(config, Library.of(tree, config), session))
        answer, checks = result.answer, result.answer.checks
        claims = [s for s in split(answer.text) if s.claims] if checks else []
        passing = [s.text for s in claims if s.text not in checks.unsupported] if checks else []
        shown = "\n".join(block.text for block in answer.blocks)
        counts = {
            "cases": 1,
            "failed": result.error is not None,
            "not found": not answer.found,
            "facts in the context": all(fact in shown for fact in case["facts"]),
            "facts in the answer": all(fact in answer.text for fact in case["facts"]),
            "answers with a citation": bool(answer.citations),
            "answers that cite the gold lines": any(
                c.path == g["path"] and c.start_line <= g["end"] and c.end_line >= g["start"]
                for c in answer.citations
                for g in case["gold"]
            ),
            "sentences": len(claims),
            "sentences that pass": len(passing),
            "answers replaced by that of the index": result.from_index is not None,
            "input tokens": session.ledger.input_tokens,
            "output tokens": session.ledger.output_tokens,
            "seconds of CPU": cpu_seconds(options.server) - started,
        }
        for name, value in counts.items():
            totals[name] += value
        print(number, case["repo"], f"{counts['seconds of CPU']:.0f} s", f"{len(passing)}/{len(claims)} pass", flush=True)
        if options.log:
            record = {"case": number, "question": case["question"], "answer": answer.text, "passing": passing}
            record |= {"error": str(result.error or ""), "blocks": [f"[{b.n}] {b.path}:{b.shown}" for b in answer.blocks]}
            with options.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(record, ensure_ascii=False) + "\n")
        show(totals)


def show(totals: Mapping[str, float]) -> None:
    """Print the totals so far."""
    for name, value in totals.items():
        print(f"{name:<40} {value:10.0f}")
    print(
        f"{'output tokens for each second of CPU':<40} {totals['output tokens'] / totals['seconds of CPU']:10.1f}", flush=True
    )


if __name__ == "__main__":
    main()
