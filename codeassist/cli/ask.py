"""`codeassist ask`: an answer with citations, from the index alone or from a model that was checked."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
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
)
from codeassist.cli.model_options import (
    DryRun,
    MaxCost,
    MaxTokens,
    Model,
    NoCache,
    PromptName,
    model_flags,
    note_masked,
    open_session,
    usage_json,
    usage_line,
)
from codeassist.errors import ModelError, UsageError

if TYPE_CHECKING:
    from codeassist.tasks.ask.conversation import Outcome, Turn
    from indexers import Index


def ask(
    question: Annotated[str, typer.Argument(help="A question about the repository.")],
    k: Annotated[int | None, typer.Option("-k", "--places", min=1, help="How many places the answer names at most.")] = None,
    path: Annotated[list[str] | None, typer.Option("--path", help="Only paths that match this glob; may be repeated.")] = None,
    model: Model = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", help="How the model reasons: auto, direct, steps, vote, decompose or explore.")
    ] = None,
    continued: Annotated[bool, typer.Option("--continue", "-c", help="Go on from the last question.")] = False,
    clarify: Annotated[bool, typer.Option("--clarify", help="Let the model ask back when the question is vague.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="List the sentences no citation bears out.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything in the answer is unsupported.")] = False,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    examples: Annotated[
        int | None, typer.Option("--examples", min=0, help="How many answers you rated up to show the model.")
    ] = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    show_context: Annotated[bool, typer.Option("--show-context", help="Print the whole chunks the answer is from.")] = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Answer a question about the repository, with the places it is answered from."""
    from codeassist.prompts import Library
    from codeassist.runs.store import RunStore
    from codeassist.tasks.ask.conversation import Turn, remembered, take_turn

    flags = model_flags("ask", model, max_cost, max_tokens, no_cache)
    root, config = load_config(
        repo, ask__places=k, ask__strategy=strategy, ask__examples=examples, index__index_dir=index_dir, **flags
    )
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        session = open_session(config, "ask", index.folder, dry=dry_run)
        store = RunStore(index.folder) if config.ask.log else None
        turn = Turn(config, Library.of(root, config), session, prompt=prompt or "", paths=path or (), store=store)
        if continued:
            turn.history, turn.continues = remembered(RunStore(index.folder))
            if not turn.continues:
                raise UsageError("There is no earlier question to go on from.")
        if dry_run:
            _dry_run(index, question, turn, as_json)
            return
        if clarify and session is not None and sys.stdin.isatty():
            question = _clarified(index, question, turn)
        spoken = Speaker(aloud=session is not None and not as_json)
        turn = replace(turn, on_text=spoken.say, on_step=None if quiet else spoken.step)
        outcome = take_turn(index, question, turn)
        spoken.end()
        if as_json:
            found: dict[str, Any] = outcome.answer.as_json()
            if session is not None:
                found["usage"] = usage_json(session.ledger)
                found["error"] = str(outcome.error) if outcome.error else None
                found["run"] = outcome.run.id if outcome.run else None
            print_json(found)
        else:
            _show(outcome, spoken, verify=verify, show_context=show_context, root=root, start=repo)
        if not quiet:
            _notes(outcome, turn, as_json)
    code = _code(outcome, strict)
    if code:
        raise typer.Exit(code)


class Speaker:
    """Prints a model's answer as it comes; steps go to standard error."""

    def __init__(self, *, aloud: bool) -> None:
        self.spoken = False
        self._aloud = aloud

    def say(self, piece: str) -> None:
        """Print a piece of the answer."""
        from codeassist.cli.common import safe

        if self._aloud:
            self.spoken = True
            print(safe(piece), end="", flush=True)

    def step(self, words: str) -> None:
        """Say on standard error what is being done."""
        from codeassist.cli.common import safe

        note(f"… {safe(words)}")

    def end(self) -> None:
        """End the line."""
        if self.spoken:
            print()


def _code(outcome: Outcome, strict: bool) -> int:
    if outcome.error is not None:
        return 3
    checks = outcome.answer.checks
    if outcome.answer.finish == "interrupted":
        return 130
    if not outcome.answer.found or (strict and checks is not None and not checks.clean):
        return 1
    return 0


def _show(outcome: Outcome, spoken: Speaker, *, verify: bool, show_context: bool, root: Path, start: Path) -> None:
    from codeassist.cli.answers import show_checks, show_citations, show_context_of, show_text

    answer = outcome.answer
    if outcome.error is not None:
        if spoken.spoken:
            print("\n(The model broke off here; what follows is answered from the index alone.)\n")
        else:
            print("(The model failed; this is answered from the index alone.)\n")
    if outcome.error is not None or not spoken.spoken:
        show_text(answer)
    show_citations(answer, root, start)
    show_checks(answer, verify=verify)
    if show_context:
        show_context_of(answer, root, start)


def _notes(outcome: Outcome, turn: Turn, as_json: bool) -> None:
    answer, session = outcome.answer, turn.session
    if outcome.error is not None:
        note(f"codeassist: {outcome.error}")
    if outcome.trouble:
        note(f"This run could not be kept: {outcome.trouble}")
    if session is None:
        if answer.found and not as_json:
            note("Answered from the index alone, without a language model.")
        return
    private = sum(o.reason == "private" for o in answer.left_out)
    left = sum(o.reason == "budget" for o in answer.left_out)
    if private:
        note(f"{private} place{'s' if private > 1 else ''} kept back: never_send.")
    if left:
        note(f"{left} lesser places did not fit the context; context_tokens under [ask] sets its size.")
    if answer.finish == "length":
        note("The answer was cut off at max_output_tokens.")
    if answer.agreement is not None:
        note(f"Agreement of the samples over what they cite: {answer.agreement:.0%}.")
    if not session.ledger.calls:
        note(f"{session.model.name} was not asked.")
        return
    if answer.finish == "interrupted":
        note("Stopped.")
    note_masked(session.ledger.masked)
    note(usage_line(session.ledger, session.model.name, outcome.run))


def _dry_run(index: Index, question: str, turn: Turn, as_json: bool) -> None:
    from codeassist.cli.answers import show_dry_run
    from codeassist.models.prices import cost
    from codeassist.tasks.ask.conversation import rehearse

    if turn.session is None:
        if as_json:
            print_json({"schema": "codeassist.dry-run/1", "model": None, "messages": []})
        else:
            print("No model is configured: nothing would be sent.")
        return
    planned, before = rehearse(index, question, turn)
    tokens = turn.session.estimate([*before, *planned.messages])
    price = cost(turn.session.settings, tokens, turn.session.settings.max_output_tokens)
    show_dry_run(turn.session.model.name, planned, before, tokens, price, as_json=as_json)


def _clarified(index: Index, question: str, turn: Turn) -> str:
    from codeassist.tasks.ask.conversation import private
    from codeassist.tasks.ask.dialogue import clarified, clarifying

    assert turn.session is not None
    kept_back = private(index, turn)
    hits = [hit for hit in index.search(question, 8, paths=turn.paths) if not kept_back(hit.path)]
    try:
        asked = clarifying(question, turn.session, turn.library, hits)
    except ModelError as error:
        note(f"Nothing is asked back: {error}")
        return question
    told = []
    for back in asked:
        note(back)
        try:
            told.append((back, typer.prompt(">", default="", show_default=False, prompt_suffix=" ", err=True)))
        except click.Abort as stopped:
            raise KeyboardInterrupt from stopped
    return clarified(question, told)
