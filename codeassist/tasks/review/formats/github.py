"""GitHub workflow commands, which show findings as annotations of a run."""

from __future__ import annotations

from codeassist.tasks.review.engine import Review

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(review: Review) -> str:
    """One workflow command per finding, escaped as the runner expects."""
    return "\n".join(
        f"::{COMMANDS[f.severity.value]} file={_property(f.path)},line={f.start},endLine={f.end},"
        f"title={_property('codeassist ' + f.rule)}::{_data(f.message)}"
        for f in review.for_programs
    )


def clean(text: str) -> str:
    """Text with its control characters replaced, as they could control a terminal or end a command."""
    return "".join(c if c.isprintable() or c in "\r\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
