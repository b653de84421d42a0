"""GitHub workflow commands, which show findings as annotations of a run."""

from __future__ import annotations

from codeassist.printable import printable
from codeassist.tasks.review.engine import Review

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(review: Review) -> str:
    """One workflow command per finding, escaped as the runner expects."""
    return "\n".join(
        f"::{COMMANDS[f.severity.value]} file={_property(f.path)},line={f.start},endLine={f.end},"
        f"title={_property('codeassist ' + f.rule)}::{_data(f.message)}"
        for f in review.for_programs
    )


def _data(text: str) -> str:
    return printable(text.replace("\r\n", "\n")).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
