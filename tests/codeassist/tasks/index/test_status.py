"""The state of an index."""

from __future__ import annotations

from codeassist.tasks.index import status
from indexers import Index
from tests.conftest import write


def test_changed_new_and_deleted_files_are_stale(shop):
    with Index.build(shop) as index:
        assert status(index).stale == 0
        write(shop, {"shop/auth.py": "changed = 1\n", "new.py": "x = 1\n"})
        (shop / "stock/inventory.go").unlink()
        assert status(index).stale == 3
        index.update()
        assert status(index).stale == 0


def test_files_are_listed_on_request_only(shop_index):
    assert "files" not in status(shop_index).as_json()
    listed = status(shop_index, files=True)
    assert listed.files == shop_index.files()
    assert listed.as_json()["files"] == shop_index.files()


def test_the_json_form_has_the_statistics(shop_index):
    value = status(shop_index).as_json()
    assert (value["schema"], value["root"]) == ("codeassist.status/1", str(shop_index.root))
    assert value["bytes"] == shop_index.size() > 0
    assert value["languages"] == shop_index.statistics().as_json()["languages"]
    assert value["generation"] == shop_index.generation
