"""What analysers share about a change, without running any of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review.analysers import Facts
from tests.conftest import git, write


@pytest.fixture
def facts(repository: Callable[..., Path]) -> Callable[..., Facts]:
    """The facts of a change between two states of a repository; a file that becomes None is deleted."""

    def make(before: dict[str, str | bytes], after: dict[str, str | bytes | None]) -> Facts:
        root = repository(before)
        for name, text in after.items():
            if text is None:
                (root / name).unlink()
            else:
                write(root, {name: text})
        git(root, "add", "-A", "--intent-to-add")
        return Facts(root, read_change(root, ChangeSelection()), ReviewConfig())

    return make
