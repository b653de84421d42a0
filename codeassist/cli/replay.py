"""`codeassist replay`: repeat a recorded run and compare the answers."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from codeassist.cli.options import Indexed, ModelChoice, Output
from codeassist.cli.output import closing, note, print_json, safe, usage_line
from codeassist.errors import EXIT_MODEL


def replay(
    number: Annotated[int, typer.Argument(metavar="ID", help="The number of the run in 'codeassist log'.")],
    *,
    choice: ModelChoice,
    where: Indexed,
    output: Output,
) -> None:
    """Repeat a run on the current repository, with the same model unless --model is given, and show the differences."""
    from codeassist.tasks.ask.ask_question import AskContext
    from codeassist.tasks.ask.replay import replay as repeat

    with closing(output.events()) as events:
        run = where.open(events).runs.get(number)
        choice.model, choice.no_cache = choice.model or run.model, True
        services = where.open(events, choice.flags("ask"))
        with services.index(refresh=not where.no_refresh) as index:
            session = services.session("ask")
            context = AskContext(services.config, services.library, session, store=services.run_log, cancel=services.cancel)
            result = repeat(index, run, context)
    answer, error = result.after.answer, result.after.error
    if output.as_json:
        print_json(result.as_json())
    elif result.same_answer:
        print(f"The same answer as in run {number}.")
    else:
        old, new = run.output.splitlines(), answer.text.splitlines()
        for line in difflib.unified_diff(old, new, f"run {number}", "now", lineterm=""):
            print(safe(line))
    if not output.quiet:
        note("The answer cites the same places." if result.same_places else "The answer cites other places.")
        if run.prompt and run.prompt != answer.prompt:
            note(f"The prompt was {run.prompt}; it is now {answer.prompt or 'none'}.")
        if session is not None:
            note(usage_line(session.ledger, session.model.name, result.after.run.id if result.after.run else 0))
    if error is not None:
        note(f"codeassist: {error}")
        raise typer.Exit(EXIT_MODEL)
