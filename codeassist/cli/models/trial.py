"""`codeassist models test`: a short round trip with timings."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import HERE, AsJson, Repo
from codeassist.cli.output import note, print_json, safe
from codeassist.services import Services


def try_model(
    name: Annotated[str | None, typer.Argument(help="A model (default: the configured one).")] = None,
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Ask the model one short question and report how long each part took."""
    from codeassist.tasks.models import try_model as ask

    trial = ask(Services.open(repo, {"model.name": name, "tasks.ask.model": name}).config)
    if as_json:
        print_json(trial.as_json())
        return
    reply = trial.reply
    print(safe(reply.text.strip()) or "(the answer is empty)")
    note(
        f"{trial.model}: ready after {trial.load_seconds:.2f} s, first token after {trial.first_token_seconds:.2f} s, "
        f"{reply.output_tokens} tokens at {reply.tokens_per_second:.1f} per second, "
        f"context window of {trial.context_window:,} tokens."
    )
