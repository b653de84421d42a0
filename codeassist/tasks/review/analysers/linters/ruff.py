"""ruff, with the project's configuration or else with rules for errors and security."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, program, settings
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.files.reading import read_bytes
from indexers.syntax.languages import is_test_path

RULE = Rule("ruff", "Ruff", "A finding of ruff on a changed line.", Severity.WARNING)

DEFAULTS = "F,E9,B006,B008,B012,B015,B018,B023,B904,PLE,S102,S103,S301,S307,S324,S501,S506,S602,S605,S608,ASYNC"
"""Rules for projects that do not configure ruff: errors and vulnerabilities, no style."""

STAR_IMPORTS = "F403,F405"
"""Rules that say of every name in a module with a star import that it may be undefined."""

COMMAND = ("check", "--no-cache", "--quiet", "--no-fix", "--no-show-fixes", "--output-format", "json")
AT_ONCE = 200
"""Files of one run: command lines are bounded."""

ERRORS = ("F821", "F822", "F823", "E9", "PLE", "invalid-syntax")
"""Rules for code that fails as soon as it runs."""


_PYTHON_2 = re.compile(
    r"Undefined name `(?:unicode|basestring|xrange|long|raw_input|unichr|cmp|execfile|file|buffer|apply|WindowsError)`"
)
"""Names that Python 2 or one system has: code that uses them is often reached only there."""

CERTAIN = ("F50", "F52", "F601", "F602", "F62", "F63", "F70", "F82", "B006", "S501", "S506", "S602", "S605", "S608", "PLE")
"""Rules whose findings are warnings: the code fails or is open to an attack. Findings of other rules are notes."""


_FAULTS = re.compile(r"(?!F40[35])(?:F|B|S|E9|PLE|ASYNC)\d|invalid")
"""Rules for faults and vulnerabilities, not for style."""


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of ruff on changed Python files."""
    ruff = program(facts.root, "ruff")
    files = python_files(facts.change)
    if ruff and files:
        linter = Linter(facts, "ruff")
        own = {file.path: _configured(facts.root, file) for file in files}
        for configured in (False, True):
            options = ["--force-exclude"] if configured else ["--isolated", "--select", DEFAULTS, "--ignore", STAR_IMPORTS]
            command = [*ruff, *COMMAND, *options]
            reports = list(_reports(facts, [f for f in files if own[f.path] == configured], linter, command))
            ignored = _not_enforced(reports) if configured else set()
            for file, violations in reports:
                yield from _of_file(file, [v for v in violations if v.get("code") not in ignored])


def _configured(root: Path, file: ChangedFile) -> bool:
    """Whether a folder above a file configures ruff."""
    above = [root / folder for folder in Path(file.path).parents]
    return any(
        (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file() or "ruff" in settings(folder) for folder in above
    )


def _reports(
    facts: Facts, files: Sequence[ChangedFile], linter: Linter, command: Sequence[str]
) -> Iterator[tuple[ChangedFile, list[Any]]]:
    """The violations of each file: in one run for those that are on disk as they are reviewed, else through standard input."""
    on_disk = {str(facts.root / f.path): f for f in files if _is_on_disk(facts.root, f)}
    paths = list(on_disk)
    on_disk |= {str(Path(path).resolve()): file for path, file in on_disk.items()}
    for start in range(0, len(paths), AT_ONCE):
        found: dict[str, list[Any]] = {}
        for violation in linter.report([*command, "--", *paths[start : start + AT_ONCE]], facts.root) or ():
            found.setdefault(str(violation["filename"]), []).append(violation)
        for path, violations in found.items():
            if path in on_disk:
                yield on_disk[path], violations
    for file in files:
        if str(facts.root / file.path) not in paths:
            yield file, linter.report([*command, f"--stdin-filename={file.path}", "-"], facts.root, file.new or "") or []


def _not_enforced(reports: Sequence[tuple[ChangedFile, Sequence[Any]]]) -> set[str]:
    """The rules of style that unchanged lines of the same files break: the project selects them but does not enforce them."""
    broken = {
        str(violation.get("code"))
        for file, violations in reports
        for violation in violations
        if not is_wanted(file, violation["location"]["row"])
    }
    return {code for code in broken if not _FAULTS.match(code)}


def _is_on_disk(root: Path, file: ChangedFile) -> bool:
    try:
        return (root / file.path).is_file() and read_bytes(root / file.path) == (file.new or "").encode("utf-8")
    except (OSError, UnicodeEncodeError, ValueError):
        return False


def _of_file(file: ChangedFile, violations: Iterable[Any]) -> Iterator[Finding]:
    for violation in violations:
        line, code = violation["location"]["row"], str(violation.get("code") or "invalid-syntax")
        if not is_wanted(file, line) or code == "invalid-syntax":
            continue
        severity = (
            Severity.ERROR
            if code.startswith(ERRORS) and not _PYTHON_2.search(violation["message"])
            else Severity.NOTE
            if code in ("F401", "F541")
            else Severity.WARNING
            if _serious(code, file) and not _PYTHON_2.search(violation["message"])
            else Severity.NOTE
        )
        end = min(violation["end_location"]["row"], line + 20)
        if violation["end_location"]["column"] == 1 and end > line:
            end -= 1
        yield Finding(
            f"ruff/{code}",
            severity,
            file.path,
            line,
            end,
            f"{violation['message'].rstrip('.')}.",
            0.9,
            patch=_fixed(file, violation, line, end),
            source="linters",
        )


def _serious(code: str, file: ChangedFile) -> bool:
    """Whether a finding is a warning: a project's other rules are its style, and its own ruff may be older than this one."""
    return code.startswith(CERTAIN) and not (code.startswith("S") and is_test_path(file.path))


def _fixed(file: ChangedFile, violation: dict[str, Any], start: int, end: int) -> str | None:
    """The lines of the finding after ruff's safe fix; None without one, or when it edits other lines."""
    fix = violation.get("fix")
    if not fix or fix.get("applicability") != "safe" or file.lossy:
        return None
    lines = file.new_lines
    text = "\n".join(lines[start - 1 : end]) + "\n"
    for edit in sorted(fix["edits"], key=lambda e: (-e["location"]["row"], -e["location"]["column"])):
        first, last = edit["location"], edit["end_location"]
        if not (start <= first["row"] and last["row"] <= end + (last["column"] == 1)):
            return None
        before = _offset(lines, start, first["row"], first["column"])
        after = _offset(lines, start, last["row"], last["column"])
        text = text[:before] + edit["content"] + text[after:]
    return text.removesuffix("\n")


def _offset(lines: list[str], start: int, row: int, column: int) -> int:
    return sum(len(lines[n - 1]) + 1 for n in range(start, row)) + column - 1
