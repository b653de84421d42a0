"""`codeassist review`: review a change and report findings."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import DryRun, ModelChoice, Output, PromptName, RepositoryOptions
from codeassist.cli.output import closing, note, note_usage
from codeassist.errors import UsageError
from codeassist.printable import counted
from indexers.files.reading import read_bytes

BEHAVIOUR_SECONDS = 20.0
BEHAVIOUR_TIMEOUT = 90.0
"""The time for running code, and for the whole review, when `--behaviour` is given."""


class Format(StrEnum):
    """Output formats for findings."""

    TERMINAL = "terminal"
    JSON = "json"
    SARIF = "sarif"
    RDJSONL = "rdjsonl"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


def review(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Review whole files or folders instead of a change.")
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Only the staged changes.")] = False,
    base: Annotated[str, typer.Option("--base", help="The changes since this branch diverged from REF.", metavar="REF")] = "",
    commit: Annotated[str, typer.Option("--commit", help="The changes of one commit.", metavar="REV")] = "",
    span: Annotated[str, typer.Option("--range", help="The changes between two revisions.", metavar="A..B")] = "",
    diff: Annotated[str, typer.Option("--diff", help="A diff: a file, or - for standard input.", metavar="FILE")] = "",
    summary: Annotated[
        bool, typer.Option("--summary", help="Summarise the change, its risk by file, and what to test by hand.")
    ] = False,
    prove: Annotated[
        bool, typer.Option("--prove", help="Let the model write a test that proves an error, and run it in the sandbox.")
    ] = False,
    behaviour: Annotated[
        bool | None,
        typer.Option(
            "--behaviour/--no-behaviour",
            help="Run the old and the new code and show what differs, with more time; or do not run any code.",
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Ask about each suggestion, and apply those you accept.")] = False,
    form: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TERMINAL,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help="Exit with 1 for this severity or worse: error, warning, note or never."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="quiet (only high-confidence findings), normal or strict (all).")
    ] = None,
    most: Annotated[int | None, typer.Option("--max-findings", min=0, help="Maximum number of findings; 0: all.")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="Hide the findings recorded in this file.")] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Record the current findings in the baseline.")
    ] = False,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="Only findings that are new since the last review of this repository.")
    ] = False,
    coverage: Annotated[
        Path | None, typer.Option("--coverage", help="A coverage file, to report changed lines that no test runs.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0.1, help="Seconds after which the review is cut short, also the model's part of it."),
    ] = None,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Review the uncommitted changes, or the change that an option selects. Only --apply changes files, after confirmation."""
    from codeassist.changes.reading import ChangeSelection, read_change
    from codeassist.cli.show_review import ask_and_apply, show_planned_review, show_result
    from codeassist.deadline import Deadline
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, plan_review, run_review

    flags = {
        "review.fail_on": fail_on,
        "review.profile": profile,
        "review.max_findings": most,
        "review.timeout": max(timeout or 0.0, BEHAVIOUR_TIMEOUT) if behaviour and timeout is None else timeout,
        "review.model_timeout": timeout,
        "review.behaviour": behaviour,
        "review.behaviour_seconds": BEHAVIOUR_SECONDS if behaviour else None,
    } | choice.flags("review")
    selection = ChangeSelection(staged, base, commit, span, _read_diff(diff), tuple(str(Path.cwd() / p) for p in paths or ()))
    baseline_path = Path.cwd() / baseline if baseline else None
    request = ReviewRequest(
        selection, baseline_path, update_baseline, since_last, coverage, prompt or "", prove, summary, remember=True
    )
    with closing(output.events()) as events:
        services = where.open(events, flags)
        services.require_own_folder()
        deadline = Deadline(services.config.review.timeout)  # reading a change of thousands of files counts
        change = read_change(services.root, selection)
        context = review_context(services, dry=dry_run, model=bool(change.files))
        if dry_run and change.files:
            show_planned_review(plan_review(request, context), as_json=output.as_json or form is Format.JSON)
            return
        result = run_review(request, context, change, deadline)
    if result.baseline is not None:
        note(f"The baseline {result.baseline} has {counted(result.known, 'finding')}.")
        return
    show_result(result, Format.JSON if output.as_json else form, quiet=output.quiet)
    if result.nothing_changed:
        return
    if result.error is not None:
        note(f"codeassist: {result.error}")
    session = context.session
    if session is not None and session.ledger.calls and not output.quiet:
        note_usage(session.ledger, session.model.name)
    if apply:
        ask_and_apply(services.root, result)
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def _read_diff(source: str) -> str:
    if not source:
        return ""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else read_bytes(Path(source))
    except OSError as error:
        raise UsageError(f"Cannot read {source}: {error.strerror or error}.") from error
    if not raw.strip():
        return "\n"  # a diff without a file, and not the working tree
    return raw.decode("utf-8", "surrogateescape")
