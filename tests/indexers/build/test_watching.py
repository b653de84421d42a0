"""Keeping an index up to date while files change."""

from __future__ import annotations

import threading

from watchfiles import Change

from indexers import Index
from indexers.build.watching import watch
from tests.conftest import write


def test_a_change_in_the_folder_updates_the_index(shop, tmp_path):
    done = threading.Event()

    def add_files() -> None:
        number = 0
        while not done.wait(0.02):
            write(tmp_path, {"next.py": f"def fresh_{number}():\n    return {number}\n"})
            (tmp_path / "next.py").replace(shop / f"new{number}.py")
            number += 1

    with Index.build(shop) as index:
        thread = threading.Thread(target=add_files)
        thread.start()
        updates = watch(index)
        try:
            report, changed = next(updates)
        finally:
            done.set()
            thread.join()
            updates.close()
        assert changed >= 1
        assert report.added >= 1
        assert index.definitions("fresh_0")


def test_changes_of_the_index_and_of_git_are_not_reported(shop, monkeypatch):
    reported: list[str] = []

    def changes(root, *, watch_filter, **_):
        names = (
            ".codeassist",
            ".codeassist/index.db",
            ".git/HEAD",
            "sub/.git/index",
            ".codeassistignore",
            ".gitignore",
            "a.py",
        )
        reported.extend(name for name in names if watch_filter(Change.modified, str(root / name)))
        yield {(Change.modified, str(root / name)) for name in reported}

    monkeypatch.setattr("watchfiles.watch", changes)
    with Index.build(shop) as index:
        write(shop, {"a.py": "def fresh():\n    return 1\n"})
        ((report, changed),) = watch(index)
    assert reported == [".codeassistignore", ".gitignore", "a.py"]
    assert (report.added, changed) == (1, 3)
