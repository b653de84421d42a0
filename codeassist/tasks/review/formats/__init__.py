"""Report formats for other programs: one module per format, each with a function from a review to text."""

from __future__ import annotations

from collections.abc import Callable

from codeassist.printable import json_text
from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.formats.github import github
from codeassist.tasks.review.formats.gitlab import gitlab
from codeassist.tasks.review.formats.markdown import markdown
from codeassist.tasks.review.formats.rdjsonl import rdjsonl
from codeassist.tasks.review.formats.sarif import sarif

__all__ = ["FORMATS"]


def as_json(review: Review) -> str:
    """The documented object, `codeassist.review/1`."""
    return json_text(review.as_json())


FORMATS: dict[str, Callable[[Review], str]] = {
    "json": as_json,
    "sarif": sarif,
    "rdjsonl": rdjsonl,
    "github": github,
    "gitlab": gitlab,
    "markdown": markdown,
}
