"""Add generated tests to a file that has some: what is there stays as it is, names decide what is new."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.errors import UsageError


@dataclass(slots=True)
class Existing:
    """A test file as it is: its text and the names of its tests."""

    text: str = ""
    names: set[str] = field(default_factory=set)


def existing_tests(path: Path) -> Existing:
    """What a test file holds; nothing when there is none. Raises `UsageError` when it cannot be parsed."""
    if not path.exists():
        return Existing()
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(f"{path} cannot be added to: {error}.") from error
    names = {
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name.startswith("test")
    }
    return Existing(text, names)


def merged(existing: Existing, generated: str) -> str:
    """The existing text with the generated imports it lacks after its own, and the generated tests at its end."""
    tree, new = ast.parse(existing.text), ast.parse(generated)
    lines, fresh = existing.text.rstrip().split("\n"), generated.split("\n")
    have = {ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)}
    bound = {
        (a.asname or a.name).split(".")[0] for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names
    }
    wanted = []
    for node in new.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node) not in have:
            node.names = [a for a in node.names if (a.asname or a.name) not in bound]
            if node.names:
                wanted.append(ast.unparse(node))
    after = max((n.end_lineno or 0 for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)), default=0)
    if not after and tree.body and ast.get_docstring(tree) is not None:
        after = tree.body[0].end_lineno or 0
    first = min(
        (min([n.lineno, *(d.lineno for d in n.decorator_list)]) for n in new.body if isinstance(n, ast.FunctionDef)),
        default=len(fresh) + 1,
    )
    body = "\n".join(fresh[first - 1 :]).rstrip()
    return "\n".join([*lines[:after], *wanted, *lines[after:]]) + f"\n\n\n{body}\n"
