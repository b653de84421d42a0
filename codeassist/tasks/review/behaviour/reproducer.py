"""A program that shows one difference when it is pasted into the project's Python."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Sequence

_STAND_IN = re.compile(r"(\w+) = mock\.\w+\(")


def reproducer(module: str, names: set[str], steps: Sequence[str], final: str, folder: str = "") -> str:
    """The call with the imports it needs; `names` are defined in the module. A value is printed, and how mocks were called.

    `folder` is where the module's imports start, if that is not the top of the repository.
    """
    program = "\n".join((*steps, final))
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return program
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    imported = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    free = used - bound - imported - (set(dir(builtins)) - names)
    own = sorted(free & names)
    lines = [f"import {name}" for name in sorted(free - names) if name in sys.stdlib_module_names]
    if "tmp_path" in free:
        lines += ["import pathlib, tempfile", "tmp_path = pathlib.Path(tempfile.mkdtemp())"]
    if own and folder:
        lines += ["import sys", f"sys.path.insert(0, {folder!r})"]
    if own:
        lines.append(f"from {module} import {', '.join(own)}")
    called = [f"print({match[1]}.mock_calls)" for step in steps if (match := _STAND_IN.match(step))]
    return "\n".join([*lines, *steps, f"print({final})" if isinstance(tree.body[-1], ast.Expr) else final, *called])


IN_TEST = """\
import inspect, pytest
{path}import {module} as module

original, seen = module.{function}, []


def shown(*args, **kwargs):
    seen.append(args)
    if len(seen) == {position}:
        bound = inspect.signature(original).bind(*args, **kwargs)
        bound.apply_defaults()
{altered}        print("->", original(*bound.args, **bound.kwargs))
    return original(*args, **kwargs)


module.{function} = shown
pytest.main(["-q", "-s", {test!r}])
"""


def reproducer_in_test(module: str, function: str, position: int, altered: str, test: str, folder: str = "") -> str:
    """A program that runs a test and prints what a function or method returns at its `position`-th call there.

    `altered` is an assignment to one of its parameters, or ""; `folder` as in `reproducer`. "" if the assigned value cannot be
    written down.
    """
    name, _, value = altered.partition(" = ")
    if altered and not _is_plain(value):
        return ""
    owner, _, attribute = name.partition(".")
    line = (
        f'bound.arguments["self"].{attribute} = {value}'
        if owner == "self" and attribute
        else f'bound.arguments["{name}"] = {value}'
    )
    line = f"        {line}\n" if altered else ""
    path = f"import sys\nsys.path.insert(0, {folder!r})\n" if folder else ""
    return IN_TEST.format(path=path, module=module, function=function, position=position, altered=line, test=test).rstrip()


def module_names(tree: ast.Module) -> set[str]:
    """The names that a module defines or imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _is_plain(text: str) -> bool:
    """Whether a text is an expression of literals and built-in collections."""
    try:
        nodes = ast.walk(ast.parse(text, mode="eval"))
    except SyntaxError:
        return False
    return {n.id for n in nodes if isinstance(n, ast.Name)} <= {"set", "frozenset", "bytearray"}
