"""`codeassist fix`: propose a patch for a finding or a complaint, checked before it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import ModelChoice, Output, RepositoryOptions
from codeassist.cli.output import closing, note, note_usage, print_json, safe
from codeassist.errors import EXIT_GATE

if TYPE_CHECKING:
    from codeassist.services import Services
    from codeassist.tasks.fix import FixRequest, PatchProposal
    from codeassist.tasks.review import Finding

_FINGERPRINT = re.compile(r"[0-9a-f]{16}:\d+")
WHOLE_REVIEW = 3_600.0
"""Seconds: `fix` waits for every analyser, unlike a review in a hook."""

PATCH_REVIEW = 120.0
"""Seconds for the review of a proposed patch."""

Write = Annotated[bool, typer.Option("--write", help="Apply the patch to the files; by default it is only printed.")]


def fix(
    target: Annotated[
        str, typer.Argument(metavar="FINDING|FILE[:LINE]", help="A fingerprint from 'review --json', or a location.")
    ],
    complaint: Annotated[str, typer.Option("--complaint", "-c", help="The problem there, such as a linter's message.")] = "",
    write: Write = False,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Propose a patch, and check it with formatter, parser and covering tests on a scratch copy before offering it."""
    from codeassist.tasks.fix import request_for_finding, request_for_place
    from codeassist.tasks.review import saved_findings

    with closing(output.events()) as events:
        services = where.open(events, choice.flags("review"))

        def find(paths: Sequence[str]) -> Sequence[Finding]:
            return _findings(services, paths)

        if _FINGERPRINT.fullmatch(target):
            request = request_for_finding(target, saved_findings(services.root), find)
        else:
            request = request_for_place(services.root, target, complaint, find)
        offer(services, request, output, write=write)


def offer(services: Services, request: FixRequest, output: Output, *, write: bool) -> None:
    """Request, check and show a proposal, for `fix` and `refactor`. Exits with 1 when no proposal passed its checks."""
    from codeassist.tasks.fix import PatchChecks, propose

    session = services.needed_session("review")
    with services.existing_index(refresh=True) as index:
        proposal = propose(
            services.root,
            request.instruction,
            request.paths,
            session,
            services.library,
            never_send=services.not_sent(session),
            checks=PatchChecks(
                index,
                review=lambda patch: _wrong(services, patch),
                compare=lambda patch: _differences(services, patch),
            ),
            events=services.events,
        )
    if output.as_json:
        print_json(proposal.as_json())
    elif not proposal.refused:
        print(safe(proposal.patch()), end="")
    if not output.quiet and not output.as_json:
        _note(proposal)
        note_usage(session.ledger, session.model.name)
    if proposal.refused:
        note(f"codeassist: no patch is offered: {safe(proposal.refused)}.")
        raise typer.Exit(EXIT_GATE)
    if write:
        for path in proposal.write(services.root):
            note(f"Changed {path}.")


def _findings(services: Services, paths: Sequence[str]) -> Sequence[Finding]:
    """Findings of the analysers: in the uncommitted changes (none outside git), or in whole files."""
    from codeassist.changes.reading import ChangeSelection
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review

    if not paths and not (services.root / ".git").exists():
        return []
    request = ReviewRequest(ChangeSelection(paths=tuple(paths)), use_baseline=False)
    unhurried = services.with_flags({"review.timeout": WHOLE_REVIEW})
    return run_review(request, review_context(unhurried, model=False)).review.every


def _wrong(services: Services, patch: str) -> Sequence[Finding]:
    """The errors and warnings of a review of a patch, without a model and without running code."""
    from codeassist.changes.reading import ChangeSelection
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review
    from codeassist.tasks.review.finding import Severity

    quiet = services.with_flags({"review.timeout": PATCH_REVIEW, "review.behaviour": False})
    request = ReviewRequest(ChangeSelection(diff=patch), use_baseline=False)
    reviewed = run_review(request, review_context(quiet, model=False)).review
    return [f for f in reviewed.every if f.severity is not Severity.NOTE]


def _differences(services: Services, patch: str) -> Sequence[str]:
    """The calls that do something else with a patch than before, in words; both versions are run in the sandbox."""
    from codeassist.changes.reading import ChangeSelection
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review
    from codeassist.tasks.review.behaviour.analyser import CHANGED

    running = services.with_flags({"review.timeout": PATCH_REVIEW, "review.behaviour": True})
    context = review_context(running, model=False)
    context.engine = services.requested_engine()
    reviewed = run_review(ReviewRequest(ChangeSelection(diff=patch), use_baseline=False), context).review
    return [finding.message for finding in reviewed.every if finding.rule == CHANGED.id]


def _note(proposal: PatchProposal) -> None:
    if proposal.reason:
        note(f"reason   {safe(proposal.reason)}")
    for line in proposal.checks:
        note(f"checked  {safe(line)}")
    for line in proposal.differences:
        note(f"differs  {safe(line)}")
    for line in proposal.api:
        note(f"api      {safe(line)}")
