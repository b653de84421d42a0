"""Printing findings and summaries, and applying suggestions one by one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.cli.output import console, is_terminal, note, print_json, safe, safe_path
from codeassist.printable import counted, middle_left_out
from codeassist.privacy import mask

if TYPE_CHECKING:
    from codeassist.changes.change import Change
    from codeassist.changes.summary import Summary
    from codeassist.tasks.review import Finding, PlannedReview, Review, ReviewResult

COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}
SHOWN_LINES = 6
SHOWN_EVIDENCE = 5
LONGEST_MESSAGE = 600
"""Characters of a message or note; the other formats have all of it."""

LONGEST_PROGRAM = 2_000
"""Characters of a program that shows a finding; a cut one would not run, so a longer one is only in the other formats."""


def show_result(result: ReviewResult, form: str, *, quiet: bool) -> None:
    """Print the findings in a format, and the summary; files that were not reviewed go to standard error.

    Formats for programs are one document: the summary is part of the JSON, and goes to standard error beside the others.
    """
    review, change = result.review, result.change
    if form == "terminal":
        if result.nothing_changed:
            if not quiet:
                note(f"Nothing to review: no {change.title.removeprefix('the ')}.")
            return
        show_review(review, change, quiet=quiet)
        if result.summary is not None:
            show_summary(result.summary)
        return
    from codeassist.tasks.review.formats import FORMATS

    if form == "json":
        print_json(result.as_json())
    elif text := FORMATS[str(form)](review):
        print(text)
    _note_gaps(review)
    if result.summary is not None and form != "json":
        with redirect_stdout(sys.stderr):
            show_summary(result.summary)


def show_review(review: Review, change: Change, *, quiet: bool) -> None:
    """Print findings on standard output; counts, and omitted findings by reason, on standard error."""
    colour = is_terminal()
    for path in dict.fromkeys(f.path for f in review.findings):
        _print(safe_path(path), "bold" if colour else "")
        for finding in (f for f in review.findings if f.path == path):
            _show(finding, change, colour=colour)
        print()
    _note_gaps(review)
    if quiet:
        return
    scope = f"{counted(review.files, 'file')}, {counted(review.lines, 'line')}"
    standing = _counts([f for f in review.standing if f.fingerprint not in {new.fingerprint for new in review.every}])
    outcome = _counts(review.every) or (f"no new findings, but {standing} reported before" if standing else "no findings")
    if review.notes and outcome == "no findings":
        outcome = "no findings in what was checked"
    note(f"{review.title}: {outcome} ({scope}, {review.seconds:.1f} s)")
    for reason, count in review.left_out.items():
        note(f"  omitted: {count} {safe(reason)}")
    for text in review.notes:
        note(f"  {safe(middle_left_out(text, LONGEST_MESSAGE))}")


def _counts(findings: Sequence[Finding]) -> str:
    """How many findings of each severity there are: "1 error, 2 warnings"; empty when there are none."""
    numbers = ((severity, sum(f.severity == severity for f in findings)) for severity in ("error", "warning", "note"))
    return ", ".join(counted(number, severity) for severity, number in numbers if number)


def _note_gaps(review: Review) -> None:
    if review.cut_short:
        note(f"The review was cut short: {', '.join(review.cut_short)} did not finish in time.")
    for text in review.unread:
        note(f"Not reviewed: {safe(text)}.")


def show_planned_review(planned: PlannedReview | None, *, as_json: bool) -> None:
    """Print the first request that a review with a model would send."""
    if as_json:
        print_json(planned.as_json() if planned else {"schema": "codeassist.dry-run/1", "model": None, "messages": []})
        return
    if planned is None:
        print("No model is configured: nothing would be sent.")
        return
    for message in planned.messages:
        print(f"--- {message.role}")
        print(safe(message.content))
    print("--- nothing was sent; the first request would have been the above:")
    print(f"to      {safe(planned.model)}\nprompt  {planned.prompt}\ntokens  about {planned.tokens:,}")


def _show(finding: Finding, change: Change, *, colour: bool) -> None:
    span = f"{finding.start}" if finding.start == finding.end else f"{finding.start}-{finding.end}"
    severity = finding.severity.value
    head = f"  {span:<9} {severity:<8} {safe(middle_left_out(finding.message, LONGEST_MESSAGE))}  [{safe(finding.rule)}]"
    _print(head, COLOURS[severity] if colour else "")
    file = change.file(finding.path)
    lines = file.new_lines if file is not None else []
    for number in range(finding.start, min(finding.end, finding.start + SHOWN_LINES - 1) + 1):
        if 0 < number <= len(lines) and lines[number - 1].strip():
            text = mask(lines[number - 1])[0]
            print(f"      {number:>5} | {safe(text.expandtabs(4))[:140]}")
    for place in finding.evidence[:SHOWN_EVIDENCE]:
        print(f"      see {safe_path(str(place))}  {safe(place.text)[:110]}")
    if finding.note:
        print(f"      {safe(middle_left_out(finding.note, LONGEST_MESSAGE))}")
    if len(finding.reproducer) > LONGEST_PROGRAM:
        print(f"      a program of {len(finding.reproducer)} characters shows it: --json")
    for line in finding.reproducer.split("\n") if 0 < len(finding.reproducer) <= LONGEST_PROGRAM else ():
        print(f"      > {safe(line)}")
    if finding.patch is not None:
        print("      suggestion:" if finding.patch else "      suggestion: delete this")
        for line in finding.patch.split("\n")[: 2 * SHOWN_LINES] if finding.patch else ():
            print(f"          + {safe(line)}")


def _print(text: str, style: str) -> None:
    if style:
        from rich.text import Text

        console().print(Text(text, style=style), soft_wrap=True)
    else:
        print(text)


def show_summary(summary: Summary) -> None:
    """Print what the change does, its risk by file, what to test by hand, and a commit message."""
    print("What it does")
    for line in summary.does:
        print(f"  {safe(line)}")
    print("\nRisk by file")
    for path, risk, why in summary.risks:
        print(f"  {risk:<7} {safe_path(path)}  {safe(why)}")
    if summary.by_hand:
        print("\nTo test by hand")
        for line in summary.by_hand:
            print(f"  - {safe(line)}")
    print("\nCommit message")
    for line in summary.message.split("\n"):
        print(f"  {safe(line)}")


def ask_and_apply(root: Path, result: ReviewResult) -> None:
    """Ask about each suggestion and apply the accepted ones; without a terminal nothing is asked or applied."""
    from codeassist.tasks.review.patching import apply_patches, patchable

    change = result.change
    suggestions = [f for f in result.review.findings if f.patch is not None]
    if not suggestions:
        note("No finding has a suggestion to apply.")
        return
    if not change.in_work_tree:
        note("The change under review is not the state of the working tree; nothing was applied.")
        return
    if not sys.stdin.isatty():
        note("--apply needs a terminal to ask in; nothing was applied.")
        return
    import typer

    accepted = []
    for finding in suggestions:
        if not patchable(root, change, finding):
            note(f"{safe_path(finding.path)}:{finding.start}: the file has changed since the review; not applied.")
            continue
        _show(finding, change, colour=is_terminal())
        if typer.confirm("Apply this?", default=False, err=True):
            accepted.append(finding)
    for path in apply_patches(root, change, accepted):
        note(f"Changed {safe_path(path)}.")
