"""The picture of a project above its files: where it is started, and what each folder is about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from codeassist.evidence.places import first_sentence
from codeassist.tasks.map.manifests import Entry, Package, declared, text_of
from indexers import Index
from indexers.syntax.languages import CODE, DOCUMENT, PLAIN, detect, is_example_path, is_test_path, is_vendored_path

MOST_ENTRIES = 10
MOST_FOLDERS = 12
MAIN_SHARE = 0.6
"""A folder with more than this share of what is central is shown by its own folders."""

DEEPEST_MAIN = 3
"""A main file below more folders is one of an example or a fixture."""

ABOUT = 90
NAMES = 4
MOST_DEFINITIONS = 20
MOST_BESIDE = 6
BESIDE_SHARE = 0.1
"""A folder with at most this share of the project's own code is one of tests, documentation or examples."""

_MAIN_FILE = re.compile(
    r"(?:^|/)(?:__main__\.py|manage\.py|main\.(?:go|rs|py|c|cc|cpp|kt|swift|dart|zig)|Main\.(?:java|kt|hs)|Program\.cs)$"
)
_DOCSTRING = re.compile(r'\A(?:\s*#[^\n]*\n)*\s*[rR]?("""|\'\'\')(.+?)\1', re.DOTALL)
_GO_DOCUMENTATION = re.compile(r"^// Package (\w+ [^\n]+(?:\n// ?[^\s/][^\n]*)*)", re.MULTILINE)
_HEADING = re.compile(r"^[^\n]*\n[ \t]*([-=~^*#])\1{2,}[ \t]*$", re.MULTILINE)
"""A line that is underlined, as a title of reStructuredText."""

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|</?(?!https?:)[A-Za-z][^>\n]*>")
_LINK = re.compile(r"\[([^\]]*)\]\(\s*[^)]*\)")
_CRATE_DOCUMENTATION = re.compile(r"\A(?:\s*//(?!!)[^\n]*\n|\s*\n)*\s*//! *([A-Za-z`][^\n]{15,}(?:\n//! *[a-z`(][^\n]*)*)")
_PROSE = re.compile(r"^(?!\* )[A-Za-z`*_][^\n|]{20,}(?:\n(?![#>|])[^\n]+)*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its number of files and one line about it: its own words, else its central names.

    `uses` are the other folders whose definitions it names most.
    """

    path: str
    files: int
    about: str
    uses: tuple[str, ...] = ()


def entry_points(index: Index, files: Sequence[str]) -> list[Entry]:
    """The commands and libraries that manifests declare, then the main files, at most `MOST_ENTRIES`."""
    entries = [_defining(index, files, entry) for entry in declared(index.root, files)]
    shown = {entry.path for entry in entries}
    mains = sorted(
        (p for p in files if _MAIN_FILE.search(p) and p not in shown and p.count("/") <= DEEPEST_MAIN),
        key=lambda p: (p.count("/"), p),
    )
    return [*entries, *(Entry(path, "main file") for path in mains)][:MOST_ENTRIES]


def _defining(index: Index, files: Sequence[str], entry: Entry) -> Entry:
    """The entry with the module that defines its function, where the package that is named only imports it."""
    package, _, name = entry.path.rpartition("/")
    if not entry.function or name != "__init__.py":
        return entry
    known = set(files)
    inside = {d.path for d in index.definitions(entry.function, MOST_DEFINITIONS) if d.qualified_name == entry.function}
    others = [path for path in inside if path.startswith(f"{package}/") and path in known and path != entry.path]
    return replace(entry, path=others[0]) if len(others) == 1 else entry


def is_own_code(path: str) -> bool:
    """Whether a file is code of the project itself: no test, example, vendored file, document or data."""
    return detect(path).role == CODE and not (is_test_path(path) or is_example_path(path) or is_vendored_path(path))


def beside(paths: Sequence[str]) -> list[Folder]:
    """The outermost folders of tests, documentation and examples among these files, with what they are; larger ones first."""
    inside: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            inside["/".join(parts[:depth])].append(path)
    chosen: dict[str, Folder] = {}
    for folder in sorted(inside, key=lambda f: (f.count("/"), f)):
        if folder.startswith(".") or any(folder.startswith(f"{outer}/") for outer in chosen):
            continue
        kinds = Counter(map(_role, inside[folder]))
        if kinds["code"] > BESIDE_SHARE * kinds.total():
            continue
        kind = kinds.most_common(1)[0][0]
        if kind in ("tests", "documentation", "examples"):
            chosen[folder] = Folder(folder, kinds.total(), kind)
    return sorted(chosen.values(), key=lambda f: (-f.files, f.path))


def _role(path: str) -> str:
    if is_vendored_path(path):
        return "vendored"
    if is_test_path(path):
        return "tests"
    if is_example_path(path):
        return "examples"
    language = detect(path)
    if language.name == PLAIN.name:
        return "other"
    return {CODE: "code", DOCUMENT: "documentation"}.get(language.role, language.role)


def folders(index: Index, files: Sequence[str], ranks: Mapping[str, float]) -> tuple[list[Folder], int]:
    """The folders that hold what is central, by path, each with a line; and the number of the other folders."""
    least = min(ranks.values(), default=0.0)  # what a file has that nothing uses
    ranks = {path: rank - least for path, rank in ranks.items()}
    groups = _groups(files, ranks)
    weights = {folder: sum(ranks.get(path, 0.0) for path in some) for folder, some in groups.items()}
    most = sorted(groups, key=lambda folder: (-weights[folder], folder))[:MOST_FOLDERS]
    shown = [Folder(folder, len(groups[folder]), _about(index, folder, groups[folder], ranks)) for folder in sorted(most)]
    return shown, len(groups) - len(most)


def _groups(files: Sequence[str], ranks: Mapping[str, float]) -> dict[str, list[str]]:
    """The files by folder; a folder with nearly all that is central is replaced by its folders."""
    split: set[str] = {""}
    total = sum(ranks.get(path, 0.0) for path in files)
    while True:
        groups: dict[str, list[str]] = defaultdict(list)
        for path in files:
            parts = path.split("/")[:-1]
            depth = 0
            while depth < len(parts) and "/".join(parts[:depth]) in split:
                depth += 1
            groups["/".join(parts[:depth])].append(path)
        central = {f: sum(ranks.get(path, 0.0) for path in some) for f, some in groups.items() if f not in split}
        main = max(central, key=lambda folder: (central[folder], folder), default="")
        has_folders = any(path.count("/") > main.count("/") + 1 for path in groups[main])
        if not main or central[main] <= MAIN_SHARE * total or not has_folders:
            return {folder: some for folder, some in groups.items() if folder and not folder.startswith(".")} or {
                folder: some for folder, some in groups.items() if folder
            }
        split.add(main)


def _about(index: Index, folder: str, files: Sequence[str], ranks: Mapping[str, float]) -> str:
    if description := Package(index.root, folder).description:
        return first_sentence(description, ABOUT)
    own_words = (
        ("__init__.py", _DOCSTRING),
        ("doc.go", _GO_DOCUMENTATION),
        ("src/lib.rs", _CRATE_DOCUMENTATION),
        ("mod.rs", _CRATE_DOCUMENTATION),
        ("README.md", _PROSE),
    )
    for name, pattern in own_words:
        text = _FENCE.sub("", text_of(index.root, f"{folder}/{name}"))
        if pattern is _PROSE:
            text = _LINK.sub(r"\1", _IMAGE.sub("", text))
        match = pattern.search(text)
        words = _HEADING.sub("", re.sub(r"\n//!?", " ", match[match.lastindex or 0])).strip() if match else ""
        if words:
            return first_sentence(words, ABOUT)
    central = sorted(files, key=lambda path: (-ranks.get(path, 0.0), path))[:NAMES]
    names = Counter[str]()
    for path in central:
        names.update({d.name: d.uses + 1 for d in index.outline(path) if not d.is_test and not d.name.startswith("_")})
    return ", ".join(name for name, _ in names.most_common(NAMES))
