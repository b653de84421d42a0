"""Where a project's prompts are, and how paths are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.cli.options import RepositoryOptions
from codeassist.cli.prompts.library_options import own_folder, shown
from codeassist.errors import UsageError


def test_shipped_prompts_are_not_ones_own(shop: Path) -> None:
    with pytest.raises(UsageError, match="codeassist prompts eject NAME"):
        own_folder(RepositoryOptions(shop).open().library)


def test_the_folder_of_the_project_is_found(indexed: Path, run) -> None:
    run("prompts", "eject", "judge", cwd=indexed)
    assert own_folder(RepositoryOptions(indexed).open().every_prompt).resolve() == (indexed / "prompts").resolve()


def test_paths_are_relative_to_the_current_folder_where_possible(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.resolve())
    assert shown(shop / "prompts" / "a.prompty") == "prompts/a.prompty"
    assert shown(Path("prompts") / ".." / "b\n.prompty") == "b\\n.prompty"
    assert shown(shop.parent / "c.prompty") == (shop.parent / "c.prompty").as_posix()
