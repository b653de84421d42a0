"""`codeassist prompts test`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Repo, load_config, note, print_json, safe
from codeassist.cli.model_options import model_flags, open_session
from codeassist.cli.prompts.common import library, must_be_own, shown
from codeassist.errors import UsageError
from codeassist.prompts.format import Prompt, read

if TYPE_CHECKING:
    from codeassist.models.session import Session
    from codeassist.tasks.prompt_tests.cases import CaseResult, Figure

Results = list["CaseResult"]


def try_prompts(
    name: Annotated[str | None, typer.Argument(help="The prompt (default: every one).")] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask the configured model instead of judging recordings; --model and --record do too."),
    ] = False,
    record: Annotated[bool, typer.Option("--record", help="Keep live answers as the new recordings.")] = False,
    against: Annotated[
        str | None, typer.Option("--against", metavar="VERSION", help="Compare with this version of the prompt.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="The model; give two to compare them.")] = None,
    only: Annotated[str, typer.Option("--only", help="Only cases whose name holds this.")] = "",
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results as JUnit XML.")] = None,
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="US dollars this run may cost.")] = None,
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Run the cases beside the prompts: on recordings, or --live on a model; two versions or models side by side."""
    from codeassist.tasks.prompt_tests import cases as task

    _, _, found = library(repo)
    prompts = [found.find(name)] if name else [read(path) for _, path in found.current()]
    variants: list[tuple[str, Results]] = []
    live = live or bool(model) or record
    if against and not name:
        raise UsageError("--against compares one prompt; name it.")
    if record:
        must_be_own(found.layers[0].name)
    for session in _sessions(repo, model or [], max_cost) if live else [None]:
        label = session.model.name if session else "recorded"
        for versions in _versions(prompts, against, found):
            results = [r for p in versions for r in task.run_cases(p, found, session, only)]
            variants.append((f"{label} {versions[0].id}" if name else label, results))
            if record and session is not None:
                for prompt in versions:
                    mine = [r for r in results if r.prompt == prompt.id]
                    if mine:
                        note(f"Recorded {len(mine)} answers in {shown(task.record(prompt, mine))}.")
    everything = [r for _, results in variants for r in results]
    if junit is not None:
        _write(junit, task.junit(everything))
    if as_json:
        print_json({
            "schema": "codeassist.prompts-test/1",
            "variants": [{"name": label, "results": [r.as_json() for r in results]} for label, results in variants],
            "chance": task.sign_test(variants[0][1], variants[1][1]) if len(variants) == 2 else None,
        })  # fmt: skip
    elif len(variants) > 1:
        _table(variants)
    else:
        _list(everything)
    if not everything:
        raise UsageError("There are no cases to run" + (f" for '{name}'." if name else "."))
    newest = variants[-1][1]
    undecided = all(r.ok is None for r in newest)
    if undecided or any(r.error for r in everything) or (any(r.ok is False for r in newest) and not (model and len(model) > 1)):
        raise typer.Exit(1)


def _sessions(repo: Path, models: Sequence[str], max_cost: float | None) -> list[Session]:
    found: list[Session] = []
    for model in models or (None,):
        root, config = load_config(repo, **model_flags("ask", model, max_cost, None, no_cache=True))
        session = open_session(config, "ask", root, ledger=found[0].ledger if found else None)
        if session is None:
            raise UsageError("No model is configured for --live; name one with --model.")
        found.append(session)
    return found


def _versions(prompts: list[Prompt], against: str | None, found: object) -> list[list[Prompt]]:
    from codeassist.prompts import Library

    assert isinstance(found, Library)
    return [prompts] if against is None else [[found.find(f"{prompts[0].name}@{against}")], prompts]


def _list(results: Results) -> None:
    marks = {True: "ok  ", False: "FAIL", None: "?   "}
    for result in results:
        print(f"{marks[result.ok]} {result.prompt:<22} {safe(result.case)}  ({safe(result.source)})")
        for verdict in result.verdicts:
            if verdict.ok is not True:
                print(f"       {'not decided' if verdict.ok is None else 'not met'}: {safe(verdict.words)}")
        if result.error:
            print(f"       {safe(result.error)}")
    passed = sum(r.ok is True for r in results)
    open_ = sum(r.ok is None for r in results)
    note(f"{passed} of {len(results)} cases pass" + (f", {open_} not decided." if open_ else "."))


def _table(variants: list[tuple[str, Results]]) -> None:
    from codeassist.tasks.prompt_tests import cases as task

    print(f"{'':<36} {'pass rate':>22} {'tokens':>22} {'seconds':>20} {'cost':>9}")
    for label, results in variants:
        rate = task.pass_rate(results)
        tokens, seconds = task.middle([float(r.tokens) for r in results]), task.middle([r.seconds for r in results])
        costs = [r.cost for r in results]
        cost = "unknown" if any(c is None for c in costs) else f"${sum(c or 0.0 for c in costs):.4f}"
        print(
            f"{label:<36.36} {_interval(rate, '.0%'):>22} {_interval(tokens, '.0f'):>22} "
            f"{_interval(seconds, '.2f'):>20} {cost:>9}"
        )
    if len(variants) == 2:
        print(f"\nprobability that chance alone explains the difference: {task.sign_test(variants[0][1], variants[1][1]):.2f}")


def _interval(figure: Figure, form: str) -> str:
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}.") from error
