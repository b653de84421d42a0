"""What the change itself says about a function: in its commit message, its changed tests, its documents."""

from __future__ import annotations

import re

from codeassist.changes.change import Change
from indexers.syntax.languages import is_test_path

DOCUMENTS = (".md", ".rst", ".txt", ".adoc")
SHORTEST = 3
"""A shorter name is found in any text by chance."""


def mentioned_in(change: Change, function: str) -> str:
    """Where the change mentions a function: `the commit message`, or the path of a changed test or document; else ""."""
    owner, _, name = function.rpartition(".")
    word = owner if name.startswith("__") and owner else name
    if len(word) < SHORTEST:
        return ""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    if any(pattern.search(message) for message in change.messages):
        return "the commit message"
    for file in change.files:
        if (is_test_path(file.path) or file.suffix in DOCUMENTS) and any(pattern.search(line) for line in file.added.values()):
            return file.path
    return ""
