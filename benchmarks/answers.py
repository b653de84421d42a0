"""The time an answer takes without the model, and the number of tokens it sends.

    python benchmarks/answers.py --bench BENCH --repos CHECKOUTS [--only NAME...]
    python benchmarks/answers.py --speed REPOSITORY
    python benchmarks/answers.py --local MODEL

The first form packs a context for every question of the benchmark's open half and compares its token count with that of
whole files, pasted in the order of the same search until they include as many of the targets. The second times a turn with
a model that answers immediately: retrieval, packing, checks and storing the run. The third times a local model. Token
counts are estimates (`codeassist.models.token_estimate`) on both sides.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from retrieval import load_tasks

from codeassist.config import Config, ModelConfig
from codeassist.evidence.blocks import render
from codeassist.evidence.packing import Source
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.models.token_estimate import estimate
from codeassist.prompts import Library
from codeassist.runs.store import RunStore
from codeassist.tasks.ask.ask_question import AskContext, ask_question
from codeassist.tasks.ask.retrieval import context_for, relevant
from codeassist.testing import ScriptedChat
from indexers import Index
from indexers.files.decoding import decode

BUDGETS = (1_500, 3_000, 6_000, 12_000)
ROUNDS = 15


def tokens_sent(bench: Path, repos: Path, only: list[str]) -> None:
    tasks, roots = load_tasks(bench, only)
    rows: dict[int, list[tuple[float, float, int, int]]] = {budget: [] for budget in BUDGETS}
    for name in sorted({t.repo for t in tasks}):
        with tempfile.TemporaryDirectory() as scratch, Index.build(repos / name / roots[name], index_dir=scratch) as index:
            prefix = f"{roots[name]}/" if roots[name] not in ("", ".") else ""
            for task in (t for t in tasks if t.repo == name):
                targets = {t.path.removeprefix(prefix) for t in task.targets}
                order = [h.path for h in index.search(task.query, 10)]
                for budget in BUDGETS:
                    packed = context_for(index, Source(index), task.query, budget, estimate)
                    whole = {b.path for b in packed.blocks if not b.folded}
                    recall = len(whole & targets) / len(targets)
                    rows[budget].append((recall, *whole_files(index, order, targets, recall), packed.tokens))
    print("budget   recall  whole files reach it  tokens packed  tokens whole  ratio of sums  median ratio")
    for budget, results in rows.items():
        reached = [row for row in results if row[1] >= row[0] > 0]
        packed, whole = sum(r[3] for r in reached), sum(r[2] for r in reached)
        median_ratio = statistics.median(r[3] / max(1, r[2]) for r in reached)
        print(
            f"{budget:>6} {statistics.fmean(r[0] for r in results):>8.3f} {len(reached):>12} of {len(results):<6} "
            f"{packed / len(reached):>13.0f} {whole / len(reached):>13.0f} {packed / whole:>14.3f} {median_ratio:>13.3f}"
        )


def whole_files(index: Index, order: list[str], targets: set[str], recall: float) -> tuple[float, int]:
    """(recall, tokens) of whole files pasted in order until they reach the given recall."""
    tokens, hits = 0, 0
    for path in order:
        if hits / len(targets) >= recall:
            break
        tokens += estimate(decode((index.root / path).read_bytes()))
        hits += path in targets
    return hits / len(targets), tokens


def overhead(repository: Path) -> None:
    questions = [
        "where are passwords hashed",
        "how does a request find its view",
        "what is a queryset",
        "who calls get_object_or_404",
        "where are migrations applied",
    ]
    config = Config()
    with tempfile.TemporaryDirectory() as scratch, Index.build(repository, index_dir=scratch) as index:
        store = RunStore(Path(scratch))
        library = Library.of(repository, config)
        turns: list[float] = []
        packs: list[float] = []
        searches: list[float] = []
        for number in range(ROUNDS):
            for question in questions:
                started = time.perf_counter()
                relevant(index, question)
                searched = time.perf_counter()
                context_for(index, Source(index), question, config.ask.context_tokens, estimate)
                packed = time.perf_counter()
                session = Session(ScriptedChat(["`check_password` in the hashers compares digests [1]."] * 2), config.model)
                ask_question(index, question, AskContext(config, library, session, strategy="direct", store=store))
                if number:  # the first round includes one-time loading
                    searches.append(searched - started)
                    packs.append(packed - searched)
                    turns.append(time.perf_counter() - packed)
        for label, values in (("retrieve", searches), ("context, with retrieval", packs), ("whole turn", turns)):
            ordered = sorted(values)
            p95 = ordered[int(0.95 * len(ordered))]
            print(f"{label:<11} median {statistics.median(values) * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms")


def local(name: str) -> None:
    from codeassist.models.chat import Request
    from codeassist.models.load_model import load

    started = time.perf_counter()
    model = load(ModelConfig(name=f"local:{name}"))
    assert model is not None
    message = Message("user", render([]) + "word " * 400)
    speeds = []
    for number in range(4):
        reply = model.generate(Request([message], 1.0, 128, seed=number))
        if not number:
            print(f"first answer after {time.perf_counter() - started:.2f} s")
        speeds.append(reply.tokens_per_second)
    print(f"{statistics.median(speeds[1:]):.0f} tokens per second, including a prompt of {reply.input_tokens} tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--repos", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--speed", type=Path)
    parser.add_argument("--local")
    options = parser.parse_args()
    if options.bench:
        tokens_sent(options.bench, options.repos, options.only)
    if options.speed:
        overhead(options.speed)
    if options.local:
        local(options.local)


if __name__ == "__main__":
    main()
