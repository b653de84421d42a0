"""Where a project's prompts are, and how paths are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.cli.options import RepositoryOptions
from codeassist.cli.prompts.library_options import own_folder, shown, write_file
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


def test_a_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for name, target in (("to-a-file", "mine"), ("to-nothing", "new")):
        link = tmp_path / name
        link.symlink_to(tmp_path / target)
        with pytest.raises(UsageError, match="is a link"):
            write_file(link, "text")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not Path("/dev/stdout").is_symlink(), reason="standard output has no name here")
def test_standard_output_may_be_named(indexed: Path, run) -> None:
    assert run("prompts", "export", "judge", "-o", "/dev/stdout", cwd=indexed).code == 0
