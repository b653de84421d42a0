"""What a call leaves behind in its module: global variables, attributes of classes, items of their containers. It is undone.

Without this, a call that registers something changes what all later calls do, which no test on its own shows.
"""

from __future__ import annotations

import collections
from typing import Any

from ..subjects.proxies import is_a

MOST_ITEMS = 2_000
"""Larger containers are not watched."""

_MISSING = object()


class Leftovers:
    """The state of one module and its classes after import."""

    def __init__(self, module: Any) -> None:
        """Remember the state of `module`."""
        classes = [v for v in vars(module).values() if is_a(v, type) and v.__module__ == module.__name__]
        self._bound = [(owner, _variables(owner)) for owner in (module, *classes)]
        self._whole = {id(owner): dict(vars(owner)) for owner, _ in self._bound}
        self._containers = [
            (value, list(value.items()) if is_a(value, dict) else list(value))
            for value in {id(v): v for _, names in self._bound for v in names.values()}.values()
            if is_a(value, dict, list, set, collections.deque) and len(value) <= MOST_ITEMS
        ]

    def undo(self) -> bool:
        """Restore everything; whether anything had changed."""
        changed = False
        for owner, names in self._bound:
            if _same(vars(owner), self._whole[id(owner)]):
                continue
            now = _variables(owner)
            if len(now) == len(names) and all(now.get(name, _MISSING) is value for name, value in names.items()):
                self._whole[id(owner)] = dict(vars(owner))  # only what the interpreter keeps there
                continue
            changed = True
            for name in now.keys() - names.keys():
                _delete(owner, name)
            for name, value in names.items():
                if now.get(name, _MISSING) is not value:
                    _set(owner, name, value)
            self._whole[id(owner)] = dict(vars(owner))
        for value, items in self._containers:
            changed = _refill(value, items) or changed
        return changed


def _same(now: Any, before: Any) -> bool:
    """Whether two containers are equal, at once where all items are the same objects."""
    try:
        return bool(now == before)
    except Exception:  # items may be compared in any way
        return False


def _variables(owner: Any) -> dict[str, Any]:
    return {n: v for n, v in vars(owner).items() if not (n.startswith("__") and n.endswith("__")) and n != "_abc_impl"}


def _refill(value: Any, items: list[Any]) -> bool:
    """Give a container its items again; whether it had others."""
    if isinstance(value, dict):
        same = len(value) == len(items) and _same(list(value.items()), items)
        if not same:
            value.clear()
            value.update(items)
        return not same
    if isinstance(value, set):
        same = len(value) == len(items) and all(item in value for item in items)
    else:
        same = len(value) == len(items) and _same(list(value), items)
    if not same:
        value.clear()
        value.update(items) if isinstance(value, set) else value.extend(items)
    return not same


def _set(owner: Any, name: str, value: Any) -> None:
    try:
        setattr(owner, name, value)
    except (AttributeError, TypeError):  # read-only, as in enumerations
        return


def _delete(owner: Any, name: str) -> None:
    try:
        delattr(owner, name)
    except (AttributeError, TypeError):
        return
