"""Findings that are not shown: those suppressed by a comment in the code, and those of a baseline."""

from __future__ import annotations

import json
import re
import tokenize
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from codeassist.changes.change import Change
from codeassist.changes.safe_write import inside, replace_file
from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding, hashed
from codeassist.tasks.review.selection import unknown
from indexers.files.reading import read_bytes

SCHEMA = "codeassist.review-baseline/1"
HEAD = 30
"""`ignore-file` counts in this many first lines."""

_IGNORE = re.compile(r"codeassist:\s*ignore(?P<file>-file)?(?:\[(?P<rules>[\w/,* -]+)\])?", re.IGNORECASE)
_COMMENT = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|(?P<comment>#.*|//.*|/\*.*|--.*|<!--.*|^\s*[*;%].*)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Findings that are not reported again.

    `baseline` and `reported` are fingerprints: of a baseline, and of the last review. `moved` are paths of the baseline
    that do not exist any more: a finding that has the fingerprint of such a path belongs to a file that was renamed.
    """

    baseline: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    moved: tuple[str, ...] = ()

    def has(self, finding: Finding, lines: Callable[[str], list[str]]) -> bool:
        """Whether the baseline contains a finding, under its path or the earlier path of its file."""
        if finding.fingerprint in self.baseline:
            return True
        number = finding.fingerprint.rpartition(":")[2]
        return any(f"{hashed(finding, lines, path)}:{number}" in self.baseline for path in self.moved)


def ignored(finding: Finding, lines: Callable[[str], list[str]]) -> bool:
    """Whether a comment suppresses a finding: at its lines, at a place of its evidence, or for the whole file."""
    text = lines(finding.path)
    for comment, rules, whole_file in _ignores(finding.path, text[:HEAD]):
        if whole_file and comment and _names(rules, finding):
            return True
    places = [(finding.path, finding.start, min(finding.end, finding.start + 2))]
    places += [(place.path, place.line, place.line) for place in finding.evidence]
    return any(_is_ignored_at(path, lines(path), first, last, finding) for path, first, last in places)


def unknown_ignores(change: Change, known: Iterable[str]) -> list[str]:
    """A note for each `ignore[rule]` on an added line that names no rule."""
    rules = set(known)
    names = {r.rpartition("/")[2] for r in rules}
    notes = []
    for file in change.texts():
        numbers = [n for n, line in file.added.items() if "codeassist" in line.lower() and _IGNORE.search(line)]
        for number in numbers:
            for comment, listed, _ in _ignores(file.path, file.new_lines[number - 1 : number]):
                strange = [r for r in listed if comment and r not in names and not re.fullmatch(r"[A-Z]+\d+", r)]
                notes += [
                    f"{file.path}:{number}: ignore names an unknown rule: {problem}" for problem in unknown(strange, rules)
                ]
    return notes


def _is_ignored_at(path: str, text: list[str], first: int, last: int, finding: Finding) -> bool:
    start = max(1, first - 1)
    window = text[start - 1 : min(last, len(text))]
    if not any("codeassist" in line.lower() for line in window):
        return False
    strings = _inside_strings(path, text)
    for number, line in enumerate(window, start):
        if number in strings or (number < first and not _is_comment_only(line)):
            continue
        if any(comment and not whole and _names(rules, finding) for comment, rules, whole in _ignores(path, [line])):
            return True
    return False


def _ignores(path: str, lines: Iterable[str]) -> Iterator[tuple[bool, list[str], bool]]:
    """(whether it is in a comment, rules, whether it is for the whole file) of every `codeassist: ignore` in some lines."""
    for line in lines:
        match = _IGNORE.search(line)
        if match is not None:
            comment = any(m.start("comment") <= match.start() for m in _COMMENT.finditer(line) if m["comment"] is not None)
            yield comment, [r.strip() for r in (match["rules"] or "*").split(",")], match["file"] is not None


def _names(rules: Sequence[str], finding: Finding) -> bool:
    """Whether a list of rules names the rule of a finding, its family, or its code."""
    return any(r in ("*", finding.rule, finding.rule.partition("/")[0], finding.rule.rpartition("/")[2]) for r in rules)


def _inside_strings(path: str, text: list[str]) -> set[int]:
    """Lines of a Python file that are inside a string of several lines; its first line is not."""
    if not path.endswith((".py", ".pyi")):
        return set()
    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(iter([f"{line}\n" for line in text]).__next__):
            if token.type == tokenize.STRING or token.type == getattr(tokenize, "FSTRING_MIDDLE", -1):
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError, StopIteration):
        return inside
    return inside


def _is_comment_only(line: str) -> bool:
    return line.strip().startswith(("#", "//", "/*", "*", "--", ";", "<!--"))


class Entry(msgspec.Struct, frozen=True):
    """A known finding."""

    fingerprint: str
    rule: str = ""
    path: str = ""
    message: str = ""


class _Baseline(msgspec.Struct):
    schema: str
    findings: list[Entry]


def read_baseline(path: Path) -> dict[str, str]:
    """Fingerprint -> path of the findings in a baseline. Raises `UsageError` when it is missing or not a baseline."""
    return {entry.fingerprint: entry.path for entry in baseline_entries(path)}


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
