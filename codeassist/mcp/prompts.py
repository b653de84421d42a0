"""The shipped prompts as prompts of the protocol. A repository's own are not offered: they need the user's agreement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mcp.server.mcpserver.prompts.base import AssistantMessage, Message, Prompt, PromptArgument, UserMessage

from codeassist.errors import PromptError
from codeassist.prompts import Prompt as PromptFile
from codeassist.prompts import render
from codeassist.prompts.format import read
from codeassist.prompts.library import SUFFIX, built_in


def shipped_prompts() -> Iterator[Prompt]:
    """Every shipped prompt, with its inputs as arguments."""
    for path in sorted(built_in().glob(f"*{SUFFIX}")):
        yield _offered(read(path))


def _offered(prompt: PromptFile) -> Prompt:
    types = {given.name: given.type for given in prompt.inputs}

    def fill(**given: str) -> list[Message]:
        try:
            messages = render(prompt, {name: _value(text, types.get(name, "string")) for name, text in given.items()})
        except PromptError as error:
            raise ValueError(str(error)) from error
        return [AssistantMessage(m.content) if m.role == "assistant" else UserMessage(m.content) for m in messages]

    arguments = [
        PromptArgument(name=i.name, description=None if i.type == "string" else f"JSON: {i.type}", required=i.required)
        for i in prompt.inputs
    ]
    return Prompt(
        name=prompt.name, title=None, description=prompt.description, arguments=arguments, fn=fill, context_kwarg=None
    )


def _value(text: str, kind: str) -> Any:
    """An argument, which the protocol has as a text, as the type of an input."""
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text  # the prompt names the type that it needs
