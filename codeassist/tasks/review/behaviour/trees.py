"""The project before and after a change, as two trees in one sandbox; files of tests are those after the change in both."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from codeassist.changes.change import Change, ChangedFile
from codeassist.sandbox.copies import require_inside
from codeassist.sandbox.scratch import Sandbox
from indexers.syntax.languages import is_test_path


@dataclass(frozen=True, slots=True)
class Trees:
    """The roots of the two trees: equal but for the name of one folder above them, which has the same length."""

    before: Path
    after: Path


def lay_out(box: Sandbox, change: Change) -> Trees:
    """Make both trees from the copy of the project in the sandbox: what one of them writes does not reach the other."""
    folder = box.out.resolve()
    inside = Path("run") / "work" / "project"  # so that a relative path does not easily lead to the name that differs
    trees = Trees(folder / "old" / inside, folder / "new" / inside)
    texts = [f for f in change.files if f.kind not in ("link", "submodule", "binary")]
    copy = box.copy.resolve()
    for file in texts:
        _write(copy, file.path, file.new if file.kind != "deleted" else None)
    for tree, make in ((trees.before, shutil.copy), (trees.after, _link)):  # nothing runs in the copy itself
        shutil.copytree(copy, tree, symlinks=True, copy_function=make, ignore_dangling_symlinks=True)
    for file in texts:
        if not is_test_path(file.path):
            _take_back(trees.before, file)
    return trees


def _take_back(tree: Path, file: ChangedFile) -> None:
    if file.kind != "deleted":
        _write(tree, file.path, None)
    if file.kind != "added" and file.old is not None:
        _write(tree, file.old_path, file.old)


def _write(tree: Path, name: str, text: str | None) -> None:
    """Write a file of a tree, or delete it; never through a link, because one tree shares the files of the copy.

    Raises `UsageError` for a name outside the tree.
    """
    path = tree / name
    require_inside(tree, path)
    path.unlink(missing_ok=True)
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")


def _link(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)
