"""The project's own tests of a module, found by what they import and name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from codeassist.sandbox.scratch import Sandbox


def project_tests(box: Sandbox, path: Path) -> list[Path]:
    """The project's own tests of the target in the scratch copy: files that mention its module, a few at most."""
    root = box.target.root
    candidates = [path] if path.exists() and root in path.parents else []
    short = box.target.module.rpartition(".")[2]
    package = box.target.module.partition(".")[0]
    tree = ast.parse(box.target.path.read_text(encoding="utf-8-sig"))
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    used = re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b")
    imported = re.compile(rf"^\s*(?:import|from)\s+{re.escape(package)}\b", re.MULTILINE)
    for folder in ("tests", "test"):
        for file in sorted((root / folder).rglob("test_*.py"))[:400]:
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            named = box.target.module in text or f"import {short}" in text
            if file not in candidates and (named or (imported.search(text) and used.search(text))):
                candidates.append(file)
    return [box.copy / file.relative_to(root) for file in candidates[:12] if is_python(_text(file))]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ")"


def is_python(text: str) -> bool:
    """Whether a text can be parsed."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
