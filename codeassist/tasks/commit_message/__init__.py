"""A commit message for what is staged, in the repository's own style."""

from __future__ import annotations

from codeassist.tasks.commit_message.write import CommitMessage, commit_message, prepend_to_file

__all__ = ["CommitMessage", "commit_message", "prepend_to_file"]
