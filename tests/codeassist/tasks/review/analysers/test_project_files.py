"""Dependencies, lock files and migrations."""

from __future__ import annotations

import pytest

from codeassist.tasks.review.analysers.project_files import dependencies
from tests.codeassist.conftest import rules


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"pyproject.toml": '[project]\ndependencies = ["a>=1", "b>=2"]\n'},
            {"pyproject.toml": '[project]\ndependencies = ["a>=1", "b>=2", "left_pad"]\n'},
            {"dependency-unpinned"},
        ),
        ({"requirements.txt": "a==1\n"}, {"requirements.txt": "a==1\nb==2\n"}, {"dependency-added"}),
        (
            {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"},
            {"package.json": '{"dependencies": {"a": "2"}}'},
            {"lock-file-stale"},
        ),
        (
            {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"},
            {"package.json": '{"dependencies": {"a": "2"}}', "package-lock.json": "{ }"},
            set(),
        ),
        (
            {"Cargo.toml": '[dependencies]\na = "1"\n', "Cargo.lock": "x"},
            {"Cargo.toml": '[dependencies]\na = "1"\n[profile]\nx = 1\n'},
            set(),
        ),
    ],
)
def test_dependencies(findings, before, after, expected):
    assert {r for r, *_ in rules(findings(before, after))} == expected


@pytest.mark.parametrize(
    ("name", "text", "rule", "line"),
    [
        (
            "app/migrations/0002_x.py",
            "from django.db import migrations\n\noperations = [migrations.RunPython(forward)]\n",
            "migration-without-reverse",
            3,
        ),
        ("versions/1_x.py", "def upgrade():\n    op.drop()\n\n\ndef downgrade():\n    pass\n", "migration-without-reverse", 5),
    ],
)
def test_migrations_that_cannot_be_reversed_are_reported(findings, name, text, rule, line):
    result = findings({"readme.md": "x\n"}, {name: text})
    assert (rule, line) in [(r, n) for r, _, n in rules(result)], rules(result)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/migrations/0002_x.py", "operations = [migrations.RunPython(forward, migrations.RunPython.noop)]\n"),
    ],
)
def test_migrations_with_a_reverse_are_not_reported(findings, name, text):
    result = findings({"readme.md": "x\n"}, {name: text})
    reported = {"migration-without-reverse"}
    assert not [r for r, *_ in rules(result) if r in reported], rules(result)


@pytest.mark.parametrize(
    ("base", "text", "expected"),
    [
        ("requirements.txt", "# a\nFlask[async] >= 2 ; python_version > '3'\nmy_pkg\n-r x\n", {"flask": ">= 2", "my-pkg": ""}),
        (
            "pyproject.toml",
            (
                '[project]\ndependencies = ["a>1"]\n[project.optional-dependencies]\nx = ["b"]\n[dependency-groups]\ny = ["c==2"]\n'
                '[tool.poetry.dependencies]\npython = "3"\nd = "^4"\n[tool.poetry.group.dev.dependencies]\ne = {version = "5"}\n'
            ),
            {"a": ">1", "b": "", "c": "==2", "d": "^4", "e": "5"},
        ),
        ("Cargo.toml", '[dependencies]\na = "*"\nb = {path = "../b"}\n', {"a": "", "b": "given elsewhere"}),
        ("package.json", '{"dependencies": {"a": "1"}, "devDependencies": {"b": "2"}}', {"a": "1", "b": "2"}),
        ("composer.json", '{"require": {"a/b": "1"}, "require-dev": null}', {"a/b": "1"}),
        (
            "go.mod",
            "module x\n\nrequire (\n\tgithub.com/a/b v1.2.3\n)\nrequire c.org/d v0.1.0\n",
            {"github.com/a/b": "v1.2.3", "c.org/d": "v0.1.0"},
        ),
        ("Gemfile", "source 'x'\ngem 'rails', '~> 7'\ngem \"rake\"\n", {"rails": "~> 7", "rake": ""}),
    ],
)
def test_dependencies_of_each_kind_of_manifest(base, text, expected):
    assert dependencies(base, text) == expected


@pytest.mark.parametrize(("base", "text"), [("package.json", "{"), ("pyproject.toml", "[")])
def test_a_manifest_that_cannot_be_parsed_is_an_error_but_does_not_stop_a_review(findings, base, text):
    with pytest.raises(ValueError, match="."):
        dependencies(base, text)
    result = findings({base: text}, {base: text + "\n"})
    assert not result.unread


@pytest.mark.parametrize(
    ("requirement", "stale"), [("v1.1.0", False), ("v1.2.0", True)], ids=["a version that go.sum has", "another version"]
)
def test_go_sum_is_stale_if_it_lacks_the_version(findings, requirement, stale):
    before = {
        "go.mod": "module x\n\nrequire example.org/a v1.0.0\n",
        "go.sum": "example.org/a v1.0.0 h1:x\nexample.org/a v1.1.0 h1:y\n",
    }
    result = findings(before, {"go.mod": before["go.mod"].replace("v1.0.0", requirement)})
    assert any(f.rule == "lock-file-stale" for f in result.every) == stale
