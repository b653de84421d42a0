"""Faults in the messages of a prompt that its text shows: a misspelled role, and no message of the user."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from codeassist.prompts.format import ROLES, Prompt

OTHER_NAMES = {"human": "user", "ai": "assistant", "bot": "assistant", "model": "assistant", "developer": "system"}
"""Roles as other formats call them."""

LIKENESS = 0.7
"""Similarity (difflib's ratio) from which a word counts as a misspelled role: `sytem`, `users`, `assitant` are above it."""

_ALONE = re.compile(r"^\s*#?\s*([A-Za-z]+)\s*:\s*$")


def role_problems(prompt: Prompt) -> Iterator[tuple[int, str]]:
    """(line, message) for each line of the body that looks like a role and is none, and for a prompt without a user message."""
    for section in prompt.sections:
        for number, line in enumerate(section.template.split("\n"), section.line):
            match = _ALONE.match(line)
            if match and (role := _meant(match[1].lower())):
                yield number, f"'{line.strip()}' is text of the {section.role} message; did you mean the role '{role}:'?"
    if all(section.role != "user" for section in prompt.sections):
        yield 1, "there is no 'user:' message, and many models answer only to one"


def _meant(word: str) -> str:
    """The role that a word is a misspelling or another name of; empty for any other word."""
    if word in OTHER_NAMES:
        return OTHER_NAMES[word]
    near = difflib.get_close_matches(word, ROLES, 1, LIKENESS)
    return near[0] if near and near[0] != word else ""
