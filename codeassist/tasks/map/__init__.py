"""Make a map of a repository within a token budget."""

from __future__ import annotations

from codeassist.tasks.map.repository_map import MappedFile, RepositoryMap, entry_points, make_map, shortened

__all__ = ["MappedFile", "RepositoryMap", "entry_points", "make_map", "shortened"]
