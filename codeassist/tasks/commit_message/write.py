"""Write a commit message for a change, and insert it into git's message file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codeassist.changes.change import Change
from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.changes.repository import Repository
from codeassist.changes.summary import Style, summarise
from codeassist.errors import ModelError, UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from indexers.files.reading import read_text

STYLE_COMMITS = 40
"""How many recent commits determine the repository's style."""


@dataclass(frozen=True, slots=True)
class CommitMessage:
    """The message, and the model's error if it failed (the message is then written without a model)."""

    text: str
    error: ModelError | None = None


def change_to_describe(root: Path) -> Change:
    """The staged changes, or the uncommitted ones if nothing is staged. Raises `UsageError` if there are none."""
    Repository(root).check()
    change = read_change(root, ChangeSelection(staged=True))
    if not change.files:
        change = read_change(root, ChangeSelection())
    if not change.files:
        raise UsageError("There are no staged or uncommitted changes to describe.")
    return change


def commit_message(
    root: Path, change: Change, session: Session | None, library: Library | None, not_sent: Callable[[str], bool]
) -> CommitMessage:
    """A message for a change, in the style of the repository. Files for which `not_sent` is true are not sent to the model."""
    code, out, _ = Repository(root).git("log", f"-{STYLE_COMMITS}", "--no-merges", "--format=%s")
    style = Style.of(out.decode("utf-8", "replace").split("\n") if code == 0 else [])
    sendable = [f for f in change.files if not not_sent(f.path)]
    if not sendable:  # nothing may be sent: the message is written without a model
        return CommitMessage(summarise(change, (), None, None, style).message)
    change.files = sendable
    try:
        return CommitMessage(summarise(change, (), session, library, style).message)
    except ModelError as error:
        return CommitMessage(summarise(change, (), None, None, style).message, error)


def prepend_to_file(root: Path, file: Path, message: str) -> bool:
    """Insert a message before git's comments in its message file; False if the file already contains a message."""
    text = read_text(file, errors="surrogateescape") if file.exists() else ""
    _, out, _ = Repository(root).git("config", "core.commentChar")
    mark = out.decode("utf-8", "replace").strip()
    mark = mark if len(mark) == 1 else "#"
    if any(line.strip() and not line.startswith(mark) for line in text.partition(f"{mark} ----")[0].split("\n")):
        return False
    file.write_text(f"{message}\n{text}", encoding="utf-8", errors="surrogateescape")
    return True
