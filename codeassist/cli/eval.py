"""`codeassist eval`: how well retrieval works on this repository, for one configuration against another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, AsJson, IndexDir, Quiet, Repo, fresh_index, load_config, print_json
from codeassist.errors import UsageError

if TYPE_CHECKING:
    from codeassist.tasks.evaluate.retrieval import Scores


def eval(  # noqa: A001  # the module and its command have one name
    against: Annotated[
        Path | None, typer.Option("--against", help="A .codeassist.toml to compare with the one in force.")
    ] = None,
    limit: Annotated[int, typer.Option("-n", min=1, help="How many questions of each kind.")] = 100,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Ask questions whose answers are known (documentation, commits, rated runs) and score the files that come back."""
    from codeassist import config as configuration
    from codeassist.runs.store import RunStore
    from codeassist.tasks.evaluate import retrieval as task

    root, config = load_config(repo, index__index_dir=index_dir)
    other = configuration.load(root, project_file=against).config if against is not None else None
    with fresh_index(root, config, quiet=quiet) as (index, _):
        questions = task.make_questions(index, RunStore(index.folder).list(1_000, rating=1), limit)
        if not questions:
            raise UsageError("This repository has no documentation, commits or rated runs to make questions from.")
        with task.without_documentation(index, questions) as folder:
            scores = [task.evaluate(folder, config, "in force", questions, _counter("in force", len(questions), quiet))]
            if other is not None:
                name = str(against)
                scores.append(task.evaluate(folder, other, name, questions, _counter(name, len(questions), quiet)))
    gain = task.difference(scores[0], scores[1]) if len(scores) == 2 else None
    if as_json:
        print_json({
            "schema": "codeassist.eval/1", "configurations": [task.as_json(s) for s in scores],
            "ndcg_gain": None if gain is None else dict(zip(("mean", "low", "high"), (round(g, 4) for g in gain), strict=True)),
        })  # fmt: skip
        return
    for each in scores:
        _show(each)
    if gain is not None:
        print(
            f"\nNDCG@10 of {scores[1].name} less that of {scores[0].name}: {gain[0]:+.3f} "
            f"(95 % interval {gain[1]:+.3f} to {gain[2]:+.3f})"
        )


def _show(scores: Scores) -> None:
    columns = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10")
    print(f"{scores.name:<24.24} {'n':>5} " + " ".join(f"{column:>9}" for column in columns))
    for kind in (*sorted(set(scores.kinds)), ""):
        figures = scores.mean(kind)
        n = sum(1 for k in scores.kinds if not kind or k == kind)
        print(f"  {kind or 'all':<22} {n:>5} " + " ".join(f"{figures[column]:>9.3f}" for column in columns))


def _counter(name: str, total: int, quiet: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    if quiet or not sys.stderr.isatty():
        return None

    def show(done: int) -> None:
        print(f"\r{name}: {done} of {total} questions", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return show
