"""Findings that are not shown: those suppressed by a comment in the code, and those of a baseline."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from codeassist.changes.safe_write import inside, replace_file
from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding
from indexers.files.reading import read_bytes

_IGNORE = re.compile(r"codeassist:\s*ignore(?:\[([\w/,* -]+)\])?", re.IGNORECASE)
SCHEMA = "codeassist.review-baseline/1"


def ignored(finding: Finding, lines: Callable[[str], list[str]]) -> bool:
    """Whether a line of the finding, or a comment above it, contains `codeassist: ignore[rule] reason`."""
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


class Entry(msgspec.Struct, frozen=True):
    """A known finding."""

    fingerprint: str
    rule: str = ""
    path: str = ""
    message: str = ""


class _Baseline(msgspec.Struct):
    schema: str
    findings: list[Entry]


def read_baseline(path: Path) -> set[str]:
    """The fingerprints in a baseline file. Raises `UsageError` when it is missing or not a baseline."""
    return {entry.fingerprint for entry in baseline_entries(path)}


def baseline_entries(path: Path) -> list[Entry]:
    """The entries of a baseline file. Raises `UsageError` when it is missing or not a baseline."""
    try:
        baseline = msgspec.json.decode(read_bytes(path).removeprefix(b"\xef\xbb\xbf"), type=_Baseline)
    except FileNotFoundError as error:
        raise UsageError(f"There is no baseline {path}; create one with --update-baseline.") from error
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path} is not a codeassist baseline: {reason}; delete it and run with --update-baseline.") from error
    if baseline.schema != SCHEMA:
        raise UsageError(f"{path} is not a codeassist baseline: its schema is not {SCHEMA}.")
    return baseline.findings


def write_baseline(root: Path, path: Path, findings: Sequence[Finding], reviewed: Collection[str]) -> int:
    """Write findings to a baseline and keep its entries for files that were not reviewed; returns the number of entries.

    Raises `UsageError` when the file is outside the repository, behind a link, not a baseline, or cannot be written.
    """
    try:
        full = inside(root, path.absolute().relative_to(root.absolute()).as_posix())
    except ValueError as error:
        raise UsageError(f"{path} is outside {root}; a baseline must be in the repository.") from error
    entries = [entry for entry in baseline_entries(full) if entry.path not in reviewed] if full.exists() else []
    entries += [Entry(f.fingerprint, f.rule, f.path, f.message) for f in findings]
    entries.sort(key=lambda entry: (entry.path, entry.rule, entry.fingerprint))
    text = json.dumps(
        {"schema": SCHEMA, "findings": [msgspec.structs.asdict(e) for e in entries]}, indent=2, ensure_ascii=False
    )
    try:
        replace_file(full, (text + "\n").encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}.") from error
    return len(entries)


def without_known(findings: Sequence[Finding], known: set[str]) -> list[Finding]:
    """Findings whose fingerprints are not known."""
    return [f for f in findings if f.fingerprint not in known]
