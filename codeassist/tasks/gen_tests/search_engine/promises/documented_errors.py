"""What documentation says about exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator


def raised(text: str) -> Iterator[tuple[str, str]]:
    """(exception, condition) for what a documentation text says about exceptions, in Sphinx, Google, NumPy style or prose."""
    for exception, condition in re.findall(r":raises?\s+~?([\w.]+):\s*(.+?)(?=\n\s*:|\n\s*\n|\Z)", text, re.DOTALL):
        yield exception.rpartition(".")[2], condition
    google = re.search(r"^[ \t]*Raises:[ \t]*\n(.+?)(?=\n[ \t]*\n|\n\S|\Z)", text, re.DOTALL | re.MULTILINE)
    for exception, condition in re.findall(r"^\s*([A-Z]\w+):\s*(.+)$", google[1], re.MULTILINE) if google else ():
        yield exception, condition
    numpy = re.search(r"^[ \t]*Raises[ \t]*\n[ \t]*-+[ \t]*\n(.+?)(?=\n[ \t]*\n|\Z)", text, re.DOTALL | re.MULTILINE)
    for exception, condition in re.findall(r"^[ \t]*([A-Z]\w+)[ \t]*\n[ \t]+(.+)$", numpy[1], re.MULTILINE) if numpy else ():
        yield exception, condition
    prose = r"[Rr]aises? (?:an? )?`*([A-Z]\w*(?:Error|Exception|Exit|Iteration|Warning))`* ((?:if|when|for|on|unless) [^.;]+)"
    yield from re.findall(prose, " ".join(text.split()))
