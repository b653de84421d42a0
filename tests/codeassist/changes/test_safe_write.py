"""Files are written only inside the repository, whole and with their mode; diffs are those that git applies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeassist.changes.safe_write import inside, replace_file, unified
from codeassist.errors import UsageError
from tests.conftest import write


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", ".GIT/hooks/x", "a/.git /x", "GIT~1/config", "link"])
def test_only_files_of_the_repository_are_changed(tmp_path, path):
    (tmp_path / "out").write_text("x")
    root = write(tmp_path / "r", {"a": "x"})
    (root / "link").symlink_to(tmp_path / "out")
    with pytest.raises(UsageError):
        inside(root, path)


def test_a_file_in_a_linked_folder_outside_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = write(tmp_path / "r", {"a": "x"})
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is outside"):
        inside(root, "folder/a")
    assert inside(root, "new/a..b.git.py") == root / "new/a..b.git.py"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_a_replaced_file_keeps_its_mode_and_a_new_one_is_not_executable(tmp_path: Path) -> None:
    script = write(tmp_path, {"run.sh": "old"}) / "run.sh"
    script.chmod(0o750)
    replace_file(script, b"new")
    assert (script.read_bytes(), script.stat().st_mode & 0o777) == (b"new", 0o750)
    replace_file(tmp_path / "fresh", b"")
    assert (tmp_path / "fresh").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        replace_file(tmp_path / "folder", b"x")
    assert os.listdir(tmp_path) == ["folder"]


def test_equal_texts_have_no_diff_and_a_missing_newline_is_marked() -> None:
    assert unified("a", "x\n", "x\n") == ""
    assert "\\ No newline at end of file" in unified("a", "x", "y")


TEXTS = st.text(st.sampled_from("ab \n"), max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, TEXTS)
def test_git_applies_the_diff(tmp_path_factory: pytest.TempPathFactory, old: str, new: str) -> None:
    folder = tmp_path_factory.mktemp("apply")
    if old:
        write(folder, {"a.txt": old})
    diff = unified("a.txt", old, new)
    if old == new:
        assert diff == ""
        return
    subprocess.run(["git", "apply", "-"], cwd=folder, input=diff.encode(), check=True, capture_output=True)
    assert ((folder / "a.txt").read_bytes() if new else b"") == new.encode()
    assert (folder / "a.txt").exists() == bool(new)
