"""`codeassist prompts tune`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import ModelChoice, RepositoryOptions
from codeassist.cli.output import note, safe, usage_line
from codeassist.cli.prompts.library_options import Name, contexts, shown
from codeassist.config.trust import PROMPTS


def tune(
    name: Name,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Number of rewrites to try.")] = 4,
    write: Annotated[
        bool, typer.Option("--write", help="Write the best rewrite to this project's prompts as a new version.")
    ] = False,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
) -> None:
    """Let a model propose rewrites of a prompt, and score each on the test cases."""
    from codeassist.tasks.prompt_tests import Bench, write_version
    from codeassist.tasks.prompt_tests import tune as run

    services = where.open(flags=choice.flags("ask"))
    session, library = services.needed_session("ask"), services.every_prompt
    prompt = library.find(name)
    with contexts(services) as gather:
        trials = run(prompt, Bench(library, session, gather, scripts=PROMPTS not in services.config.refused), rounds)
    for number, trial in enumerate(trials):
        rate = f"{trial.rate.value:.0%} [{trial.rate.low:.0%}, {trial.rate.high:.0%}]" if trial.prompt else "-"
        chance = f"  chance {trial.chance:.2f}" if number and trial.prompt else ""
        error = f"  ({safe(trial.error)})" if trial.error else ""
        print(f"{number}  {rate:<18} {safe(trial.idea)}{chance}{error}")
    best = max(trials, key=lambda t: t.rank)
    note(usage_line(session.ledger, session.model.name))
    if best.prompt is None or best.prompt.text == prompt.text:
        note("No rewrite is better than the current prompt.")
    elif not write:
        print(safe(best.prompt.text))
        note("Nothing was written; add --write to make it a new version.")
    else:
        path = write_version(best.prompt, library.folder_to_edit(services.root, services.config))
        note(f"Wrote {shown(path)}; check it, then run 'codeassist prompts lock'.")
