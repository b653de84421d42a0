"""Prompts as code: `format` reads a file, `rendering` renders it, `library` finds it, `lock` and `checking` validate it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codeassist.prompts.library import Library

if TYPE_CHECKING:
    from codeassist.models.messages import Message
    from codeassist.prompts.format import Input, Prompt, parse
    from codeassist.prompts.rendering import render

__all__ = ["Input", "Library", "Message", "Prompt", "parse", "render"]

_MODULES = {
    **dict.fromkeys(("Input", "Prompt", "parse"), "codeassist.prompts.format"),
    "Message": "codeassist.models.messages",
    "render": "codeassist.prompts.rendering",
}


def __getattr__(name: str) -> Any:
    """Import what reads and renders prompts on first use: an answer without a model needs neither."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
