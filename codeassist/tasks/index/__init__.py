"""Index: building and updating the index of a repository, what would be indexed, and its state."""

from __future__ import annotations

from codeassist.tasks.index.build import IndexResult, Preview, build, preview
from codeassist.tasks.index.status import Status, status

__all__ = ["IndexResult", "Preview", "Status", "build", "preview", "status"]
