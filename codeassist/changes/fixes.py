"""Earlier bug fixes: recent commits whose subject mentions a fix, and the lines they removed and added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from codeassist.changes.change import Fix
from codeassist.changes.diffs import parse
from codeassist.changes.repository import EMPTY_TREE, Repository
from codeassist.errors import UsageError

RECENT = 400
"""How many commits of the history are searched."""

MOST = 80
"""The most fix commits whose diffs are read."""

SAYS_FIX = re.compile(
    r"\b(?:(?:bug|hot)?fix(?:e[sd]|ing)?|bugs?|regression|crash(?:e[sd]|ing)?|vulnerab\w+|CVE-\d+)\b", re.IGNORECASE
)
OF_NO_FAULT = re.compile(
    r"typos?\b|spelling|format|style|lint|docs?\b|docstring|document|comment|translat|wording|readme|changelog|auto.?fix|pre-commit|"
    r"fix(?:ed)?[- ](?:width|size|point|length)|\b(?:release|bump|version|merge)\b|^revert\b",
    re.IGNORECASE,
)
"""Subjects that mention a fix but do not fix code (typos, formatting, releases)."""

_REVERTS = re.compile(r"^revert\s+\"(.*)\"$", re.IGNORECASE)

MOST_PATHS = 2_000
"""Files whose fixes are looked for, the riskiest first: the paths stand on a command line, whose length is limited."""

_PATCHES = (
    "diff-tree",
    "--stdin",
    "-r",
    "-p",
    "-U0",
    "--no-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_UNINFORMATIVE = re.compile(r"#|//|\*|/\*|import\b|from\b.*\bimport\b")


def fixes(repository: Repository, base: str, paths: Sequence[str]) -> list[Fix]:
    """Hunks of recent fixes to some files, newest first, in the history of commit `base`; empty without a history.

    The root commit of a repository or of a shallow clone adds every file and does not count as a fix.
    """
    if base == EMPTY_TREE or not paths:
        return []
    code, out, _ = repository.git("log", f"-{RECENT}", "--no-merges", "--format=%H%x00%s", base, "--")
    if code:
        return []
    entries = [line.partition("\0") for line in out.decode("utf-8", "replace").splitlines()]
    reverted = {match[1] for _, _, subject in entries if (match := _REVERTS.match(subject))}
    subjects = {
        sha: subject
        for sha, _, subject in entries
        if SAYS_FIX.search(subject) and not OF_NO_FAULT.search(subject) and subject not in reverted
    }
    chosen = list(subjects)[:MOST]
    revisions = "".join(f"{sha}\n" for sha in chosen).encode()
    code, out, _ = repository.git(*_PATCHES, "--", *(f":(literal){path}" for path in paths[:MOST_PATHS]), give=revisions)
    return _parsed(out, subjects) if code == 0 else []


def _parsed(out: bytes, subjects: dict[str, str]) -> list[Fix]:
    fixed: list[Fix] = []
    parts = re.split(rb"^([0-9a-f]{40,64})\n", out, flags=re.MULTILINE)
    for sha, diff in zip(parts[1::2], parts[2::2], strict=False):
        name = sha.decode()
        try:
            files = list(parse(diff)) if name in subjects else []
        except UsageError:
            continue
        for file in files:
            for hunk in file.hunks:
                removed, added = (tuple(telling(lines.values())) for lines in (hunk.removed, hunk.added))
                if added:
                    fixed.append(Fix(name, subjects[name], file.path, removed, added))
    return fixed


def telling(lines: Iterable[str]) -> list[str]:
    """The informative lines, without indentation: no comments, imports or lines with fewer than four word characters."""
    stripped = (line.strip() for line in lines)
    return [text for text in stripped if len(re.findall(r"\w", text)) >= 4 and not _UNINFORMATIVE.match(text)]
