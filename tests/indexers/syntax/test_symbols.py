"""Definitions, references and chunks of each language, compared with its case file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexers.build.parsing import parse_file
from indexers.syntax.grammars import queries
from indexers.syntax.languages import LANGUAGES, PLAIN, detect, is_test_path, is_vendored_path

CASES = Path(__file__).parents[2] / "cases" / "languages"
WITH_QUERIES = [language for language in LANGUAGES if language.queries]
REQUIRED = (
    "python javascript typescript tsx go rust java kotlin scala c cpp csharp ruby php swift elixir haskell lua bash zig sql "
    "markdown rst toml yaml json html css"
).split()


def render(path: Path) -> str:
    """Render a parsed file as text that can be checked against the source."""
    parsed = parse_file(path.name, detect(path.name), path.read_bytes())
    lines = [f"language {parsed.language}, {parsed.lines} lines{', broken' if parsed.broken else ''}", "", "symbols"]
    for s in parsed.symbols:
        documentation = f"  -- {s.documentation.splitlines()[0]}" if s.documentation else ""
        lines.append(f"  {s.start_line}-{s.end_line} {s.kind} {s.qualified_name}: {s.signature}{documentation}")
    lines += ["", "references"]
    for r in sorted(parsed.references, key=lambda r: (r.line, r.kind, r.name)):
        owner = f" in {parsed.symbols[r.symbol].qualified_name}" if r.symbol >= 0 else ""
        lines.append(f"  {r.line} {r.kind} {r.name}{owner}")
    lines += ["", "chunks"]
    lines += [f"  {c.start_line}-{c.end_line} {c.kind} {c.qualified_name}".rstrip() for c in parsed.chunks]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", sorted(p for p in CASES.iterdir() if p.suffix != ".expected"), ids=lambda p: p.name)
def test_language_case(path):
    expected = path.with_name(path.name + ".expected")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(render(path), encoding="utf-8")
    assert render(path) == expected.read_text(encoding="utf-8")


def test_every_required_language_has_a_grammar_queries_and_a_case():
    with_queries = {language.name for language in WITH_QUERIES if queries(language.name) is not None}
    assert set(REQUIRED) <= with_queries
    with_cases = {detect(path.name).name for path in CASES.iterdir() if path.suffix != ".expected"}
    assert set(REQUIRED) <= with_cases


@pytest.mark.parametrize(
    ("path", "head", "name"),
    [
        ("a/b.py", b"", "python"),
        ("a/B.PY", b"", "python"),
        ("run", b"#!/usr/bin/env python3\n", "python"),
        ("run", b"#!/bin/sh -e\n", "bash"),
        ("run", b"#!/usr/bin/env -S node --x\n", "javascript"),
        ("Rakefile", b"", "ruby"),
        ("x.h", b"", "c"),
        ("notes.unknown", b"hello", "other"),
        ("LICENCE", b"", "other"),
    ],
)
def test_detect(path, head, name):
    assert detect(path, head).name == name


def test_unknown_files_are_split_by_lines():
    parsed = parse_file("x.unknown", PLAIN, b"one\n\ntwo\n")
    assert [(c.start_line, c.end_line, c.kind) for c in parsed.chunks] == [(1, 3, "text")]


@pytest.mark.parametrize(
    "path",
    [
        "tests/a.py",
        "a/test_b.py",
        "b_test.go",
        "src/__tests__/x.ts",
        "x.spec.ts",
        "a/FooTest.java",
        "spec/a_spec.rb",
        "conftest.py",
        "a/b_test.exs",
        "AppTests/x.swift",
    ],
)
def test_test_paths(path):
    assert is_test_path(path)


@pytest.mark.parametrize("path", ["src/testing_utils.py", "latest.py", "contest/a.py", "src/attest.go", "protest.js"])
def test_other_paths_are_not_test_paths(path):
    assert not is_test_path(path)


def test_vendored_paths():
    assert is_vendored_path("a/node_modules/b.js")
    assert not is_vendored_path("a/vendors.py")
