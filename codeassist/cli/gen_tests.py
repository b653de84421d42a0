"""`codeassist gen-tests`: unit tests that were run, are stable, and catch faults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from codeassist.cli.options import DryRun, ModelChoice, Output, PromptName, RepositoryOptions
from codeassist.cli.output import closing, note, note_usage, print_json, safe


def gen_tests(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH[::NAME]...", help="Files, or functions and classes in them.")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only the Python modules that differ from --base.")] = False,
    base: Annotated[str, typer.Option("--base", help="The revision that --changed compares with.")] = "HEAD",
    uncovered: Annotated[
        bool,
        typer.Option("--uncovered", help="Only uncovered lines; without PATH, of the modules with the most uncovered lines."),
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
        Literal["auto", "search", "model", "both"],
        typer.Option(
            "--engine", help="search runs the code, model asks a model; auto: both if a model is configured, else search."
        ),
    ] = "auto",
    budget: Annotated[
        float,
        typer.Option(
            "--budget", min=5, help="Seconds for everything, per file; tests that could not be checked in time are left out."
        ),
    ] = 60.0,
    repeats: Annotated[int, typer.Option("--repeats", min=1, help="Number of times a test must pass to be kept.")] = 3,
    python: Annotated[
        str | None, typer.Option("--python", help="Python interpreter for the project (default: that of its environment).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write to where the project keeps its tests.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Random seed; another one finds other inputs.")] = 1,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Generate unit tests for a file by running it in a sandbox: only tests that pass every time are kept.

    Prints the test file and a table of the results; nothing is written without --write or --out.
    """
    from codeassist.cli.show_tests import show_module, show_plan
    from codeassist.tasks.gen_tests import Engine, GenTestsContext, GenTestsRequest, check_request, plan, run

    request = GenTestsRequest(
        tuple(paths or ()),
        changed,
        base,
        uncovered,
        coverage,
        api,
        Engine(engine),
        prompt or "",
        budget,
        repeats,
        python,
        out,
        write,
        seed,
    )
    with closing(output.events()) as events:
        services = where.open(events, choice.flags("gen-tests"))
        check_request(request, services.root)  # before a model is loaded
        services.require_own_folder()
        session = None if request.engine is Engine.SEARCH or api else services.session("gen-tests", dry=dry_run)
        context = GenTestsContext(
            services.root,
            services.config,
            services.existing_index,
            services.library,
            session,
            events,
            services.cancel,
        )
        if dry_run:
            show_plan(plan(request, context), as_json=output.as_json)
            return
        if not output.as_json:
            written = write or out is not None
            context.on_module = lambda module: show_module(module, text=not written, quiet=output.quiet)
        result = run(request, context)
    if output.as_json:
        print_json(result.as_json())
    for name, error in result.failed:
        note(f"codeassist: {name}: {safe(str(error))}")
    if session is not None and session.ledger.calls and not output.quiet:
        note_usage(session.ledger, session.model.name)
    if result.exit_code:
        raise typer.Exit(result.exit_code)
