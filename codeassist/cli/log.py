"""`codeassist log`: list recorded runs, or show one with all its inputs and results."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import AsJson, RepositoryOptions
from codeassist.cli.output import note, print_json, safe, safe_path

if TYPE_CHECKING:
    from codeassist.runs import Run

_MARKS = {1: "+", -1: "-", 0: " "}


def log(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help="Show this run in full.")] = None,
    limit: Annotated[int, typer.Option("-n", min=1, help="Maximum number of runs listed.")] = 20,
    rated: Annotated[bool, typer.Option("--rated", help="Only runs that were rated up.")] = False,
    otlp: Annotated[bool, typer.Option("--otlp", help="Print the run as OpenTelemetry traces (OTLP as JSON).")] = False,
    texts: Annotated[bool, typer.Option("--texts", help="With --otlp: include question, messages and answer.")] = False,
    *,
    where: RepositoryOptions,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first, or show one: its question, evidence, prompt, messages, answer, checks and cost."""
    from codeassist.errors import UsageError
    from codeassist.runs.listing import RunList

    store = where.open().runs
    if number is not None:
        run = store.get(number)
        if otlp:
            from codeassist.runs.otlp import traces

            print_json(traces(run, texts=texts))
        elif as_json:
            print_json(run.as_json())
        else:
            _show(run)
        return
    if otlp:
        raise UsageError("--otlp prints one run; name it.")
    runs = store.list(limit, rating=1 if rated else None)
    if as_json:
        print_json(RunList(runs).as_json())
        return
    for run in runs:
        failed = "!" if run.error else " "
        cost = "" if not run.cost else f"${run.cost:.4f}"
        model = run.model if run.model != "none" else "-"
        print(
            f"{run.id:>5} {_MARKS[run.rating]} {run.time[:16].replace('T', ' ')}  {safe(model):<24.24} {cost:>8} {failed} "
            f"{safe(run.question):.70}"
        )
    if not runs:
        note("No runs are recorded yet; 'codeassist ask' records one.")


def _show(run: Run) -> None:
    print(f"run         {run.id}, {run.time}, {run.command}")
    print(f"question    {safe(run.question)}")
    print(f"model       {safe(run.model)}")
    if run.prompt:
        print(f"prompt      {safe(run.prompt)}  sha256 {run.prompt_hash[:12]}")
    print(f"index       generation {run.generation}")
    for key, value in asdict(run.parameters).items():
        if value not in (None, "", [], 0):
            print(f"{key:<11} {safe(str(value))}")
    cost = f", ${run.cost:.4f}" if run.cost else ""
    print(f"took        {run.seconds:.2f} s, {run.input_tokens} tokens in, {run.output_tokens} out{cost}")
    if run.rating or run.note:
        print(f"rating      {'up' if run.rating > 0 else 'down' if run.rating < 0 else 'none'}  {safe(run.note)}")
    if run.error:
        print(f"error       {safe(run.error)}")
    for key, value in run.checks.items():
        if value:
            print(f"{key:<11} {safe(str(value))}")
    for hit in run.hits:
        print(f"evidence    {safe_path(hit['path'])}:{hit['start_line']}-{hit['end_line']}")
    for call, messages in enumerate(run.messages, 1):
        for message in messages:
            print(f"\n--- call {call}, {message['role']}\n{safe(message['content'])}")
    print(f"\n--- answer\n{safe(run.output)}")
