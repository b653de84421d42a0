"""`codeassist status`."""

from __future__ import annotations

import json

import pytest

from tests.codeassist.cli.conftest import lines
from tests.conftest import write


def test_status_reports_stale_files(indexed, run):
    fresh = run("status", cwd=indexed)
    assert "Fresh       yes" in fresh.out
    write(indexed, {"new.py": "x = 1\n"})
    assert "1 file changed since" in run("status", cwd=indexed).out
    assert json.loads(run("status", "--json", "--files", cwd=indexed).out)["stale"] == 1
    assert "shop/auth.py" in lines(run("status", "--files", cwd=indexed).out)


def test_a_folder_that_is_no_repository_is_called_so_by_every_command(tmp_path, run):
    said = {run(*command, cwd=tmp_path).err.replace("codeassist: ", "") for command in (["status"], ["search", "x"], ["map"])}
    assert len(said) == 1
    assert "is not a repository and has no index; run 'codeassist index" in said.pop()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (7_200, "2 hours ago"),
        (3 * 86_400, "3 days ago"),
    ],
)
def test_the_age_is_in_the_largest_unit(seconds, words):
    from codeassist.cli.status import _ago

    assert _ago(seconds) == words


def test_the_table_and_the_encoder_are_shown(indexed, run):
    shown = run("status", cwd=indexed)
    assert f"Repository  {indexed.resolve()}" in shown.out
    assert "dimensions" in shown.out
    assert "updated just now" in shown.out
    assert "Incomplete" not in shown.out
    assert any(line.split()[:2] == ["go", "1"] for line in lines(shown.out))
