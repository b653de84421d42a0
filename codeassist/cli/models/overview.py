"""`codeassist models` alone: the table."""

from __future__ import annotations

from typing import Any

import typer

from codeassist.cli.common import HERE, AsJson, Repo, load_config, print_json, safe


def overview(context: typer.Context, repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Show the configured model, the models on this machine, and which open ones it could run."""
    if context.invoked_subcommand:
        return
    from codeassist.models import hub, machine

    _, config = load_config(repo)
    device = machine.pick_device()
    number = machine.number_format("auto", device.name)
    here = hub.cached()
    rows = [_row(model, device, number, {c.name for c in here}) for model in machine.MODELS]
    tasks = {name: getattr(config.tasks, name.replace("-", "_")).model for name in ("ask", "gen-tests", "review")}
    if as_json:
        print_json({
            "schema": "codeassist.models/1", "configured": config.model.name, "tasks": tasks,
            "device": {"name": device.name, "reason": device.reason, "free_bytes": device.memory},
            "cached": [{"name": c.name, "bytes": c.size} for c in here], "runnable": rows,
        })  # fmt: skip
        return
    print(
        f"configured  {safe(config.model.name)}"
        + ("" if config.model.name != "none" else "  (answers come from the index alone)")
    )
    for name, model in tasks.items():
        if model:
            print(f"  {name:<10}{safe(model)}")
    memory = f", {device.memory / machine.GB:.1f} GB free" if device.memory else ""
    print(f"device      {device.name} ({device.reason}){memory}")
    print("\non this machine" + ("" if here else ": none; 'codeassist models pull NAME' fetches one"))
    for found in here:
        print(f"  {found.name:<44} {found.size / machine.GB:>6.1f} GB")
    print(f"\n{'open models':<46} {'as ' + number:>12} {'as 4bit':>9}  fits")
    for row in rows:
        mark = "here" if row["cached"] else row["fits"]
        print(f"  {row['name']:<44} {row['gigabytes']:>9.1f} GB {row['gigabytes_4bit']:>6.1f} GB  {mark:<5} {row['note']}")
    print(
        "\nName one with --model local:NAME, or a remote one with --model PROVIDER:MODEL "
        "(openai, anthropic, google, mistral, ollama)."
    )


def _row(model: Any, device: Any, number: str, cached: set[str]) -> dict[str, Any]:
    from codeassist.models import machine

    whole = machine.needed(model.parameters * 1e9, number)
    small = machine.needed(model.parameters * 1e9, "4bit")
    fits = "yes" if whole <= device.memory else "4bit" if small <= device.memory and device.name == "cuda" else "no"
    return {
        "name": model.name, "parameters_billion": model.parameters, "licence": model.licence, "note": model.note,
        "gigabytes": round(whole / machine.GB, 1), "gigabytes_4bit": round(small / machine.GB, 1),
        "fits": fits if device.memory else "?", "cached": model.name in cached,
    }  # fmt: skip
