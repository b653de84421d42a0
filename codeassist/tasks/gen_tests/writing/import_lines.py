"""The import lines of a new test file, or of code that is pasted somewhere."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence

from codeassist.tasks.gen_tests.writing.table import WIDTH

MODULES = (
    "argparse",
    "asyncio",
    "collections",
    "copy",
    "datetime",
    "decimal",
    "fractions",
    "functools",
    "io",
    "itertools",
    "math",
    "operator",
    "pathlib",
    "re",
    "types",
    "typing",
    "uuid",
)


def import_lines(module: str, body: str, public: Sequence[str], error_modules: Mapping[str, str]) -> str:
    """The import lines that the test code in `body` needs.

    `error_modules` maps names of exceptions to the modules that define them.
    """
    used = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name)}
    assigned = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = sorted(name for name in used & set(public) if name not in MODULES and name not in assigned)
    lines = [f"import {name}" for name in MODULES if name in used]
    third_party = ["import pytest"] if "pytest" in used else []
    for name, home in sorted(error_modules.items()):
        if name in used and name not in own and home not in ("builtins", module):
            third_party.append(f"from {home} import {name}")
    project = [_from(module, own)] if own else []
    return "\n\n".join("\n".join(block) for block in (lines, third_party, project) if block)


def with_requested(own: str, requests: Sequence[Sequence[str]], module: str) -> str:
    """Import lines plus those that tests request, grouped: `__future__`, standard library, third party, project."""
    requested = [line for group in requests for line in group]
    if not requested:
        return own
    tree = ast.parse("\n".join([own, *requested]))
    plain_imports: dict[str, None] = {}
    from_imports: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            plain_imports |= {f"import {ast.unparse(alias)}": None for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            from_imports.setdefault("." * node.level + (node.module or ""), set()).update(ast.unparse(a) for a in node.names)
    lines = [*plain_imports, *(_from(home, sorted(names)) for home, names in from_imports.items())]
    groups: dict[int, list[str]] = {}
    for line in lines:
        home = line.split()[1]
        top = home.partition(".")[0]
        group = (
            0
            if home == "__future__"
            else 1
            if top in sys.stdlib_module_names
            else 3
            if top == module.split(".", maxsplit=1)[0]
            else 2
        )
        groups.setdefault(group, []).append(line)
    return "\n\n".join("\n".join(sorted(groups[n], key=lambda x: (x.startswith("from"), x))) for n in sorted(groups))


def with_setup(lines: str, setup: str, module: str) -> str:
    """Import lines with statements before those of the project."""
    lines = with_requested(lines, [["import os", "import django"]], module)
    top = module.partition(".")[0]
    blocks = lines.split("\n\n")
    own = [b for b in blocks if re.match(rf"(?:from|import) {re.escape(top)}\b", b)]
    late = [re.sub(r"^((?:from|import) [^\n]*)$", r"\1  # noqa: E402", block, flags=re.MULTILINE) for block in own]
    return "\n\n".join([*(b for b in blocks if b not in own), setup, *late])


def _from(home: str, names: Sequence[str]) -> str:
    line = f"from {home} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {home} import (", *(f"    {name}," for name in names), ")"])


def self_contained(code: str, module: str, public: Sequence[str]) -> str:
    """Code with the imports that it needs before it, so that it runs where it is pasted."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return code
    bound = {
        (a.asname or a.name).partition(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for a in n.names
    }
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound
    lines = [f"import {name}" for name in (*MODULES, "calendar", "statistics") if name in used and name not in public]
    own = sorted(
        used & set(public) - {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    )
    if "tmp_path" in used:
        lines = [*dict.fromkeys(["import pathlib", *lines, "import tempfile"])]
        code = f"tmp_path = pathlib.Path(tempfile.mkdtemp())\n{code}"
    start = "\n".join([*lines, *([_from(module, own)] if own else [])])
    first = re.match(r"(?:(?:import|from) [^\n]+\n)+\n*", code)
    return "\n".join(
        part.strip("\n") for part in (first[0] if first else "", start, code[first.end() if first else 0 :]) if part
    )


def needed_imports(code: str, imports: Sequence[str]) -> list[str]:
    """Of some import lines those that the code of a test uses, and that of pytest if it needs it."""
    used = {n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name)}
    lines = []
    for node in ast.parse("\n".join(imports)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [a for a in node.names if (a.asname or a.name).partition(".")[0] in used or a.name == "*"]
            if node.names:
                lines.append(ast.unparse(node))
    return lines + (["import pytest"] if "pytest" in used and "import pytest" not in lines else [])
