"""The command that hooks run: it never prompts, and it reports what it skips."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.hook.background import NOT_RECORDED, failure, keep_failure, record_in_background, recording
from codeassist.cli.options import HERE, ModelChoice, Repo, RepositoryOptions
from codeassist.cli.output import note
from codeassist.deadline import Deadline
from codeassist.errors import EXIT_GATE, CodeassistError, UsageError
from codeassist.printable import counted

if TYPE_CHECKING:
    from codeassist.changes.change import Change

AUDIT_SECONDS = 1.6
"""Seconds from the start of an audit until the last test is started; with the start of the programs it takes less than two."""

LEAST_SECONDS = 0.8
"""Seconds for the tests of a module, once pytest has started."""

RECORD_SECONDS = 900.0
"""Seconds for recording what the tests call, in the background."""


def run(
    stage: Annotated[str, typer.Argument(help="pre-commit, pre-push, prepare-commit-msg, index or record.")],
    given: Annotated[list[str] | None, typer.Argument(help="The arguments that git passes to the hook.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.5)] = 20.0,
    audit: Annotated[bool, typer.Option("--audit", help="Before a commit: also try the tests of the change.")] = False,
    repo: Repo = HERE,
) -> None:
    """Run the work of a hook. A failure is reported but does not stop git; only findings do."""
    work = {
        "pre-commit": lambda: _pre_commit(repo, timeout, audit=audit),
        "pre-push": lambda: _pre_push(repo, timeout),
        "prepare-commit-msg": lambda: _message(repo, given or []),
        "index": lambda: _index(repo, given or []),
        "record": lambda: _record(repo),
    }.get(stage)
    if work is None:
        raise UsageError(f"'{stage}' is not a hook stage.")
    try:
        work()
    except typer.Exit:
        raise
    except Exception as error:
        note(f"codeassist: the {stage} hook failed and was skipped: {type(error).__name__}: {error}")


def _pre_commit(repo: Path, timeout: float, *, audit: bool) -> None:
    from codeassist.changes.reading import ChangeSelection, read_change

    root, deadline = RepositoryOptions(repo).open().root, Deadline(timeout)
    if _review(repo, read_change(root, ChangeSelection(staged=True)), deadline):
        note("codeassist: the commit is blocked by these findings. Fix them, or skip the hooks with git commit --no-verify.")
        raise typer.Exit(EXIT_GATE)
    if audit:
        _audit(repo, deadline)


def _audit(repo: Path, deadline: Deadline) -> None:
    """Say in one line what the tests of the staged change would notice; where code may not be run, what reading them shows."""
    from codeassist.services import audit_bench
    from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest, run

    services = RepositoryOptions(repo).open()
    trusted = services.may_run
    seconds = max(0.1, min(AUDIT_SECONDS, deadline.left))  # the review may have taken longer than it had
    request = TestAuditRequest(staged=True, seconds=seconds, least=min(LEAST_SECONDS, seconds), quick=True)
    result = run(request, TestAuditContext(services.root, audit_bench(services) if trusted else None))
    if result.line:
        note(f"codeassist: {result.line}")
    if not trusted:
        done = "only read" if result.tests else "not tried"
        note(f"codeassist: the tests of the change were {done}; trying them needs 'codeassist trust'.")
    elif result.unknown and (why := failure(services.root)):
        note(f"codeassist: what some tests call could not be recorded: {why}")
    elif result.unknown:
        record_in_background(services.root)
        note(f"codeassist: {NOT_RECORDED.format(count=counted(result.unknown, 'test file'))}")


def _record(repo: Path) -> None:
    """Record what the tests call; a second process waits for the first, and then has nothing to do."""
    from codeassist.services import audit_bench
    from codeassist.tasks.test_audit import TestAuditContext, record

    services = RepositoryOptions(repo).open()
    if not services.may_run:
        return
    with recording(services.root):
        try:
            left_out = record(TestAuditContext(services.root, audit_bench(services)), RECORD_SECONDS)
        except CodeassistError as error:
            left_out = str(error)
    keep_failure(services.root, left_out)
    if left_out:
        note(f"codeassist: {left_out}")


def _pre_push(repo: Path, timeout: float) -> None:
    """Review the pushed commits; several branches share one time limit."""
    from codeassist.tasks.git_hooks import changes_to_push

    root = RepositoryOptions(repo).open().root
    deadline = Deadline(timeout)
    text = "" if sys.stdin.isatty() else sys.stdin.read()
    codes = [_review(repo, change, deadline) for change in changes_to_push(root, text)]
    if any(codes):
        raise typer.Exit(max(codes))


def _review(repo: Path, change: Change, deadline: Deadline) -> int:
    """Print the findings of the analysers; returns the exit code."""
    from codeassist.cli.show_review import show_review
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review

    if not change.files:
        return 0
    services = RepositoryOptions(repo).open(flags={"review.timeout": max(0.1, deadline.left)})
    result = run_review(ReviewRequest(), review_context(services, model=False), change)
    show_review(result.review, result.change, quiet=True)
    return result.exit_code


def _message(repo: Path, given: list[str]) -> None:
    """Write a message only if there is none: not for -m, a merge, a squash or an amended commit."""
    from codeassist.cli.commit_msg import commit_msg

    if not given or (len(given) > 1 and given[1]):
        return
    try:
        commit_msg(Path(given[0]), choice=ModelChoice("none"), where=RepositoryOptions(repo), quiet=True)
    except CodeassistError as error:
        note(f"codeassist: {error}")


def _index(repo: Path, given: list[str]) -> None:
    """Update an existing index; does nothing without an index, or for a checkout of single files."""
    from codeassist import workspace
    from indexers import IndexerError

    services = RepositoryOptions(repo).open()
    if (given and given[0] == "0") or not workspace.index_exists(services.root, services.config):
        return
    try:
        with workspace.open_fresh(services.root, services.config)[0]:
            return
    except IndexerError as error:
        note(f"codeassist: {error}")
