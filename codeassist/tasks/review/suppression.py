"""What is not shown: findings with an inline word against them, and those that a baseline knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from codeassist.changes.writing import inside, replace_file
from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding

_IGNORE = re.compile(r"codeassist:\s*ignore(?:\[([\w/,* -]+)\])?", re.IGNORECASE)
SCHEMA = "codeassist.review-baseline/1"


def ignored(finding: Finding, lines: Callable[[str], list[str]]) -> bool:
    """Whether a line of the finding, or the one above, says `codeassist: ignore[rule] reason`."""
    text = lines(finding.path)
    for number in range(max(1, finding.start - 1), min(finding.end, finding.start + 2, len(text)) + 1):
        match = _IGNORE.search(text[number - 1])
        if match is None or (number < finding.start and not _comment_only(text[number - 1])):
            continue
        rules = [r.strip() for r in (match[1] or "*").split(",")]
        if any(r in ("*", finding.rule, finding.rule.partition("/")[0], finding.rule.rpartition("/")[2]) for r in rules):
            return True
    return False


def _comment_only(line: str) -> bool:
    return line.strip().startswith(("#", "//", "/*", "*", "--", ";", "<!--", '"""'))


def read_baseline(path: Path) -> set[str]:
    """Fingerprints of a baseline file. Raises `UsageError` when it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        known = {str(told["fingerprint"]) for told in data["findings"]} if data["schema"] == SCHEMA else None
    except FileNotFoundError as error:
        raise UsageError(f"There is no baseline {path}; make one with --update-baseline.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no baseline of codeassist: {error}.") from error
    if known is None:
        raise UsageError(f"{path} is no baseline of codeassist: its schema is not {SCHEMA}.")
    return known


def write_baseline(root: Path, path: Path, findings: Sequence[Finding], reviewed: Collection[str]) -> int:
    """Write the findings of now as known, and keep what is known of files that were not reviewed; how many are known now.

    Raises `UsageError` for a file outside the repository, behind a link, or that is something else.
    """
    try:
        full = inside(root, path.absolute().relative_to(root.absolute()).as_posix())
    except ValueError as error:
        raise UsageError(f"{path} lies outside {root}; a baseline belongs to the repository.") from error
    kept = []
    if full.exists():
        read_baseline(full)
        before = json.loads(full.read_text(encoding="utf-8"))["findings"]
        kept = [told for told in before if told.get("path") not in reviewed]
    told = kept + [{"fingerprint": f.fingerprint, "rule": f.rule, "path": f.path, "message": f.message} for f in findings]
    told.sort(key=lambda t: (str(t["path"]), str(t["rule"]), str(t["fingerprint"])))
    try:
        replace_file(full, (json.dumps({"schema": SCHEMA, "findings": told}, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}.") from error
    return len(told)


def without_known(findings: Sequence[Finding], known: set[str]) -> list[Finding]:
    """Findings that are not in a set of fingerprints."""
    return [f for f in findings if f.fingerprint not in known]
