"""Make a map of a repository within a token budget."""

from __future__ import annotations

from codeassist.tasks.map.manifests import Entry
from codeassist.tasks.map.overview import Folder
from codeassist.tasks.map.repository_map import MappedFile, RepositoryMap, make_map, shortened, title

__all__ = ["Entry", "Folder", "MappedFile", "RepositoryMap", "make_map", "shortened", "title"]
