"""GitHub's workflow commands, which show findings as annotations of a run."""

from __future__ import annotations

from codeassist.tasks.review.engine import Review

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(review: Review) -> str:
    """One command a finding, escaped as the runner reads it."""
    return "\n".join(
        f"::{COMMANDS[f.severity.value]} file={_property(f.path)},line={f.start},endLine={f.end},"
        f"title={_property('codeassist ' + f.rule)}::{_data(f.message)}"
        for f in review.findings
    )


def clean(text: str) -> str:
    """Text without control characters, which could drive a terminal or end a line."""
    return "".join(c if c.isprintable() or c in "\r\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
