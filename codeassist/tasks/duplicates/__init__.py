"""Find duplicate code in a repository."""

from __future__ import annotations

from codeassist.tasks.duplicates.find import Cluster, Duplicates, Member, find_duplicates

__all__ = ["Cluster", "Duplicates", "Member", "find_duplicates"]
