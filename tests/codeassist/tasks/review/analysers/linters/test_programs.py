"""Finding and running linters."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.change import ChangedFile, Hunk
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import is_wanted, loaded, output, program, projects, settings
from tests.conftest import write


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_program_inside_the_repository_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, outside = executable(tmp_path / "r/bin/odd-linter"), executable(tmp_path / "bin/odd-linter")
    root = tmp_path / "r"
    monkeypatch.setenv("PATH", str(outside.parent))
    assert program(root, "odd-linter") == [str(outside)]
    monkeypatch.setenv("PATH", f"{inside.parent}{os.pathsep}{outside.parent}")
    assert program(root, "odd-linter") is None
    link = tmp_path / "links" / "odd-linter"
    link.parent.mkdir()
    link.symlink_to(inside)
    monkeypatch.setenv("PATH", str(link.parent))
    assert program(root, "odd-linter") is None
    assert program(root, "no-such-linter") is None


def test_a_program_beside_the_interpreter_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(executable(tmp_path / "bin" / "python")))
    beside = executable(tmp_path / "bin" / ("odd-linter.exe" if sys.platform == "win32" else "odd-linter"))
    assert program(tmp_path, "odd-linter") == [str(beside)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("[tool.ruff]\nfix = true\n", {"ruff": {"fix": True}}), ("[project]\n", {}), ("not toml", {}), (b"\xff", {})],
)
def test_settings_are_the_tool_table_or_nothing(tmp_path: Path, content: str | bytes, expected: dict[str, object]) -> None:
    assert settings(tmp_path) == {}
    assert settings(write(tmp_path, {"pyproject.toml": content})) == expected


def test_output_is_what_the_program_prints_for_a_text(tmp_path: Path) -> None:
    script = "import os, sys; sys.stdout.buffer.write(os.environ['WORD'].encode() + sys.stdin.buffer.read() + b'\\xff')"
    printed = output([sys.executable, "-c", script], tmp_path, "é", {"WORD": "a"})
    assert printed == "aé\N{REPLACEMENT CHARACTER}"


def test_a_program_that_is_missing_or_too_slow_prints_nothing(tmp_path: Path) -> None:
    assert output([str(tmp_path / "missing")], tmp_path) == ""
    endless = "import threading; print('x', flush=True); threading.Event().wait()"
    assert output([sys.executable, "-c", endless], tmp_path, seconds=0.1) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [('\n[{"a": 1}]\n3 issues.\n', [{"a": 1}]), ("{} {}", {}), ("nonsense", None), ("", None), ('{"a": ', None)],
)
def test_the_json_at_the_start_is_loaded(text: str, expected: object) -> None:
    assert loaded(text) == expected


def test_changed_lines_are_wanted_and_every_line_of_a_whole_file() -> None:
    file = ChangedFile("a", "a", "modified", [Hunk(2, 1, 2, 1, {2: "x"}, {2: "y"})])
    assert [n for n in range(4) if is_wanted(file, n)] == [2]
    file.whole = True
    assert is_wanted(file, 3)


def test_files_belong_to_the_nearest_project_above_them(facts: Callable[..., Facts]) -> None:
    before = {"Cargo.toml": "", "a.rs": "x\n", "sub/Cargo.toml": "", "sub/src/b.rs": "x\n", "sub/c.txt": "x\n"}
    known = facts(before, {"a.rs": "y\n", "sub/src/b.rs": "y\n", "sub/c.txt": "y\n"})
    found = projects(known, "Cargo.toml", ".rs")
    assert {folder.relative_to(known.root).as_posix(): [f.path for f in files] for folder, files in found.items()} == {
        ".": ["a.rs"],
        "sub": ["sub/src/b.rs"],
    }
    assert projects(known, "go.mod", ".rs") == {}
