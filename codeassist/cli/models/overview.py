"""`codeassist models` without a subcommand: the overview."""

from __future__ import annotations

import typer

from codeassist.cli.options import HERE, AsJson, Repo
from codeassist.cli.output import print_json, safe
from codeassist.services import Services


def overview(context: typer.Context, repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Show the configured model, the models on this machine, and the open models it could run."""
    if context.invoked_subcommand:
        return
    from codeassist.models.machine import GB
    from codeassist.tasks.models import overview as read

    report = read(Services.open(repo).config)
    if as_json:
        print_json(report.as_json())
        return
    none = "  (answers come from the index alone)" if report.configured == "none" else ""
    print(f"configured  {safe(report.configured)}{none}")
    for name, model in report.tasks.items():
        if model:
            print(f"  {name:<10}{safe(model)}")
    memory = f", {report.device.memory / GB:.1f} GB free" if report.device.memory else ""
    print(f"device      {report.device.name} ({report.device.reason}){memory}")
    print("\non this machine" + ("" if report.cached else ": none; 'codeassist models pull NAME' fetches one"))
    for cached in report.cached:
        print(f"  {cached.name:<44} {cached.size / GB:>6.1f} GB")
    print(f"\n{'open models':<46} {'as ' + report.number_format:>12} {'as 4bit':>9}  fits")
    for row in report.runnable:
        mark = "here" if row.cached else row.fits
        print(f"  {row.name:<44} {row.gigabytes:>9.1f} GB {row.gigabytes_4bit:>6.1f} GB  {mark:<5} {row.note}")
    print(
        "\nName one with --model local:NAME, or a remote one with --model PROVIDER:MODEL "
        "(openai, anthropic, google, mistral, ollama)."
    )
