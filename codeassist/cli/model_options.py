"""What the commands that may speak to a model share: their options, opening a session, and the line about what it took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeassist.cli.common import note
from codeassist.config import Config, read, task_model
from codeassist.errors import ConfigError

if TYPE_CHECKING:
    from codeassist.models.chat import ChatModel
    from codeassist.models.session import Ledger, Session
    from codeassist.runs.store import Run

Model = Annotated[
    str | None, typer.Option("--model", "-m", help="none, local:NAME_OR_FOLDER or PROVIDER:MODEL; see 'codeassist models'.")
]
MaxCost = Annotated[float | None, typer.Option("--max-cost", min=0, help="US dollars this run may cost.")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", min=0, help="Tokens, in and out, this run may take.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask the model even when it answered the same before.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent to the model, and send nothing.")]
PromptName = Annotated[str | None, typer.Option("--prompt", help="NAME or NAME@VERSION of the prompt to use.")]


def model_flags(task: str, model: str | None, max_cost: float | None, max_tokens: int | None, no_cache: bool) -> dict[str, Any]:
    """The options as configuration flags of one task."""
    return {
        f"tasks__{task}__model": model,
        "model__max_cost": max_cost,
        "model__max_tokens": max_tokens,
        "model__cache": False if no_cache else None,
    }


def open_session(config: Config, task: str, folder: Path, *, dry: bool = False, ledger: Ledger | None = None) -> Session | None:
    """A session with the task's model, or None when none is configured; a dry one is not connected, and a `ledger` goes on."""
    from codeassist.models.chat import NO_MODEL, describe, load

    settings = task_model(config, task)
    refused = [config.refused.get(key) for key in (f"tasks.{task}.model", "model.name")]
    if settings.name in NO_MODEL and any(refused) and not read(config, f"tasks.{task}.model"):
        raise ConfigError(next(said for said in refused if said))
    if settings.name in NO_MODEL:
        return None
    for key, said in config.refused.items():
        if not key.endswith((".name", ".model")):
            note(f"Left out: {said}")
    from codeassist.models.session import Session
    from codeassist.runs.store import AnswerCache

    model: ChatModel | None = describe(settings) if dry else load(settings)
    assert model is not None
    cache = AnswerCache(folder) if settings.cache and not dry else None
    return Session(model, settings, cache=cache, mask_secrets=config.privacy.mask_secrets, ledger=ledger)


def usage_line(ledger: Ledger, name: str, run: Run | None) -> str:
    """What the model took, on one line."""
    cached = sum(call.reply.cached for call in ledger.calls)
    speed = ledger.output_tokens / ledger.seconds if ledger.seconds > 0 else 0.0
    counted = all(call.reply.counted for call in ledger.calls)
    parts = [name, f"{'' if counted else 'about '}{ledger.input_tokens:,} tokens in, {ledger.output_tokens:,} out"]
    if not name.startswith("local:"):
        parts.append("price unknown" if ledger.cost is None else f"${ledger.cost:.4f}")
    if ledger.seconds:
        parts.append(f"{ledger.seconds:.1f} s, {speed:.0f} tokens/s")
    if cached:
        parts.append(f"{cached} from the cache")
    if run is not None and run.id:
        parts.append(f"run {run.id}")
    return " · ".join(parts)


def note_masked(count: int) -> None:
    """Say how many secrets were masked."""
    if count:
        note(f"{count} secret{'s were' if count > 1 else ' was'} masked before sending.")


def usage_json(ledger: Ledger) -> dict[str, Any]:
    """The `usage` part of the JSON form: tokens, cost in US dollars or null, seconds, cached calls, masked secrets."""
    return {
        "input_tokens": ledger.input_tokens,
        "output_tokens": ledger.output_tokens,
        "cost": ledger.cost,
        "seconds": round(ledger.seconds, 3),
        "calls": len(ledger.calls),
        "cached": sum(call.reply.cached for call in ledger.calls),
        "masked": ledger.masked,
    }
