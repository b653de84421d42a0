"""Whether a written test file can import its module under plain `pytest`, and the setting that is missing where it cannot."""

from __future__ import annotations

import re
from pathlib import Path

from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from indexers.files.reading import SMALL_BYTES, read_text

_SECONDS = 20.0
_MISSING, _ELSEWHERE = 3, 4
_FOUND = """
import importlib.util, os, sys
spec = importlib.util.find_spec({package!r})
places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
here = any(os.path.realpath(place).startswith({root!r} + os.sep) for place in places if place)
sys.exit(0 if here else {elsewhere} if spec else {missing})
"""
"""Exits with 0 if the interpreter imports a package from a folder, else with one of the two numbers."""


def missing_setting(box: Sandbox, test_file: Path) -> str:
    """A sentence with the setting that plain `pytest` needs to import the module; "" when it needs none."""
    target = box.target
    if _on_path(target, test_file) or _configured(target):
        return ""
    package = target.module.partition(".")[0]
    root = str(target.root.resolve())
    script = _FOUND.format(package=package, root=root, elsewhere=_ELSEWHERE, missing=_MISSING)
    found = box.run(["-I", "-c", script], seconds=_SECONDS)
    if found not in (_MISSING, _ELSEWHERE):  # installed from here, or not known for want of time
        return ""
    folder = target.source_root.relative_to(target.root).as_posix() if target.source_root != target.root else "."
    setting = f'[tool.pytest.ini_options] pythonpath = ["{folder}"]'
    problem = f"does not import {package}" if found == _MISSING else f"imports another {package}, which is installed"
    return f"Plain `pytest` {problem}: add to pyproject.toml: {setting}"


def _on_path(target: Target, test_file: Path) -> bool:
    """Whether pytest puts the folder that imports start from on the path: it does so for the files that it loads."""
    homes = [test_file.parent]
    homes += [p for p in test_file.parents if target.root in (p, *p.parents) and (p / "conftest.py").is_file()]
    return any(_outside_packages(home) == target.source_root for home in homes)


def _outside_packages(folder: Path) -> Path:
    """The first of a folder and those above it that is not a package."""
    return next((p for p in (folder, *folder.parents) if not (p / "__init__.py").is_file()), folder)


def _configured(target: Target) -> bool:
    """Whether the project's pytest settings name the folder."""
    folder = target.source_root.relative_to(target.root).as_posix() if target.root in target.source_root.parents else "."
    for name in ("pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"):
        try:
            text = read_text(target.root / name, limit=SMALL_BYTES, errors="replace")
        except (OSError, ValueError):
            continue
        match = re.search(r"^\s*pythonpath\s*=\s*(.+(?:\n[ \t]+.+)*)", text, re.MULTILINE)
        if match and re.search(rf"(?:^|[\s\"'\[,])(?:\./)?{re.escape(folder)}/?(?:$|[\s\"'\],])", match[1], re.MULTILINE):
            return True
    return False
