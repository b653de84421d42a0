"""Ranking features and demotions from a chunk's names, path and kind, for `fusion`."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache

from indexers.search import fusion
from indexers.search.query import Query, name_terms
from indexers.syntax.languages import DATA, by_name
from indexers.types import DOCUMENT, EXAMPLE, TEST, VENDORED, ChunkRow

_FLAG_KINDS = ((TEST, "test"), (EXAMPLE, "example"), (VENDORED, "vendored"), (DOCUMENT, "document"))


COLLECTIONS = frozenset(("__init__", "index", "mod", "main", "lib", "init"))
"""Names of files that stand for their folder."""

_PATH_WORD = re.compile(r"[a-z]+\d*")

GRAPH_SCALE = 7.0
"""ln(1 + uses) at which a name counts as fully central: about 1,100 uses."""


class NameFeatures:
    """Computes the name features for one query, cached by name and by path."""

    def __init__(self, wanted: Mapping[str, float]) -> None:
        self._wanted = wanted
        self._names: dict[str | None, tuple[float, float]] = {None: (0.0, 0.0)}
        self._paths: dict[str, tuple[float, float, float]] = {}

    def of(self, row: ChunkRow) -> dict[str, float]:
        """The features of a chunk's name, signature and path."""
        wanted, name, path = self._wanted, row.name, row.path
        if name not in self._names:
            self._names[name] = self._match(name_terms(name))
        if path not in self._paths:
            stem, folders = path_terms(path)
            self._paths[path] = (*self._match(stem), fusion.overlap(wanted, folders))
        symbol, symbol_precision = self._names[name]
        stem_match, stem_precision, folder = self._paths[path]
        return {
            "symbol": symbol,
            "symbol_precision": symbol_precision,
            "signature": fusion.overlap(wanted, name_terms(row.signature)) if row.signature else 0.0,
            "stem": stem_match,
            "stem_precision": stem_precision * stem_precision,
            "folder": folder,
            "graph": min(1.0, math.log1p(row.uses or 0) / GRAPH_SCALE),
        }

    def _match(self, terms: Sequence[str]) -> tuple[float, float]:
        precision = fusion.precision(self._wanted, terms)
        return fusion.harmonic(fusion.overlap(self._wanted, terms), precision), precision


def is_collection(path: str) -> bool:
    """Whether a file has a name such as `__init__.py`, under which a folder passes on what its files define."""
    return path.rpartition("/")[2].split(".")[0].lower() in COLLECTIONS


@lru_cache(maxsize=20_000)
def path_terms(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms of a file's name and of its folders."""
    name, folders = own_name(path)
    return name_terms(name), name_terms(folders)


def own_name(path: str) -> tuple[str, str]:
    """A file's name without its extension, and its folders; files such as `__init__.py` take their folder's name."""
    folder, _, name = path.rpartition("/")
    base = name.split(".")[0] if not name.startswith(".") else name
    if base.lower() in COLLECTIONS:
        folder, _, parent = folder.rpartition("/")
        base = parent or base
    return base, folder


def demotion_of(row: ChunkRow, features: Mapping[str, float], excused: frozenset[str]) -> float:
    """The demotion factor of a chunk by its file, kind and language, except for the kinds in `excused`."""
    return _of_kind(row.flags, row.kind, row.language, excused) * _of_configuration(row.path, row.language, features)


@lru_cache(maxsize=2_000)
def _of_kind(flags: int, kind: str, language: str, excused: frozenset[str]) -> float:
    kinds = [label for bit, label in _FLAG_KINDS if flags & bit]
    if kind == "declaration":
        kinds.append("declaration")
    if by_name(language).role == DATA:
        kinds.append("data")
    return fusion.demotion(kinds, excused)


def excused(query: Query) -> frozenset[str]:
    """The kinds that are not demoted because the query asks for them."""
    intents = (("test", query.wants_tests), ("document", query.wants_docs), ("example", query.wants_examples))
    return frozenset(kind for kind, wanted in intents if wanted)


_TOOLS = re.compile(
    r"(?:^|/)\.[^/]+|(?:^|/)(?:CODEOWNERS|MANIFEST\.in|go\.mod|[^/]+\.(?:lock|sum|cfg|ini)|[^/]*[-_.]lock(?:file)?\.[a-z]+)$"
)
"""Hidden files and folders, lock files, and other files that say how tools treat the project."""

_MANUAL = re.compile(r"(?:^|/)(?:docs?|documentation|manuals?)/", re.IGNORECASE)
"""Data in such a folder may be the text of a manual."""

_SAYS_SO = ("lexical", "phrase", "exact_path", "stem", "folder")
LEAST_SAID = 0.5
"""Configuration with less than this of the best lexical match, and of the query's words in its path, hardly has its words."""


def _of_configuration(path: str, language: str, features: Mapping[str, float]) -> float:
    """The factor of a configuration file that hardly has the words of the query: its vector says little."""
    if not _is_configuration(path, language) or any(features.get(name, 0.0) >= LEAST_SAID for name in _SAYS_SO):
        return 1.0
    return fusion.DEMOTIONS["configuration"]


@lru_cache(maxsize=20_000)
def _is_configuration(path: str, language: str) -> bool:
    is_data = by_name(language).role == DATA and not _MANUAL.search(path)
    return is_data or _TOOLS.search(path) is not None


_PLATFORMS = {
    "windows": ("win", "win32", "win64", "windows", "msvc", "mingw", "cygwin"),
    "macos": ("darwin", "macos", "osx"),
    "other": ("aix", "sunos", "solaris", "freebsd", "openbsd", "netbsd", "os390", "zos", "ibmi", "qnx"),
}
_PLATFORM_OF = {word: platform for platform, words in _PLATFORMS.items() for word in words}
_HOST = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


@lru_cache(maxsize=20_000)
def platform_of(path: str) -> str:
    """The operating system named by the words of a path, or "" for any (Unix and Linux count as any)."""
    platforms = (_PLATFORM_OF.get(word) for word in _PATH_WORD.findall(path.lower()))
    return next((platform for platform in platforms if platform), "")


@lru_cache(maxsize=64)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_PATH_WORD.findall(text.lower()))


def platform_demotion(path: str, text: str) -> float:
    """The demotion factor of a file for another operating system than the host's, unless the query names that system."""
    platform = platform_of(path)
    if not platform or platform == _HOST or not _words_of(text).isdisjoint(_PLATFORMS[platform]):
        return 1.0
    return fusion.DEMOTIONS["platform"]
