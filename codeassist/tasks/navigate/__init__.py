"""Navigate code: definitions of a name, its uses, and the calls that it makes."""

from __future__ import annotations

from codeassist.tasks.navigate.names import Callees, Callers, Definitions, callees, callers, definitions

__all__ = ["Callees", "Callers", "Definitions", "callees", "callers", "definitions"]
