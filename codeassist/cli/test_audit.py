"""`codeassist test-audit`: which existing tests cannot fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from codeassist.cli.options import Output, RepositoryOptions
from codeassist.cli.output import closing, note, print_json, safe, safe_path
from codeassist.errors import EXIT_GATE, EXIT_NOT_RUN
from codeassist.printable import counted

if TYPE_CHECKING:
    from codeassist.tasks.test_audit import AuditResult


def test_audit(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Test files or folders (default: all).")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only tests of the uncommitted changes.")] = False,
    staged: Annotated[bool, typer.Option("--staged", help="Only tests of the staged changes.")] = False,
    base: Annotated[
        str, typer.Option("--base", help="Only tests of the changes since this branch diverged from REF.", metavar="REF")
    ] = "",
    budget: Annotated[float, typer.Option("--budget", min=3, help="Seconds for running tests on faulty code.")] = 60.0,
    fail_on: Annotated[
        Literal["warning", "note", "never"], typer.Option("--fail-on", help="Exit with 1 for this severity or worse.")
    ] = "never",
    form: Annotated[
        Literal["text", "sarif"], typer.Option("--format", help="sarif: a log for code scanning, on standard output.")
    ] = "text",
    python: Annotated[
        str | None, typer.Option("--python", help="Python interpreter for the project (default: that of its environment).")
    ] = None,
    *,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """List tests that cannot fail: they assert nothing, are never run, or pass with faults in the code that they test.

    The tests are run in a sandbox; nothing is written. For a change it also says for each line whether a fault would be seen.

    Exits with 5 when tests were to be run and no test file could be, as when pytest does not start.
    """
    from codeassist.sandbox import confinement
    from codeassist.services import audit_bench
    from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest, run, sarif

    request = TestAuditRequest(tuple(paths or ()), changed, staged, base, budget)
    with closing(output.events()) as events:
        services = where.open(events)
        events.note(confinement.require().line)
        result = run(request, TestAuditContext(services.root, audit_bench(services, python), events, services.cancel))
    if output.as_json:
        print_json(result.as_json())
    elif form == "sarif":
        print(sarif(result))
    else:
        _show(result, quiet=output.quiet, of_change=request.of_change)
    if result.fails(fail_on):
        raise typer.Exit(EXIT_GATE)
    if result.not_run:
        raise typer.Exit(EXIT_NOT_RUN)


test_audit.__test__ = False  # type: ignore[attr-defined]  # for pytest, which would take it for a test


def _show(result: AuditResult, *, quiet: bool, of_change: bool) -> None:
    for weakness in result.weaknesses:
        place = f"{safe_path(weakness.path)}:{weakness.line}"
        print(f"{place}: {weakness.severity}: {safe(weakness.test)}: {safe(weakness.what)} [{weakness.kind}]")
    for line in result.changed:
        if not line.covered:
            print(f"{safe_path(line.path)}:{line.line}: changed, and no test runs it")
        elif line.seen is False:
            print(f"{safe_path(line.path)}:{line.line}: changed, and a fault here would not be seen")
    if quiet:
        return
    tried = result.mutants[1]
    mutants = f"; {counted(tried, 'fault')} tried in {counted(len(result.modules), 'module')}" if tried else ""
    count = len(result.weaknesses)
    if not result.files:
        selected = "The change edits no test and nothing that a Python test calls"
        note(f"{selected if of_change else safe(result.nothing)}.")
        for text in result.incomplete:
            note(f"  not complete: {safe(text)}")
        return
    found = f"{counted(count, 'weakness', 'weaknesses')} in {counted(result.tests, 'test')} of {counted(result.files, 'file')}"
    note(f"{found}{mutants}; {result.seconds:.1f} s.")
    if result.only_read:
        note(f"  {counted(result.only_read, 'test')} of other languages than Python: read, not run")
    for text in result.not_tried:
        note(f"  {safe(text)}")
    for text in result.incomplete:
        note(f"  not complete: {safe(text)}")
