"""Prompts as code: `format` reads a file, `rendering` renders it, `library` finds it, `lock` and `checking` validate it."""

from __future__ import annotations

from codeassist.models.messages import Message
from codeassist.prompts.format import Input, Prompt, parse
from codeassist.prompts.library import Library
from codeassist.prompts.rendering import render

__all__ = ["Input", "Library", "Message", "Prompt", "parse", "render"]
