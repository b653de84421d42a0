"""The tree of deliberate errors."""

from __future__ import annotations

import re

import pytest

import indexers
from indexers import errors

CLASSES = [value for value in vars(errors).values() if isinstance(value, type)]


def documented_parents() -> dict[str, str]:
    """The parent of each error of the tree in the module's docstring, read from the indentation."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"[ │├└─]+(\w+Error)\b", line)
        if match:
            while path and path[-1][0] >= match.start(1):
                path.pop()
            parents[match[1]] = path[-1][1] if path else "Exception"
            path.append((match.start(1), match[1]))
    return parents


def test_the_documented_tree_is_the_real_one() -> None:
    assert documented_parents() == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES}


def test_every_error_can_be_imported_from_the_package() -> None:
    assert {cls.__name__ for cls in CLASSES} <= set(indexers.__all__)
    assert all(getattr(indexers, cls.__name__) is cls for cls in CLASSES)


@pytest.mark.parametrize(("arguments", "pid"), [(("busy",), 0), (("busy", 41), 41)])
def test_the_process_id_of_a_lock_holder_is_not_part_of_the_message(arguments: tuple, pid: int) -> None:
    error = errors.IndexBusyError(*arguments)
    assert (str(error), error.pid) == ("busy", pid)
