"""Render a prompt: strict about its inputs, sandboxed, and never evaluating an input as a template."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from codeassist.errors import PromptError
from codeassist.models.messages import Message
from codeassist.prompts.format import TYPES, Prompt, Section

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


def environment() -> SandboxedEnvironment:
    """A sandboxed Jinja2: no attributes that start with '_', no mutation of values, no undefined variables."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, trim_blocks=True, lstrip_blocks=True
    )


def render(prompt: Prompt, inputs: Mapping[str, Any]) -> list[Message]:
    """The messages of a prompt for these inputs. Raises `PromptError` for a missing, unknown or wrongly typed one."""
    values = _values(prompt, inputs)
    jinja = environment()
    messages = []
    for section in prompt.sections:
        text = _render(jinja, prompt, section, values).strip()
        if text:
            messages.append(Message(section.role, text))
    return messages


def variables(prompt: Prompt) -> dict[str, int]:
    """The variables that the body uses, each with the line of its first use. Raises `PromptError` for a syntax error."""
    from jinja2 import meta, nodes

    jinja = environment()
    first_lines: dict[str, int] = {}
    for section in prompt.sections:
        tree = _parsed(jinja, prompt, section)
        free = meta.find_undeclared_variables(tree)
        for node in tree.find_all(nodes.Name):
            if node.name in free:
                line = section.line + node.lineno - 1
                first_lines[node.name] = min(first_lines.get(node.name, line), line)
    return first_lines


def problems(prompt: Prompt) -> Iterator[tuple[int, str]]:
    """(line, message) for every fault of the template that can be detected without rendering it."""
    from jinja2 import nodes

    declared = {i.name for i in prompt.inputs}
    try:
        used = variables(prompt)
    except PromptError as error:
        yield error.line, error.reason
        return
    for name, line in used.items():
        if name not in declared:
            yield line, f"the variable '{name}' is not declared under 'inputs'"
    for name in sorted(declared - set(used)):
        yield 1, f"the input '{name}' is declared but never used"
    jinja = environment()
    for section in prompt.sections:
        for node in _parsed(jinja, prompt, section).find_all(nodes.Getattr):
            if node.attr.startswith("_"):
                yield section.line + node.lineno - 1, f"unsafe expression: the attribute '{node.attr}'"


def _values(prompt: Prompt, inputs: Mapping[str, Any]) -> dict[str, Any]:
    declared = {i.name: i for i in prompt.inputs}
    for name in inputs:
        if name not in declared:
            names = ", ".join(declared) or "none"
            raise PromptError(f"{prompt.path}:1: '{prompt.name}' has no input '{name}'; it declares {names}.")
    values = {}
    for name, declaration in declared.items():
        if name not in inputs and declaration.required:
            raise PromptError(f"{prompt.path}:1: '{prompt.name}' needs the input '{name}' ({declaration.type}).")
        value = inputs.get(name, declaration.default)
        mistyped = isinstance(value, bool) and declaration.type == "number"
        if name in inputs and (mistyped or not isinstance(value, TYPES[declaration.type])):
            raise PromptError(f"{prompt.path}:1: the input '{name}' must be a {declaration.type}, not {type(value).__name__}.")
        values[name] = value
    return values


def _parsed(jinja: SandboxedEnvironment, prompt: Prompt, section: Section) -> Any:
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree = jinja.parse(section.template)
    except TemplateSyntaxError as error:
        raise _error(prompt, section.line + error.lineno - 1, f"template syntax: {error.message}") from error
    for kind, word, known in ((nodes.Filter, "filter", jinja.filters), (nodes.Test, "test", jinja.tests)):
        for node in tree.find_all(kind):
            if node.name not in known:
                near = difflib.get_close_matches(node.name, known, 1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise _error(prompt, section.line + node.lineno - 1, f"there is no {word} '{node.name}'{hint}")
    return tree


def _render(jinja: SandboxedEnvironment, prompt: Prompt, section: Section, values: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    _parsed(jinja, prompt, section)
    try:
        return str(jinja.from_string(section.template).render(values))
    except TemplateSyntaxError as error:
        raise _error(prompt, section.line + error.lineno - 1, f"template syntax: {error.message}") from error
    except UndefinedError as error:
        raise _error(prompt, _line(error, section), f"{error.message}; declare it under 'inputs'") from error
    except SecurityError as error:
        raise _error(prompt, _line(error, section), f"unsafe expression: {error}") from error
    except (TypeError, ValueError, ArithmeticError, LookupError, RuntimeError, MemoryError, TemplateError) as error:
        raise _error(prompt, _line(error, section), f"the template failed: {error}") from error


def _line(error: Exception, section: Section) -> int:
    """The line of the file where a template failed: the last traceback frame of the template."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    return section.line + (frames[-1].lineno or 1) - 1 if frames else section.line


def _error(prompt: Prompt, line: int, reason: str) -> PromptError:
    path, number = prompt.place(line)
    return PromptError(f"{path}:{number}: {reason}{'' if reason.endswith('?') else '.'}", line=line, reason=reason)
