"""Context for the model about a target: its source, callees, callers, similar tests and fixtures."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.evidence.packing import Source
from codeassist.sandbox.target import Target
from indexers import Index
from indexers.files.decoding import file_lines, source_text
from indexers.files.reading import read_text
from indexers.syntax.languages import is_test_path

MOST_LINES = 12
EXAMPLES = 2
SOURCE_SHARE = 0.55
"""Maximum share of the token budget for the file under test; examples get what remains after the other inputs."""


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
        """The named inputs as a dictionary for a prompt."""
        return {name: getattr(self, name) for name in names}


def gather_inputs(
    target: Target, index: Index | None, never_send: Sequence[str], room: int, count: Callable[[str], int]
) -> PromptInputs:
    """Gather the inputs within about `room` tokens, counted by `count`; files that match `never_send` are left out."""
    lines = source_text(target.path).split("\n")
    spans = _spans(target, index, len(lines))
    source = numbered(lines, spans)
    while count(source) > room * SOURCE_SHARE and len(source) > 400:
        shorter = source[: int(len(source) * 0.85)]
        source = (shorter.rpartition("\n")[0] or shorter) + "\n…"
    path = _relative(target)
    inputs = PromptInputs(path, source, fixtures=fixtures(target.root))
    if index is None:
        return inputs
    readable = Source(index, never_send)
    own = target.path.relative_to(index.root).as_posix() if index.root in target.path.parents else path
    for definition in [d for d in index.outline(own) if any(d.line <= b and d.end_line >= a for a, b in spans)][:20]:
        for _, callee in index.callees_of(definition, 20):
            if callee is not None and callee.path != own and not readable.is_private(callee.path):
                inputs.signatures.append(f"{callee.signature.strip()}  ({callee.path}:{callee.line})")
        for use in index.callers(definition.qualified_name, 20, ("call",)):
            if use.path != own and not use.is_test and not readable.is_private(use.path):
                call_lines = readable.lines(use.path)[use.line - 1 : use.line]
                inputs.callers += [f"{use.path}:{use.line}: {line.strip()}" for line in call_lines]
    inputs.signatures = list(dict.fromkeys(inputs.signatures))[:MOST_LINES]
    inputs.callers = list(dict.fromkeys(inputs.callers))[:MOST_LINES]
    remaining = room - count("\n".join([source, *inputs.signatures, *inputs.callers, *inputs.fixtures]))
    for example in similar_tests(target, index, readable):
        if count(example) < remaining - 400:
            remaining -= count(example)
            inputs.examples.append(example)
    return inputs


def numbered(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> str:
    """The lines of a file in the given spans, with line numbers; gaps between spans are marked with `…`."""
    parts = []
    for start, end in spans:
        parts.append("\n".join(f"{n} {lines[n - 1]}".rstrip() for n in range(start, min(end, len(lines)) + 1)))
    return "\n…\n".join(parts)


def similar_tests(target: Target, index: Index, readable: Source) -> list[str]:
    """The existing tests most similar to the target's names, or to its file name."""
    names = " ".join(target.names) or target.path.stem
    hits = index.search(f"test {names}", 30)
    tests = [
        h for h in hits if is_test_path(h.path) and not readable.is_private(h.path) and h.path.endswith(target.path.suffix)
    ]
    return ["\n".join(readable.lines(h.path)[h.start_line - 1 : min(h.end_line, h.start_line + 40)]) for h in tests[:EXAMPLES]]


def fixtures(root: Path) -> list[str]:
    """Fixtures in the project's `conftest.py` files: name, parameters and first line of the docstring."""
    signatures = []
    for path in [root / "conftest.py", *(root / f / "conftest.py" for f in ("tests", "test"))]:
        try:
            tree = ast.parse(read_text(path))
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(d) for d in node.decorator_list):
                summary = (ast.get_docstring(node) or "").partition("\n")[0]
                signatures.append(f"{node.name}({ast.unparse(node.args)})" + (f": {summary}" if summary else ""))
    return signatures[:MOST_LINES]


def _spans(target: Target, index: Index | None, length: int) -> list[tuple[int, int]]:
    """The line ranges of the target's named definitions, or of the whole file."""
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
