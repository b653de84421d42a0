"""Whether a use that a change leaves behind does not compile: resolved by imports or declared types alone, without a guess."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.outlines.outline import Definition, Outline, Use
from codeassist.tasks.review.analysers.outlines.project import Target
from codeassist.tasks.review.analysers.outlines.reader import THIS
from indexers.syntax.languages import is_vendored_path

COMPILED = frozenset({".ts", ".tsx", ".mts", ".cts", ".go", ".java", ".rs"})
"""Files of languages that check names and arguments before a program runs."""

_NOT_BUILT = frozenset({"testdata", "test-data", "test_data", "fixtures", "__fixtures__", "examples", "example", "templates"})
_EXPECTED = re.compile(r"@ts-(?:ignore|expect-error)")


def does_not_compile(target: Target, user: Outline, use: Use, how: str) -> bool:
    """Whether a resolved use is an error for the compiler; `how` is removed, hidden, arity or order.

    Another order of parameters compiles where their types agree. A base class may have the name too.
    """
    definition = target.definition
    paths = PurePosixPath(target.path), PurePosixPath(user.path)
    if how == "order" or use.kind == "case" or any(p.suffix.lower() not in COMPILED for p in paths):
        return False
    if is_vendored_path(user.path) or _NOT_BUILT & set(paths[1].parts[:-1]) or target.new.macros or user.macros:
        return False
    if paths[0].suffix == ".rs" and not _is_rust_path(target, user, use):
        return False
    if not definition.owner:
        return how != "arity" or use.kind == "call"
    if target.new.bases.get(definition.owner) or definition.prototype:
        return False
    return _is_known_receiver(target, definition, use)


def is_expected(lines: list[str], use: Use) -> bool:
    """Whether the line above a use says that the compiler's error is expected."""
    return use.line > 1 and _EXPECTED.search(lines[use.line - 2]) is not None


def _is_known_receiver(target: Target, definition: Definition, use: Use) -> bool:
    """Whether the receiver is the object itself, a type, or a variable of a declared type."""
    if definition.kind == "constructor":
        return use.kind == "new"
    if use.receiver in THIS or use.qualified or use.receiver.rpartition(".")[2] == definition.owner:
        return True
    if not use.receiver:
        return use.around == definition.owner
    if target.path.endswith(".go") and target.new.returns.get(f"New{definition.owner}", definition.owner) != definition.owner:
        return False  # the type is guessed from the name of a function that returns another one
    return bool(use.type) and use.type.rpartition(".")[2] == definition.owner


def _is_rust_path(target: Target, user: Outline, use: Use) -> bool:
    """Whether the whole path of a use, not only its last part, is that of the target's module."""
    if user.path == target.path:
        return True
    folders, parts = PurePosixPath(target.path).with_suffix("").parts, list[str]()
    if "src" in folders:
        parts = [p for p in folders[folders.index("src") + 1 :] if p not in ("mod", "lib", "main")]
    found = user.imports.get(use.name) or user.imports.get(use.receiver.split("::")[0])
    written = found.module if found is not None else use.receiver
    return (
        bool(parts)
        and PurePosixPath(user.path).parts[: folders.index("src")] == folders[: folders.index("src")]
        and (written in ("crate::" + "::".join(parts), "crate::" + "::".join(parts[:-1]) if use.receiver == parts[-1] else ""))
    )
