"""Write a commit message for the staged changes, in the style of the repository."""

from __future__ import annotations

from codeassist.tasks.commit_message.write import CommitMessage, change_to_describe, commit_message, prepend_to_file

__all__ = ["CommitMessage", "change_to_describe", "commit_message", "prepend_to_file"]
