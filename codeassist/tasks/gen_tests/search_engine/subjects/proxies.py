"""The kinds of a module's variables, of which some are proxies: Django's `settings`, Flask's `request`."""

from __future__ import annotations

from typing import Any


def is_a(value: Any, *kinds: type) -> bool:
    """`isinstance` that does not ask the value for its class: a proxy runs code then, which may fail."""
    return issubclass(type(value), kinds)
