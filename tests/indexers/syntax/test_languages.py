"""The table of languages, and the paths of tests, examples and third-party code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.syntax.languages import LANGUAGES, PLAIN, by_name, detect, is_example_path, is_test_path, is_vendored_path, names


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


def test_no_two_languages_claim_the_same_files():
    for claimed in ("extensions", "filenames", "interpreters"):
        values = [value for language in LANGUAGES for value in getattr(language, claimed)]
        assert len(values) == len(set(values))
    assert len(names()) == len(LANGUAGES) + 1


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_a_language_is_found_by_its_name_and_its_files(language):
    assert by_name(language.name) is language
    assert all(detect(f"a.b/x{extension}") is language for extension in language.extensions)
    assert all(detect(f"sub/{name}") is language for name in language.filenames)
    assert all(detect("run", f"#!/usr/bin/{name}\n".encode()) is language for name in language.interpreters)


def test_an_unknown_name_is_an_error():
    assert by_name("other") is PLAIN
    with pytest.raises(KeyError):
        by_name("klingon")


@given(st.text(max_size=30), st.binary(max_size=30))
def test_any_path_and_content_have_a_language(path, head):
    assert detect(path, head) in (*LANGUAGES, PLAIN)


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("examples/a.py", True),
        ("src/demo/x.js", True),
        ("benchmarks/b.py", True),
        ("example.py", False),
        ("src/demon/x.js", False),
        ("src/main/java/com/example/App.java", False),
        ("app/src/io/ktor/samples/App.kt", False),
        ("samples/chat/src/main/kotlin/App.kt", True),
        ("com/example/app.py", True),
    ],
)
def test_example_paths(path, example):
    assert is_example_path(path) is example


@pytest.mark.parametrize(
    "path", ["third_party/a.c", "third-party/a.c", "lib/site-packages/x.py", "ios/Pods/x.swift", "vendor/a.go"]
)
def test_folders_of_third_party_code(path):
    assert is_vendored_path(path)
