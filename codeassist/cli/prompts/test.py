"""`codeassist prompts test`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import HERE, AsJson, ModelChoice, Repo, RepositoryOptions
from codeassist.cli.output import note, print_json, safe
from codeassist.cli.prompts.library_options import contexts, own_folder, shown, write_file
from codeassist.config.trust import PROMPTS
from codeassist.errors import EXIT_GATE, UsageError
from codeassist.prompts.format import read

if TYPE_CHECKING:
    from codeassist.models.session import Session
    from codeassist.prompts import Prompt
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
        list[str] | None,
        typer.Option("--against", metavar="VERSION", help="Compare with this version of the prompt; may be repeated."),
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="The model; repeat it to compare several.")] = None,
    only: Annotated[str, typer.Option("--only", help="Only cases whose name contains this text.")] = "",
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results as JUnit XML.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the results as an HTML page.")] = None,
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="Cost limit of this run in US dollars.")] = None,
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Run the test cases of prompts on recordings, or on a model (--live), and compare versions and models."""
    from codeassist.tasks.prompt_tests import Bench, reports, run_variants

    services = RepositoryOptions(repo).open()
    library = services.every_prompt
    prompts = [library.find(name)] if name else [read(path) for _, path in library.current()]
    if against and not name:
        raise UsageError("--against compares one prompt; name it.")
    if record:
        own_folder(library)
    live = live or bool(model) or record
    sessions = _sessions(repo, model or [], max_cost) if live else [None]
    trusted = PROMPTS not in services.config.refused
    with contexts(services) as gather:
        benches = [Bench(library, session, gather, scripts=trusted) for session in sessions]
        outcome = run_variants(prompts, benches, against or (), only)
    if record:
        _record(prompts, outcome)
    if junit is not None:
        write_file(junit, reports.junit(outcome.results))
    if html is not None:
        write_file(html, reports.html(outcome))
    _show(outcome, as_json=as_json)
    if not trusted and any(v.words.startswith("not run: ") for r in outcome.results for v in r.verdicts):
        note(f"Scripts were not run. {services.config.refused[PROMPTS]}")
    if not outcome.results:
        raise UsageError("There are no cases to run" + (f" for '{name}'." if name else "."))
    if _failed(outcome, compared=len(model or ()) > 1):
        raise typer.Exit(EXIT_GATE)


def _record(prompts: Sequence[Prompt], outcome: PromptTests) -> None:
    from codeassist.tasks.prompt_tests import record as save_recordings

    for prompt in prompts:
        answers = [r for r in outcome.results if r.prompt == prompt.id and r.answer]
        if answers:
            path, written = save_recordings(prompt, answers)
            note(f"Recorded {written} answers in {shown(path)}.")
            if left := len({r.case for r in answers}) - written:
                note(f"{left} answers to rows of data files were not recorded: a recording needs a case of its own.")


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
        repeats = f"  {result.passes} of {result.tries}, {_interval(result.rate, '.0%')}" if result.tries > 1 else ""
        print(f"{_MARKS[result.ok]} {result.prompt:<22} {safe(result.case)}  ({safe(result.source)}){repeats}")
        for verdict in result.verdicts:
            if verdict.ok is not True:
                print(f"       {'not decided' if verdict.ok is None else 'not met'}: {safe(verdict.words)}")
        if result.error:
            print(f"       {safe(result.error)}")
    passed = sum(r.ok is True for r in results)
    undecided = sum(r.ok is None for r in results)
    note(f"{passed} of {len(results)} cases pass" + (f", {undecided} not decided." if undecided else "."))


def _table(outcome: PromptTests) -> None:
    from codeassist.tasks.prompt_tests.statistics import middle, pass_rate

    print(f"{'':<36} {'pass rate':>22} {'tokens':>22} {'seconds':>20} {'cost':>9}")
    for name, results in outcome.variants:
        rate = pass_rate(results)
        tokens, seconds = middle([float(r.tokens) for r in results]), middle([r.seconds for r in results])
        costs = [r.cost for r in results]
        cost = "unknown" if any(c is None for c in costs) else f"${sum(c or 0.0 for c in costs):.4f}"
        print(
            f"{safe(name):<36.36} {_interval(rate, '.0%'):>22} {_interval(tokens, '.0f'):>22} "
            f"{_interval(seconds, '.2f'):>20} {cost:>9}"
        )
    if differing := outcome.differing:
        print("\ncases that differ (one column a variant):")
        for name, outcomes in differing:
            print(f"  {' '.join(_MARKS[ok] for ok in outcomes)}  {safe(name)}")
    if len(outcome.variants) == 2:
        print(f"\nprobability that chance alone explains the difference: {outcome.chances[0]:.2f}")
    else:
        print("\nprobability that chance alone explains the difference from the first, adjusted for the number of comparisons:")
        for (name, _), chance in zip(outcome.variants[1:], outcome.chances, strict=True):
            print(f"  {chance:.2f}  {safe(name)}")


def _interval(figure: Figure, form: str) -> str:
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"
