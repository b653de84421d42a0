"""`codeassist eval`: measure retrieval on this repository, and compare two configurations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Output, RepositoryOptions
from codeassist.cli.output import closing, print_json

if TYPE_CHECKING:
    from codeassist.tasks.evaluate import Scores

_COLUMNS = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10")


def eval(  # noqa: A001  # the module and its command have one name
    against: Annotated[
        Path | None, typer.Option("--against", help="A .codeassist.toml to compare with the effective configuration.")
    ] = None,
    limit: Annotated[int, typer.Option("-n", min=1, help="Maximum number of questions of each kind.")] = 100,
    *,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Run questions with known answers (documentation, commits, rated runs) and score the files retrieved."""
    from codeassist import config as configuration
    from codeassist.tasks.evaluate import compare_configurations

    with closing(output.events()) as events:
        services = where.open(events)
        configurations = [("in force", services.config)]
        if against is not None:
            configurations.append((str(against), configuration.load(services.root, project_file=against).config))
        with services.index() as index:
            result = compare_configurations(
                index, services.runs.list(1_000, rating=1), configurations, limit, events, services.cancel
            )
    if output.as_json:
        print_json(result.as_json())
        return
    for scores in result.scores:
        _show(scores)
    if result.gain is not None:
        mean, low, high = result.gain
        first, second = (scores.name for scores in result.scores)
        print(f"\nNDCG@10 of {second} minus {first}: {mean:+.3f} (95 % confidence interval {low:+.3f} to {high:+.3f})")


def _show(scores: Scores) -> None:
    print(f"{scores.name:<24.24} {'n':>5} " + " ".join(f"{column:>9}" for column in _COLUMNS))
    for kind in (*sorted(set(scores.kinds)), ""):
        figures = scores.mean(kind)
        n = sum(1 for k in scores.kinds if not kind or k == kind)
        print(f"  {kind or 'all':<22} {n:>5} " + " ".join(f"{figures[column]:>9.3f}" for column in _COLUMNS))
