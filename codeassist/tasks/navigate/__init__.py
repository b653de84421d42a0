"""Navigate: where a name is defined, who uses it, what it calls."""

from __future__ import annotations

from codeassist.tasks.navigate.names import Callees, Callers, Definitions, callees, callers, definitions

__all__ = ["Callees", "Callers", "Definitions", "callees", "callers", "definitions"]
