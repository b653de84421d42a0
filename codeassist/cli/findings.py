"""Findings in a terminal: grouped by file, with their code; and asking about suggestions one by one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.cli.common import console, is_terminal, note, safe, safe_path
from codeassist.privacy import mask

if TYPE_CHECKING:
    from codeassist.tasks.review import Change, Finding, Review
    from codeassist.tasks.review.summary import Summary

COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}
SHOWN_LINES = 6
SHOWN_EVIDENCE = 5


def show_review(result: Review, change: Change, *, quiet: bool) -> None:
    """Findings on standard output; what was left out, and why, on standard error."""
    colour = is_terminal()
    for path in dict.fromkeys(f.path for f in result.findings):
        _print(safe_path(path), "bold" if colour else "")
        for finding in (f for f in result.findings if f.path == path):
            _show(finding, change, colour=colour)
        print()
    if result.cut_short:
        note(f"The review was cut short: {', '.join(result.cut_short)} did not finish in time.")
    for said in result.unread:
        note(f"Not looked at: {safe(said)}.")
    if quiet:
        return
    counts = [f"{sum(f.severity == s for f in result.every)} {s}{'s' * (sum(f.severity == s for f in result.every) != 1)}"
              for s in ("error", "warning", "note") if any(f.severity == s for f in result.every)]  # fmt: skip
    looked = f"{result.files} file{'s' * (result.files != 1)}, {result.lines} lines"
    note(f"{result.title}: {', '.join(counts) or 'nothing to say'} ({looked}, {result.seconds:.1f} s)")
    for reason, count in result.left_out.items():
        note(f"  left out: {count} {safe(reason)}")
    for said in result.notes:
        note(f"  {safe(said)}")


def _show(finding: Finding, change: Change, *, colour: bool) -> None:
    span = f"{finding.start}" if finding.start == finding.end else f"{finding.start}-{finding.end}"
    severity = finding.severity.value
    head = f"  {span:<9} {severity:<8} {safe(finding.message)}  [{safe(finding.rule)}]"
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
        print(f"      {safe(finding.note)}")
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
    """What the change does, risk by file, what to test, and a commit message."""
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


def ask_and_apply(root: Path, change: Change, result: Review) -> None:
    """Ask about each suggestion and write those that are wanted; without a terminal nothing is asked or written."""
    from codeassist.tasks.review.patching import apply_patches, patchable

    offered = [f for f in result.findings if f.patch is not None]
    if not offered:
        note("No finding has a suggestion to apply.")
        return
    if not change.in_work_tree:
        note("The change under review is not what lies in the work tree; nothing is applied.")
        return
    if not sys.stdin.isatty():
        note("--apply asks in a terminal; nothing was applied.")
        return
    import typer

    chosen = []
    for finding in offered:
        if not patchable(root, change, finding):
            note(f"{safe_path(finding.path)}:{finding.start}: the file changed meanwhile; left alone.")
            continue
        _show(finding, change, colour=is_terminal())
        if typer.confirm("Apply this?", default=False, err=True):
            chosen.append(finding)
    for path in apply_patches(root, change, chosen):
        note(f"Changed {safe_path(path)}.")
