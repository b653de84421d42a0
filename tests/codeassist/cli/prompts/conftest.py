"""A project with its own prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import git


@pytest.fixture
def own_judge(indexed, run) -> Path:
    """The file of the project's own prompt `judge`, locked and committed."""
    git(indexed, "init", "-q")
    run("prompts", "eject", "judge", cwd=indexed)
    assert run("prompts", "lock", cwd=indexed).code == 0
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Own judge")
    return indexed / "prompts" / "judge.prompty"


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must occur in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
