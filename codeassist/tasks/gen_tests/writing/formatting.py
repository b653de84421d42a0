"""Format generated Python in the project's style: with its formatter if one is configured, else its quotes and line length."""

from __future__ import annotations

import io
import shutil
import tokenize
import tomllib
from pathlib import Path
from typing import Any

from codeassist.sandbox.scratch import Sandbox
from codeassist.tasks.gen_tests.writing.width import line_length, with_short_strings, within
from indexers.files.decoding import source_text
from indexers.files.reading import SMALL_BYTES, read_text

SECONDS = 20.0


def formatted(text: str, name: str, box: Sandbox) -> str:
    """The text formatted by the project's formatter (ruff or black, if configured and installed).

    Without one it gets the quotes of the module and lines of the project's length. isort or ruff sort the imports where the
    settings ask for it.
    """
    kind = _configured(box.target.root)
    if kind:
        path = box.copy / name
        original = read_text(path) if path.exists() else None
        box.put(path, text)
        try:
            for command in _commands(kind, box):
                if box.command([*command, str(path)], seconds=SECONDS, output=True) == 0:
                    any(box.command([*sort, str(path)], seconds=SECONDS, output=True) == 0 for sort in _sorting(box))
                    return with_short_strings(read_text(path), line_length(box.target.root))
        finally:
            if original is None:
                path.unlink(missing_ok=True)
            else:
                box.put(path, original)
    width = line_length(box.target.root)
    return with_short_strings(within(with_quotes(text, _quote(box.target.path)), width), width)


def _sorting(box: Sandbox) -> list[list[str]]:
    """Commands that sort imports, the first that works to be used, if the project's settings ask for it."""
    tools = _tools(box.target.root)
    if "isort" in tools:
        return [[box.interpreter.path, "-m", "isort", "--quiet"]]
    lint = tools.get("ruff", {}).get("lint", tools.get("ruff", {}))
    rules = [*lint.get("select", []), *lint.get("extend-select", [])]
    if "I" not in rules and "I001" not in rules and "ALL" not in rules:
        return []
    arguments = ["check", "--select", "I", "--fix", "--quiet", "--no-cache"]
    programs = [[box.interpreter.path, "-m", "ruff"], *([program] for program in [shutil.which("ruff")] if program)]
    return [[*program, *arguments] for program in programs]


def _configured(root: Path) -> str:
    if any((root / name).exists() for name in ("ruff.toml", ".ruff.toml")):
        return "ruff"
    return next((name for name in ("ruff", "black") if name in _tools(root)), "")


def _tools(root: Path) -> dict[str, Any]:
    """The tools' settings in pyproject.toml; empty when there are none."""
    try:
        tools = tomllib.loads(read_text(root / "pyproject.toml", limit=SMALL_BYTES)).get("tool", {})
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: value for name, value in tools.items() if isinstance(value, dict)} if isinstance(tools, dict) else {}


def _commands(kind: str, box: Sandbox) -> list[list[str]]:
    arguments = ["format", "--quiet", "--no-cache"] if kind == "ruff" else ["--quiet"]
    commands = [[box.interpreter.path, "-m", kind, *arguments]]
    if program := shutil.which(kind):
        commands.append([program, *arguments])
    return commands


def _quote(path: Path) -> str:
    """The quote character that the module under test uses most."""
    text = source_text(path)
    return '"' if text.count('"') - 3 * text.count('"""') >= text.count("'") else "'"


def with_quotes(text: str, quote: str) -> str:
    """Python text in which simple string literals use `quote`, unless that would need more escapes."""
    other = "'" if quote == '"' else '"'
    lines = text.splitlines(keepends=True)
    changes: list[tuple[int, int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.STRING or token.start[0] != token.end[0]:
                continue
            prefix = token.string.find(other)
            if prefix < 0 or prefix > 2 or quote in token.string[:prefix]:
                continue
            inner = token.string[prefix + 1 : -1]
            if (
                token.string.startswith(other * 3, prefix)
                or quote in inner
                or other in inner
                or not token.string.endswith(other)
            ):
                continue
            changes.append((token.start[0] - 1, token.start[1] + prefix, token.end[1] - 1))
    except (tokenize.TokenError, IndentationError):
        return text
    for row, start, end in reversed(changes):
        line = lines[row]
        lines[row] = f"{line[:start]}{quote}{line[start + 1 : end]}{quote}{line[end + 1 :]}"
    return "".join(lines)
