"""Answers about the parameters of a function or class that a question names; those of a class are its constructor's."""

from __future__ import annotations

import re

from codeassist.evidence.parameters import parameters_of
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from codeassist.tasks.ask.parameters import named_callables
from codeassist.tasks.ask.wording import a_kind
from indexers import Index
from indexers.types import Definition

LISTED = 10
LONGEST = 100

_ASKS = re.compile(
    r"\b(?:parameters?|arguments?|args|kwargs)\b.{0,40}\b(?:of|for|does|do|can|may|has|have|takes?|accepts?|to)\b|"
    r"\b(?:takes?|accepts?|has|have)\b.{0,20}\b(?:parameters?|arguments?)\b|\bdefaults of\b|\bsignature (?:of|for)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_SCAFFOLD = frozenset(
    (
        "what which are is the a an all of for does do can may i you has have take takes accept accepts to its it list show me "
        "parameter parameters argument arguments args kwargs default defaults signature constructor function method class"
    ).split()
)


def parameters_asked(index: Index, question: str, numbers: Citations) -> list[str]:
    """The parameters of what a question names, with types and defaults; empty if it asks for something else."""
    if not _ASKS.search(question):
        return []
    found = []
    for definition in named_callables(index, question):
        spelled = {definition.name, definition.qualified_name, *definition.qualified_name.split(".")}
        others = {word for word in _WORD.findall(question) if word.lower() not in _SCAFFOLD} - spelled
        if not others:
            found.append(definition)
    return _listing(index, found[0], numbers) if found else []


def _listing(index: Index, definition: Definition, numbers: Citations) -> list[str]:
    known = parameters_of(index, definition)
    if known is None:
        return []
    holder, parameters = known
    subject = f"`{holder.qualified_name}` ({a_kind(holder)} in `{holder.path}` {numbers.define(holder)})"
    if not parameters:
        return [f"{subject} has no parameters."]
    lines = [f"- {inline_code(text[:LONGEST])} {numbers.cite(holder.path, line, line)}" for text, line in parameters[:LISTED]]
    if len(parameters) > LISTED:
        lines.append(f"- … and {len(parameters) - LISTED} more")
    count = f"{len(parameters)} parameter{'s' if len(parameters) > 1 else ''}"
    return ["\n".join([f"{subject} has {count}:", *lines])]
