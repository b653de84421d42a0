"""Outlines are read in another process, which may crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.tasks.review.analysers.outlines import outline_of
from codeassist.tasks.review.analysers.outlines.languages import READERS, outline_in_process
from codeassist.tasks.review.analysers.outlines.service import Service


def test_a_process_that_dies_costs_one_file():
    service = Service()
    assert service.read("a.go", "package a\n\nfunc F() {}\n") is not None
    assert service._process is not None
    service._process.kill()
    service._process.wait()
    found = service.read("a.go", "package a\n\nfunc G() {}\n")
    assert found is not None
    assert [d.name for d in found.definitions] == ["G"]
    service._stop()


def test_a_text_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("codeassist.tasks.review.analysers.outlines.service.SECONDS", 0.0)
    service = Service()
    assert service.read("a.go", "package a\n") is None


def test_other_languages_have_no_outline():
    assert outline_of("a.py", "x = 1\n") is None
    assert outline_of("a", "x") is None


@pytest.mark.parametrize("path", ["a.ts", "a.js", "a.go", "a.rs", "a.java", "a.cs", "a.c"])
@settings(max_examples=15, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            [
                "fn f(",
                "class A {",
                "func",
                "(",
                ")",
                "{",
                "}",
                "import x",
                "export",
                "=>",
                "a.b(c)",
                '"',
                "use a::{b",
                "\n",
                "é",
                "\0",
            ]
        )
    ).map(" ".join)
)
def test_no_text_stops_the_process(path, text):
    assert outline_of(path, text) is not None


ROOT = Path(__file__).parents[6]
SOURCES = [
    path
    for folder in (ROOT / "tests/cases/languages", ROOT / "codeassist/http/page")
    for path in sorted(folder.iterdir())
    if path.suffix in READERS
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_other_process_reads_as_this_one_would(path):
    text = path.read_text(encoding="utf-8")
    here = outline_in_process(path.name, text.encode())
    assert here is not None
    assert here.definitions
    assert outline_of(path.name, text) == here
    assert all(definition.name in text for definition in here.definitions)
