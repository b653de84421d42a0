"""Navigate code: definitions of a name, its uses, the calls that it makes, what implements it and which tests reach it."""

from __future__ import annotations

from codeassist.tasks.navigate.names import (
    Callees,
    Callers,
    Definitions,
    Implementations,
    Tests,
    callees,
    callers,
    covering_tests,
    definitions,
    implementations,
    near_names,
)

__all__ = [
    "Callees",
    "Callers",
    "Definitions",
    "Implementations",
    "Tests",
    "callees",
    "callers",
    "covering_tests",
    "definitions",
    "implementations",
    "near_names",
]
