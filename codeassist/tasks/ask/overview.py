"""Answers about the project as a whole: what it is, how it is installed, run and tested, where to start, which version."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.tasks.ask.answer import Citations
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.types import Definition

MOST_LINES = 6
"""Lines quoted of a document."""

CENTRAL = 5
"""Central files that are named."""

LEAST_WORDS = 6
"""A line with fewer words is not prose."""

LONGEST = 240
_MARKUP = re.compile(r"\[?!?\[[^\]]*\]\([^)]*\)|<[^>]*>|^#.*|^\.\. .*|https?:\S+")
_README = re.compile(r"^(?:docs?/)?(?:readme|index|contributing)(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE)
_MANIFEST = re.compile(
    r"^(?:pyproject\.toml|package\.json|Cargo\.toml|composer\.json|setup\.cfg|setup\.py|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|"
    r"\w[\w-]*\.gemspec|mix\.exs|CMakeLists\.txt|Makefile|VERSION)$"
)
_VERSION = re.compile(r"^\s*[\"']?(?:\w*\.)?version[\"']?\s*(?:=|:|\s)\s*[\"']?v?\d", re.IGNORECASE)
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
    documents = sorted((f for f in files if _README.match(f)), key=lambda f: (f.count("/"), "contributing" in f.lower(), f))
    manifests = [f for f in files if _MANIFEST.match(f)]
    if topic == "version":
        return _version(index, manifests, numbers)
    if topic in _HEADINGS:
        if topic == "test":
            documents = sorted(documents, key=lambda f: "contributing" not in f.lower())
        found = next((s for f in documents for s in _sections(index, f) if _HEADINGS[topic].search(s.name)), None)
        parts = [_quoted(index, found.path, found.line, found.end_line, found.name, numbers)] if found else []
    else:
        parts = [_introduction(index, documents[0], numbers)] if documents else []
    if topic in ("what", "start"):
        parts.append(_central(index, numbers))
    return [part for part in parts if part]


def _version(index: Index, manifests: Sequence[str], numbers: Citations) -> list[str]:
    for path in manifests:
        for number, line in enumerate(file_lines(index.root, path), 1):
            if _VERSION.match(line):
                return [f"`{path}` {numbers.cite(path, number, number)} says: `{line.strip()[:LONGEST]}`"]
    return []


def _sections(index: Index, path: str) -> list[Definition]:
    return [d for d in index.outline(path) if d.kind == "section"]


def _introduction(index: Index, path: str, numbers: Citations) -> str:
    """The first paragraph of prose of a document."""
    lines = file_lines(index.root, path)
    for start, line in enumerate(lines):
        if (
            len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\[?!?\[[^\]]*\]\([^)]*\)|<[^>]*>|^#.*|^\.\. .*|https?:\S+", "", line)))
            >= 6
        ):
            end = next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
            return _quoted(index, path, start + 1, end, "", numbers)
    return ""


def _quoted(index: Index, path: str, start: int, end: int, title: str, numbers: Citations) -> str:
    lines = [line for line in file_lines(index.root, path)[start - 1 : end] if line.strip()]
    lines = lines[1:] if title and len(lines) > 1 else lines
    cut = [*lines[:MOST_LINES]] + (["…"] if len(lines) > MOST_LINES else [])
    head = f"“{title}” in `{path}`" if title else f"`{path}`"
    body = "\n".join(f"> {line.strip()[:LONGEST]}" for line in cut if not line.lstrip().startswith("```"))
    return f"{head} {numbers.cite(path, start, end, title)}:\n\n{body}"


def _central(index: Index, numbers: Citations) -> str:
    """The files that most of the code depends on."""
    ranks = index.file_ranks()
    code = [f for f in sorted(ranks, key=lambda f: -ranks[f]) if not re.search(r"(?:^|/)(?:tests?|docs?|examples?)/", f)]
    named = [f"`{f}` {numbers.cite(f, 1, 1)}" for f in code[:CENTRAL]]
    return f"Central files: {', '.join(named)}. `codeassist map` shows more." if named else ""
