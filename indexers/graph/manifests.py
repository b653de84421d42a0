"""The names under which the folders of a repository are imported: modules of Go and packages of npm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_bytes

MOST_MANIFESTS = 200


def named_folders(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """The folder of each module or package by the name that its `go.mod` or `package.json` states."""
    manifests = [path for path in sorted(paths) if path.rpartition("/")[2] in ("go.mod", "package.json")]
    if "go.mod" not in manifests:
        manifests.insert(0, "go.mod")
    found: dict[str, str] = {}
    for path in manifests[:MOST_MANIFESTS]:
        name = _name(root / path)
        if name:
            found.setdefault(name, path.rpartition("/")[0])
    return found


def _name(manifest: Path) -> str:
    """The name in a manifest, or the empty string when it cannot be read."""
    try:
        text = read_bytes(manifest, limit=SMALL_BYTES, follow=False).decode("utf-8", "replace")
        if manifest.name == "go.mod":
            match = re.search(r"^module\s+\"?([^\s\"]+)", text, re.MULTILINE)
            return match[1] if match else ""
        name = json.loads(text).get("name", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return name if isinstance(name, str) else ""
