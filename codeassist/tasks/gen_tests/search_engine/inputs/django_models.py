"""Django: models are made with values for their fields; nothing is stored."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..subjects.kinds import Parameter

KINDS = (
    ("DateTime", "datetime"),
    ("Date", "date"),
    ("Time", "time"),
    ("Duration", "timedelta"),
    ("Decimal", "decimal"),
    ("Float", "float"),
    ("Integer", "int"),
    ("Boolean", "bool"),
    ("JSON", "dict"),
    ("Char", "str"),
    ("Text", "str"),
    ("Slug", "str"),
    ("Email", "str"),
    ("URL", "str"),
)
"""Parts of the names of field types, and the kind of their values."""


def fields(cls: type) -> list[Parameter]:
    """The fields of a model as parameters that are given by name; empty for other classes."""
    described: Any = getattr(cls, "_meta", None)
    found = []
    for field in getattr(described, "concrete_fields", ()) if hasattr(described, "app_label") else ():
        kind = next((kind for part, kind in KINDS if part in type(field).__name__), "")
        if kind and not getattr(field, "primary_key", False):
            choices = [repr(value) for value, _ in getattr(field, "flatchoices", ())]
            found.append(Parameter(field.name, "keyword_only", True, Counter({kind: 12}), choices, sure=True))
    return found
