"""Merge generated tests into an existing test file: existing code is kept, and a test is new if its name is."""

from __future__ import annotations

import ast
import difflib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.tasks.gen_tests.writing.imports import with_imports
from codeassist.tasks.gen_tests.writing.width import USUAL
from indexers.files.reading import read_bytes

MARK = b"\xef\xbb\xbf"
"""The UTF-8 byte order mark."""


@dataclass(slots=True)
class Existing:
    """An existing test file: its text with LF line endings, the names it binds, and the origin of each imported name.

    `mark` is whether it starts with a byte order mark.
    """

    text: str = ""
    names: set[str] = field(default_factory=set)
    origins: dict[str, str] = field(default_factory=dict)
    crlf: bool = False
    mark: bool = False
    everything: bool = False
    """Whether it has a star import, so that the names it binds are unknown."""


def existing_tests(path: Path) -> Existing:
    """Read a test file; empty when it does not exist. Raises `UsageError` when it cannot be read or parsed."""
    if not path.exists():
        return Existing()
    try:
        raw = read_bytes(path)
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(f"Cannot add tests to {path}: {error}.") from error
    existing = Existing(text, crlf=b"\r\n" in raw, mark=raw.startswith(MARK))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            existing.names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            existing.names.add(node.id)
    for node in tree.body:
        for name, origin in _origins(node):
            existing.everything |= name == "*"
            existing.origins[name] = origin
    return existing


def _origins(node: ast.stmt) -> list[tuple[str, str]]:
    if isinstance(node, ast.Import):
        return [(a.asname or a.name.partition(".")[0], a.name) for a in node.names]
    if isinstance(node, ast.ImportFrom):
        home = "." * node.level + (node.module or "")
        return [(a.asname or a.name, f"{home}.{a.name}") for a in node.names]
    return []


def clash(existing: Existing, generated: str) -> str:
    """A name that the generated text imports and the file already uses for something else; "" when there is no conflict."""
    for node in ast.parse(generated).body:
        for name, origin in _origins(node):
            if name in existing.names or (name in existing.origins and existing.origins[name] != origin):
                return name
            if existing.everything and name not in existing.origins and isinstance(node, ast.ImportFrom):
                return name
    return ""


def merged(existing: Existing, generated: str, width: int = USUAL) -> str:
    """The existing text, with missing imports beside its own and the generated tests appended.

    `width`: the longest line of an import, in characters. A final `if __name__ == "__main__":` block stays at the end.
    """
    new, new_lines = ast.parse(generated), generated.split("\n")
    missing = []
    for node in new.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [a for a in node.names if (a.asname or a.name.partition(".")[0]) not in existing.origins]
            if node.names:
                missing.append(node)
    lines = with_imports(existing.text.rstrip().split("\n"), missing, width)
    first = min(
        (
            min([n.lineno, *(d.lineno for d in n.decorator_list)])
            for n in new.body
            if isinstance(n, ast.FunctionDef | ast.ClassDef)
        ),
        default=len(new_lines) + 1,
    )
    body = "\n".join(new_lines[first - 1 :]).rstrip()
    last = next(reversed(ast.parse("\n".join(lines)).body), None)
    if isinstance(last, ast.If) and "__name__" in ast.unparse(last.test):
        head, main = "\n".join(lines[: last.lineno - 1]).rstrip(), "\n".join(lines[last.lineno - 1 :])
        return f"{head}\n\n\n{body}\n\n\n{main}\n"
    return "\n".join(lines) + f"\n\n\n{body}\n"


def destination(path: Path, generated: str, width: int = USUAL) -> tuple[Path, str]:
    """(path, full text) for a generated file: merged into the existing file, or in a file beside it if names conflict.

    `width`: the longest line of a merged import, in characters.
    """
    existing = existing_tests(path)
    if not existing.text.strip():
        return path, generated
    if clash(existing, generated):
        beside = path.with_name(f"{path.stem}_generated.py")
        if beside.exists() and (other := existing_tests(beside)).text.strip():
            return beside, merged(other, without_known(generated, other.names), width)
        return beside, generated
    return path, merged(existing, without_known(generated, existing.names), width)


def difference(path: Path, text: str, root: Path) -> str:
    """A unified diff from the file at `path`, if there is one with content, to `text`; paths are relative to `root`."""
    before = existing_tests(path).text
    if not before.strip():
        return ""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    lines = difflib.unified_diff(before.splitlines(), text.splitlines(), f"a/{name}", f"b/{name}", n=2, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def without_known(generated: str, names: set[str]) -> str:
    """The generated text without the tests whose names are in `names`."""
    tree = ast.parse(generated)
    lines = generated.split("\n")
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            del lines[start - 1 : node.end_lineno]
    return "\n".join(lines)


def write_tests(path: Path, generated: str, width: int = USUAL) -> Path:
    """Merge a generated file with the current content of `path` and write it atomically.

    Returns the path written, see `destination`. Raises `UsageError`.
    """
    target, text = destination(path, generated, width)
    existing = existing_tests(target)
    data = (text.replace("\n", "\r\n") if existing.crlf else text).encode("utf-8")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".codeassist-")
        with os.fdopen(handle, "wb") as file:
            file.write((MARK if existing.mark else b"") + data)
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(name).replace(target)
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror or error}.") from error
    return target
