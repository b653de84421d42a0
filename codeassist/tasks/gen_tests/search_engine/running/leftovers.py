"""What a call leaves behind in its module: global variables, attributes of classes, items of their containers. It is undone.

Without this, a call that registers something changes what all later calls do, which no test on its own shows.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping
from itertools import chain
from operator import is_
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
        self._whole = {id(owner): Names(vars(owner)) for owner, _ in self._bound}
        self._containers = [
            (value, list(value.items()) if is_a(value, dict) else list(value))
            for value in {id(v): v for _, names in self._bound for v in names.values()}.values()
            if is_a(value, dict, list, set, collections.deque) and len(value) <= MOST_ITEMS
        ]

    def undo(self) -> bool:
        """Restore everything; whether anything had changed."""
        changed = False
        for owner, names in self._bound:
            if self._whole[id(owner)].are_those_of(vars(owner)):
                continue
            now = _variables(owner)
            if len(now) == len(names) and all(now.get(name, _MISSING) is value for name, value in names.items()):
                self._whole[id(owner)] = Names(vars(owner))  # only what the interpreter keeps there
                continue
            changed = True
            for name in now.keys() - names.keys():
                _delete(owner, name)
            for name, value in names.items():
                if now.get(name, _MISSING) is not value:
                    _set(owner, name, value)
            self._whole[id(owner)] = Names(vars(owner))
        for value, items in self._containers:
            changed = _refill(value, items) or changed
        return changed


class Names:
    """What a namespace binds to which names: compared by identity, since items may be equal in any way."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._names, self._values = list(variables), list(variables.values())

    def are_those_of(self, variables: Mapping[str, Any]) -> bool:
        """Whether a namespace binds the same names to the same objects, in the same order."""
        return (
            len(variables) == len(self._names)
            and all(map(is_, variables.values(), self._values))
            and list(variables) == self._names
        )


def _variables(owner: Any) -> dict[str, Any]:
    return {n: v for n, v in vars(owner).items() if not (n.startswith("__") and n.endswith("__")) and n != "_abc_impl"}


def _refill(value: Any, items: list[Any]) -> bool:
    """Give a container its items again; whether it had others."""
    if isinstance(value, dict):
        same = len(value) == len(items) and all(map(is_, chain.from_iterable(value.items()), chain.from_iterable(items)))
        if not same:
            value.clear()
            value.update(items)
        return not same
    if isinstance(value, set):
        same = len(value) == len(items) and all(item in value for item in items)
    else:
        same = len(value) == len(items) and all(map(is_, value, items))
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
