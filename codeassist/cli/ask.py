"""`codeassist ask`: answer a question with citations, from the index alone or from a model whose answer is checked."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import click
import typer

from codeassist.cli.options import DryRun, ModelChoice, Output, PromptName, SeveralIndexed
from codeassist.cli.output import TerminalEvents, closing, note, print_json
from codeassist.cli.standard_input import given
from codeassist.errors import CancelledError, ModelError, UsageError

if TYPE_CHECKING:
    from codeassist.tasks.ask import AskContext
    from indexers import Index


def ask(
    question: Annotated[str, typer.Argument(help="A question about the repository; - reads it from standard input.")],
    k: Annotated[int | None, typer.Option("-k", "--places", min=1, help="Maximum number of places in the answer.")] = None,
    path: Annotated[list[str] | None, typer.Option("--path", help="Only paths that match this glob; may be repeated.")] = None,
    strategy: Annotated[
        str | None,
        typer.Option("--strategy", help="Reasoning strategy of the model: auto, direct, steps, vote, decompose or explore."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Without a model: longer excerpts, callers, callees, tests and documents too.")
    ] = False,
    continued: Annotated[bool, typer.Option("--continue", "-c", help="Follow up on the last question.")] = False,
    clarify: Annotated[
        bool, typer.Option("--clarify", help="Let the model ask clarifying questions when the question is vague.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="List the sentences that no citation supports.")] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Also ask the model about each sentence, with only the places that it cites.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when any part of the answer is unsupported.")] = False,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    examples: Annotated[
        int | None, typer.Option("--examples", min=0, help="Number of answers rated up to give the model as examples.")
    ] = None,
    show_context: Annotated[bool, typer.Option("--show-context", help="Print the chunks behind the answer in full.")] = False,
    *,
    choice: ModelChoice,
    where: SeveralIndexed,
    output: Output,
) -> None:
    """Answer a question about the repository, citing the places the answer is based on."""
    from codeassist.cli.show_answer import show_dry_run, show_notes, show_result
    from codeassist.tasks.ask import AskContext, ask_question, earlier_exchanges, plan_question

    question = given(question)
    flags = {"ask.places": k, "ask.strategy": strategy, "ask.examples": examples} | choice.flags("ask")
    with closing(output.events(stream=True)) as events:
        every = where.open(events, flags)
        if len(every) > 1:
            if continued or clarify:
                raise UsageError("--continue and --clarify are for one repository; name it with --repo.")
            from codeassist.cli.ask_several import AskSeveral

            how = AskSeveral(every, question, prompt or "", path or (), full=full, judge=judge, dry_run=dry_run)
            code = how.run(events, output, refresh=not where.no_refresh, verify=verify, strict=strict, context=show_context)
            if code:
                raise typer.Exit(code)
            return
        services = every[0]
        with services.index(refresh=not where.no_refresh) as index:
            session = services.session("ask", dry=dry_run)
            context = AskContext(
                services.config,
                services.library,
                session,
                prompt=prompt or "",
                paths=path or (),
                full=full,
                store=services.run_log,
                judge=judge,
                events=events if session is not None else TerminalEvents(quiet=output.quiet),
                cancel=services.cancel,
            )
            if continued:
                context.history, context.continues = earlier_exchanges(services.runs)
                if not context.continues:
                    raise UsageError("There is no earlier question to follow up on.")
            if dry_run:
                show_dry_run(plan_question(index, question, context), as_json=output.as_json)
                return
            if clarify and session is not None and sys.stdin.isatty():
                question = _clarified(index, question, context)
            result = ask_question(index, question, replace(context))
        events.end_text()
        if output.as_json:
            print_json(result.as_json())
        else:
            show_result(result, services.root, where.repo, streamed=events.streamed, verify=verify, show_context=show_context)
        if not output.quiet:
            show_notes(result, session, as_json=output.as_json)
    if code := result.exit_code(strict=strict):
        raise typer.Exit(code)


def _clarified(index: Index, question: str, context: AskContext) -> str:
    """The question, extended by the user's answers to the model's clarifying questions."""
    from codeassist.tasks.ask.ask_question import private
    from codeassist.tasks.ask.follow_up import clarified, clarifying

    assert context.session is not None
    is_private = private(index, context)
    hits = [hit for hit in index.search(question, 8, paths=context.paths) if not is_private(hit.path)]
    try:
        questions = clarifying(question, context.session, context.library, hits)
    except ModelError as error:
        note(f"No clarifying questions: {error}")
        return question
    answers = []
    for clarifying_question in questions:
        note(clarifying_question)
        try:
            reply = typer.prompt(">", default="", show_default=False, prompt_suffix=" ", err=True)
        except click.Abort as abort:
            raise CancelledError from abort
        answers.append((clarifying_question, reply))
    return clarified(question, answers)
