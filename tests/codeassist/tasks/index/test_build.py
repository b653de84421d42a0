"""Builds of an index: what changed, cancelling, and the preview that writes nothing."""

from __future__ import annotations

import pytest

from codeassist.config import Config
from codeassist.config.schema import IndexConfig
from codeassist.deadline import Cancel, Events
from codeassist.tasks.index import build, preview
from indexers import SourceError
from tests.conftest import SHOP, write


def counts(result):
    report = result.report
    return report.added, report.changed, report.deleted, report.remaining


def test_a_build_reports_what_was_added_changed_and_deleted(shop):
    with (first := build(shop, Config())).index:
        assert first.changed == first.report.added > 0
        assert first.size > 0
    with (second := build(shop, Config())).index:
        assert counts(second) == (0, 0, 0, 0)
    (shop / "stock/inventory.go").unlink()
    write(shop, {"shop/auth.py": "x = 1\n", "new.py": "y = 2\n"})
    with (third := build(shop, Config())).index as index:
        assert counts(third) == (1, 1, 1, 0)
        assert third.changed == 3
        assert "new.py" in index.files()
        assert "stock/inventory.go" not in index.files()


def test_a_rebuild_reads_every_file_again(shop):
    with (first := build(shop, Config())).index:
        pass
    with (again := build(shop, Config(), rebuild=True)).index:
        assert again.report.added == first.report.added


def test_the_json_form_states_root_counts_and_languages(shop):
    with (result := build(shop, Config())).index:
        value = result.as_json()
    assert (value["schema"], value["root"], value["deleted"]) == ("codeassist.index/1", str(shop), 0)
    assert value["languages"]["python"]["files"] == 3
    assert value["bytes"] == result.size


def test_a_cancelled_build_reports_the_remaining_files_and_the_next_one_continues(shop):
    cancel = Cancel()
    cancel.request()
    with (stopped := build(shop, Config(), cancel=cancel)).index:
        assert stopped.report.remaining > 0
    with (resumed := build(shop, Config())).index as index:
        assert resumed.report.remaining == 0
        assert set(index.files()) == {path for path, text in SHOP.items() if text}


def test_progress_reaches_the_events(shop):
    class Recorded(Events):
        def __init__(self):
            self.states = []

        def indexing(self, state):
            self.states.append(state)

    events = Recorded()
    with build(shop, Config(), events=events).index:
        assert events.states


def test_the_preview_lists_what_a_build_would_index_and_writes_nothing(shop):
    write(shop, {"blob.bin": b"\0" * 100, ".gitignore": "ignored.py\n", "ignored.py": "x = 1\n"})
    config = Config(index=IndexConfig(exclude=["stock/"]))
    listing = preview(shop, config)
    assert not (shop / ".codeassist").exists()
    with build(shop, config).index as index:
        assert {file.path for file in listing.files} >= set(index.files())
    value = listing.as_json()
    assert value["bytes"] == listing.size == sum(file["size"] for file in value["files"])
    paths = {file["path"] for file in value["files"]}
    assert "shop/auth.py" in paths
    assert paths.isdisjoint({"ignored.py", "stock/inventory.go", "blob.bin"})
    assert sum(value["skipped"].values()) >= 1


def test_a_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(SourceError):
        preview(tmp_path / "nowhere", Config())
