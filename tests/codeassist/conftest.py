"""Fixtures: a repository with one commit, reviews of changes to it, and quick pytest runs in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.sandbox import confinement, scratch
from codeassist.tasks.review import Review, review
from tests.conftest import git, write


@pytest.fixture(scope="session", autouse=True)
def _allow_unconfined_runs_where_there_is_no_choice():
    """The tests run their own code only: where the system cannot confine it (macOS, Windows), they allow that."""
    with pytest.MonkeyPatch.context() as patch:
        if not confinement.layers().sufficient:
            patch.setenv("CODEASSIST_SANDBOX_ALLOW_UNCONFINED", "true")
            patch.setattr(confinement.policy, "allow_unconfined", True)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_installed_pytest_plugins():
    """Sandboxed pytest runs load no installed plugins: importing all of the development environment takes them seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.setattr(scratch, "KEPT_VARIABLES", (*scratch.KEPT_VARIABLES, "PYTEST_DISABLE_PLUGIN_AUTOLOAD"))
        yield


@pytest.fixture
def repository(tmp_path) -> Callable[..., Path]:
    """Make a repository: `repository({"a.py": "..."})`."""

    def make(files: dict[str, str | bytes]) -> Path:
        root = write(tmp_path / "r", files)
        git(root, "init", "-q")
        git(root, "add", ".")
        git(root, "commit", "-qm", "First")
        return root

    return make


@pytest.fixture
def findings(repository) -> Callable[..., Review]:
    """Review the change between two states of a repository, with all findings shown."""

    def make(before: dict[str, str | bytes], after: dict[str, str | bytes | None], **how) -> Review:
        root = repository(before)
        for name, text in after.items():
            if text is None:
                (root / name).unlink()
            else:
                write(root, {name: text})
        config = ReviewConfig(max_findings=0, profile="strict")
        result = review(root, read_change(root, ChangeSelection()), config, **how)
        assert not [message for message in result.unread if message.startswith("the analyser ")]
        return result

    return make


def broken(result):
    """(severity, places) of the callers in a review that a change leaves behind."""
    return [(f.severity.value, [str(p) for p in f.evidence]) for f in result.every if f.rule == "caller-left-behind"]


def rules(result: Review) -> list[tuple[str, str, int]]:
    """(rule, severity, line) of findings, sorted."""
    return sorted((f.rule, f.severity.value, f.start) for f in result.every)
