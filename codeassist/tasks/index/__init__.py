"""Build or update the index of a repository, preview which files it would contain, and report its state."""

from __future__ import annotations

from codeassist.tasks.index.build import IndexResult, Preview, build, preview
from codeassist.tasks.index.status import Status, status

__all__ = ["IndexResult", "Preview", "Status", "build", "preview", "status"]
