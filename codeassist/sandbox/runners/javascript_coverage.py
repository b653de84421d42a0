"""Coverage of JavaScript: the reports of Istanbul (vitest, jest) and the block counts of V8 (Node)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from codeassist.sandbox.results import UNREADABLE, Coverage
from indexers.files.reading import read_text


def reached(path: Path) -> frozenset[object]:
    """Covered lines and `(branch, arm)` pairs of the target, from an Istanbul report."""
    try:
        files: dict[str, Any] = json.loads(read_text(path, follow=False))
        covered: set[object] = set()
        for file in files.values():
            covered |= {file["statementMap"][k]["start"]["line"] for k, n in file["s"].items() if n}
            covered |= {(f"branch {k}", arm) for k, counts in file["b"].items() for arm, n in enumerate(counts) if n}
    except UNREADABLE:
        return frozenset()
    return frozenset(covered)


def istanbul(files: dict[str, Any]) -> Coverage:
    """Line and branch coverage from an Istanbul report."""
    lines: dict[int, int] = {}
    arms: list[int] = []
    for file in files.values():
        for key, count in file["s"].items():
            line = file["statementMap"][key]["start"]["line"]
            lines[line] = max(lines.get(line, 0), count)
        arms += [n for counts in file["b"].values() for n in counts]
    missing = frozenset(line for line, n in lines.items() if not n)
    return Coverage((len(lines) - len(missing), len(lines)), (sum(n > 0 for n in arms), len(arms)), missing)


def v8_words(folder: Path, source: str, text: str) -> dict[int, bool]:
    """Offset of each word of a file -> whether it ran, from the block counts that V8 writes (NODE_V8_COVERAGE).

    The count of the innermost block applies to a word. A word counts as run if it ran in any process.
    """
    words = [m.start() for m in re.finditer(r"[A-Za-z_$][\w$]*|\d+", text)]
    ran: dict[int, bool] = {}
    for file in folder.glob("coverage-*.json") if folder.is_dir() else ():
        with suppress(*UNREADABLE):
            for script in json.loads(read_text(file, follow=False))["result"]:
                if not script["url"].endswith(f"/{source}"):
                    continue
                counts = [0] * len(text)
                for function in script["functions"]:
                    for block in function["ranges"]:
                        start, end = min(block["startOffset"], len(text)), min(block["endOffset"], len(text))
                        counts[start:end] = [block["count"]] * (end - start)
                for offset in words:
                    ran[offset] = ran.get(offset, False) or counts[offset] > 0
    return ran
