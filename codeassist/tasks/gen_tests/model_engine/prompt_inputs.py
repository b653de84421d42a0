"""What a model is told about a target: its source, what it calls, who calls it, tests like it, and fixtures."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.evidence.packing import Source
from codeassist.sandbox.target import Target
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.syntax.languages import is_test_path

MOST_LINES = 12
EXAMPLES = 2
SOURCE_SHARE = 0.55
"""Of the model's room, this much may go to the file under test; examples get what the rest leaves."""


@dataclass(slots=True)
class PromptInputs:
    """Inputs of the prompts, by name."""

    path: str
    source: str
    signatures: list[str] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    fixtures: list[str] = field(default_factory=list)

    def select(self, *names: str) -> dict[str, Any]:
        """Some of them, as a prompt's inputs."""
        return {name: getattr(self, name) for name in names}


def gather_inputs(
    target: Target, index: Index | None, never_send: Sequence[str], room: int, count: Callable[[str], int]
) -> PromptInputs:
    """Gather, within about `room` tokens; files that match `never_send` stay out."""
    lines = target.path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    spans = _spans(target, index, len(lines))
    source = numbered(lines, spans)
    while count(source) > room * SOURCE_SHARE and len(source) > 400:
        source = source[: int(len(source) * 0.85)].rpartition("\n")[0] + "\n…"
    path = _relative(target)
    found = PromptInputs(path, source, fixtures=fixtures(target.root))
    if index is None:
        return found
    readable = Source(index, never_send)
    own = target.path.relative_to(index.root).as_posix() if index.root in target.path.parents else path
    for definition in [d for d in index.outline(own) if any(d.line <= b and d.end_line >= a for a, b in spans)][:20]:
        for _, callee in index.callees_of(definition, 20):
            if callee is not None and callee.path != own and not readable.is_private(callee.path):
                found.signatures.append(f"{callee.signature.strip()}  ({callee.path}:{callee.line})")
        for use in index.callers(definition.qualified_name, 20, ("call",)):
            if use.path != own and not use.is_test and not readable.is_private(use.path):
                used = readable.lines(use.path)[use.line - 1 : use.line]
                found.callers += [f"{use.path}:{use.line}: {line.strip()}" for line in used]
    found.signatures = list(dict.fromkeys(found.signatures))[:MOST_LINES]
    found.callers = list(dict.fromkeys(found.callers))[:MOST_LINES]
    left = room - count("\n".join([source, *found.signatures, *found.callers, *found.fixtures]))
    for example in similar_tests(target, index, readable):
        if count(example) < left - 400:
            left -= count(example)
            found.examples.append(example)
    return found


def numbered(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> str:
    """Lines of a file with their numbers, what lies between the spans left out."""
    parts = []
    for start, end in spans:
        parts.append("\n".join(f"{n} {lines[n - 1]}".rstrip() for n in range(start, min(end, len(lines)) + 1)))
    return "\n…\n".join(parts)


def similar_tests(target: Target, index: Index, readable: Source) -> list[str]:
    """The tests that are most like what is wanted: of the same names, then of the same kind."""
    names = " ".join(target.names) or target.path.stem
    hits = index.search(f"test {names}", 30)
    tests = [
        h for h in hits if is_test_path(h.path) and not readable.is_private(h.path) and h.path.endswith(target.path.suffix)
    ]
    return ["\n".join(readable.lines(h.path)[h.start_line - 1 : min(h.end_line, h.start_line + 40)]) for h in tests[:EXAMPLES]]


def fixtures(root: Path) -> list[str]:
    """Fixtures of the project's `conftest.py` files: their names, parameters, and what they say they are."""
    found = []
    for path in [root / "conftest.py", *(root / f / "conftest.py" for f in ("tests", "test"))]:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(d) for d in node.decorator_list):
                said = (ast.get_docstring(node) or "").partition("\n")[0]
                found.append(f"{node.name}({ast.unparse(node.args)})" + (f": {said}" if said else ""))
    return found[:MOST_LINES]


def _spans(target: Target, index: Index | None, length: int) -> list[tuple[int, int]]:
    """The lines that are asked for: of the named definitions, or all."""
    if not target.names or index is None:
        return [(1, length)]
    own = target.path.relative_to(index.root).as_posix() if index.root in target.path.parents else ""
    spans = [
        (d.line, d.end_line)
        for d in index.outline(own)
        if any(d.qualified_name == n or d.qualified_name.endswith(f".{n}") or d.name == n for n in target.names)
    ]
    return sorted(spans) or [(1, length)]


def _relative(target: Target) -> str:
    return target.path.relative_to(target.root).as_posix() if target.root in target.path.parents else target.path.name


def source_line(target: Target, number: int) -> str:
    """One line of the target, stripped."""
    lines = file_lines(target.path.parent, target.path.name)
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
