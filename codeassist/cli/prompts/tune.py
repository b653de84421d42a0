"""`codeassist prompts tune`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.common import HERE, Repo, load_config, note, safe
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, model_flags, open_session, usage_line
from codeassist.cli.prompts.common import Name, library, shown
from codeassist.errors import UsageError
from codeassist.workspace import index_dir as index_folder


def tune(
    name: Name,
    model: Model = None,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="How many rewrites to try.")] = 4,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the best as a new version into this project's prompts.")
    ] = False,
    repo: Repo = HERE,
) -> None:
    """Let a model propose rewrites of a prompt, score each on the cases, and show the evidence."""
    from codeassist.tasks.prompt_tests.tuning import tune as run
    from codeassist.tasks.prompt_tests.tuning import write_version

    root, config = load_config(repo, **model_flags("ask", model, max_cost, max_tokens, no_cache=False))
    _, _, found = library(repo)
    session = open_session(config, "ask", index_folder(root, config))
    if session is None:
        raise UsageError("Tuning needs a model; name one with --model.")
    prompt = found.find(name)
    trials = run(prompt, found, session, rounds)
    for number, trial in enumerate(trials):
        rate = f"{trial.rate.value:.0%} [{trial.rate.low:.0%}, {trial.rate.high:.0%}]" if trial.prompt else "-"
        tail = f"  chance {trial.chance:.2f}" if number and trial.prompt else ""
        print(f"{number}  {rate:<18} {safe(trial.idea)}{tail}" + (f"  ({safe(trial.error)})" if trial.error else ""))
    best = max(trials, key=lambda t: t.rank)
    note(usage_line(session.ledger, session.model.name, None))
    if best.prompt is None or best.prompt.text == prompt.text:
        note("No rewrite is better than the prompt as it is.")
        return
    if not write:
        print(safe(best.prompt.text))
        note("Nothing was written; add --write to make it a new version.")
        return
    path = write_version(best.prompt, found.folder_to_edit(root, config))
    note(f"Wrote {shown(path)}; check it, then run 'codeassist prompts lock'.")
