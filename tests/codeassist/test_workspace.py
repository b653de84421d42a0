"""Finding the repository, locating the index, keeping it up to date."""

from __future__ import annotations

import os

import pytest

from codeassist import workspace
from codeassist.config import Config
from codeassist.config.schema import IndexConfig
from codeassist.errors import UsageError, WorkspaceError
from indexers import IndexMissingError
from tests.conftest import git, lock_holder, write


def test_find_the_repository_that_contains_a_folder(shop):
    git(shop, "init", "-q")
    assert workspace.find_root(shop / "shop" / "web") == shop.resolve()
    (shop / "stock" / ".codeassist.toml").write_text("")
    assert workspace.find_root(shop / "stock") == (shop / "stock").resolve()
    with pytest.raises(UsageError, match="no folder"):
        workspace.find_root(shop / "nowhere")
    with pytest.raises(UsageError, match="is a file"):
        workspace.find_root(shop / "README.md")


def test_the_index_is_built_then_reused_then_refreshed(shop):
    built = []
    index, freshness = workspace.open_fresh(shop, Config(), on_build=lambda: built.append(1))
    with index:
        assert freshness.built
        assert built
    index, freshness = workspace.open_fresh(shop, Config())
    with index:
        assert freshness == workspace.Freshness()
    write(shop, {"new.py": "def brand_new():\n    return 1\n"})
    index, freshness = workspace.open_fresh(shop, Config())
    with index:
        assert freshness.refreshed == 1
        assert index.definitions("brand_new")


def test_a_large_change_is_reported_and_not_indexed(shop, monkeypatch):
    workspace.build(shop, Config()).close()
    monkeypatch.setattr("codeassist.workspace.opening.QUICK_BYTES", 10)
    write(shop, {"new.py": "def brand_new():\n    return 1\n"})
    index, freshness = workspace.open_fresh(shop, Config())
    with index:
        assert freshness.stale == 1
        assert "codeassist index" in freshness.note


def test_without_refresh_nothing_is_written(shop):
    with pytest.raises(IndexMissingError):
        workspace.open_fresh(shop, Config(), refresh=False)
    assert not (shop / ".codeassist").exists()


def test_an_index_being_written_is_used_unchanged(shop):
    workspace.build(shop, Config()).close()
    with lock_holder(shop / ".codeassist") as holder:
        write(shop, {"new.py": "x = 1\n"})
        index, freshness = workspace.open_fresh(shop, Config())
        with index:
            assert freshness.stale == 1
            assert f"process {holder.pid}" in freshness.note
            assert index.search("authenticate")


def test_a_read_only_repository_is_indexed_in_the_cache(shop, monkeypatch):
    original = type(shop).mkdir

    def refuse(self, *args, **kwargs):
        if self == shop / ".codeassist":
            raise OSError(30, "Read-only file system")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(type(shop), "mkdir", refuse)
    folder = workspace.index_dir(shop, Config())
    assert shop not in folder.parents
    with workspace.build(shop, Config()) as index:
        assert index.search("authenticate")
        assert index.folder == folder.resolve()


@pytest.mark.skipif(os.name == "nt" or not os.path.exists("/proc"), reason="needs a folder that no user can write to")
def test_an_index_folder_that_cannot_be_written_is_an_error(shop):
    config = Config(index=IndexConfig(index_dir="/proc/nowhere"))
    with pytest.raises(WorkspaceError, match="Cannot write the index at /proc/nowhere"):
        workspace.build(shop, config)
