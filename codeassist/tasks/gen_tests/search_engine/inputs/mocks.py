"""Mocks in source text: objects that stand for what a test cannot make, and what their methods return or raise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ..running.outcome import Candidate

MOCK = re.compile(r"\bmock\.(?:Magic|Async)?Mock\(")
MOST = 4
"""Maximum mocks of a candidate that are changed, each on its own."""


def mocked(values: dict[str, str], spec: str = "", magic: bool = False) -> str:
    """A mock with these attributes, an instance of the class `spec` if one is given; `magic` if operators are applied to it."""
    given = [f"spec={spec}"] if spec else []
    given += [f"{attribute}={value}" for attribute, value in values.items()]
    return f"mock.{'MagicMock' if magic else 'Mock'}({', '.join(given)})"


def returning(value: str) -> str:
    """A method of a mock that returns a value."""
    return f"mock.Mock(return_value={value})"


def raising(exception: str) -> str:
    """A method of a mock that raises an exception."""
    return f"mock.Mock(side_effect={exception})"


def with_part(candidate: Candidate, path: str, value: str) -> Iterator[Candidate]:
    """The candidate with a value for `path` of one of its mocks: `name`, an attribute, or `name()`, what a method returns."""
    found = re.fullmatch(r"([A-Za-z_]\w*)(\(\))?", path)
    if found:
        yield from with_attribute(candidate, found[1], returning(value) if found[2] else value)


OWN_PARAMETERS = frozenset({"name", "parent", "return_value", "side_effect", "spec", "spec_set", "unsafe", "wraps"})


def with_attribute(candidate: Candidate, name: str, text: str) -> Iterator[Candidate]:
    """The candidate with an attribute of one of its outer mocks set; not of a name that `Mock` takes for itself."""
    if name in OWN_PARAMETERS:
        return
    parts = [*candidate.steps, candidate.final]
    found = 0
    for n, part in enumerate(parts):
        if not MOCK.search(part):
            continue
        tree = ast.parse(part)
        for call in _outer(tree):
            if found == MOST:
                return
            found += 1
            before = call.keywords
            call.keywords = [k for k in before if k.arg != name] + [ast.keyword(name, ast.parse(text, mode="eval").body)]
            changed = [*parts[:n], ast.unparse(ast.fix_missing_locations(tree)), *parts[n + 1 :]]
            yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])
            call.keywords = before


def plainer(candidate: Candidate) -> Iterator[Candidate]:
    """The candidate with mocks about which less is said: none says anything, then without one attribute each."""
    parts = [ast.parse(part) if MOCK.search(part) else None for part in (*candidate.steps, candidate.final)]
    calls = [call for part in parts if part is not None for call in _outer(part)]
    names = list(dict.fromkeys(str(k.arg) for call in calls for k in call.keywords if k.arg != "spec"))
    for dropped in ([names] if len(names) > 1 else []) + [[name] for name in names]:
        before = [call.keywords for call in calls]
        for call in calls:
            call.keywords = [k for k in call.keywords if k.arg not in dropped]
        old = (*candidate.steps, candidate.final)
        texts = [text if part is None else ast.unparse(part) for part, text in zip(parts, old, strict=True)]
        yield replace(candidate, steps=tuple(texts[:-1]), final=texts[-1])
        for call, keywords in zip(calls, before, strict=True):
            call.keywords = keywords


def is_mock(node: ast.AST) -> bool:
    """Whether an expression makes a mock."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("mock.Mock", "mock.MagicMock", "mock.AsyncMock")


def _outer(tree: ast.AST) -> list[ast.Call]:
    """The expressions that make a mock and are no part of another one."""
    found: list[ast.Call] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call) and is_mock(node):
            found.append(node)
        else:
            stack.extend(ast.iter_child_nodes(node))
    return found
