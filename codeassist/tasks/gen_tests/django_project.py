"""Django projects: the settings that `manage.py` names, and the lines with which a test file loads them."""

from __future__ import annotations

import re
from pathlib import Path

from codeassist.sandbox.pytest_runs import SETTINGS
from codeassist.sandbox.target import Target
from indexers.files.reading import SMALL_BYTES, read_text

VARIABLE = "DJANGO_SETTINGS_MODULE"
_NAMED = re.compile(rf"{VARIABLE}['\"]\s*,\s*['\"]([\w.]+)['\"]")


def django_settings(target: Target) -> str:
    """The settings module that the `manage.py` of a target's project names; "" when there is none."""
    folders = [target.source_root, *(p for p in target.source_root.parents if p.is_relative_to(target.root))]
    for folder in folders:
        if match := _NAMED.search(_text(folder / "manage.py")):
            return match[1]
    return ""


def setup_lines(target: Target) -> str:
    """What a test file does before it imports the project; "" when pytest's settings or a conftest.py load Django already."""
    settings = django_settings(target)
    elsewhere = [target.root / name for name in (*SETTINGS, "conftest.py", "tests/conftest.py")]
    if not settings or any(VARIABLE in _text(path) for path in elsewhere):
        return ""
    return f'os.environ.setdefault("{VARIABLE}", "{settings}")\ndjango.setup()'


def _text(path: Path) -> str:
    try:
        return read_text(path, limit=SMALL_BYTES, errors="replace")
    except (OSError, ValueError):
        return ""
