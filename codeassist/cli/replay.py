"""`codeassist replay`: ask again what was asked, with the same inputs, now."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from codeassist.cli.common import (
    HERE,
    AsJson,
    IndexDir,
    NoRefresh,
    Quiet,
    Repo,
    fresh_index,
    load_config,
    note,
    print_json,
    safe,
)
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, model_flags, open_session, usage_line
from codeassist.workspace import index_dir as index_folder


def replay(
    number: Annotated[int, typer.Argument(metavar="ID", help="The run, as 'codeassist log' numbers it.")],
    model: Model = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Repeat a run on the repository as it is now, with its model unless another is named, and show what differs."""
    from codeassist.prompts import Library
    from codeassist.runs.store import RunStore
    from codeassist.tasks.ask.conversation import Turn, again, take_turn

    root, config = load_config(repo, index__index_dir=index_dir)
    store = RunStore(index_folder(root, config))
    run = store.get(number)
    flags = model_flags("ask", model or run.model, max_cost, max_tokens, no_cache=True)
    root, config = load_config(repo, index__index_dir=index_dir, **flags)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        session = open_session(config, "ask", index.folder)
        turn = again(run, Turn(config, Library.of(root, config), session, store=store))
        outcome = take_turn(index, run.question, turn)
    answer, kept = outcome.answer, outcome.run
    same_places = [c["path"] for c in run.citations] == [c.path for c in answer.citations]
    same = run.output == answer.text
    if as_json:
        print_json({
            "schema": "codeassist.replay/1", "run": number, "again": kept.id if kept else None, "same_answer": same,
            "same_places": same_places, "before": run.output, "after": answer.text,
            "error": str(outcome.error) if outcome.error else None,
        })  # fmt: skip
    elif same:
        print(f"The same answer as in run {number}.")
    else:
        for line in difflib.unified_diff(
            run.output.splitlines(), answer.text.splitlines(), f"run {number}", "now", lineterm=""
        ):
            print(safe(line))
    if not quiet:
        note("The places it cites are the same." if same_places else "It cites other places than before.")
        if run.prompt and run.prompt != answer.prompt:
            note(f"The prompt was {run.prompt}, and is {answer.prompt or 'none'} now.")
        if session is not None:
            note(usage_line(session.ledger, session.model.name, kept))
    if outcome.error is not None:
        note(f"codeassist: {outcome.error}")
        raise typer.Exit(3)
