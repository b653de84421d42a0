"""Answers about the project as a whole: what it is, how it is installed, run and tested, where to start, which version."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.commands import commands
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.search.pasted import without_comments
from indexers.syntax.languages import CODE, detect, is_test_path
from indexers.types import Definition

MOST_LINES = 6
"""Lines quoted of a document."""

CENTRAL = 5
"""Central files that are named."""

LONGEST_MANIFEST = 400
"""Lines of a manifest that are read."""

LEAST_WORDS = 6
"""A line with fewer words is not prose."""

LONGEST = 240
_ASIDE = re.compile(r"(?:^|/)(?:docs?|examples?|samples?)\w*/")
_TAG = re.compile(r"</?\w[^>]*>")
_MARKUP = re.compile(r"\[?!?\[[^\]]*\]\([^)]*\)|<[^>]*>|^#.*|^\.\. .*|https?:\S+")
_MARKS = re.compile(r"```|~~~|([=\-~^\"#*+.:])\1{2,}$|\.\. ")
_README = re.compile(
    r"^(?:docs?/(?:dev\w*/)?|\.github/)?(?:readme|index|contributing|hacking|develop(?:ment|ing)?|install(?:ation|ing)?|testing)"
    r"(?:\.(?:md|rst|txt|adoc))?$",
    re.IGNORECASE,
)
_ABOUT_THE_PROJECT = re.compile(r"contributing|hacking|develop", re.IGNORECASE)
_MANIFEST = re.compile(
    r"^(?:pyproject\.toml|package\.json|Cargo\.toml|composer\.json|setup\.cfg|setup\.py|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|"
    r"\w[\w-]*\.gemspec|mix\.exs|CMakeLists\.txt|Makefile|VERSION)$"
)
_VERSION = re.compile(r"^\s*[\"']?(?:\w*\.)?_*version_*[\"']?\s*(?:=|:|\s)\s*[\"']?v?\d", re.IGNORECASE)
_TOPICS: tuple[tuple[str, str], ...] = (
    ("version", r"\bversion\b"),
    ("install", r"\binstall|\bset ?up\b"),
    ("test", r"\btests?\b"),
    ("build", r"\bbuild|\bcompile"),
    ("start", r"\bstart|\bbegin|\brun\b"),
)
_HEADINGS = {
    "install": re.compile(r"install|set ?up|getting started|requirements", re.IGNORECASE),
    "test": re.compile(r"\btest", re.IGNORECASE),
    "build": re.compile(r"\bbuild|compil|develop", re.IGNORECASE),
    "start": re.compile(r"getting started|quick ?start|usage|tutorial|\brun|first steps|example|introduction", re.IGNORECASE),
}


def overview(index: Index, question: str, numbers: Citations) -> list[str]:
    """The paragraphs of an answer about the whole project; empty when its documents and manifest say nothing about it."""
    topic = next((t for t, pattern in _TOPICS if re.search(pattern, question, re.IGNORECASE)), "what")
    files = index.files()
    documents = sorted(
        (f for f in files if _README.match(f)), key=lambda f: (bool(_ABOUT_THE_PROJECT.search(f)), f.count("/"), f)
    )
    manifests = [f for f in files if _MANIFEST.match(f)]
    if topic == "version":
        return _version(index, manifests, numbers)
    if topic in _HEADINGS:
        if topic in ("test", "build"):  # other documents tell users of a library how to test what they write with it
            documents = [f for f in documents if _ABOUT_THE_PROJECT.search(f) or "readme" in f.lower()]
            documents.sort(key=lambda f: not _ABOUT_THE_PROJECT.search(f))
        sections = (s for f in documents for s in _sections(index, f) if _HEADINGS[topic].search(s.name))
        found = next((s for s in sections if len(_prose(index, s.path, s.line, s.end_line)) > 1), None)
        parts = [quoted(index, found.path, found.line, found.end_line, found.name, numbers)] if found else []
        parts += commands(index, topic, numbers)
    else:
        parts = [_introduction(index, documents[0], numbers)] if documents else []
    if topic in ("what", "start"):
        parts.append(_central(index, numbers))
    return [part for part in parts if part]


def _version(index: Index, manifests: Sequence[str], numbers: Citations) -> list[str]:
    known = (d for d in index.definitions("__version__", 20) if d.name == "__version__" and not d.is_test)
    named = [(d.path, d.line, d.line) for d in sorted(known, key=lambda d: (bool(_ASIDE.search(d.path)), d.path.count("/")))]
    for path, first, last in [*((path, 1, LONGEST_MANIFEST) for path in manifests), *named]:
        for number, line in enumerate(file_lines(index.root, path)[first - 1 : last], first):
            if _VERSION.match(line):
                return [f"`{path}` {numbers.cite(path, number, number)} says: `{line.strip()[:LONGEST]}`"]
    return []


def _sections(index: Index, path: str) -> list[Definition]:
    return [d for d in index.outline(path) if d.kind == "section"]


def _introduction(index: Index, path: str, numbers: Citations) -> str:
    """The first paragraph of prose of a document."""
    lines = file_lines(index.root, path)
    prose = [len(re.findall(r"[A-Za-z]{2,}", _MARKUP.sub("", line))) >= LEAST_WORDS for line in lines]
    if True not in prose:
        return ""
    start = prose.index(True)
    end = next((i for i in range(start, len(lines)) if not _MARKUP.sub("", lines[i]).strip()), len(lines))
    return quoted(index, path, start + 1, end, "", numbers)


def _prose(index: Index, path: str, start: int, end: int) -> list[str]:
    """The lines of a document without tags, fences, comments and the lines below titles."""
    text = without_comments("\n".join(file_lines(index.root, path)[start - 1 : end]))
    lines = (_TAG.sub("", line).strip() for line in text.split("\n"))
    return [line for line in lines if line and not _MARKS.match(line)]


def quoted(index: Index, path: str, start: int, end: int, title: str, numbers: Citations) -> str:
    """The first lines of prose of a document between two lines, as a quotation below its title and citation."""
    lines = _prose(index, path, start, end)
    lines = lines[1:] if title and len(lines) > 1 else lines
    cut = [*lines[:MOST_LINES]] + (["…"] if len(lines) > MOST_LINES else [])
    head = f"“{title}” in `{path}`" if title else f"`{path}`"
    return f"{head} {numbers.cite(path, start, end, title)}:\n" + "\n".join(f"> {line[:LONGEST]}" for line in cut)


def _is_code(path: str) -> bool:
    """Whether a file is code by its name."""
    return detect(path).role == CODE


def _central(index: Index, numbers: Citations) -> str:
    """The files that most of the code depends on."""
    ranks = index.file_ranks()
    code = [f for f in sorted(ranks, key=lambda f: -ranks[f]) if _is_code(f) and not is_test_path(f)]
    named = [f"`{f}` {numbers.cite(f, 1, 1)}" for f in code[:CENTRAL]]
    return f"Central files: {', '.join(named)}. `codeassist map` shows more." if named else ""
