"""`codeassist prompts render`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from codeassist.cli.options import AsJson, RepositoryOptions
from codeassist.cli.output import TerminalEvents, print_json, safe
from codeassist.cli.prompts.library_options import Name, contexts
from codeassist.errors import UsageError
from codeassist.prompts import render as fill_in
from indexers.files.reading import read_text


def render(
    name: Name,
    question: Annotated[str | None, typer.Option("--question", help="Fill in the context retrieved for this question.")] = None,
    values: Annotated[list[str] | None, typer.Option("--input", "-i", help="NAME=VALUE; VALUE may be JSON, or @FILE.")] = None,
    *,
    where: RepositoryOptions,
    as_json: AsJson = False,
) -> None:
    """Print the messages of a prompt, rendered with its sample, given inputs, or the context of a question."""
    services = where.open(TerminalEvents(quiet=True))
    prompt = services.every_prompt.find(name)
    types = {i.name: i.type for i in prompt.inputs}
    inputs: dict[str, Any] = {} if question else dict(prompt.sample)
    if question:
        with contexts(services) as gather:
            filled = {"question": question, "context": gather(question)}
        inputs |= {key: value for key, value in filled.items() if key in types}
    for entry in values or ():
        key, equals, text = entry.partition("=")
        if not equals:
            raise UsageError(f"'{entry}' is not an input; write NAME=VALUE.")
        inputs[key] = _value(text, types.get(key, "string"))
    messages = fill_in(prompt, inputs)
    if as_json:
        print_json({"schema": "codeassist.prompt/1", "prompt": prompt.id, "messages": [m.as_json() for m in messages]})
        return
    for message in messages:
        print(f"--- {message.role}\n{safe(message.content)}")


def _value(text: str, kind: str) -> Any:
    if text.startswith("@"):
        try:
            text = read_text(Path(text[1:]))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"Cannot read {text[1:]}: {reason}.") from error
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"'{text[:60]}' is not a valid {kind}: {error}.") from error
