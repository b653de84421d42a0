"""Find the project's own tests of a module by their imports and the names they use."""

from __future__ import annotations

import ast
import re
from itertools import islice
from pathlib import Path

from codeassist.sandbox.python_tests import python_tests_below
from codeassist.sandbox.scratch import Sandbox
from indexers.files.decoding import source_text
from indexers.files.reading import read_text

MOST_READ = 400
"""Maximum test files of a project that are read."""


def project_tests(box: Sandbox, path: Path) -> list[Path]:
    """The project's own test files for the target, as paths in the scratch copy; at most 12.

    `path` is the default test file of the module, which comes first if it exists.
    """
    root = box.target.root
    candidates = [path] if path.exists() and root in path.parents else []
    short = box.target.module.rpartition(".")[2]
    package = box.target.module.partition(".")[0]
    tree = ast.parse(source_text(box.target.path))
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    used = re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b")
    imported = re.compile(rf"^\s*(?:import|from)\s+(?:{re.escape(package)}\b|\.\.)", re.MULTILINE)
    for name, text in islice(python_tests_below(root), MOST_READ):
        imports_module = box.target.module in text or f"import {short}" in text
        if root / name not in candidates and (imports_module or (imported.search(text) and used.search(text))):
            candidates.append(root / name)
    return [box.copy / file.relative_to(root) for file in candidates[:12] if is_python(_text(file))]


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except (OSError, ValueError):
        return ")"


def is_python(text: str) -> bool:
    """Whether a text can be parsed as Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
