"""`codeassist prompts test`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import HERE, AsJson, ModelChoice, Repo, RepositoryOptions
from codeassist.cli.output import note, print_json, safe
from codeassist.cli.prompts.library_options import own_folder, shown
from codeassist.errors import EXIT_GATE, UsageError
from codeassist.prompts.format import read

if TYPE_CHECKING:
    from codeassist.models.session import Session
    from codeassist.tasks.prompt_tests import CaseResult, Figure, PromptTests

_MARKS = {True: "ok  ", False: "FAIL", None: "?   "}


def try_prompts(
    name: Annotated[str | None, typer.Argument(help="The prompt (default: all).")] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask the configured model instead of using recordings; implied by --model and --record."),
    ] = False,
    record: Annotated[bool, typer.Option("--record", help="Save the live answers as new recordings.")] = False,
    against: Annotated[
        str | None, typer.Option("--against", metavar="VERSION", help="Compare with this version of the prompt.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="The model; give it twice to compare two.")] = None,
    only: Annotated[str, typer.Option("--only", help="Only cases whose name contains this text.")] = "",
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results as JUnit XML.")] = None,
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="Cost limit of this run in US dollars.")] = None,
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Run the test cases of prompts on recordings, or on a model (--live), and compare two versions or models."""
    from codeassist.tasks.prompt_tests import record as save_recordings
    from codeassist.tasks.prompt_tests import run_variants
    from codeassist.tasks.prompt_tests.run_cases import junit as as_junit

    library = RepositoryOptions(repo).open().every_prompt
    prompts = [library.find(name)] if name else [read(path) for _, path in library.current()]
    if against and not name:
        raise UsageError("--against compares one prompt; name it.")
    if record:
        own_folder(library)
    live = live or bool(model) or record
    sessions = _sessions(repo, model or [], max_cost) if live else [None]
    outcome = run_variants(library, prompts, sessions, against or "", only)
    if record:
        for prompt in prompts:
            answers = [r for r in outcome.results if r.prompt == prompt.id]
            if answers:
                note(f"Recorded {len(answers)} answers in {shown(save_recordings(prompt, answers))}.")
    if junit is not None:
        _write(junit, as_junit(outcome.results))
    _show(outcome, as_json=as_json)
    if not outcome.results:
        raise UsageError("There are no cases to run" + (f" for '{name}'." if name else "."))
    if _failed(outcome, compared=len(model or ()) > 1):
        raise typer.Exit(EXIT_GATE)


def _failed(outcome: PromptTests, *, compared: bool) -> bool:
    """Whether a case of the newest variant fails or none could be decided; a comparison of models ignores failed cases."""
    newest = outcome.variants[-1][1]
    undecided = all(r.ok is None for r in newest)
    return undecided or any(r.error for r in outcome.results) or (any(r.ok is False for r in newest) and not compared)


def _sessions(repo: Path, models: Sequence[str], max_cost: float | None) -> list[Session | None]:
    sessions: list[Session | None] = []
    for model in models or (None,):
        services = RepositoryOptions(repo).open(flags=ModelChoice(model, max_cost, no_cache=True).flags("ask"))
        session = services.session("ask", ledger=sessions[0].ledger if sessions and sessions[0] else None)
        if session is None:
            raise UsageError("No model is configured for --live; name one with --model.")
        sessions.append(session)
    return sessions


def _show(outcome: PromptTests, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome.as_json())
    elif len(outcome.variants) > 1:
        _table(outcome)
    else:
        _list(outcome.results)


def _list(results: list[CaseResult]) -> None:
    for result in results:
        print(f"{_MARKS[result.ok]} {result.prompt:<22} {safe(result.case)}  ({safe(result.source)})")
        for verdict in result.verdicts:
            if verdict.ok is not True:
                print(f"       {'not decided' if verdict.ok is None else 'not met'}: {safe(verdict.words)}")
        if result.error:
            print(f"       {safe(result.error)}")
    passed = sum(r.ok is True for r in results)
    undecided = sum(r.ok is None for r in results)
    note(f"{passed} of {len(results)} cases pass" + (f", {undecided} not decided." if undecided else "."))


def _table(outcome: PromptTests) -> None:
    from codeassist.tasks.prompt_tests.run_cases import middle, pass_rate

    print(f"{'':<36} {'pass rate':>22} {'tokens':>22} {'seconds':>20} {'cost':>9}")
    for name, results in outcome.variants:
        rate = pass_rate(results)
        tokens, seconds = middle([float(r.tokens) for r in results]), middle([r.seconds for r in results])
        costs = [r.cost for r in results]
        cost = "unknown" if any(c is None for c in costs) else f"${sum(c or 0.0 for c in costs):.4f}"
        print(
            f"{name:<36.36} {_interval(rate, '.0%'):>22} {_interval(tokens, '.0f'):>22} "
            f"{_interval(seconds, '.2f'):>20} {cost:>9}"
        )
    if outcome.chance is not None:
        print(f"\nprobability that chance alone explains the difference: {outcome.chance:.2f}")


def _interval(figure: Figure, form: str) -> str:
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}.") from error
