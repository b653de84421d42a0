"""`codeassist gen-tests`: unit tests that were run, are stable, and catch faults."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Quiet, Repo, load_config, note, print_json, safe
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
from codeassist.errors import CodeassistError, UsageError

if TYPE_CHECKING:
    from codeassist.config import Config
    from codeassist.models.session import Session
    from codeassist.sandbox.project import Target
    from codeassist.sandbox.runners import Coverage
    from codeassist.tasks.gen_tests import Report, Wanted
    from indexers import Index


class Engine(StrEnum):
    """What makes the tests."""

    AUTO = "auto"
    SEARCH = "search"
    MODEL = "model"
    BOTH = "both"


def gen_tests(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH[::NAME]...", help="Files, or functions and classes of them.")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="The Python modules that differ from --base.")] = False,
    base: Annotated[str, typer.Option("--base", help="What --changed compares with.")] = "HEAD",
    uncovered: Annotated[
        bool, typer.Option("--uncovered", help="Only what no test reaches yet; without PATH the modules that lack most.")
    ] = False,
    coverage: Annotated[
        Path | None,
        typer.Option("--coverage", help="A coverage file for --uncovered: .coverage, coverage.json or .xml, lcov.info."),
    ] = None,
    api: Annotated[
        bool,
        typer.Option("--api", help="Tests of an HTTP API: a module with a FastAPI, Flask or Django app, or an OpenAPI file."),
    ] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", help="search runs the code, model asks a model; auto: both where a model is set.")
    ] = Engine.AUTO,
    model: Model = None,
    budget: Annotated[float, typer.Option("--budget", min=5, help="Seconds for each file.")] = 60.0,
    repeats: Annotated[int, typer.Option("--repeats", min=1, help="How often a test must pass to be kept.")] = 3,
    python: Annotated[
        str | None, typer.Option("--python", help="The interpreter that runs the project (default: its environment's).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write to where the project keeps its tests.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed finds other inputs.")] = 1,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Generate unit tests for a file by running it in a sandbox: only tests that pass every time are kept.

    Prints the file, and a table of what it is worth; nothing is written without --write or --out.
    """
    from codeassist.sandbox import confinement
    from codeassist.tasks.gen_tests import Wanted, find_target
    from codeassist.workspace import index_dir

    root, config = load_config(repo, **model_flags("gen-tests", model, max_cost, max_tokens, no_cache))
    wanted = Wanted(budget, seed=seed, uncovered=uncovered, repeats=repeats, out=out)
    if not quiet and sys.stderr.isatty():
        wanted.on_step = lambda words: note(f"… {safe(words)}")
    spelled, missing = _selected(root, list(paths or ()), changed, base, uncovered, coverage, python, wanted, as_json)
    if not confinement.held() and not quiet:
        note("This system does not confine programs by itself (see docs/gen-tests.md): only run this on code you trust.")
    if not spelled:
        raise UsageError("Name a file, or use --changed or --uncovered.")
    if (out is not None and out.suffix == "") or (out is not None and out.suffix in (".md", ".txt", ".rst")):
        raise UsageError(f"{out} is no name of a test file.")
    if out is not None and len(spelled) > 1:
        raise UsageError("--out takes the tests of one file.")
    if api:
        _api(
            spelled,
            root,
            wanted,
            python,
            write=write or out is not None,
            as_json=as_json,
            quiet=quiet,
        )
        return
    targets = [find_target(one, root) for one in spelled]
    session = None if engine is Engine.SEARCH else open_session(config, "gen-tests", index_dir(root, config), dry=dry_run)
    _choose_engine(engine, session, targets, wanted)
    _attach(session, root, config, prompt, wanted)
    if dry_run:
        _dry_run(targets, root, config, wanted, as_json)
        return
    reports: list[Report] = []
    failures: list[tuple[str, CodeassistError]] = []
    for one, target in zip(spelled, targets, strict=True):
        wanted.missing = missing.get(str(target.path), frozenset())
        try:
            report = _one(target, root, config, wanted, python)
        except CodeassistError as error:
            failures.append((one, error))
            continue
        reports.append(report)
        _finish(report, write=write or out is not None, as_json=as_json, quiet=quiet)
    if as_json:
        _as_json(reports, failures, session)
    for one, said in failures:
        note(f"codeassist: {one}: {said}")
    if session is not None and session.ledger.calls and not quiet:
        note_masked(session.ledger.masked)
        note(usage_line(session.ledger, session.model.name, None))
    if failures or not any(r.tests for r in reports):
        raise typer.Exit(failures[0][1].exit_code if failures else 1)


MOST_MODULES = 5


def _selected(
    root: Path,
    named: list[str],
    changed: bool,
    base: str,
    uncovered: bool,
    coverage: Path | None,
    python: str | None,
    wanted: Wanted,
    as_json: bool,
) -> tuple[list[str], dict[str, frozenset[int]]]:
    """The files to work on, and the lines of each that a coverage file says are not run."""
    from codeassist.tasks.gen_tests.choose_modules import changed_modules, uncovered_modules

    spelled = list(named)
    missing: dict[str, frozenset[int]] = {}
    if changed:
        spelled += changed_modules(root, base)
        if not spelled:
            note(f"No Python module with anything to test differs from {base}.")
            if as_json:
                _as_json([], [], None)
            raise typer.Exit(0)
    if uncovered and (coverage is not None or not spelled):
        missing = uncovered_modules(root, coverage, python, wanted.on_step)
        if not spelled and not missing:
            note("Every line of every module that the tests load is run.")
            if as_json:
                _as_json([], [], None)
            raise typer.Exit(0)
        if not spelled and len(missing) > MOST_MODULES:
            note(f"The {MOST_MODULES} modules that lack most, of {len(missing)}.")
        spelled = spelled or list(missing)[:MOST_MODULES]
    return spelled, missing


def _choose_engine(engine: Engine, session: Session | None, targets: list[Target], wanted: Wanted) -> None:
    """`auto` is both where a model is configured; other languages need one."""
    foreign = [t for t in targets if t.path.suffix != ".py"]
    if session is None and (engine in (Engine.MODEL, Engine.BOTH) or foreign):
        what = f"Tests for {foreign[0].path.name} are written by a model" if foreign else f"--engine {engine} needs a model"
        raise UsageError(f"{what}; name one with --model, such as openai:NAME or local:FOLDER; see: codeassist models")
    wanted.engine = ("search" if session is None else "both") if engine is Engine.AUTO else engine.value


def _attach(session: Session | None, root: Path, config: Config, prompt: str | None, wanted: Wanted) -> None:
    """Give the session to what is wanted."""
    if session is None:
        return
    from codeassist.prompts import Library
    from codeassist.tasks.gen_tests import ModelSide

    name = prompt or config.tasks.gen_tests.prompt
    wanted.model = ModelSide(
        session, Library.of(root, config), name, config.privacy.never_send, needed=wanted.engine == "model"
    )  # fmt: skip


def _one(target: Target, root: Path, config: Config, wanted: Wanted, python: str | None) -> Report:
    from codeassist.tasks.gen_tests import find_interpreter, generate, generate_foreign

    with _index(root, config, target.path) as index:
        if target.path.suffix != ".py":
            assert wanted.model is not None
            return generate_foreign(target, index, wanted, wanted.model)
        return generate(target, find_interpreter(target.root, python), index, wanted)


def _dry_run(targets: list[Target], root: Path, config: Config, wanted: Wanted, as_json: bool) -> None:
    """What a first question to the model would hold; nothing is run and nothing is sent."""
    from codeassist.models.prices import cost
    from codeassist.tasks.gen_tests.model_engine.other_languages import rehearse

    if wanted.model is None:
        if as_json:
            print_json({"schema": "codeassist.dry-run/1", "model": None, "messages": []})
        else:
            print("No model is asked: nothing would be sent.")
        return
    session = wanted.model.session
    shown = []
    for target in targets:
        with _index(root, config, target.path) as index:
            prompt, messages = rehearse(target, index, wanted, wanted.model)
        tokens = session.estimate(messages)
        shown.append({
            "path": target.path.name, "model": session.model.name, "prompt": prompt, "tokens": tokens,
            "messages": [m.as_json() for m in messages],
            "cost": cost(session.settings, tokens, session.settings.max_output_tokens),
        })  # fmt: skip
        if not as_json:
            for message in messages:
                print(f"--- {message.role}")
                print(safe(message.content))
            print("--- nothing was sent; this is what would be first:")
            print(f"to      {safe(session.model.name)}\nprompt  {prompt}\ntokens  about {tokens:,}")
    if as_json:
        print_json({"schema": "codeassist.dry-run/1", "requests": shown})


def _index(root: Path, config: Config, path: Path) -> AbstractContextManager[Index | None]:
    """The repository's index when it has one: how the module is used elsewhere. Making one would cost more than it gives."""
    from codeassist import workspace
    from indexers import IndexerError

    if root not in path.parents:
        return nullcontext(None)
    try:
        return workspace.open_index(root, config)
    except IndexerError:
        return nullcontext(None)


def _api(
    spelled: list[str], root: Path, wanted: Wanted, python: str | None, *, write: bool, as_json: bool, quiet: bool
) -> None:
    from codeassist.tasks.gen_tests.api_engine import generate_api

    reports = [generate_api(one, root, wanted, python) for one in spelled]
    for report in reports:
        _finish(report, write=write, as_json=as_json, quiet=quiet)
    if as_json:
        _as_json(reports, [], None)
    if not any(r.tests for r in reports):
        raise typer.Exit(1)


def _as_json(reports: list[Report], failures: list[tuple[str, CodeassistError]], session: Session | None) -> None:
    failed = [{"path": one, "error": str(said)} for one, said in failures]
    found = {"schema": "codeassist.gen-tests/1", "modules": [r.as_json() for r in reports], "failed": failed}
    print_json(found | ({"usage": usage_json(session.ledger)} if session is not None else {}))


def _finish(report: Report, *, write: bool, as_json: bool, quiet: bool) -> None:
    """Show one report, and write its file when that is wanted."""
    from codeassist.tasks.gen_tests.writing.merging import write_tests

    if not as_json:
        if not write and report.text:
            print(safe(report.text))
        if not quiet:
            _table(report)
    if write and report.text:
        if report.generated:
            report.path = write_tests(report.path, report.generated)
        else:
            try:
                report.path.parent.mkdir(parents=True, exist_ok=True)
                report.path.write_text(report.text, encoding="utf-8")
            except OSError as error:
                raise UsageError(f"Cannot write {report.path}: {error.strerror or error}.") from error
        note(f"Wrote {len(report.tests)} tests to {report.path}.")


def _table(report: Report) -> None:
    made = [f"{len(report.by_model)} by the model"] if report.by_model and report.engine == "both" else []
    made += [f"{len(report.properties)} of properties"] if report.properties else []
    count = len(report.tests)
    kept = f"{report.module}: {count} test{'s' * (count != 1)} kept" + (f" ({', '.join(made)})" if made else "")
    note(kept + "".join(f", {n} dropped ({safe(why)})" for why, n in report.dropped.items()))
    note(f"  lines      {_of(report.before, 'lines')} -> {_of(report.after, 'lines')}")
    note(f"  branches   {_of(report.before, 'branches')} -> {_of(report.after, 'branches')}")
    least = "" if report.mutants_complete else "at least "
    before = f"{least}{_share(report.mutants_before)} -> " if report.mutants_before else ""
    note(f"  mutants    {before}{_share(report.mutants)} killed" if report.mutants else "  mutants    not tried")
    unsteady = report.dropped.get("does not pass every time", 0)
    note(
        f"  time       {report.seconds:.1f} s; {report.runs} runs, flaky {unsteady}"
        if report.runs
        else f"  time       {report.seconds:.1f} s"
    )
    if report.trouble:
        note(f"  note       {safe(report.trouble)}")
    if report.untouched:
        note(f"  nothing steady was seen of {', '.join(safe(t) for t in report.untouched[:8])}")
    for suspicion in report.suspicions[:8]:
        note(f"  suspicious: {safe(suspicion['target'])} {safe(suspicion['what'])} (line {suspicion['line']})")
        for line in suspicion["code"].split("\n"):
            note(f"      {safe(line)}")


def _share(counted: tuple[int, int] | None) -> str:
    if counted is None:
        return "none"
    part, whole = counted
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def _of(measured: Coverage, what: str) -> str:
    return _share(getattr(measured, what))
